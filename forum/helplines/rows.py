"""A line as pages show it at a moment: plain values, in the language of the page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from forum.helplines.hours import ALWAYS, Interval, OpenState

STALE_AFTER = timedelta(days=180)
_NOT_DIALLED = re.compile(r"[^0-9+*#]")


@dataclass(frozen=True, slots=True)
class Contact:
    """One way to reach a line. `intervals` is None when its hours are not known."""

    method: str
    value: str
    intervals: tuple[Interval, ...] | None
    state: OpenState

    @property
    def address(self) -> str:
        """What a link to it leads to: tel:, sms:, mailto: or an address on the web; "" when it can't be linked."""
        if self.method in ("phone", "sms"):
            number = _NOT_DIALLED.sub("", self.value)
            scheme = "tel" if self.method == "phone" else "sms"
            return f"{scheme}:{number}" if number else ""
        if self.method == "email":
            return f"mailto:{self.value}"
        return self.value if self.value.startswith("https://") else ""

    @property
    def is_always_open(self) -> bool:
        """Whether it answers day and night, so that nobody needs to know whose clock it goes by."""
        return self.intervals is not None and set(self.intervals) == set(ALWAYS)

    @property
    def is_long(self) -> bool:
        """Whether it is an address, which may break over lines, and not a number, which never does."""
        return self.method not in ("phone", "sms")


@dataclass(frozen=True, slots=True)
class Line:
    """A helpline with its words in `language`, and its contacts with their states at the moment asked for."""

    id: int
    name: str
    language: str
    audience: str
    note: str
    operator: str
    country: str
    languages: tuple[str, ...]
    group: str
    is_emergency: bool
    cost: str
    time_zone: str
    contacts: tuple[Contact, ...]
    verified_at: datetime | None = None
    retired_at: datetime | None = None

    @property
    def is_verified(self) -> bool:
        """Whether a curator has called and found it as it stands here."""
        return self.verified_at is not None

    @property
    def has_link(self) -> bool:
        """Whether its numbers call when touched: verified ones and those for danger to life."""
        return self.is_verified or self.is_emergency

    @property
    def is_open(self) -> bool:
        """Whether somebody answers now, by what it says of its hours."""
        return any(contact.state.is_open for contact in self.contacts)

    @property
    def changes_at(self) -> datetime | None:
        """When what the page says of it changes by itself."""
        return min((contact.state.until for contact in self.contacts if contact.state.until), default=None)

    def is_stale(self, now: datetime) -> bool:
        """Whether its last verification is too long ago to be trusted without calling again."""
        return self.verified_at is not None and self.verified_at < now - STALE_AFTER

    def waits(self, now: datetime) -> bool:
        """Whether a curator should call it: never verified, or too long ago. Emergency numbers aren't called."""
        return self.retired_at is None and not self.is_emergency and (not self.is_verified or self.is_stale(now))


@dataclass(frozen=True, slots=True)
class EmergencyNumber:
    """The number for danger to life in a country."""

    country: str
    number: str

    @property
    def address(self) -> str:
        """What calls it."""
        return f"tel:{_NOT_DIALLED.sub('', self.number)}"
