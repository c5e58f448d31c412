"""A story that can be read for the first time is told to whoever follows one of its topics, or its author where she
signed it with her name; never to the author herself, nor to who has muted either."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from forum.accounts.viewer import Viewer
from forum.contributions import follows
from forum.contributions.follows import token_of
from forum.contributions.models import Contribution, Follow, contribution_topics
from forum.contributions.queries import ids_in, owner_id, topic_ids, visible_to
from forum.core import clock, outbox
from forum.core.db import db
from forum.core.languages import in_language
from forum.core.outbox import enqueue
from forum.core.unit_of_work import must_be_writing
from forum.discussions.words import noted
from forum.moderation import caring
from forum.notifications import actions as notifications
from forum.notifications import mutes
from forum.notifications.models import Notification
from forum.notifications.notices import Notice, Told
from forum.notifications.queries import Recipient
from forum.stories.models import Story

JOB, ABOUT = "stories.tell", "newstory"
LOT = 200  # followers told in one transaction
JUST_NOW = timedelta(minutes=1)  # a story that comes back has been told of already


def appeared(story: Story) -> None:
    """Readers can see a story: where it is for the first time, the worker tells of it. Of translations nobody is."""
    must_be_writing()
    is_first = story.published_at is not None and clock.now() - story.published_at < JUST_NOW
    if is_first and story.translation_of_id is None:
        enqueue(JOB, {"story_id": story.id, "after": 0}, dedupe_key=f"tell-story:{story.id}:0")


@outbox.handler(JOB)
def _tell_lot(payload: outbox.Payload) -> None:
    tell(payload["story_id"], payload["after"])


def tell(story_id: int, after: int = 0) -> None:
    """Tell the next lot of followers, those after the member `after`. Done twice it tells nobody twice."""
    must_be_writing()
    story = db.session.get(Story, story_id)
    if story is None or story.status != "published" or story.audience == "participants" or not story.is_listed:
        return
    topics = _topics([story_id])[story_id]
    writer = owner_id(story)
    found = follows.followers(
        after,
        LOT + 1,
        but=[writer] if writer is not None else [],
        topics=topics,
        author_id=story.author_id,
        muted=mutes.criterion(follows.FOLLOWER, author_id=story.author_id, topic_ids=topics),
    )
    told = [Recipient(member_id=key) for key in found[:LOT]]
    notifications.notify_all(told, "story", key=f"{ABOUT}:{story_id}", contribution_id=story_id)
    if len(found) > LOT:
        last = found[LOT - 1]
        enqueue(JOB, {"story_id": story_id, "after": last}, dedupe_key=f"tell-story:{story_id}:{last}")


def _topics(ids: Sequence[int | None]) -> defaultdict[int, frozenset[int]]:
    table, found = contribution_topics.c, defaultdict[int, frozenset[int]](frozenset)
    rows = select(table.contribution_id, table.topic_id).where(table.contribution_id.in_(ids))
    for key, topic in db.session.execute(rows):
        found[key] |= {topic}
    return found


# How it reads


def _say(viewer: Viewer, rows: Sequence[Notification], language: str) -> dict[int, Told]:
    """What each says now, of those that `viewer` may read. One query."""
    ids = [row.contribution_id for row in rows]
    found = select(Story, topic_ids(Contribution.id), caring.is_raised(Contribution.id)).where(
        Story.id.in_(ids), visible_to(viewer)
    )
    stories = {
        story.id: (story, ids_in(topics), is_raised)
        for story, topics, is_raised in db.session.execute(found.options(joinedload(Story.author)))
    }
    with in_language(language):
        return {
            row.id: _told(*stories[row.contribution_id], language) for row in rows if row.contribution_id in stories
        }


def _told(story: Story, topics: frozenset[int], is_raised: bool, language: str) -> Told:
    name = story.author.display_name if story.author is not None else story.byline
    line = _("%(name)s published a story.", name=name) if name else _("Somebody published a story.")
    return Told(
        line=str(line),
        address=f"/{language}/stories/{story.id}",
        place=story.title,
        excerpt="" if story.content_notes or is_raised else story.teaser,
        notes=noted(story.content_notes),
        language=story.language,
        author_id=story.author_id,
        topic_ids=topics,
    )


def _ending(notification: Notification, member_id: int) -> str | None:
    """What ends just this: her follow of the author, else of one of the topics."""
    story = db.session.get(Story, notification.contribution_id)
    if story is None:
        return None
    for reason in (Follow.followed_id == story.author_id, Follow.topic_id.in_(_topics([story.id])[story.id])):
        hers = select(Follow).where(Follow.member_id == member_id, Follow.ended_at.is_(None), reason)
        row = db.session.scalar(hers.order_by(Follow.id).limit(1))
        if row is not None:
            return token_of(row)
    return None


NOTICE = Notice(
    kind="story",
    label=_l("A story that you follow goes on"),
    subject=_l("Something new from somebody you follow"),
    tell=_say,
    ending=_ending,
    about=ABOUT,
)
