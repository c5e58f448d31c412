"""Later chapters: from an empty page to the story's page, taken off alone, gone with the story."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from forum.contributions.models import Draft, Seal
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.stories import chapters, drafting, signature
from forum.stories.models import Story, StoryUpdate
from tests.cast import Cast
from tests.querylog import recorded
from tests.stories.below import (
    WORDS,
    approve,
    begin_chapter,
    chapter,
    decide,
    keep,
    send,
    status_of,
    version_of,
    written_chapter,
)
from tests.stories.conftest import MakeStory


def test_a_chapter_goes_from_an_empty_page_to_its_story(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    alice = cast.alice.browser
    assert "A later chapter" in alice.get(f"/en/stories/{story_id}/chapters/new").text
    key = begin_chapter(cast.alice, story_id)
    page = alice.get(f"/en/chapters/{key}/edit").text
    assert f'value="{clock.today().isoformat()[:7]}"' in page
    assert keep(cast.alice, key, check="1").headers["Location"].endswith(f"/chapters/{key}/check")
    check = alice.get(f"/en/chapters/{key}/check").text
    assert "The jar lid turns now." in check
    assert "under the consent that you gave for the story" in check
    assert send(cast.alice, key).status_code == 303
    assert "The jar lid turns now." not in cast.visitor.browser.get(f"/en/stories/{story_id}").text
    approve(cast, key)
    page = cast.visitor.browser.get(f"/en/stories/{story_id}").text
    assert "The jar lid turns now." in page
    assert "May 2024" in page
    assert "Three years on" in page
    assert "Updated" in cast.visitor.browser.get("/en/stories").text


def test_beginning_twice_gives_one_empty_draft(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    assert begin_chapter(cast.alice, story_id) == begin_chapter(cast.alice, story_id)


def test_sending_twice_is_one_case(cast: Cast, make_story: MakeStory) -> None:
    key = written_chapter(cast.alice, make_story())
    assert send(cast.alice, key).status_code == 303
    approve(cast, key)  # one open case, or this would find several


@pytest.mark.parametrize(
    ("attribution", "byline", "shown"), [("pseudonym", "Rosa M.", "Rosa M."), ("anonymous", None, "Without a name")]
)
def test_a_chapter_is_signed_as_its_story(
    cast: Cast, make_story: MakeStory, attribution: str, byline: str | None, shown: str
) -> None:
    story_id = make_story(attribution=attribution, byline=byline)
    key = written_chapter(cast.alice, story_id)
    row = chapter(key)
    assert (row.attribution, row.byline, row.author_id) == (attribution, byline, None)
    assert db.session.scalars(select(Seal.member_id).where(Seal.contribution_id == key)).one() == cast.alice.id
    approve(cast, key)
    page = cast.visitor.browser.get(f"/en/stories/{story_id}").text
    assert shown in page
    assert "Alice" not in page


def test_an_unsent_change_of_a_sealed_chapter_names_nobody(cast: Cast, make_story: MakeStory) -> None:
    key = written_chapter(cast.alice, make_story(attribution="anonymous"))
    approve(cast, key)
    assert keep(cast.alice, key, source="It turns by itself.", version=0).status_code == 303
    db.session.rollback()
    draft = db.session.scalars(select(Draft).where(Draft.place == f"edit:{key}")).one()
    assert (draft.member_id, draft.contribution_id) == (None, key)


def test_a_change_waits_while_readers_keep_the_old_words_and_date(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    key = written_chapter(cast.alice, story_id)
    approve(cast, key)
    assert keep(cast.alice, key, source="It turns by itself.", dated="2025", version=0).status_code == 303
    check = cast.alice.browser.get(f"/en/chapters/{key}/check").text
    assert "It turns by itself." in check
    assert send(cast.alice, key).status_code == 303
    page = cast.visitor.browser.get(f"/en/stories/{story_id}").text
    assert "The jar lid turns now." in page
    assert str(chapter(key).dated) == "2024-05"
    assert decide(cast, key).status_code == 303
    page = cast.visitor.browser.get(f"/en/stories/{story_id}").text
    assert "It turns by itself." in page
    assert "The jar lid turns now." not in page
    assert str(chapter(key).dated) == "2025"


def test_a_chapter_taken_off_leaves_the_page_alone_and_comes_back(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    key = written_chapter(cast.alice, story_id)
    approve(cast, key)
    assert db.session.get_one(Story, story_id).updated_at is not None
    alice = cast.alice.browser
    assert alice.post(f"/en/chapters/{key}/withdrawal").status_code == 303
    page = cast.visitor.browser.get(f"/en/stories/{story_id}")
    assert page.status_code == 200
    assert "turns now" not in page.text
    assert "turns now" not in cast.visitor.browser.get("/en/search?q=turns").text
    db.session.rollback()
    assert db.session.get_one(Story, story_id).updated_at is None
    assert "bring it back" in alice.get(f"/en/chapters/{key}").text
    assert alice.post(f"/en/chapters/{key}/return").status_code == 303
    assert "turns now" in cast.visitor.browser.get(f"/en/stories/{story_id}").text
    assert status_of(key) == "published"


def test_a_chapter_goes_with_its_story_and_comes_back_with_it(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    key = written_chapter(cast.alice, story_id)
    approve(cast, key)
    alice = cast.alice.browser
    alice.post(f"/en/stories/{story_id}/withdrawal")
    assert chapter(key).audience == "participants"
    assert cast.bob.browser.get(f"/en/chapters/{key}").status_code == 410
    assert "turns now" not in cast.bob.browser.get("/en/search?q=turns").text
    alice.post(f"/en/stories/{story_id}/return")
    assert "turns now" in cast.visitor.browser.get(f"/en/stories/{story_id}").text


def test_one_approved_while_its_story_is_away_is_not_read(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    key = written_chapter(cast.alice, story_id)
    cast.alice.browser.post(f"/en/stories/{story_id}/withdrawal")
    decide(cast, key)
    assert cast.bob.browser.get(f"/en/chapters/{key}").status_code == 404
    assert "turns now" not in cast.bob.browser.get("/en/search?q=turns").text


@pytest.mark.parametrize("status", ["draft", "sent", "pending", "changes_asked", "declined", "hidden", "withdrawn"])
def test_nobody_else_sees_one_that_is_not_published(cast: Cast, make_story: MakeStory, status: str) -> None:
    story_id = make_story()
    key = written_chapter(cast.alice, story_id)
    with write():
        db.session.get_one(StoryUpdate, key).status = status
    for who in ("visitor", "bob", "mona", "ada"):
        assert "turns now" not in cast[who].browser.get(f"/en/stories/{story_id}").text
        assert cast[who].browser.get(f"/en/chapters/{key}").status_code == 404
    assert "turns now" in cast.alice.browser.get(f"/en/chapters/{key}").text


@pytest.mark.parametrize("act", ["draft", "sending", "recall", "withdrawal", "return", "removal", "refusal"])
def test_nobody_else_acts_on_one(cast: Cast, make_story: MakeStory, act: str) -> None:
    key = written_chapter(cast.alice, make_story())
    before = version_of(key)
    assert cast.bob.browser.post(f"/en/chapters/{key}/{act}", data=WORDS).status_code == 404
    assert cast.visitor.browser.post(f"/en/chapters/{key}/{act}", data=WORDS).status_code == 303
    assert version_of(key) == before


@pytest.mark.parametrize("address", ["edit", "check"])
def test_nobody_else_finds_its_pages(cast: Cast, make_story: MakeStory, address: str) -> None:
    key = begin_chapter(cast.alice, make_story())
    for who in ("bob", "mona", "ada"):
        assert cast[who].browser.get(f"/en/chapters/{key}/{address}").status_code == 404


def test_nobody_adds_a_chapter_to_another_s_story(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    assert cast.bob.browser.post(f"/en/stories/{story_id}/chapters").status_code == 404
    assert cast.bob.browser.get(f"/en/stories/{story_id}/chapters/new").status_code == 404
    assert db.session.scalars(select(StoryUpdate.id)).all() == []


@pytest.mark.parametrize("status", ["draft", "pending", "withdrawn", "hidden"])
def test_no_chapter_joins_a_story_that_readers_do_not_see(cast: Cast, make_story: MakeStory, status: str) -> None:
    story_id = make_story(status=status)
    assert cast.alice.browser.post(f"/en/stories/{story_id}/chapters").status_code in (404, 409)
    assert db.session.scalars(select(StoryUpdate.id)).all() == []


def test_the_silenced_take_back_but_do_not_write(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story(cast.sam)
    answer = cast.sam.browser.post(f"/en/stories/{story_id}/chapters")
    assert answer.status_code == 403
    assert "You can read, not write, until" in answer.text


def test_recalled_it_is_a_draft_again_and_can_be_thrown_away(cast: Cast, make_story: MakeStory) -> None:
    key = written_chapter(cast.alice, make_story())
    alice = cast.alice.browser
    assert alice.post(f"/en/chapters/{key}/removal").status_code == 409
    assert alice.post(f"/en/chapters/{key}/recall").status_code == 303
    assert status_of(key) == "draft"
    assert alice.post(f"/en/chapters/{key}/removal").status_code == 303
    db.session.rollback()
    assert db.session.get(StoryUpdate, key) is None


def test_unfinished_ones_are_listed_for_their_author_alone(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    key = written_chapter(cast.alice, story_id)
    for page in (f"/en/stories/{story_id}", "/en/me/stories", f"/en/stories/{story_id}/chapters/new"):
        assert f"/en/chapters/{key}" in cast.alice.browser.get(page).text
    assert f"/en/chapters/{key}" not in cast.bob.browser.get(f"/en/stories/{story_id}").text
    assert f"/en/chapters/{key}" not in cast.bob.browser.get("/en/me/stories").text


def test_the_page_keeps_words_by_itself_and_a_second_window_never_writes_over_the_first(
    cast: Cast, make_story: MakeStory
) -> None:
    key = begin_chapter(cast.alice, make_story())
    seen, json = version_of(key), {"Accept": "application/json"}
    alice, address = cast.alice.browser, f"/en/chapters/{key}/draft"
    first = alice.post(address, data=WORDS | {"version": seen}, headers=json)
    assert first.status_code == 200
    assert first.json
    assert first.json["version"] == version_of(key)
    late = alice.post(address, data=WORDS | {"version": seen, "source": "Another."}, headers=json)
    assert late.status_code == 409
    assert late.json
    assert late.json["fields"]["source"] == WORDS["source"]
    page = alice.post(address, data=WORDS | {"version": seen, "source": "Another."})
    assert page.status_code == 409
    assert "Another." in page.text
    assert str(WORDS["source"]) in page.text
    assert cast.visitor.browser.post(address, data=WORDS, headers=json).status_code == 401


@pytest.mark.parametrize(
    "bad",
    [
        {"dated": "the wet summer"}, {"dated": "2999"}, {"dated": "2024-13"}, {"title": "x" * 151},
        {"source": "y" * 100_001}, {"title": "\x00\u202e<script>"}, {"source": "\x00\x01"}, {"version": "many"},
        {"source": "", "title": ""}, {"dated": ""},
    ],
)  # fmt: skip
def test_no_field_breaks_the_page_or_loses_words(cast: Cast, make_story: MakeStory, bad: dict[str, object]) -> None:
    key = begin_chapter(cast.alice, make_story())
    answer = keep(cast.alice, key, **bad)
    assert answer.status_code in (303, 409, 422)
    assert "<script>" not in answer.text
    if answer.status_code == 422 and "source" not in bad:
        assert str(WORDS["source"]) in answer.text
        assert chapter(key).source == WORDS["source"]


def test_empty_it_is_not_sent_and_says_why(cast: Cast, make_story: MakeStory) -> None:
    key = begin_chapter(cast.alice, make_story())
    answer = send(cast.alice, key)
    assert answer.status_code == 422
    assert "There are no words yet" in answer.text
    assert status_of(key) == "draft"


def test_a_phone_number_is_pointed_out_and_does_not_bar(cast: Cast, make_story: MakeStory) -> None:
    key = begin_chapter(cast.alice, make_story())
    keep(cast.alice, key, source="Call me at +39 055 123 4567 any day.")
    assert "055 123 4567" in cast.alice.browser.get(f"/en/chapters/{key}/check").text.split("Did you mean to share")[1]
    assert send(cast.alice, key).status_code == 303


def test_the_reviewer_reads_it_with_its_story(cast: Cast, make_story: MakeStory) -> None:
    key = written_chapter(cast.alice, make_story())
    page = cast.mona.browser.get("/en/moderation").text
    case = page.split("/en/moderation/cases/")[1].split('"')[0]
    text = cast.mona.browser.get(f"/en/moderation/cases/{case}").text
    assert "The jar lid turns now." in text
    assert "It was plum jam" in text
    assert key


def test_re_signed_a_story_takes_its_chapters_along(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    key = written_chapter(cast.alice, story_id)
    approve(cast, key)
    with write():
        db.session.get_one(Story, story_id).status = "draft"  # taken back to be worked on
    with write():
        drafting.sign(actor=cast.alice.viewer, story_id=story_id, attribution="pseudonym", byline="Rosa M.")
    assert (chapter(key).byline, chapter(key).author_id) == ("Rosa M.", None)
    # Handed over, all of it is another member's.
    with write():
        story = db.session.get_one(Story, story_id)
        story.attribution, story.byline = "anonymous", None
        signature.hand_on(story, cast.bob.id)
    row = chapter(key)
    assert (row.attribution, row.author_id) == ("anonymous", None)
    assert db.session.scalars(select(Seal.member_id).where(Seal.contribution_id == key)).one() == cast.bob.id


def test_the_queries_of_a_story_s_page_do_not_grow_with_its_chapters(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    approve(cast, written_chapter(cast.alice, story_id))
    with recorded() as few:
        cast.visitor.browser.get(f"/en/stories/{story_id}?a=1")
    for n in range(3):
        approve(cast, written_chapter(cast.alice, story_id, title=f"Part {n}"))
    with recorded() as many:
        cast.visitor.browser.get(f"/en/stories/{story_id}?a=2")
    assert len(many) == len(few)


def test_an_action_outside_a_writing_transaction_is_refused(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    with pytest.raises(RuntimeError):
        chapters.begin(actor=cast.alice.viewer, story_id=story_id)
