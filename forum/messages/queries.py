"""What the two of a conversation read: the list, the messages, what stands between them. Nobody else finds any of it.

Messages are no part of what `contributions.queries.visible_to` shows to anybody; `of_hers` is their own criterion.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from forum.accounts.models import Member, MemberRole, Profession
from forum.accounts.viewer import Viewer
from forum.contributions.models import Contribution
from forum.core import clock
from forum.core.db import db
from forum.messages.models import Conversation, ConversationPlace, Message, MessageChoice
from forum.messages.policy import ESTABLISHED
from forum.messages.rows import Between, ConversationRow, MessagePage, MessageRow
from forum.notifications.models import Mute, Notification

CONVERSATIONS, MESSAGES = 30, 40  # on a page
A_DAY = timedelta(days=1)
_WORDS: Any = Contribution.__table__
_MESSAGES: Any = Message.__table__
STANDING_THERE = ("published", "hidden", "withdrawn", "erased")  # with its words, or only its place


def is_hers(viewer: Viewer) -> ColumnElement[bool]:
    """The criterion on `conversations` for those of `viewer`."""
    return or_(Conversation.first_id == viewer.id, Conversation.second_id == viewer.id)


def of_hers(viewer: Viewer) -> ColumnElement[bool]:
    """The criterion on `messages` for those in a conversation of `viewer`, whatever became of their words."""
    hers = Message.conversation_id.in_(select(Conversation.id).where(is_hers(viewer)))
    return and_(hers, Contribution.status.in_(STANDING_THERE))


def shared_with(viewer: Viewer) -> Select[Any]:
    """The ids of the messages whose words `viewer` can read, those of hers and those to her."""
    return select(Message.id).where(of_hers(viewer), Contribution.status == "published")


def is_shared_with(viewer: Viewer, message_id: int) -> bool:
    """Whether `viewer` is one of the two who read a message."""
    return viewer.is_authenticated and bool(
        db.session.scalar(select(Message.id).where(Message.id == message_id, of_hers(viewer)))
    )


# With whom


def between(viewer: Viewer, other_id: int) -> Between | None:
    """What stands between `viewer` and another member; None for nobody and for herself. One query."""
    now = clock.now()
    is_moderator = exists().where(MemberRole.member_id == Member.id, MemberRole.role.in_(("moderator", "admin")))
    is_banned = and_(
        func.coalesce(Member.restriction, "") == "banned",
        or_(Member.restricted_until.is_(None), Member.restricted_until > now),
    )
    reads = and_(Member.erased_at.is_(None), ~is_banned, or_(Member.standing.in_(ESTABLISHED), is_moderator))
    profession = exists().where(Profession.member_id == viewer.id, Profession.expires_on >= now.date())
    begun = select(func.count()).where(Conversation.opened_by == viewer.id, Conversation.opened_at > now - A_DAY)
    row = db.session.execute(
        select(
            Member.display_name,
            Member.erased_at,
            and_(reads, _accepts(Member.id), ~_has_blocked(Member.id, viewer.id)),
            _accepts(viewer.id),
            _has_blocked(viewer.id, Member.id),
            profession,
            begun.scalar_subquery(),
        ).where(Member.id == other_id, Member.id != viewer.id)
    ).first()
    if row is None:
        return None
    name, erased_at, takes, accepts, has_blocked, is_professional, count = row
    return Between(
        other_id, "" if erased_at else name, bool(takes), bool(accepts), bool(has_blocked), bool(is_professional), count
    )


def _accepts(member_id: Any) -> ColumnElement[bool]:
    return exists().where(MessageChoice.member_id == member_id, MessageChoice.is_open)


def _has_blocked(member_id: Any, other_id: Any) -> ColumnElement[bool]:
    return exists().where(Mute.member_id == member_id, Mute.muted_id == other_id, Mute.is_block)


def is_open(viewer: Viewer) -> bool:
    """Whether `viewer` said that she takes messages."""
    return bool(db.session.scalar(select(_accepts(viewer.id))))


# Conversations


def _rows(viewer: Viewer) -> Select[Any]:
    other, said, answer = aliased(Member), aliased(_WORDS), aliased(Message, flat=True)
    newest = select(func.max(_MESSAGES.c.id)).where(_MESSAGES.c.conversation_id == Conversation.id).scalar_subquery()
    answers = select(answer.id).where(
        answer.conversation_id == Conversation.id, answer.author_id != Conversation.opened_by
    )
    is_first = Conversation.first_id == viewer.id
    return (
        select(
            Conversation.id,
            other.id,
            other.display_name,
            other.erased_at,
            func.coalesce(Conversation.opened_by, 0) == viewer.id,
            answers.exists(),
            _is_unread(),
            _is_put_away(),
            Conversation.bumped_at,
            case((said.c.status == "published", said.c.teaser), else_=""),
            said.c.language,
        )
        .join(other, other.id == case((is_first, Conversation.second_id), else_=Conversation.first_id))
        .outerjoin(said, said.c.id == newest)
        .outerjoin(ConversationPlace, _is_place_of(viewer))
        .where(is_hers(viewer))
    )


def _is_place_of(viewer: Viewer) -> ColumnElement[bool]:
    return and_(ConversationPlace.conversation_id == Conversation.id, ConversationPlace.member_id == viewer.id)


def _is_unread() -> ColumnElement[bool]:
    return or_(ConversationPlace.read_until.is_(None), Conversation.bumped_at > ConversationPlace.read_until)


def _is_put_away() -> ColumnElement[bool]:
    return func.coalesce(Conversation.bumped_at <= ConversationPlace.put_away_at, False)


def _row(found: Any) -> ConversationRow:
    key, other_id, name, erased_at, is_begun, is_answered, is_unread, is_away, bumped_at, excerpt, language = found
    return ConversationRow(
        key, other_id, "" if erased_at else name, bool(is_begun), bool(is_answered), bool(is_unread), bool(is_away),
        bumped_at, excerpt or "", language or "",
    )  # fmt: skip


def conversation_for(viewer: Viewer, conversation_id: int) -> ConversationRow | None:
    """A conversation of `viewer`'s, or None: anybody else's isn't there. One query."""
    found = db.session.execute(_rows(viewer).where(Conversation.id == conversation_id)).first()
    return _row(found) if found else None


