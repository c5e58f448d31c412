"""Jobs of accounts: which mail a request to sign in or up gets, the notice of a new password, the daily sweep."""

from __future__ import annotations

from flask_babel import gettext as _

from forum.accounts import actions, professions, queries
from forum.accounts.models import MailboxRecovery, Member, SignInRequest
from forum.core import mail, outbox, tokens
from forum.core.db import db
from forum.core.languages import in_language
from forum.core.outbox import Effect, Payload


@outbox.handler("accounts.mail_sign_in", network=True)
def mail_sign_in(payload: Payload) -> Effect | None:
    """Write to the address of a request: a link and code, or that there is (no) account. Nothing when it is over."""
    request = db.session.get(SignInRequest, payload["request_id"])
    if request is None or not queries.is_open(request):
        return None
    address = tokens.open_text(request.address_sealed or "")
    if address is None:  # sealed under another secret key
        return None
    is_known = queries.member_by_address(address) is not None
    with in_language(request.language):
        subject, template = {
            ("in", True): (_("Your link to sign in"), "sign_in"),
            ("in", False): (_("No account yet with this address"), "sign_in_unknown"),
            ("up", False): (_("Your link to join"), "sign_up"),
            ("up", True): (_("You already have an account"), "sign_up_known"),
        }[request.purpose, is_known]
        token = tokens.token_for(queries.LINK, request.id, request.nonce)
        code = tokens.code_for(queries.LINK, request.id, request.nonce)
        message = mail.compose(
            address,
            subject,
            template,
            message_id=f"sign-in-{request.id}",
            language=request.language,
            path=f"/{request.language}/sign-in/{token}",
            code=f"{code[:3]} {code[3:]}",
        )
    return lambda: mail.send(message)


@outbox.handler("accounts.mail_password", network=True)
def mail_password(payload: Payload) -> Effect | None:
    """Tell a member that the password of her account was set, changed or taken away."""
    member = db.session.get(Member, payload["member_id"])
    if member is None or member.email is None or member.erased_at is not None:
        return None
    with in_language(member.language):
        message = mail.compose(
            member.email,
            _("Your password was changed"),
            "sign_password",
            message_id=f"password-{payload['mark']}",
            language=member.language,
            name=member.display_name,
            is_set=member.password_hash is not None,
        )
    return lambda: mail.send(message)


@outbox.handler("accounts.mail_recovered", network=True)
def mail_recovered(payload: Payload) -> Effect | None:
    """Tell the new address that it has taken over."""
    row = db.session.get(MailboxRecovery, payload["recovery_id"])
    member = db.session.get(Member, row.member_id) if row is not None and row.done_at is not None else None
    if row is None or member is None or member.email is None or member.erased_at is not None:
        return None
    with in_language(member.language):
        message = mail.compose(
            member.email,
            _("Your account has this address now"),
            "recovered",
            message_id=f"recovered-{row.id}",
            language=member.language,
            name=member.display_name,
        )
    return lambda: mail.send(message)


@outbox.handler("accounts.mail_profession", network=True)
def mail_profession(payload: Payload) -> Effect | None:
    """Tell a member, or an administrator, that a verified profession runs out soon."""
    found = professions.to_remind(payload["profession_id"], payload["member_id"])
    if found is None:
        return None
    row, member, reader = found
    is_own = reader.id == member.id
    with in_language(reader.language):
        message = mail.compose(
            reader.email or "",
            _("A verified profession runs out"),
            "profession",
            message_id=f"profession-{row.id}-{row.expires_on.isoformat()}-{reader.id}",
            language=reader.language,
            name=reader.display_name,
            is_own=is_own,
            about=member.display_name,
            expires_on=row.expires_on,
            path=f"/{reader.language}" + ("/about" if is_own else f"/admin/members/{member.id}/profession"),
        )
    return lambda: mail.send(message)


@outbox.handler("accounts.sweep", daily=True)
def sweep(_payload: Payload) -> None:
    """Forget what is over, and tell of professions that soon will be."""
    actions.sweep()
    professions.remind()
