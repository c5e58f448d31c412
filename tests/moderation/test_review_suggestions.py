"""Suggested edits: her words change only by what she takes, and never reach a reader without being read again."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from forum.contributions import actions as contributions
from forum.contributions import ledger
from forum.contributions.models import Contribution, Draft, Revision
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.moderation import reviewing
from forum.moderation.hunks import Words
from forum.moderation.models import SuggestedEdit
from tests.cast import Cast, Person
from tests.moderation.conftest import Make, case_of, decide, do, edit, thing
from tests.moderation.test_review import subjects_of_mails

LONG = "It was plum jam.\n\nI could not open it.\n\nMy neighbour did."
BETTER = "It was plum jam.\n\nI couldn’t open it.\n\nMy neighbour did, with one hand."


@pytest.fixture
def story(make_story: Make) -> int:
    """A story of three paragraphs that waits to be read."""
    key = make_story()
    with write():
        one = db.session.get_one(Contribution, key)
        contributions.set_words(one, title="The jar lid", teaser="It was cold.", source=LONG)
        contributions.add_revision(one)
    return key


def suggest(
    by: Person, key: int, source: str = BETTER, title: str = "The jar lid", note: str = "Only if you like."
) -> Any:
    """Suggest other words from the newest case about a contribution."""
    words = Words(title, "It was cold.", source)
    return do(reviewing.suggest, actor=by.viewer, case_id=case_of(key).id, base_id=None, words=words, note=note)


def newest(key: int) -> SuggestedEdit:
    """The newest suggestion about a contribution."""
    db.session.rollback()
    db.session.expire_all()
    found = db.session.scalars(
        select(SuggestedEdit).where(SuggestedEdit.contribution_id == key).order_by(SuggestedEdit.id.desc())
    ).first()
    assert found is not None
    return found


def take(by: Person, key: int, taken: set[int], *, is_sending: bool = False) -> Any:
    """Take some changes of the newest suggestion."""
    return do(
        reviewing.take, actor=by.viewer, contribution_id=key, suggestion_id=newest(key).id, taken=taken,
        is_sending=is_sending,
    )  # fmt: skip


def test_a_suggestion_changes_nothing_by_itself(cast: Cast, story: int) -> None:
    assert suggest(cast.mona, story)
    assert thing(story).source == LONG
    ((to, subject, words),) = subjects_of_mails()
    assert (to, subject) == ("alice@example.org", "A suggestion for what you sent")
    assert "jam" not in words
    page = cast.alice.browser.get(f"/en/contributions/{story}/review").text
    assert "A suggestion with 2 changes" in page
    assert '<ins class="differences-in"><span class="unseen">added: </span>, with one hand</ins>' in page
    assert "Mona" not in page


def test_without_a_change_there_is_no_suggestion(cast: Cast, story: int) -> None:
    assert suggest(cast.mona, story, LONG).status == 422
    assert suggest(cast.mona, story)
    assert suggest(cast.mona, story), "the same press twice"
    assert len(db.session.scalars(select(SuggestedEdit.id)).all()) == 1


def test_only_what_is_ticked_goes_in(cast: Cast, story: int) -> None:
    suggest(cast.mona, story)
    version = case_of(story).version
    taken = take(cast.alice, story, {1})
    assert (taken.verdict.allowed, taken.taken, taken.missed) == (True, 1, 0)
    assert thing(story).source == "It was plum jam.\n\nI could not open it.\n\nMy neighbour did, with one hand."
    assert thing(story).status == "pending"
    newest_revision = db.session.scalars(
        select(Revision).where(Revision.contribution_id == story).order_by(Revision.number.desc())
    ).first()
    assert newest_revision is not None
    assert newest_revision.source == thing(story).source
    assert newest_revision.made_by == "author"
    assert case_of(story).version > version, "who reads the case hears that the words have changed"
    assert newest(story).changes_taken == 1
    assert "1 change taken" in cast.mona.browser.get(f"/en/moderation/cases/{case_of(story).id}").text


def test_nothing_ticked_is_asked_again_and_taken_twice_is_taken_once(cast: Cast, story: int) -> None:
    suggest(cast.mona, story)
    assert take(cast.alice, story, set()).verdict.status == 422
    assert take(cast.alice, story, {7}).verdict.status == 422
    assert newest(story).answered_at is None
    assert take(cast.alice, story, {0}).taken == 1
    again = take(cast.alice, story, {0, 1})
    assert (again.verdict.allowed, again.taken) == (True, 1)
    assert "with one hand" not in thing(story).source


def test_leaving_it_all_leaves_it_all(cast: Cast, story: int) -> None:
    suggest(cast.mona, story)
    path = f"/en/contributions/{story}/review/suggestions/{newest(story).id}"
    assert cast.alice.browser.post(path, data={"do": "leave"}).status_code == 303
    assert thing(story).source == LONG
    assert newest(story).changes_taken == 0
    assert "Take it" not in cast.alice.browser.get(f"/en/contributions/{story}/review").text
    assert cast.alice.browser.post(path, data={"do": "take", "change": "0"}).status_code == 409
    assert thing(story).source == LONG


def test_nobody_else_takes_or_leaves(cast: Cast, story: int) -> None:
    suggest(cast.mona, story)
    path = f"/en/contributions/{story}/review/suggestions/{newest(story).id}"
    for name in ("bob", "mona", "ada"):
        for do_ in ("take", "leave"):
            assert cast[name].browser.post(path, data={"do": do_, "change": "0"}).status_code == 404
    assert newest(story).answered_at is None
    assert (
        cast.alice.browser.post(path.replace(str(newest(story).id), "99999"), data={"change": "0"}).status_code == 404
    )


def test_a_suggestion_of_another_story_is_not_found_here(cast: Cast, story: int, make_story: Make) -> None:
    other = make_story(cast.bob)
    suggest(cast.mona, other, "It was fig jam.")
    path = f"/en/contributions/{story}/review/suggestions/{newest(other).id}"
    assert cast.alice.browser.post(path, data={"change": "0"}).status_code == 404
    assert newest(other).answered_at is None


def test_after_changes_were_asked_for_she_takes_and_sends_in_one_step(cast: Cast, story: int) -> None:
    decide(cast.mona, story, "ask_for_changes")
    suggest(cast.mona, story)
    page = cast.alice.browser.get(f"/en/contributions/{story}/review").text
    assert "Take the ticked ones and send again" in page
    path = f"/en/contributions/{story}/review/suggestions/{newest(story).id}"
    assert cast.alice.browser.post(path, data={"do": "send", "change": ["0", "1"]}).status_code == 303
    assert thing(story).source == BETTER
    assert thing(story).status in ("pending", "sent")


def test_without_sending_it_stays_hers(cast: Cast, story: int) -> None:
    decide(cast.mona, story, "ask_for_changes")
    suggest(cast.mona, story)
    assert take(cast.alice, story, {0}).taken == 1
    assert thing(story).status == "changes_asked"
    assert "couldn’t" in thing(story).source
    page = cast.mona.browser.get(f"/en/moderation/cases/{case_of(story).id}").text
    assert "couldn’t open it.</p>" not in page, "the desk sees what was sent"


def test_without_consent_what_was_taken_is_kept_and_not_sent(cast: Cast, story: int) -> None:
    decide(cast.mona, story, "ask_for_changes")
    suggest(cast.mona, story)
    with write():
        ledger.take_all_back(db.session.get_one(Contribution, story), clock.now())
    path = f"/en/contributions/{story}/review/suggestions/{newest(story).id}"
    assert cast.alice.browser.post(path, data={"do": "send", "change": ["0", "1"]}).status_code == 303
    assert thing(story).source == BETTER
    assert thing(story).status == "changes_asked"


def test_of_something_published_it_goes_into_an_unsent_edit(cast: Cast, story: int) -> None:
    decide(cast.mona, story, "approve")
    edit(cast.alice, story, LONG + "\n\nThen we ate it.")
    suggest(cast.mona, story, BETTER + "\n\nThen we ate it.")
    assert take(cast.alice, story, {0, 1}).taken == 2
    assert thing(story).source == LONG, "readers see what was there"
    draft = db.session.scalars(select(Draft).where(Draft.place == f"edit:{story}")).one()
    assert draft.source == BETTER + "\n\nThen we ate it."
    assert draft.member_id == cast.alice.id


def test_of_something_sealed_the_unsent_edit_names_nobody(cast: Cast, make_story: Make) -> None:
    key = make_story(attribution="anonymous")
    decide(cast.mona, key, "approve")
    edit(cast.alice, key, "It was quince jam, I think.")
    suggest(cast.mona, key, "It was quince jam.")
    assert take(cast.alice, key, {0}).taken in (0, 1)
    drafts = db.session.scalars(select(Draft).where(Draft.place == f"edit:{key}")).all()
    assert [draft.member_id for draft in drafts] in ([], [None])


def test_a_place_she_changed_meanwhile_is_shown_as_such_and_nothing_is_lost(cast: Cast, story: int) -> None:
    decide(cast.mona, story, "ask_for_changes")
    suggest(cast.mona, story)
    own = LONG.replace("I could not open it.", "My fingers could not open it, again.")
    with write():
        contributions.set_words(db.session.get_one(Contribution, story), title="The jar lid", source=own)
    page = cast.alice.browser.get(f"/en/contributions/{story}/review").text
    assert page.count("You have changed this place since") == 1
    taken = take(cast.alice, story, {0, 1})
    assert (taken.taken, taken.missed) == (1, 1)
    assert thing(story).source == own.replace("My neighbour did.", "My neighbour did, with one hand.")


def test_a_silenced_author_is_told_that_it_waits(cast: Cast, make_story: Make) -> None:
    key = make_story(cast.sam)
    suggest(cast.mona, key, "It was fig jam.")
    page = cast.sam.browser.get(f"/en/contributions/{key}/review")
    assert "The suggestion waits here." in page.text
    path = f"/en/contributions/{key}/review/suggestions/{newest(key).id}"
    assert cast.sam.browser.post(path, data={"change": "0"}).status_code == 403
    assert newest(key).answered_at is None


def test_the_form_begins_with_her_words_and_keeps_a_half_made_suggestion(cast: Cast, story: int) -> None:
    case = f"/en/moderation/cases/{case_of(story).id}"
    page = cast.mona.browser.get(f"{case}/suggestions/new").text
    assert "My neighbour did.</textarea>" in page
    fields = {"base": "", "version": "0", "title": "The jar lid", "source": "Half", "note": "Because"}
    kept = cast.mona.browser.post(f"{case}/suggestions/draft", data=fields)
    assert (kept.status_code, kept.json["version"]) == (200, 1)
    other = cast.mona.browser.post(f"{case}/suggestions/draft", data=fields | {"source": "Another window's"})
    assert (other.status_code, other.json["fields"]["source"]) == (409, "Half"), "never written over unseen"
    page = cast.mona.browser.get(f"{case}/suggestions/new").text
    assert "Half</textarea>" in page
    assert "Because</textarea>" in page
    sent = cast.mona.browser.post(f"{case}/suggestions", data=fields | {"source": BETTER, "teaser": "It was cold."})
    assert sent.status_code == 303
    assert newest(story).note == "Because"
    assert "Half</textarea>" not in cast.mona.browser.get(f"{case}/suggestions/new").text


def test_a_suggestion_that_cannot_be_sent_comes_back_whole(cast: Cast, story: int) -> None:
    case = f"/en/moderation/cases/{case_of(story).id}"
    same = {"title": "The jar lid", "teaser": "It was cold.", "source": LONG, "note": "My reasons"}
    page = cast.mona.browser.post(f"{case}/suggestions", data=same)
    assert page.status_code == 422
    assert "My reasons</textarea>" in page.text
    page = cast.mona.browser.post(f"{case}/suggestions", data=same | {"title": "x" * 200})
    assert page.status_code == 422
    assert "x" * 200 in page.text
    decide(cast.ada, story, "decline")
    late = cast.mona.browser.post(f"{case}/suggestions", data=same | {"source": BETTER})
    assert late.status_code == 409


def test_hers_stay_shut_for_a_moderator_who_wrote_it(cast: Cast, make_story: Make) -> None:
    key = make_story(cast.mona)
    case = f"/en/moderation/cases/{case_of(key).id}"
    assert cast.mona.browser.get(f"{case}/suggestions/new").status_code == 403
    for path in ("suggestions", "suggestions/draft", "messages", "messages/draft", "messages/read"):
        assert cast.mona.browser.post(f"{case}/{path}", data={"message": "Me", "source": "Me"}).status_code == 403
