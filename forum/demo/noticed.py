"""What the site held by itself when the demo opens: a text that sells, the same by somebody else, one held wrongly."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from forum.accounts.models import Member
from forum.accounts.queries import viewer_of
from forum.core import clock, kinds
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.demo import content
from forum.demo.threads import new_post, open_thread
from forum.demo.writing import put_down
from forum.discussions.models import Board
from forum.moderation import actions as moderation
from forum.moderation import screening, signals
from forum.screening import remembering
from forum.screening.sending import UNKNOWN

Entry = dict[str, Any]


def send(members: Mapping[str, Member], boards: Mapping[str, Board]) -> None:
    """Send what the content says, looked through as anything that is sent; moments are counted back from now."""
    must_be_writing()
    for entry in content.noticed()["posts"]:
        _send(entry, members[entry["author"]], boards[entry["board"]])


def _send(entry: Entry, author: Member, board: Board) -> None:
    sent_at = clock.now() - timedelta(hours=entry["hours"])
    post = new_post(board, written_at=sent_at, language="en")
    put_down(post, member_id=author.id, source=entry["text"].strip(), title=entry["title"])
    open_thread(board, post)
    kind = kinds.kind_of(post)
    findings = screening.found(viewer_of(author), kind, post, None, UNKNOWN, review_first=False, was_refused=False)
    remembering.remember(post.id, post.source)
    post.status = "pending"
    case = moderation.open_case(post, "review")
    case.opened_at = sent_at
    signals.record(post, findings, case)
    for one in signals.noticed(post.id):
        one.row.made_at = sent_at
    db.session.flush()
