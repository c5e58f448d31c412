"""An administrator signs a member out on one of her devices or on all of them; the member is told, and why."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from forum.accounts import actions as accounts
from forum.accounts import queries
from forum.accounts.viewer import Viewer
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.moderation import log
from forum.notifications import actions as notifications
from forum.notifications.models import Notification
from forum.notifications.notices import MailWords, Notice, Told
from forum.notifications.queries import Recipient
from forum.site import policy

ABOUT = "sessions"  # the first word of the keys of what is told of it
WHYS = {
    "asked": _l("The member asked for it"),
    "lost": _l("A device was lost, sold or given away"),
    "stranger": _l("Somebody else seems to use the account"),
}
REASONS = {  # what the member reads
    "asked": _l("You asked us to do it."),
    "lost": _l("We heard that a device of yours is in other hands."),
    "stranger": _l("It looked as if somebody else was using your account."),
}
NO_WHY = _l("Choose why. The member reads it.")
NO_SESSION = _l("Choose a device, or all of them.")
NOT_THERE = _l("The member is signed out there already. Nothing was done.")


def sign_out(*, actor: Viewer, member_id: int, session_id: int | None, why: str) -> tuple[int, Verdict]:
    """End one of a member's sessions, or with None all of them; how many ended. `why`: a word of WHYS.

    The member is told in her list, and by mail whatever she chose for it: it is about who may use her account.
    """
    must_be_writing()
    if not (verdict := policy.can_sign_out(actor, member_id)):
        return 0, verdict
    if why not in WHYS:
        return 0, no(NO_WHY, 422)
    if queries.member_by_id(member_id) is None:
        return 0, no("", 404)
    ended = accounts.end_sessions_of(member_id, session_id)
    if not ended:
        return 0, no(NOT_THERE, 409)
    log.append(actor, "end_sessions", "member", member_id, data={"why": why, "sessions": len(ended)})
    # A session ends once, so the newest that ended names what is told for good.
    key = f"{ABOUT}:{max(ended)}:{len(ended)}:{why}"
    notifications.mail_at_once(Recipient(member_id=member_id), "decision", key=key)
    return len(ended), YES


def _line(row: Notification) -> str:
    _about, _newest, count, why = row.key.split(":")
    done = ngettext(
        "An administrator signed you out on one device.",
        "An administrator signed you out on %(num)d devices.",
        int(count),
    )
    return f"{done} {REASONS[why]}"


def _tell(_viewer: Viewer, rows: Sequence[Notification], language: str) -> dict[int, Told]:
    return {row.id: Told(_line(row), f"/{language}/me/sessions") for row in rows}


def _mail(viewer: Viewer, row: Notification) -> MailWords:
    values = {
        "line": _line(row),
        "is_stranger": row.key.endswith(":stranger"),
        "path": f"/{viewer.language}/me/sessions",
    }
    return MailWords("signed_out", values, _("You were signed out"))


SIGNED_OUT_NOTICE = Notice(
    kind="decision",
    label=_l("An administrator signed you out"),
    subject=_l("You were signed out"),
    tell=_tell,
    mail=_mail,
    about=ABOUT,
)
