"""The verbs of canned replies: write, change, retire, bring back; the default set of an installation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from forum.accounts.viewer import Viewer
from forum.core import clock, tokens
from forum.core.db import db
from forum.core.settings import LANGUAGES
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.moderation import log
from forum.moderation.canned import reply_by_id
from forum.moderation.guideline_models import Guideline, Reply, ReplyText
from forum.moderation.models import DECISIONS
from forum.moderation.policy import can_work

CONTENT = Path(__file__).parent / "content" / "replies.yaml"
NOT_THERE = _l("There is no such reply.")
NO_WORDS = _l("Write it in one language at least, with a name and its words.")
UNKNOWN = _l("Choose a decision and a guideline from the lists.")

Texts = dict[str, tuple[str, str]]  # by language: what it is called, what it says


def load_defaults() -> None:
    """Put the default replies into an installation that has none; one that has any keeps them as they are."""
    must_be_writing()
    if db.session.scalar(select(func.count()).select_from(Reply)):
        return
    content: dict[str, Any] = yaml.safe_load(CONTENT.read_text("utf-8"))
    now = clock.now()
    for position, entry in enumerate(content["replies"], start=1):
        texts = {language: content["texts"][language][entry["key"]] for language in LANGUAGES}
        db.session.add(
            Reply(
                key=entry["key"],
                decision=entry.get("decision"),
                guideline_key=entry.get("guideline"),
                position=position,
                texts=[
                    ReplyText(language=language, title=title, text=text, edited_at=now)
                    for language, (title, text) in texts.items()
                ],
            )
        )
    db.session.flush()


def _judge(actor: Viewer, decision: str | None, guideline_key: str | None, texts: Texts) -> Verdict:
    if not (verdict := can_work(actor)):
        return verdict
    keys = set(db.session.scalars(select(Guideline.key).where(Guideline.replaced_at.is_(None))))
    if decision not in (None, *DECISIONS) or guideline_key not in {None, *keys}:
        return no(UNKNOWN, 422)
    return YES if any(title and text for title, text in texts.values()) else no(NO_WORDS, 422)


def write(
    *, actor: Viewer, decision: str | None, guideline_key: str | None, texts: Texts
) -> tuple[Reply | None, Verdict]:
    """Write a new canned reply, last in the list."""
    must_be_writing()
    if not (verdict := _judge(actor, decision, guideline_key, texts)):
        return None, verdict
    last = db.session.scalar(select(func.max(Reply.position))) or 0
    reply = Reply(
        key=f"own_{tokens.new_nonce()[:12]}", decision=decision, guideline_key=guideline_key, position=last + 1
    )
    db.session.add(reply)
    db.session.flush()
    _put(reply, {}, texts)
    log.append(actor, "reply_made", "reply", reply.id, data={"decision": decision, "guideline": guideline_key})
    return reply, YES


def change(*, actor: Viewer, reply_id: int, decision: str | None, guideline_key: str | None, texts: Texts) -> Verdict:
    """Change a canned reply. Letters that began with it stay as they were sent."""
    must_be_writing()
    found = reply_by_id(reply_id)
    if found is None:
        return no(NOT_THERE, 404)
    if not (verdict := _judge(actor, decision, guideline_key, texts)):
        return verdict
    reply, present = found
    reply.decision, reply.guideline_key = decision, guideline_key
    changed = _put(reply, present, texts)
    log.append(actor, "reply_changed", "reply", reply.id, data={"languages": changed})
    return YES


def _put(reply: Reply, present: dict[str, ReplyText], texts: Texts) -> list[str]:
    """Keep a reply's texts; a language emptied of both goes. The languages that changed."""
    now, changed = clock.now(), []
    for language in LANGUAGES:
        title, text = texts.get(language, ("", ""))
        row = present.get(language)
        if row is not None and not (title or text):
            db.session.delete(row)
        elif row is not None and (row.title, row.text) != (title, text):
            row.title, row.text, row.edited_at = title, text, now
        elif row is None and title and text:
            db.session.add(ReplyText(reply_id=reply.id, language=language, title=title, text=text, edited_at=now))
        else:
            continue
        changed.append(language)
    db.session.flush()
    return changed


def retire(*, actor: Viewer, reply_id: int, is_back: bool = False) -> Verdict:
    """Take a canned reply out of what is offered; `is_back`: offer it again. Twice changes nothing."""
    must_be_writing()
    if not (verdict := can_work(actor)):
        return verdict
    reply = db.session.get(Reply, reply_id, with_for_update=True)
    if reply is None:
        return no(NOT_THERE, 404)
    if (reply.retired_at is None) == is_back:
        return YES
    reply.retired_at = None if is_back else clock.now()
    db.session.flush()
    log.append(actor, "reply_returned" if is_back else "reply_retired", "reply", reply.id)
    return YES