def conversation_with(viewer: Viewer, other_id: int) -> int | None:
    """The id of the conversation of `viewer` with another member, or None."""
    assert viewer.id is not None
    first, second = sorted((viewer.id, other_id))
    return db.session.scalar(
        select(Conversation.id).where(Conversation.first_id == first, Conversation.second_id == second)
    )


def conversations_of(viewer: Viewer, *, is_away: bool = False, after: int | None = None) -> list[ConversationRow]:
    """The conversations of `viewer`, unread ones first, then the latest; or those she put away. Two queries at most.

    `after`: the id of the last one of the page before. One more than a page when there are more.
    """
    rank = case((_is_unread(), 1), else_=0)
    query = _rows(viewer).where(_is_put_away() if is_away else ~_is_put_away())
    if after is not None:
        place = db.session.execute(
            select(rank, Conversation.bumped_at, Conversation.id)
            .outerjoin(ConversationPlace, _is_place_of(viewer))
            .where(Conversation.id == after, is_hers(viewer))
        ).first()
        if place is None:
            return []
        query = query.where(_below(rank, *place))
    query = query.order_by(rank.desc(), Conversation.bumped_at.desc(), Conversation.id.desc())
    return [_row(found) for found in db.session.execute(query.limit(CONVERSATIONS + 1))]


def _below(rank: Any, its_rank: int, bumped_at: datetime, key: int) -> ColumnElement[bool]:
    earlier = or_(Conversation.bumped_at < bumped_at, and_(Conversation.bumped_at == bumped_at, Conversation.id < key))
    return or_(rank < its_rank, and_(rank == its_rank, earlier))


# Messages


def messages_in(
    viewer: Viewer, conversation_id: int, *, before: int | None = None, after: int | None = None, at: int | None = None
) -> MessagePage:
    """A page of a conversation of `viewer`'s, the newest one unless a key is given. Two queries at most."""
    query = select(
        Message.id, Message.author_id, Message.status, Message.html, Message.language, Message.created_at
    ).where(of_hers(viewer), Message.conversation_id == conversation_id)
    if at is not None:
        before = at + 1
    is_onward = after is not None and before is None
    if before is not None:
        query = query.where(Message.id < before)
    elif after is not None:
        query = query.where(Message.id > after)
    order = Message.id.asc() if is_onward else Message.id.desc()
    found = db.session.execute(query.order_by(order).limit(MESSAGES + 1)).all()
    has_more, found = len(found) > MESSAGES, found[:MESSAGES]
    rows = [_message(viewer, one) for one in (found if is_onward else reversed(found))]
    if not rows:
        return MessagePage([])
    if is_onward:
        return MessagePage(rows, rows[0].id, rows[-1].id if has_more else None)
    is_end = before is None or _is_last(viewer, conversation_id, rows[-1].id)
    return MessagePage(rows, rows[0].id if has_more else None, None if is_end else rows[-1].id)


