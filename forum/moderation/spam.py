"""Spam in one go: what would happen to each thing that was ticked, and doing it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from forum.accounts.viewer import Viewer
from forum.core import richtext
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.moderation import notices, policy, queries
from forum.moderation.decisions import decide
from forum.moderation.models import Case
from forum.moderation.queries import CaseFile
from forum.screening import queries as screened

MOST = 50  # at once
GUIDELINE = "no_selling"
AWAY = ("hide", "decline")  # how a thing leaves readers' sight, by how it stands


@dataclass(frozen=True, slots=True)
class Spam:
    """One thing that was ticked: what would be decided about it, or why nothing can be."""

    file: CaseFile
    decision: str | None
    reason: object = ""

    @property
    def excerpt(self) -> str:
        """The beginning of its words."""
        return richtext.excerpt(self.file.contribution.html, 140)


@dataclass(frozen=True, slots=True)
class Lot:
    """All that was ticked, the guideline it rests on, and the words its authors would read."""

    things: Sequence[Spam]
    rule: notices.Rule | None
    letter: str

    @property
    def takes(self) -> int:
        """How many would be taken away."""
        return sum(one.decision is not None for one in self.things)


def keys_of(values: Iterable[str]) -> list[int]:
    """The cases that an address names, each once, no more than one lot."""
    found = [int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 10]
    return list(dict.fromkeys(found))[:MOST]


def seen_of(values: Iterable[str]) -> dict[int, int]:
    """Case and version of each thing as the page showed it ("7:3")."""
    pairs = [value.partition(":") for value in values]
    numbers = [(keys_of([key]), keys_of([version])) for key, _, version in pairs]
    return dict([(key[0], version[0]) for key, version in numbers if key and version][:MOST])


def lot_for(viewer: Viewer, case_ids: Sequence[int], language: str) -> Lot:
    """What `viewer` would take away as spam, thing by thing; the queries grow with what was ticked."""
    files = [file for key in case_ids if (file := queries.file_of(viewer, key)) is not None]
    rule = rule_in(language)
    return Lot([Spam(file, *_decision(viewer, file)) for file in files], rule, rule.to_author if rule else "")


def with_like(case_ids: Sequence[int]) -> list[int]:
    """Cases, and those that wait about what says nearly the same or carries the same link."""
    about = db.session.scalars(select(Case.contribution_id).where(Case.id.in_(case_ids))).all()
    alike = set().union(*(screened.alike(key) for key in about if key is not None))
    waiting = (Case.closed_at.is_(None), Case.opened_for.in_(("report", "review")))
    found = db.session.scalars(select(Case.id).where(Case.contribution_id.in_(alike), *waiting).order_by(Case.id))
    return list(dict.fromkeys([*case_ids, *found]))[:MOST]


def rule_in(language: str) -> notices.Rule | None:
    """The guideline against selling, in force, in a language."""
    return next((rule for rule in notices.guidelines_in(language) if rule.key == GUIDELINE), None)


def _decision(viewer: Viewer, file: CaseFile) -> tuple[str | None, object]:
    if not (verdict := policy.can_judge(viewer, file.matter)):
        return None, verdict.reason
    if file.matter.claimed_by is not None:
        return None, policy.TAKEN
    offered = policy.decisions_for(viewer, file.matter)
    decision = next((word for word in AWAY if word in offered), None)
    return decision, "" if decision else policy.NOT_FOR_THIS


def take_away(*, actor: Viewer, seen: dict[int, int], letter: str) -> tuple[int, int]:
    """Decide each case that still is as `actor` saw it (its version); how many were taken away, how many stay.

    Each author reads `letter`, in the words of the guideline where it is left as offered.
    """
    must_be_writing()
    done = 0
    for key, version in sorted(seen.items()):  # in one order, or two who take the same would wait for each other
        file = queries.file_of(actor, key, lock=True)
        if file is None:
            continue
        decision, _reason = _decision(actor, file)
        rule = rule_in(queries.letter_language(file.contribution))
        if decision is None or rule is None:
            continue
        done += bool(
            decide(
                actor=actor, case_id=key, seen_version=version, decision=decision, guideline_id=rule.id,
                letter=letter or rule.to_author, note="",
            )
        )  # fmt: skip
    return done, len(seen) - done
