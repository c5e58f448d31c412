"""Tables of stories and their later chapters."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from forum.contributions.models import Contribution
from forum.core import membertext
from forum.core.db import one_of
from forum.core.partial_date import PartialDate, PartialDateType

RELATIONS = ("patient", "parent", "partner", "child", "surviving_relative", "friend", "professional")


class Story(Contribution):
    """One person's account. A translation is its own Story; `translation_of_id` is the root of its set."""

    __tablename__ = "stories"
    __table_args__ = (
        one_of("relation", RELATIONS),
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


class StoryUpdate(Contribution):
    """A dated later chapter of a story."""

    __tablename__ = "story_updates"
    __mapper_args__ = {"polymorphic_identity": "story_update"}
    is_public = True

    id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"), index=True)
    dated: Mapped[PartialDate] = mapped_column(PartialDateType)


membertext.register(Story, "condition_words", "region", "translator", contribution="id")
