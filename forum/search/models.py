"""The table of the index. Migrations add what each database searches with: FTS5 or a tsvector."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forum.core import membertext
from forum.core.db import Model


class SearchDocument(Model):
    """What can be found: `text` for excerpts, terms (folded, stemmed) for matching.

    `title_terms`: those of the title, which count for more; `terms`: those of all it says, title included;
    `synonym_terms`: names of what it is about that it need not say, which count for less, and its kind's own term.
    `contribution_id` is set for what members write, so that one criterion decides who may find it.
    """

    __tablename__ = "search_documents"
    __table_args__ = (UniqueConstraint("kind", "object_id"),)
    is_public = True
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    object_id: Mapped[int]
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), index=True)
    audience: Mapped[str] = mapped_column(default="everyone")
    language: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")  # without the language, for what has no contribution
    text: Mapped[str]
    title_terms: Mapped[str] = mapped_column(default="", server_default="")
    terms: Mapped[str]
    synonym_terms: Mapped[str] = mapped_column(default="", server_default="")
    written_at: Mapped[datetime | None]


membertext.register(
    SearchDocument, "title", "text", "title_terms", "terms", "synonym_terms", contribution="contribution_id"
)
