"""Whose voice a report is: the same person's many count as one, and reports made to hurt weigh less from then on.

A weight never hides a report. It says where in the queue one waits, and never of worry or of private details.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select

from forum.contributions.models import Contribution
from forum.core import clock
from forum.core.db import db
from forum.core.settings import the_settings
from forum.moderation.models import OPENED_FOR, Case, Decision, LegalNotice, Report

SAME_PRESS = timedelta(minutes=2)  # the same notice from no account within this time is the same press of the button
NOTICES_KEPT = timedelta(days=365)  # who sent a legal notice, after its case was closed
REMEMBERED = timedelta(days=180)  # for how long it counts that a report was made to hurt
OPENED_BY = {"worried": "care", "private_details": "private_details"}
NEVER_WEAKENED = tuple(OPENED_BY)
LIGHT = 0.5  # below this weight a report waits with what is to be read when somebody can
WEIGHT_OF_A_PROGRAM = 0.0  # of what filled in a field that people don't see; a password manager may have done it
LED_NOWHERE = ("no_action", "approve", "restore", "made_to_hurt", "false_alarm")
NEWEST = 1000  # of the reports on one member, so many are counted
AT_ONCE = 40  # reports that a case shows before somebody asks for all
FEW, MANY = 2, 5  # from this many reports on one member we say when these few readers filed most of them


def sources_kept() -> timedelta:
    """For how long it is kept from where a report came."""
    return timedelta(days=the_settings().address_retention_days)


def opened_for(reason: str) -> str:
    """What a case is opened for when a report gives this reason."""
    return OPENED_BY.get(reason, "report")


def weight(made_to_hurt: int, led_somewhere: int) -> float:
    """How much a reader's next report weighs, from how her earlier ones were judged: 1 without any, never 0."""
    return (1 + led_somewhere) / (1 + led_somewhere + 2 * made_to_hurt)


def urgency(reason: str, weight: float = 1.0) -> int:
    """Where in the queue a report of this reason and weight waits: a position in OPENED_FOR."""
    is_light = weight < LIGHT and reason not in NEVER_WEAKENED
    return OPENED_FOR.index("review" if is_light else opened_for(reason))


def weight_of(reporter_id: int | None, source: str | None) -> float:
    """The weight of what a reader reports now: of a member by her reports, of a visitor by where they came from."""
    if reporter_id is None and source is None:
        return 1.0
    hers = Report.reporter_id == reporter_id if reporter_id is not None else Report.source == source
    led = Decision.decision.not_in(LED_NOWHERE)
    hurt, upheld = db.session.execute(
        select(func.count().filter(Report.is_made_to_hurt), func.count().filter(led))
        .select_from(Report)
        .outerjoin(Decision, Decision.id == Report.decision_id)
        .where(hers, Report.made_at > clock.now() - REMEMBERED)
    ).one()
    return weight(hurt, upheld)


@dataclass(frozen=True, slots=True)
class Few:
    """That few readers filed most of the reports on one member."""

    readers: int
    filed: int
    of: int


@dataclass(frozen=True, slots=True)
class Voices:
    """Who speaks in a case: how many reports, from how many readers; and whether few of them file most on a member.

    `legal`: what legal notices say besides, by the report's id.
    """

    reports: int
    readers: int
    few: Few | None
    legal: dict[int, LegalNotice]

    def at_once(self, reports: Sequence[Report]) -> Sequence[Report]:
        """The reports that a page shows before somebody asks for all: of very many the gravest, legal notices among
        them, then the newest; in the order in which they came."""
        if len(reports) <= AT_ONCE:
            return reports
        gravest = sorted(reports, key=lambda one: (one.id not in self.legal, urgency(one.reason), -one.id))[:AT_ONCE]
        return sorted(gravest, key=lambda one: one.id)


def voices(case: Case, reports: Sequence[Report], contribution: Contribution | None = None) -> Voices:
    """Who speaks in a case about `contribution` or a member. One query, none where nobody reported anything, another
    where more were filed than are counted.

    Of what is signed with a member's name, and of her page, all reports on her are counted together; of what is sealed
    only those on the thing itself.
    """
    if not reports:
        return Voices(0, 0, None, {})
    found = db.session.execute(
        select(Report.reporter_id, Report.source, Report.id, LegalNotice)
        .outerjoin(LegalNotice, and_(LegalNotice.report_id == Report.id, Report.case_id == case.id))
        .where(_on_the_same(case, contribution))
        .order_by(Report.id.desc())
        .limit(NEWEST)
    ).all()
    here = of_each((row.reporter_id, row.source, row.id) for row in reports)
    everywhere = of_each((row[0], row[1], row[2]) for row in found)
    legal = {row[2]: row[3] for row in found if row[3] is not None} if len(found) < NEWEST else _legal(case)
    return Voices(len(reports), len(here), few_among(everywhere), legal)


def _legal(case: Case) -> dict[int, LegalNotice]:
    on_it = select(Report.id).where(Report.case_id == case.id)
    notices = db.session.scalars(select(LegalNotice).where(LegalNotice.report_id.in_(on_it)))
    return {one.report_id: one for one in notices}


def of_each(reports: Iterable[tuple[int | None, str | None, int]]) -> Counter[str]:
    """How many reports each voice filed, given (member, source, id) of each.

    A visitor from where a member reported too counts as that member; who came from nowhere known, as somebody else.
    """
    rows = list(reports)
    member_at = {source: reporter_id for reporter_id, source, _key in rows if reporter_id is not None and source}
    count: Counter[str] = Counter()
    for reporter_id, source, key in rows:
        member = reporter_id if reporter_id is not None else member_at.get(source or "")
        count[f"member {member}" if member is not None else f"source {source}" if source else f"report {key}"] += 1
    return count


def few_among(count: Counter[str]) -> Few | None:
    """Whether at most two readers filed most (two thirds) of at least five reports."""
    total = count.total()
    top = [filed for _voice, filed in count.most_common(FEW)]
    if total < MANY or 3 * sum(top) < 2 * total:
        return None
    if len(top) > 1 and 3 * top[0] >= 2 * total:
        top = top[:1]
    return Few(len(top), sum(top), total) if sum(top) > len(top) else None


def _on_the_same(case: Case, contribution: Contribution | None) -> ColumnElement[bool]:
    member_id = case.member_id if contribution is None else contribution.author_id
    if member_id is None:
        return Report.contribution_id == case.contribution_id
    signed = select(Contribution.id).where(Contribution.author_id == member_id)
    return or_(Report.member_id == member_id, Report.contribution_id.in_(signed))
