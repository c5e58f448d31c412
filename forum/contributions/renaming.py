"""A member has a new name, or left: the texts that mention her are made anew, lot by lot, with her words of old gone.

The sources change too, so that no form shows a name that she gave up.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, or_, select, update

from forum.contributions import mentions, quotations
from forum.contributions.actions import reindex
from forum.contributions.models import Contribution, Draft, Mention, Revision
from forum.core.db import db
from forum.core.outbox import enqueue
from forum.core.settings import LANGUAGES
from forum.core.unit_of_work import must_be_writing

AT_ONCE = 50  # mentioning texts made anew in one transaction
JOB = "contributions.mentions"


def name_anew(member_id: int) -> None:
    """Ask the worker to make everything anew that mentions a member: she has a new name, or was erased."""
    enqueue(JOB, {"member_id": member_id, "after": 0})


def go_on(member_id: int, after: int) -> None:
    """Make the next lot of texts anew that mention a member, and ask for the lot after it."""
    must_be_writing()
    name = mentions.names_of([member_id]).get(member_id)
    if not after:
        _write(Draft, _drafts(member_id), member_id, name)
    ids = db.session.scalars(
        select(Mention.contribution_id)
        .where(Mention.member_id == member_id, Mention.contribution_id > after)
        .order_by(Mention.contribution_id)
        .limit(AT_ONCE + 1)
    ).all()
    lot = ids[:AT_ONCE]
    for model, owner in ((Contribution, Contribution.id), (Revision, Revision.contribution_id)):
        rows = db.session.execute(_texts(model, owner, lot)).all()
        _write(model, rows, member_id, name)
    quotations.make_anew(lot, reindex)
    if name is None:
        db.session.execute(delete(Mention).where(Mention.member_id == member_id, Mention.contribution_id.in_(lot)))
    if len(ids) > AT_ONCE:
        enqueue(JOB, {"member_id": member_id, "after": lot[-1]})


def _texts(model: type[Any], owner: Any, ids: Sequence[int]) -> Any:
    texts = select(model.id, model.source, Contribution.language)
    return (texts.join(Contribution, Contribution.id == owner) if model is Revision else texts).where(owner.in_(ids))


def _drafts(member_id: int) -> Sequence[Any]:
    named = or_(*(Draft.source.contains(f"/members/{member_id}{end}", autoescape=True) for end in (")", " ")))
    return db.session.execute(select(Draft.id, Draft.source).where(named)).all()


def _write(model: type[Any], rows: Sequence[Any], member_id: int, name: str | None) -> None:
    for row in rows:
        left = source_anew(row.source, member_id, name, getattr(row, "language", LANGUAGES[0]))
        if left != row.source:
            db.session.execute(
                update(model).where(model.id == row.id).values(source=left).execution_options(synchronize_session=False)
            )
    db.session.expire_all()


def source_anew(source: str, member_id: int, name: str | None, language: str) -> str:
    """A source in which a member stands under `name`; without one, as a former member, and without her id."""

    def anew(found: re.Match[str]) -> str:
        if int(found[2]) != member_id:
            return found[0]
        return mentions.form(name, member_id) if name is not None else mentions.former_member(language)

    return mentions.FORM.sub(anew, source)
