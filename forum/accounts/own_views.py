"""A member's own pages: overview, settings, password, devices, and a form that was kept while she signed in."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forum.accounts import actions, names, passwords, policy, queries
from forum.accounts.forms import NewPasswordForm, SettingsForm
from forum.accounts.login import the_viewer
from forum.accounts.refusal import refused
from forum.accounts.views import HOUR, bp
from forum.core.errors import is_text
from forum.core.limits import slow_down
from forum.core.settings import the_settings
from forum.core.unit_of_work import end_reading, write

# Pages of other rooms that belong to a member, shown where they exist.
OWN_PAGES = (
    ("notifications.index", _l("New for you"), _l("Answers, mentions, letters, and how you hear of them")),
    ("writing.mine_show", _l("Your stories"), _l("Begun, sent, published or taken back")),
    ("consent.mine_show", _l("Your choices"), _l("What we may do with each of your stories")),
    ("contributions.own", _l("All you wrote"), _l("Answers too, and what became of each")),
    ("site.unsent_index", _l("Begun and not sent"), _l("Words that are kept for you until you send them")),
    ("messages.conversation_index", _l("Messages"), _l("Between you and one other member at a time")),
    ("contributions.bookmark_index", _l("Your bookmarks"), _l("What you keep for yourself, with your notes")),
    ("follows.following_index", _l("What you follow and mute"), _l("Discussions, boards, topics, stories, members")),
    ("moderation.letters", _l("Letters"), _l("What the moderators wrote to you")),
    ("moderation.report_index", _l("Your reports"), _l("What you told the moderators, and what became of it")),
)
BY_MAIL = (("incoming.address_show", _l("Stories by mail"), _l("An address of your own, where a mail begins a story")),)
FOR_CURATORS = (
    ("told.told_index", _l("Told stories"), _l("By letter, by phone or by voice, written down by a curator.")),
)
# Forms of these parts of the site don't open again ready to send: what they do weighs more than words.
WEIGHTY = ("me", "moderation", "admin")


def _page(template: str, status: int = 200, **values: Any) -> ResponseReturnValue:
    return render_template(f"accounts/{template}.html", **values), status


@bp.get("/me")
def me() -> ResponseReturnValue:
    """The overview of a member's own pages."""
    viewer = the_viewer()
    if not (verdict := policy.can_have_pages(viewer)):
        return refused(verdict)
    by_mail = BY_MAIL if the_settings().mail_in_domain else ()
    offered = OWN_PAGES + by_mail + (FOR_CURATORS if viewer.is_curator and not viewer.active_restriction else ())
    pages = [(url_for(name), title, line) for name, title, line in offered if name in current_app.view_functions]
    waits = viewer.standing == "new" and the_settings().approvals_until_established > 0
    return _page("me", pages=pages, restriction=policy.restriction_in_words(viewer), is_read_first=waits)


# --- Settings ---


def _settings_page(status: int = 200, **forms: Any) -> ResponseReturnValue:
    member = queries.member_by_id(the_viewer().id or 0) or abort(404)
    forms.setdefault(
        "form",
        SettingsForm(
            data={
                "display_name": member.display_name,
                "about": member.about,
                "is_page_public": member.is_page_public,
                "language": member.language,
            }
        ),
    )
    forms.setdefault("password_form", NewPasswordForm())
    return _page("settings", status, has_password=member.password_hash is not None, email=member.email, **forms)


@bp.get("/me/settings")
def settings() -> ResponseReturnValue:
    """What a member says of herself, and her password."""
    verdict = policy.can_have_pages(the_viewer())
    return _settings_page() if verdict else refused(verdict)


@bp.post("/me/settings")
def settings_create() -> ResponseReturnValue:
    """Change what a member says of herself."""
    viewer = the_viewer()
    if not (verdict := policy.can_have_pages(viewer)):
        return refused(verdict)
    slow_down("settings", limit=60, seconds=HOUR, value=str(viewer.id))
    form = SettingsForm(request.form)
    if not form.validate():
        return _settings_page(422, form=form)
    is_new_name = form.data["display_name"] != viewer.display_name
    if is_new_name and not (may_be := names.may_be_called(form.data["display_name"], viewer.id)):
        form.display_name.errors = [may_be.reason]
        return _settings_page(422, form=form)
    with write():
        actions.change_settings(actor=viewer, **form.data)
    flash(_("Kept."), "good")
    return redirect(url_for("accounts.settings"), 303)


@bp.post("/me/password")
def own_password_create() -> ResponseReturnValue:
    """Set a password; it is hashed outside any transaction."""
    viewer = the_viewer()
    if not (verdict := policy.can_have_pages(viewer)):
        return refused(verdict)
    slow_down("own-password", limit=10, seconds=HOUR, value=str(viewer.id))
    form = NewPasswordForm(request.form)
    if not form.validate():
        return _settings_page(422, password_form=form)
    end_reading()
    password_hash = passwords.hash_of(form.data["new_password"])
    with write():
        actions.set_password(actor=viewer, password_hash=password_hash)
        actions.end_other_sessions(actor=viewer)
    flash(_("You have a new password. Other devices are signed out."), "good")
    return redirect(url_for("accounts.settings"), 303)


@bp.post("/me/password/removal")
def password_removal_create() -> ResponseReturnValue:
    """Take the password away; a mail signs her in from now on."""
    viewer = the_viewer()
    if not (verdict := policy.can_have_pages(viewer)):
        return refused(verdict)
    with write():
        actions.set_password(actor=viewer, password_hash=None)
    flash(_("There is no password any more. A mail signs you in."), "good")
    return redirect(url_for("accounts.settings"), 303)


# --- Devices ---


@bp.get("/me/sessions")
def sessions() -> ResponseReturnValue:
    """The devices on which a member is signed in."""
    viewer = the_viewer()
    verdict = policy.can_have_pages(viewer)
    return _page("sessions", sessions=queries.sessions_of(viewer.id)) if verdict else refused(verdict)


@bp.post("/me/sessions/<int:session_id>/ending")
def session_ending_create(session_id: int) -> ResponseReturnValue:
    """Sign out on one device."""
    viewer = the_viewer()
    if not (verdict := policy.can_have_pages(viewer)):
        return refused(verdict)
    with write():
        was_there = actions.end_session(actor=viewer, session_id=session_id)
    if not was_there:
        abort(404)
    flash(_("That device is signed out."), "good")
    return redirect(url_for("accounts.sessions"), 303)


@bp.post("/me/sessions/others/ending")
def other_sessions_ending_create() -> ResponseReturnValue:
    """Sign out everywhere but here."""
    viewer = the_viewer()
    if not (verdict := policy.can_have_pages(viewer)):
        return refused(verdict)
    with write():
        actions.end_other_sessions(actor=viewer)
    flash(_("You are signed in only here now."), "good")
    return redirect(url_for("accounts.sessions"), 303)


# --- What was typed when the session had ended ---


@bp.get("/me/kept/<token>")
def kept_show(token: str) -> ResponseReturnValue:
    """A form that came in without a session, filled again and not sent."""
    if not (verdict := policy.can_have_pages(the_viewer())):
        return refused(verdict)
    parked = queries.parked(token)
    if parked is None:
        return _page("kept_no_longer", 410)
    words = [(name, value) for name, value in parked.fields if is_text(value)]
    rest = [(name, value) for name, value in parked.fields if (name, value) not in words]
    room = parked.path.split("/")[2] if parked.path.count("/") > 1 else ""
    back = f"/{parked.path.split('/')[1]}/{room}"
    return _page("kept", words=words, rest=rest, action=None if room in WEIGHTY else parked.path, back=back)
