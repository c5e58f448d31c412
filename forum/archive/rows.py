"""Putting imported lines into the tables in bulk: what the verbs of stories would have written one by one."""

from __future__ import annotations

import secrets
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy import insert

from forum.archive.models import ArchiveLine
from forum.archive.queries import key_digest
from forum.archive.reading import Line
from forum.contributions import wording
from forum.contributions.models import Consent, Contribution, Revision, contribution_topics
from forum.core import clock, richtext, tokens
from forum.core.db import db
from forum.core.ids import reserve
from forum.core.unit_of_work import must_be_writing
from forum.moderation.models import OPENED_FOR, Case
from forum.stories.models import OldAddress, Provenance, Story, StoryUpdate

TABLES = (
    Contribution.__table__, Story.__table__, StoryUpdate.__table__, Revision.__table__, Provenance.__table__,
    ArchiveLine.__table__, Case.__table__, contribution_topics, OldAddress.__table__, Consent.__table__,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parent:
    """The story that a line belongs to: its id and language, and the name that its chapters go by."""

    id: int
    language: str
    attribution: str
    byline: str | None


@dataclass(frozen=True, slots=True)
class New:
    """A line to put down, with its HTML and what it belongs to. `path`: None where its old address is taken."""

    line: Line
    html: Markup
    parent: Parent | None
    path: str | None


@dataclass(frozen=True, slots=True)
class Home:
    """What new lines come to: the archive, and the words by which its consents are attested; empty: none are."""

    archive_id: int
    archive: str
    attest: str


def put_down(home: Home, new: list[New]) -> None:
    """Insert new lines: pending, each with its case that waits for consent."""
    must_be_writing()
    if not new:
        return
    now = clock.now()
    rows: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    ids = reserve(Contribution.__table__, len(new))
    revisions = reserve(Revision.__table__, len(new))
    for key, revision, one in zip(ids, revisions, new, strict=True):
        _contribution(rows, key, revision, one, now)
        _where_from(rows, key, one, home, now)
    for table in TABLES:
        if rows[table]:
            db.session.execute(insert(table), rows[table])  # type: ignore[arg-type]


def name_of(line: Line, parent: Parent | None) -> dict[str, Any]:
    """Under which name a line stands: its byline, none, or for a later chapter that of its story."""
    if line.role == "update" and parent is not None and not line.byline:
        return {"attribution": parent.attribution, "byline": parent.byline}
    return {"attribution": "pseudonym" if line.byline else "anonymous", "byline": line.byline or None}


def facts_of(line: Line, parent: Parent | None) -> dict[str, Any]:
    """The columns of a story that a line fills."""
    return {
        "condition_words": line.condition_words,
        "relation": line.relation,
        "country": line.country,
        "region": line.region,
        "first_symptoms": line.first_symptoms,
        "diagnosed": line.diagnosed,
        "translation_of_id": parent.id if parent else None,
        "other_words": line.other_words,
        "other_treatments": line.other_treatments,
        "translator": line.translator,
    }


def _contribution(rows: Any, key: int, revision: int, one: New, now: datetime) -> None:
    line, parent = one.line, one.parent
    is_story = line.role != "update"
    words = {"title": line.title, "source": line.source, "html": one.html, "html_policy": richtext.POLICY_VERSION}
    rows[Contribution.__table__].append(
        words
        | name_of(line, parent)
        | {
            "id": key,
            "kind": "story" if is_story else "story_update",
            "teaser": line.teaser,
            "language": line.language or (parent.language if parent else ""),
            "audience": "everyone",
            "status": "pending",
            "is_listed": True,
            "is_demo": False,
            "content_notes": line.content_notes,
            "created_at": now,
            "cloth_seed": secrets.randbits(32),
            "version": 1,
        }
    )
    if is_story:
        rows[Story.__table__].append({"id": key, **facts_of(line, parent)})
    else:
        assert parent is not None  # judged
        chapter = {"id": key, "story_id": parent.id, "dated": line.date, "part": "chapter", "is_memorial": False}
        rows[StoryUpdate.__table__].append(chapter)
    made = {"id": revision, "contribution_id": key, "number": 1, "made_at": now, "made_by": "author", "note": ""}
    rows[Revision.__table__].append(words | made | {"teaser": line.teaser})
    rows[contribution_topics] += [{"contribution_id": key, "topic_id": topic_id} for topic_id in line.topic_ids]
    waits = {"contribution_id": key, "opened_for": "import", "urgency": OPENED_FOR.index("import")}
    rows[Case.__table__].append(waits | {"opened_at": now, "version": 1})


def _where_from(rows: Any, key: int, one: New, home: Home, now: datetime) -> None:
    line = one.line
    known_by = {"archive_id": home.archive_id, "key_digest": key_digest(line.key), "line_digest": line.digest}
    rows[ArchiveLine.__table__].append(known_by | {"contribution_id": key})
    if line.role != "update":
        rows[Provenance.__table__].append(
            {
                "story_id": key,
                "how": "import",
                "entered_at": now,
                "told_on": line.date,
                "contact": tokens.seal_text(line.contact) if line.contact else "",
                "archive": home.archive,
                "archive_key": line.key,
                "original_address": line.address,
            }
        )
        if one.path is not None:
            rows[OldAddress.__table__].append({"path": one.path, "story_id": key})
    if home.attest:
        rows[Consent.__table__] += [
            consent_row(key, use, line.language or one_language(one), note=home.attest, now=now)
            for use in sorted(line.uses, key=str)
        ]


def one_language(one: New) -> str:
    """The language of a later chapter that doesn't say its own."""
    return one.parent.language if one.parent else ""


def consent_row(
    key: int, use: tuple[str, str | None], language: str, *, note: str, now: datetime, by: int | None = None
) -> dict[str, Any]:
    """A consent that was given before and is attested now, as the ledger keeps it."""
    return {
        "contribution_id": key,
        "use": use[0],
        "for_language": use[1],
        "wording_version": wording.VERSION,
        "language": language,
        "given_how": "attested",
        "given_at": now,
        "recorded_by": by,
        "note": note,
    }
