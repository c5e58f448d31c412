"""Who is told of a post and why: once each, never its writer, nobody who has muted it, through no alias."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from forum.accounts.models import Member
from forum.contributions import actions as contributions
from forum.contributions import follows
from forum.contributions.models import Contribution, Follow, Seal
from forum.core import clock, richtext, worker
from forum.core.db import db
from forum.core.outbox import OutboxJob
from forum.core.unit_of_work import end_reading, write
from forum.discussions import actions, notices, telling
from forum.discussions.rows import BoardRow, ThreadRow
from forum.notifications import mutes
from forum.notifications.models import Notification
from forum.topics.actions import load_defaults as load_topics
from forum.topics.models import Topic
from tests.cast import Cast, Person
from tests.discussions.conftest import post, replied, started
from tests.querylog import recorded
from tests.stories import conftest as stories

MakeBoard = Callable[..., BoardRow]
make_story = stories.make_story


def work() -> None:
    """The telling that waits is done; no mail is sent here."""
    while True:
        with write():
            jobs = db.session.scalars(
                select(OutboxJob).where(OutboxJob.name == telling.JOB, OutboxJob.done_at.is_(None)).limit(1)
            ).all()
            for job in jobs:
                telling.tell(job.payload["post_id"], job.payload["after"])
                job.done_at = clock.now()
        if not jobs:
            break
    end_reading()


def told(post_id: int) -> dict[str, str]:
    """Who was told of a post and why: a member's name, or `sealed:` and what of hers was answered."""
    work()
    names = {member.id: member.display_name for member in db.session.scalars(select(Member))}
    rows = db.session.scalars(select(Notification).where(Notification.contribution_id == post_id))
    return {names[row.member_id] if row.member_id else f"sealed:{row.sealed_id}": row.kind for row in rows}


def follow(who: Person, what: str, key: int, is_on: bool = True) -> None:
    with write():
        assert follows.follow(actor=who.viewer, what=what, key=key, is_on=is_on)
    end_reading()


def mute(who: Person, what: str, key: int, is_block: bool = False) -> None:
    with write():
        assert mutes.mute(actor=who.viewer, what=what, key=key, is_on=True, is_block=is_block)
    end_reading()


def says(who: Person, kind: str, post_id: int) -> Any:
    """What the list says to somebody of a post."""
    work()
    rows = db.session.scalars(
        select(Notification).where(Notification.contribution_id == post_id, Notification.kind == kind)
    ).all()
    notice = next(notice for notice in notices.NOTICES if notice.kind == kind)
    return next(iter(notice.tell(who.viewer, rows, "en").values()), None)


def test_the_nearest_reason_wins_and_everybody_is_told_once(cast: Cast, thread: ThreadRow) -> None:
    first = replied(cast.bob.viewer, thread, "The first answer")
    assert told(first) == {"Alice": "answer"}
    follow(cast.cora, "thread", thread.id)
    source = (
        f"[@Bob](/members/{cast.bob.id}) and [@Mona](/members/{cast.mona.id}) and [@Alice](/members/{cast.alice.id})"
    )
    second = replied(cast.ada.viewer, thread, source, first)
    assert told(second) == {"Bob": "answer", "Alice": "mention", "Mona": "mention", "Cora": "thread"}
    with write():
        telling.tell(second)  # the worker may do it twice
    assert len(told(second)) == 4
    assert says(cast.cora, "thread", second).line == "Ada wrote in a discussion."
    line = says(cast.bob, "answer", second)
    assert (line.line, line.address, line.place) == ("Ada answered you.", f"/en/posts/{second}", "Buttons")


def test_whom_one_quotes_is_told(cast: Cast, thread: ThreadRow, make_board: MakeBoard) -> None:
    other = started(cast.cora.viewer, make_board("feet"), title="Shoes", source="Velcro.")
    quoting = replied(
        cast.bob.viewer, thread, f"{richtext.quote('Velcro.', 'Cora', f'/posts/{other.opening_id}')}\n\nYes."
    )
    assert told(quoting) == {"Alice": "answer", "Cora": "quote"}


def test_who_writes_under_her_name_follows_until_she_ends_it(cast: Cast, thread: ThreadRow) -> None:
    first = replied(cast.bob.viewer, thread, "The first answer")
    second = replied(cast.cora.viewer, thread, "The second", first)
    assert told(second) == {"Bob": "answer", "Alice": "thread"}
    follow(cast.bob, "thread", thread.id, is_on=False)
    third = replied(cast.bob.viewer, thread, "I am still here")  # it isn't made again
    assert told(third) == {"Alice": "answer", "Cora": "thread"}
    fourth = replied(cast.cora.viewer, thread, "Are you?")
    assert told(fourth) == {"Alice": "answer"}
    assert not follows.is_following(cast.bob.viewer, "thread", thread.id)
    follow(cast.bob, "thread", thread.id)
    assert follows.is_following(cast.bob.viewer, "thread", thread.id)
    token = follows.token_of(db.session.scalars(select(Follow).where(Follow.member_id == cast.bob.id)).one())
    for _ in range(2):
        with write():
            assert follows.end(token)
    end_reading()
    ending = follows.ending_by(token)
    assert ending is not None
    assert ending.row is None
    assert not follows.is_following(cast.bob.viewer, "thread", thread.id)


