"""Rules as a table: who, where things stand, the sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from forum.accounts.viewer import VISITOR, Viewer
from forum.contributions import policy as contributions
from forum.contributions.models import Contribution
from forum.core import clock
from forum.discussions import policy
from forum.discussions.rows import BoardRow, ThreadRow

BOB = Viewer(id=2, display_name="Bob", standing="established")
SAM = replace(BOB, restriction="silenced", restricted_until=clock.now() + timedelta(days=2))
FREE_AGAIN = replace(BOB, restriction="silenced", restricted_until=clock.now() - timedelta(days=2))
MONA = replace(BOB, roles=frozenset({"moderator"}))
ADA = replace(BOB, roles=frozenset({"admin"}))
BOARD = BoardRow(1, "hands", 0, "everyone", "everyone", False, False, False)
THREAD = ThreadRow(
    id=1,
    board_id=1,
    board_slug="hands",
    board_name="Hands",
    about_id=None,
    opening_id=1,
    title="T",
    status="published",
    audience="everyone",
    language="en",
    content_notes="",
    allows_anonymous=False,
    is_reviewed_first=False,
    is_archived=False,
    is_pinned=False,
    is_locked=False,
    bumped_at=clock.now(),
    post_count=1,
)


def told(verdict: Any) -> Any:
    return True if verdict else verdict.reason


@pytest.mark.parametrize(
    ("viewer", "change", "expected"),
    [
        (BOB, {}, True),
        (FREE_AGAIN, {}, True),
        (VISITOR, {}, contributions.SIGN_IN),
        (BOB, {"is_archived": True}, policy.ARCHIVED),
        (ADA, {"is_archived": True}, policy.ARCHIVED),
        (MONA, {"who_may_start": "moderators"}, True),
        (VISITOR, {"who_may_start": "moderators"}, contributions.SIGN_IN),
    ],
)
def test_who_may_start(viewer: Viewer, change: dict[str, Any], expected: Any) -> None:
    assert told(policy.can_start(viewer, replace(BOARD, **change))) == expected


def test_members_do_not_start_where_moderators_do() -> None:
    assert policy.can_start(BOB, replace(BOARD, who_may_start="moderators")).status == 403


@pytest.mark.parametrize(
    ("viewer", "change", "expected"),
    [
        (BOB, {}, True),
        (VISITOR, {}, contributions.SIGN_IN),
        (BOB, {"is_locked": True}, policy.LOCKED),
        (VISITOR, {"is_locked": True}, policy.LOCKED),
        (MONA, {"is_locked": True}, True),
        (MONA, {"is_archived": True}, policy.ARCHIVED),
        (BOB, {"status": "pending"}, policy.NOT_SEEN_YET),
        (BOB, {"status": "declined"}, policy.NOT_SEEN_YET),
        (BOB, {"status": "hidden", "title": None}, True),
        (BOB, {"status": "erased", "title": None}, True),
    ],
)
def test_who_may_answer(viewer: Viewer, change: dict[str, Any], expected: Any) -> None:
    assert told(policy.can_reply(viewer, replace(THREAD, **change))) == expected


def test_the_silenced_may_do_neither(app: Any) -> None:
    for verdict in (policy.can_start(SAM, BOARD), policy.can_reply(SAM, THREAD)):
        assert verdict.status == 403
        assert "not write" in str(verdict.reason)


@pytest.mark.parametrize(
    ("thread_id", "status", "expected"),
    [
        (1, "published", True),
        (2, "published", policy.ELSEWHERE),
        (None, None, policy.ELSEWHERE),
        (1, "hidden", policy.GONE_ANSWERED),
        (1, "withdrawn", policy.GONE_ANSWERED),
        (1, "erased", policy.GONE_ANSWERED),
        (1, "pending", policy.NOT_SEEN_YET),
        (1, "declined", policy.NOT_SEEN_YET),
    ],
)
def test_what_may_be_answered(thread_id: int | None, status: str | None, expected: Any) -> None:
    assert told(policy.can_answer(1, thread_id, status)) == expected


@pytest.mark.parametrize(
    ("attribution", "allows", "is_allowed"),
    [("member", False, True), ("anonymous", True, True), ("anonymous", False, False), ("pseudonym", True, False)],
)
def test_how_it_may_be_signed(attribution: str, allows: bool, is_allowed: bool) -> None:
    for place in (replace(BOARD, allows_anonymous=allows), replace(THREAD, allows_anonymous=allows)):
        assert bool(policy.can_sign(place, attribution)) is is_allowed


@pytest.mark.parametrize(
    ("viewer", "status", "is_owner", "change", "status_code"),
    [
        (BOB, "published", True, {}, None),
        (BOB, "pending", True, {}, None),
        (BOB, "published", False, {}, 403),
        (MONA, "published", False, {}, 403),
        (BOB, "hidden", True, {}, 409),
        (BOB, "withdrawn", True, {}, 409),
        (BOB, "published", True, {"is_locked": True}, 403),
        (MONA, "published", True, {"is_locked": True}, None),
        (BOB, "published", True, {"is_archived": True}, 403),
    ],
)
def test_who_may_edit(
    viewer: Viewer, status: str, is_owner: bool, change: dict[str, Any], status_code: int | None
) -> None:
    verdict = policy.can_edit(viewer, Contribution(status=status), is_owner, replace(THREAD, **change))
    assert (None if verdict else verdict.status) == status_code


@pytest.mark.parametrize(
    ("viewer", "moderates", "manages"),
    [(VISITOR, 401, 401), (BOB, 403, 403), (MONA, None, 403), (ADA, None, None)],
)
def test_who_keeps_order(viewer: Viewer, moderates: int | None, manages: int | None) -> None:
    for verdict, expected in ((policy.can_moderate(viewer), moderates), (policy.can_manage_boards(viewer), manages)):
        assert (None if verdict else verdict.status) == expected
