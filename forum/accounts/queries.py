"""Reading members, their sessions, and what asks to sign in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, null, select
from sqlalchemy.orm import joinedload

from forum.accounts.models import MailboxRecovery, Member, MemberRole, MemberSession, ParkedText, SignInRequest
from forum.accounts.viewer import Viewer
from forum.core import clock, tokens
from forum.core.db import db
from forum.core.public_state import PublicGeneration, remember_state
from forum.core.settings import the_settings
from forum.core.tokens import digest

LINK, BROWSER = "sign-in", "sign-in-browser"  # purposes of tokens: the mailed link, and the page that takes the code


def viewer_of(
    member: Member,
    session_id: int | None = None,
    seen_on: date | None = None,
    unread: int | None = None,
    moves_at: datetime | None = None,
) -> Viewer:
    """The viewer that a member is."""
    restriction, restricted_until = member.restriction, member.restricted_until
    if restricted_until is not None and restricted_until <= clock.now() and _held_by_now is not None:
        restriction, restricted_until = _held_by_now(member.id)
    return Viewer(
        id=member.id,
        display_name=member.display_name,
        language=member.language,
        roles=frozenset(role.role for role in member.roles),
        standing=member.standing,
        restriction=restriction,
        restricted_until=restricted_until,
        session_id=session_id,
        seen_on=seen_on,
        unread=unread,
        left_today=_left_today(member.id) if restriction == "limited" else None,
        moves_at=moves_at,
    )


def _left_today(member_id: int) -> int | None:
    return max(0, the_settings().limited_a_day - _sent_today(member_id)) if _sent_today is not None else None


_sent_today: Callable[[int], int] | None = None


def count_sent_by(count: Callable[[int], int]) -> None:
    """Let the floor that keeps what members write say how much one has sent today: asked for who is limited alone."""
    global _sent_today
    _sent_today = count


_held_by_now: Callable[[int], tuple[str | None, datetime | None]] | None = None


def hold_by(held: Callable[[int], tuple[str | None, datetime | None]]) -> None:
    """Let the floor that restricts members say what holds one whose restriction has just ended: the date counts, not
    the moment at which the worker notes it."""
    global _held_by_now
    _held_by_now = held


_unread: Callable[[Any], ColumnElement[int]] | None = None


def read_unread_by(column: Callable[[Any], ColumnElement[int]]) -> None:
    """Let the floor that tells members things say how to count what one hasn't read: `column(Member.id)`, in the very
    statement that opens her session."""
    global _unread
    _unread = column
    _session.cache_clear()


def moves_at() -> ColumnElement[datetime]:
    """When another mailbox takes over the account of the `members` row at hand, in the statement that reads it."""
    return (
        select(func.min(MailboxRecovery.takes_effect_at))
        .where(
            MailboxRecovery.member_id == Member.id,
            MailboxRecovery.token_hash.is_not(None),
            MailboxRecovery.stopped_at.is_(None),
            MailboxRecovery.done_at.is_(None),
        )
        .correlate(Member)
        .scalar_subquery()
    )


@cache  # to put it together costs more than to run it
def _session() -> Select[Any]:
    unread = _unread(Member.id) if _unread else null()
    columns: tuple[Any, ...] = (MemberSession.id, MemberSession.last_seen_on, Member, unread, moves_at())
    return (
        select(*columns, PublicGeneration)
        .join(Member, Member.id == MemberSession.member_id)
        .join(PublicGeneration, PublicGeneration.id == 1)
        .where(
            MemberSession.token_hash == bindparam("token_hash"),
            MemberSession.expires_at > bindparam("now"),
            Member.erased_at.is_(None),
        )
        .options(joinedload(Member.roles))
    )


def viewer_by_token(token: str) -> Viewer | None:
    """The viewer whose session a cookie's token opens, or None when it is unknown or over. One query, which reads what
    every page needs to know of the site as well."""
    found = db.session.execute(_session(), {"token_hash": digest(token), "now": clock.now()})
    row = found.unique().one_or_none()
    if row is None:
        return None
    remember_state(row[5])
    return viewer_of(*(row[place] for place in (2, 0, 1, 3, 4)))


def member_by_address(address: str) -> Member | None:
    """The member whose address this is, in its normal form."""
    return db.session.scalar(select(Member).where(Member.email == address, Member.erased_at.is_(None)))


def member_by_id(member_id: int) -> Member | None:
    """A member by her id, unless erased. Pages for others show only what she made public."""
    return db.session.scalar(select(Member).where(Member.id == member_id, Member.erased_at.is_(None)))


def lock_admins() -> Sequence[int]:
    """The ids of all administrators; none of them changes until this transaction ends."""
    return db.session.scalars(select(MemberRole.member_id).where(MemberRole.role == "admin").with_for_update()).all()


def sessions_of(member_id: int | None) -> Sequence[MemberSession]:
    """The devices on which a member is signed in, the last used first: for herself, and for administrators."""
    return db.session.scalars(
        select(MemberSession)
        .where(MemberSession.member_id == member_id, MemberSession.expires_at > clock.now())
        .order_by(MemberSession.last_seen_on.desc(), MemberSession.id.desc())
        .limit(100)
    ).all()


def _request(token: str, *, lock: bool) -> SignInRequest | None:
    row_id = tokens.row_id_of(token)
    if row_id is None or row_id >= 2**31:  # no row has such a number, and PostgreSQL would not even ask
        return None
    found = select(SignInRequest).where(SignInRequest.id == row_id)
    return db.session.scalar(found.with_for_update() if lock else found)


def request_by_link(token: str, *, lock: bool = False) -> SignInRequest | None:
    """The request that a mailed link names, genuine; `lock` keeps a second opener waiting."""
    request = _request(token, lock=lock)
    return request if request is not None and tokens.is_same(request.token_hash or "", digest(token)) else None


def request_by_ticket(ticket: str, *, lock: bool = False) -> SignInRequest | None:
    """The request that a browser's page for the code names, genuine."""
    request = _request(ticket, lock=lock)
    if request is None:
        return None
    genuine = tokens.token_for(BROWSER, request.id, request.nonce)
    return request if tokens.is_same(genuine, ticket) else None


def is_open(request: SignInRequest) -> bool:
    """Whether a request can still be opened."""
    return request.used_at is None and request.expires_at > clock.now() and request.address_sealed is not None


def asked_address(ticket: str) -> str | None:
    """The address that a request was made for, while it is open; for counting tries."""
    request = request_by_ticket(ticket)
    return tokens.open_text(request.address_sealed) if request is not None and request.address_sealed else None


def asked_name(request: SignInRequest) -> str:
    """The name to greet whoever holds a request's link with: her account's, or the one she asked for."""
    address = tokens.open_text(request.address_sealed or "")
    member = member_by_address(address) if address else None
    return member.display_name if member is not None else tokens.open_text(request.display_name or "") or ""


def parked_by_hash(token_hash: str) -> ParkedText | None:
    """A parked form by the hash of its token."""
    return db.session.scalar(
        select(ParkedText).where(ParkedText.token_hash == token_hash, ParkedText.expires_at > clock.now())
    )


def parked(token: str) -> ParkedText | None:
    """A parked form by its token."""
    return parked_by_hash(digest(token))
