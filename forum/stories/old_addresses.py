"""Addresses under which stories were read before they came here: how they are written, and where they lead now."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from sqlalchemy import select

from forum.accounts.viewer import VISITOR
from forum.contributions.models import Contribution
from forum.contributions.queries import visible_to
from forum.core.db import db
from forum.core.settings import LANGUAGES
from forum.core.unit_of_work import must_be_writing
from forum.stories.models import OldAddress, Story

LONGEST = 1000
_HIDDEN = "sha256:"  # what stands for the path of a story whose text is erased: it may have held her name
_NEVER = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an old address leads: the story, in its own language; or that it was taken back."""

    story_id: int
    language: str
    is_readable: bool
    is_taken_back: bool


def path_of(address: str) -> str | None:
    """The path, with its query, by which an old address is kept; None for one that can't lead here.

    Scheme and host don't count, nor how letters are encoded, nor the order of the query, nor a slash at the end. Case
    does.
    """
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return None
    if parts.scheme not in ("", "http", "https"):
        return None
    return _joined(unquote(parts.path), parts.query)


def _joined(path: str, query: str) -> str | None:
    path = "/" + unicodedata.normalize("NFC", path).strip("/")
    pairs = sorted(parse_qsl(query, keep_blank_values=True)) if query.count("&") < 50 else []
    kept = path + (f"?{urlencode(pairs)}" if pairs else "")
    return None if kept == "/" or len(kept) > LONGEST or _NEVER.search(kept) else kept


def place_of(path: str, query: str) -> Place | None:
    """Where a path (decoded) and query that are nothing here lead, or None. One query at most.

    With its query first, then without (a campaign's mark at its end); with this site's language before it or not.
    """
    bare = re.sub(rf"^/(?:{'|'.join(LANGUAGES)})(?=/.)", "", path)
    asked = [_joined(one, words) for words in (query, "") for one in dict.fromkeys((path, bare))]
    wanted = list(dict.fromkeys(one for one in asked if one is not None))
    if not wanted:
        return None
    order = {form: rank for rank, one in enumerate(wanted) for form in (one, hidden(one))}
    rows = db.session.execute(
        select(OldAddress.path, Story.id, Contribution.language, Contribution.status, Contribution.published_at,
               visible_to(VISITOR).label("is_readable"))
        .join(Story, Story.id == OldAddress.story_id)
        .where(OldAddress.path.in_(order))
    ).all()  # fmt: skip
    if not rows:
        return None
    row = min(rows, key=lambda one: order[one.path])
    is_taken_back = row.status in ("withdrawn", "erased") and row.published_at is not None
    return Place(row.id, row.language, bool(row.is_readable), is_taken_back)


def hidden(path: str) -> str:
    """What is kept of a path that may no longer be read."""
    return _HIDDEN + hashlib.sha256(path.encode()).hexdigest()


def hide(story: Story) -> None:
    """Keep only digests of an erased story's old paths: they still answer that it is gone."""
    must_be_writing()
    for one in db.session.scalars(select(OldAddress).where(OldAddress.story_id == story.id)):
        if not one.path.startswith(_HIDDEN):
            one.path = hidden(one.path)


def redirects() -> Iterator[tuple[str, str]]:
    """Every old path that leads to a story that can be read, with its new one, both as they stand in a link."""
    rows = db.session.execute(
        select(OldAddress.path, Story.id, Contribution.language)
        .join(Story, Story.id == OldAddress.story_id)
        .where(visible_to(VISITOR))
        .order_by(OldAddress.path)
        .execution_options(yield_per=500)
    )
    for path, story_id, language in rows:
        before, mark, query = path.partition("?")
        yield f"{quote(before)}{mark}{query}", f"/{language}/stories/{story_id}"
