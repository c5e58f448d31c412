"""What a test does below a story: write a chapter or an afterword, have it approved, read the post."""

from __future__ import annotations

import re
from typing import Any

import time_machine
from sqlalchemy import select

from forum.contributions.models import Contribution
from forum.core import clock
from forum.core.db import db
from forum.moderation import policy
from forum.moderation.models import Case
from forum.stories.models import StoryUpdate
from tests.accounts.post import delivered
from tests.cast import Cast, Person

WORDS = {"title": "Three years on", "source": "The jar lid turns now.", "dated": "2024-05"}
LINES = {
    "title": "", "source": "She kept the lid.", "dated": "2024", "relation": "child", "attribution": "member",
}  # fmt: skip


def number_in(address: str) -> int:
    found = re.search(r"/(?:chapters|translations)/(\d+)", address)
    assert found, address
    return int(found[1])


def begin_chapter(who: Person, story_id: int) -> int:
    answer = who.browser.post(f"/en/stories/{story_id}/chapters")
    assert answer.status_code == 303, answer.text
    return number_in(answer.headers["Location"])


def begin_afterword(who: Person, story_id: int, **more: object) -> int:
    answer = who.browser.post(f"/en/stories/{story_id}/afterwords", data={"relation": "child"} | more)
    assert answer.status_code == 303, answer.text
    return number_in(answer.headers["Location"])


def keep(who: Person, chapter_id: int, **more: object) -> Any:
    fields = WORDS | {"version": version_of(chapter_id)} | more
    return who.browser.post(f"/en/chapters/{chapter_id}/draft", data=fields)


def send(who: Person, chapter_id: int) -> Any:
    return who.browser.post(f"/en/chapters/{chapter_id}/sending", data={"consent": "site"})


def written_chapter(who: Person, story_id: int, **more: object) -> int:
    """A chapter that was sent and waits."""
    key = begin_chapter(who, story_id)
    assert keep(who, key, **more).status_code == 303
    assert send(who, key).status_code == 303
    assert status_of(key) == "pending"
    return key


def written_afterword(who: Person, story_id: int, **more: object) -> int:
    """An afterword that was sent and waits."""
    key = begin_afterword(who, story_id)
    assert keep(who, key, **(LINES | more)).status_code == 303
    assert send(who, key).status_code == 303
    assert status_of(key) == "pending"
    return key


def decide(cast: Cast, key: int, decision: str = "approve") -> Any:
    """Mona decides the open case of a contribution."""
    db.session.rollback()
    case = db.session.scalars(select(Case).where(Case.contribution_id == key, Case.closed_at.is_(None))).one()
    fields = {"decision": decision, "version": case.version}
    answer = cast.mona.browser.post(f"/en/moderation/cases/{case.id}/decisions", data=fields)
    db.session.rollback()
    return answer


def approve(cast: Cast, key: int) -> None:
    answer = decide(cast, key)
    assert answer.status_code == 303, answer.text
    assert status_of(key) == "published"


def version_of(key: int) -> int:
    db.session.rollback()
    return db.session.scalars(select(Contribution.version).where(Contribution.id == key)).one()


def status_of(key: int) -> str:
    db.session.rollback()
    return db.session.scalars(select(Contribution.status).where(Contribution.id == key)).one()


def chapter(key: int) -> StoryUpdate:
    db.session.rollback()
    return db.session.get_one(StoryUpdate, key)


def subjects(to: str) -> list[str]:
    """The subjects of the mails that somebody gets, when what was decided can't be a wrong key any more."""
    with time_machine.travel(clock.now() + policy.SLIP, tick=False):
        return [one.subject for one in delivered() if to in one.to]
