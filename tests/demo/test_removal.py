"""Removing the examples leaves every table as it was before them."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, func, insert, select

from forum.accounts import actions as accounts
from forum.accounts.models import Member
from forum.accounts.queries import viewer_of
from forum.contributions.models import Contribution
from forum.core import clock
from forum.core.db import Base, db
from forum.core.unit_of_work import write
from forum.demo import below, build, content, queries, removal
from forum.discussions import actions as discussions
from forum.discussions.models import Board, Post, Thread
from forum.messages import actions as messages
from forum.moderation import actions as moderation
from forum.moderation import log
from forum.moderation.models import LogEntry
from tests.services import databases

pytestmark = pytest.mark.usefixtures("app")
KEPT = ("alembic_version", "public_generation", "log_entries")


def counts(engine: Engine | None = None) -> dict[str, int]:
    """How many rows each table has."""
    with (engine or db.engine).connect() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
            if table.name not in KEPT
        }


@pytest.fixture
def before(app: Flask, database_kind: str, tmp_path: Path) -> dict[str, int]:
    """The rows of a site that is prepared for the examples and has none."""
    (tmp_path / "prepared").mkdir()
    with databases.fresh(database_kind, tmp_path / "prepared", databases.PREPARED) as prepared:
        engine = create_engine(prepared.url.replace("postgresql://", "postgresql+psycopg://"))
        counted = counts(engine)
        engine.dispose()
    return counted


def everybody() -> set[str]:
    """The keys of all who are in the content."""
    desks = (*content.desk()["members"], *content.noticed()["members"])
    return {one["key"] for one in (*content.members(), *desks, *below.members())}


def real_member(name: str = "Rita", **more: object) -> Member:
    member = Member(
        email=f"{name.lower()}@example.net", display_name=name, joined_at=clock.now(), standing="established", **more
    )
    db.session.add(member)
    db.session.flush()
    return member


def test_no_row_is_left(before: dict[str, int]) -> None:
    came = {table: now - before[table] for table, now in counts().items()}
    with write():
        bob = queries.member_as("bob")
        assert bob is not None
        accounts.start_session(bob.id)
        accounts.ask_to_sign_in("bob@example.org", "en")
        thread = db.session.scalars(select(Thread).where(~Thread.is_locked).order_by(Thread.id)).first()
        assert thread is not None
        discussions.keep_draft(actor=viewer_of(bob), place="board:1", source="Not sent yet")
        assert discussions.reply(actor=viewer_of(bob), thread_id=thread.id, source="Written by hand").verdict
    assert queries.has_examples()
    assert all(counts()[table] > before[table] for table in ("sessions", "drafts", "outbox", "sign_in_requests"))
    with write():
        removed = removal.remove(actor=None)
    assert removed.verdict
    assert removed.members == came["members"] == len(everybody())
    assert removed.contributions == came["contributions"] + 1  # and bob's answer
    assert counts() == before
    assert not queries.has_examples()
    entry = db.session.scalars(select(LogEntry)).one()
    assert entry.act == "remove_examples"
    assert log.first_broken() is None
    with write():
        assert build.build()


def test_words_in_answer_to_examples_go_only_when_asked() -> None:
    with write():
        rita = real_member()
        thread = db.session.scalars(
            select(Thread)
            .join(Board, Board.id == Thread.board_id)
            .where(~Thread.is_locked, Board.slug == "table")
            .order_by(Thread.id)
        ).first()
        assert thread is not None
        written = discussions.reply(actor=viewer_of(rita), thread_id=thread.id, source="I am real.")
        assert written.verdict
        alice = queries.member_as("alice")
        assert alice is not None
        messages.choose(actor=viewer_of(rita), is_open=True)
        sent = messages.begin(actor=viewer_of(rita), other_id=alice.id, words=messages.Words("Are you real?", "en"))
        assert sent.verdict
    with write():
        removed = removal.remove(actor=None)
    assert not removed.verdict
    assert "2 texts" in str(removed.verdict.reason)
    assert db.session.get(Post, written.post_id) is not None
    assert queries.has_examples()
    with write():
        assert removal.remove(actor=None, with_answers=True).verdict
    assert db.session.get(Post, written.post_id) is None
    assert db.session.get(Contribution, sent.message_id) is None
    assert db.session.scalars(select(Member.display_name)).all() == ["Rita"]


def test_a_board_with_a_discussion_of_the_site_s_own_stays() -> None:
    with write():
        rita = real_member()
        board = db.session.scalars(select(Board).where(Board.slug == "table")).one()
        written = discussions.start_thread(actor=viewer_of(rita), board_id=board.id, title="Mine", source="I am real.")
        bob = queries.member_as("bob")
        assert bob is not None
        answer = discussions.reply(actor=viewer_of(bob), thread_id=written.thread_id, source="I am not.")
        assert written.verdict
        assert answer.verdict
    with write():
        assert removal.remove(actor=None).verdict
    left = db.session.scalars(select(Board)).all()
    assert [(one.slug, one.is_demo) for one in left] == [("table", False)]
    thread = db.session.get_one(Thread, written.thread_id)
    assert thread.post_count == 1
    assert db.session.scalars(select(Contribution.id)).all() == [written.post_id]


def test_the_log_keeps_what_was_done_to_others_words_and_still_holds() -> None:
    with write():
        rita = real_member()
        board = db.session.scalars(select(Board).where(Board.slug == "table")).one()
        written = discussions.start_thread(actor=viewer_of(rita), board_id=board.id, title="Mine", source="I am real.")
        post = db.session.get_one(Post, written.post_id)
        mona = queries.member_as("mona")
        assert mona is not None
        case, _ = moderation.take_up(actor=viewer_of(mona), contribution=post)
        assert case is not None
        assert moderation.decide(
            actor=viewer_of(mona), case_id=case.id, seen_version=case.version, decision="no_action",
            guideline_id=None, letter="", note="",
        )  # fmt: skip
    with write():
        assert removal.remove(actor=None).verdict
    rows = db.session.scalars(select(LogEntry).order_by(LogEntry.id)).all()
    assert [(row.act, row.object_id, row.actor_id) for row in rows[:-1]] == [("no_action", written.post_id, None)]
    assert rows[-1].act == "remove_examples"
    assert log.first_broken() is None


def test_where_there_are_none_nothing_happens() -> None:
    with write():
        removal.remove(actor=None)
        real_member()
    before = counts()
    with write():
        again = removal.remove(actor=None)
    assert (again.verdict.allowed, again.members, again.contributions) == (True, 0, 0)
    assert counts() == before


def test_a_job_that_waits_for_an_example_does_not_wait_on(app: Flask) -> None:
    outbox = Base.metadata.tables["outbox"]
    with write():
        db.session.execute(
            insert(outbox).values(name="x.y", payload={"member_id": 10**6}, run_at=clock.now(), attempts=0)
        )
        removal.remove(actor=None)
    assert db.session.scalars(select(outbox.c.name)).all() == ["x.y"]
