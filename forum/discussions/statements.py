"""The statements that every page of a thread runs, made once and run with values: to make them takes longer than to
run them. One for visitors and one for members of each; and the criteria they are made of.
"""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
)  # fmt: skip
from sqlalchemy.orm import InstrumentedAttribute, aliased

from forum.accounts.models import Member, Profession
from forum.accounts.viewer import VISITOR, Viewer
from forum.contributions.models import Contribution
from forum.contributions.queries import OWN_TO_SEE, editors_line, owned_by, visible_to
from forum.discussions import aliases, unread
from forum.discussions.models import LEVELS, SEGMENT, Board, BoardText, Post, ReadingView, Thread
from forum.discussions.rows import GONE
from forum.references import queries as references
from forum.references.models import Reference

AFTER_ALL = "{"  # sorts after every digit of a path
# Stands for whichever member asks; `who_asks` gives her id to the statement when it runs.
ANY_MEMBER = Viewer(id=cast("int", bindparam("viewer_id", type_=Integer)))
LANGUAGE: Any = bindparam("language", type_=String)
TODAY: Any = bindparam("today", type_=Date)
KEY: Any = bindparam("key", type_=Integer)
TIER: Any = bindparam("tier", type_=Integer)
MOST_BELOW = 100  # answers that are counted below the last level of a page
POSTS: Any = Post.__table__.c
# An id that PostgreSQL can look up but not merge by: merging, it would walk all contributions from the first on.
ROW: Any = POSTS.id + literal_column("0")
PARENT, PARENT_AUTHOR = aliased(Contribution, name="answered"), aliased(Member, name="answered_author")


def who_asks(viewer: Viewer) -> dict[str, Any]:
    """The value by which a statement for members knows who asks; nothing for a visitor."""
    return {"viewer_id": viewer.id} if viewer.is_authenticated else {}


def _asker(is_member: bool) -> Viewer:
    return ANY_MEMBER if is_member else VISITOR


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


def unless_gone(column: InstrumentedAttribute[Any] | ColumnElement[Any]) -> ColumnElement[Any]:
    """A column beside `contributions`, or NULL where only the place of it may be shown."""
    return case((Contribution.status.in_(GONE), null()), else_=column)


def signed_name() -> ColumnElement[str | None]:
    """The name a contribution is signed with; NULL without a name, or where it is gone. Needs the join to `Member`."""
    return case(
        (Contribution.status.in_(GONE), null()),
        (Contribution.attribution == "member", Member.display_name),
        else_=Contribution.byline,
    )


def board_name(language: Any) -> Any:
    """A board's name in a language, else in English, else in any, as one column beside `Thread`."""
    return (
        select(BoardText.name)
        .where(BoardText.board_id == Thread.board_id)
        .order_by((BoardText.language == language).desc(), (BoardText.language == "en").desc(), BoardText.language)
        .limit(1)
        .correlate(Thread)
        .scalar_subquery()
    )


# Threads: columns in the order of ThreadRow; values: key, language, today


def _threads(asker: Viewer) -> Select[Any]:
    chosen: Any = literal(None)
    if asker.is_authenticated:
        chosen = select(ReadingView.view).where(ReadingView.member_id == asker.id).scalar_subquery()
    opening_alias: Any = select(POSTS.alias_id).where(POSTS.id == Thread.opening_id).correlate(Thread).scalar_subquery()
    shown_until = select(func.max(POSTS.shown_at)).where(POSTS.thread_id == Thread.id).correlate(Thread)
    return (
        select(
            Thread.id,
            Thread.board_id,
            Board.slug,
            board_name(LANGUAGE),
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
            case((Thread.opening_id.is_not(None), unless_gone(Contribution.author_id))),
            case((Thread.opening_id.is_not(None), unless_gone(opening_alias))),
            Thread.slow_seconds,
            case((Board.slow_seconds > Thread.slow_seconds, Board.slow_seconds), else_=Thread.slow_seconds),
            Thread.started_at,
            shown_until.scalar_subquery(),
            unread.seen_until(Thread.id, Thread.board_id, Thread) if asker.is_authenticated else null(),
            aliases.name_of(asker) if asker.is_authenticated else null(),
            *_profession_of(asker),
            Thread.locked_until,
        )
        .outerjoin(Board, Board.id == Thread.board_id)
        .join(Contribution, Contribution.id == func.coalesce(Thread.opening_id, Thread.about_id))
    )


def _profession_of(asker: Viewer) -> tuple[Any, Any]:
    """The profession that is verified for the asker today, and until when."""
    if not asker.is_authenticated:
        return null(), null()
    hers = (Profession.member_id == asker.id, Profession.expires_on >= TODAY)
    return (
        select(Profession.profession).where(*hers).scalar_subquery(),
        select(Profession.expires_on).where(*hers).scalar_subquery(),
    )


@cache
def thread_by_id(is_member: bool) -> Select[Any]:
    """The thread `key`, where it can be opened."""
    asker = _asker(is_member)
    has_place = and_(Thread.opening_id.is_not(None), placed_for(asker, Thread.post_count > 0))
    return _threads(asker).where(Thread.id == KEY, or_(has_place, visible_to(asker)))


@cache
def thread_about(is_member: bool) -> Select[Any]:
    """The thread of comments about the contribution `key`, where that can be read."""
    asker = _asker(is_member)
    return _threads(asker).where(Thread.about_id == KEY, visible_to(asker))


