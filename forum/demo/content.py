"""The demo's texts, read from the files in `content/`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from forum.core.partial_date import PartialDate

FOLDER = Path(__file__).parent / "content"
STORY_HOUR = timedelta(hours=9)  # a story's file knows the day only


@dataclass(frozen=True, slots=True)
class StoryFile:
    """One story as its file tells it; `facts` are the columns of `stories` that it fills."""

    key: str
    author: str
    attribution: str
    byline: str | None
    language: str
    title: str
    teaser: str
    source: str
    facts: dict[str, Any]
    topics: tuple[str, ...]
    content_notes: tuple[str, ...]
    published_at: datetime
    translation_of: str | None
    translator: str | None
    updates: tuple[UpdateFile, ...]


@dataclass(frozen=True, slots=True)
class UpdateFile:
    """One later chapter of a story."""

    title: str
    source: str
    dated: PartialDate
    published_at: datetime


@dataclass(frozen=True, slots=True)
class PostFile:
    """One post of a thread. `name` and `answers` are names within its thread, `paper` is the key of a reference."""

    name: str
    author: str
    source: str
    written_at: datetime
    answers: str | None
    language: str
    alias: str | None = None
    basis: str | None = None
    paper: str | None = None


@dataclass(frozen=True, slots=True)
class ThreadFile:
    """One thread with its posts, the opening one first."""

    board: str
    title: str
    language: str
    topics: tuple[str, ...]
    content_notes: tuple[str, ...]
    is_pinned: bool
    is_locked: bool
    posts: tuple[PostFile, ...]


@dataclass(frozen=True, slots=True)
class GuideFile:
    """One guide text in one language; sections in the order of its file."""

    topic: str
    language: str
    author: str
    reviewer: str
    reviewed_on: str | None
    in_short: str
    sections: dict[str, str]


@dataclass(frozen=True, slots=True)
class PhotoFile:
    """One picture: its file, who offers it, the key of the story it is on, and what is said of it."""

    path: Path
    by: str
    on: str | None
    language: str
    caption: str
    description: str
    credit: str
    topics: tuple[str, ...]
    shown_at: datetime

    @property
    def name(self) -> str:
        """The name of its file."""
        return self.path.name


def members() -> list[dict[str, Any]]:
    """The people: key, display_name, language, roles, about, joined, and standing where it isn't the usual one."""
    return _list("members.yaml")


def boards() -> list[dict[str, Any]]:
    """The boards with their words."""
    return _list("boards.yaml")


@lru_cache(maxsize=1)
def noticed() -> dict[str, Any]:
    """What the site held by itself, and who wrote it."""
    found: dict[str, Any] = yaml.safe_load((FOLDER / "noticed.yaml").read_text("utf-8"))
    return found


@lru_cache(maxsize=1)
def care() -> dict[str, Any]:
    """What somebody wrote on a heavy day, and what a reader worries about."""
    found: dict[str, Any] = yaml.safe_load((FOLDER / "care.yaml").read_text("utf-8"))
    return found


@lru_cache(maxsize=1)
def acted() -> dict[str, Any]:
    """What moderators changed in discussions."""
    found: dict[str, Any] = yaml.safe_load((FOLDER / "acted.yaml").read_text("utf-8"))
    return found


def desk() -> dict[str, Any]:
    """What waits on the moderators' desk, and what was decided."""
    found: dict[str, Any] = yaml.safe_load((FOLDER / "desk.yaml").read_text("utf-8"))
    return found


@lru_cache(maxsize=1)
def appeals() -> list[dict[str, Any]]:
    """Who asked for another look at what was decided."""
    found: list[dict[str, Any]] = yaml.safe_load((FOLDER / "appeals.yaml").read_text("utf-8"))
    return found


@lru_cache(maxsize=1)
def reports() -> dict[str, Any]:
    """What readers reported and nobody has decided yet."""
    found: dict[str, Any] = yaml.safe_load((FOLDER / "reports.yaml").read_text("utf-8"))
    return found


@lru_cache(maxsize=1)
def records() -> dict[str, Any]:
    """What the moderators know of some members."""
    found: dict[str, Any] = yaml.safe_load((FOLDER / "records.yaml").read_text("utf-8"))
    return found


