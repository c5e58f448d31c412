"""What moderators decide about the place of a discussion: locked, slowed, moved, split, merged; and undone."""

from __future__ import annotations

import functools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from forum.contributions.models import Contribution, Follow
from forum.core import clock, worker
from forum.core.db import db
from forum.core.languages import in_language
from forum.core.unit_of_work import write
from forum.core.verdict import Verdict
from forum.discussions import actions, closing, marks
from forum.discussions.models import Alias, Board, MergedThread, Post, Thread, ThreadRead
from forum.moderation import actions as moderation
from forum.moderation import letterbox, undoing
from forum.moderation.models import Case, Decision, Letter, LogEntry
from forum.moderation.policy import NO_GUIDELINE
from forum.search.models import SearchDocument
from tests.cast import Cast, Person
from tests.moderation.conftest import do, fresh, guidelines, rule
from tests.moderation.test_at_once import at_once

__all__ = ["guidelines"]


def board(slug: str, audience: str = "everyone") -> int:
    with write():
        made = Board(slug=slug, audience=audience, allows_anonymous=True)
        db.session.add(made)
        db.session.flush()
        return made.id


def start(
    by: Person, board_id: int, title: str, source: str = "How do you do buttons?", **more: Any
) -> tuple[int, int]:
    written = do(actions.start_thread, actor=by.viewer, board_id=board_id, title=title, source=source, **more)
    assert written.verdict, written.verdict.reason
    return written.thread_id, written.post_id


def answer(by: Person, thread_id: int, source: str, answers_id: int | None = None, **more: Any) -> int:
    written = do(actions.reply, actor=by.viewer, thread_id=thread_id, source=source, answers_id=answers_id, **more)
    assert written.verdict, written.verdict.reason
    return int(written.post_id)


def decide(by: Person, post_id: int, decision: str, **fields: Any) -> Verdict:
    """Decide about a post on a moderator's own initiative."""
    with write():
        case, verdict = moderation.take_up(actor=by.viewer, contribution=db.session.get_one(Contribution, post_id))
        assert case is not None, verdict.reason
        key = case.id
    case = fresh(Case, key)
    verdict: Verdict = do(
        moderation.decide, actor=by.viewer, case_id=key, seen_version=case.version, decision=decision,
        guideline_id=fields.pop("guideline_id", rule(3)), letter="Because of the hour.", note="", fields=fields,
    )  # fmt: skip
    return verdict


def last() -> Decision:
    found = db.session.scalar(select(Decision).order_by(Decision.id.desc()).limit(1))
    assert found is not None
    return found


def undo(by: Person) -> Verdict:
    with write():
        verdict: Verdict = undoing.undo(by.viewer, last())
    return verdict


def shape(thread_id: int) -> list[tuple[int, int | None, int]]:
    """The posts of a discussion in their nested order: id, what it answers, how deep it stands."""
    db.session.rollback()
    db.session.expire_all()
    posts = db.session.scalars(select(Post).where(Post.thread_id == thread_id).order_by(Post.path))
    return [(post.id, post.answers_id, post.depth) for post in posts]


def acts(text: str) -> list[str]:
    return list(db.session.scalars(select(LogEntry.act).where(LogEntry.act == text)))


def test_locked_until_the_morning_it_opens_by_itself(cast: Cast) -> None:
    with time_machine.travel(datetime(2026, 5, 1, 23, 30, tzinfo=UTC), tick=True) as traveller:
        thread_id, post_id = start(cast.alice, board("hands"), "Late")
        assert decide(cast.mona, post_id, "lock").status == 422, "until when?"
        assert decide(cast.mona, post_id, "lock", until="day", day=clock.today()).status == 422
        assert decide(cast.mona, post_id, "lock", until="morning")
        thread = fresh(Thread, thread_id)
        assert (thread.is_locked, thread.locked_until) == (True, datetime(2026, 5, 2, 8, tzinfo=UTC))
        assert last().until == thread.locked_until
        refused = do(actions.reply, actor=cast.bob.viewer, thread_id=thread_id, source="Still awake.")
        assert not refused.verdict
        worker.work_all()
        assert fresh(Thread, thread_id).is_locked, "it is not morning yet"
        traveller.shift(timedelta(hours=9))
        assert answer(cast.bob, thread_id, "So early."), "its date counts, though the worker is stopped"
        assert "Locked until" not in cast.bob.browser.get(f"/en/threads/{thread_id}").text
        worker.work_all()
        thread = fresh(Thread, thread_id)
        assert (thread.is_locked, thread.locked_until) == (False, None)
        assert last().ended_at is not None
        assert len(acts("unlock_by_itself")) + len(acts("end_decision")) == 1
        assert answer(cast.bob, thread_id, "Good morning.")
    assert db.session.scalar(select(Letter.text)).startswith("We have closed this discussion")


