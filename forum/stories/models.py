"""Tables of stories and their later chapters."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.contributions.models import Contribution
from forum.core import membertext
from forum.core.db import Key, Model, one_of
from forum.core.partial_date import PartialDate, PartialDateType

RELATIONS = ("patient", "parent", "partner", "child", "surviving_relative", "friend", "professional")
ABOUT_WHOM = ("myself", "adult", "child", "deceased")
SUBJECT_CONSENTS = ("given", "not_possible", "not_asked")  # of the person it is about, where that is somebody else
PARTS = ("chapter", "afterword")
TOLD_HOW = ("letter", "phone", "voice", "import")
CLAIM_WISHES = ("own", "change", "remove")
CLAIM_OUTCOMES = ("handed_over", "changed", "removed", "declined")


class Story(Contribution):
    """One person's account. A translation is its own Story; `translation_of_id` is the root of its set."""

    __tablename__ = "stories"
    __table_args__ = (
        one_of("relation", RELATIONS),
        one_of("about_whom", ABOUT_WHOM),
        one_of("subject_consent", SUBJECT_CONSENTS),
        CheckConstraint("translation_of_id IS NULL OR translation_of_id <> id", name="own_translation"),
    )
    __mapper_args__ = {"polymorphic_identity": "story"}
    is_public = True

    id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True)
    condition_words: Mapped[str] = mapped_column(default="")
    relation: Mapped[str | None] = mapped_column(index=True)
    country: Mapped[str | None] = mapped_column(index=True)
    region: Mapped[str] = mapped_column(default="")
    first_symptoms: Mapped[PartialDate | None] = mapped_column(PartialDateType)
    diagnosed: Mapped[PartialDate | None] = mapped_column(PartialDateType)
    translation_of_id: Mapped[int | None] = mapped_column(ForeignKey("stories.id", ondelete="SET NULL"), index=True)
    translated_from_revision_id: Mapped[int | None] = mapped_column(ForeignKey("revisions.id", ondelete="SET NULL"))
    translator: Mapped[str] = mapped_column(default="")  # as credited on the page
    translator_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"), index=True)
    about_whom: Mapped[str | None]
    subject_consent: Mapped[str | None]
    of_age_year: Mapped[int | None] = mapped_column(index=True)  # when a child it is about comes of age
    # What the author typed that the vocabulary doesn't know, apart by semicolons.
    other_words: Mapped[str] = mapped_column(default="", server_default="")
    other_treatments: Mapped[str] = mapped_column(default="", server_default="")
    is_in_memory: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())  # by its afterwords

    provenance: Mapped[Provenance | None] = relationship(lazy="raise_on_sql", viewonly=True, uselist=False)


class StoryUpdate(Contribution):
    """A dated later chapter of a story by its author, or an afterword by a relative."""

    __tablename__ = "story_updates"
    __table_args__ = (
        one_of("part", PARTS),
        CheckConstraint(
            "relation IN ('parent', 'partner', 'child', 'surviving_relative', 'friend', 'professional')",
            name="relation_word",
        ),
    )
    __mapper_args__ = {"polymorphic_identity": "story_update"}
    is_public = True

    id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"), index=True)
    dated: Mapped[PartialDate] = mapped_column(PartialDateType)
    part: Mapped[str] = mapped_column(default="chapter", server_default="chapter")
    relation: Mapped[str | None]  # of the writer of an afterword to the story's author
    is_memorial: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())  # the author has died
    died: Mapped[PartialDate | None] = mapped_column(PartialDateType)  # when, as far as its writer says
    is_refused: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())  # by the story's author


class Provenance(Model):
    """Where a story came from that its author didn't type here: told to a curator, or imported from an archive."""

    __tablename__ = "provenances"
    __table_args__ = (one_of("how", TOLD_HOW), UniqueConstraint("archive", "archive_key"))
    is_public = True

    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"), unique=True)
    how: Mapped[str]
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    entered_at: Mapped[datetime]
    told_on: Mapped[PartialDate | None] = mapped_column(PartialDateType)  # or first published
    read_back_on: Mapped[PartialDate | None] = mapped_column(PartialDateType)
    contact: Mapped[str] = mapped_column(default="")  # how to reach the author, sealed with the secret key
    archive: Mapped[str | None] = mapped_column(Key)  # the name of the imported archive, and the story's key in it
    archive_key: Mapped[str | None] = mapped_column(Key)
    original_address: Mapped[str] = mapped_column(default="")


class OldAddress(Model):
    """A path under which a story was read before it came here; it redirects."""

    __tablename__ = "old_addresses"
    __table_args__ = (UniqueConstraint("path"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(Key)
    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"), index=True)


class Claim(Model):
    """Somebody says that a story that came from elsewhere is hers: to have, to change or to remove it.

    No account is needed. The email address is sealed; the token leads to a private page that says what became of it.
    """

    __tablename__ = "claims"
    __table_args__ = (one_of("wish", CLAIM_WISHES), one_of("outcome", CLAIM_OUTCOMES))
    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"), index=True)
    wish: Mapped[str]
    words: Mapped[str] = mapped_column(default="")
    email: Mapped[str]
    language: Mapped[str]
    nonce: Mapped[str]
    token_hash: Mapped[str | None] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]  # when the address proved to be read by whoever claims
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    outcome: Mapped[str | None]
    answer: Mapped[str] = mapped_column(default="")


membertext.register(Claim, "words", "email", "answer")
membertext.register(Provenance, "contact")
membertext.register_hanging(Story, on="translation_of_id")
membertext.register(
    Story, "condition_words", "region", "other_words", "other_treatments", "translator", contribution="id"
)
