"""What each restriction leaves a member, in every rule that asks; and what her own pages say of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from forum.accounts import policy as accounts
from forum.accounts.models import Member
from forum.accounts.queries import viewer_of
from forum.accounts.viewer import Viewer
from forum.contributions import policy as contributions
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.discussions import policy as discussions
from forum.guides import policy as guides
from forum.helplines import policy as helplines
from forum.messages import policy as messages
from forum.moderation import closed_views, policy, review_policy
from forum.photos import policy as photos
from forum.site import policy as site
from forum.stories import claim_policy, told_policy
from forum.stories import policy as stories
from tests.cast import Cast
from tests.moderation.conftest import Make, fresh, thing

FREE = Viewer(id=7, standing="established", roles=frozenset({"admin"}))
BY_RESTRICTION = {
    None: FREE,
    "limited": replace(FREE, restriction="limited", left_today=2),
    "used up": replace(FREE, restriction="limited", left_today=0),
    "silenced": replace(FREE, restriction="silenced"),
    "banned": replace(FREE, restriction="banned"),
}
THREAD: Any = SimpleNamespace(is_archived=False, is_locked=False, status="published", allows_anonymous=True)
BOARD: Any = SimpleNamespace(is_archived=False, who_may_start="members")
THING: Any = SimpleNamespace(status="published", title="T", source="S", translator_id=None, published_at=None)
DRAFT: Any = SimpleNamespace(status="draft", title="T", source="S", translator_id=None, published_at=None)
WITHDRAWN: Any = SimpleNamespace(status="withdrawn")
PHOTO: Any = SimpleNamespace(status="draft", state="ready")
BETWEEN: Any = SimpleNamespace(accepts=True, name="B", has_blocked=False, takes=True)
TALK = review_policy.Talk("changes_asked")
MATTER = policy.Matter("published")
ALL, WRITES, SENDS, READS, FREE_ONLY = (
    {None, "limited", "used up", "silenced", "banned"},
    {None, "limited", "used up"},
    {None, "limited"},
    {None, "limited", "used up", "silenced"},
    {None},
)
# What a rule asks, and whom it leaves it to. Whoever has a role does its work only while nothing holds against her.
TABLE: dict[str, tuple[Callable[[Viewer], Any], set[Any]]] = {
    "her own pages": (accounts.can_have_pages, ALL),
    "taking back": (lambda viewer: contributions.can_withdraw(viewer, THING, True), ALL),
    "covering a photo": (lambda viewer: photos.can_cover(viewer, PHOTO, True), ALL),
    "discarding a draft": (lambda viewer: stories.can_discard(viewer, DRAFT, True), ALL),
    "reporting": (lambda viewer: policy.can_report(viewer, False), ALL),
    "answering the moderators": (lambda viewer: review_policy.can_answer(viewer, True, TALK), READS),
    "writing at all": (contributions.can_write, WRITES),
    "changing her words": (lambda viewer: contributions.can_edit(viewer, THING, True), WRITES),
    "bringing back": (lambda viewer: contributions.can_bring_back(viewer, WITHDRAWN, True), WRITES),
    "taking suggested words": (lambda viewer: review_policy.can_take(viewer, True, TALK), WRITES),
    "beginning a story": (stories.can_write, WRITES),
    "offering a photo": (photos.can_offer, WRITES),
    "one more": (contributions.can_send_another, SENDS),
    "starting a discussion": (lambda viewer: discussions.can_start(viewer, BOARD), SENDS),
    "answering": (lambda viewer: discussions.can_reply(viewer, THREAD), SENDS),
    "sending a story": (lambda viewer: stories.can_send(viewer, DRAFT, True), SENDS),
    "private messages": (lambda viewer: messages.can_write(viewer, BETWEEN), FREE_ONLY),
    "the desk": (policy.can_work, FREE_ONLY),
    "judging": (lambda viewer: policy.can_judge(viewer, MATTER), FREE_ONLY),
    "guides": (guides.can_write_guides, FREE_ONLY),
    "lines": (helplines.can_keep_lines, FREE_ONLY),
    "claims": (claim_policy.can_answer, FREE_ONLY),
    "told stories": (told_policy.can_write_down, FREE_ONLY),
    "the panel": (site.can_administer, FREE_ONLY),
}  # fmt: skip


@pytest.mark.parametrize("what", TABLE)
def test_what_each_restriction_leaves(what: str) -> None:
    rule, whom = TABLE[what]
    assert {name for name, viewer in BY_RESTRICTION.items() if rule(viewer)} == whom


def test_a_restriction_ends_by_itself() -> None:
    over = replace(FREE, restriction="banned", restricted_until=clock.now() - timedelta(seconds=1))
    assert contributions.can_write(over)
    assert accounts.restriction_in_words(over) == ""


def restrict(cast: Cast, name: str, restriction: str, days: int | None = 3) -> None:
    """Restrict one of the cast as a moderator's decision would."""
    until = clock.now() + timedelta(days=days) if days is not None else None
    with write():
        db.session.execute(
            update(Member).where(Member.id == cast[name].id).values(restriction=restriction, restricted_until=until)
        )


def test_who_is_limited_is_read_first_and_sends_a_few_a_day(cast: Cast, make_post: Make, app: Flask) -> None:
    key = make_post()
    thread = thing(key).thread_id  # type: ignore[attr-defined]
    restrict(cast, "bob", "limited")
    path = f"/en/threads/{thread}/replies"
    for number in range(app.extensions["settings"].limited_a_day):
        assert cast.bob.browser.post(path, data={"source": f"Answer {number}."}).status_code == 303
    viewer = viewer_of(fresh(Member, cast.bob.id))
    assert viewer.left_today == 0
    late = cast.bob.browser.post(path, data={"source": "One too many, and it is a long one. " * 5})
    assert late.status_code == 429
    assert "One too many," in late.text
    assert "Answer 0." not in cast.alice.browser.get(f"/en/threads/{thread}").text, "a moderator reads it first"
    page = cast.bob.browser.get("/en/me").text
    assert "A moderator reads what you send before others see it, until" in page


def test_whose_account_is_closed_reads_why_and_no_more(cast: Cast, make_post: Make) -> None:
    key = make_post(cast.bob)
    restrict(cast, "bob", "banned")
    bob = cast.bob.browser
    away = bob.get("/en/discussions")
    assert (away.status_code, away.headers["Location"]) == (303, "/en/me/closed")
    page = bob.get("/en/me/closed")
    assert page.status_code == 200
    assert "Your account is closed until" in page.text
    assert page.headers["Cache-Control"] == "no-store" or "private" in page.headers["Cache-Control"]
    kept = bob.post(
        f"/en/threads/{thing(key).thread_id}/replies", data={"source": "Let me in, I only wanted to answer. " * 5}
    )  # type: ignore[attr-defined]
    assert kept.status_code == 403
    assert "Let me in," in kept.text
    for path in ("/en/help", "/en/me/letters", "/en/guidelines", "/en/trust", "/en/me/contributions"):
        assert bob.get(path).status_code == 200, path
    assert bob.post(f"/en/posts/{key}/withdrawal").status_code == 303
    assert thing(key).status == "withdrawn"
    assert cast.alice.browser.get("/en/me/closed").status_code == 303
    assert cast.visitor.browser.get("/en/me/closed").status_code == 303
    restrict(cast, "bob", "banned", days=-1)
    assert bob.get("/en/discussions").status_code == 200


def test_what_stays_open_exists(app: Flask) -> None:
    assert set(app.view_functions) >= closed_views.OPEN