def test_a_sealed_writer_follows_nothing_and_hears_of_answers_through_her_seal(
    cast: Cast, make_board: MakeBoard
) -> None:
    board = make_board("open", allows_anonymous=True)
    thread = started(cast.alice.viewer, board, title="Nameless", attribution="anonymous")
    work()
    assert db.session.scalars(select(Follow)).all() == []
    answer = replied(cast.bob.viewer, thread, f"Hello [@Alice](/members/{cast.alice.id})")
    assert told(answer) == {f"sealed:{thread.opening_id}": "answer"}  # once, though she is named too
    # In the same thread under her name: nobody tells her of her own words, whichever name they stand under.
    signed = replied(cast.alice.viewer, thread, "As myself")
    assert told(signed) == {"Bob": "thread"}
    sealed = replied(cast.alice.viewer, thread, "As nobody again", signed, attribution="anonymous")
    assert told(sealed) == {"Bob": "thread"}
    jobs = db.session.scalars(select(OutboxJob).where(OutboxJob.name == telling.JOB)).all()
    assert {key for job in jobs for key in job.payload} == {"post_id", "after"}


def test_a_muted_or_blocked_writer_a_thread_a_board_a_topic_are_quiet(cast: Cast, make_board: MakeBoard) -> None:
    with write():
        load_topics()
    topic = db.session.scalars(select(Topic.id).limit(1)).one()
    board = make_board("feet")
    followers = (cast.bob, cast.cora, cast.nia, cast.mona, cast.ada)
    for who in followers:
        follow(who, "board", board.id)
    mute(cast.bob, "member", cast.alice.id)
    mute(cast.cora, "member", cast.alice.id, is_block=True)
    mute(cast.nia, "topic", topic)
    mute(cast.mona, "board", board.id)
    thread = started(cast.alice.viewer, board, topics=[topic])
    assert told(thread.opening_id or 0) == {"Ada": "thread"}
    mute(cast.ada, "thread", thread.id)
    source = " ".join(f"[@{who.viewer.display_name}](/members/{who.id})" for who in followers)
    named = replied(cast.alice.viewer, thread, source)
    assert told(named) == {}


def test_muting_alice_leaves_her_alias_to_be_heard(cast: Cast, make_board: MakeBoard) -> None:
    board = make_board("open", allows_anonymous=True)
    thread = started(cast.bob.viewer, board)
    mute(cast.bob, "member", cast.alice.id, is_block=True)
    signed = replied(cast.alice.viewer, thread, "Under my name")
    sealed = replied(cast.alice.viewer, thread, "Under none", attribution="anonymous")
    assert told(signed) == {}
    assert told(sealed) == {"Bob": "answer"}
    assert says(cast.bob, "answer", sealed).author_id is None
    page = cast.bob.browser.get(f"/en/threads/{thread.id}").text
    assert page.count("A post by somebody you muted.") == 1
    assert page.index("A post by somebody you muted.") < page.index("Under my name") < page.index("Under none")
    assert "A post by somebody you muted." not in cast.nia.browser.get(f"/en/threads/{thread.id}").text


def test_who_follows_a_member_hears_of_what_she_signs_alone(cast: Cast, make_board: MakeBoard) -> None:
    board = make_board("open", allows_anonymous=True)
    follow(cast.bob, "member", cast.alice.id)
    assert told(started(cast.alice.viewer, board, title="Mine").opening_id or 0) == {"Bob": "thread"}
    nameless = started(cast.alice.viewer, board, title="Nobody's", source="Other words", attribution="anonymous")
    assert told(nameless.opening_id or 0) == {}


def test_boards_and_topics_tell_of_new_discussions_not_of_each_answer(cast: Cast, make_board: MakeBoard) -> None:
    with write():
        load_topics()
    topic = db.session.scalars(select(Topic.id).limit(1)).one()
    board = make_board("feet")
    follow(cast.bob, "board", board.id)
    follow(cast.cora, "topic", topic)
    thread = started(cast.alice.viewer, board, topics=[topic])
    assert told(thread.opening_id or 0) == {"Bob": "thread", "Cora": "thread"}
    assert says(cast.bob, "thread", thread.opening_id or 0).line == "Alice started a discussion."
    assert told(replied(cast.ada.viewer, thread, "An answer")) == {"Alice": "answer"}


