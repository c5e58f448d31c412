"""Long and deep threads: every post once, any place as fast as the first."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, func, select

from forum.core.db import db
from forum.core.unit_of_work import end_reading
from forum.discussions import queries, reading
from forum.discussions.actions import path_below, segment
from forum.discussions.branches import ANCESTORS, goes_on_below, is_at_the_end
from forum.discussions.models import DEEPEST, LEVELS, SEGMENT, Post
from forum.discussions.rows import BoardRow, PostPage, PostRow, ThreadRow
from tests.cast import Cast, Person
from tests.discussions.bulk import fill
from tests.discussions.conftest import started
from tests.querylog import recorded

POSTS = 2000


@pytest.fixture
def long_thread(cast: Cast, thread: ThreadRow) -> ThreadRow:
    fill(thread, cast.alice.viewer, POSTS - 1)
    found = queries.thread_for(cast.visitor.viewer, thread.id)
    assert found is not None
    return found


def forwards(page: PostPage, read: Callable[..., PostPage]) -> list[int]:
    seen = [post.id for post in page.posts]
    while page.after is not None:
        page = read(after=page.after)
        seen += [post.id for post in page.posts]
    return seen


def backwards(page: PostPage, read: Callable[..., PostPage]) -> list[int]:
    seen = [post.id for post in page.posts]
    while page.before is not None:
        page = read(before=page.before)
        seen = [post.id for post in page.posts] + seen
    return seen


def test_every_post_once_walking_all_branches(cast: Cast, long_thread: ThreadRow) -> None:
    seen: list[int] = []
    roots: list[PostRow | None] = [None]
    while roots:
        root = roots.pop()
        page = reading.posts_in(long_thread, cast.visitor.viewer, root=root)
        while True:
            here = page.posts[1:] if root else page.posts
            seen += [post.id for post in here]
            for post in here:
                assert not post.deeper or is_at_the_end(post.path)
            roots += [post for post in here if post.deeper]
            if page.after is None:
                break
            page = reading.posts_in(long_thread, cast.visitor.viewer, root=root, after=page.after)
    assert len(seen) == len(set(seen)) == POSTS


@pytest.mark.parametrize("view", ["nested", "flat"])
def test_every_post_once_walking_either_way(cast: Cast, long_thread: ThreadRow, view: str) -> None:
    def read(**key: int | bool) -> PostPage:
        return reading.posts_in(long_thread, cast.visitor.viewer, view, **key)  # type: ignore[arg-type]

    there, back = forwards(read(), read), backwards(read(is_last=True), read)
    tiers = dict(db.session.execute(select(Post.id, Post.tier).where(Post.thread_id == long_thread.id)).all())  # type: ignore[arg-type]
    assert sorted(there) == sorted(tiers if view == "flat" else [key for key, tier in tiers.items() if not tier])
    assert back == there
    if view == "flat":
        assert there == sorted(there)
    some = there[len(there) // 2]
    around = read(at=some)
    assert some in [post.id for post in around.posts]
    assert len(around.posts) == reading.POSTS_ON_A_PAGE
    assert forwards(around, read)[-1] == there[-1]
    assert backwards(around, read)[0] == there[0]
    for end in (there[0], there[-1]):
        assert end in [post.id for post in read(at=end).posts]


def test_answers_come_after_what_they_answer(cast: Cast, long_thread: ThreadRow) -> None:
    page, seen = reading.posts_in(long_thread, cast.visitor.viewer), set()
    while True:
        for post in page.posts:
            assert post.answers_id is None or post.answers_id in seen
            seen.add(post.id)
        if page.after is None:
            break
        page = reading.posts_in(long_thread, cast.visitor.viewer, after=page.after)


def test_branches_open_and_close_on_every_page(cast: Cast, long_thread: ThreadRow) -> None:
    page = reading.posts_in(long_thread, cast.visitor.viewer, is_last=True)
    while True:
        level = 0
        for number, post in enumerate(page.posts):
            depth = len(post.path) // SEGMENT - 1
            level += post.downs - len(post.closes)
            assert level == depth < LEVELS, number
            assert not (post.downs and post.closes)
        assert level == len(page.closes_at_end)
        if page.before is None:
            break
        page = reading.posts_in(long_thread, cast.visitor.viewer, before=page.before)


@pytest.mark.parametrize("view", ["nested", "flat"])
def test_any_place_asks_as_little_as_the_first(cast: Cast, long_thread: ThreadRow, view: str) -> None:
    def count(person: Person, query: str) -> int:
        with recorded() as statements:
            answer = person.browser.get(f"/en/threads/{long_thread.id}?view={view}{query}")
        assert answer.status_code == 200
        assert answer.text.count("<article") == 20
        return len(statements)

    ids = db.session.scalars(
        select(Post.id).where(Post.thread_id == long_thread.id, Post.tier == 0).order_by(Post.path)
    )
    shown = ids.all()
    middle = shown[len(shown) // 2]
    places = ("", "&page=last", f"&at={middle}", f"&after={middle}", f"&before={middle}")
    for person, most in ((cast.visitor, 8), (cast.bob, 12)):
        counts = [count(person, query) for query in places]
        assert max(counts) <= most, (person.name, counts)
        assert counts[0] == counts[1], (person.name, counts)


def test_a_branchs_page_asks_as_little(cast: Cast, board: BoardRow) -> None:
    thread = started(cast.alice.viewer, board, title="Deep")
    ids = fill(thread, cast.alice.viewer, 400, chain=True)
    root = goes_on_below(reading.paths_of(thread.id, ids[-1:])[ids[-1]])
    for person, most in ((cast.visitor, 8), (cast.bob, 12)):
        for query in ("", "?page=last", f"?at={ids[-1]}", f"?before={ids[-1]}"):
            with recorded() as statements:
                page = person.browser.get(f"/en/posts/{root}/branch{query}")
            assert page.status_code == 200
            assert len(statements) <= most, (person.name, query, len(statements))
    assert "50 posts further up" in page.text
    assert page.text.count('class="lineage-post"') == ANCESTORS


def test_the_last_page_reads_as_little_as_the_first(cast: Cast, long_thread: ThreadRow) -> None:
    """By the database's own account: no plan of a page sorts the thread, skips through it, or walks the tables."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE posts, contributions")
            connection.commit()
    for view in ("nested", "flat"):
        for viewer in (cast.visitor.viewer, cast.bob.viewer):
            for key in ({}, {"is_last": True}):
                end_reading()
                with asked() as statements:
                    page = reading.posts_in(long_thread, viewer, view, **key)  # type: ignore[arg-type]
                assert len(page.posts) == 20
                assert len(statements) == 1
                (statement, values) = statements[0]
                assert "OFFSET" not in statement or values[-1] == 0  # SQLite is given one with each limit
                judge_plan(plan_of(statement, values))


