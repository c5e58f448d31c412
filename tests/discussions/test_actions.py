"""The verbs of discussion, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from forum.contributions import actions as contributions
from forum.contributions.models import Contribution, Draft, Revision, Seal
from forum.contributions.queries import visible_to
from forum.core import clock
from forum.core.db import Base, db
from forum.core.unit_of_work import NotWritingError, end_reading, write
from forum.discussions import actions, aliases, boxes, branches, queries, reading
from forum.discussions.models import DEEPEST, SEGMENT, BoardSlug, Post, Thread
from forum.discussions.policy import ARCHIVED, ELSEWHERE, GONE_ANSWERED, LOCKED, NEEDS_A_NAME, NOT_SEEN_YET
from forum.discussions.rows import BoardRow, ThreadRow
from forum.moderation import actions as moderation
from forum.moderation import cases
from forum.moderation.models import Case, LogEntry
from forum.search.models import SearchDocument
from forum.stories.models import Story
from tests.cast import Cast
from tests.discussions.conftest import do, lock, post, replied, started


def counted(thread: ThreadRow) -> tuple[int, object]:
    end_reading()
    row = db.session.get_one(Thread, thread.id)
    return row.post_count, row.bumped_at


def ids(thread: ThreadRow, person: object) -> list[int]:
    end_reading()
    return [row.id for row in reading.posts_in(thread, person.viewer).posts]  # type: ignore[attr-defined]


# Writing


def test_starting_makes_thread_opening_post_revision_and_index(cast: Cast, thread: ThreadRow) -> None:
    opening = post(thread.opening_id or 0)
    assert (opening.title, opening.thread_id, opening.status) == ("Buttons", thread.id, "published")
    assert opening.path == actions.segment(opening.id)
    assert opening.teaser == "All seven."
    assert counted(thread)[0] == 1
    document = db.session.scalars(select(SearchDocument).where(SearchDocument.contribution_id == opening.id)).one()
    assert document.title == "Buttons"
    assert db.session.scalar(select(func.count()).where(Revision.contribution_id == opening.id)) == 1


def test_an_action_needs_a_writing_transaction(cast: Cast, thread: ThreadRow) -> None:
    with pytest.raises(NotWritingError):
        actions.reply(actor=cast.bob.viewer, thread_id=thread.id, source="x")


def test_an_answer_stands_below_what_it_answers(cast: Cast, thread: ThreadRow) -> None:
    first = replied(cast.bob.viewer, thread, "One")
    below = replied(cast.alice.viewer, thread, "Two", first)
    to_opening = replied(cast.bob.viewer, thread, "Three", thread.opening_id)
    assert post(below).path == post(first).path + actions.segment(below)
    assert (post(to_opening).answers_id, post(to_opening).depth) == (None, 0)
    assert ids(thread, cast.visitor) == [thread.opening_id, first, below, to_opening]
    assert counted(thread)[0] == 4


def test_what_is_refused_is_kept_as_a_draft(cast: Cast, thread: ThreadRow) -> None:
    lock(thread)
    written = do(actions.reply, actor=cast.bob.viewer, thread_id=thread.id, source="Kept")
    assert written.verdict.reason == LOCKED
    assert db.session.scalars(select(Draft.source)).all() == ["Kept"]
    assert counted(thread)[0] == 1


def test_moderators_may_say_why_it_is_locked(cast: Cast, thread: ThreadRow) -> None:
    lock(thread)
    assert replied(cast.mona.viewer, thread, "Until morning.")


def test_an_answer_to_another_discussion_is_refused(cast: Cast, board: BoardRow, thread: ThreadRow) -> None:
    other = started(cast.alice.viewer, board, title="Other")
    elsewhere = replied(cast.alice.viewer, other, "There")
    for answers in (elsewhere, other.opening_id, 999):
        written = do(actions.reply, actor=cast.bob.viewer, thread_id=thread.id, source="x", answers_id=answers)
        assert written.verdict.reason == ELSEWHERE, answers


def test_answering_what_is_gone_is_refused(cast: Cast, thread: ThreadRow) -> None:
    first = replied(cast.bob.viewer, thread, "One")
    with write():
        contributions.hide(db.session.get_one(Post, first))
    written = do(actions.reply, actor=cast.alice.viewer, thread_id=thread.id, source="Late", answers_id=first)
    assert written.verdict.reason == GONE_ANSWERED
    assert db.session.scalars(select(Draft.source)).all() == ["Late"]


def test_a_waiting_thread_cannot_be_answered(cast: Cast, board: BoardRow) -> None:
    written = do(actions.start_thread, actor=cast.nia.viewer, board_id=board.id, title="First", source="Hello")
    assert written.verdict
    assert not written.is_shown
    assert queries.thread_for(cast.bob.viewer, written.thread_id) is None
    own = do(actions.reply, actor=cast.nia.viewer, thread_id=written.thread_id, source="And also")
    assert own.verdict.reason == NOT_SEEN_YET
    assert db.session.scalar(select(Case.contribution_id)) == written.post_id


@pytest.mark.parametrize("person", ["sam", "visitor"])
def test_the_silenced_and_visitors_write_nothing(cast: Cast, board: BoardRow, thread: ThreadRow, person: str) -> None:
    actor = cast[person].viewer
    assert not do(actions.reply, actor=actor, thread_id=thread.id, source="x").verdict
    assert not do(actions.start_thread, actor=actor, board_id=board.id, title="x", source="x").verdict
    assert not do(actions.edit, actor=actor, post_id=thread.opening_id, source="x", title="x").verdict
    assert not do(actions.withdraw, actor=actor, post_id=thread.opening_id).verdict
    assert not do(actions.bring_back, actor=actor, post_id=thread.opening_id).verdict
    assert counted(thread)[0] == 1


def test_an_archived_board_is_read_only(cast: Cast, board: BoardRow, thread: ThreadRow) -> None:
    assert do(actions.change_board, actor=cast.ada.viewer, board_id=board.id, is_archived=True)
    assert do(actions.reply, actor=cast.bob.viewer, thread_id=thread.id, source="x").verdict.reason == ARCHIVED
    start = do(actions.start_thread, actor=cast.bob.viewer, board_id=board.id, title="x", source="x")
    assert start.verdict.reason == ARCHIVED


def test_a_board_where_moderators_start(cast: Cast, make_board: Callable[..., BoardRow]) -> None:
    news = make_board("news", who_may_start="moderators")
    assert not do(actions.start_thread, actor=cast.bob.viewer, board_id=news.id, title="x", source="x").verdict
    thread = started(cast.mona.viewer, news)
    assert replied(cast.bob.viewer, thread, "Thank you")


def test_a_board_that_is_read_first(cast: Cast, make_board: Callable[..., BoardRow]) -> None:
    careful = make_board("careful", is_reviewed_first=True)
    written = do(actions.start_thread, actor=cast.bob.viewer, board_id=careful.id, title="x", source="x")
    assert written.verdict
    assert not written.is_shown


@pytest.mark.parametrize("source", ["", "  \n", "\x00\x07", "\u202e"])
def test_nothing_is_not_sent(cast: Cast, board: BoardRow, thread: ThreadRow, source: str) -> None:
    assert not do(actions.reply, actor=cast.bob.viewer, thread_id=thread.id, source=source).verdict
    assert not do(actions.start_thread, actor=cast.bob.viewer, board_id=board.id, title="x", source=source).verdict
    assert not do(actions.start_thread, actor=cast.bob.viewer, board_id=board.id, title=source, source="x").verdict


def test_sent_twice_is_one_post(cast: Cast, board: BoardRow, thread: ThreadRow) -> None:
    first = replied(cast.bob.viewer, thread, "Twice")
    assert replied(cast.bob.viewer, thread, "Twice") == first
    assert replied(cast.alice.viewer, thread, "Twice") != first
    assert replied(cast.bob.viewer, thread, "Twice", first) != first
    again = started(cast.alice.viewer, board)
    assert again.id == thread.id
    with write():
        db.session.execute(update(Contribution).values(created_at=clock.now() - timedelta(hours=1)))
    assert replied(cast.bob.viewer, thread, "Twice") != first


@pytest.mark.parametrize("attribution", ["member", "anonymous"])
def test_two_presses_at_once_are_one_post(
    app: Flask, cast: Cast, make_board: Callable[..., BoardRow], attribution: str
) -> None:
    thread = started(cast.alice.viewer, make_board("open", allows_anonymous=True))
    end_reading()
    barrier = threading.Barrier(4)

    def press(_number: int) -> int:
        with app.app_context():
            barrier.wait()
            written = do(
                actions.reply, actor=cast.bob.viewer, thread_id=thread.id, source="At once", attribution=attribution
            )
            db.session.remove()
            return int(written.post_id)

    with ThreadPoolExecutor(4) as presses:
        made = list(presses.map(press, range(4)))
    assert len(made) == 4
    assert len(set(made)) == 1
    assert counted(thread)[0] == 2


def test_many_at_once_lose_nothing(app: Flask, cast: Cast, thread: ThreadRow) -> None:
    end_reading()

    def write_some(number: int) -> None:
        with app.app_context():
            for turn in range(5):
                replied(cast.bob.viewer, thread, f"{number} {turn}")
            db.session.remove()

    with ThreadPoolExecutor(6) as writers:
        assert len(list(writers.map(write_some, range(6)))) == 6  # what one of them raises is raised here
    assert counted(thread)[0] == 31


# Depth


def test_deeper_than_the_deepest_joins_it(cast: Cast, thread: ThreadRow) -> None:
    last, chain = None, []
    for number in range(DEEPEST + 5):
        last = replied(cast.bob.viewer, thread, f"Level {number}", last)
        chain.append(last)
    assert post(chain[DEEPEST - 1]).depth == DEEPEST - 1
    for deep in chain[DEEPEST:]:
        assert post(deep).depth == DEEPEST - 1
        assert len(post(deep).path) == DEEPEST * SEGMENT
    assert post(chain[-1]).answers_id == chain[-2]
    with write():
        contributions.hide(db.session.get_one(Post, chain[-2]))
    # A nested page shows its own levels only: what is this deep stands on the last of the branch's pages, and by time.
    branch = branches.branch_for(cast.visitor.viewer, branches.goes_on_below(post(chain[-1]).path) or 0)
    assert branch is not None
    for view, root in (("nested", branch.root), ("flat", None)):
        page = reading.posts_in(thread, cast.visitor.viewer, view, is_last=True, root=root)
        shown = {row.id: row for row in page.posts}
        assert shown[chain[-2]].is_gone
        assert shown[chain[-1]].answering_gone


# Changing


def test_an_edit_is_shown_and_the_old_words_are_history(cast: Cast, thread: ThreadRow) -> None:
    mine = replied(cast.bob.viewer, thread, "Frist")
    assert do(actions.edit, actor=cast.bob.viewer, post_id=mine, source="First").is_shown
    assert (post(mine).source, post(mine).teaser) == ("First", "First")
    assert post(mine).updated_at is not None
    assert [one.source for one in reading.shown_revisions(cast.visitor.viewer, mine)] == ["Frist", "First"]
    do(actions.edit, actor=cast.bob.viewer, post_id=mine, source="First")
    assert len(reading.shown_revisions(cast.visitor.viewer, mine)) == 2


def test_a_held_edit_changes_nothing_that_readers_see(cast: Cast, make_board: Callable[..., BoardRow]) -> None:
    board = make_board("careful")
    thread = started(cast.alice.viewer, board, title="Old title", source="Old words")
    do(actions.change_board, actor=cast.ada.viewer, board_id=board.id, is_reviewed_first=True)
    opening = thread.opening_id or 0
    written = do(actions.edit, actor=cast.alice.viewer, post_id=opening, title="New title", source="New words")
    assert written.verdict
    assert not written.is_shown
    assert (post(opening).title, post(opening).source) == ("Old title", "Old words")
    assert [one.source for one in reading.shown_revisions(cast.visitor.viewer, opening)] == ["Old words"]
    assert "New" not in cast.visitor.browser.get(f"/en/posts/{opening}/revisions").text


def test_an_edit_of_what_changed_meanwhile_is_refused(cast: Cast, thread: ThreadRow) -> None:
    mine = replied(cast.bob.viewer, thread, "Zero")
    seen = db.session.scalar(select(func.max(Revision.id)))
    assert do(actions.edit, actor=cast.bob.viewer, post_id=mine, source="One", revision_id=seen).verdict
    stale = do(actions.edit, actor=cast.bob.viewer, post_id=mine, source="Two", revision_id=seen)
    assert stale.verdict is actions.NOT_THE_NEWEST
    assert post(mine).source == "One"


def test_an_edit_before_approval_changes_the_waiting_words(cast: Cast, thread: ThreadRow) -> None:
    waiting = replied(cast.nia.viewer, thread, "Frist")
    do(actions.edit, actor=cast.nia.viewer, post_id=waiting, source="First")
    assert (post(waiting).source, post(waiting).status) == ("First", "pending")
    with write():
        contributions.publish(db.session.get_one(Post, waiting))
    assert [one.source for one in reading.shown_revisions(cast.visitor.viewer, waiting)] == ["First"]


def test_what_was_approved_returns_as_it_was(cast: Cast, thread: ThreadRow) -> None:
    mine = replied(cast.nia.viewer, thread, "A first word")
    assert post(mine).status == "pending"
    with write():
        moderation.withdraw_cases(db.session.get_one(Post, mine))
        contributions.publish(db.session.get_one(Post, mine))
    for _time in range(2):
        assert do(actions.withdraw, actor=cast.nia.viewer, post_id=mine).verdict
        assert do(actions.bring_back, actor=cast.nia.viewer, post_id=mine).is_shown
        assert cases.open_case_of(mine) is None
    assert not do(actions.edit, actor=cast.nia.viewer, post_id=mine, source="A second word").is_shown
    do(actions.withdraw, actor=cast.nia.viewer, post_id=mine)
    do(actions.bring_back, actor=cast.nia.viewer, post_id=mine)
    assert (post(mine).status, post(mine).source) == ("published", "A first word")
    assert cases.open_case_of(mine) is not None  # her change waits, as before
    unread = replied(cast.nia.viewer, thread, "Never read")
    do(actions.withdraw, actor=cast.nia.viewer, post_id=unread)
    assert not do(actions.bring_back, actor=cast.nia.viewer, post_id=unread).is_shown
    assert post(unread).status == "pending"


def test_taking_back_and_bringing_back(cast: Cast, thread: ThreadRow) -> None:
    started_at = counted(thread)[1]
    mine = replied(cast.bob.viewer, thread, "Gone soon")
    assert counted(thread)[0] == 2
    assert do(actions.withdraw, actor=cast.bob.viewer, post_id=mine).verdict
    assert counted(thread) == (1, started_at)
    assert ids(thread, cast.visitor) == [thread.opening_id]
    assert ids(thread, cast.bob) == [thread.opening_id, mine]
    assert not db.session.scalar(select(func.count()).where(SearchDocument.contribution_id == mine))
    assert not do(actions.withdraw, actor=cast.bob.viewer, post_id=mine).verdict
    assert do(actions.bring_back, actor=cast.bob.viewer, post_id=mine).is_shown
    assert counted(thread)[0] == 2
    assert not do(actions.bring_back, actor=cast.bob.viewer, post_id=mine).verdict


def test_a_waiting_post_that_is_taken_back_leaves_the_desk(cast: Cast, thread: ThreadRow) -> None:
    waiting = replied(cast.nia.viewer, thread, "Never mind")
    do(actions.withdraw, actor=cast.nia.viewer, post_id=waiting)
    assert db.session.scalar(select(Case.closed_at).where(Case.contribution_id == waiting)) is not None


# What is gone keeps its place, and nothing else


def test_a_place_without_words(cast: Cast, thread: ThreadRow) -> None:
    leaf = replied(cast.bob.viewer, thread, "Leafwords")
    stem = replied(cast.bob.viewer, thread, "Stemwords", content_notes=["loss"])
    below = replied(cast.alice.viewer, thread, "Below", stem)
    with write():
        for gone in (leaf, stem):
            contributions.hide(db.session.get_one(Post, gone))
    assert ids(thread, cast.visitor) == [thread.opening_id, stem, below]
    for person in ("visitor", "alice", "mona"):
        for path in (f"/en/threads/{thread.id}", f"/en/threads/{thread.id}?view=flat"):
            page = cast[person].browser.get(path).text
            assert "A moderator has hidden this." in page
            for word in ("Stemwords", "Leafwords", "Bob", 'label">About a death'):
                assert word not in page, (person, word)
    assert cast.visitor.browser.get(f"/en/posts/{leaf}").status_code == 404
    assert cast.visitor.browser.get(f"/en/posts/{stem}").status_code == 302
    assert cast.visitor.browser.get(f"/en/posts/{stem}/revisions").status_code == 404
    with write():
        contributions.hide(db.session.get_one(Post, below))
    assert ids(thread, cast.visitor) == [thread.opening_id]


@pytest.mark.parametrize("verb", [contributions.hide, contributions.withdraw, contributions.erase])
def test_a_thread_whose_opening_is_gone(
    cast: Cast, board: BoardRow, thread: ThreadRow, verb: Callable[..., None]
) -> None:
    answer_id = replied(cast.bob.viewer, thread, "Still here")
    with write():
        verb(db.session.get_one(Post, thread.opening_id))
    for path in (f"/en/threads/{thread.id}", "/en/boards/hands", "/en/discussions"):
        page = cast.visitor.browser.get(path).text
        assert "Buttons" not in page
        assert "seven" not in page
        assert "Alice" not in page
    assert "Still here" in cast.visitor.browser.get(f"/en/threads/{thread.id}").text
    with write():
        contributions.hide(db.session.get_one(Post, answer_id))
    assert cast.visitor.browser.get(f"/en/threads/{thread.id}").status_code == 404
    assert queries.threads_in(board, cast.visitor.viewer) == ([], None)


# Without a name


def test_a_sealed_post_names_the_member_nowhere_but_in_its_seal(
    cast: Cast, make_board: Callable[..., BoardRow]
) -> None:
    thread = started(cast.alice.viewer, make_board("open", allows_anonymous=True))
    before = rows_naming(cast.bob.id)
    with write():
        actions.keep_draft(actor=cast.bob.viewer, place=f"reply:{thread.id}", source="Half")
    sealed = replied(cast.bob.viewer, thread, "Nobody knows", attribution="anonymous")
    do(actions.edit, actor=cast.bob.viewer, post_id=sealed, source="Nobody knows it")
    start = started(cast.bob.viewer, queries.board_for(cast.bob.viewer, "open"), title="Who", attribution="anonymous")  # type: ignore[arg-type]
    assert {*rows_naming(cast.bob.id)} - {*before} == {("seals", "member_id")}
    assert db.session.scalar(select(func.count()).where(Seal.member_id == cast.bob.id)) == 2
    for path in (
        f"/en/threads/{thread.id}",
        f"/en/threads/{start.id}",
        "/en/boards/open",
        f"/en/posts/{sealed}/revisions",
    ):
        page = cast.mona.browser.get(path).text
        assert "Bob" not in page
        assert f"/members/{cast.bob.id}" not in page
    page = cast.visitor.browser.get(f"/en/threads/{thread.id}").text
    alias = post(sealed).byline
    assert alias in aliases.names_in("en")
    assert f">{alias}<" in page
    assert f"/en/posts/{sealed}/edit" in cast.bob.browser.get(f"/en/threads/{thread.id}").text
    assert f"/en/posts/{sealed}/edit" not in cast.alice.browser.get(f"/en/threads/{thread.id}").text
    assert do(actions.withdraw, actor=cast.bob.viewer, post_id=sealed).verdict


def rows_naming(member_id: int) -> list[tuple[str, str]]:
    """Each (table, column) that refers to members and holds this one."""
    end_reading()
    found = []
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column.table.name == "members" for key in column.foreign_keys):
                held = db.session.scalar(select(func.count()).select_from(table).where(column == member_id)) or 0
                found += [(table.name, column.name)] * min(held, 1)
    return found


def test_a_board_that_asks_for_a_name(cast: Cast, board: BoardRow, thread: ThreadRow) -> None:
    for attribution in ("anonymous", "pseudonym", "nonsense"):
        written = do(actions.reply, actor=cast.bob.viewer, thread_id=thread.id, source="x", attribution=attribution)
        assert written.verdict.reason == NEEDS_A_NAME


# Comments


@pytest.fixture
def story(cast: Cast) -> int:
    with write():
        made = Story(language="it", created_at=clock.now(), status="sent")
        contributions.set_words(made, title="The jar lid", source="It would not turn.")
        contributions.sign(made, cast.alice.id, "member")
        contributions.publish(made)
        return made.id


def test_the_first_comment_makes_the_thread(cast: Cast, story: int) -> None:
    about = db.session.get_one(Contribution, story)
    assert boxes.comments_of(about, cast.bob.viewer).thread is None
    first = do(actions.comment, actor=cast.bob.viewer, contribution_id=story, source="Mine either.")
    second = do(
        actions.comment, actor=cast.cora.viewer, contribution_id=story, source="Nor mine.", answers_id=first.post_id
    )
    assert first.thread_id == second.thread_id
    end_reading()
    comments = boxes.comments_of(db.session.get_one(Contribution, story), cast.visitor.viewer)
    assert [row.id for row in comments.page.posts] == [first.post_id, second.post_id]
    assert post(first.post_id).language == "it"
    page = cast.visitor.browser.get(f"/en/threads/{first.thread_id}").text
    assert "The jar lid" in page
    assert (
        do(actions.comment, actor=cast.bob.viewer, contribution_id=story, source="Mine either.").post_id
        == first.post_id
    )
    sent = cast.bob.browser.post(f"/en/contributions/{story}/comments", data={"source": "By form"})
    assert sent.status_code == 303
    assert "By form" in cast.visitor.browser.get(sent.headers["Location"]).text
    assert cast.bob.browser.post(f"/en/contributions/{story}/comments", data={"source": ""}).status_code == 422
    assert cast.bob.browser.post("/en/contributions/999/comments", data={"source": "x"}).status_code == 404


def test_comments_go_and_come_back_with_what_they_are_about(cast: Cast, story: int) -> None:
    made = do(actions.comment, actor=cast.bob.viewer, contribution_id=story, source="Commentwords")
    with write():
        about = db.session.get_one(Contribution, story)
        contributions.hide(about)
        actions.follow(about)
    for path in (f"/en/threads/{made.thread_id}", f"/en/posts/{made.post_id}"):
        assert cast.cora.browser.get(path).status_code == 404
    seen = select(Contribution.id).where(Contribution.id == made.post_id, visible_to(cast.cora.viewer))
    assert db.session.scalar(seen) is None
    assert not do(actions.comment, actor=cast.cora.viewer, contribution_id=story, source="x").verdict
    with write():
        about = db.session.get_one(Contribution, story)
        contributions.restore(about)
        about.audience = "members"
        actions.follow(about)
    assert cast.cora.browser.get(f"/en/threads/{made.thread_id}").status_code == 200
    assert cast.visitor.browser.get(f"/en/threads/{made.thread_id}").status_code == 404
    assert post(made.post_id).audience == "members"


def test_a_post_has_no_comments(cast: Cast, thread: ThreadRow) -> None:
    assert not do(actions.comment, actor=cast.bob.viewer, contribution_id=thread.opening_id, source="x").verdict


# Threads and boards


def test_locking_and_pinning_are_logged_once(cast: Cast, board: BoardRow, thread: ThreadRow) -> None:
    for _ in range(2):
        assert do(actions.lock, actor=cast.mona.viewer, thread_id=thread.id, is_locked=True)
        assert do(actions.pin, actor=cast.mona.viewer, thread_id=thread.id, is_pinned=True)
    end_reading()
    acts = db.session.scalars(select(LogEntry.act).where(LogEntry.object_kind == "thread")).all()
    assert sorted(acts) == ["lock", "pin"]
    assert not do(actions.lock, actor=cast.bob.viewer, thread_id=thread.id, is_locked=False)
    assert not do(actions.pin, actor=cast.mona.viewer, thread_id=999, is_pinned=True)
    later = started(cast.alice.viewer, board, title="Later")
    lines, _ = queries.threads_in(board, cast.visitor.viewer)
    assert [line.id for line in lines] == [thread.id, later.id]


def test_boards_are_for_administrators(cast: Cast, board: BoardRow) -> None:
    texts = {"en": {"name": "Mine"}}
    for person in ("visitor", "bob", "mona", "cora"):
        assert not do(actions.make_board, actor=cast[person].viewer, slug="mine", texts=texts)[1]
        assert not do(actions.change_board, actor=cast[person].viewer, board_id=board.id, slug="mine")


@pytest.mark.parametrize("slug", ["", "Hands!", "a b", "-a", "a--b", "x" * 61, "hands"])
def test_bad_slugs(cast: Cast, board: BoardRow, slug: str) -> None:
    assert not do(actions.make_board, actor=cast.ada.viewer, slug=slug, texts={"en": {"name": "x"}})[1]


def test_a_slug_is_never_taken_from_the_board_that_had_it(cast: Cast, board: BoardRow) -> None:
    change = {"actor": cast.ada.viewer, "board_id": board.id}
    assert do(actions.change_board, **change, slug="skin")
    assert not do(actions.make_board, actor=cast.ada.viewer, slug="hands", texts={"en": {"name": "x"}})[1]
    assert do(actions.change_board, **change, slug="hands")
    assert db.session.scalars(select(BoardSlug.slug)).all() == ["skin"]
    assert queries.board_moved_to(cast.visitor.viewer, "skin") == "hands"


def test_a_boards_words_fall_back_and_change(cast: Cast, board: BoardRow) -> None:
    change = {"actor": cast.ada.viewer, "board_id": board.id}
    assert do(actions.change_board, **change, texts={"it": {"name": "Mani"}, "en": {"name": ""}})
    found = queries.board_for(cast.visitor.viewer, "hands")
    assert found is not None
    assert (found.name, found.language) == ("Mani", "it")
    assert not do(actions.change_board, **change, texts={"it": {"name": " "}})


def test_posts_follow_their_boards_audience(cast: Cast, board: BoardRow, thread: ThreadRow) -> None:
    answer_id = replied(cast.bob.viewer, thread, "Inside")
    assert do(actions.change_board, actor=cast.ada.viewer, board_id=board.id, audience="members")
    assert post(answer_id).audience == "members"
    assert {*db.session.scalars(select(SearchDocument.audience))} == {"members"}
    assert cast.visitor.browser.get(f"/en/threads/{thread.id}").status_code == 404
    assert cast.bob.browser.get(f"/en/threads/{thread.id}").status_code == 200
