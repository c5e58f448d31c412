"""What became of a post in the demo: it mentions somebody, was changed once, and carries a drawing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from forum.accounts.models import Member
from forum.contributions import actions as contributions
from forum.contributions import mentions
from forum.core import richtext
from forum.core.unit_of_work import must_be_writing
from forum.demo import content, photos
from forum.demo.photos import Picture
from forum.demo.threads import new_post, place_under
from forum.demo.writing import publish_on, put_down
from forum.discussions.actions import path_below, recount
from forum.discussions.models import Board, Thread
from forum.discussions.sending import TEASER

THREAD = "Jar openers that need no grip"
WRITER, ASKED, PICTURE = "alice", "bob", "jar-opener.png"
BEFORE = "{name}, you asked how the one under the shelf goes. I drew it: the lid goes in, one palm turns the jar."
AFTER = (
    "{name}, you asked how the one under the shelf goes. I drew it: the lid goes into the narrow end, and both palms "
    "turn the jar. My first try said one palm; that was a bad morning to write about jars."
)
LATER = timedelta(days=1)


def add(
    members: Mapping[str, Member],
    boards: Mapping[str, Board],
    made: Mapping[str, Thread],
    pictures: Mapping[str, Picture],
) -> None:
    """Let Alice answer once more in a discussion, with all of that."""
    must_be_writing()
    thread, writer = made[THREAD], members[WRITER]
    board = next(board for board in boards.values() if board.id == thread.board_id)
    name = mentions.form(members[ASKED].display_name, members[ASKED].id)
    written_at = thread.bumped_at + LATER
    post = new_post(board, written_at=written_at, language="en")
    place_under(post, thread, None)
    revision = put_down(post, member_id=writer.id, source=BEFORE.format(name=name))
    post.path = path_below("", post.id)
    publish_on(post, revision, written_at)
    changed = contributions.add_revision(post, source=AFTER.format(name=name))
    changed.teaser = richtext.excerpt(changed.html, TEASER)
    changed.made_at = changed.shown_at = post.updated_at = written_at + timedelta(minutes=40)
    contributions.show(post, changed)
    contributions.reindex(post)
    drawn = next(file for file in content.photos() if file.name == PICTURE)
    on_it = replace(drawn, caption="How the jar goes in", shown_at=written_at + LATER, topics=())
    photos.hang_one(on_it, writer.id, post, pictures[PICTURE])
    recount(thread.id)
