"""A large site is what posting one by one would have made of the same texts, and can be posted to afterwards."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from forum.accounts.models import Member
from forum.accounts.queries import viewer_of
from forum.accounts.viewer import VISITOR
from forum.contributions import actions as contributions
from forum.contributions.models import Contribution, Revision
from forum.contributions.queries import visible_to
from forum.core import clock, ids, richtext
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.demo import pool, queries, removal
from forum.demo.composing import LONG_THREAD, thread_sizes
from forum.demo.large import ONE_ALREADY, REAL_MEMBERS
from forum.discussions import actions as discussions
from forum.discussions.models import Board, Post, Thread
from forum.discussions.sending import TEASER
from forum.search.models import SearchDocument
from tests.services import databases

COUNT = 1500
LARGE = databases.Content("large", (("prepare",), ("demo", "--posts", str(COUNT))))


@pytest.fixture
def content(request: pytest.FixtureRequest) -> databases.Content:
    return LARGE if "site" in request.fixturenames else databases.PREPARED


def flask(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["demo", *words])


@pytest.fixture
def site(app: Flask) -> Flask:
    """One that was made large once, as the command does it, and then copied."""
    return app


def test_it_holds_what_was_asked_for(site: Flask) -> None:
    assert db.session.scalar(select(func.count()).select_from(Post)) == COUNT
    assert db.session.scalar(select(func.sum(Thread.post_count))) == COUNT
    assert db.session.scalar(select(func.max(Thread.post_count))) == COUNT // 2
    assert db.session.scalar(select(func.count()).where(Thread.post_count == 20)) >= 1
    assert db.session.scalar(select(func.max(func.length(Post.path)))) > 3 * 8
    assert queries.has_examples()
    common = db.session.scalars(select(SearchDocument.terms).where(SearchDocument.kind == "post")).all()
    stem = pool.terms(pool.COMMON)[0]
    assert len(common) == COUNT
    assert COUNT / 10 < sum(stem in terms.split() for terms in common) < COUNT / 1.2


def test_it_is_what_posting_one_by_one_makes(site: Flask) -> None:
    documents = select(SearchDocument.__table__).where(SearchDocument.kind == "post").order_by(SearchDocument.object_id)
    columns = [column for column in SearchDocument.__table__.c if column.name != "id"]
    written = db.session.execute(documents.with_only_columns(*columns)).all()
    with write():
        for (thread_id,) in db.session.execute(select(Thread.id)).all():
            count, bumped = db.session.execute(
                select(Thread.post_count, Thread.bumped_at).where(Thread.id == thread_id)
            ).one()
            discussions.recount(thread_id)
            thread = db.session.get_one(Thread, thread_id)
            assert (thread.post_count, thread.bumped_at) == (count, bumped)
        for post in db.session.scalars(select(Post).where(Post.id % 4 == 0).order_by(Post.id)):
            assert post.html == richtext.render(post.source)
            assert post.teaser == richtext.excerpt(post.html, TEASER)
            revision = db.session.get_one(Revision, post.shown_revision_id)
            assert (revision.contribution_id, revision.number, revision.html) == (post.id, 1, post.html)
            answered = db.session.get_one(Post, post.answers_id) if post.answers_id else None
            assert post.path == discussions.path_below(answered.path if answered else "", post.id)
            db.session.refresh(post, ["topics"])
            contributions.reindex(post)
    for again, before in zip(db.session.execute(documents.with_only_columns(*columns)), written, strict=True):
        assert again == before


def test_one_can_go_on_writing_there(site: Flask) -> None:
    last = db.session.scalar(select(func.max(Contribution.id)))
    thread = db.session.scalars(select(Thread).where(Thread.post_count == 20)).first()
    assert thread is not None
    assert last is not None
    with write():
        member = db.session.scalars(select(Member)).first()
        assert member is not None
        written = discussions.reply(actor=viewer_of(member), thread_id=thread.id, source="And another thing.")
    assert written.verdict
    assert written.post_id > last
    thread = db.session.get_one(Thread, thread.id)
    assert thread.post_count == 21
    assert thread.bumped_at > clock.now() - timedelta(minutes=5)


def test_members_boards_are_for_members(site: Flask) -> None:
    board = db.session.scalars(select(Board).where(Board.audience == "members")).one()
    hidden = select(Post.id).join(Thread, Thread.id == Post.thread_id).where(Thread.board_id == board.id)
    assert db.session.scalars(hidden).all()
    assert not db.session.scalars(hidden.where(visible_to(VISITOR))).all()


def test_a_second_one_is_refused_and_it_can_be_removed(site: Flask) -> None:
    again = flask(site, "--posts", "10")
    assert again.exit_code == 1
    assert str(ONE_ALREADY) in again.output
    assert flask(site, "remove").exit_code == 0
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Contribution)) == 0
    assert db.session.scalar(select(func.count()).select_from(Member)) == 0
    assert flask(site, "present").exit_code == 1


def test_a_site_with_members_of_its_own_is_left_alone(app: Flask) -> None:
    with write():
        db.session.add(Member(email="rita@example.net", display_name="Rita", joined_at=clock.now()))
    result = flask(app, "--posts", "10")
    assert result.exit_code == 1
    assert str(REAL_MEMBERS) in result.output
    assert db.session.scalar(select(func.count()).select_from(Member)) == 1


@pytest.mark.parametrize("words", [["--posts", "0"], ["--posts", "-1"], ["--posts", "many"], ["--posts"], ["nonsense"]])
def test_what_cannot_be_read_is_said(app: Flask, words: list[str]) -> None:
    result = flask(app, *words)
    assert result.exit_code == 2
    assert "Error" in result.output


@pytest.mark.parametrize("count", [1, 2, 21])
def test_it_may_be_small(app: Flask, count: int) -> None:
    assert flask(app, "--posts", str(count)).exit_code == 0
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Post)) == count


@pytest.mark.parametrize("content", [databases.DEMO])
def test_beside_the_demo(app: Flask) -> None:
    assert flask(app, "--posts", "100").exit_code == 0
    db.session.rollback()
    with write():
        assert removal.remove(actor=None).verdict
    assert db.session.scalar(select(func.count()).select_from(Contribution)) == 0


def test_ids_taken_are_never_given_again(app: Flask) -> None:
    with write():
        first = ids.reserve(Thread.__table__, 5)
    with write():
        second = ids.reserve(Thread.__table__, 1)
    assert second[0] > first[-1]


def test_sizes_add_up() -> None:
    for count in (1, 2, 50, 4000, 100_000):
        assert sum(thread_sizes(Random(1), count)) == count
    assert thread_sizes(Random(1), 100_000)[:2] == [LONG_THREAD, 20]


def test_a_paragraph_stands_in_a_post_as_it_stands_alone() -> None:
    some = pool.paragraphs(Random(3))[:40]
    assert richtext.render("\n\n".join(one.source for one in some)) == "\n".join(one.html for one in some)
