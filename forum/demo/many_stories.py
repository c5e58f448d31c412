"""Many stories by invented people, put into the tables in bulk: an archive to measure.

What is written here is what stories, contributions and search would have written one by one; a test compares.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select, text, update

from forum.accounts.models import Member
from forum.contributions.models import Consent, Contribution, Revision, Seal, contribution_topics
from forum.core import clock, richtext, stems
from forum.core.db import db
from forum.core.ids import reserve
from forum.core.public_state import set_has_examples
from forum.core.unit_of_work import write
from forum.demo import pool
from forum.search.actions import kind_term
from forum.search.models import SearchDocument
from forum.stories.models import Story, StoryUpdate
from forum.topics.models import Topic
from forum.topics.queries import searchable_names

SEED = 20_261_122
LOT = 1000  # stories in one transaction
YEARS = timedelta(days=12 * 365)
PARAGRAPHS = 120  # of each language
LANGUAGES = (("en", 6), ("it", 3), ("es", 1))
COUNTRIES = (("IT", 25), ("GB", 15), ("US", 15), ("ES", 8), ("FR", 5), ("DE", 5), ("IE", 2), ("NZ", 1), (None, 10))
RELATIONS = (("patient", 70), ("parent", 10), ("partner", 6), ("child", 4), ("surviving_relative", 5), (None, 5))
ATTRIBUTIONS = (("member", 60), ("pseudonym", 25), ("anonymous", 15))
NAMES = ("Ann", "Bruna", "Carmen", "Dora", "Elsa", "Franca", "Gwen", "Hilde", "Ines", "Judith", "Lucia", "Nora", "Zoe")
NOTES = ("", "", "", "", "loss", "surgery")


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph in every form that a story keeps of it."""

    source: str
    html: str
    text: str
    terms: list[str]


@dataclass(slots=True)
class Rows:
    """What goes into each table in one transaction."""

    contributions: list[dict[str, Any]] = field(default_factory=list)
    stories: list[dict[str, Any]] = field(default_factory=list)
    chapters: list[dict[str, Any]] = field(default_factory=list)
    revisions: list[dict[str, Any]] = field(default_factory=list)
    topics: list[dict[str, Any]] = field(default_factory=list)
    seals: list[dict[str, Any]] = field(default_factory=list)
    consents: list[dict[str, Any]] = field(default_factory=list)
    documents: list[dict[str, Any]] = field(default_factory=list)


class Teller:
    """Draws stories one after another, each with what hangs on it."""

    def __init__(self, count: int, members: Sequence[int], names: dict[int, str]) -> None:
        self.draw, self.count, self.made = Random(SEED), count, 0
        self.members, self.topics = members, list(names)
        self.synonyms = {
            (language, key): " ".join(stems.terms(said, language))
            for language, _weight in LANGUAGES
            for key, said in names.items()
        }
        self.parts = {language: _parts(self.draw, language) for language, _weight in LANGUAGES}
        self.begins_at = clock.now() - YEARS

    def tell(self, rows: Rows, keys: Iterator[tuple[int, int]]) -> None:
        """One story; every tenth has a later chapter, every twentieth a translation."""
        self.made += 1
        language = self._one_of(LANGUAGES)
        story_id = self._story(rows, keys, language, None)
        if self.made % 10 == 0:
            self._chapter(rows, keys, language, story_id)
        if self.made % 20 == 0:
            self._story(rows, keys, "en" if language == "it" else "it", story_id)

    def _one_of(self, weighed: Sequence[tuple[Any, int]]) -> Any:
        return self.draw.choices([value for value, _ in weighed], [weight for _, weight in weighed])[0]

    def _moment(self) -> datetime:
        return self.begins_at + YEARS * (self.made / (self.count + 1))

    def _words(self, language: str, size: int) -> list[Part]:
        return self.draw.choices(self.parts[language], k=size)

    def _story(self, rows: Rows, keys: Iterator[tuple[int, int]], language: str, root: int | None) -> int:
        words = self._words(language, self.draw.choice((2, 3, 4, 6)))
        title = f"{words[0].text[:50].rsplit(' ', 1)[0].rstrip(',;:')} {self.made}"
        key = self._written(rows, next(keys), kind="story", language=language, title=title, words=words)
        year = self.draw.randint(1965, 2025)
        rows.stories.append({
            "id": key, "country": self._one_of(COUNTRIES), "relation": self._one_of(RELATIONS), "region": "",
            "diagnosed": str(year), "first_symptoms": str(year - self.draw.randint(0, 9)), "condition_words": "",
            "translation_of_id": root, "translator": "",
        })  # fmt: skip
        about = self.draw.sample(self.topics, k=min(len(self.topics), self.draw.choice((1, 1, 2, 3, 4))))
        rows.topics += [{"contribution_id": key, "topic_id": topic_id} for topic_id in about]
        if root is None:
            rows.consents.append(self._consent(key, language))
        rows.documents[-1]["synonym_terms"] = " ".join(
            [*(self.synonyms[language, topic_id] for topic_id in sorted(about)), kind_term("story")]
        )
        return key

    def _chapter(self, rows: Rows, keys: Iterator[tuple[int, int]], language: str, story_id: int) -> None:
        words = self._words(language, 2)
        key = self._written(rows, next(keys), kind="story_update", language=language, title="", words=words)
        moment = rows.contributions[-1]["published_at"]
        rows.chapters.append({"id": key, "story_id": story_id, "dated": f"{moment:%Y-%m}", "part": "chapter"})

    def _consent(self, key: int, language: str) -> dict[str, Any]:
        return {
            "contribution_id": key, "use": "site", "for_language": None, "wording_version": 1, "language": language,
            "given_how": "site", "given_at": self._moment(), "withdrawn_at": None, "note": "",
        }  # fmt: skip

    def _written(
        self, rows: Rows, keys: tuple[int, int], *, kind: str, language: str, title: str, words: list[Part]
    ) -> int:
        key, revision_id = keys
        moment, attribution, member = self._moment(), self._one_of(ATTRIBUTIONS), self.draw.choice(self.members)
        said = {
            "title": title,
            "teaser": "",
            "source": "\n\n".join(part.source for part in words),
            "html": richtext.stored("\n".join(part.html for part in words)),
            "html_policy": richtext.POLICY_VERSION,
        }
        rows.contributions.append({
            "id": key, "kind": kind, "author_id": member if attribution == "member" else None,
            "attribution": attribution, "byline": self.draw.choice(NAMES) if attribution == "pseudonym" else None,
            **said, "language": language, "audience": "everyone", "status": "published", "is_listed": True,
            "content_notes": self.draw.choice(NOTES), "created_at": moment, "published_at": moment,
            "cloth_seed": self.draw.getrandbits(32), "is_demo": True, "version": 1, "shown_revision_id": None,
        })  # fmt: skip
        if attribution != "member":
            rows.seals.append({"contribution_id": key, "member_id": member})
        rows.revisions.append({
            "id": revision_id, "contribution_id": key, "number": 1, **said, "made_at": moment, "shown_at": moment,
            "made_by": "author", "editor_id": None, "note": "",
        })  # fmt: skip
        rows.documents.append(_document(rows.contributions[-1], words))
        return key


