"""Everything the site knows about a topic, gathered for one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from flask_babel import gettext as _
from markupsafe import Markup

from forum.accounts.viewer import Viewer
from forum.core import richtext
from forum.discussions.queries import threads_about
from forum.discussions.rows import ThreadLine
from forum.guides import citations, queries
from forum.guides.models import GuideText
from forum.helplines.queries import lines_about_illness
from forum.helplines.rows import Line
from forum.photos.models import Photo
from forum.photos.queries import photos_about
from forum.references import queries as references
from forum.references.rows import Cited
from forum.stories.models import Story
from forum.stories.queries import stories_about
from forum.topics.models import Topic, TopicCode
from forum.topics.queries import Neighbours, TopicName, neighbours

STORIES, PHOTOS, THREADS, LINES = 6, 3, 5, 2


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a guide as it is read."""

    name: str
    html: Markup


@dataclass(frozen=True, slots=True)
class StoryAbout:
    """A story, and the narrower topic through which it stands here, if it isn't about the topic itself."""

    story: Story
    through: TopicName | None


@dataclass(frozen=True, slots=True)
class TopicPage:
    """What stands on a topic's page. `text` is None while nobody has written one; it may be in another language."""

    topic: TopicName
    also: list[str]
    codes: list[TopicCode]
    around: Neighbours
    text: GuideText | None
    references: list[Cited]
    stories: list[StoryAbout]
    photos: Sequence[Photo]
    threads: list[ThreadLine]
    lines: list[Line]
    now: datetime
    in_short: Markup | None = None
    sections: list[Section] = field(default_factory=list)


def topic_page(topic: Topic, viewer: Viewer, language: str, country: str | None, now: datetime) -> TopicPage:
    """The page of a topic (read with its texts, synonyms and codes) for `viewer` in `language`. Eleven queries."""
    around = neighbours(topic.id, language)
    name = around.names[topic.id]
    text = queries.text_for(topic.id, language)
    sources = [text.in_short, *(section.source for section in text.sections)] if text else []
    listed = citations.numbered(references.for_topic([topic.id], language), sources)
    stories = stories_about(around.family, viewer, STORIES)
    page = TopicPage(
        topic=name,
        also=_also(topic, name.name, language),
        codes=sorted(topic.codes, key=lambda code: (code.system, code.code)),
        around=around,
        text=text,
        references=listed,
        stories=[StoryAbout(story, _through(story, around)) for story in stories],
        photos=photos_about(around.family, viewer, PHOTOS),
        threads=threads_about(around.family, viewer, THREADS),
        lines=lines_about_illness(now, country, LINES),
        now=now,
    )
    return page if text is None else _with_text(page, text)


def _with_text(page: TopicPage, text: GuideText) -> TopicPage:
    """The page with the text's markers made into links to its own list of references."""
    cited = {
        reference.id: (number, _("Reference %(number)s", number=number))
        for number, reference in enumerate(page.references, 1)
    }
    return replace(
        page,
        in_short=richtext.with_citations(text.in_short_html, cited),
        sections=[Section(one.section, richtext.with_citations(one.html, cited)) for one in text.sections],
    )


def _also(topic: Topic, name: str, language: str) -> list[str]:
    """Other names of a topic in `language` or in none in particular."""
    found = [synonym for synonym in topic.synonyms if synonym.language in (language, "und")]
    return [one.name for one in sorted(found, key=lambda one: one.id) if one.name != name]


def _through(story: Story, around: Neighbours) -> TopicName | None:
    about = {topic.id for topic in story.topics}
    own, *narrower = around.family
    if own in about:
        return None
    return next((around.names[key] for key in narrower if key in about and key in around.names), None)


@dataclass(slots=True)
class Branch:
    """A topic of the index, with the narrower topics below it and whether there is a text about it."""

    topic: TopicName
    has_text: bool
    below: list[Branch] = field(default_factory=list)


def tree(topics: Sequence[TopicName], written: set[int]) -> list[Branch]:
    """Topics as a tree: each below the one it is a kind of, where that stands in the same list."""
    branches = {topic.id: Branch(topic, topic.id in written) for topic in topics}
    roots = []
    for topic in topics:
        above = branches.get(topic.broader_id) if topic.broader_id else None
        if above is None or _is_below(above.topic, topic.id, branches):
            roots.append(branches[topic.id])
        else:
            above.below.append(branches[topic.id])
    return roots


def _is_below(topic: TopicName, topic_id: int, branches: dict[int, Branch]) -> bool:
    """Whether going up from `topic` leads to `topic_id`: a circle, which would hide both."""
    seen: set[int] = set()
    here: TopicName | None = topic
    while here is not None and here.id not in seen:
        if here.id == topic_id:
            return True
        seen.add(here.id)
        branch = branches.get(here.broader_id) if here.broader_id else None
        here = branch.topic if branch else None
    return False
