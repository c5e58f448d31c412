"""Contributions to be judged, and the verbs called as a view would call them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.contributions import actions as contributions
from forum.contributions import ledger
from forum.contributions.models import Contribution
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.core.verdict import Verdict
from forum.discussions import actions as discussions
from forum.discussions.models import Board
from forum.moderation import actions
from forum.moderation.guideline_models import Guideline
from forum.moderation.models import Case
from forum.stories.models import Story
from tests.cast import Cast, Person

Make = Callable[..., int]


def do(verb: Callable[..., Any], **arguments: Any) -> Any:
    """Call an action in a writing transaction of its own."""
    with write():
        return verb(**arguments)


def fresh(model: type[Any], key: int) -> Any:
    """A row as the database has it now."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(model, key)


def thing(key: int) -> Contribution:
    """A contribution as the database has it."""
    found: Contribution = fresh(Contribution, key)
    return found


def case_of(contribution_id: int) -> Case:
    """The newest case about a contribution."""
    db.session.rollback()
    db.session.expire_all()
    found = db.session.scalar(select(Case).where(Case.contribution_id == contribution_id).order_by(Case.id.desc()))
    assert found is not None, "There is no case about it."
    return found


def decide(by: Person, contribution_id: int, decision: str, **more: Any) -> Verdict:
    """Decide the newest case about a contribution as it stands, with a guideline and a letter where needed."""
    case = case_of(contribution_id)
    arguments = {
        "seen_version": case.version, "guideline_id": None, "letter": "", "note": "", "until": None, **more,
    }  # fmt: skip
    if decision in ("ask_for_changes", "decline", "hide", "warn", "limit", "silence", "ban"):
        arguments["guideline_id"] = more.get("guideline_id") or rule(3)
        arguments["letter"] = more.get("letter", "Take the number out, please.")
    verdict: Verdict = do(actions.decide, actor=by.viewer, case_id=case.id, decision=decision, **arguments)
    return verdict


def report(by: Person, contribution_id: int, reason: str = "hurtful", words: str = "Look at the end.") -> str:
    """Report a contribution; the receipt's token."""
    with write():
        _row, token = actions.report(
            reporter=by.viewer,
            contribution=db.session.get_one(Contribution, contribution_id),
            reason=reason,
            words=words,
            address="/en/posts/1",
            language="en",
        )
    return str(token)


def rule(number: int) -> int:
    """The id of a guideline by its number."""
    found = db.session.scalar(select(Guideline.id).where(Guideline.number == number))
    assert found is not None
    return found


@pytest.fixture(autouse=True)
def guidelines(request: pytest.FixtureRequest) -> None:
    """The default guidelines, wherever a test has an application."""
    if "app" in request.fixturenames:
        app: Flask = request.getfixturevalue("app")
        assert app
        do(actions.load_defaults)


@pytest.fixture
def make_post(cast: Cast) -> Make:
    """Sends the opening post of a thread, as `by` (Alice), and returns its id."""

    def make(
        by: Person | None = None, source: str = "All *seven* buttons.", *, review_first: bool = False, **more: Any
    ) -> int:
        with write():
            board = Board(
                slug=f"hands-{clock.now().timestamp()}", is_reviewed_first=review_first, allows_anonymous=True
            )
            db.session.add(board)
            db.session.flush()
            key = board.id
        written = do(
            discussions.start_thread,
            actor=(by or cast.alice).viewer,
            board_id=key,
            title="Buttons",
            source=source,
            **more,
        )
        assert written.verdict, written.verdict.reason
        return int(written.post_id)

    return make


@pytest.fixture
def make_story(cast: Cast) -> Make:
    """Sends a story, as `by` (Alice), and returns its id; it waits to be read."""

    def make(
        by: Person | None = None, *, attribution: str = "member", byline: str | None = None, **columns: Any
    ) -> int:
        author = by or cast.alice
        with write():
            story = Story(language=columns.pop("language", "en"), created_at=clock.now(), status="sent", **columns)
            contributions.set_words(story, title="The jar lid", source="It was plum jam.", teaser="It was cold.")
            contributions.sign(story, author.id, attribution, byline)
            ledger.give(story, "site", version=2, language="en", how="site")
            actions.admit(actor=author.viewer, contribution=story, revision=contributions.add_revision(story))
            return story.id

    return make


def edit(by: Person, key: int, source: str) -> bool:
    """Change the words of a contribution; whether readers see the change at once."""
    with write():
        contribution = db.session.get_one(Contribution, key)
        revision = contributions.add_revision(contribution, source=source)
        return actions.admit(actor=by.viewer, contribution=contribution, revision=revision)
