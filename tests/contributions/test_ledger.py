"""The consent ledger: nothing but a whole, present yes is ever read as one."""

from __future__ import annotations

import ast
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from forum.contributions import actions as contributions
from forum.contributions import ledger, wording
from forum.contributions.models import Consent, Contribution
from forum.core import clock
from forum.core.db import db
from forum.core.settings import LANGUAGES, ROOT
from forum.core.unit_of_work import NotWritingError, write
from forum.stories.models import Story
from tests.cast import Cast
from tests.stories.conftest import MakeStory, make_story  # noqa: F401


@pytest.fixture
def story_id(make_story: MakeStory) -> int:  # noqa: F811
    return make_story(uses=())


def give(story_id: int, use: str, for_language: str | None = None, **more: Any) -> None:
    said = {"version": wording.VERSION, "language": "en", "how": "site"} | more
    with write():
        ledger.give(db.session.get_one(Story, story_id), use, for_language=for_language, **said)
    db.session.rollback()


def row(story_id: int, **values: Any) -> None:
    """A row as no verb would write it, except for what is given."""
    whole = {
        "contribution_id": story_id, "use": "print", "for_language": None, "wording_version": wording.VERSION,
        "language": "en", "given_how": "site", "given_at": clock.now(), "withdrawn_at": None, "note": "",
    }  # fmt: skip
    with write():
        db.session.execute(insert(Consent).values(whole | values))


def listed(use: str, for_language: str | None = None) -> list[int]:
    return list(db.session.scalars(select(Contribution.id).where(ledger.criterion(use, for_language))))


def test_what_was_never_said_is_no(story_id: int) -> None:
    assert ledger.allowed(story_id) == set()
    assert not ledger.allows(story_id, "site")
    assert not ledger.allows(999_999, "site")
    assert listed("site") == []


def test_each_use_stands_alone(story_id: int) -> None:
    give(story_id, "print")
    give(story_id, "translation", "it")
    assert ledger.allowed(story_id) == {("print", None), ("translation", "it")}
    assert ledger.allows(story_id, "print")
    assert ledger.allows(story_id, "translation", "it")
    for use in (("translation", "es"), ("translation", None), ("print", "it"), ("site", None), ("research", None)):
        assert not ledger.allows(story_id, *use), use
        assert listed(*use) == [], use
    assert listed("translation", "it") == listed("print") == [story_id]
    assert ledger.allowed_by_each([story_id, 999]) == {story_id: {("print", None), ("translation", "it")}, 999: set()}


@pytest.mark.parametrize(
    "broken",
    [
        {"withdrawn_at": "now"}, {"withdrawn_at": "tomorrow"}, {"given_at": "tomorrow"}, {"wording_version": 0},
        {"wording_version": 99}, {"wording_version": -1}, {"language": "xx"}, {"language": ""},
        {"use": "translation", "for_language": "xx"}, {"use": "translation", "for_language": ""},
    ],
)  # fmt: skip
def test_a_broken_row_is_never_read_as_yes(story_id: int, broken: dict[str, Any]) -> None:
    moments = {"now": clock.now(), "tomorrow": clock.now() + timedelta(days=1)}
    row(story_id, **{name: moments.get(str(value), value) for name, value in broken.items()})
    assert len(ledger.history(story_id)) == 1
    assert ledger.allowed(story_id) == set()
    assert listed("print") == listed("translation", "xx") == []


