"""Building the demo: people, boards, stories, discussions, guides and a desk, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, select

from forum.core.db import db
from forum.core.public_state import set_has_examples
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.demo import (
    acted,
    afterwards,
    appeals,
    below,
    care,
    choices,
    content,
    desk,
    elsewhere,
    guides,
    messages,
    noticed,
    people,
    photos,
    reading,
    records,
    reports,
    stories,
    taps,
    threads,
)
from forum.demo.photos import Picture
from forum.demo.queries import has_examples
from forum.moderation import promises
from forum.topics.models import Topic

BUILT = _l("The examples are here already. Remove them first: flask demo remove")
UNPREPARED = _l("The vocabulary is empty. Load it first: flask prepare")


def build(pictures: Mapping[str, Picture] | None = None) -> Verdict:
    """Make the demo from its content. Refused where examples are, or where the vocabulary is not loaded.

    pictures: as `photos.make_pictures` made them before the transaction; None makes them here.
    """
    must_be_writing()
    if has_examples():
        return no(BUILT, 409)
    if not db.session.scalar(select(exists().where(Topic.id.is_not(None)))):
        return no(UNPREPARED, 409)
    members = people.make_members(
        [*content.members(), *content.desk()["members"], *content.noticed()["members"], *below.members()]
    )
    boards = people.make_boards()
    told = stories.make_stories(members)
    below.add(members, told)
    choices.make_choices(told, members)
    made = threads.make_threads(members, boards)
    reading.mark(members, boards, made)
    messages.exchange(members)
    guides.make_guides()
    pictures = photos.make_pictures() if pictures is None else pictures
    photos.hang(members, told, pictures)
    afterwards.add(members, boards, made, pictures)
    taps.give(members, made)
    desk.lay_out(members, boards, made)
    acted.act(members, made)
    appeals.ask(members)
    noticed.send(members, boards)
    reports.make_reports(members, made)
    care.notice(members, made)
    records.keep(members)
    elsewhere.bring(members)
    promises.set_again()  # the cases were set back to when they came
    set_has_examples(True)
    return YES
