"""Thirty days after a contribution was taken back, none of its words is anywhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update

from forum.contributions import actions as contributions
from forum.contributions import ledger
from forum.contributions.models import Contribution, Draft, Follow, KeptDetail, Seal, Wish
from forum.core import clock
from forum.core.db import Base, db
from forum.core.outbox import OutboxJob
from forum.core.partial_date import PartialDate
from forum.core.unit_of_work import write
from forum.core.worker import work_all
from forum.moderation import actions as moderation
from forum.moderation.models import ReviewMessage, SuggestedEdit
from forum.stories import actions as stories
from forum.stories.models import Provenance, Story, StoryUpdate
from tests.cast import Cast
from tests.stories.conftest import MakeStory, make_story  # noqa: F401

MARK = "quincejelly"


def holding(mark: str) -> list[str]:
    """Every column of every table in which `mark` stands, the index's own tables included."""
    db.session.rollback()
    found = []
    for table in Base.metadata.tables.values():
        for row in db.session.execute(text(f'SELECT * FROM "{table.name}"')).mappings():
            found += [f"{table.name}.{name}" for name, value in row.items() if mark in str(value).lower()]
    return found


def days_pass(monkeypatch: pytest.MonkeyPatch, days: float) -> None:
    later = clock.now() + timedelta(days=days)
    monkeypatch.setattr(clock, "now", lambda: later)


@pytest.fixture
def story_id(cast: Cast, make_story: MakeStory) -> int:  # noqa: F811
    """A story of Alice's under another name, with its mark in everything that hangs on it."""
    key = make_story(
        title=f"My {MARK}", source=f"It was {MARK}, long ago.", attribution="pseudonym", byline=f"{MARK} M.",
        condition_words=MARK, region=MARK, country="IT", about_whom="child", of_age_year=2030,
        diagnosed=PartialDate("2009"), teaser=f"About {MARK}",
    )  # fmt: skip
    with write():
        _hang_on(key, cast)
    return key


def _hang_on(key: int, cast: Cast) -> None:
    now = clock.now()
    story = db.session.get_one(Story, key)
    ledger.give(story, "print", version=2, language="en", how="letter", recorded_by=cast.cora.id, note=f"A {MARK}")
    rows: list[Any] = [
        Wish(contribution_id=key, deputy=f"My {MARK} sister", changed_at=now),
        KeptDetail(contribution_id=key, digest="d"),
        Follow(contribution_id=key, member_id=cast.bob.id, nonce="n", made_at=now),
        Draft(contribution_id=key, place=f"edit:{key}", source=f"More {MARK}", saved_at=now, facts={"region": MARK}),
        ReviewMessage(contribution_id=key, is_from_author=True, language="en", text=f"Is {MARK} fine?", written_at=now),
        SuggestedEdit(
            contribution_id=key,
            moderator_id=cast.mona.id,
            base_source=MARK,
            source=f"No {MARK}",
            note=MARK,
            made_at=now,
        ),
        Provenance(story_id=key, how="letter", entered_at=now, contact=MARK),
    ]
    db.session.add_all(rows)
    contributions.add_revision(story, source=f"An older {MARK}", note=f"without {MARK}")
    chapter = StoryUpdate(
        story_id=key, dated=PartialDate("2025"), language="en", created_at=now, status="sent", part="chapter"
    )
    contributions.set_words(chapter, source=f"A year of {MARK} later.", title=MARK)
    contributions.sign(chapter, cast.alice.id, "pseudonym", f"{MARK} M.")
    contributions.publish(chapter)
    translation = Story(language="it", created_at=now, status="sent", translation_of_id=key, translator=MARK)
    contributions.set_words(translation, source=f"Era {MARK}.", title=MARK)
    contributions.sign(translation, cast.alice.id, "pseudonym", f"{MARK} M.")
    contributions.publish(translation)
    moderation.report(
        reporter=cast.bob.viewer, contribution=story, reason="other", words=f"Who is this {MARK}?",
        address="/en/stories/1", language="en",
    )  # fmt: skip


def withdraw(cast: Cast, story_id: int) -> None:
    with write():
        assert stories.withdraw(actor=cast.alice.viewer, story_id=story_id).verdict


def status_of(story_id: int) -> str:
    db.session.rollback()
    return db.session.scalars(select(Contribution.status).where(Contribution.id == story_id)).one()


def test_the_words_are_everywhere_before(story_id: int) -> None:
    tables = {name.partition(".")[0] for name in holding(MARK)}
    assert tables >= {
        "contributions", "revisions", "drafts", "consents", "wishes", "review_messages", "suggested_edits", "stories",
        "reports", "provenances", "search_documents",
    }  # fmt: skip


def test_after_thirty_days_none_of_them_is_left(cast: Cast, story_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    withdraw(cast, story_id)
    days_pass(monkeypatch, 30.1)
    work_all()
    assert holding(MARK) == []
    assert status_of(story_id) == "erased"
    for table in (Seal, Wish, KeptDetail, Follow, Draft):
        assert not db.session.scalars(select(table).where(table.contribution_id == story_id)).all()
    story = db.session.get_one(Story, story_id)
    assert (story.country, story.diagnosed, story.about_whom, story.of_age_year) == (None, None, None, None)
    assert [one.use for one in ledger.history(story_id)]  # that she said yes, and no, stays; not in which words
    assert ledger.allowed(story_id) == set()
    assert cast.visitor.browser.get(f"/en/stories/{story_id}").status_code == 410
    assert cast.alice.browser.get(f"/en/stories/{story_id}").status_code == 410
    waiting = select(OutboxJob.name).where(OutboxJob.done_at.is_(None), OutboxJob.run_at <= clock.now())
    assert not db.session.scalars(waiting).all()


def test_before_that_all_of_it_is_there_and_can_come_back(
    cast: Cast, story_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sorted(set(holding(MARK)))
    withdraw(cast, story_id)
    days_pass(monkeypatch, 29)
    work_all()
    with write():
        assert stories.bring_back(actor=cast.alice.viewer, story_id=story_id).verdict
    assert set(holding(MARK)) >= set(before)
    days_pass(monkeypatch, 3)
    work_all()
    assert status_of(story_id) == "published"


def test_what_was_taken_back_anew_has_thirty_days_anew(
    cast: Cast, story_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    withdraw(cast, story_id)
    days_pass(monkeypatch, 20)
    with write():
        stories.bring_back(actor=cast.alice.viewer, story_id=story_id)
    withdraw(cast, story_id)
    days_pass(monkeypatch, 15)
    work_all()
    assert status_of(story_id) == "withdrawn"
    days_pass(monkeypatch, 15.1)
    work_all()
    assert status_of(story_id) == "erased"


def test_the_job_twice_and_for_what_never_was(cast: Cast, story_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    withdraw(cast, story_id)
    days_pass(monkeypatch, 31)
    with write():
        assert contributions.erase_withdrawn(story_id)
    with write():
        assert not contributions.erase_withdrawn(story_id)
        assert not contributions.erase_withdrawn(999_999)


def test_a_moderator_who_hides_a_story_erases_nothing(
    cast: Cast, story_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with write():
        contributions.hide(db.session.get_one(Story, story_id))
        db.session.execute(update(Contribution).where(Contribution.id == story_id).values(withdrawn_at=clock.now()))
    days_pass(monkeypatch, 40)
    with write():
        assert not contributions.erase_withdrawn(story_id)
