"""What the people of the demo have read: all but the newest to Alice, who follows a discussion that went on since."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from forum.accounts.models import Member
from forum.contributions.models import Follow
from forum.core import tokens
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.discussions.models import Board, BoardRead, Thread

READ_UNTIL = {
    "alice": datetime(2026, 11, 19, 8, tzinfo=UTC), "bob": datetime(2026, 11, 18, 20, tzinfo=UTC),
    "sam": datetime(2026, 11, 20, 7, tzinfo=UTC), "mona": datetime(2026, 11, 20, 21, tzinfo=UTC),
    "cora": datetime(2026, 11, 20, 21, tzinfo=UTC), "ada": datetime(2026, 11, 20, 21, tzinfo=UTC),
}  # fmt: skip
FOLLOWED = "One small thing that works, in a line or two"


def mark(members: Mapping[str, Member], boards: Mapping[str, Board], threads: Mapping[str, Thread]) -> None:
    """Let them have read the boards until their day. Nia, who is new, has read nothing yet."""
    must_be_writing()
    for key, moment in READ_UNTIL.items():
        db.session.add_all(
            BoardRead(member_id=members[key].id, board_id=board.id, read_until=moment) for board in boards.values()
        )
    db.session.add(
        Follow(
            member_id=members["alice"].id, thread_id=threads[FOLLOWED].id, nonce=tokens.new_nonce(),
            made_at=threads[FOLLOWED].started_at,
        )
    )  # fmt: skip
    db.session.flush()
