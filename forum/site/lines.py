"""The lines at the top of every page: nobody is at the desk until a day, or what an administrator has to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from forum.accounts.viewer import Viewer
from forum.core import clock
from forum.core.db import db
from forum.core.languages import current_language
from forum.core.public_state import changes_at, public_state, set_lines
from forum.core.settings import LANGUAGES
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.moderation import log
from forum.rota import aways
from forum.site import policy
from forum.site.models import NoticeLine, NoticeLineText

MOST = 10


@dataclass(frozen=True, slots=True)
class Line:
    """One line as a page shows it: an administrator's own words, or that nobody is there until a moment."""

    text: str
    language: str
    until: datetime
    is_away: bool


def lines_now() -> list[Line]:
    """The lines that stand at the top of a page now. No query: the page has read their row already."""
    now, language = clock.now(), current_language()
    found = []
    for kept in public_state().lines:
        starts_at, ends_at = datetime.fromisoformat(kept["from"]), datetime.fromisoformat(kept["until"])
        if now < ends_at:
            changes_at(starts_at if now < starts_at else ends_at)
        if starts_at <= now < ends_at:
            spoken = next((code for code in (language, *LANGUAGES) if code in kept["text"]), language)
            found.append(Line(kept["text"].get(spoken, ""), spoken, ends_at, kept["is_away"]))
    return found


def keep() -> None:
    """Keep all present and coming lines where every page reads them."""
    must_be_writing()
    db.session.flush()
    now = clock.now()
    own = db.session.scalars(
        select(NoticeLine)
        .where(NoticeLine.ends_at > now)
        .options(selectinload(NoticeLine.texts))
        .order_by(NoticeLine.id)
        .limit(MOST)
    )
    lines = [_kept(row, {text.language: text.text for text in row.texts}) for row in own]
    set_lines([_kept(row, {}, is_away=True) for row in aways.from_(now)] + lines)


def _kept(row: Any, text: Mapping[str, str], *, is_away: bool = False) -> dict[str, Any]:
    span = {"from": row.starts_at.isoformat(), "until": row.ends_at.isoformat()}
    return {**span, "text": dict(text), "is_away": is_away}


def say(*, actor: Viewer, texts: Mapping[str, str], ends_at: datetime) -> Verdict:
    """Put a line at the top of every page until a moment. texts: its words by language, at least one of them."""
    must_be_writing()
    if not (verdict := policy.can_administer(actor)):
        return verdict
    if ends_at <= clock.now():
        return no(_("Choose a day after today."), 422)
    words = [NoticeLineText(language=code, text=text) for code, text in texts.items() if text]
    if not words:
        return no(_("Write the line in at least one language."), 422)
    row = NoticeLine(starts_at=clock.now(), ends_at=ends_at, made_by=actor.id, texts=words)
    db.session.add(row)
    db.session.flush()
    log.append(actor, "say_line", "notice_line", row.id)
    keep()
    return YES


def take_down(*, actor: Viewer, line_id: int) -> Verdict:
    """Take a line off the pages now."""
    must_be_writing()
    if not (verdict := policy.can_administer(actor)):
        return verdict
    row = db.session.get(NoticeLine, line_id)
    now = clock.now()
    if row is not None and row.ends_at > now:
        if row.starts_at >= now:
            db.session.delete(row)
        else:
            row.ends_at = now
        log.append(actor, "end_line", "notice_line", line_id)
        keep()
    return YES


def present() -> list[NoticeLine]:
    """The lines that stand or will stand, with their words."""
    query = select(NoticeLine).where(NoticeLine.ends_at > clock.now()).options(selectinload(NoticeLine.texts))
    return list(db.session.scalars(query.order_by(NoticeLine.id).limit(MOST)))