# Posts: columns in the order of PostRow; values: thread_id, opening_id (None once it holds nothing up), key, limit;
# of a nested view also tier and the path of the branch that it shows ("" for the thread itself)


def _has_answers() -> ColumnElement[bool]:
    """Whether a post that is gone still holds something up: the thread itself, or an answer below that can be read.

    Answers below the deepest level don't stand in its path: there the direct ones count.
    """
    below, words = Post.__table__.alias("below"), Contribution.__table__.alias("below_words")
    there = below.join(words, and_(words.c.id == below.c.id, words.c.status == "published"))
    is_below = (
        exists()
        .select_from(there)
        .where(
            below.c.thread_id == POSTS.thread_id,
            below.c.path > POSTS.path,
            below.c.path < POSTS.path.concat(AFTER_ALL),
        )
    )
    is_answered = exists().select_from(there).where(below.c.answers_id == POSTS.id)
    return or_(POSTS.id == bindparam("opening_id", type_=Integer), is_below, is_answered)


@cache
def posts(is_member: bool, view: str, part: str) -> Select[Any]:
    """Posts of a thread that have a place on the asker's pages, in a view's order.

    part: "first"; "last" and "before" read backwards; "after" a key, "from" it on; "one", the key itself; "some",
    several.
    """
    is_nested = view == "nested"
    order: Any = POSTS.path if is_nested else POSTS.id
    key = bindparam("key", type_=order.type)
    query = _posts(_asker(is_member), is_nested).limit(bindparam("limit", type_=Integer))
    if is_nested:
        # One range of one index: never two bounds on the same side, by one of which the branch would be walked.
        query = query.where(POSTS.tier == TIER)
        branch = bindparam("branch", type_=POSTS.path.type)
        if part in ("first", "last", "before"):
            query = query.where(order > branch)
        if part != "before":
            query = query.where(order < branch.concat(AFTER_ALL))
    match part:
        case "before":
            query = query.where(order < key)
        case "after":
            query = query.where(order > key)
        case "from":
            query = query.where(order >= key)
        case "one":
            query = query.where(order == key)
        case "some":
            query = query.where(order.in_(bindparam("key", expanding=True)))
    return query.order_by(order.desc() if part in ("last", "before") else order)


def _deeper() -> Any:
    """How many answers go on below the last level of a page, on a page of their own; MOST_BELOW at most."""
    deep, words = Post.__table__.alias("deep"), Contribution.__table__.alias("deep_words")
    some = (
        select(literal_column("1").label("one"))
        .select_from(deep.join(words, words.c.id == deep.c.id + literal_column("0")))
        .where(
            deep.c.thread_id == POSTS.thread_id,
            deep.c.path > POSTS.path,
            deep.c.path < POSTS.path.concat(AFTER_ALL),
            words.c.status == "published",
        )
        .limit(MOST_BELOW)
        .correlate(Post.__table__)
        .subquery()
    )
    is_at_the_end = func.length(POSTS.path) == (TIER + 1) * (LEVELS * SEGMENT)
    return case((is_at_the_end, select(func.count()).select_from(some).scalar_subquery()), else_=0)


def _posts(asker: Viewer, is_nested: bool) -> Select[Any]:
    parent_can_be_read = and_(PARENT.status == "published", PARENT.audience.in_(audiences_of(asker)))
    # A verified profession counts on the day on which it is read: from the next on nothing shows it.
    is_verified = and_(
        POSTS.basis == "professional",
        Contribution.status.not_in(GONE),
        Profession.expires_on >= TODAY,
    )
    parent_name = case((PARENT.attribution == "member", PARENT_AUTHOR.display_name), else_=PARENT.byline)
    return (
        select(
            POSTS.id,
            POSTS.path,
            POSTS.answers_id,
            Contribution.status,
            unless_gone(Contribution.author_id),
            signed_name(),
            unless_gone(Contribution.html),
            Contribution.language,
            case((Contribution.status.in_(GONE), ""), else_=Contribution.content_notes),
            func.coalesce(Contribution.published_at, Contribution.created_at),
            Contribution.updated_at,
            case((parent_can_be_read, parent_name), else_=null()),
            and_(POSTS.answers_id.is_not(None), PARENT.status != "published"),
            owned_by(asker) if asker.is_authenticated else false(),
            POSTS.shown_at,
            _deeper() if is_nested else literal_column("0"),
            unless_gone(POSTS.alias_id),
            unless_gone(POSTS.basis),
            case((is_verified, Profession.profession), else_=null()),
            case((is_verified, Profession.expires_on), else_=null()),
            unless_gone(POSTS.reference_id),
            unless_gone(Reference.title),
            unless_gone(references.best_address()),
            unless_gone(editors_line()),
        )
        .select_from(Post.__table__)
        .join(Contribution, Contribution.id == ROW)
        .outerjoin(Member, Member.id == Contribution.author_id)
        .outerjoin(PARENT, PARENT.id == POSTS.answers_id)
        .outerjoin(PARENT_AUTHOR, PARENT_AUTHOR.id == PARENT.author_id)
        .outerjoin(Profession, Profession.member_id == Contribution.author_id)
        .outerjoin(Reference, Reference.id == POSTS.reference_id)
        .where(POSTS.thread_id == bindparam("thread_id", type_=Integer), placed_for(asker, _has_answers()))
    )