def stories() -> list[StoryFile]:
    """All stories, originals before their translations, each group by date."""
    found = [_story(path) for path in sorted((FOLDER / "stories").glob("*.md"))]
    return sorted(found, key=lambda story: (story.translation_of is not None, story.published_at, story.key))


def threads() -> list[ThreadFile]:
    """All threads, the oldest first."""
    found = [_thread(yaml.safe_load(path.read_text("utf-8"))) for path in sorted((FOLDER / "threads").glob("*.yaml"))]
    return sorted(found, key=lambda thread: thread.posts[0].written_at)


def guides() -> list[GuideFile]:
    """All guide texts."""
    return [_guide(path) for path in sorted((FOLDER / "guides").glob("*.md"))]


def photos() -> list[PhotoFile]:
    """All pictures, the oldest first."""
    rows = yaml.safe_load((FOLDER / "photos" / "photos.yaml").read_text("utf-8"))
    found = [
        PhotoFile(
            path=FOLDER / "photos" / row["file"],
            by=row["by"],
            on=row.get("on"),
            language=row["language"],
            caption=row["caption"],
            description=row["description"].strip(),
            credit=row["credit"],
            topics=tuple(row["topics"]),
            shown_at=_day(row["shown"]),
        )
        for row in rows
    ]
    return sorted(found, key=lambda photo: photo.shown_at)


def _list(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((FOLDER / name).read_text("utf-8"))
    return found


def _split(path: Path) -> tuple[dict[str, Any], str]:
    _, head, body = path.read_text("utf-8").split("---\n", 2)
    return yaml.safe_load(head), body.strip()


def _day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) + STORY_HOUR


def _partial(text: str | None) -> PartialDate | None:
    return PartialDate.parse(text) if text else None


def _story(path: Path) -> StoryFile:
    head, body = _split(path)
    return StoryFile(
        key=head["key"],
        author=head["author"],
        attribution=head["attribution"],
        byline=head.get("byline"),
        language=head["language"],
        title=head["title"],
        teaser=head["teaser"],
        source=body,
        facts={
            "condition_words": head["condition_words"],
            "relation": head["relation"],
            "about_whom": head.get("about_whom", "myself" if head["relation"] == "patient" else None),
            "subject_consent": head.get("subject_consent"),
            "of_age_year": head.get("of_age_year"),
            "country": head.get("country"),
            "region": head.get("region", ""),
            "first_symptoms": _partial(head.get("first_symptoms")),
            "diagnosed": _partial(head.get("diagnosed")),
        },
        topics=tuple(head["topics"]),
        content_notes=tuple(head["content_notes"]),
        published_at=_day(head["published"]),
        translation_of=head.get("translation_of"),
        translator=head.get("translator"),
        updates=tuple(
            UpdateFile(one["title"], one["text"].strip(), PartialDate.parse(one["dated"]), _day(one["published"]))
            for one in head.get("updates", ())
        ),
    )


def _thread(raw: dict[str, Any]) -> ThreadFile:
    started = datetime.fromisoformat(raw["started"]).replace(tzinfo=UTC)
    posts = tuple(
        PostFile(
            name=post["id"],
            author=post["by"],
            source=post["text"].strip(),
            written_at=started + timedelta(minutes=post["minutes"]),
            answers=post.get("answers"),
            language=post.get("language", raw["language"]),
            alias=post.get("alias"),
            basis=post.get("basis"),
            paper=post.get("paper"),
        )
        for post in raw["posts"]
    )
    return ThreadFile(
        board=raw["board"],
        title=raw["title"],
        language=raw["language"],
        topics=tuple(raw["topics"]),
        content_notes=tuple(raw["content_notes"]),
        is_pinned=raw["is_pinned"],
        is_locked=raw["is_locked"],
        posts=posts,
    )


def _guide(path: Path) -> GuideFile:
    head, body = _split(path)
    sections: dict[str, str] = {}
    for part in body.split("## ")[1:]:
        name, _, text = part.partition("\n")
        sections[name.strip()] = text.strip()
    return GuideFile(
        topic=head["topic"],
        language=head["language"],
        author=head["author"],
        reviewer=head["reviewer"],
        reviewed_on=head.get("reviewed_on"),
        in_short=head["in_short"].strip(),
        sections=sections,
    )
