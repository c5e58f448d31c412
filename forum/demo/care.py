"""A heavy day in the demo: what the site noticed by itself, with the card for its author, and what a reader noticed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from forum.accounts.models import Member
from forum.accounts.queries import viewer_of
from forum.care.models import CareCard
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.demo import content
from forum.demo.desk import report, reported_post
from forum.discussions.models import Post, Thread
from forum.moderation import caring, promises, signals
from forum.moderation.models import Case, Signal
from forum.notifications.models import Notification

Entry = dict[str, Any]


def notice(members: Mapping[str, Member], threads: Mapping[str, Thread]) -> None:
    """Let the site and a reader notice what the content says; moments are counted back from now."""
    must_be_writing()
    heavy, told = content.care()["noticed"], content.care()["reported"]
    post = reported_post(heavy, members, threads)
    _notice(post, members[heavy["author"]])
    reported_post(heavy["answer"] | {"thread": heavy["thread"]}, members, threads, answered=post)
    case = report(reported_post(told, members, threads), told["report"], members)
    case.due_at = promises.due_at("care", case.opened_at)
    db.session.flush()


def _notice(post: Post, author: Member) -> None:
    """As when it was sent: nothing is held, a case is at the top, the card is in its author's list."""
    raised = caring.raised_by(post, None, ())
    case = caring.take_care(viewer_of(author), post, raised)
    if case is None:
        raise LookupError(f"The demo's heavy post raises nothing: {post.teaser}")
    signals.record(post, caring.finding_of(raised), case)
    _set_back(post, case, author)


def _set_back(post: Post, case: Case, author: Member) -> None:
    moment: datetime = post.created_at
    case.opened_at, case.due_at = moment, promises.due_at("care", moment)
    db.session.flush()
    db.session.execute(update(Signal).where(Signal.case_id == case.id).values(made_at=moment))
    card = db.session.scalars(select(CareCard).where(CareCard.member_id == author.id)).one()
    card.shown_at = moment
    of_card = (Notification.member_id == author.id, Notification.key == f"care:{card.id}")
    db.session.execute(update(Notification).where(*of_card).values(made_at=moment, changed_at=moment))
    db.session.flush()
