"""What pages read of boards and threads. Posts are read by `reading`. What a viewer may not see is not found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, or_, select, true, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from forum.accounts.models import Member, Profession
from forum.accounts.viewer import Viewer
from forum.contributions import queries as contributions
from forum.contributions.models import Contribution, Draft, contribution_topics
from forum.contributions.queries import visible_to
from forum.core import clock
from forum.core.db import db
from forum.core.languages import current_language
from forum.discussions import statements, unread
from forum.discussions.models import Board, BoardSlug, BoardText, MergedThread, Thread
from forum.discussions.rows import BoardRow, ThreadLine, ThreadRow
from forum.discussions.statements import audiences_of, board_name, placed_for, signed_name, unless_gone, who_asks
from forum.notifications.models import Mute
from forum.topics.queries import TopicName

THREADS_ON_A_PAGE = 30
BOARD_COLUMNS = (
    Board.id, Board.slug, Board.position, Board.audience, Board.who_may_start, Board.is_reviewed_first,
    Board.allows_anonymous, Board.is_archived, Board.slow_seconds,
)  # fmt: skip


# Boards


def boards_for(viewer: Viewer) -> list[BoardRow]:
    """The boards that `viewer` may read, in their order. Two queries."""
    rows = db.session.execute(
        select(*BOARD_COLUMNS)
        .where(Board.audience.in_(audiences_of(viewer)))
        .order_by(Board.is_archived, Board.position, Board.id)
    ).all()
    return _with_words(rows, (BoardText.name, BoardText.description))


def board_for(viewer: Viewer, slug: str) -> BoardRow | None:
    """The board at an address, or None where there is none that `viewer` may read."""
    found = Board.slug == slug
    rows = db.session.execute(select(*BOARD_COLUMNS).where(found, Board.audience.in_(audiences_of(viewer)))).all()
    boards = _with_words(rows, (BoardText.name, BoardText.description, BoardText.rules))
    return boards[0] if boards else None


def board_by_id(viewer: Viewer, board_id: int) -> BoardRow | None:
    """A board that `viewer` may read, or None."""
    rows = db.session.execute(
        select(*BOARD_COLUMNS).where(Board.id == board_id, Board.audience.in_(audiences_of(viewer)))
    ).all()
    return BoardRow(*rows[0]) if rows else None


def board_moved_to(viewer: Viewer, slug: str) -> str | None:
    """The present slug of the board that had `slug` before."""
    return db.session.scalar(
        select(Board.slug)
        .join(BoardSlug, BoardSlug.board_id == Board.id)
        .where(BoardSlug.slug == slug, Board.audience.in_(audiences_of(viewer)))
    )


def _with_words(rows: Sequence[Any], columns: tuple[InstrumentedAttribute[str], ...]) -> list[BoardRow]:
    if not rows:
        return []
    texts: dict[int, dict[str, dict[str, str]]] = {}
    for board_id, language, *words in db.session.execute(
        select(BoardText.board_id, BoardText.language, *columns)
        .where(BoardText.board_id.in_([row.id for row in rows]))
        .order_by(BoardText.language)
    ):
        named = dict(zip((column.key for column in columns), words, strict=True))
        texts.setdefault(board_id, {})[language] = named
    return [replace(BoardRow(*row), **_best(texts.get(row.id, {}))) for row in rows]


def _best(texts: dict[str, dict[str, str]]) -> dict[str, Any]:
    """The words in the page's language, else in English, else in any."""
    for language in (current_language(), "en", *texts):
        if language in texts:
            return {"language": language, **texts[language]}
    return {}


# Threads

_LINE = (
    Thread.id,
    unless_gone(Contribution.title).label("title"),
    unless_gone(Contribution.teaser).label("teaser"),
    signed_name().label("name"),
    Contribution.status,
    Contribution.language,
    Contribution.content_notes,
    Thread.is_pinned,
    Thread.is_locked,
    Thread.bumped_at,
    Thread.post_count,
    case((Contribution.attribution == "member", unless_gone(Member.display_name))),
    Thread.opening_id,
    Thread.started_at,
)


def _lines_for(viewer: Viewer, *more: Any) -> Select[Any]:
    new = unread.count_of_new() if viewer.is_authenticated else literal(0)
    return (
        select(*_LINE, new, *more)
        .join(Contribution, Contribution.id == Thread.opening_id)
        .outerjoin(Member, Member.id == Contribution.author_id)
        .where(placed_for(viewer, Thread.post_count > 0), _is_wanted(viewer, Mute.thread_id == Thread.id))
    )


def _is_wanted(viewer: Viewer, muted: ColumnElement[bool]) -> ColumnElement[bool]:
    """The criterion on `Thread` for those that `viewer` has not muted."""
    return ~exists().where(Mute.member_id == viewer.id, muted) if viewer.is_authenticated else true()


def threads_in(
    board: BoardRow, viewer: Viewer, before: int | None = None, limit: int = THREADS_ON_A_PAGE
) -> tuple[list[ThreadLine], int | None]:
    """A page of a board's threads, pinned first, then by the newest answer; and the key of the next page.

    `before` is the id of the last thread of the page before.
    """
    query = _lines_for(viewer).where(Thread.board_id == board.id)
    key = tuple_(Thread.is_pinned, Thread.bumped_at, Thread.id)
    if before is not None:
        place = db.session.execute(
            select(Thread.is_pinned, Thread.bumped_at, Thread.id).where(
                Thread.id == before, Thread.board_id == board.id
            )
        ).first()
        if place is not None:
            types = (Thread.is_pinned.type, Thread.bumped_at.type, Thread.id.type)
            query = query.where(key < tuple_(*map(literal, place, types)))
    query = query.order_by(Thread.is_pinned.desc(), Thread.bumped_at.desc(), Thread.id.desc()).limit(limit + 1)
    lines = _read(query, viewer)
    return with_topics(lines[:limit]), lines[limit - 1].id if len(lines) > limit else None