@contextmanager
def asked() -> Iterator[list[tuple[str, Any]]]:
    """The statements of a block with their values."""
    found: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        if statement.lstrip().startswith("SELECT"):
            found.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def plan_of(statement: str, values: Any) -> list[str]:
    """What the database means to do, a line for each step. PostgreSQL reads tables as small as these whole: it is told
    to do without where an index can serve."""
    is_sqlite = db.engine.dialect.name == "sqlite"
    with db.engine.connect() as connection:
        for way in () if is_sqlite else ("seqscan", "sort", "incremental_sort", "bitmapscan", "hashjoin"):
            connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        rows = connection.exec_driver_sql(f"EXPLAIN {'QUERY PLAN ' if is_sqlite else ''}{statement}", values)
        return [str(row[-1]) for row in rows]


def judge_plan(steps: list[str]) -> None:
    """Posts come from an index in their order, one by one, each with its words by its id."""
    if db.engine.dialect.name == "sqlite":
        assert any("SEARCH posts USING" in step and "INDEX ix_posts_" in step for step in steps), steps
        walks = [step for step in steps if re.match("SCAN (posts|contributions|below|deep|members)", step)]
        assert walks == []
        assert not any("TEMP B-TREE" in step for step in steps), steps
    else:
        assert any("ix_posts_" in step for step in steps), steps
        for bad in ("Seq Scan on posts", "Seq Scan on contributions", "Sort", "Incremental Sort"):
            assert not any(step.strip(" ->").startswith(bad) for step in steps), bad


def test_gone_posts_with_answers_keep_their_place(cast: Cast, thread: ThreadRow) -> None:
    fill(thread, cast.alice.viewer, 400, gone=0.4)
    found = queries.thread_for(cast.visitor.viewer, thread.id)
    assert found is not None
    page, shown = reading.posts_in(found, cast.visitor.viewer), []
    shown += page.posts
    while page.after is not None:
        page = reading.posts_in(found, cast.visitor.viewer, after=page.after)
        shown += page.posts
    by_path = [post.path for post in shown]
    for post in shown:
        if post.is_gone:
            assert post.html is None
            assert post.name is None
            below = any(path.startswith(post.path) and path != post.path for path in by_path)
            assert below or post.deeper
    published = select(func.count()).select_from(Post).where(Post.thread_id == thread.id, Post.tier == 0)
    assert sum(not post.is_gone for post in shown) == db.session.scalar(published.where(Post.status == "published"))


def test_a_chain_of_ten_thousand_is_cheap(cast: Cast, board: BoardRow) -> None:
    thread = started(cast.alice.viewer, board, title="Deep")
    ids = fill(thread, cast.alice.viewer, 10_000, chain=True)
    begun = time.process_time()
    last = reading.posts_in(thread, cast.visitor.viewer, "flat", is_last=True)
    assert last.posts[-1].id == ids[-1]
    assert time.process_time() - begun < 1
    sent = cast.visitor.browser.get(f"/en/threads/{thread.id}?at={ids[5000]}")
    root = ids[DEEPEST - LEVELS - 1]  # the last post above the page of the deepest levels
    assert sent.location.endswith(f"/en/posts/{root}/branch?at={ids[5000]}#post-{ids[5000]}")
    page = cast.visitor.browser.get(sent.location)
    assert page.status_code == 200
    assert f'id="post-{ids[5000]}"' in page.text
    assert page.text.count("<ol") <= LEVELS + 4
    assert page.text.count("<ol") == page.text.count("</ol>")
    assert page.text.count("<li>") == page.text.count("</li>")


def test_paths_sort_like_ids() -> None:
    ids = [1, 35, 36, 1295, 1296, 99_999, 2**31 - 1, 2_821_109_907_455]
    assert [segment(one) for one in ids] == sorted(segment(one) for one in ids)
    assert {len(segment(one)) for one in ids} == {SEGMENT}
    deep = "".join(segment(one) for one in range(1, DEEPEST + 1))
    assert path_below(deep, 99) == deep[: (DEEPEST - 1) * SEGMENT] + segment(99)


def test_a_boards_threads_once_each(cast: Cast, board: BoardRow) -> None:
    made = {started(cast.alice.viewer, board, title=f"Thread {number}").id for number in range(25)}
    end_reading()
    seen: list[int] = []
    before = None
    while True:
        lines, before = queries.threads_in(board, cast.visitor.viewer, before, limit=10)
        seen += [line.id for line in lines]
        if before is None:
            break
    assert len(seen) == len(made)
    assert set(seen) == made
    assert seen == sorted(seen, reverse=True)