def fill(count: int) -> Iterator[int]:
    """Tell `count` stories. Yields how many are there after each transaction. Examples' members must be there."""
    members = db.session.scalars(select(Member.id).where(Member.is_demo).order_by(Member.id)).all()
    topics = db.session.scalars(select(Topic.id).order_by(Topic.id)).all()
    teller = Teller(count, members, {key: searchable_names([key]) for key in topics})
    while teller.made < count:
        lot = min(LOT, count - teller.made)
        with write():
            written = lot + lot // 10 + lot // 20 + 2  # chapters and translations beside the stories
            keys = zip(reserve(Contribution.__table__, written), reserve(Revision.__table__, written), strict=True)
            rows = Rows()
            for _ in range(lot):
                teller.tell(rows, keys)
            _insert(rows)
        yield teller.made


def _insert(rows: Rows) -> None:
    is_sqlite = db.session.get_bind().dialect.name == "sqlite"
    if is_sqlite:
        # A contribution and its revision point at each other: SQLite can look at the end of the transaction ...
        db.session.execute(text("PRAGMA defer_foreign_keys = ON"))
        for contribution, revision in zip(rows.contributions, rows.revisions, strict=True):
            contribution["shown_revision_id"] = revision["id"]
    tables: tuple[tuple[Any, list[dict[str, Any]]], ...] = (
        (Contribution.__table__, rows.contributions),
        (Story.__table__, rows.stories),
        (StoryUpdate.__table__, rows.chapters),
        (Revision.__table__, rows.revisions),
        (contribution_topics, rows.topics),
        (Seal.__table__, rows.seals),
        (Consent.__table__, rows.consents),
        (SearchDocument.__table__, rows.documents),
    )
    for table, values in tables:
        if values:
            db.session.execute(insert(table), values)
    if not is_sqlite:
        # ... PostgreSQL looks at each statement.
        first, last = rows.contributions[0]["id"], rows.contributions[-1]["id"]
        words: Any = Contribution.__table__
        db.session.execute(
            update(words)
            .where(words.c.id.between(first, last))
            .values(shown_revision_id=words.c.id + (rows.revisions[0]["id"] - first))
        )
    set_has_examples(True)


def _parts(draw: Random, language: str) -> list[Part]:
    known = pool.sentences(language)
    made = []
    for _ in range(PARAGRAPHS):
        source = " ".join(draw.sample(known, min(len(known), draw.randint(3, 6))))
        html = richtext.render(source)
        plain = richtext.plain(html)
        made.append(Part(source, html, plain, stems.terms(plain, language)))
    return made


def _document(row: dict[str, Any], words: list[Part]) -> dict[str, Any]:
    in_title = stems.terms(row["title"], row["language"])
    return {
        "kind": row["kind"], "object_id": row["id"], "contribution_id": row["id"], "audience": "everyone",
        "language": row["language"], "title": row["title"], "address": "",
        "text": "\n\n".join(part.text for part in words), "title_terms": " ".join(in_title),
        "terms": " ".join([*in_title, *(term for part in words for term in part.terms)]),
        "synonym_terms": kind_term(row["kind"]), "written_at": row["published_at"],
    }  # fmt: skip
