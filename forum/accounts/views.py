"""Signing in, signing up, signing out. A member's own pages are in own_views.py."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts import actions, names, policy, queries, shared_phone
from forum.accounts.device import device_name
from forum.accounts.forms import CodeForm, PasswordSignInForm, SignInForm, SignUpForm
from forum.accounts.local_path import local_path
from forum.accounts.login import clear_session_cookie, session_cookie, set_session_cookie, the_viewer
from forum.core import clock
from forum.core.languages import PREFIX, current_language
from forum.core.limits import slow_down
from forum.core.settings import the_settings
from forum.core.unit_of_work import write
from forum.core.verdict import YES

bp = Blueprint("accounts", __name__, url_prefix=PREFIX)

QUARTER, HOUR, DAY = 900, 3600, 86_400  # seconds


@bp.before_app_request
def note_use() -> None:
    """Write the date of a session's use at the day's first POST; a GET writes nothing."""
    if request.method == "POST":
        viewer = the_viewer()
        if viewer.session_id is not None and viewer.seen_on != clock.today():
            with write():
                actions.touch_session(viewer.session_id)


def _carried() -> dict[str, Any]:
    """What travels from page to page until she is signed in: the token of a parked form, or where she came from."""
    kept = request.values.get("kept", "")[:100]
    path = local_path(request.values.get("next", ""))
    return {name: value for name, value in (("kept", kept), ("next", path)) if value}


def _page(template: str, status: int = 200, **values: Any) -> ResponseReturnValue:
    was_signed_in = session_cookie(the_settings()) in request.cookies
    # Any parameter may be a private token; only the bare pages are the same for every visitor.
    g.is_private = was_signed_in or bool(request.args) or request.method == "POST" or "token" in values
    return render_template(
        f"accounts/{template}.html",
        carried=_carried(),
        was_signed_in=was_signed_in,
        can_mail=the_settings().can_mail,
        **values,
    ), status


def _address_after(opening: actions.Opening | None = None) -> str:
    """Where somebody goes once she is signed in."""
    carried = _carried()
    kept = (opening.kept if opening else "") or carried.get("kept", "")
    if kept:
        return url_for("accounts.kept_show", token=kept)
    return (opening.path if opening else "") or carried.get("next", "") or url_for("accounts.me")


def _signed_in(opening: actions.Opening, token: str) -> ResponseReturnValue:
    flash(_("Your account is ready.") if opening.is_new else _("You are signed in."), "good")
    response = redirect(_address_after(opening), 303)
    set_session_cookie(response, token, the_settings())  # type: ignore[arg-type]
    return response


def _remember_device() -> None:
    # The box is never ticked beforehand, so leaving it empty changes nothing that was said before.
    if request.form.get("shared") == "1":
        shared_phone.remember(shared=True)


def _start(member_id: int) -> str:
    device = device_name(request.user_agent.string)
    return actions.start_session(
        member_id, device, days=the_settings().session_days, instead_of=the_viewer().session_id
    )


def _slow_down_asking(address: str) -> None:
    # Per address, so that nobody's mailbox is flooded and her code isn't guessed in many small mails.
    slow_down("ask-hourly", limit=6, seconds=HOUR, value=address)
    slow_down("ask-daily", limit=20, seconds=DAY, value=address)


# --- Signing in ---


@bp.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """The page that asks for an address."""
    if the_viewer().is_authenticated:
        return redirect(_address_after(), 303)
    return _page("sign_in", form=SignInForm())


@bp.post("/sign-in")
def sign_in_create() -> ResponseReturnValue:
    """Send the mail; the answer is the same whether anybody has the address or not."""
    slow_down("sign-in", limit=60, seconds=QUARTER)
    form = SignInForm(request.form)
    if not (form.validate() and the_settings().can_mail):
        return _page("sign_in", 422, form=form)
    _slow_down_asking(form.data["email"])
    _remember_device()
    carried = _carried()
    with write():
        ticket = actions.ask_to_sign_in(
            form.data["email"], current_language(), parked=carried.get("kept"), path=carried.get("next", "")
        )
    return redirect(url_for("accounts.sign_in_check", request=ticket, **carried), 303)


@bp.get("/sign-in/check")
def sign_in_check() -> ResponseReturnValue:
    """Look at your mail; here is a box for the code."""
    ticket = request.args.get("request", "")[:100]
    if not ticket:
        return redirect(url_for("accounts.sign_in"), 303)
    return _page("sign_in_check", form=CodeForm(), ticket=ticket)


@bp.post("/sign-in/check")
def code_create() -> ResponseReturnValue:
    """Sign in with the code of the mail."""
    slow_down("code", limit=60, seconds=QUARTER)
    form, ticket = CodeForm(request.form), request.form.get("request", "")[:100]
    address = queries.asked_address(ticket)
    if address is not None:
        slow_down("code-daily", limit=20, seconds=DAY, value=address)
    if not form.validate():
        return _page("sign_in_check", 422, form=form, ticket=ticket)
    with write():
        opening = actions.open_code(ticket, form.data["code"])
        token = _start(opening.member_id) if opening.member_id is not None else ""
    if token:
        return _signed_in(opening, token)
    if opening.verdict.status == 410:
        return _page("no_longer", 410, verdict=opening.verdict)
    form.code.errors = [*form.code.errors, opening.verdict.reason]
    return _page("sign_in_check", 422, form=form, ticket=ticket)


@bp.get("/sign-in/<token>")
def link_show(token: str) -> ResponseReturnValue:
    """The page of the mailed link: one button. Opening it changes nothing, since mail scanners follow links."""
    found = queries.request_by_link(token)
    if found is None or not queries.is_open(found):
        return _page("no_longer", 410, verdict=policy.no_longer(), token=token)
    return _page("link", token=token, purpose=found.purpose, name=queries.asked_name(found))


@bp.post("/sign-in/<token>")
def link_create(token: str) -> ResponseReturnValue:
    """Sign in or up by the mailed link."""
    slow_down("link", limit=60, seconds=QUARTER)
    with write():
        opening = actions.open_link(token)
        session = _start(opening.member_id) if opening.member_id is not None else ""
    if not session:
        return _page("no_longer", opening.verdict.status, verdict=opening.verdict)
    return _signed_in(opening, session)


@bp.get("/sign-in/password")
def password() -> ResponseReturnValue:
    """The page that asks for address and password."""
    if the_viewer().is_authenticated:
        return redirect(_address_after(), 303)
    return _page("password", form=PasswordSignInForm(request.form))


@bp.post("/sign-in/password")
def password_create() -> ResponseReturnValue:
    """Sign in with a password; the hash is computed outside any transaction, for known and unknown alike."""
    slow_down("password", limit=40, seconds=QUARTER)
    form = PasswordSignInForm(request.form)
    if not form.validate():
        return _page("password", 422, form=form)
    slow_down("password-address", limit=10, seconds=QUARTER, value=form.data["email"])
    member_id = actions.member_by_password(form.data["email"], form.data["password"])
    if member_id is None:
        form.password.errors = [policy.WRONG_PASSWORD]
        return _page("password", 422, form=form)
    _remember_device()
    with write():
        session = _start(member_id)
    return _signed_in(actions.Opening(YES, member_id), session)


# --- Signing up ---


@bp.get("/sign-up")
def sign_up() -> ResponseReturnValue:
    """The page that asks for an account, or says why nobody can join."""
    if the_viewer().is_authenticated:
        return redirect(_address_after(), 303)
    return _page("sign_up", form=SignUpForm(), verdict=policy.can_join(can_mail=the_settings().can_mail))


@bp.post("/sign-up")
def sign_up_create() -> ResponseReturnValue:
    """Send the mail that makes the account; the answer is the same whether the address has one or not."""
    slow_down("sign-up", limit=60, seconds=QUARTER)
    form, verdict = SignUpForm(request.form), policy.can_join(can_mail=the_settings().can_mail)
    if not verdict or not form.validate():
        return _page("sign_up", 422 if verdict else verdict.status, form=form, verdict=verdict)
    if not (may_be := names.may_be_called(form.data["display_name"])):
        form.display_name.errors = [may_be.reason]
        return _page("sign_up", 422, form=form, verdict=verdict)
    _slow_down_asking(form.data["email"])
    carried = _carried()
    with write():
        ticket = actions.ask_to_sign_up(
            form.data["email"],
            form.data["display_name"],
            current_language(),
            parked=carried.get("kept"),
            path=carried.get("next", ""),
        )
    return redirect(url_for("accounts.sign_in_check", request=ticket, **carried), 303)


# --- Signing out ---


@bp.post("/sign-out")
def sign_out_create() -> ResponseReturnValue:
    """End this session, here and on the server."""
    viewer = the_viewer()
    if viewer.session_id is not None:
        with write():
            actions.end_session(actor=viewer, session_id=viewer.session_id)
    response = redirect(f"/{current_language()}/", 303)
    clear_session_cookie(response, the_settings())  # type: ignore[arg-type]
    return response
