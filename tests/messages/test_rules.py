"""Who may write to whom: every rule with every member and every state, without a database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from forum.accounts.viewer import VISITOR, Viewer
from forum.core import clock
from forum.messages import policy
from forum.messages.rows import Between, ConversationRow

FREE = Between(7, "Bob", takes=True, accepts=True)
MOST = 5
WRITERS = {
    "visitor": VISITOR,
    "new": Viewer(id=1, standing="new"),
    "established": Viewer(id=1, standing="established"),
    "trusted": Viewer(id=1, standing="trusted"),
    "new moderator": Viewer(id=1, standing="new", roles=frozenset({"moderator"})),
    "silenced": Viewer(id=1, standing="trusted", restriction="silenced"),
    "banned": Viewer(id=1, standing="trusted", restriction="banned"),
    "silenced moderator": Viewer(id=1, roles=frozenset({"moderator"}), restriction="silenced"),
}
MAY = {"established", "trusted", "new moderator"}
STATES = {
    "free": FREE,
    "takes none": replace(FREE, takes=False),
    "accepts none": replace(FREE, accepts=False),
    "has blocked": replace(FREE, has_blocked=True),
    "has blocked and is blocked": replace(FREE, has_blocked=True, takes=False),
    "gone": replace(FREE, name="", takes=False),
    "a professional": replace(FREE, is_professional=True),
    "the most begun": replace(FREE, begun=MOST),
}
MAY_BEGIN, MAY_SEND = {"free"}, {"free", "a professional", "the most begun"}


def conversation(*, is_begun_by_her: bool, is_answered: bool) -> ConversationRow:
    return ConversationRow(3, 7, "Bob", is_begun_by_her, is_answered, False, False, clock.now())


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("writer", WRITERS)
def test_who_may_begin_and_go_on(writer: str, state: str) -> None:
    viewer, between = WRITERS[writer], STATES[state]
    assert bool(policy.can_begin(viewer, between, MOST)) == (writer in MAY and state in MAY_BEGIN)
    answered = conversation(is_begun_by_her=True, is_answered=True)
    assert bool(policy.can_send(viewer, between, answered)) == (writer in MAY and state in MAY_SEND)
    assert bool(policy.can_withdraw(viewer, True, "published")) == viewer.is_authenticated


def test_until_there_is_an_answer_only_the_other_writes() -> None:
    alice = WRITERS["established"]
    waiting = policy.can_send(alice, FREE, conversation(is_begun_by_her=True, is_answered=False))
    assert (str(waiting.reason), waiting.status) == (str(policy.NOT_ANSWERED), 409)
    assert policy.can_send(alice, FREE, conversation(is_begun_by_her=False, is_answered=False))


def test_a_refusal_says_the_same_whatever_keeps_her_from_it() -> None:
    """A choice, a block, a restriction of the other's: one sentence, and it is no answer about any of them."""
    refused = policy.can_begin(WRITERS["established"], STATES["takes none"], MOST)
    assert (str(refused.reason), refused.status) == ("Bob doesn’t take messages.", 403)
    both = policy.can_begin(WRITERS["established"], STATES["has blocked and is blocked"], MOST)
    assert str(both.reason) == "You have blocked Bob. End that first, then write."


@pytest.mark.parametrize("status", ["published", "hidden", "withdrawn", "erased"])
def test_who_wrote_a_message_takes_it_back_once(status: str) -> None:
    alice = WRITERS["established"]
    assert bool(policy.can_withdraw(alice, True, status)) == (status in ("published", "hidden"))
    assert not policy.can_withdraw(alice, False, status)


def test_a_first_message_leads_nowhere_else() -> None:
    assert policy.can_begin_with(has_link=False, details=["hospital", "birth_date"])
    for found in (["email"], ["phone"], ["profile"], ["hospital", "phone"]):
        assert policy.can_begin_with(has_link=False, details=found).status == 422
    assert policy.can_begin_with(has_link=True, details=[]).status == 422
