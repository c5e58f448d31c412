"""The public page on how the site is looked after: computed from what was reported and decided, with no names, small
numbers suppressed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from forum.appeals.models import Appeal
from forum.core.db import db
from forum.core.settings import the_settings
from forum.moderation.guideline_models import Guideline
from forum.moderation.member_models import SecondPerson
from forum.moderation.models import Case, Decision, Report
from forum.moderation.policy import NEED_GUIDELINE

FEW = 5  # a smaller number but 0 is not said: it could point at somebody
ENOUGH = 50  # cases of a quarter before its times are said
LARGEST = 20_000  # cases of a quarter whose times are looked at


@dataclass(frozen=True, slots=True)
class Quarter:
    """Three months, from a first day."""

    year: int
    number: int

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def next(self) -> Quarter:
        """The quarter after it."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def span(self) -> tuple[datetime, datetime]:
        """Its first moment and the first after it, in UTC."""
        moments = [datetime(one.year, one.month, 1, tzinfo=UTC) for one in (self.first, self.next.first)]
        return moments[0], moments[1]


def quarter_of(day: date) -> Quarter:
    """The quarter that a day is in."""
    return Quarter(day.year, (day.month + 2) // 3)


@dataclass(frozen=True, slots=True)
class Count:
    """How often something came about; None where it was more than never and less than `FEW` times.

    automatic: how often of these the site did it by itself.
    """

    word: str
    number: int | None
    automatic: int | None = 0


@dataclass(frozen=True, slots=True)
class Times:
    """The median hours to the first look and to the decision, and the hours that were promised (0: nothing was)."""

    look: float | None
    decision: float | None
    promised: int


@dataclass(frozen=True, slots=True)
class Account:
    """What a quarter's page says."""

    quarter: Quarter
    reports: Sequence[Count]
    decisions: Sequence[Count]
    guidelines: Sequence[Count]  # what was held back or restricted, by the number of the guideline
    taken_back: int | None  # of these, on appeal or by the moderators themselves
    automatic: int | None
    appeals: int | None
    outcomes: Sequence[Count]
    alone: int | None
    cases: int | None
    times: Times | None


def said(number: int) -> int | None:
    """A number as the page says it: a small one is not said."""
    return number if number == 0 or number >= FEW else None


def _counts(rows: Iterable[Sequence[Any]]) -> list[Count]:
    """Rows of a word, how often, and where it is known how often of these by the site itself."""
    return [Count(word, *map(said, numbers)) for word, *numbers in sorted(rows, key=lambda row: (-row[1], row[0]))]


def _by_guideline(first: datetime, after: datetime) -> tuple[list[Count], int | None]:
    """What was held back, changed or restricted, by the guideline that it rests on, and how much of it was taken back.

    Guidelines that it rests on seldom are said together (""): one of them alone could say why something vanished that
    somebody remembers.
    """
    narrows = Decision.data["narrows"].as_boolean().is_(True)  # moved to where fewer can read it
    ended = or_(Decision.overturned_at.is_not(None), Decision.ended_at.is_not(None))
    rows = db.session.execute(
        select(
            Guideline.number,
            func.count(),
            func.count().filter(Decision.is_automatic.is_(True)),
            func.count().filter(ended, Decision.until.is_(None)),
        )
        .join(Guideline, Guideline.id == Decision.guideline_id)
        .where(Decision.made_at >= first, Decision.made_at < after, or_(Decision.decision.in_(NEED_GUIDELINE), narrows))
        .group_by(Guideline.number)
    ).all()
    often = [(str(row[0]), row[1], row[2]) for row in rows if row[1] >= FEW]
    seldom = [row for row in rows if row[1] < FEW]
    together = [("", sum(row[1] for row in seldom), sum(row[2] for row in seldom))] if seldom else []
    return [*_counts(often), *_counts(together)], said(sum(row[3] for row in rows))


def account_of(quarter: Quarter) -> Account:
    """What is said of a quarter. Eight queries, whatever happened in it."""
    first, after = quarter.span
    reports = db.session.execute(
        select(Report.reason, func.count())
        .where(Report.made_at >= first, Report.made_at < after)
        .group_by(Report.reason)
    ).all()
    made = (Decision.made_at >= first, Decision.made_at < after)
    by_itself = func.count().filter(Decision.is_automatic.is_(True))
    decided = db.session.execute(
        select(Decision.decision, func.count(), by_itself).where(*made).group_by(Decision.decision)
    ).all()
    heard = db.session.execute(
        select(Appeal.outcome, func.count())
        .where(Appeal.heard_at >= first, Appeal.heard_at < after)
        .group_by(Appeal.outcome)
    ).all()
    asked = select(func.count()).select_from(Appeal).where(Appeal.made_at >= first, Appeal.made_at < after)
    alone = (
        select(func.count())
        .select_from(SecondPerson)
        .where(SecondPerson.answer == "override", SecondPerson.answered_at >= first, SecondPerson.answered_at < after)
    )
    number = db.session.scalar(select(func.count()).select_from(Case).where(*_opened(first, after))) or 0
    guidelines, taken_back = _by_guideline(first, after)
    return Account(
        quarter=quarter,
        reports=_counts([(word, count) for word, count in reports]),
        decisions=_counts(decided),
        guidelines=guidelines,
        taken_back=taken_back,
        automatic=said(sum(automatic for _word, _count, automatic in decided)),
        appeals=said(db.session.scalar(asked) or 0),
        outcomes=_counts([(word or "", count) for word, count in heard]),
        alone=said(db.session.scalar(alone) or 0),
        cases=said(number),
        times=_times(first, after) if number >= ENOUGH else None,
    )


def _opened(first: datetime, after: datetime) -> tuple[ColumnElement[bool], ...]:
    return Case.opened_at >= first, Case.opened_at < after, Case.opened_for != "import"


def _times(first: datetime, after: datetime) -> Times:
    decided = select(Decision.case_id, func.min(Decision.made_at).label("at")).group_by(Decision.case_id).subquery()
    rows = db.session.execute(
        select(Case.opened_at, Case.looked_at, decided.c.at)
        .outerjoin(decided, decided.c.case_id == Case.id)
        .where(*_opened(first, after))
        .order_by(Case.id)
        .limit(LARGEST)
    ).all()
    looks = [
        (min(looked, at) if looked and at else looked or at) - opened for opened, looked, at in rows if looked or at
    ]
    decisions = [at - opened for opened, _looked, at in rows if at]
    return Times(_hours(looks), _hours(decisions), the_settings().report_hours)


def _hours(spans: Sequence[timedelta]) -> float | None:
    return round(median(span.total_seconds() for span in spans) / 3600, 1) if spans else None


def first_quarter() -> Quarter | None:
    """The quarter of the first case there ever was, or None. One query."""
    first = db.session.scalar(select(func.min(Case.opened_at)))
    return quarter_of(first.date()) if first is not None else None
