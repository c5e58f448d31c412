"""What was decided before in cases like this one, and the guidelines that suggest themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import aliased

from forum.accounts.models import Member
from forum.contributions.models import Contribution
from forum.core import clock, kinds
from forum.core.db import db
from forum.moderation.guideline_models import Guideline
from forum.moderation.models import Case, Decision, Report, Signal
from forum.moderation.queries import CaseFile

SHOWN = 5
CONSIDERED = 60  # the newest that share something
AGE = timedelta(days=730)
RULINGS = ("approve", "ask_for_changes", "decline", "hide", "restore", "no_action", "edit", "redact", "made_to_hurt")
# What a reader's reason points to, by the keys of the default guidelines.
GUIDELINE_OF = {
    "hurtful": "kindness",
    "unsafe_advice": "experience_not_instruction",
    "spam": "no_selling",
    "private_details": "private_details",
    "illegal": "law",
    "worried": "self_harm",
}
# What the site noticed by itself and the guideline it points to. Danger points to none: it is cared for, not judged.
GUIDELINE_OF_SIGNAL = {
    "watched_word": "no_selling",
    "many_links": "no_selling",
    "repeated_link": "no_selling",
    "near_duplicate": "no_selling",
    "burst": "no_selling",
    "honeypot": "no_selling",
    "lookalike": "one_account",
    "private_details": "private_details",
}
SAY_NOTHING = {"new_member", "limited", "board", "was_refused"}
DETAILS = "private_details"
OF_WAITING = ("approve", "ask_for_changes", "decline")


@dataclass(frozen=True, slots=True)
class Precedent:
    """One past decision: what, on which guideline, by whom, and what its case shares with this one."""

    case_id: int
    label: Any
    decision: str
    guideline: int | None
    moderator: str | None
    note: str
    at: datetime
    shared: int


@dataclass(frozen=True, slots=True)
class Suggested:
    """A guideline that suggests itself.

    by: why: it was chosen "before" in cases like this one (`times`), or a reader's "reason", a "signal" of the site's,
    the "details" that are found in it point to it. decision: what it would be; "" for holding it back.
    """

    guideline_id: int
    times: int
    by: str
    decision: str = ""


@dataclass(frozen=True, slots=True)
class Plain:
    """What waits and shows nothing that speaks against it: of the last such texts of its kind, how many were
    published."""

    published: int
    of: int


def reasons_of(file: CaseFile) -> frozenset[str]:
    """What readers gave as their reason."""
    return frozenset(report.reason for report in file.reports)


def like(file: CaseFile, noticed: Sequence[Signal]) -> list[tuple[Precedent, str | None]]:
    """Past decisions of cases that share a reason or a signal with this one, the likest and newest first, each with
    the key of its guideline. Of the same kind before others. noticed: the signals of its contribution. One query."""
    signals = [(row.signal, row.word_id) for row in noticed if row.reversed_at is None]
    reasons = reasons_of(file)
    if not signals and not reasons:
        return []
    mine = Case.contribution_id == file.contribution.id
    shares = _shares(signals, reasons)
    named = [one.label(f"shares_{at}") for at, one in enumerate(shares)]
    found = db.session.execute(
        select(Decision, Contribution.kind, Guideline.number, Guideline.key, Member.display_name, *named)
        .join(Case, Case.id == Decision.case_id)
        .join(Contribution, Contribution.id == Case.contribution_id)
        .outerjoin(Guideline, Guideline.id == Decision.guideline_id)
        .outerjoin(Member, Member.id == Decision.moderator_id)
        .where(
            ~mine,
            Decision.decision.in_(RULINGS),
            Decision.overturned_at.is_(None),
            Decision.made_at > clock.now() - AGE,
            or_(*shares),
        )
        .order_by(Decision.id.desc())
        .limit(CONSIDERED)
    ).all()
    scored = []
    for decision, kind, number, key, name, *common in found:
        shared = sum(map(bool, common)) + (kind == file.contribution.kind)
        label = kinds.all_kinds()[kind].label
        words = (decision.decision, number, name, decision.note, decision.made_at)
        one = Precedent(decision.case_id, label, *words, shared)
        scored.append((one, key))
    return sorted(scored, key=lambda pair: (-pair[0].shared, -pair[0].case_id))


def _shares(signals: Sequence[tuple[str, int | None]], reasons: frozenset[str]) -> list[ColumnElement[bool]]:
    other = aliased(Signal)
    there = exists().where(other.contribution_id == Case.contribution_id)
    criteria: list[ColumnElement[bool]] = []
    if words := [word for _signal, word in signals if word is not None]:
        criteria.append(there.where(other.word_id.in_(words)))
    if names := {signal for signal, _word in signals} - SAY_NOTHING:
        criteria.append(there.where(other.signal.in_(names)))
    if reasons:
        criteria.append(exists().where(Report.case_id == Case.id, Report.reason.in_(reasons)))
    return criteria or [Case.id < 0]


def suggested(
    file: CaseFile,
    past: list[tuple[Precedent, str | None]],
    keys: dict[str, int],
    noticed: Sequence[Signal],
    *,
    has_details: bool = False,
) -> list[Suggested]:
    """Guidelines that suggest themselves: chosen before in cases like this one, then those that the reasons point to,
    then those of what the site noticed; first of all that what shows of somebody be taken out (has_details).

    keys: the guidelines in force, key → id. Three at most, and that one.
    """
    chosen = Counter(key for _one, key in past if key)
    pointed = [(GUIDELINE_OF.get(reason), "reason") for reason in sorted(reasons_of(file))]
    pointed += [(GUIDELINE_OF_SIGNAL.get(one), "signal") for one in sorted(_telling(noticed))]
    why: dict[str | None, str] = {key: "before" for key, _times in chosen.most_common()}
    for key, by in pointed:
        why.setdefault(key, by)
    found = [Suggested(keys[key], chosen[key or ""], by) for key, by in why.items() if key in keys][:3]
    details = keys.get(DETAILS) if has_details else None
    return [Suggested(details, 0, "details", "redact"), *found] if details is not None else found


def _telling(noticed: Sequence[Signal]) -> set[str]:
    """The signals that say something about the text; that its author is new, or limited, says nothing."""
    return {row.signal for row in noticed if row.reversed_at is None} - SAY_NOTHING


def plain(file: CaseFile, noticed: Sequence[Signal]) -> Plain | None:
    """Of what waits though neither a reader nor the site noticed anything: what became of the last ones of its kind.
    One query, or none."""
    if file.case.opened_for != "review" or file.reports or _telling(noticed):
        return None
    telling = exists().where(Signal.contribution_id == Case.contribution_id, Signal.signal.not_in(SAY_NOTHING))
    rows = db.session.scalars(
        select(Decision.decision)
        .join(Case, Case.id == Decision.case_id)
        .join(Contribution, Contribution.id == Case.contribution_id)
        .where(
            Case.opened_for == "review",
            Contribution.kind == file.contribution.kind,
            Decision.decision.in_(OF_WAITING),
            Decision.overturned_at.is_(None),
            Decision.made_at > clock.now() - AGE,
            ~telling,
        )
        .order_by(Decision.id.desc())
        .limit(CONSIDERED)
    ).all()
    return Plain(sum(word == "approve" for word in rows), len(rows))
