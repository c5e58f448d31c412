"""A story that is new is told to who follows its author's name or a topic of it: once, and through no seal."""

from __future__ import annotations

from sqlalchemy import insert, select, update

from forum.contributions import actions as contributions
from forum.contributions import follows
from forum.contributions.models import Contribution, contribution_topics
from forum.core import worker
from forum.core.db import db
from forum.core.unit_of_work import end_reading, write
from forum.moderation.models import Signal
from forum.notifications import mutes
from forum.notifications.models import Notification
from forum.stories import telling
from forum.topics.actions import load_defaults as load_topics
from forum.topics.models import Topic
from tests.cast import Cast, Person
from tests.stories.conftest import MakeStory


def told(story_id: int) -> set[int | None]:
    worker.work_all()
    end_reading()
    rows = db.session.scalars(select(Notification).where(Notification.contribution_id == story_id))
    return {row.member_id for row in rows if row.kind == "story"}


def follow(who: Person, what: str, key: int) -> None:
    with write():
        assert follows.follow(actor=who.viewer, what=what, key=key, is_on=True)
    end_reading()


def test_followers_of_its_author_s_name_and_of_a_topic_are_told_once(cast: Cast, make_story: MakeStory) -> None:
    with write():
        load_topics()
    topic = db.session.scalars(select(Topic.id).limit(1)).one()
    for who in (cast.bob, cast.cora):
        follow(who, "member", cast.alice.id)
    for who in (cast.bob, cast.nia, cast.alice, cast.mona):
        follow(who, "topic", topic)
    with write():
        assert mutes.mute(actor=cast.mona.viewer, what="member", key=cast.alice.id, is_on=True)
    signed = make_story()
    assert told(signed) == {cast.bob.id, cast.cora.id}
    (row,) = db.session.scalars(select(Notification).where(Notification.member_id == cast.bob.id)).all()
    said = telling.NOTICE.tell(cast.bob.viewer, [row], "en")[row.id]
    assert (said.line, said.address) == ("Alice published a story.", f"/en/stories/{signed}")
    assert "plum jam" in cast.bob.browser.get(f"/en/stories/{signed}").text
    with write():
        story = db.session.get_one(Contribution, signed)
        story.teaser = "It was plum jam."
        db.session.add(Signal(contribution_id=signed, signal="crisis", made_at=story.created_at))
    assert telling.NOTICE.tell(cast.bob.viewer, [row], "en")[row.id].excerpt == ""
    with write():
        db.session.execute(update(Signal).values(reversed_at=row.made_at))  # it was a false alarm
    assert telling.NOTICE.tell(cast.bob.viewer, [row], "en")[row.id].excerpt == "It was plum jam."
    with write():
        db.session.get_one(Contribution, signed).content_notes = "loss"
    noted = telling.NOTICE.tell(cast.bob.viewer, [row], "en")[row.id]
    assert (noted.excerpt, noted.notes) == ("", "About a death")
    assert telling.NOTICE.ending(row, cast.bob.id) is not None
    assert telling.NOTICE.ending(row, cast.ada.id) is None
    with write():
        assert follows.follow(actor=cast.bob.viewer, what="member", key=cast.alice.id, is_on=False)
    assert telling.NOTICE.ending(row, cast.bob.id) is None, "what has ended is not ended again"
    sealed = make_story(title="Nameless", attribution="anonymous", status="sent")
    with write():
        db.session.execute(insert(contribution_topics), [{"contribution_id": sealed, "topic_id": topic}])
        contributions.publish(db.session.get_one(Contribution, sealed))
    # Not Cora, who follows Alice's name; Mona, who has muted it; not Alice, who wrote it.
    assert told(sealed) == {cast.bob.id, cast.nia.id, cast.mona.id}
    rows = db.session.scalars(select(Notification).where(Notification.contribution_id == sealed)).all()
    lines = {telling.NOTICE.tell(cast.nia.viewer, [one], "en")[one.id].line for one in rows}
    assert lines == {"Somebody published a story."}
    with write():
        contributions.hide(db.session.get_one(Contribution, signed))
    assert telling.NOTICE.tell(cast.bob.viewer, [row], "en") == {}


def test_nobody_is_told_of_a_translation_nor_of_what_went_before_the_worker_came(
    cast: Cast, make_story: MakeStory
) -> None:
    follow(cast.bob, "member", cast.alice.id)
    first = make_story()
    with write():
        contributions.hide(db.session.get_one(Contribution, first))
    assert told(first) == set()
    second = make_story(title="Another")
    assert told(second) == {cast.bob.id}
    assert told(make_story(title="Un altro", language="it", translation_of_id=second)) == set()
