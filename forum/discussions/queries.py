"""What pages read of boards and threads. Posts are read by `reading`. What a viewer may not see is not found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, null, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.contributions.models import Contribution, contribution_topics
from forum.contributions.queries import OWN_TO_SEE, owned_by, visible_to
from forum.core.db import db
from forum.core.languages import current_language
from forum.discussions.models import Board, BoardSlug, BoardText, ReadingView, Thread
from forum.discussions.rows import GONE, BoardRow, ThreadLine, ThreadRow
from forum.topics.models import Topic, TopicText
from forum.topics.queries import TopicName

THREADS_ON_A_PAGE = 30
BOARD_COLUMNS = (
    Board.id, Board.slug, Board.position, Board.audience, Board.who_may_start, Board.is_reviewed_first,
    Board.allows_anonymous, Board.is_archived,
)  # fmt: skip


def audiences_of(viewer: Viewer) -> tuple[str, ...]:
    """Whose things a viewer may read: those for everyone, and for members if she is one."""
    return ("everyone", "members") if viewer.is_authenticated else ("everyone",)


def placed_for(viewer: Viewer, has_answers: ColumnElement[bool]) -> ColumnElement[bool]:
    """The criterion on `contributions` for a post that has a place on `viewer`'s pages: what she may read, her own,
    and what is gone but has answers that can be read. The words of what is gone are never selected."""
    gone = and_(Contribution.status.in_(GONE), Contribution.audience.in_(audiences_of(viewer)), has_answers)
    if not viewer.is_authenticated:
        return or_(visible_to(viewer), gone)
    own = and_(Contribution.status.in_((*OWN_TO_SEE, "withdrawn")), owned_by(viewer))
    return or_(visible_to(viewer), own, gone)


def unless_gone(column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """A column of `contributions`, or NULL where only the place of it may be shown."""
    return case((Contribution.status.in_(GONE), null()), else_=column)


def signed_name() -> ColumnElement[str | None]:
    """The name a contribution is signed with; NULL without a name, or where it is gone. Needs the join to `Member`."""
    return case(
        (Contribution.status.in_(GONE), null()),
        (Contribution.attribution == "member", Member.display_name),
        else_=Contribution.byline,
    )


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
        select(BoardText.board_id, BoardText.language, *columns).where(BoardText.board_id.in_([row.id for row in rows]))
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


def _board_name() -> Any:
    """A board's name in the page's language, else in English, else in any, as one column."""
    return (
        select(BoardText.name)
        .where(BoardText.board_id == Thread.board_id)
        .order_by((BoardText.language == current_language()).desc(), (BoardText.language == "en").desc())
        .limit(1)
        .correlate(Thread)
        .scalar_subquery()
    )


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
)


def _lines_for(viewer: Viewer, *more: Any) -> Select[Any]:
    return (
        select(*_LINE, *more)
        .join(Contribution, Contribution.id == Thread.opening_id)
        .outerjoin(Member, Member.id == Contribution.author_id)
        .where(placed_for(viewer, Thread.post_count > 0))
    )


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
    lines = [ThreadLine(*row) for row in db.session.execute(query)]
    return lines[:limit], lines[limit - 1].id if len(lines) > limit else None


def newest_threads(viewer: Viewer, limit: int = 6) -> list[ThreadLine]:
    """The threads answered last on all boards that `viewer` may read, for home and the list of boards."""
    query = _lines_for(viewer, _board_name()).order_by(Thread.bumped_at.desc(), Thread.id.desc()).limit(limit)
    return [ThreadLine(*row) for row in db.session.execute(query.where(Thread.board_id.is_not(None)))]


def threads_about(topic_ids: Iterable[int], viewer: Viewer, limit: int = 10) -> list[ThreadLine]:
    """The threads about any of these topics, the one answered last first, for a guide."""
    about = select(contribution_topics.c.contribution_id).where(contribution_topics.c.topic_id.in_(list(topic_ids)))
    query = _lines_for(viewer, _board_name()).where(Thread.opening_id.in_(about))
    query = query.order_by(Thread.bumped_at.desc(), Thread.id.desc()).limit(limit)
    return [ThreadLine(*row) for row in db.session.execute(query)]


def _thread_rows(viewer: Viewer) -> Select[Any]:
    chosen: Any = literal(None)
    if viewer.is_authenticated:
        chosen = select(ReadingView.view).where(ReadingView.member_id == viewer.id).scalar_subquery()
    return (
        select(
            Thread.id,
            Thread.board_id,
            Board.slug,
            _board_name(),
            Thread.about_id,
            Thread.opening_id,
            case((Thread.opening_id.is_not(None), unless_gone(Contribution.title))),
            Contribution.status,
            Contribution.audience,
            Contribution.language,
            Contribution.content_notes,
            case((Thread.board_id.is_(None), True), else_=Board.allows_anonymous),
            case((Thread.board_id.is_(None), False), else_=Board.is_reviewed_first),
            case((Thread.board_id.is_(None), False), else_=Board.is_archived),
            Thread.is_pinned,
            Thread.is_locked,
            Thread.bumped_at,
            Thread.post_count,
            chosen,
        )
        .outerjoin(Board, Board.id == Thread.board_id)
        .join(Contribution, Contribution.id == func.coalesce(Thread.opening_id, Thread.about_id))
    )


def thread_for(viewer: Viewer, thread_id: int) -> ThreadRow | None:
    """A thread that `viewer` may open, or None. Comments can be opened exactly when what they are about can be read."""
    place = Thread.opening_id.is_not(None)
    may_open = or_(and_(place, placed_for(viewer, Thread.post_count > 0)), visible_to(viewer))
    row = db.session.execute(_thread_rows(viewer).where(Thread.id == thread_id, may_open)).first()
    return ThreadRow(*row) if row else None


def topics_of(thread: ThreadRow) -> list[TopicName]:
    """The topics a thread is about, in the page's language; none once its opening post is gone. One query."""
    if thread.opening_id is None or thread.title is None:
        return []
    rows = db.session.execute(
        select(Topic.id, Topic.slug, TopicText.name, Topic.kind, Topic.broader_id)
        .join(contribution_topics, contribution_topics.c.topic_id == Topic.id)
        .join(TopicText, TopicText.topic_id == Topic.id)
        .where(contribution_topics.c.contribution_id == thread.opening_id)
        .order_by((TopicText.language == current_language()).desc(), (TopicText.language == "en").desc())
    )
    found: dict[int, TopicName] = {}
    for row in rows:
        found.setdefault(row.id, TopicName(*row))
    return list(found.values())


def comments_thread_for(viewer: Viewer, contribution_id: int) -> ThreadRow | None:
    """The thread of comments about something that `viewer` may read; None while nobody has written one."""
    row = db.session.execute(_thread_rows(viewer).where(Thread.about_id == contribution_id, visible_to(viewer))).first()
    return ThreadRow(*row) if row else None


def about_for(viewer: Viewer, contribution_id: int) -> Contribution | None:
    """Something that `viewer` may read and comment on: any published contribution but a post."""
    return db.session.scalar(
        select(Contribution).where(Contribution.id == contribution_id, Contribution.kind != "post", visible_to(viewer))
    )
