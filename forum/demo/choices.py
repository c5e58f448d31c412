"""What the demo's authors chose: further uses of their stories, wishes, and a story that rests before it is read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Any

import yaml

from forum.accounts.models import Member
from forum.contributions import cooling, wording
from forum.contributions.models import Wish
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.demo.content import FOLDER
from forum.demo.stories import READING, consent
from forum.demo.writing import put_down, topics_by_slug
from forum.stories.actions import ADMIT
from forum.stories.models import Story


@lru_cache(maxsize=1)
def content() -> dict[str, Any]:
    """The file as it stands."""
    found: dict[str, Any] = yaml.safe_load((FOLDER / "choices.yaml").read_text("utf-8"))
    return found


def make_choices(stories: Mapping[str, Story], members: Mapping[str, Member]) -> None:
    """Let the authors of the published stories have chosen what the file says, and one story rest."""
    must_be_writing()
    for key, keys in content()["uses"].items():
        story = stories[key]
        consent(story, wording.chosen(keys, story.language), story.created_at)
    for key, wish in content()["wishes"].items():
        story = stories[key]
        db.session.add(
            Wish(
                contribution_id=story.id, if_unreachable=wish["if_unreachable"], deputy=wish["deputy"].strip(),
                changed_at=story.created_at,
            )
        )  # fmt: skip
    _resting(content()["resting"], members)
    db.session.flush()


def _resting(entry: dict[str, Any], members: Mapping[str, Member]) -> None:
    facts = {name: entry[name] for name in ("condition_words", "relation", "country", "region")}
    story = Story(
        language=entry["language"], created_at=clock.now() - READING, topics=topics_by_slug(entry["topics"]), **facts
    )
    put_down(
        story, member_id=members[entry["author"]].id, source=entry["text"].strip(), title=entry["title"],
        teaser=entry["teaser"],
    )  # fmt: skip
    consent(story, [("site", None)], clock.now() - timedelta(hours=1))
    cooling.send_later(story, entry["hours"], job=ADMIT)
