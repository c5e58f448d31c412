"""From an empty page to a published story, by hand: the site's main job."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from forum.contributions.models import Consent, Contribution, Draft, Revision, Seal
from forum.core.db import db
from forum.core.public_state import PublicGeneration
from forum.moderation.models import Case
from forum.stories.models import Story
from tests.cast import Cast
from tests.stories.conftest import MakeStory


def begin(cast: Cast, who: str = "alice") -> int:
    answer = cast[who].browser.post("/en/stories")
    assert answer.status_code == 303, answer.text
    found = re.search(r"/en/stories/(\d+)/edit", answer.headers["Location"])
    assert found
    return int(found[1])


def fields(**more: object) -> dict[str, object]:
    return {"title": "The jar lid", "source": "It was plum jam.", "attribution": "member", "language": "en"} | more


def version_of(story_id: int) -> int:
    db.session.rollback()
    return db.session.scalars(select(Contribution.version).where(Contribution.id == story_id)).one()


def status_of(story_id: int) -> str:
    db.session.rollback()
    return db.session.scalars(select(Contribution.status).where(Contribution.id == story_id)).one()


def test_a_visitor_is_shown_what_writing_is_like_and_led_to_sign_in(cast: Cast) -> None:
    page = cast.visitor.browser.get("/en/stories/new")
    assert page.status_code == 200
    assert "/en/sign-in?next=" in page.text
    answer = cast.visitor.browser.post("/en/stories")
    assert answer.status_code == 303
    assert "/en/sign-in" in answer.headers["Location"]


def test_beginning_twice_gives_one_empty_draft(cast: Cast) -> None:
    assert begin(cast) == begin(cast)


def test_a_story_goes_from_an_empty_page_to_the_archive(cast: Cast) -> None:
    story_id = begin(cast)
    alice = cast.alice.browser
    assert alice.get(f"/en/stories/{story_id}/edit").status_code == 200
    kept = alice.post(
        f"/en/stories/{story_id}/draft", data=fields(version=version_of(story_id), check="1", relation="patient")
    )
    assert kept.status_code == 303
    assert kept.headers["Location"].endswith(f"/stories/{story_id}/check")
    assert "It was plum jam." in alice.get(f"/en/stories/{story_id}/check").text
    assert cast.bob.browser.get(f"/en/stories/{story_id}").status_code == 404
    sent = alice.post(f"/en/stories/{story_id}/sending", data={"consent": ["site", "print"]})
    assert sent.headers["Location"].endswith(f"/stories/{story_id}/sent")
    assert "We have your story" in alice.get(f"/en/stories/{story_id}/sent").text
    assert status_of(story_id) == "pending"
    assert set(db.session.scalars(select(Consent.use))) == {"site", "print"}
    case = db.session.scalars(select(Case).where(Case.contribution_id == story_id)).one()
    page = cast.mona.browser.get(f"/en/moderation/cases/{case.id}")
    assert "It was plum jam." in page.text
    decided = cast.mona.browser.post(
        f"/en/moderation/cases/{case.id}/decisions",
        data={"decision": "approve", "version": case.version, "seen_version": case.version},
    )
    assert decided.status_code == 303, decided.text
    assert status_of(story_id) == "published"
    assert "The jar lid" in cast.visitor.browser.get("/en/stories").text
    assert "It was plum jam." in cast.visitor.browser.get(f"/en/stories/{story_id}").text


def test_without_consent_nothing_is_sent(cast: Cast) -> None:
    story_id = begin(cast)
    cast.alice.browser.post(f"/en/stories/{story_id}/draft", data=fields(version=version_of(story_id)))
    answer = cast.alice.browser.post(f"/en/stories/{story_id}/sending", data={"consent": ["print"]})
    assert answer.status_code == 422
    assert "we need your consent" in answer.text
    assert status_of(story_id) == "draft"


def test_an_empty_story_is_not_sent_and_says_why(cast: Cast) -> None:
    story_id = begin(cast)
    answer = cast.alice.browser.post(f"/en/stories/{story_id}/sending", data={"consent": ["site"]})
    assert answer.status_code == 422
    assert "title" in answer.text


def test_sending_twice_is_one_sending(cast: Cast) -> None:
    story_id = begin(cast)
    cast.alice.browser.post(f"/en/stories/{story_id}/draft", data=fields(version=version_of(story_id)))
    for _ in range(2):
        answer = cast.alice.browser.post(f"/en/stories/{story_id}/sending", data={"consent": ["site"]})
        assert answer.status_code == 303
    db.session.rollback()
    assert len(db.session.scalars(select(Revision.id).where(Revision.contribution_id == story_id)).all()) == 1
    assert len(db.session.scalars(select(Case.id).where(Case.contribution_id == story_id)).all()) == 1


def test_the_page_keeps_words_by_itself_and_says_at_which_version(cast: Cast) -> None:
    story_id = begin(cast)
    answer = cast.alice.browser.post(
        f"/en/stories/{story_id}/draft",
        data=fields(version=version_of(story_id)),
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 200
    assert answer.json
    assert answer.json["version"] == version_of(story_id)


def test_a_second_window_never_writes_over_the_first(cast: Cast) -> None:
    story_id = begin(cast)
    seen = version_of(story_id)
    alice = cast.alice.browser
    alice.post(f"/en/stories/{story_id}/draft", data=fields(version=seen, source="From the first window."))
    late = alice.post(
        f"/en/stories/{story_id}/draft",
        data=fields(version=seen, source="From the second window."),
        headers={"Accept": "application/json"},
    )
    assert late.status_code == 409
    assert late.json
    assert late.json["fields"]["source"] == "From the first window."
    page = alice.post(f"/en/stories/{story_id}/draft", data=fields(version=seen, source="From the second window."))
    assert page.status_code == 409
    assert "From the first window." in page.text
    assert "From the second window." in page.text


def test_a_wrong_fact_keeps_the_words_and_says_what_is_wrong(cast: Cast) -> None:
    story_id = begin(cast)
    answer = cast.alice.browser.post(
        f"/en/stories/{story_id}/draft", data=fields(version=version_of(story_id), diagnosed="the wet summer")
    )
    assert answer.status_code == 422
    assert "the wet summer" in answer.text
    db.session.rollback()
    assert db.session.get_one(Story, story_id).source == "It was plum jam."


@pytest.mark.parametrize(
    "bad",
    [
        {"relation": "emperor"}, {"country": "<script>alert(1)</script>"}, {"topics": ["999999"]}, {"topics": ["x"]},
        {"language": "xx"}, {"attribution": "nobody"}, {"content_notes": ["joy"]}, {"attribution": "pseudonym"},
        {"title": "x" * 151}, {"source": "y" * 100_001}, {"diagnosed": "2009-13"}, {"version": "many"},
        {"title": "\x00\u202e<script>"}, {"source": "\x00\x01"}, {"topics": ["99999999999999999999999"]},
    ],
)  # fmt: skip
def test_no_field_breaks_the_page(cast: Cast, bad: dict[str, object]) -> None:
    story_id = begin(cast)
    answer = cast.alice.browser.post(f"/en/stories/{story_id}/draft", data=fields(version=version_of(story_id)) | bad)
    assert answer.status_code in (303, 409, 422)
    assert "<script>" not in answer.text


@pytest.mark.parametrize("address", ["edit", "check", "sent", "withdrawal"])
def test_nobody_else_finds_the_pages_of_a_draft(cast: Cast, address: str) -> None:
    story_id = begin(cast)
    for who in ("bob", "mona", "ada"):
        assert cast[who].browser.get(f"/en/stories/{story_id}/{address}").status_code == 404


@pytest.mark.parametrize("act", ["draft", "sending", "recall", "withdrawal", "return", "removal"])
def test_nobody_else_acts_on_a_story(cast: Cast, make_story: MakeStory, act: str) -> None:
    story_id = make_story()
    before = version_of(story_id)
    assert cast.bob.browser.post(f"/en/stories/{story_id}/{act}", data=fields()).status_code == 404
    assert cast.visitor.browser.post(f"/en/stories/{story_id}/{act}", data=fields()).status_code == 303
    assert version_of(story_id) == before


def test_the_silenced_read_and_take_back_but_do_not_write(cast: Cast, make_story: MakeStory) -> None:
    own = make_story(cast.sam)
    answer = cast.sam.browser.post("/en/stories")
    assert answer.status_code == 403
    assert "You can read, not write, until" in answer.text
    assert cast.sam.browser.post(f"/en/stories/{own}/withdrawal").status_code == 303
    assert status_of(own) == "withdrawn"


def test_a_change_of_a_published_story_waits_while_readers_keep_the_old_words(
    cast: Cast, make_story: MakeStory
) -> None:
    story_id = make_story()
    alice = cast.alice.browser
    kept = alice.post(f"/en/stories/{story_id}/draft", data=fields(version=0, source="It was quince.", check="1"))
    assert kept.status_code == 303
    assert "It was quince." in alice.get(f"/en/stories/{story_id}/check").text
    assert alice.post(f"/en/stories/{story_id}/sending", data={"consent": ["site"]}).status_code == 303
    assert "plum jam" in cast.visitor.browser.get(f"/en/stories/{story_id}").text
    db.session.rollback()
    case = db.session.scalars(select(Case).where(Case.contribution_id == story_id)).one()
    cast.mona.browser.post(
        f"/en/moderation/cases/{case.id}/decisions",
        data={"decision": "approve", "version": case.version, "seen_version": case.version},
    )
    assert "It was quince." in cast.visitor.browser.get(f"/en/stories/{story_id}").text


def test_the_unsent_change_of_a_sealed_story_hangs_on_the_story(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story(attribution="anonymous")
    cast.alice.browser.post(f"/en/stories/{story_id}/draft", data=fields(version=0, source="It was quince."))
    db.session.rollback()
    draft = db.session.scalars(select(Draft)).one()
    assert (draft.member_id, draft.contribution_id) == (None, story_id)


def test_a_draft_can_be_thrown_away_and_leaves_nothing(cast: Cast) -> None:
    story_id = begin(cast)
    cast.alice.browser.post(
        f"/en/stories/{story_id}/draft", data=fields(version=version_of(story_id), attribution="anonymous")
    )
    assert cast.alice.browser.post(f"/en/stories/{story_id}/removal").status_code == 303
    db.session.rollback()
    for table in (Story, Contribution, Seal, Revision, Draft):
        assert not db.session.scalars(select(table)).all()


def test_a_recalled_story_is_a_draft_again_and_its_case_is_closed(cast: Cast) -> None:
    story_id = begin(cast)
    alice = cast.alice.browser
    alice.post(f"/en/stories/{story_id}/draft", data=fields(version=version_of(story_id)))
    alice.post(f"/en/stories/{story_id}/sending", data={"consent": ["site"]})
    assert alice.get(f"/en/stories/{story_id}/edit").status_code == 409
    assert alice.post(f"/en/stories/{story_id}/recall").status_code == 303
    assert status_of(story_id) == "draft"
    assert not db.session.scalars(select(Case).where(Case.closed_at.is_(None))).all()


def test_keeping_what_nobody_sees_leaves_visitors_pages_as_they_are(cast: Cast, make_story: MakeStory) -> None:
    def generation() -> int:
        db.session.rollback()
        return db.session.scalars(select(PublicGeneration.generation)).one()

    before = generation()
    story_id = begin(cast)
    for words in ("It was plum jam.", "It was quince."):
        cast.alice.browser.post(
            f"/en/stories/{story_id}/draft", data=fields(version=version_of(story_id), source=words)
        )
    assert generation() == before
    published = make_story()
    assert generation() > before
    before = generation()
    cast.alice.browser.post(f"/en/stories/{published}/withdrawal")
    assert generation() > before
