"""A member chooses how she hears of each kind, by which clock, and whether her mails are discreet."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select, update

from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.core import tokens
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict
from forum.notifications import policy, queries
from forum.notifications.choices import MAIL
from forum.notifications.models import MailChoice, Notification, NotificationChoice


@dataclass(frozen=True, slots=True)
class Chosen:
    """All that the page of choices asks: for each kind whether it is listed and how it is mailed; the mail as a whole.

    `quiet` is from and until, in minutes after midnight; None: no quiet hours. `time_zone` "" is the site's.
    """

    kinds: Mapping[str, tuple[bool, str]]
    is_discreet: bool
    time_zone: str
    quiet: tuple[int, int] | None


def choose(*, actor: Viewer, chosen: Chosen) -> Verdict:
    """Keep a member's choices. What waits to be mailed and shall not be any more is not."""
    must_be_writing()
    if not (verdict := policy.can_have_notifications(actor)):
        return verdict
    assert actor.id is not None
    _lock(actor.id)
    for kind, (is_listed, mail) in chosen.kinds.items():
        _set(actor.id, kind, is_listed=is_listed, mail=mail)
    choice = db.session.get(MailChoice, actor.id)
    if choice is None:
        choice = MailChoice(member_id=actor.id, nonce=tokens.new_nonce())
        db.session.add(choice)
    choice.is_discreet, choice.time_zone = chosen.is_discreet, chosen.time_zone
    choice.quiet_from, choice.quiet_until = chosen.quiet or (None, None)
    db.session.flush()
    return YES


def end_mails(member_id: int, kinds: Collection[str]) -> None:
    """Mail a member no more of these kinds; they stay in her list."""
    must_be_writing()
    _lock(member_id)
    for kind in kinds:
        row = db.session.get(NotificationChoice, (member_id, kind))
        _set(member_id, kind, is_listed=row.is_listed if row is not None else True, mail="none")
    db.session.flush()


def _lock(member_id: int) -> None:
    # Two windows at once: the second waits for the first here, and finds its rows.
    db.session.execute(select(Member.id).where(Member.id == member_id).with_for_update(key_share=True))


def _set(member_id: int, kind: str, *, is_listed: bool, mail: str) -> None:
    row = db.session.get(NotificationChoice, (member_id, kind))
    if row is None:
        if (is_listed, mail) == (True, MAIL[kind]):
            return
        row = NotificationChoice(member_id=member_id, kind=kind)
        db.session.add(row)
    row.is_listed, row.mail = is_listed, mail
    if mail == "none":
        waiting = (queries.to_member(member_id), Notification.kind == kind, Notification.mailed_at.is_(None))
        stopped = update(Notification).where(*waiting).values(mail="none")
        db.session.execute(stopped, execution_options={"synchronize_session": False})
