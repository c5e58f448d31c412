"""Keeping the index: in the same transaction as what it is about."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from forum.core import stems
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.search.models import SearchDocument


def kind_term(kind: str) -> str:
    """The term by which the documents of one kind are found: no word of a text reads so by chance."""
    return f"0kind{''.join(letter for letter in kind if letter.isalnum())}"


def terms_of(kind: str, title: str, text: str, synonyms: str, language: str) -> tuple[str, str, str]:
    """What the index holds of a document: the terms of its title, of all it says, and of its synonyms with its kind.

    What has no title of its own is called by its first words in lists: they count once.
    """
    if text.startswith(title.rstrip("…")):
        is_title, said = text.startswith(f"{title}\n"), text
    else:
        is_title, said = True, f"{title}\n{text}"
    in_title = stems.terms(title, language) if is_title else []
    besides = [*stems.terms(synonyms, language), kind_term(kind)]
    return " ".join(in_title), " ".join(stems.terms(said, language)), " ".join(besides)


def index(
    kind: str,
    object_id: int,
    *,
    language: str,
    title: str,
    text: str,
    synonyms: str = "",
    contribution_id: int | None = None,
    audience: str = "everyone",
    address: str = "",
    written_at: datetime | None = None,
) -> None:
    """Put an object into the index, or anew. `text` is plain; `synonyms` are searched but never shown.

    `address` (without language) is for what has no contribution. Kinds: those of contributions, "guide", "helpline".
    """
    must_be_writing()
    document = db.session.scalar(
        select(SearchDocument).where(SearchDocument.kind == kind, SearchDocument.object_id == object_id)
    )
    if document is None:
        document = SearchDocument(kind=kind, object_id=object_id)
        db.session.add(document)
    document.contribution_id = contribution_id
    document.audience = audience
    document.language = language
    document.title = title
    document.address = address
    document.text = text
    document.title_terms, document.terms, document.synonym_terms = terms_of(kind, title, text, synonyms, language)
    document.written_at = written_at


def remove(kind: str, object_id: int) -> None:
    """Take an object out of the index."""
    must_be_writing()
    db.session.execute(delete(SearchDocument).where(SearchDocument.kind == kind, SearchDocument.object_id == object_id))
