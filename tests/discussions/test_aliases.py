"""An alias: one for each member in each discussion, hers by her seals alone, and nothing else that leads to her."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select

from forum.contributions import actions as contributions
from forum.core.db import db
from forum.core.settings import LANGUAGES
from forum.core.unit_of_work import end_reading, write
from forum.discussions import actions, aliases, queries, reading
from forum.discussions.models import Alias, Post
from forum.discussions.rows import BoardRow, PostRow, ThreadRow
from tests.cast import Cast, Person
from tests.discussions.conftest import do, post, replied, started


@pytest.fixture
def open_board(make_board: Callable[..., BoardRow]) -> BoardRow:
    """A board where one may write without one's name."""
    return make_board("open", allows_anonymous=True)


@pytest.fixture
def open_thread(cast: Cast, open_board: BoardRow) -> ThreadRow:
    """A discussion there, that Alice started with her name."""
    return started(cast.alice.viewer, open_board)


def sealed(person: Person, thread: ThreadRow, source: str, answers: int | None = None) -> int:
    return replied(person.viewer, thread, source, answers, attribution="anonymous")


def rows(thread: ThreadRow, person: Person) -> dict[int, PostRow]:
    end_reading()
    return {row.id: row for row in reading.posts_in(thread, person.viewer).posts}


# Names


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough_names_and_each_is_a_word(language: str) -> None:
    names = aliases.names_in(language)
    assert len(names) >= 150
    assert len({name.casefold() for name in names}) == len(names)
    assert all(name.isalpha() and name.istitle() for name in names)


def test_a_language_that_the_site_does_not_speak_has_names_too() -> None:
    assert aliases.names_in("fi") == aliases.names_in("en")


# One for each member in each discussion


def test_she_goes_on_with_the_alias_of_her_earlier_posts_there_and_has_another_elsewhere(
    cast: Cast, open_board: BoardRow, open_thread: ThreadRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = sealed(cast.bob, open_thread, "One"), sealed(cast.bob, open_thread, "Two")
    one, two = post(first), post(second)
    assert (one.attribution, one.author_id) == ("pseudonym", None)
    assert (one.byline, one.alias_id) == (two.byline, two.alias_id)
    assert one.byline in aliases.names_in("en")
    found = aliases.alias_of(cast.bob.viewer, open_thread.id)
    assert found is not None
    assert (found.id, found.name) == (one.alias_id, one.byline)
    assert aliases.alias_of(cast.alice.viewer, open_thread.id) is None
    assert aliases.alias_of(cast.visitor.viewer, open_thread.id) is None
    other = sealed(cast.cora, open_thread, "Three")
    assert post(other).byline != one.byline
    monkeypatch.setattr(aliases, "names_in", lambda _language: ("Plover",))
    elsewhere = sealed(cast.bob, started(cast.alice.viewer, open_board, title="Zips"), "Four")
    assert (post(elsewhere).byline, post(elsewhere).alias_id != one.alias_id) == ("Plover", True)


def test_a_member_who_starts_a_discussion_goes_on_in_it_with_her_alias(cast: Cast, open_board: BoardRow) -> None:
    thread = started(cast.bob.viewer, open_board, title="Who", attribution="anonymous")
    answer = sealed(cast.bob, thread, "And another thing")
    assert thread.opening_id is not None
    assert post(answer).alias_id == post(thread.opening_id).alias_id is not None
    assert db.session.get_one(Alias, post(answer).alias_id).thread_id == thread.id


def test_when_all_names_are_taken_there_are_numbers_and_never_a_name_that_somebody_signs_with(
    cast: Cast, open_thread: ThreadRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aliases, "names_in", lambda _language: ("ALICE", "Heron"))
    made = [post(sealed(person, open_thread, "Mine")).byline for person in (cast.bob, cast.cora, cast.mona)]
    assert made[0] == "Heron"
    assert len(set(made)) == 3
    assert set(made[1:]) <= {"Heron 2", "Heron 3", "ALICE 2", "ALICE 3"}


def test_two_posts_at_once_have_one_alias_and_two_members_never_share_one(
    app: Flask, cast: Cast, open_thread: ThreadRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aliases, "names_in", lambda _language: ("Heron", "Curlew"))
    end_reading()
    barrier = threading.Barrier(4)

    def send(number: int) -> int:
        with app.app_context():
            barrier.wait()
            made = sealed(cast.bob if number % 2 else cast.cora, open_thread, f"Number {number}")
            db.session.remove()
            return made

    with ThreadPoolExecutor(4) as senders:
        made = list(senders.map(send, range(4)))
    names = [post(key).byline for key in made]
    assert names[0] == names[2] != names[1] == names[3]
    assert sorted(db.session.scalars(select(Alias.name)).all()) == ["Curlew", "Heron"]


def test_a_comment_has_an_alias_too_and_a_post_taken_back_keeps_its_own(cast: Cast, open_thread: ThreadRow) -> None:
    first = sealed(cast.bob, open_thread, "Too much said")
    alias = post(first).byline
    assert do(actions.withdraw, actor=cast.bob.viewer, post_id=first).verdict
    assert post(sealed(cast.bob, open_thread, "Again")).byline == alias
    with write():
        contributions.erase(db.session.get_one(Post, first))
    gone = post(first)
    assert (gone.byline, gone.alias_id, gone.attribution) == (None, None, "anonymous")


# Who started it


def test_the_starters_mark_goes_with_the_name_or_with_the_alias_and_never_across(
    cast: Cast, open_board: BoardRow
) -> None:
    signed = started(cast.bob.viewer, open_board, title="Signed")
    with_name = replied(cast.bob.viewer, signed, "Mine")
    without = sealed(cast.bob, signed, "Nobody's")
    marks = {key: row.is_starter for key, row in rows(signed, cast.visitor).items()}
    assert marks == {signed.opening_id: True, with_name: True, without: False}
    unsigned = started(cast.bob.viewer, open_board, title="Unsigned", attribution="anonymous")
    with_name = replied(cast.bob.viewer, unsigned, "Mine")
    without = sealed(cast.bob, unsigned, "Nobody's")
    another = sealed(cast.cora, unsigned, "Another's")
    marks = {key: row.is_starter for key, row in rows(unsigned, cast.bob).items()}
    assert marks == {unsigned.opening_id: True, with_name: False, without: True, another: False}
    page = cast.visitor.browser.get(f"/en/threads/{unsigned.id}").text
    assert page.count("started this discussion") == 2
    assert page.count("a name for this discussion only") == 3
    with write():
        contributions.hide(db.session.get_one(Post, unsigned.opening_id))
    found = queries.thread_for(cast.visitor.viewer, unsigned.id)
    assert found is not None
    assert not any(row.is_starter for row in rows(found, cast.visitor).values())
