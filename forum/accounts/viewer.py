"""The person a page is made for, as a plain value: policies judge it, templates ask it, nothing writes through it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from flask_login import UserMixin

from forum.core import clock


@dataclass(frozen=True, slots=True)
class Viewer(UserMixin):  # type: ignore[misc]
    """A signed-in member, or a visitor when `id` is None."""

    id: int | None = None
    display_name: str = ""
    language: str = ""
    roles: frozenset[str] = frozenset()
    standing: str = "new"
    restriction: str | None = None
    restricted_until: datetime | None = None
    session_id: int | None = None
    seen_on: date | None = None  # the last date noted of her session
    unread: int | None = field(default=None, compare=False)  # how much she was told since, if read with her session
    left_today: int | None = field(default=None, compare=False)  # how much she may still send, while that is limited
    moves_at: datetime | None = field(default=None, compare=False)  # when another mailbox takes over her account

    @property
    def is_authenticated(self) -> bool:
        return self.id is not None

    @property
    def is_anonymous(self) -> bool:
        return self.id is None

    def get_id(self) -> str:
        return str(self.id)

    @property
    def is_moderator(self) -> bool:
        return bool(self.roles & {"moderator", "admin"})

    @property
    def is_curator(self) -> bool:
        return bool(self.roles & {"curator", "admin"})

    @property
    def is_admin(self) -> bool:
        return "admin" in self.roles

    @property
    def active_restriction(self) -> str | None:
        """The restriction in force now; it ends by itself on its date."""
        if self.restriction and (self.restricted_until is None or self.restricted_until > clock.now()):
            return self.restriction
        return None

    @property
    def is_silent(self) -> bool:
        """Whether she may write nothing at present."""
        return self.active_restriction in ("silenced", "banned")


VISITOR = Viewer()