def _read(query: Select[Any], viewer: Viewer) -> list[ThreadLine]:
    return [ThreadLine(*row) for row in db.session.execute(query, who_asks(viewer))]


def with_topics(lines: list[ThreadLine]) -> list[ThreadLine]:
    """The lines with what each is about, in the page's language; none of what is gone. One query."""
    there = [line.opening_id for line in lines if line.title is not None]
    found = contributions.topics_of_all(there, current_language())
    return [replace(line, topics=tuple(found.get(line.opening_id, ()))) for line in lines]


def followed_threads(viewer: Viewer, limit: int = 6) -> list[ThreadLine]:
    """The discussions that `viewer` follows and in which something is new for her, the one answered last first."""
    if not viewer.is_authenticated:
        return []
    query = _lines_for(viewer, board_name(current_language())).where(unread.followed_with_news())
    return _read(query.order_by(Thread.bumped_at.desc(), Thread.id.desc()).limit(limit), viewer)


def newest_threads(viewer: Viewer, limit: int = 6) -> list[ThreadLine]:
    """The threads answered last on all boards that `viewer` may read, for home and the list of boards."""
    query = (
        _lines_for(viewer, board_name(current_language()))
        .order_by(Thread.bumped_at.desc(), Thread.id.desc())
        .limit(limit)
    )
    is_wanted = _is_wanted(viewer, Mute.board_id == Thread.board_id)
    return _read(query.where(Thread.board_id.is_not(None), is_wanted), viewer)


def threads_about(topic_ids: Iterable[int], viewer: Viewer, limit: int = 10) -> list[ThreadLine]:
    """The threads about any of these topics, the one answered last first, for a guide."""
    about = select(contribution_topics.c.contribution_id).where(contribution_topics.c.topic_id.in_(list(topic_ids)))
    query = _lines_for(viewer, board_name(current_language())).where(Thread.opening_id.in_(about))
    return _read(query.order_by(Thread.bumped_at.desc(), Thread.id.desc()).limit(limit), viewer)


def thread_for(viewer: Viewer, thread_id: int) -> ThreadRow | None:
    """A thread that `viewer` may open, or None. Comments can be opened exactly when what they are about can be read."""
    return _thread(statements.thread_by_id(viewer.is_authenticated), viewer, thread_id)


def moved_to(viewer: Viewer, thread_id: int) -> int | None:
    """The discussion that another became part of, where `viewer` may open it, or None."""
    found = db.session.scalar(select(MergedThread.thread_id).where(MergedThread.id == thread_id))
    return found if found is not None and thread_for(viewer, found) is not None else None


def open_to(viewer: Viewer, thread_ids: Iterable[int]) -> set[int]:
    """Those of these threads that `viewer` may open. One query; none for none."""
    ids = list(thread_ids)
    has_place = and_(Thread.opening_id.is_not(None), placed_for(viewer, Thread.post_count > 0))
    found = (
        select(Thread.id)
        .join(Contribution, Contribution.id == func.coalesce(Thread.opening_id, Thread.about_id))
        .where(Thread.id.in_(ids), or_(has_place, visible_to(viewer)))
    )
    return set(db.session.scalars(found)) if ids else set()


def topics_of(thread: ThreadRow) -> list[TopicName]:
    """The topics a thread is about, in the page's language; none once its opening post is gone. One query."""
    if thread.opening_id is None or thread.title is None:
        return []
    return contributions.topics_of(thread.opening_id, current_language())


def comments_thread_for(viewer: Viewer, contribution_id: int) -> ThreadRow | None:
    """The thread of comments about something that `viewer` may read; None while nobody has written one."""
    return _thread(statements.thread_about(viewer.is_authenticated), viewer, contribution_id)


def _thread(statement: Select[Any], viewer: Viewer, key: int) -> ThreadRow | None:
    row = db.session.execute(
        statement, {"key": key, "language": current_language(), "today": clock.today(), **who_asks(viewer)}
    ).first()
    return ThreadRow(*row) if row else None


def kept_for(viewer: Viewer, place: str) -> tuple[Profession | None, Draft | None]:
    """What a box is made of where there is no discussion yet: her profession of today, and the words kept for it."""
    is_today = and_(Profession.member_id == Member.id, Profession.expires_on >= clock.today())
    row = db.session.execute(
        select(Profession, Draft)
        .select_from(Member)
        .outerjoin(Profession, is_today)
        .outerjoin(Draft, and_(Draft.member_id == Member.id, Draft.place == place))
        .where(Member.id == viewer.id)
    ).first()
    return (row[0], row[1]) if row else (None, None)


def about_for(viewer: Viewer, contribution_id: int) -> Contribution | None:
    """Something that `viewer` may read and comment on: any published contribution but a post."""
    return db.session.scalar(
        select(Contribution).where(Contribution.id == contribution_id, Contribution.kind != "post", visible_to(viewer))
    )
