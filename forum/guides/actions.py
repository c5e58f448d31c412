"""The verbs of the guides: write a text, add a reference, move a topic, and keep all of it in the index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from forum.accounts.viewer import Viewer
from forum.core import clock, richtext
from forum.core.db import db
from forum.core.settings import LANGUAGES
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.guides import citations, queries
from forum.guides.models import GuideSection, GuideText
from forum.moderation import log
from forum.references import actions as references
from forum.references import queries as reference_queries
from forum.references.actions import Publication
from forum.references.models import SECTIONS
from forum.search import actions as search
from forum.topics import actions as topics
from forum.topics.models import Topic, TopicText
from forum.topics.queries import names_by_language

CHANGED_MEANWHILE = _l(
    "Somebody changed this guide while you were writing. Your words are all here. Look at the guide as it stands now, "
    "then send yours again if they should replace it."
)


@dataclass(frozen=True, slots=True)
class Guide:
    """What a curator writes about a topic in one language. References are cited as `[ref:id]`."""

    author: str
    in_short: str
    sections: Mapping[str, str] = field(default_factory=dict)
    reviewer: str = ""
    reviewed_on: date | None = None

    @property
    def sources(self) -> list[str]:
        """Its texts in the order of the page."""
        return [self.in_short, *(self.sections.get(section, "") for section in SECTIONS)]


def load_defaults() -> None:
    """Put every topic into the index, under each of its languages. Nothing changes where nothing is new."""
    must_be_writing()
    for topic_id in db.session.scalars(select(Topic.id).order_by(Topic.id)).all():
        index_topic(topic_id)


def save_text(
    *,
    actor: Viewer | None,
    topic_id: int,
    language: str,
    guide: Guide,
    seen: datetime | None = None,
    is_demo: bool = False,
) -> Verdict:
    """Write the text about a topic in a language, in place of the one whose change at `seen` the writer had before her.

    Returns a refusal when somebody else's text is there meanwhile, or a reference is cited that isn't the topic's.
    """
    must_be_writing()
    if language not in LANGUAGES or not _held(topic_id):
        return no(_l("This topic isn’t here any more."), 404)
    text = queries.text_in(topic_id, language)
    if text is not None and _says(text) == guide:
        return YES  # sent twice
    if (text.updated_at if text else None) != seen:
        return no(CHANGED_MEANWHILE, 409)
    unknown = citations.unknown_in(guide.sources, reference_queries.ids_of_topic(topic_id))
    if unknown:
        marker = f"[ref:{unknown[0]}]"
        return no(_l("%(marker)s isn’t a reference of this page. Look at the list below the form.", marker=marker), 422)
    if text is None:
        text = GuideText(topic_id=topic_id, language=language)
        db.session.add(text)
    _write(text, guide)
    text.is_demo = is_demo
    db.session.flush()
    index_topic(topic_id)
    data = {"language": language, "sections": [section.section for section in text.sections]}
    log.append(actor, "guide_written", "topic", topic_id, data=data)
    return YES


def save_default_text(*, topic_id: int, language: str, guide: Guide, is_demo: bool) -> Verdict:
    """Write a text whose markers count the rows of the literature that the site comes with, from 1."""
    ids = references.default_ids()
    stored = Guide(
        author=guide.author,
        in_short=citations.from_numbers(guide.in_short, ids),
        sections={section: citations.from_numbers(source, ids) for section, source in guide.sections.items()},
        reviewer=guide.reviewer,
        reviewed_on=guide.reviewed_on,
    )
    there = queries.text_in(topic_id, language)
    return save_text(
        actor=None, topic_id=topic_id, language=language, guide=stored, seen=there.updated_at if there else None,
        is_demo=is_demo,
    )  # fmt: skip


def _held(topic_id: int) -> bool:
    """Whether a topic is there; nobody else writes about it until this transaction ends."""
    return db.session.scalar(select(Topic.id).where(Topic.id == topic_id).with_for_update()) is not None


def _says(text: GuideText) -> Guide:
    """What a text says, as its writer gave it."""
    sections = dict.fromkeys(SECTIONS, "") | {one.section: one.source for one in text.sections}
    return Guide(text.author, text.in_short, sections, text.reviewer, text.reviewed_on)


def _write(text: GuideText, guide: Guide) -> None:
    text.author, text.reviewer, text.reviewed_on = guide.author, guide.reviewer, guide.reviewed_on
    text.in_short, text.in_short_html = guide.in_short, richtext.render(guide.in_short)
    text.updated_at = clock.now()
    there = {section.section: section for section in text.sections}
    for position, name in enumerate(SECTIONS):
        source = guide.sections.get(name, "").strip()
        section = there.get(name)
        if not source:
            if section is not None:
                text.sections.remove(section)
            continue
        if section is None:
            section = GuideSection(section=name)
            text.sections.append(section)
        section.position, section.source = position, source
        section.html, section.html_policy = richtext.render(source), richtext.POLICY_VERSION


def add_reference(*, actor: Viewer, topic_id: int, publication: Publication) -> tuple[int, Verdict]:
    """Add a publication to a topic's literature. Returns its id and YES, or a refusal."""
    reference_id, verdict = references.add(topic_id=topic_id, publication=publication)
    if verdict:
        log.append(actor, "reference_added", "topic", topic_id, data={"reference_id": reference_id})
    return reference_id, verdict


def move_topic(*, actor: Viewer, topic_id: int, slug: str) -> Verdict:
    """Give a topic another address; the old one leads to it."""
    verdict = topics.rename_slug(topic_id=topic_id, slug=slug)
    if verdict:
        index_topic(topic_id)
        log.append(actor, "topic_moved", "topic", topic_id)
    return verdict


def index_topic(topic_id: int) -> None:
    """Put a topic into the index: for each of its languages its guide, or its names where there is none."""
    must_be_writing()
    topic = db.session.get_one(Topic, topic_id)
    address = f"/topics/{topic.slug}"
    own, all_names = names_by_language([topic_id]), names_by_language([topic_id, topic.broader_id])
    texts = {text.language: text for text in queries.texts_of(topic_id)}
    for name in db.session.scalars(select(TopicText).where(TopicText.topic_id == topic_id)).all():
        called, synonyms = (_called(names, name.language) for names in (own, all_names))
        text = texts.get(name.language)
        if text is None:
            search.index(
                "topic",
                name.id,
                language=name.language,
                title=name.name,
                text=called,
                synonyms=synonyms,
                address=address,
            )
            continue
        search.remove("topic", name.id)
        words = "\n\n".join(richtext.plain(made) for made in (text.in_short_html, *(one.html for one in text.sections)))
        search.index(
            "guide", text.id, language=text.language, title=name.name, text=citations.without(words), synonyms=synonyms,
            address=address, written_at=text.updated_at,
        )  # fmt: skip


def _called(names: Mapping[str, list[str]], language: str) -> str:
    """The names of a language and of none in particular, each once."""
    return ", ".join(dict.fromkeys([*names.get(language, []), *names.get("und", [])]))
