"""Translations: offered where the author allows it, the translator's words, the author's story."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from forum.contributions import actions as contributions
from forum.contributions import ledger
from forum.contributions.models import Contribution, Draft, Seal
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.stories import actions, translations
from forum.stories.models import Story
from tests.cast import Cast, Person
from tests.stories.below import approve, decide, number_in, status_of, subjects, version_of
from tests.stories.conftest import MakeStory

WORDS = {
    "title": "Il coperchio", "source": "Era marmellata di prugne.", "teaser": "Un mattino freddo.", "credit": "own",
}  # fmt: skip
SITE = (("site", None),)


def begin(who: Person, story_id: int, into: str = "it") -> int:
    answer = who.browser.post(f"/en/stories/{story_id}/translations", data={"into": into})
    assert answer.status_code == 303, answer.text
    return number_in(answer.headers["Location"])


def keep(who: Person, key: int, **more: object) -> Any:
    return who.browser.post(f"/en/translations/{key}/draft", data=WORDS | {"version": version_of(key)} | more)


def send(who: Person, key: int) -> Any:
    return who.browser.post(f"/en/translations/{key}/sending", data={"consent": "site"})


def written(who: Person, story_id: int, **more: object) -> int:
    """A translation that was sent and waits."""
    key = begin(who, story_id)
    assert keep(who, key, **more).status_code == 303
    assert send(who, key).status_code == 303
    assert status_of(key) == "pending"
    return key


def change(story_id: int, source: str) -> None:
    """The original reads otherwise from now on."""
    with write():
        story = db.session.get_one(Story, story_id)
        contributions.publish(story, contributions.add_revision(story, source=source))
    db.session.rollback()


def row(key: int) -> Story:
    db.session.rollback()
    return db.session.get_one(Story, key)


def test_one_goes_from_an_offer_to_the_archive(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story(attribution="pseudonym", byline="Rosa M.", country="IT", condition_words="CREST")
    bob = cast.bob.browser
    assert "Offer a translation" in bob.get(f"/en/stories/{story_id}").text
    assert "Translate it into Italiano" in bob.get(f"/en/stories/{story_id}/translations/new").text
    key = begin(cast.bob, story_id)
    page = bob.get(f"/en/translations/{key}/edit").text
    assert "It was plum jam" in page
    assert keep(cast.bob, key, check="1").headers["Location"].endswith(f"/translations/{key}/check")
    assert "Era marmellata di prugne." in bob.get(f"/en/translations/{key}/check").text
    assert cast.visitor.browser.get(f"/en/stories/{key}").status_code == 404
    assert send(cast.bob, key).status_code == 303
    approve(cast, key)
    page = cast.visitor.browser.get(f"/en/stories/{key}").text
    assert "Era marmellata di prugne." in page
    assert "Rosa M." in page
    assert "Translated by Bob" in page
    assert 'hreflang="en"' in page
    assert 'hreflang="it"' in cast.visitor.browser.get(f"/en/stories/{story_id}").text
    made = row(key)
    assert (made.translation_of_id, made.translator_id, made.country) == (story_id, cast.bob.id, "IT")
    assert made.author_id is None
    assert db.session.scalars(select(Seal.member_id).where(Seal.contribution_id == key)).one() == cast.alice.id


def test_a_reader_s_language_is_offered_at_the_top(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    key = written(cast.bob, story_id)
    approve(cast, key)
    offer = "Questa storia"
    english, italian = (cast.visitor.browser.get(f"/{code}/stories/{story_id}").text for code in ("en", "it"))
    assert "This story is also in" not in english
    assert "This story is also in" in italian or offer in italian
    assert "This story is also in English" in cast.visitor.browser.get(f"/en/stories/{key}").text


def test_beginning_twice_gives_one(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    assert begin(cast.bob, story_id) == begin(cast.bob, story_id)


def test_somebody_else_at_it_is_said(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    key = begin(cast.bob, story_id)
    page = cast.nia.browser.get(f"/en/stories/{story_id}/translations/new").text
    assert "Somebody is translating it at the moment." in page
    assert "Bob" not in page
    answer = cast.nia.browser.post(f"/en/stories/{story_id}/translations", data={"into": "it"})
    assert answer.status_code == 409
    # What lies for two months keeps nobody.
    with write():
        db.session.get_one(Contribution, key).created_at = clock.now() - timedelta(days=61)
    assert begin(cast.nia, story_id) != key


def test_a_language_that_is_there_is_not_offered(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    approve(cast, written(cast.bob, story_id))
    assert "It can be read already" in cast.nia.browser.get(f"/en/stories/{story_id}/translations/new").text
    answer = cast.nia.browser.post(f"/en/stories/{story_id}/translations", data={"into": "it"})
    assert answer.status_code == 409


def test_what_the_author_does_not_allow_is_not_translated(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story(uses=(*SITE, ("translation", "es")))
    page = cast.bob.browser.get(f"/en/stories/{story_id}/translations/new").text
    assert "Translate it into Español" in page
    assert "Translate it into Italiano" not in page
    answer = cast.bob.browser.post(f"/en/stories/{story_id}/translations", data={"into": "it"})
    assert answer.status_code == 403
    none = make_story(uses=SITE)
    assert "Offer a translation" not in cast.bob.browser.get(f"/en/stories/{none}").text
    assert db.session.scalars(select(Story.id).where(Story.translation_of_id.is_not(None))).all() == []


@pytest.mark.parametrize("into", ["en", "xx", "", "\x00", "it-it-it-it"])
def test_an_odd_language_is_refused_with_a_sentence(cast: Cast, make_story: MakeStory, into: str) -> None:
    answer = cast.bob.browser.post(f"/en/stories/{make_story()}/translations", data={"into": into})
    assert answer.status_code == 422
    assert "Choose one of the languages shown" in answer.text


def test_consent_taken_back_meanwhile_stops_the_sending_and_the_reading(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    key = begin(cast.bob, story_id)
    keep(cast.bob, key)
    with write():
        ledger.take_back(db.session.get_one(Story, story_id), "translation", "it")
    answer = send(cast.bob, key)
    assert answer.status_code == 409
    assert status_of(key) == "draft"
    assert row(key).source == WORDS["source"]


def test_a_published_one_goes_when_the_author_no_longer_allows_it(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    key = written(cast.bob, story_id)
    approve(cast, key)
    with write():
        story = db.session.get_one(Story, story_id)
        ledger.take_back(story, "translation", "it")
        actions.dependents_follow(story)
    assert cast.visitor.browser.get(f"/en/stories/{key}").status_code == 404
    assert "Il coperchio" not in cast.visitor.browser.get("/en/stories").text


def test_one_waits_unread_when_consent_is_gone_before_approval(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    key = written(cast.bob, story_id)
    with write():
        ledger.take_back(db.session.get_one(Story, story_id), "translation", "it")
    decide(cast, key)
    assert cast.visitor.browser.get(f"/en/stories/{key}").status_code == 404


def test_a_withdrawn_original_takes_its_translations_and_brings_them_back(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    key = written(cast.bob, story_id)
    approve(cast, key)
    cast.alice.browser.post(f"/en/stories/{story_id}/withdrawal")
    for who in ("visitor", "bob", "mona"):
        assert cast[who].browser.get(f"/en/stories/{key}").status_code in (404, 410)
    assert "Era marmellata" not in cast.visitor.browser.get("/en/search?q=prugne").text
    page = cast.bob.browser.get(f"/en/translations/{key}").text
    assert "The original isn’t on the site" in page
    assert "plum jam" not in cast.bob.browser.get(f"/en/translations/{key}/edit").text
    cast.alice.browser.post(f"/en/stories/{story_id}/return")
    assert cast.visitor.browser.get(f"/en/stories/{key}").status_code == 200


def test_the_author_is_told_and_takes_it_off_and_brings_it_back(cast: Cast, make_story: MakeStory) -> None:
    key = written(cast.bob, make_story())
    assert subjects("alice@") == []
    approve(cast, key)
    assert subjects("alice@") == ["Your words in another language"]
    alice = cast.alice.browser
    assert "Take this translation off" in alice.get(f"/en/stories/{key}").text
    assert "Take this translation off" not in cast.bob.browser.get(f"/en/stories/{key}").text
    assert alice.post(f"/en/stories/{key}/withdrawal").status_code == 303
    assert cast.visitor.browser.get(f"/en/stories/{key}").status_code == 410
    assert alice.post(f"/en/stories/{key}/return").status_code == 303
    assert cast.visitor.browser.get(f"/en/stories/{key}").status_code == 200
    assert subjects("alice@") == ["Your words in another language"]


def test_what_its_translator_took_off_nobody_else_brings_back(cast: Cast, make_story: MakeStory) -> None:
    key = written(cast.bob, make_story())
    approve(cast, key)
    assert cast.bob.browser.post(f"/en/translations/{key}/withdrawal").status_code == 303
    assert status_of(key) == "withdrawn"
    assert cast.alice.browser.post(f"/en/stories/{key}/return").status_code == 409
    assert cast.visitor.browser.get(f"/en/stories/{key}").status_code == 410


@pytest.mark.parametrize("act", ["draft", "sending", "recall", "removal"])
def test_the_author_does_not_work_on_it(cast: Cast, make_story: MakeStory, act: str) -> None:
    key = written(cast.bob, make_story())
    if act != "recall":
        cast.bob.browser.post(f"/en/translations/{key}/recall")
    before = version_of(key), status_of(key)
    fields = WORDS | {"consent": "site"}
    assert cast.alice.browser.post(f"/en/stories/{key}/{act}", data=fields).status_code in (403, 404, 409)
    assert cast.alice.browser.get(f"/en/stories/{key}/edit").status_code in (403, 404)
    assert (version_of(key), status_of(key)) == before


@pytest.mark.parametrize("act", ["draft", "sending", "recall", "withdrawal", "removal"])
def test_nobody_else_works_on_it(cast: Cast, make_story: MakeStory, act: str) -> None:
    key = written(cast.bob, make_story())
    before = version_of(key)
    for who in ("alice", "nia", "mona", "ada"):
        assert cast[who].browser.post(f"/en/translations/{key}/{act}", data=WORDS).status_code == 404
        assert cast[who].browser.get(f"/en/translations/{key}/edit").status_code == 404
    assert cast.visitor.browser.post(f"/en/translations/{key}/{act}", data=WORDS).status_code == 303
    assert version_of(key) == before


def test_its_translator_does_not_judge_it(cast: Cast, make_story: MakeStory) -> None:
    key = written(cast.mona, make_story())
    assert "Il coperchio" not in cast.mona.browser.get("/en/moderation").text
    assert key


def test_her_letter_goes_to_the_translator(cast: Cast, make_story: MakeStory) -> None:
    key = written(cast.bob, make_story())
    decide(cast, key)
    assert "A letter about your contribution" in subjects("bob@")
    assert "A letter about your contribution" not in subjects("alice@")


def test_it_is_sent_only_while_the_original_stands(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    key = begin(cast.bob, story_id)
    keep(cast.bob, key)
    cast.alice.browser.post(f"/en/stories/{story_id}/withdrawal")
    assert send(cast.bob, key).status_code == 409
    assert row(key).source == WORDS["source"]


def test_the_translator_agrees_for_her_own_words(cast: Cast, make_story: MakeStory) -> None:
    key = begin(cast.bob, make_story())
    keep(cast.bob, key)
    answer = cast.bob.browser.post(f"/en/translations/{key}/sending")
    assert answer.status_code == 422
    assert "we need your consent" in answer.text


@pytest.mark.parametrize(("attribution", "credit"), [("anonymous", ""), ("pseudonym", ""), ("member", "Alice")])
def test_her_own_name_is_not_put_beside_her_unsigned_words(
    cast: Cast, make_story: MakeStory, attribution: str, credit: str
) -> None:
    byline = "A reader" if attribution == "pseudonym" else None
    key = begin(cast.alice, make_story(attribution=attribution, byline=byline))
    assert row(key).translator == (cast.alice.viewer.display_name if credit else "")
    page = cast.alice.browser.get(f"/en/translations/{key}/edit").text
    assert ('value="own" checked' in page) == bool(credit)


@pytest.mark.parametrize(("credit", "name", "shown"), [("other", "Una lettrice", "Una lettrice"), ("none", "", "")])
def test_she_is_credited_as_she_chooses(cast: Cast, make_story: MakeStory, credit: str, name: str, shown: str) -> None:
    key = written(cast.bob, make_story(), credit=credit, credit_name=name)
    approve(cast, key)
    page = cast.visitor.browser.get(f"/en/stories/{key}").text
    assert "Bob" not in page
    assert ("Translated by" in page) == bool(shown)
    assert shown in page


def test_the_original_has_changed_since_and_how(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    key = written(cast.bob, story_id)
    approve(cast, key)
    assert cast.visitor.browser.get(f"/en/translations/{key}/difference").status_code == 404
    change(story_id, "It was quince jam, my mother’s.")
    page = cast.visitor.browser.get(f"/en/stories/{key}").text
    assert "The original has changed since." in page
    difference = cast.visitor.browser.get(f"/en/translations/{key}/difference").text
    assert "plum" in difference.split("<del")[1]
    assert "quince" in difference.split("<ins")[1]


def test_only_what_readers_have_seen_is_compared(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    key = written(cast.bob, story_id)
    approve(cast, key)
    with write():
        contributions.add_revision(db.session.get_one(Story, story_id), source="A secret that waits.")
    assert "The original has changed" not in cast.visitor.browser.get(f"/en/stories/{key}").text
    assert cast.visitor.browser.get(f"/en/translations/{key}/difference").status_code == 404


def test_it_is_brought_up_to_date(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    key = written(cast.bob, story_id)
    approve(cast, key)
    change(story_id, "It was quince jam, my mother’s.")
    db.session.rollback()
    shown = db.session.get_one(Story, story_id).shown_revision_id
    page = cast.bob.browser.get(f"/en/translations/{key}/edit").text
    assert f'name="current" value="{shown}"' in page
    answer = keep(cast.bob, key, version=0, source="Era di cotogne.", is_current="y", current=str(shown))
    assert answer.status_code == 303
    db.session.rollback()
    draft = db.session.scalars(select(Draft).where(Draft.place == f"translation:{key}")).one()
    assert draft.member_id is None
    assert send(cast.bob, key).status_code == 303
    assert "prugne" in cast.visitor.browser.get(f"/en/stories/{key}").text
    decide(cast, key)
    page = cast.visitor.browser.get(f"/en/stories/{key}").text
    assert "Era di cotogne." in page
    assert "The original has changed" not in page
    assert row(key).translated_from_revision_id == shown


def test_no_revision_of_another_story_is_believed(cast: Cast, make_story: MakeStory) -> None:
    story_id, other = make_story(), make_story(title="Another")
    key = begin(cast.bob, story_id)
    before = row(key).translated_from_revision_id
    foreign = row(other).shown_revision_id
    for current in (str(foreign), "999999", "x", ""):
        keep(cast.bob, key, is_current="y", current=current)
        assert row(key).translated_from_revision_id == before


def test_the_page_keeps_words_by_itself_and_a_second_window_never_writes_over_the_first(
    cast: Cast, make_story: MakeStory
) -> None:
    key = begin(cast.bob, make_story())
    seen, json = version_of(key), {"Accept": "application/json"}
    address = f"/en/translations/{key}/draft"
    first = cast.bob.browser.post(address, data=WORDS | {"version": seen}, headers=json)
    assert first.status_code == 200
    late = cast.bob.browser.post(address, data=WORDS | {"version": seen, "source": "Altro."}, headers=json)
    assert late.status_code == 409
    assert late.json
    assert late.json["fields"]["source"] == WORDS["source"]
    page = cast.bob.browser.post(address, data=WORDS | {"version": seen, "source": "Altro."})
    assert page.status_code == 409
    assert "Altro." in page.text


@pytest.mark.parametrize(
    "bad",
    [
        {"title": "x" * 151}, {"source": "y" * 100_001}, {"credit": "emperor"}, {"credit": "other"},
        {"title": "\x00\u202e<script>"}, {"version": "many"}, {"teaser": "z" * 201}, {"region": "r" * 500},
    ],
)  # fmt: skip
def test_no_field_breaks_the_page_or_loses_words(cast: Cast, make_story: MakeStory, bad: dict[str, object]) -> None:
    key = begin(cast.bob, make_story())
    answer = keep(cast.bob, key, **bad)
    assert answer.status_code in (303, 409, 422)
    assert "<script>" not in answer.text
    if answer.status_code == 422 and "source" not in bad:
        assert str(WORDS["source"]) in answer.text
        assert row(key).source == WORDS["source"]


def test_an_unfinished_one_is_seen_by_its_translator_alone(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    key = begin(cast.bob, story_id)
    keep(cast.bob, key)
    assert "Il coperchio" in cast.bob.browser.get("/en/me/stories").text
    for who in ("alice", "mona", "visitor"):
        assert "Il coperchio" not in cast[who].browser.get("/en/me/stories").text
        assert cast[who].browser.get(f"/en/stories/{key}").status_code == 404


def test_a_draft_is_thrown_away(cast: Cast, make_story: MakeStory) -> None:
    key = begin(cast.bob, make_story())
    assert cast.bob.browser.post(f"/en/translations/{key}/removal").status_code == 303
    db.session.rollback()
    assert db.session.get(Story, key) is None


def test_recalled_it_is_a_draft_again(cast: Cast, make_story: MakeStory) -> None:
    key = written(cast.bob, make_story())
    assert cast.bob.browser.post(f"/en/translations/{key}/recall").status_code == 303
    assert status_of(key) == "draft"


def test_a_translation_of_a_translation_is_one_of_the_original(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    first = written(cast.bob, story_id)
    approve(cast, first)
    second = begin(cast.bob, first, into="es")
    assert row(second).translation_of_id == story_id


def test_the_silenced_offer_none(cast: Cast, make_story: MakeStory) -> None:
    answer = cast.sam.browser.post(f"/en/stories/{make_story()}/translations", data={"into": "it"})
    assert answer.status_code == 403


def test_of_a_sealed_story_no_row_names_the_author(cast: Cast, make_story: MakeStory) -> None:
    key = written(cast.bob, make_story(attribution="anonymous"))
    approve(cast, key)
    made = row(key)
    assert (made.author_id, made.translator_id) == (None, cast.bob.id)


def test_an_action_outside_a_writing_transaction_is_refused(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    with pytest.raises(RuntimeError):
        translations.begin(actor=cast.bob.viewer, story_id=story_id, language="it")


def test_its_page_says_once_where_else_it_can_be_read(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    key = written(cast.bob, story_id)
    approve(cast, key)
    visitor = cast.visitor.browser
    in_english = visitor.get(f"/en/stories/{story_id}").text
    assert "Also in" in in_english
    assert "This story is also in" not in in_english
    in_italian = visitor.get(f"/it/stories/{story_id}").text
    assert f'href="/it/stories/{key}" hreflang="it"' in in_italian
    assert "story-languages" not in in_italian
