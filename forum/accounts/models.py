"""Tables of members: who they are, what they may do, and their sessions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates
from sqlalchemy.types import JSON

from forum.core import membertext
from forum.core.db import Key, Model, one_of
from forum.core.lookalikes import skeleton

ROLES = ("member", "moderator", "curator", "admin")
STANDINGS = ("new", "established", "trusted")
PROFESSIONS = ("doctor", "nurse", "physiotherapist", "psychologist", "pharmacist", "social_worker", "other")
RESTRICTIONS = ("limited", "silenced", "banned")


def _key_of_new(context: Any) -> str:
    return skeleton(context.get_current_parameters()["display_name"])


class Member(Model):
    """A person with an account. `email` is lower-case and unique; `display_name` is not unique."""

    __tablename__ = "members"
    __table_args__ = (one_of("standing", STANDINGS), one_of("restriction", RESTRICTIONS))
    is_public = True  # her display name stands beside what she wrote

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str | None] = mapped_column(unique=True)
    display_name: Mapped[str]
    name_key: Mapped[str | None] = mapped_column(Key, index=True, default=_key_of_new)  # what her name looks like
    password_hash: Mapped[str | None]
    language: Mapped[str] = mapped_column(default="en")
    about: Mapped[str] = mapped_column(default="")
    is_page_public: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    standing: Mapped[str] = mapped_column(default="new")
    restriction: Mapped[str | None]
    restricted_until: Mapped[datetime | None]
    joined_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
    is_demo: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())

    @validates("display_name")
    def _follow_name(self, _key: str, name: str) -> str:
        self.name_key = skeleton(name)
        return name

    # Read when asked for: lists that join authors for their names do not load them.
    roles: Mapped[list[MemberRole]] = relationship(
        lazy="select", cascade="all, delete-orphan", order_by="MemberRole.id"
    )


class MemberRole(Model):
    """One role of one member; every member is a `member` without a row."""

    __tablename__ = "member_roles"
    __table_args__ = (UniqueConstraint("member_id", "role"), one_of("role", ROLES[1:]))
    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    role: Mapped[str]


class Profession(Model):
    """That an administrator or curator saw proof of a member's profession; it runs out."""

    __tablename__ = "professions"
    __table_args__ = (one_of("profession", PROFESSIONS),)
    is_public = True  # it stands beside what rests on it
    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), unique=True)
    profession: Mapped[str]
    how: Mapped[str] = mapped_column(default="")  # what was seen, in the verifier's words
    verified_by: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    verified_on: Mapped[date]
    expires_on: Mapped[date]


class MemberSession(Model):
    """A signed-in device. The cookie holds a random token, the table its hash; last seen is a date, no more."""

    __tablename__ = "sessions"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    device: Mapped[str] = mapped_column(default="")
    started_at: Mapped[datetime]
    last_seen_on: Mapped[date]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class SignInRequest(Model):
    """Somebody asked to sign in or up: the worker decides which mail, if any, so that all addresses cost the same."""

    __tablename__ = "sign_in_requests"
    __table_args__ = (one_of("purpose", ("in", "up")),)
    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    address_sealed: Mapped[str | None]  # encrypted, erased after a day
    display_name: Mapped[str | None]  # sealed likewise
    language: Mapped[str]
    nonce: Mapped[str]
    token_hash: Mapped[str | None] = mapped_column(unique=True)
    parked_token_hash: Mapped[str | None]
    guesses: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class MailboxRecovery(Model):
    """A member lost her mailbox: another address takes its place once a waiting period has passed without a word from
    the old one."""

    __tablename__ = "mailbox_recoveries"
    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    address_sealed: Mapped[str | None]  # the new one, encrypted; erased when it is done or stopped
    reason: Mapped[str] = mapped_column(default="")  # how she was recognised, in the moderator's words
    nonce: Mapped[str]  # of the address that stops it
    token_hash: Mapped[str | None] = mapped_column(unique=True)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    asked_at: Mapped[datetime]
    takes_effect_at: Mapped[datetime] = mapped_column(index=True)
    stopped_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]


class ParkedText(Model):
    """The fields of a form that came in after its session had ended, kept a day for its writer."""

    __tablename__ = "parked_texts"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    path: Mapped[str]
    fields: Mapped[list[list[str]]] = mapped_column(JSON)
    expires_at: Mapped[datetime] = mapped_column(index=True)


membertext.register(Member, "display_name", "name_key", "about", member="id")
membertext.register(Profession, "how", member="member_id")
membertext.register(SignInRequest, "address_sealed", "display_name")
membertext.register(MailboxRecovery, "address_sealed", "reason", member="member_id")
membertext.register(ParkedText, "fields")
