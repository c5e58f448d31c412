"""A consent that isn't whole brings nothing back to readers, by whichever way it would return."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from forum.contributions import actions as contributions
from forum.contributions.models import Consent, Contribution
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.moderation import actions as moderation
from forum.moderation.models import Case
from forum.stories.models import Story
from tests.cast import Cast
from tests.stories.conftest import MakeStory

BROKEN: tuple[dict[str, Any], ...] = (
    {"given_at": clock.now() + timedelta(days=3650)},
    {"wording_version": 77},
    {"language": "xx"},
)


def _break(story_id: int, values: dict[str, Any]) -> None:
    with write():
        site = (Consent.contribution_id == story_id, Consent.use == "site")
        db.session.execute(update(Consent).where(*site).values(**values))


def _status(story_id: int) -> str:
    db.session.rollback()
    return db.session.scalars(select(Contribution.status).where(Contribution.id == story_id)).one()


@pytest.mark.parametrize("values", BROKEN, ids=["of tomorrow", "unknown wording", "unknown language"])
def test_a_story_brought_back_without_a_whole_consent_waits(
    cast: Cast, make_story: MakeStory, values: dict[str, Any]
) -> None:
    story_id = make_story()
    _break(story_id, values)
    assert cast.alice.browser.post(f"/en/stories/{story_id}/withdrawal").status_code == 303
    assert cast.alice.browser.post(f"/en/stories/{story_id}/return").status_code == 303
    assert _status(story_id) == "pending"
    assert cast.visitor.browser.get(f"/en/stories/{story_id}").status_code == 404


def test_a_hidden_story_without_a_whole_consent_is_not_shown_again(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    with write():
        story = db.session.get_one(Story, story_id)
        contributions.hide(story)
        case = moderation.open_case(story, "report")
        case_id, version = case.id, case.version
    _break(story_id, BROKEN[0])
    with write():
        verdict = moderation.decide(
            actor=cast.mona.viewer, case_id=case_id, seen_version=version, decision="restore", guideline_id=None,
            letter="", note="",
        )  # fmt: skip
    assert (verdict.status, _status(story_id)) == (409, "hidden")
    page = cast.mona.browser.get(f"/en/moderation/cases/{case_id}")
    assert (page.status_code, 'value="restore"' in page.text) == (200, False)
    assert db.session.get_one(Case, case_id).closed_at is None


def test_a_translation_is_not_published_without_its_translators_consent(cast: Cast, make_story: MakeStory) -> None:
    original = make_story()
    translation = make_story(
        cast.alice, language="it", status="pending", uses=(), translation_of_id=original, translator_id=cast.bob.id
    )
    with write():
        case = moderation.open_case(db.session.get_one(Story, translation), "review")
        case_id, version = case.id, case.version
    with write():
        verdict = moderation.decide(
            actor=cast.mona.viewer, case_id=case_id, seen_version=version, decision="approve", guideline_id=None,
            letter="", note="",
        )  # fmt: skip
    assert (verdict.status, _status(translation)) == (409, "pending")
