"""What an author says about her story: asked gently, kept with a change, taken away at once; topics by any name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from forum.contributions.models import Contribution, Draft, KeptDetail, Revision
from forum.core.db import db
from forum.core.partial_date import PartialDate
from forum.core.unit_of_work import write
from forum.moderation.models import Case
from forum.stories import drafting, facts, queries
from forum.stories.facts import Facts
from forum.stories.models import Story
from forum.topics import actions as vocabulary
from forum.topics.models import Topic
from tests.cast import Cast
from tests.querylog import recorded
from tests.stories.conftest import MakeStory
from tests.stories.test_writing import begin, fields, version_of

WHOLE = Facts(
    condition_words="CREST, they say",
    relation="parent",
    about_whom="child",
    subject_consent="given",
    of_age_year=2031,
    country="IT",
    region="Puglia",
    first_symptoms=PartialDate.parse("2001"),
    diagnosed=PartialDate.parse("2009-05-17"),
    language="it",
    other_words=("purple fingertips",),
    other_treatments=("goose fat",),
    content_notes=("loss",),
)


@pytest.fixture
def topics(cast: Cast) -> dict[str, int]:
    """The vocabulary that the site comes with: ids by slug."""
    with write():
        vocabulary.load_defaults()
    db.session.rollback()
    return dict(db.session.execute(select(Topic.slug, Topic.id)).all())


def post(cast: Cast, story_id: int, **more: object) -> Any:
    """Send the writing form as the page does, with every select."""
    sent = fields(country="", version=version_of(story_id)) | more
    return cast.alice.browser.post(f"/en/stories/{story_id}/draft", data=sent)


def story_of(story_id: int) -> Story:
    db.session.rollback()
    story = queries.story_by_id(story_id)
    assert story is not None
    return story


def facts_of(story_id: int) -> Facts:
    return facts.of(story_of(story_id))


def test_facts_come_back_from_json_as_they_were() -> None:
    assert facts.from_json(facts.to_json(WHOLE), Facts()) == WHOLE
    assert facts.from_json(None, WHOLE) == facts.from_json({}, WHOLE) == WHOLE


@pytest.mark.parametrize(
    "bad",
    [
        {"relation": "emperor"}, {"relation": 7}, {"about_whom": []}, {"country": "Italy"}, {"country": 3},
        {"first_symptoms": "the wet summer"}, {"first_symptoms": 2009}, {"language": None}, {"language": "xx"},
        {"of_age_year": "soon"}, {"topics": "all"}, {"condition_words": None}, {"other_words": "one"},
        {"subject_consent": "sure"}, {"nothing": "known"},
    ],
)  # fmt: skip
def test_what_cannot_be_read_leaves_the_fact_as_it_was(bad: dict[str, object]) -> None:
    assert facts.from_json(bad, WHOLE) == replace(
        WHOLE, **({"first_symptoms": PartialDate("2009")} if bad == {"first_symptoms": 2009} else {})
    )


def test_differences_are_told_in_words(cast: Cast, topics: dict[str, int]) -> None:
    after = replace(WHOLE, country="ES", relation=None, topic_ids=(topics["crest-syndrome"],))
    told = {str(label): (before, now) for label, before, now in facts.differences(WHOLE, after)}
    assert told == {
        "Country": ("Italy", "Spain"),
        "Who is telling it": ("My child has it", ""),
        "What it is about": ("", "CREST syndrome"),
    }
    assert facts.differences(WHOLE, WHOLE) == []


@pytest.mark.parametrize(
    ("after", "less"),
    [
        ({"country": None}, {"country": None}),
        ({"region": ""}, {"region": ""}),
        ({"diagnosed": PartialDate.parse("2009")}, {"diagnosed": PartialDate.parse("2009")}),
        ({"diagnosed": None, "first_symptoms": None}, {"diagnosed": None, "first_symptoms": None}),
        ({"diagnosed": PartialDate.parse("2010")}, {}),
        ({"country": "ES"}, {}),
        ({"relation": None}, {}),
        ({"region": "Lecce", "country": None}, {"country": None}),
    ],
)
def test_only_what_is_emptied_or_widened_is_taken_away(after: dict[str, Any], less: dict[str, Any]) -> None:
    assert facts.with_less(WHOLE, replace(WHOLE, **after)) == replace(WHOLE, **less)


def test_every_fact_is_asked_and_kept(cast: Cast, topics: dict[str, int]) -> None:
    story_id = begin(cast)
    answer = post(
        cast, story_id, relation="parent", about_whom="child", subject_consent="given", of_age_year="2031",
        country="IT", region="Puglia", first_symptoms="2001", diagnosed="2009-05-17", language="it",
        condition_words="CREST, they say", topic_words="crest, purple fingertips",
        treatment_words="low-dose warfarin; goose fat", content_notes=["loss"],
    )  # fmt: skip
    assert answer.status_code == 303
    assert facts_of(story_id) == replace(WHOLE, topic_ids=tuple(sorted((topics["crest-syndrome"], topics["warfarin"]))))
    page = cast.alice.browser.get(f"/en/stories/{story_id}/edit").text
    assert "purple fingertips" in page
    assert "We don’t know this word yet; it stays in your own words." in page


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("CREST", "crest-syndrome"), ("crest", "crest-syndrome"), ("Sindrome CREST", "crest-syndrome"),
        ("Síndrome de CREST", "crest-syndrome"), ("SSc", "systemic-sclerosis"),
        ("sclerodermia sistemica", "systemic-sclerosis"), ("Esclerodermia", "scleroderma"),
    ],
)  # fmt: skip
def test_a_synonym_in_any_language_is_known(cast: Cast, topics: dict[str, int], typed: str, slug: str) -> None:
    story_id = begin(cast)
    assert post(cast, story_id, topic_words=typed, look_up="topic").headers["Location"].endswith("/edit#topics")
    assert facts_of(story_id).topic_ids == (topics[slug],)
    assert facts_of(story_id).other_words == ()


def test_what_is_half_typed_is_kept_and_not_looked_up(cast: Cast, topics: dict[str, int]) -> None:
    story_id = begin(cast)
    sent = fields(country="", version=version_of(story_id), topic_words="crest")
    answer = cast.alice.browser.post(f"/en/stories/{story_id}/draft", data=sent, headers={"Accept": "application/json"})
    assert answer.status_code == 200
    assert (facts_of(story_id).topic_ids, facts_of(story_id).other_words) == ((), ("crest",))


@pytest.mark.parametrize("typed", ["", ";;,,", "\x00", "\u202e", "x" * 500, ", ".join(f"word {n}" for n in range(90))])
def test_odd_words_for_topics_are_kept_within_bounds(cast: Cast, topics: dict[str, int], typed: str) -> None:
    story_id = begin(cast)
    assert post(cast, story_id, topic_words=typed).status_code == 303
    kept = facts_of(story_id).other_words
    assert len(kept) <= 12
    assert all(0 < len(word) <= 60 for word in kept)


@pytest.mark.parametrize(
    "bad", [{"about_whom": "the cat"}, {"subject_consent": "sure"}, {"of_age_year": "soon", "about_whom": "child"},
            {"of_age_year": "20310"}, {"of_age_year": "1066"}, {"treatments": ["999999"]}],
)  # fmt: skip
def test_a_wrong_answer_keeps_the_words_and_says_so(cast: Cast, topics: dict[str, int], bad: dict[str, Any]) -> None:
    story_id = begin(cast)
    answer = post(cast, story_id, **bad)
    assert answer.status_code == 422
    assert "Your words are all here" in answer.text
    assert story_of(story_id).source == "It was plum jam."


def test_who_is_asked_for_consent_follows_whom_it_is_about(cast: Cast, topics: dict[str, int]) -> None:
    story_id = begin(cast)
    post(cast, story_id, about_whom="myself", subject_consent="given", of_age_year="2031")
    assert (facts_of(story_id).subject_consent, facts_of(story_id).of_age_year) == (None, None)
    post(cast, story_id, about_whom="adult", subject_consent="not_asked", of_age_year="2031")
    assert (facts_of(story_id).subject_consent, facts_of(story_id).of_age_year) == ("not_asked", None)


def test_facts_of_an_older_window_do_not_overwrite_newer_ones(cast: Cast, topics: dict[str, int]) -> None:
    story_id = begin(cast)
    seen = version_of(story_id)
    assert post(cast, story_id, topics=[topics["crest-syndrome"]], version=seen).status_code == 303
    late = cast.alice.browser.post(
        f"/en/stories/{story_id}/draft",
        data=fields(country="IT", version=seen),
        headers={"Accept": "application/json"},
    )
    assert late.status_code == 409
    assert late.json
    assert late.json["fields"]["topics"] == [str(topics["crest-syndrome"])]
    assert facts_of(story_id).country is None


def test_a_page_that_asks_for_no_facts_leaves_them_alone(cast: Cast, topics: dict[str, int]) -> None:
    story_id = begin(cast)
    post(cast, story_id, country="IT")
    sent = {"title": "Another", "source": "Words.", "version": version_of(story_id)}
    assert cast.alice.browser.post(f"/en/stories/{story_id}/draft", data=sent).status_code == 303
    assert facts_of(story_id).country == "IT"


@pytest.fixture
def published(make_story: MakeStory) -> int:
    return make_story(country="IT", region="Puglia", diagnosed=PartialDate.parse("2009-05"), relation="patient")


def sent_again(cast: Cast, story_id: int) -> Case:
    answer = cast.alice.browser.post(
        f"/en/stories/{story_id}/sending", data={"consent": ["site"], "if_unreachable": "keep", "wait": "0"}
    )
    assert answer.status_code == 303, answer.text
    db.session.rollback()
    return db.session.scalars(select(Case).where(Case.contribution_id == story_id, Case.closed_at.is_(None))).one()


def approved(cast: Cast, case: Case) -> None:
    answer = cast.mona.browser.post(
        f"/en/moderation/cases/{case.id}/decisions",
        data={"decision": "approve", "version": case.version, "seen_version": case.version},
    )
    assert answer.status_code == 303, answer.text


def change(**more: object) -> dict[str, object]:
    same = {"country": "IT", "region": "Puglia", "diagnosed": "2009-05", "relation": "patient", "version": 0}
    return {"title": "The jar lid", "source": "It was plum jam, my mother’s.", "language": "en"} | same | more


def test_a_changed_fact_waits_with_the_change_and_is_shown_with_it(cast: Cast, published: int) -> None:
    alice = cast.alice.browser
    assert alice.post(f"/en/stories/{published}/draft", data=change(country="ES", check="1")).status_code == 303
    assert facts_of(published).country == "IT"
    check = alice.get(f"/en/stories/{published}/check").text
    assert "Spain" in check
    assert "before: Italy" in check
    case = sent_again(cast, published)
    assert facts_of(published).country == "IT"
    approved(cast, case)
    assert facts_of(published).country == "ES"
    assert facts_of(published).relation == "patient"


def test_what_is_taken_away_is_gone_at_once_and_does_not_come_back(cast: Cast, published: int) -> None:
    alice = cast.alice.browser
    alice.post(f"/en/stories/{published}/draft", data=change(source="It was quince."))
    case = sent_again(cast, published)
    sent = change(source="It was quince.", country="", region="", diagnosed="2009")
    assert alice.post(f"/en/stories/{published}/draft", data=sent).status_code == 303
    now = facts_of(published)
    assert (now.country, now.region, now.diagnosed) == (None, "", PartialDate.parse("2009"))
    assert "Italy" not in cast.visitor.browser.get(f"/en/stories/{published}").text
    db.session.rollback()
    case = db.session.get_one(Case, case.id)
    approved(cast, case)
    assert facts_of(published).country is None
    assert story_of(published).source == "It was quince."


def test_autosave_takes_nothing_away_from_what_readers_see(cast: Cast, published: int) -> None:
    cast.alice.browser.post(
        f"/en/stories/{published}/draft", data=change(country=""), headers={"Accept": "application/json"}
    )
    assert facts_of(published).country == "IT"


def test_looking_at_a_published_story_makes_no_draft(cast: Cast, published: int) -> None:
    assert cast.alice.browser.post(f"/en/stories/{published}/draft", data=change()).status_code == 303
    db.session.rollback()
    assert db.session.scalars(select(Draft)).all() == []


def test_the_facts_of_a_sealed_storys_change_hang_on_the_story(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story(attribution="anonymous", country="IT")
    cast.alice.browser.post(f"/en/stories/{story_id}/draft", data=change(country="ES"))
    db.session.rollback()
    draft = db.session.scalars(select(Draft)).one()
    assert (draft.member_id, draft.contribution_id) == (None, story_id)
    assert draft.facts
    assert draft.facts["country"] == "ES"


# --- What the check points out ---


def test_the_check_points_out_each_detail_once_and_keeps_what_she_means(cast: Cast) -> None:
    story_id = begin(cast)
    alice = cast.alice.browser
    post(cast, story_id, source="Call 020 7946 0123. Again: 020 7946 0123. Dr Helena Marwick <b>agrees</b>.")
    page = alice.get(f"/en/stories/{story_id}/check").text
    assert page.count("This looks like a phone number.") == 1
    assert page.count("This names somebody who treats you.") == 1
    digest = page.split('name="detail" value="')[1].split('"')[0]
    for _twice in range(2):
        assert alice.post(f"/en/stories/{story_id}/kept-details", data={"detail": digest}).status_code == 303
    page = alice.get(f"/en/stories/{story_id}/check").text
    assert "This looks like a phone number." not in page
    assert "This names somebody who treats you." in page
    assert (
        cast.alice.browser.post(
            f"/en/stories/{story_id}/sending", data={"consent": ["site"], "if_unreachable": "keep", "wait": "0"}
        )
        .headers["Location"]
        .endswith("/sent")
    )


def test_the_link_leads_back_to_the_place(cast: Cast) -> None:
    story_id = begin(cast)
    post(cast, story_id, source="Before.\n\nCall 020 7946 0123.")
    page = cast.alice.browser.get(f"/en/stories/{story_id}/edit?at=source&from=14&to=27").text
    assert "020 7946 0123</mark>" in page
    for odd in (
        "at=source&from=-1&to=5",
        "at=source&from=5&to=99999",
        "at=version&from=0&to=1",
        "at=source&from=x&to=y",
    ):
        answer = cast.alice.browser.get(f"/en/stories/{story_id}/edit?{odd}")
        assert answer.status_code == 200
        assert "<mark" not in answer.text


@pytest.mark.parametrize("digest", ["", "x", "\x00", "9" * 5000])
def test_an_unknown_detail_is_not_kept(cast: Cast, digest: str) -> None:
    story_id = begin(cast)
    assert cast.alice.browser.post(f"/en/stories/{story_id}/kept-details", data={"detail": digest}).status_code == 303
    db.session.rollback()
    assert db.session.scalars(select(KeptDetail)).all() == []


@pytest.mark.parametrize("act", ["kept-details", "widenings"])
def test_nobody_else_acts_on_what_is_pointed_out(cast: Cast, published: int, act: str) -> None:
    sent = {"detail": "x", "leave_out": "country"}
    assert cast.bob.browser.post(f"/en/stories/{published}/{act}", data=sent).status_code == 404
    assert cast.visitor.browser.post(f"/en/stories/{published}/{act}", data=sent).status_code == 303
    assert facts_of(published).country == "IT"


@pytest.mark.parametrize(
    ("leave_out", "left"),
    [
        ("region", ("IT", "", "2009-05")),
        ("country", (None, "", "2009-05")),
        ("years", ("IT", "Puglia", "None")),
        ("everything", ("IT", "Puglia", "2009-05")),
        ("", ("IT", "Puglia", "2009-05")),
    ],
)
def test_one_tap_makes_a_story_harder_to_find(
    cast: Cast, published: int, leave_out: str, left: tuple[str | None, str, str]
) -> None:
    alice = cast.alice.browser
    alice.post(f"/en/stories/{published}/draft", data=change(source="It was quince."))
    for _twice in range(2):
        answer = alice.post(f"/en/stories/{published}/widenings", data={"leave_out": leave_out})
        assert answer.status_code == 303
    now = facts_of(published)
    assert (now.country, now.region, str(now.diagnosed)) == left
    draft = db.session.scalars(select(Draft)).one()
    waiting = drafting.facts_kept(story_of(published), draft)
    assert (waiting.country, waiting.region, str(waiting.diagnosed)) == left


def test_a_revision_keeps_the_facts_of_its_change(cast: Cast, published: int) -> None:
    cast.alice.browser.post(f"/en/stories/{published}/draft", data=change(country="ES"))
    sent_again(cast, published)
    revision = db.session.scalars(select(Revision).order_by(Revision.id.desc())).first()
    assert revision is not None
    assert revision.facts
    assert [(str(label), after) for label, _before, after in facts.changes_in(story_of(published), revision)] == [
        ("Country", "Spain")
    ]


def test_what_cannot_be_sent_as_a_change_is_said(cast: Cast, published: int) -> None:
    cast.alice.browser.post(f"/en/stories/{published}/withdrawal")
    assert (
        cast.alice.browser.post(f"/en/stories/{published}/widenings", data={"leave_out": "country"}).status_code == 409
    )
    db.session.rollback()
    assert db.session.get_one(Contribution, published).status == "withdrawn"


@pytest.mark.parametrize("page", ["edit", "check"])
def test_the_pages_of_writing_ask_the_database_little_and_always_the_same(
    cast: Cast, topics: dict[str, int], page: str
) -> None:
    def cost(story_id: int) -> int:
        with recorded() as statements:
            assert cast.alice.browser.get(f"/en/stories/{story_id}/{page}").status_code == 200
        return len(statements)

    story_id = begin(cast)
    post(cast, story_id, country="IT", diagnosed="2009", topics=[topics["crest-syndrome"]])
    few = cost(story_id)
    every = [key for slug, key in topics.items()]
    post(
        cast, story_id, country="IT", diagnosed="2009", topics=every, source="Call 020 7946 0123, 020 7946 0124. " * 50
    )
    assert cost(story_id) == few <= 12
