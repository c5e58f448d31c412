"""Mails that came back: what a delivery report says (RFC 3464), and what follows for the address it speaks of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message

from forum.core.limits import throttle
from forum.core.unit_of_work import must_be_writing
from forum.incoming import bodies, opening
from forum.notifications import mailing

HARD, SOFT = "hard", "soft"
SOFT_ONES, MONTH = 4, 30 * 86400  # so many may come back within so long before one counts
MOST_PARTS = 20
# Refusals of today that are none of the address: full, too large, too busy, unknown yet, or judged as unwanted mail.
PASSING = ("5.2.2", "5.2.3", "5.3.4", "5.4", "5.7")
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_CODE = re.compile(r"\b(?:smtp;\s*)?(55[0-4])[ -]")


@dataclass(frozen=True, slots=True)
class Report:
    """What a report says: *hard* when there is no such mailbox, *soft* when it may take the next mail."""

    kind: str
    status: str


def read(raw: bytes) -> Report | None:
    """What a mail says that came back; None for one that only says it waits, or that says nothing of the kind."""
    message = opening.parsed(raw)
    blocks = list(_blocks(message))
    for block in blocks:
        action = opening.header(block, "action").lower().split()[:1]
        if action and action[0] != "failed":
            continue
        status = _STATUS.search(opening.header(block, "status"))
        if status:
            return _report(status[1])
        code = _CODE.search(opening.header(block, "diagnostic-code"))
        if code:
            return Report(HARD, code[1])
        if action:
            return Report(SOFT, "")
    return None if blocks else _from_words(message)


def _blocks(message: Message) -> list[Message]:
    """The groups of headers of all delivery reports in a message."""
    found: list[Message] = []
    parts = [message]
    for _ in range(MOST_PARTS):
        if not parts:
            break
        part = parts.pop(0)
        inner = bodies.parts_of(part)
        if bodies.kind_of(part) == "message/delivery-status":
            found.extend(inner[:MOST_PARTS])
        elif bodies.kind_of(part).startswith("multipart/"):
            parts.extend(inner)
    return found


def _from_words(message: Message) -> Report | None:
    """Of an older server, which says it in words alone: only what is certain counts."""
    text = bodies.read(message)[0][:5_000]
    status = _STATUS.search(text)
    return _report(status[1]) if status and bodies.kind_of(message).startswith(("text/", "multipart/")) else None


def _report(status: str) -> Report | None:
    if status.startswith("2"):
        return None
    is_hard = status.startswith("5") and not any(status == one or status.startswith(f"{one}.") for one in PASSING)
    return Report(HARD if is_hard else SOFT, status)


def count(member_id: int, report: Report) -> None:
    """Count a mail that came back; of those that may come through next time only what is more than a few a month."""
    must_be_writing()
    if report.kind == HARD or not throttle("soft-bounce", str(member_id), limit=SOFT_ONES, seconds=MONTH):
        mailing.bounced(member_id)
