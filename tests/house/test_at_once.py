"""Many windows at once: the same press is one row, nothing is lost, nobody meets a 5xx. On both databases."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.accounts.models import Member, SignInRequest
from forum.accounts.queries import LINK
from forum.contributions.models import Contribution, Draft
from forum.core import tokens
from forum.core.db import db
from forum.discussions.models import Post, Thread
from forum.moderation.models import Case, Decision, Letter, Report
from forum.stories.models import Story
from tests.cast import Browser, Cast, Person
from tests.house.test_routes import World, make_world

EIGHT, SIXTEEN = 8, 16


@pytest.fixture
def world(cast: Cast) -> World:
    return make_world(cast)


def window_of(app: Flask, person: Person) -> Browser:
    """One more window of somebody's."""
    browser = Browser(app, app.response_class, use_cookies=True)
    if person.token:
        browser.sign_in(person.token)
    return browser


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """Press many buttons in the same moment; what each window got."""
    db.session.remove()
    barrier, answers = threading.Barrier(len(acts)), [None] * len(acts)

    def press(place: int) -> None:
        barrier.wait()
        answers[place] = acts[place]()

    threads = [threading.Thread(target=press, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    return answers


def presses(app: Flask, who: list[Person], address: str, **fields: Any) -> list[int]:
    """The same form sent by each of `who` at once, each from a window of her own; the statuses, sorted."""
    windows = [window_of(app, person) for person in who]
    answers = at_once([lambda window=window: window.post(address, data=fields) for window in windows])  # type: ignore[misc]
    return sorted(answer.status_code for answer in answers)


def count(model: type[Any], *where: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*where)) or 0


def test_the_same_reply_from_eight_windows_is_one(app: Flask, cast: Cast, world: World) -> None:
    address = f"/en/threads/{world.thread}/replies"
    assert (
        presses(app, [cast.bob] * EIGHT, address, source="With a rubber glove.", attribution="member") == [303] * EIGHT
    )
    assert count(Contribution, Contribution.source == "With a rubber glove.") == 1
    assert db.session.get_one(Thread, world.thread).post_count == 2


def test_the_same_thread_and_the_same_first_comment_are_one(app: Flask, cast: Cast, world: World) -> None:
    fields = {"title": "Socks", "source": "Which ones are warm?", "attribution": "member", "language": "en"}
    assert presses(app, [cast.bob] * EIGHT, "/en/boards/hands/threads", **fields) == [303] * EIGHT
    assert count(Contribution, Contribution.title == "Socks") == 1
    address = f"/en/contributions/{world.story}/comments"
    everybody = [cast.bob, cast.bob, cast.mona, cast.cora, cast.ada]
    assert presses(app, everybody, address, source="Thank you for it.", attribution="member") == [303] * 5
    assert count(Thread, Thread.about_id == world.story) == 1
    assert count(Contribution, Contribution.source == "Thank you for it.") == 4


def test_sixteen_writers_lose_nothing(app: Flask, cast: Cast, world: World) -> None:
    windows = [window_of(app, person) for person in (cast.bob, cast.mona, cast.cora, cast.ada) * (SIXTEEN // 4)]
    address = f"/en/threads/{world.thread}/replies"

    def write_three(number: int) -> list[int]:
        words = [f"Writer {number} says word {word}." for word in range(3)]
        return [
            windows[number].post(address, data={"source": text, "attribution": "member"}).status_code for text in words
        ]

    answers = at_once([lambda number=number: write_three(number) for number in range(SIXTEEN)])  # type: ignore[misc]
    assert Counter(status for each in answers for status in each) == {303: SIXTEEN * 3}
    assert count(Contribution, Contribution.source.like("Writer % says word %")) == SIXTEEN * 3
    assert db.session.get_one(Thread, world.thread).post_count == SIXTEEN * 3 + 1
    assert count(Post, Post.thread_id == world.thread) == db.session.scalar(
        select(func.count(Post.path.distinct())).where(Post.thread_id == world.thread)
    )


def test_drafts_of_one_place_are_one(app: Flask, cast: Cast, world: World) -> None:
    for address in (f"/en/threads/{world.thread}/drafts", f"/en/moderation/cases/{world.case}/draft"):
        windows = [window_of(app, cast.mona) for _ in range(EIGHT)]
        acts = [
            lambda window=window, number=number, address=address: window.post(  # type: ignore[misc]
                address, data={"source": f"{number} words", "letter": f"{number} words", "version": "0"}
            )
            for number, window in enumerate(windows)
        ]
        statuses = {answer.status_code for answer in at_once(acts)}
        assert statuses <= {200, 409}
    assert count(Draft, Draft.member_id == cast.mona.id) == 2


def test_no_window_writes_over_newer_words(app: Flask, cast: Cast, world: World) -> None:
    reply, story = f"/en/threads/{world.thread}/drafts", f"/en/stories/{world.story}/draft"
    cast.alice.browser.post(reply, data={"source": "Before", "version": "0"})
    for address, version in ((reply, "1"), (story, "0")):
        windows = [window_of(app, cast.alice) for _ in range(EIGHT)]
        acts = [
            lambda window=window, number=number, to=address, version=version: window.post(  # type: ignore[misc]
                to,
                data={"source": f"{number} words", "title": "A", "version": version, "attribution": "member"},
                headers={"Accept": "application/json"},
            )
            for number, window in enumerate(windows)
        ]
        assert Counter(answer.status_code for answer in at_once(acts)) == {200: 1, 409: EIGHT - 1}


def test_one_case_is_approved_once(app: Flask, cast: Cast, world: World) -> None:
    version = db.session.get_one(Case, world.case).version
    before = count(Decision, Decision.case_id == world.case), count(Letter)
    fields = {"version": version, "decision": "approve", "guideline": "", "letter": "Thank you.", "note": ""}
    statuses = presses(app, [cast.mona, cast.ada] * 4, f"/en/moderation/cases/{world.case}/decisions", **fields)
    # Whoever was first pressed the same button four times; the other hears each time that it is decided.
    assert Counter(statuses) == {303: 4, 409: 4}
    assert (count(Decision, Decision.case_id == world.case), count(Letter)) == (before[0] + 1, before[1] + 1)
    assert db.session.get_one(Story, world.waiting_story).status == "published"


def test_taking_back_while_it_is_approved_leaves_one_of_the_two(app: Flask, cast: Cast, world: World) -> None:
    version = db.session.get_one(Case, world.case).version
    fields = {"version": version, "decision": "approve", "guideline": "", "letter": "", "note": ""}
    mona, alice = window_of(app, cast.mona), window_of(app, cast.alice)
    answers = at_once([
        lambda: mona.post(f"/en/moderation/cases/{world.case}/decisions", data=fields),
        lambda: alice.post(f"/en/stories/{world.waiting_story}/withdrawal"),
        lambda: alice.get(f"/en/stories/{world.waiting_story}"),
    ])  # fmt: skip
    statuses = [answer.status_code for answer in answers]
    assert max(statuses) < 500
    assert statuses[1] in (303, 409)
    status = db.session.get_one(Story, world.waiting_story).status
    # Whoever came last has it: her story is off the site, or it was approved before she could take it back.
    assert status == ("withdrawn" if statuses[1] == 303 else "published"), statuses
    case = db.session.get_one(Case, world.case)
    assert case.closed_at is not None
    # It is gone, as far as readers ever knew of it.
    shown = cast.visitor.browser.get(f"/en/stories/{world.waiting_story}").status_code
    assert shown in ((404, 410) if status == "withdrawn" else (200,))


def test_withdrawing_sending_and_returning_from_many_windows(app: Flask, cast: Cast, world: World) -> None:
    for act, status in (("withdrawal", "withdrawn"), ("return", "published")):
        statuses = presses(app, [cast.alice] * EIGHT, f"/en/stories/{world.story}/{act}")
        assert set(statuses) <= {303, 409}
        assert statuses[0] == 303
        db.session.expire_all()
        assert db.session.get_one(Story, world.story).status == status
    statuses = presses(app, [cast.alice] * EIGHT, "/en/stories")
    assert statuses == [303] * EIGHT
    assert 1 <= count(Story, Contribution.status == "draft", Contribution.author_id == cast.alice.id) <= EIGHT


def test_reports_of_one_thing_join_one_case(app: Flask, cast: Cast, world: World) -> None:
    everybody = [cast.visitor, cast.bob, cast.mona, cast.cora, cast.ada, cast.visitor]
    fields = {"contribution": world.story, "reason": "other", "words": "Look at it.", "website": ""}
    assert presses(app, everybody, "/en/report", **fields) == [303] * 6
    assert count(Case, Case.contribution_id == world.story, Case.closed_at.is_(None)) == 1
    assert count(Report, Report.contribution_id == world.story) >= 5


def test_one_address_joins_once(app: Flask, cast: Cast, world: World) -> None:
    fields = {"email": "eve@example.org", "display_name": "Eve", "is_old_enough": "y", "website": ""}
    assert presses(app, [cast.visitor] * 4, "/en/sign-up", **fields) == [303] * 4
    asked = db.session.scalars(select(SignInRequest).where(SignInRequest.purpose == "up")).all()
    addresses = [f"/en/sign-in/{tokens.token_for(LINK, row.id, row.nonce)}" for row in asked for _ in range(2)]
    windows = [window_of(app, cast.visitor) for _ in addresses]
    acts = [lambda window=window, to=to: window.post(to) for window, to in zip(windows, addresses, strict=True)]  # type: ignore[misc]
    statuses = Counter(answer.status_code for answer in at_once(acts))
    assert statuses == {303: 4, 410: 4}
    assert count(Member, Member.email == "eve@example.org") == 1


def test_roles_boards_and_settings_from_many_windows(app: Flask, cast: Cast, world: World) -> None:
    roles = f"/en/admin/members/{cast.bob.id}/roles"
    assert presses(app, [cast.ada] * EIGHT, roles, role="curator") == [303] * EIGHT
    removals = presses(app, [cast.ada] * EIGHT, f"{roles}/curator/removal")
    assert max(removals) < 500
    board = {"slug": "feet", "position": "1", "audience": "everyone", "who_may_start": "everyone", "name_en": "Feet"}
    statuses = Counter(presses(app, [cast.ada] * EIGHT, "/en/admin/boards", **board))
    assert statuses == {303: 1, 422: 7}
    settings = {"display_name": "Bob B", "about": "So.", "language": "en"}
    assert presses(app, [cast.bob] * EIGHT, "/en/me/settings", **settings) == [303] * EIGHT
    page = {"title": "About", "source": "Here.", "version": "1"}
    statuses = Counter(presses(app, [cast.ada] * EIGHT, "/en/admin/pages/about/en", **page))
    assert statuses == {303: 1, 409: 7}
    guide = {"in_short": "Lumps.", "author": "Ann", "section_about": "Here.", "seen": ""}
    statuses = Counter(presses(app, [cast.cora] * EIGHT, "/en/topics/raynaud/texts", **guide))
    assert max(statuses) < 500
