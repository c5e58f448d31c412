"""Reading the demo's cast and the mailbox of this machine."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from forum.accounts.models import Member
from forum.core import mail
from forum.core.db import db
from forum.core.public_state import PublicGeneration
from forum.demo.people import ADDRESS
from forum.demo.policy import CAST

MAILS = 50  # the newest


@dataclass(frozen=True, slots=True)
class Role:
    """One of the cast."""

    key: str
    name: str
    can: Any


def has_examples() -> bool:
    """Whether the site holds example records."""
    return bool(db.session.scalar(select(PublicGeneration.has_examples)))


def member_as(key: str) -> Member | None:
    """One of the cast by her key in the content, while she is there."""
    asked = select(Member).where(Member.email == ADDRESS.format(key=key), Member.is_demo)
    return db.session.scalar(asked.options(selectinload(Member.roles)))


def cast() -> list[Role]:
    """The cast in the order of their page, under their present names; who has gone is left out."""
    by_address = {ADDRESS.format(key=key): key for key in CAST}
    rows = db.session.execute(
        select(Member.email, Member.display_name).where(Member.email.in_(by_address), Member.is_demo)
    )
    names = {by_address[row.email]: row.display_name for row in rows}
    return [Role(key, names[key], can) for key, can in CAST.items() if key in names]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a mail's text; one that is an address of this site can be followed."""

    text: str
    is_address: bool


@dataclass(frozen=True, slots=True)
class Mail:
    """A message of the local mailbox: its paragraphs, their lines, and those in pieces."""

    to: str
    subject: str
    date: str
    paragraphs: list[list[list[Piece]]]


def mails(origin: str) -> list[Mail]:
    """The newest messages of the local mailbox, newest first. `origin`: the site whose addresses become links."""
    return [
        Mail(one.to, one.subject, one.date, paragraphs_of(one.text, origin))
        for one in itertools.islice(mail.local_mails(), MAILS)
    ]


def paragraphs_of(text: str, origin: str) -> list[list[list[Piece]]]:
    """A plain text as paragraphs of lines, each cut where addresses of `origin` begin and end."""
    paragraphs = text.replace("\r\n", "\n").strip().split("\n\n")
    return [[pieces_of(line, origin) for line in part.strip().split("\n")] for part in paragraphs if part.strip()]


def pieces_of(text: str, origin: str) -> list[Piece]:
    """A text cut where addresses of `origin` begin and end."""
    found: list[Piece] = []
    before, *rest = text.split(f"{origin}/")
    found.append(Piece(before, is_address=False))
    for part in rest:
        path = part.split(maxsplit=1)[0] if part[:1].strip() else ""
        address = path.rstrip(".,;:!?)>\"'")
        found += [Piece(f"{origin}/{address}", is_address=True), Piece(part[len(address) :], is_address=False)]
    return [piece for piece in found if piece.text]