def test_nobody_is_told_of_what_nobody_sees_and_only_the_first_time(cast: Cast, thread: ThreadRow) -> None:
    waits = replied(cast.nia.viewer, thread, "I am new here")
    assert post(waits).status == "pending"
    assert told(waits) == {}
    with write():
        contributions.publish(db.session.get_one(Contribution, waits))
    assert told(waits) == {"Alice": "answer"}
    follow(cast.bob, "thread", thread.id)
    for verb in (contributions.hide, contributions.restore):
        with write():
            verb(db.session.get_one(Contribution, waits))
    assert told(waits) == {"Alice": "answer"}
    hidden = replied(cast.cora.viewer, thread, "Taken down before the worker came")
    with write():
        contributions.hide(db.session.get_one(Contribution, hidden))
    assert told(hidden) == {}
    assert says(cast.alice, "answer", waits).line == "Nia answered you."
    with write():
        contributions.hide(db.session.get_one(Contribution, waits))
    assert says(cast.alice, "answer", waits) is None


def test_a_story_s_author_is_told_of_answers_to_it(cast: Cast, make_story: Callable[..., int]) -> None:
    signed, sealed = make_story(), make_story(title="Nameless", attribution="anonymous")
    for story_id, whom in ((signed, "Alice"), (sealed, f"sealed:{sealed}")):
        with write():
            comment = actions.comment(
                actor=cast.bob.viewer, contribution_id=story_id, source="Thank you", language="en"
            )
        assert told(comment.post_id) == {whom: "answer"}
        said = says(cast.alice, "answer", comment.post_id)
        assert said.line == "Bob answered your story."
    with write():
        contributions.hide(db.session.get_one(Contribution, signed))
        late = actions.comment(actor=cast.cora.viewer, contribution_id=sealed, source="Me too", language="en")
    assert told(late.post_id) == {f"sealed:{sealed}": "answer", "Bob": "thread"}


def _crowd(thread_id: int, many: int) -> None:
    now = clock.now()
    with write():
        members = [
            Member(email=f"m{number}@example.org", display_name=f"M{number}", joined_at=now, language="en")
            for number in range(many)
        ]
        db.session.add_all(members)
        db.session.flush()
        db.session.add_all(
            [Follow(member_id=one.id, thread_id=thread_id, nonce=f"n{one.id}", made_at=now) for one in members]
        )


def test_thousands_are_told_in_lots_each_with_as_few_statements(
    cast: Cast, thread: ThreadRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "LOT", 20)
    _crowd(thread.id, 50)
    key = replied(cast.bob.viewer, thread, "To all of you")
    work()
    jobs = db.session.scalars(select(OutboxJob.payload).where(OutboxJob.name == telling.JOB)).all()
    assert len([job for job in jobs if job["post_id"] == key]) == 3
    rows = db.session.scalars(select(Notification.member_id).where(Notification.contribution_id == key)).all()
    assert len(rows) == len(set(rows)) == 51  # Alice, answered, and fifty who follow
    with write(), recorded() as statements:
        telling.tell(key)
    assert len(statements) < 20 + 20  # one for each of a lot, and what stands before them


def test_who_left_is_not_told(cast: Cast, thread: ThreadRow) -> None:
    follow(cast.cora, "thread", thread.id)
    with write():
        db.session.execute(update(Member).where(Member.id == cast.cora.id).values(erased_at=clock.now()))
    assert told(replied(cast.bob.viewer, thread, "Anybody?")) == {"Alice": "answer"}


def test_the_notices_of_a_page_cost_one_query(cast: Cast, thread: ThreadRow) -> None:
    keys = [replied(cast.bob.viewer, thread, f"Answer {number}") for number in range(6)]
    work()
    rows = db.session.scalars(select(Notification).where(Notification.contribution_id.in_(keys))).all()
    notice = notices.NOTICES[0]
    with recorded() as statements:
        assert len(notice.tell(cast.alice.viewer, rows, "it")) == 6
    assert len(statements) == 1
    assert notice.tell(cast.visitor.viewer, [], "en") == {}


def test_the_worker_knows_the_job(app: Flask, cast: Cast, thread: ThreadRow) -> None:
    key = replied(cast.bob.viewer, thread, "An answer")
    worker.work_all()
    end_reading()
    done = select(func.count()).select_from(OutboxJob).where(OutboxJob.name == telling.JOB, OutboxJob.done_at.is_(None))
    assert db.session.scalar(done) == 0
    assert db.session.scalars(select(Notification.kind).where(Notification.contribution_id == key)).all() == ["answer"]
    assert db.session.scalars(select(Seal)).all() == []
