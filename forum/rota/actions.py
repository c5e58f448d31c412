"""The verbs of the rota: go away and come back, take a duty, hand over."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from forum.accounts.viewer import Viewer
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.rota.models import Away, Duty, HandOver
from forum.rota.policy import can_go_away_until, can_keep_rota

GONE = _l("This is not in the rota any more.")


def go_away(*, actor: Viewer, until: datetime) -> Verdict:
    """Say that nobody is at the desk until a moment. A time away that it is already is made longer or shorter."""
    must_be_writing()
    now = clock.now()
    if not (verdict := can_go_away_until(actor, until, now)):
        return verdict
    present = db.session.scalar(select(Away).where(Away.starts_at <= now, Away.ends_at > now).with_for_update())
    if present is None:
        db.session.add(Away(made_by=actor.id, starts_at=now, ends_at=until))
    else:
        present.ends_at = until
    db.session.flush()
    return YES


def come_back(*, actor: Viewer) -> Verdict:
    """End the time away now."""
    must_be_writing()
    if not (verdict := can_keep_rota(actor)):
        return verdict
    now = clock.now()
    for away in db.session.scalars(select(Away).where(Away.starts_at < now, Away.ends_at > now).with_for_update()):
        away.ends_at = now
    db.session.flush()
    return YES


def take_duty(*, actor: Viewer, starts_at: datetime, ends_at: datetime) -> Verdict:
    """Put `actor` into the rota from one moment to another."""
    must_be_writing()
    if not (verdict := can_keep_rota(actor)):
        return verdict
    if ends_at <= clock.now() or ends_at <= starts_at:
        return no(_l("The duty ends before it begins, or has ended already."), 422)
    mine = select(Duty).where(Duty.moderator_id == actor.id, Duty.starts_at < ends_at, Duty.ends_at > starts_at)
    if db.session.scalar(mine.limit(1)) is not None:
        return no(_l("You are in the rota for part of that time already."), 409)
    db.session.add(Duty(moderator_id=actor.id, starts_at=starts_at, ends_at=ends_at))
    db.session.flush()
    return YES


def leave_duty(*, actor: Viewer, duty_id: int) -> Verdict:
    """Take one's own duty out of the rota; one that has begun ends now."""
    must_be_writing()
    if not (verdict := can_keep_rota(actor)):
        return verdict
    duty = db.session.get(Duty, duty_id)
    if duty is None or duty.moderator_id != actor.id:
        return no(GONE, 404)
    now = clock.now()
    if duty.starts_at >= now:
        db.session.delete(duty)
    elif duty.ends_at > now:
        duty.ends_at = now
    db.session.flush()
    return YES


def hand_over(*, actor: Viewer, text: str) -> Verdict:
    """Leave a note to whoever comes next. The same note twice in a row is one."""
    must_be_writing()
    if not (verdict := can_keep_rota(actor)):
        return verdict
    last = db.session.scalar(select(HandOver).order_by(HandOver.id.desc()).limit(1))
    if last is None or last.text != text or last.moderator_id != actor.id:
        db.session.add(HandOver(moderator_id=actor.id, text=text, written_at=clock.now()))
        db.session.flush()
    return YES
