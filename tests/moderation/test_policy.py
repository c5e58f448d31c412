"""Every rule of the desk: who × how things stand."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from forum.accounts.viewer import VISITOR, Viewer
from forum.contributions.models import STATUSES
from forum.core.kinds import Kind
from forum.moderation import policy
from forum.moderation.models import DECISIONS
from forum.moderation.policy import Matter, decisions_for

ALICE = Viewer(id=1, standing="established")
NIA = Viewer(id=2, standing="new")
SAM = Viewer(id=3, standing="established", restriction="silenced", restricted_until=datetime(2999, 1, 1, tzinfo=UTC))
MONA = Viewer(id=4, roles=frozenset({"moderator"}), standing="trusted")
CORA = Viewer(id=5, roles=frozenset({"curator"}), standing="trusted")
ADA = Viewer(id=6, roles=frozenset({"admin"}), standing="trusted")
NEW_MONA = replace(MONA, standing="new")
SILENCED_MONA = replace(MONA, restriction="silenced")
NOT_MODERATORS = {
    "visitor": VISITOR,
    "alice": ALICE,
    "nia": NIA,
    "sam": SAM,
    "cora": CORA,
    "silenced mona": SILENCED_MONA,
}

PENDING = Matter("pending", kind_decisions=("ask_for_changes",))


def kind(*, is_always_reviewed: bool = False) -> Kind:
    nothing: Any = lambda *_: ""  # noqa: E731
    return Kind("post", object, "Post", nothing, nothing, nothing, is_always_reviewed=is_always_reviewed)


@pytest.mark.parametrize(
    ("viewer", "facts", "waits"),
    [
        (ALICE, {}, False),
        (NIA, {}, True),
        (NIA, {"approvals_needed": 0}, False),
        (NEW_MONA, {}, False),
        (ADA, {}, False),
        (ALICE, {"review_first": True}, True),
        (MONA, {"review_first": True}, True),
        (ALICE, {"was_refused": True}, True),
        (MONA, {"was_refused": True}, True),
        (ALICE, {"is_suspicious": True}, True),
    ],
)
def test_what_waits(viewer: Viewer, facts: dict[str, Any], waits: bool) -> None:
    assert policy.must_wait(viewer, kind(), **{"approvals_needed": 2, **facts}) is waits


@pytest.mark.parametrize("viewer", [ALICE, NIA, MONA, ADA])
def test_a_story_waits_whoever_writes(viewer: Viewer) -> None:
    assert policy.must_wait(viewer, kind(is_always_reviewed=True), approvals_needed=0)


TABLE = {
    # (status, the case is open, an edit waits): what may be decided about the text
    ("pending", True, False): ("approve", "ask_for_changes", "decline"),
    ("pending", False, False): (),
    ("published", True, False): ("no_action", "hide"),
    ("published", True, True): ("approve", "ask_for_changes", "decline", "hide"),
    ("published", False, False): (),
    ("published", False, True): (),
    ("hidden", True, False): ("restore", "no_action"),
    ("hidden", False, False): ("restore",),
    ("withdrawn", True, False): ("no_action",),  # a reported message, taken back
}


@pytest.mark.parametrize("viewer", [MONA, ADA])
@pytest.mark.parametrize("restriction", [None, "silenced", "banned"])
@pytest.mark.parametrize(
    ("status", "is_open", "has_edit"), list(itertools.product(STATUSES, (True, False), (True, False)))
)
def test_every_decision_by_state(
    viewer: Viewer, restriction: str | None, status: str, is_open: bool, has_edit: bool
) -> None:
    if has_edit and status != "published":
        return  # only behind something shown can an edit wait
    matter = Matter(status, is_open, has_edit, ("ask_for_changes",), restriction=restriction)
    about_text = TABLE.get((status, is_open, has_edit), ())
    sanctions = ("warn", "limit", "silence", "ban")
    about_member = {None: sanctions, "silenced": ("lift", *sanctions), "banned": ("lift",)}[restriction]
    expected = () if status == "erased" else about_text + about_member
    assert decisions_for(viewer, matter) == expected
    for decision in DECISIONS:
        assert bool(policy.can_decide(viewer, matter, decision)) is (decision in expected)


def test_a_kind_that_asks_for_no_changes_is_not_offered_them() -> None:
    assert "ask_for_changes" not in decisions_for(MONA, Matter("pending"))


@pytest.mark.parametrize("viewer", NOT_MODERATORS.values(), ids=NOT_MODERATORS)
@pytest.mark.parametrize("status", STATUSES)
def test_nobody_else_decides_anything(viewer: Viewer, status: str) -> None:
    matter = Matter(status, kind_decisions=("ask_for_changes",), restriction="silenced")
    assert decisions_for(viewer, matter) == ()
    assert not policy.can_work(viewer)
    assert not policy.can_claim(viewer, matter)
    assert policy.can_work(viewer).status == (403 if viewer.is_authenticated else 401)


@pytest.mark.parametrize("viewer", [MONA, ADA])
@pytest.mark.parametrize("reason", ["is_own", "is_own_report"])
def test_nobody_judges_her_own(viewer: Viewer, reason: str) -> None:
    matter = replace(PENDING, **{reason: True})
    assert decisions_for(viewer, matter) == ()
    assert not policy.can_claim(viewer, matter, is_over=True)


def test_who_looks_at_it_goes_first_unless_it_is_taken_over() -> None:
    matter = replace(PENDING, claimed_by="Ada")
    assert policy.can_decide(MONA, matter, "approve").status == 409
    assert not policy.can_claim(MONA, matter)
    assert policy.can_claim(MONA, matter, is_over=True)
    assert not policy.can_claim(MONA, replace(matter, is_open=False), is_over=True)


TODAY = date(2026, 5, 1)


@pytest.mark.parametrize("decision", ["silence", "limit", "ban"])
@pytest.mark.parametrize(
    ("days", "status"), [(None, 422), (-1, 422), (0, 422), (1, None), (7, None), (365, None), (366, 422)]
)
def test_how_long_a_restriction_may_be(decision: str, days: int | None, status: int | None) -> None:
    until = None if days is None else TODAY + timedelta(days=days)
    verdict = policy.can_restrict_until(decision, until, TODAY)
    if decision == "ban" and days is None:
        status = None  # until somebody lifts it
    assert (None if verdict else verdict.status) == status
    assert policy.can_restrict_until(decision, None, TODAY, is_lasting=True)


def test_only_an_administrator_sanctions_an_administrator() -> None:
    matter = Matter("published", is_by_admin=True)
    assert decisions_for(MONA, matter) == ("no_action", "hide")
    assert decisions_for(ADA, matter) == ("no_action", "hide", "warn", "limit", "silence", "ban")


@pytest.mark.parametrize("viewer", [VISITOR, ALICE, SAM, MONA])
def test_anybody_may_report_but_not_her_own(viewer: Viewer) -> None:
    assert policy.can_report(viewer, is_owner=False)
    assert not policy.can_report(viewer, is_owner=True)