def _message(viewer: Viewer, found: Any) -> MessageRow:
    key, author_id, status, html, language, written_at = found
    return MessageRow(key, author_id == viewer.id, status, html, language, written_at)


def _is_last(viewer: Viewer, conversation_id: int, message_id: int) -> bool:
    later = select(Message.id).where(
        Message.conversation_id == conversation_id, Message.id > message_id, of_hers(viewer)
    )
    return db.session.scalar(later.limit(1)) is None


def place_of(viewer: Viewer, message_id: int) -> int | None:
    """The conversation in which `viewer` reads a message, or None."""
    return db.session.scalar(select(Message.conversation_id).where(Message.id == message_id, of_hers(viewer)))


def own_message(viewer: Viewer, message_id: int) -> Message | None:
    """A message in a conversation of `viewer`'s, whole and held until the end, for actions, which judge."""
    return db.session.scalar(
        select(Message)
        .where(Message.id == message_id, of_hers(viewer))
        .with_for_update(key_share=True, of=Contribution)
    )


def newest_shown(viewer: Viewer, conversation_id: int, until: int) -> Any:
    """When the newest message was written among those that `viewer` was shown, up to the id `until`."""
    return db.session.scalar(
        select(func.max(Message.created_at)).where(
            of_hers(viewer), Message.conversation_id == conversation_id, Message.id <= until
        )
    )


def newest_words(conversation_id: int, author_id: int) -> datetime | None:
    """When the last message of one of the two was written whose words still stand there."""
    hers = (Message.conversation_id == conversation_id, Message.author_id == author_id, Message.status == "published")
    return db.session.scalar(select(Message.created_at).where(*hers).order_by(Message.id.desc()).limit(1))


# What others are told


def notice_key(conversation_id: int) -> str:
    """How the keys of the notifications about a conversation begin."""
    return f"conversation:{conversation_id}:"


def waiting_notice(member_id: int, conversation_id: int) -> int | None:
    """The id of the unread notification that tells a member of a conversation, or None."""
    key = notice_key(conversation_id)
    return db.session.scalar(
        select(Notification.id).where(
            Notification.member_id == member_id,
            Notification.key >= key,
            Notification.key < f"{key[:-1]};",
            Notification.read_at.is_(None),
        )
    )


def writers_in(viewer: Viewer, conversations: Sequence[int]) -> dict[int, tuple[int, str, int]]:
    """Of conversations of `viewer`'s in which words of the other stand: who wrote them, her name, the last one's id."""
    writer = aliased(Member)
    rows = db.session.execute(
        select(Message.conversation_id, writer.id, writer.display_name, func.max(Message.id))
        .join(writer, writer.id == Message.author_id)
        .where(
            Message.conversation_id.in_(conversations),
            of_hers(viewer),
            Contribution.status == "published",
            Message.author_id != viewer.id,
        )
        .group_by(Message.conversation_id, writer.id, writer.display_name)
    )
    return {key: (member_id, name, last) for key, member_id, name, last in rows}


def export_for(member_id: int) -> list[dict[str, Any]]:
    """The messages of a member's conversations, hers and those to her, with the names as she sees them."""
    viewer = Viewer(id=member_id)
    writer, reader = aliased(Member), aliased(Member)
    other_id = case((Conversation.first_id == Message.author_id, Conversation.second_id), else_=Conversation.first_id)
    rows = db.session.execute(
        select(Message.id, Message.created_at, Message.source, Message.status, writer, reader)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(writer, writer.id == Message.author_id)
        .join(reader, reader.id == other_id)
        .where(of_hers(viewer), or_(Message.author_id == member_id, Message.status == "published"))
        .order_by(Message.id)
    )
    return [
        {
            "message": key,
            "from": None if one.erased_at else one.display_name,
            "to": None if other.erased_at else other.display_name,
            "at": written_at.isoformat(),
            "status": status,
            "text": source,
        }
        for key, written_at, source, status, one, other in rows
    ]