def test_a_lock_that_was_made_anew_is_not_ended_by_the_first(cast: Cast) -> None:
    with time_machine.travel(datetime(2026, 5, 1, 23, 30, tzinfo=UTC), tick=True) as traveller:
        thread_id, post_id = start(cast.alice, board("hands"), "Late")
        assert decide(cast.mona, post_id, "lock", until="morning")
        first = last().id
        assert decide(cast.mona, post_id, "lock", until="open").status == 409, "it is locked"
        assert decide(cast.mona, post_id, "unlock")
        assert decide(cast.ada, post_id, "lock", until="open")
        traveller.shift(timedelta(hours=9))
        worker.work_all()
        assert fresh(Thread, thread_id).is_locked
        with write():
            assert not undoing.undo(cast.mona.viewer, db.session.get_one(Decision, first)), "that one is over"
        assert undo(cast.mona)
        assert not fresh(Thread, thread_id).is_locked
        assert not undo(cast.mona), "twice is once"


def test_slow_and_as_before(cast: Cast) -> None:
    thread_id, post_id = start(cast.alice, board("hands"), "Fast")
    assert decide(cast.mona, post_id, "slow", seconds=7).status == 422
    assert decide(cast.mona, post_id, "slow", seconds=300)
    assert fresh(Thread, thread_id).slow_seconds == 300
    assert undo(cast.ada)
    assert fresh(Thread, thread_id).slow_seconds == 0


def test_moved_to_members_only_it_leaves_visitors_eyes_and_comes_back(cast: Cast) -> None:
    here, there = board("hands"), board("indoors", "members")
    thread_id, post_id = start(cast.alice, here, "Buttons")
    reply_id = answer(cast.bob, thread_id, "With a hook.")
    path = f"/en/threads/{thread_id}"
    assert cast.visitor.browser.get(path).status_code == 200
    assert decide(cast.mona, post_id, "move", board=here).status == 422, "it is there"
    kept, _post = start(cast.bob, there, "Indoors")
    for decision, asked in (("move", {"board": there}), ("merge", {"into": kept})):
        refused = decide(cast.mona, post_id, decision, guideline_id=None, **asked)
        assert (refused.reason, refused.status) == (NO_GUIDELINE, 422), "fewer could read it: it rests on a guideline"
    assert fresh(Thread, thread_id).board_id == here
    assert decide(cast.mona, post_id, "move", board=there)
    assert fresh(Thread, thread_id).board_id == there
    found = select(SearchDocument.audience).where(SearchDocument.contribution_id.in_([post_id, reply_id]))
    assert set(db.session.scalars(found)) == {"members"}
    letter = db.session.scalars(select(Letter)).one()
    assert letter.appeal_until is not None, "fewer can read it now, so it is a restriction"
    with in_language("en"):
        assert letterbox.statement_of(letter, "en")[0].value == "Moved to where only members can read it"
    assert cast.visitor.browser.get(path).status_code == 404
    assert "With a hook" not in cast.visitor.browser.get("/en/boards/hands").text
    assert cast.bob.browser.get(path).status_code == 200
    assert undo(cast.ada)
    assert fresh(Thread, thread_id).board_id == here
    assert set(db.session.scalars(found)) == {"everyone"}
    assert cast.visitor.browser.get(path).status_code == 200


