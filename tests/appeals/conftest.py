"""Decisions to appeal against, and the verbs called as a view would call them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from forum.appeals import actions
from forum.appeals.models import Appeal
from forum.core.db import db
from forum.moderation import letterbox
from forum.moderation.models import Decision, Letter
from tests.cast import Cast, Person
from tests.moderation.conftest import (  # noqa: F401 - fixtures
    Make,
    case_of,
    decide,
    do,
    fresh,
    guidelines,
    make_post,
    make_story,
    report,
    thing,
)

WORDS = "The number was the hospital's own, it stands on its door."


def letter_about(contribution_id: int) -> Letter:
    """The newest letter about a contribution."""
    db.session.rollback()
    found = db.session.scalar(
        select(Letter).where(Letter.contribution_id == contribution_id).order_by(Letter.id.desc()).limit(1)
    )
    assert found is not None
    return found


def hidden(cast: Cast, make: Make, by: Person | None = None, **more: Any) -> tuple[int, int]:
    """A post that Mona has hidden: its id, and that of the letter about it."""
    key = make(by, **more)
    if thing(key).status == "pending":
        assert decide(cast.mona, key, "approve")
    else:
        report(cast.bob, key)
    if case_of(key).closed_at is not None:
        report(cast.bob, key)
    assert decide(cast.mona, key, "hide")
    return key, letter_about(key).id


def appealed(who: Person, letter_id: int) -> int:
    """An appeal against the decision of a letter; its id."""
    made, verdict = do(actions.appeal_as_author, actor=who.viewer, letter_id=letter_id, words=WORDS, language="en")
    assert verdict, verdict.reason
    return int(made.id)


def decision_of(appeal_id: int) -> Decision:
    """The decision that an appeal is against, as the database has it."""
    found: Decision = fresh(Decision, fresh(Appeal, appeal_id).decision_id)
    return found


def private_address(letter_id: int) -> str:
    """The address of a letter for who can't sign in."""
    return f"/en/letters/{letterbox.token_of(fresh(Letter, letter_id))}"
