"""An author's choices: given, taken back, wished, asked again; each with the person it is not for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from forum.contributions import actions as contributions
from forum.contributions import ledger
from forum.contributions.models import Contribution, Wish
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.moderation.models import LogEntry
from forum.search.models import SearchDocument
from forum.stories import consent_policy, wishes
from forum.stories.models import Story
from tests.cast import Browser, Cast
from tests.querylog import recorded
from tests.stories.conftest import MakeStory


@pytest.fixture
def story_id(make_story: MakeStory) -> int:
    return make_story(uses=[("site", None), ("print", None)])


def counted(browser: Browser, address: str) -> int:
    with recorded() as statements:
        assert browser.get(address).status_code == 200
    return len(statements)


def status_of(story_id: int) -> str:
    db.session.rollback()
    return db.session.scalars(select(Contribution.status).where(Contribution.id == story_id)).one()


def allowed(story_id: int) -> set[ledger.Use]:
    db.session.rollback()
    return ledger.allowed(story_id)


def rows(table: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def yes(cast: Cast, story_id: int, use: str, who: str = "alice") -> int:
    return cast[who].browser.post(f"/en/stories/{story_id}/consents", data={"use": use}).status_code


def no_longer(cast: Cast, story_id: int, use: str, who: str = "alice") -> int:
    return cast[who].browser.post(f"/en/stories/{story_id}/consents/withdrawal", data={"use": use}).status_code


def test_the_page_says_what_is_allowed_since_when_and_in_which_words(cast: Cast, story_id: int) -> None:
    page = cast.alice.browser.get(f"/en/stories/{story_id}/consent").text
    assert page.count(">Yes</span>") == 2
    assert page.count(">No</span>") == 3
    assert "given on this site" in page
    assert "May someone translate it into Italian?" in page
    assert "Wording 1" in page
    assert "yours is the one that counts" in page
    assert "nobody can call back" in page


def test_she_reads_what_she_agreed_to_in_the_language_she_read(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story(uses=())
    with write():
        ledger.give(db.session.get_one(Story, story_id), "research", version=1, language="es", how="phone")
    page = cast.alice.browser.get(f"/it/stories/{story_id}/consent").text
    assert "¿Pueden usar tu historia quienes investigan la enfermedad?" in page
    assert 'class="more-words consent-text" lang="es"' in page


def test_each_yes_and_no_counts_at_once(cast: Cast, story_id: int) -> None:
    assert yes(cast, story_id, "translation:it") == 303
    assert yes(cast, story_id, "translation:it") == 303
    assert no_longer(cast, story_id, "print") == 303
    assert no_longer(cast, story_id, "print") == 303
    assert allowed(story_id) == {("site", None), ("translation", "it")}
    assert status_of(story_id) == "published"
    page = cast.alice.browser.get(f"/en/stories/{story_id}/consent").text
    assert "No longer</span>" in page
    assert "What was said when" in page


def test_without_this_site_the_story_leaves_it_and_can_come_back(cast: Cast, story_id: int) -> None:
    answer = cast.alice.browser.post(f"/en/stories/{story_id}/consents/withdrawal", data={"use": "site"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/en/stories/{story_id}")
    assert status_of(story_id) == "withdrawn"
    assert allowed(story_id) == set()
    assert cast.visitor.browser.get(f"/en/stories/{story_id}").status_code == 410
    assert cast.alice.browser.get(f"/en/stories/{story_id}/consent").status_code == 409
    cast.alice.browser.post(f"/en/stories/{story_id}/return")
    assert status_of(story_id) == "published"
    assert allowed(story_id) == {("site", None), ("print", None)}


@pytest.mark.parametrize("status", ["pending", "sent"])
def test_without_this_site_what_waits_is_hers_again(cast: Cast, make_story: MakeStory, status: str) -> None:
    story_id = make_story(status=status)
    assert no_longer(cast, story_id, "site") == 303
    assert status_of(story_id) == "draft"
    assert ("site", None) not in allowed(story_id)


def test_a_translation_is_read_only_while_its_language_is_allowed(cast: Cast, make_story: MakeStory) -> None:
    original = make_story(uses=[("site", None)])
    translation = make_story(title="Il coperchio", language="it", translation_of_id=original)

    def is_there() -> bool:
        db.session.rollback()
        page = cast.visitor.browser.get(f"/it/stories/{translation}").status_code == 200
        index = db.session.scalars(select(SearchDocument.audience).where(SearchDocument.object_id == translation)).one()
        assert (index == "everyone") == page
        assert ("Il coperchio" in cast.visitor.browser.get("/it/stories").text) == page
        return page

    assert not is_there()
    yes(cast, original, "translation:it")
    assert is_there()
    yes(cast, original, "translation:es")
    no_longer(cast, original, "translation:es")
    assert is_there()
    no_longer(cast, original, "translation:it")
    assert not is_there()
    yes(cast, original, "translation:it")
    cast.alice.browser.post(f"/en/stories/{original}/withdrawal")
    assert not is_there()
    cast.alice.browser.post(f"/en/stories/{original}/return")
    assert is_there()


@pytest.mark.parametrize(
    "use", ["", "anything", "translation", "translation:en", "translation:xx", "photo", "\x00", "x" * 9999]
)
def test_a_use_that_there_is_not_changes_nothing(cast: Cast, story_id: int, use: str) -> None:
    before = allowed(story_id)
    assert yes(cast, story_id, use) == 422
    assert no_longer(cast, story_id, use) == 422
    assert allowed(story_id) == before


@pytest.mark.parametrize("who", ["bob", "mona", "cora", "ada"])
def test_nobody_else_finds_or_changes_her_choices(cast: Cast, story_id: int, who: str) -> None:
    before = allowed(story_id)
    assert cast[who].browser.get(f"/en/stories/{story_id}/consent").status_code == 404
    assert yes(cast, story_id, "research", who) == no_longer(cast, story_id, "print", who) == 404
    for address, data in {
        "wish": {"if_unreachable": "remove"}, "coming-of-age": {"answer": "no"}, "admission": {},
    }.items():  # fmt: skip
        assert cast[who].browser.post(f"/en/stories/{story_id}/{address}", data=data).status_code == 404
    assert allowed(story_id) == before
    assert rows(Wish) == 0
    assert status_of(story_id) == "published"


def test_a_visitor_is_led_to_sign_in(cast: Cast, story_id: int) -> None:
    for address in (f"/en/stories/{story_id}/consent", "/en/me/choices", f"/en/stories/{story_id}/wish"):
        answer = cast.visitor.browser.get(address)
        assert (answer.status_code, "/en/sign-in" in answer.headers["Location"]) == (303, True), address


def test_sending_asks_and_keeps_everything(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story(status="draft", uses=())
    page = cast.alice.browser.get(f"/en/stories/{story_id}/check").text
    assert 'value="translation:it"' in page
    assert 'value="photo"' not in page
    assert "Who may decide for you" in page
    sent = cast.alice.browser.post(
        f"/en/stories/{story_id}/sending",
        data={
            "consent": ["site", "translation:es"],
            "if_unreachable": "unlist",
            "deputy": "My sister Pia",
            "wait": "0",
            "wait_other": "",
        },
    )
    assert sent.status_code == 303
    assert allowed(story_id) == {("site", None), ("translation", "es")}
    wish = wishes.wish_of(story_id)
    assert wish is not None
    assert (wish.if_unreachable, wish.deputy) == ("unlist", "My sister Pia")


def test_my_choices_list_every_story_in_few_queries(cast: Cast, make_story: MakeStory) -> None:
    make_story(title="The jar lid", uses=[("site", None), ("translation", "it")])
    make_story(title="Under another name", attribution="pseudonym", byline="Rosa M.")
    make_story(title="Il coperchio", language="it", translation_of_id=1)
    make_story(cast.bob, title="Not hers")
    page = cast.alice.browser.get("/en/me/choices").text
    assert "The jar lid" in page
    assert "Under another name" in page
    assert "Il coperchio" not in page
    assert "Not hers" not in page
    assert "translation (Italiano)" in page
    before = counted(cast.alice.browser, "/en/me/choices")
    for number in range(10):
        make_story(title=f"Story {number}")
    assert counted(cast.alice.browser, "/en/me/choices") == before
    assert "Nothing here yet" in cast.nia.browser.get("/en/me/choices").text
    assert counted(cast.alice.browser, "/en/stories/1/consent") <= 7


class TestTheWish:
    def test_it_is_kept_once_and_changed(self, cast: Cast, story_id: int) -> None:
        alice = cast.alice.browser
        alice.post(f"/en/stories/{story_id}/wish", data={"if_unreachable": "keep", "deputy": ""})
        assert rows(Wish) == 0  # what holds anyway
        for deputy in ("Pia", "Pia", "Pia, 555 0100"):
            answer = alice.post(f"/en/stories/{story_id}/wish", data={"if_unreachable": "remove", "deputy": deputy})
            assert answer.status_code == 303
        assert rows(Wish) == 1
        assert "Pia, 555 0100" in alice.get(f"/en/stories/{story_id}/consent").text

    @pytest.mark.parametrize(
        "bad", [{"if_unreachable": "burn"}, {"if_unreachable": ""}, {"if_unreachable": "keep", "deputy": "x" * 501}]
    )
    def test_what_is_wrong_comes_back_whole(self, cast: Cast, story_id: int, bad: dict[str, str]) -> None:
        answer = cast.alice.browser.post(f"/en/stories/{story_id}/wish", data={"deputy": "My sister Pia"} | bad)
        assert answer.status_code == 422
        assert bad.get("deputy", "My sister Pia") in answer.text
        assert rows(Wish) == 0

    def test_hostile_letters_stay_letters(self, cast: Cast, story_id: int) -> None:
        words = "Pia\x00\u202e<script>alert(1)</script>"
        data = {"if_unreachable": "keep", "deputy": words}
        assert cast.alice.browser.post(f"/en/stories/{story_id}/wish", data=data).status_code == 303
        page = cast.alice.browser.get(f"/en/stories/{story_id}/consent").text
        assert "<script>alert" not in page
        assert "\u202e" not in page

    @pytest.mark.parametrize(
        ("who", "status"), [("alice", 403), ("bob", 403), ("mona", 403), ("cora", 403), ("ada", 200)]
    )
    def test_only_an_administrator_reads_it(self, cast: Cast, story_id: int, who: str, status: int) -> None:
        cast.alice.browser.post(f"/en/stories/{story_id}/wish", data={"if_unreachable": "unlist", "deputy": "Pia 0100"})
        answer = cast[who].browser.get(f"/en/stories/{story_id}/wish")
        assert answer.status_code == status
        assert ("Pia 0100" in answer.text) == (status == 200)
        for act in ("fulfilment", "undoing"):
            if status != 200:
                assert cast[who].browser.post(
                    f"/en/stories/{story_id}/wish/{act}", data={"reason": "Because"}
                ).status_code == 403  # fmt: skip

    def test_an_administrators_own_story_is_for_another(self, cast: Cast, make_story: MakeStory) -> None:
        own = make_story(cast.ada, attribution="anonymous")
        assert cast.ada.browser.get(f"/en/stories/{own}/wish").status_code == 403
        answer = cast.ada.browser.post(f"/en/stories/{own}/wish/fulfilment", data={"reason": "Because"})
        assert answer.status_code == 403

    @pytest.mark.parametrize(
        ("wish", "status", "is_listed"),
        [("keep", "published", True), ("unlist", "published", False), ("remove", "withdrawn", True)],
    )
    def test_it_is_done_logged_and_undone(
        self, cast: Cast, story_id: int, wish: str, status: str, is_listed: bool
    ) -> None:
        before = allowed(story_id)
        cast.alice.browser.post(f"/en/stories/{story_id}/wish", data={"if_unreachable": wish, "deputy": "Pia"})
        ada, place = cast.ada.browser, f"/en/stories/{story_id}/wish"
        empty = ada.post(f"{place}/fulfilment", data={"reason": " "})
        assert empty.status_code == 422
        assert ada.post(f"{place}/undoing").status_code == 409
        assert ada.post(f"{place}/fulfilment", data={"reason": "Two letters, no answer"}).status_code == 303
        assert ada.post(f"{place}/fulfilment", data={"reason": "Again"}).status_code == 409
        assert (status_of(story_id), db.session.get_one(Story, story_id).is_listed) == (status, is_listed)
        assert "The jar lid" not in cast.visitor.browser.get("/en/stories").text or wish == "keep"
        assert "Two letters, no answer" in ada.get(place).text
        entry = db.session.scalars(select(LogEntry).where(LogEntry.act == "wish_carried_out")).one()
        assert (entry.actor_id, entry.object_id, entry.data) == (cast.ada.id, story_id, {"wish": wish})
        assert "done as they wished" in ada.get("/en/moderation/log").text
        assert ada.post(f"{place}/undoing").status_code == 303
        assert (status_of(story_id), db.session.get_one(Story, story_id).is_listed) == ("published", True)
        assert allowed(story_id) == before
        assert ada.post(f"{place}/undoing").status_code == 409

    def test_out_of_the_lists_is_out_of_the_search_with_all_that_hangs_on_it(
        self, cast: Cast, make_story: MakeStory
    ) -> None:
        story_id = make_story()
        translation = make_story(title="Il coperchio", language="it", translation_of_id=story_id)
        db.session.rollback()

        def found() -> set[int | None]:
            db.session.rollback()
            return set(db.session.scalars(select(SearchDocument.contribution_id)))

        assert found() == {story_id, translation}
        data = {"if_unreachable": "unlist", "deputy": ""}
        cast.alice.browser.post(f"/en/stories/{story_id}/wish", data=data)
        cast.ada.browser.post(f"/en/stories/{story_id}/wish/fulfilment", data={"reason": "Two letters"})
        assert found() == set()
        assert cast.visitor.browser.get(f"/en/stories/{story_id}").status_code == 200
        assert "Il coperchio" not in cast.visitor.browser.get("/it/stories").text
        with write():
            contributions.restore(db.session.get_one(Story, story_id))  # whatever is done to it meanwhile
        assert found() == set()
        cast.ada.browser.post(f"/en/stories/{story_id}/wish/undoing")
        assert found() == {story_id, translation}

    def test_nothing_said_is_keep(self, cast: Cast, story_id: int) -> None:
        ada, place = cast.ada.browser, f"/en/stories/{story_id}/wish"
        assert "Keep it as it is" in ada.get(place).text
        assert ada.post(f"{place}/fulfilment", data={"reason": "Two letters"}).status_code == 303
        assert status_of(story_id) == "published"

    def test_when_she_is_back_her_word_undoes_it(self, cast: Cast, story_id: int) -> None:
        data = {"if_unreachable": "unlist", "deputy": ""}
        cast.alice.browser.post(f"/en/stories/{story_id}/wish", data=data)
        cast.ada.browser.post(f"/en/stories/{story_id}/wish/fulfilment", data={"reason": "Two letters"})
        assert "could not reach you" in cast.alice.browser.get(f"/en/stories/{story_id}/consent").text
        cast.alice.browser.post(f"/en/stories/{story_id}/wish", data=data)
        db.session.rollback()
        assert db.session.get_one(Story, story_id).is_listed
        wish = wishes.wish_of(story_id)
        assert wish is not None
        assert wish.carried_out_at is None

    @pytest.mark.parametrize("story_id", [999_999, 2**40])
    def test_of_no_story(self, cast: Cast, story_id: int) -> None:
        assert cast.ada.browser.get(f"/en/stories/{story_id}/wish").status_code == 404
        answer = cast.ada.browser.post(f"/en/stories/{story_id}/wish/fulfilment", data={"reason": "Because"})
        assert answer.status_code == 404


class TestComingOfAge:
    @pytest.fixture
    def child_id(self, make_story: MakeStory) -> int:
        return make_story(about_whom="child", of_age_year=clock.today().year, subject_consent="not_asked")

    def answer(self, cast: Cast, story_id: int, said: str) -> int:
        return cast.alice.browser.post(f"/en/stories/{story_id}/coming-of-age", data={"answer": said}).status_code

    def test_it_is_asked_from_that_year_on(self, cast: Cast, make_story: MakeStory, child_id: int) -> None:
        question = "is of age now. What do they say?"
        assert question in cast.alice.browser.get(f"/en/stories/{child_id}/consent").text
        assert "A question for you" in cast.alice.browser.get("/en/me/choices").text
        younger = make_story(about_whom="child", of_age_year=clock.today().year + 1)
        assert question not in cast.alice.browser.get(f"/en/stories/{younger}/consent").text
        assert self.answer(cast, younger, "no") == 409
        assert status_of(younger) == "published"

    @pytest.mark.parametrize(("said", "kept"), [("yes", "given"), ("not_possible", "not_possible")])
    def test_a_yes_is_kept_with_its_day_and_asked_no_more(
        self, cast: Cast, child_id: int, said: str, kept: str
    ) -> None:
        assert self.answer(cast, child_id, said) == 303
        assert self.answer(cast, child_id, said) == 409
        db.session.rollback()
        story = db.session.get_one(Story, child_id)
        assert (story.status, story.about_whom, story.subject_consent) == ("published", "adult", kept)
        assert str(clock.today().year) in ledger.history(child_id)[0].note

    def test_a_no_takes_it_off_the_site(self, cast: Cast, child_id: int) -> None:
        assert self.answer(cast, child_id, "no") == 303
        assert status_of(child_id) == "withdrawn"
        assert "says no" in "".join(one.note for one in ledger.history(child_id))

    @pytest.mark.parametrize("said", ["", "perhaps", "\x00"])
    def test_another_answer_changes_nothing(self, cast: Cast, child_id: int, said: str) -> None:
        assert self.answer(cast, child_id, said) == 422
        assert status_of(child_id) == "published"


@pytest.mark.parametrize(
    ("status", "is_owner", "can"),
    [("published", True, True), ("draft", True, True), ("hidden", True, True), ("withdrawn", True, False),
     ("erased", True, False), ("published", False, False)],
)  # fmt: skip
def test_the_rule(cast: Cast, status: str, is_owner: bool, can: bool) -> None:
    story = Story(status=status, language="en")
    assert bool(consent_policy.can_choose(cast.alice.viewer, story, is_owner)) == can
    assert bool(consent_policy.can_choose(cast.sam.viewer, story, is_owner)) == can  # the silenced too
    assert consent_policy.can_choose(cast.visitor.viewer, story, is_owner).status == 401


def test_a_child_is_of_age_from_its_year_on() -> None:
    story = Story(about_whom="child", of_age_year=2030, language="en")
    assert [consent_policy.is_of_age(story, year) for year in (2029, 2030, 2031)] == [False, True, True]
    story.about_whom = "adult"
    assert not consent_policy.is_of_age(story, 2031)


def test_moments_are_those_of_the_rows(cast: Cast, story_id: int) -> None:
    with write():
        for one in ledger.history(story_id):
            one.given_at = clock.now() - timedelta(days=900)
    page = cast.alice.browser.get(f"/en/stories/{story_id}/consent").text
    assert str((clock.now() - timedelta(days=900)).year) in page