def test_what_is_only_placed_is_told_and_restricts_nothing(cast: Cast) -> None:
    here, there = board("hands"), board("elsewhere")
    thread_id, post_id = start(cast.alice, here, "Buttons")
    below = answer(cast.alice, thread_id, "And my new job?")
    target_id, _post_id = start(cast.bob, here, "Zips")
    assert decide(cast.mona, below, "split", title="The new job")
    assert decide(cast.mona, post_id, "content_notes", notes=["loss"])
    assert decide(cast.mona, post_id, "move", board=there, guideline_id=None)
    assert decide(cast.mona, post_id, "merge", into=target_id)
    letters = db.session.scalars(select(Letter).order_by(Letter.id)).all()
    assert ["We have " in letter.text and "Because of the hour." in letter.text for letter in letters] == [True] * 4
    assert [(letter.particulars, letter.appeal_until) for letter in letters] == [({}, None)] * 4
    page = cast.alice.browser.get("/en/me/letters").text
    assert "We have moved this to where its readers are." in page
    assert "If you disagree" not in page
    assert decide(cast.mona, post_id, "slow", seconds=300)
    last_letter = db.session.scalars(select(Letter).order_by(Letter.id.desc())).first()
    assert last_letter is not None
    assert last_letter.particulars["measure"] == "slow"
    assert last_letter.appeal_until is not None


def test_split_takes_a_branch_along_and_undoing_puts_it_back(cast: Cast) -> None:
    thread_id, post_id = start(cast.alice, board("hands"), "Buttons")
    first = answer(cast.bob, thread_id, "With a hook.")
    off = answer(cast.bob, thread_id, "And my new job?", first)
    below = answer(cast.alice, thread_id, "Tell us.", off, attribution="anonymous")
    deep = answer(cast.bob, thread_id, "It is warm.", below)
    other = answer(cast.alice, thread_id, "A hook it is.", first)
    do(marks.mark_thread, actor=cast.alice.viewer, thread_id=thread_id, until_id=None)
    before = shape(thread_id)
    assert decide(cast.mona, off, "split", title="  ").status == 422
    assert decide(cast.mona, post_id, "split", title="All").status == 409, "it opens the discussion"
    assert decide(cast.mona, off, "split", title="The new job")
    made = fresh(Post, off).thread_id
    assert made != thread_id
    assert shape(made) == [(off, None, 0), (below, None, 0), (deep, below, 1)]
    assert shape(thread_id) == [(post_id, None, 0), (first, None, 0), (other, first, 1)]
    assert (fresh(Thread, made).post_count, fresh(Thread, thread_id).post_count) == (3, 3)
    assert fresh(Contribution, off).title == "The new job"
    assert "The new job" in cast.visitor.browser.get(f"/en/threads/{made}").text
    assert db.session.get(ThreadRead, (cast.alice.id, made)) is not None, "what she has read she has read there too"
    followers = select(Follow.member_id).where(Follow.thread_id == made, Follow.ended_at.is_(None))
    assert set(db.session.scalars(followers)) == set(
        db.session.scalars(select(Follow.member_id).where(Follow.thread_id == thread_id, Follow.ended_at.is_(None)))
    )
    alias = db.session.scalars(select(Alias).where(Alias.thread_id == made)).one()
    assert fresh(Post, below).byline == alias.name
    assert undo(cast.ada)
    assert shape(thread_id) == before
    assert fresh(Contribution, off).title == ""
    assert db.session.get(Thread, made) is None
    moved = cast.visitor.browser.get(f"/en/threads/{made}")
    assert (moved.status_code, moved.location) == (302, f"/en/threads/{thread_id}")


def test_merged_its_address_leads_on_and_undoing_makes_it_again(cast: Cast) -> None:
    here, there = board("hands"), board("indoors", "members")
    thread_id, post_id = start(cast.alice, here, "Buttons")
    first = answer(cast.bob, thread_id, "With a hook.")
    target_id, opening = start(cast.bob, there, "Zips", "And zips?")
    said = answer(cast.alice, target_id, "A ring on it.", attribution="anonymous")
    for into in (None, thread_id, 999_999):
        assert decide(cast.mona, post_id, "merge", into=into).status == 422
    assert decide(cast.mona, post_id, "merge", into=target_id)
    assert shape(target_id) == [(post_id, None, 0), (first, post_id, 1), (opening, None, 0), (said, None, 0)]
    assert db.session.get(Thread, thread_id) is None
    assert fresh(Thread, target_id).post_count == 4
    moved = cast.bob.browser.get(f"/en/threads/{thread_id}")
    assert (moved.status_code, moved.location) == (302, f"/en/threads/{target_id}")
    assert cast.visitor.browser.get(f"/en/threads/{thread_id}").status_code == 404, "the other is for members"
    assert cast.visitor.browser.get(f"/en/posts/{first}").status_code == 404
    newer = answer(cast.bob, target_id, "A loop does it too.", first)
    assert undo(cast.ada)
    assert shape(thread_id) == [(post_id, None, 0), (first, None, 0), (newer, first, 1)]
    assert shape(target_id) == [(opening, None, 0), (said, None, 0)]
    assert db.session.get(MergedThread, thread_id) is None
    assert cast.visitor.browser.get(f"/en/threads/{thread_id}").status_code == 200
    assert fresh(Thread, thread_id).board_id == here