@pytest.mark.parametrize(
    "impossible",
    [
        {"use": "anything"}, {"use": "translation"}, {"for_language": "it"}, {"given_how": "dream"}, {"given_at": None},
        {"use": None}, {"contribution_id": 999_999},
    ],
)  # fmt: skip
def test_the_database_refuses_what_makes_no_sense(story_id: int, impossible: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        row(story_id, **impossible)


@pytest.mark.parametrize(
    ("use", "more"),
    [
        ("anything", {}), ("translation", {}), ("print", {"for_language": "it"}),
        ("translation", {"for_language": "en"}), ("translation", {"for_language": "xx"}),
        ("print", {"version": 99}), ("print", {"how": "dream"}),
        ("print", {"language": "xx"}), ("photo", {"version": 1}),
        ("print", {"given_at": clock.now() + timedelta(days=2)}),
    ],
)  # fmt: skip
def test_nonsense_is_not_written(story_id: int, use: str, more: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        give(story_id, use, **more)
    db.session.rollback()
    assert ledger.history(story_id) == []


def test_the_same_yes_twice_is_one_row_and_a_new_wording_another(story_id: int) -> None:
    give(story_id, "print", version=1)
    give(story_id, "print", version=1)
    assert len(ledger.history(story_id)) == 1
    give(story_id, "print", version=2, language="it")
    assert [one.wording_version for one in ledger.history(story_id)] == [1, 2]
    with write():
        assert ledger.take_back(db.session.get_one(Story, story_id), "print")
        assert not ledger.take_back(db.session.get_one(Story, story_id), "print")
    assert not ledger.allows(story_id, "print")
    assert all(one.withdrawn_at for one in ledger.history(story_id))
    give(story_id, "print")
    assert ledger.allows(story_id, "print")
    assert len(ledger.history(story_id)) == 3


def test_who_wrote_it_down_for_her_is_kept(cast: Cast, story_id: int) -> None:
    give(story_id, "site", how="letter", recorded_by=cast.cora.id, note="Her letter of 3 May")
    kept = ledger.history(story_id)[0]
    assert (kept.given_how, kept.recorded_by, kept.note) == ("letter", cast.cora.id, "Her letter of 3 May")


def test_taking_the_story_back_takes_every_yes_back_and_gives_back_only_those(story_id: int) -> None:
    for use in ("site", "print", "research"):
        give(story_id, use)
    with write():
        ledger.take_back(db.session.get_one(Story, story_id), "print")
    with write():
        contributions.withdraw(db.session.get_one(Story, story_id))
    assert ledger.allowed(story_id) == set()
    with write():
        contributions.bring_back(db.session.get_one(Story, story_id))
    assert ledger.allowed(story_id) == {("site", None), ("research", None)}


def test_keeping_to_her_choices_gives_and_takes_back(story_id: int) -> None:
    give(story_id, "site")
    give(story_id, "print")
    with write():
        story = db.session.get_one(Story, story_id)
        wanted: set[ledger.Use] = {("site", None), ("translation", "es")}
        assert ledger.keep_to(story, wanted, language="en") == {("print", None)}
    assert ledger.allowed(story_id) == wanted


def test_nothing_is_written_outside_a_writing_transaction(story_id: int) -> None:
    with pytest.raises(NotWritingError):
        ledger.give(db.session.get_one(Story, story_id), "print", version=1, language="en", how="site")


@pytest.mark.parametrize("version", wording.VERSIONS)
def test_every_wording_there_ever_was_can_be_read_in_every_language(version: int) -> None:
    for use in ("site", "translation", "print", "research", *(["photo"] if version > 1 else [])):
        for language in LANGUAGES:
            found = wording.question(use, "it" if use == "translation" else None, language=language, version=version)
            assert found is not None
            assert len(found.ask) > 15
            assert len(found.explain) > 80
            assert "{" not in found.ask
    assert wording.question("site", None, language="xx", version=version) is None
    assert wording.question("anything", None, language="en", version=version) is None


def test_each_translation_is_asked_for_by_its_name() -> None:
    asked = {one.key: one.ask for one in wording.questions("en", language="en")}
    assert set(asked) == {"site", "translation:it", "translation:es", "print", "research"}
    assert "Italian" in asked["translation:it"]
    assert "Spanish" in asked["translation:es"]
    assert "inglés" in {one.key: one.ask for one in wording.questions("it", language="es")}["translation:en"]
    assert [one.key for one in wording.questions("en", language="it", kind="photo")] == ["photo"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_wording_says_what_nobody_can_call_back(language: str) -> None:
    words = {"en": "call back", "it": "richiamar", "es": "recoger"}
    for one in [*wording.questions("xx", language=language), *wording.questions("en", language=language, kind="photo")]:
        said = one.explain
        assert words[language] in said or (language == "en" and "call paper back" in said), (one.key, said)


def test_only_the_ledger_reads_the_rows() -> None:
    may = {"forum/contributions/ledger.py", "forum/contributions/models.py"}
    asking = [
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / "forum").rglob("*.py"))
        if asks_for_rows(ast.parse(path.read_text("utf-8")))
    ]
    assert "forum/contributions/ledger.py" in asking
    assert set(asking) <= may


def asks_for_rows(tree: ast.Module) -> bool:
    """Whether a file asks the database for consents. It may name the class of a row, or fill the table."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and any(getattr(one, "id", "") == "Consent" for one in node.args):
            return True
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "Consent" and node.attr != "__table__":
            return True
    return False
