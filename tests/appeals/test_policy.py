"""Who may appeal, and who hears it: the rules alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from forum.accounts.viewer import VISITOR, Viewer
from forum.appeals import policy
from forum.appeals.policy import Ground, Hearing

NOW = datetime(2026, 5, 14, tzinfo=UTC)
LATER, EARLIER = NOW + timedelta(days=1), NOW - timedelta(seconds=1)
MONA = Viewer(id=5, roles=frozenset({"moderator"}))
ADA = Viewer(id=7, roles=frozenset({"admin"}))
ALICE = Viewer(id=1)
OUT = Viewer(id=5, roles=frozenset({"moderator"}), restriction="silenced")


@pytest.mark.parametrize(
    ("ground", "refusal"),
    [
        (Ground(LATER), None),
        (Ground(NOW), None),
        (Ground(EARLIER), policy.TOO_LATE),
        (Ground(None), policy.NOT_THIS),
        (Ground(LATER, is_there=True), policy.ALREADY),
        (Ground(LATER, is_taken_back=True), policy.TAKEN_BACK),
        (Ground(LATER, is_erased=True), policy.ERASED),
        (Ground(EARLIER, is_there=True), policy.ALREADY),
    ],
)
def test_what_can_be_appealed(ground: Ground, refusal: object) -> None:
    verdict = policy.can_appeal(ground, NOW)
    assert bool(verdict) is (refusal is None)
    assert (verdict.reason or None) == refusal


@pytest.mark.parametrize(
    ("viewer", "hearing", "said", "status"),
    [
        (VISITOR, Hearing(), {}, 401),
        (ALICE, Hearing(), {}, 403),
        (OUT, Hearing(), {}, 403),
        (MONA, Hearing(), {}, 200),
        (MONA, Hearing(is_heard=True), {}, 409),
        (MONA, Hearing(has_decided=True, others=1), {}, 403),
        (MONA, Hearing(has_decided=True, others=0), {"is_alone_said": True}, 403),
        (MONA, Hearing(is_involved=True), {}, 403),
        (MONA, Hearing(claimed_by="Ada"), {}, 409),
        (MONA, Hearing(claimed_by="Ada"), {"is_over": True}, 200),
        (ADA, Hearing(has_decided=True, others=1), {"is_alone_said": True}, 403),
        (ADA, Hearing(has_decided=True, others=0), {}, 422),
        (ADA, Hearing(has_decided=True, others=0), {"is_alone_said": True}, 200),
        (ADA, Hearing(has_decided=True, is_involved=True, others=0), {"is_alone_said": True}, 403),
    ],
)
def test_who_hears_it(viewer: Viewer, hearing: Hearing, said: dict[str, bool], status: int) -> None:
    verdict = policy.can_hear(viewer, hearing, **said)
    assert (200 if verdict else verdict.status) == status
    assert bool(verdict) is not bool(verdict.reason)


@pytest.mark.parametrize(
    ("viewer", "hearing", "status"),
    [
        (VISITOR, Hearing(), 401),
        (MONA, Hearing(has_decided=True, others=0), 403),
        (ADA, Hearing(others=2), 409),
        (ADA, Hearing(others=0), 409),  # she hears it herself
        (ADA, Hearing(has_decided=True, others=0), 200),
        (ADA, Hearing(is_involved=True, others=0), 200),
        (ADA, Hearing(others=2, is_late=True), 200),
        (ADA, Hearing(has_decided=True, others=0, is_heard=True), 409),
    ],
)
def test_who_names_somebody_outside(viewer: Viewer, hearing: Hearing, status: int) -> None:
    verdict = policy.can_name_outside(viewer, hearing)
    assert (200 if verdict else verdict.status) == status


def test_what_led_to_nothing_leads_to_nothing_milder() -> None:
    assert policy.outcomes_for("author") == ("upheld", "overturned", "partly")
    assert policy.outcomes_for("reporter") == ("upheld", "overturned")