def test_put_together_while_locked_it_is_locked_until_the_same_moment_when_that_is_undone(cast: Cast) -> None:
    here = board("hands")
    (thread_id, post_id), (target_id, _opening) = start(cast.alice, here, "Buttons"), start(cast.bob, here, "Zips")
    assert decide(cast.mona, post_id, "lock", until="morning")
    until = fresh(Thread, thread_id).locked_until
    assert decide(cast.mona, post_id, "merge", into=target_id)
    assert not fresh(Thread, target_id).is_locked
    assert undo(cast.ada)
    assert (fresh(Thread, thread_id).is_locked, fresh(Thread, thread_id).locked_until) == (True, until)
    assert decide(cast.mona, post_id, "merge", into=target_id)
    with time_machine.travel(clock.now() + timedelta(days=2), tick=True):
        assert undo(cast.ada)
        assert not fresh(Thread, thread_id).is_locked, "that time is over"
        assert decide(cast.ada, post_id, "merge", into=target_id)
        assert decide(cast.mona, post_id, "split", title="Buttons again")
        assert undo(cast.ada)
        assert fresh(Post, post_id).thread_id == target_id


def test_put_into_each_other_at_once_they_are_put_together_once(app: Flask, cast: Cast) -> None:
    here = board("hands")
    (one, first), (other, second) = start(cast.alice, here, "Buttons"), start(cast.bob, here, "Zips")
    acts = []
    for by, post_id, into in ((cast.mona, first, other), (cast.ada, second, one)):
        with write():
            case, _verdict = moderation.take_up(actor=by.viewer, contribution=db.session.get_one(Contribution, post_id))
            assert case is not None
            asked = {"actor": by.viewer, "case_id": case.id, "seen_version": case.version}
        acts.append(
            functools.partial(
                moderation.decide, **asked, decision="merge", guideline_id=rule(3), letter="", note="",
                fields={"into": into},
            )
        )  # fmt: skip
    said = at_once(app, acts)
    assert sorted(map(bool, said)) == [False, True], said
    assert {fresh(Post, key).thread_id for key in (first, second)} in ({one}, {other})


def test_two_who_are_called_the_same_are_not_one(cast: Cast) -> None:
    here = board("hands")
    thread_id, post_id = start(cast.alice, here, "Buttons", attribution="anonymous")
    target_id, opening = start(cast.bob, here, "Zips", attribution="anonymous")
    with write():
        for key in (thread_id, target_id):
            db.session.scalars(select(Alias).where(Alias.thread_id == key)).one().name = "Heron"
        for key in (post_id, opening):
            db.session.get_one(Contribution, key).byline = "Heron"
    assert decide(cast.mona, post_id, "merge", into=target_id)
    assert fresh(Post, opening).byline == "Heron"
    assert fresh(Post, post_id).byline != "Heron"
    assert len(set(db.session.scalars(select(Alias.name).where(Alias.thread_id == target_id)))) == 2


def test_nobody_undoes_about_her_own(cast: Cast) -> None:
    thread_id, post_id = start(cast.mona, board("hands"), "Mine")
    assert decide(cast.ada, post_id, "lock", until="open")
    assert undo(cast.mona).status == 403
    assert undo(cast.bob).status == 403
    assert fresh(Thread, thread_id).is_locked


@pytest.mark.parametrize("hour", [0, 7, 8, 23])
def test_the_next_morning(cast: Cast, hour: int) -> None:
    now = datetime(2026, 5, 1, hour, 30, tzinfo=UTC)
    assert closing.next_morning(now) == datetime(2026, 5, 1 if hour < 8 else 2, 8, tzinfo=UTC)
