"""What the site noticed by itself, as rows: written when something is sent, shown on its case, said to its author.

Each is labelled as the site's own doing. A moderator who publishes what waited has released it; `reversing` takes back
all that one rule held.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectin_polymorphic

from forum.accounts.viewer import Viewer
from forum.contributions.models import Contribution
from forum.core import clock, kinds
from forum.core.db import db
from forum.core.languages import current_language
from forum.core.unit_of_work import must_be_writing
from forum.moderation import signal_words
from forum.moderation.models import Case, Signal
from forum.screening.looking import Finding
from forum.screening.models import WatchedWord
from forum.screening.sending import Sent

SHOWN = 20  # of one contribution, the newest


def record(contribution: Contribution, findings: Iterable[Finding], case: Case | None) -> None:
    """Keep what was noticed about a contribution. What its open case says already isn't said twice."""
    must_be_writing()
    findings = list(findings)
    if not findings:
        return
    said = {(one.signal, one.word_id): one for one in _standing(contribution.id, case)}
    for finding in findings:
        before = said.get((finding.signal, finding.word_id))
        if before is not None:
            before.is_hold, before.data = before.is_hold or finding.is_hold, finding.data
            continue
        db.session.add(
            Signal(
                contribution_id=contribution.id,
                case_id=case.id if case is not None else None,
                signal=finding.signal,
                is_hold=finding.is_hold,
                word_id=finding.word_id,
                data=finding.data,
                made_at=clock.now(),
            )
        )
    db.session.flush()


def note_form(actor: Viewer, contribution: Contribution, sent: Sent) -> None:
    """Note for whoever reads it first how the form was filled by which `actor` sends what always waits to be read.

    How long it was open says nothing there: it is drawn when all is written.
    """
    if sent.is_trapped and actor.standing != "trusted" and not actor.is_moderator:
        record(contribution, [Finding("honeypot", False)], None)


def _standing(contribution_id: int, case: Case | None) -> Sequence[Signal]:
    if case is None:
        return ()
    found = select(Signal).where(
        Signal.contribution_id == contribution_id, Signal.case_id == case.id, Signal.reversed_at.is_(None)
    )
    return db.session.scalars(found).all()


@dataclass(frozen=True, slots=True)
class Noticed:
    """One thing that the site noticed, as moderators see it: with the watched word, if it is one."""

    row: Signal
    phrase: str | None
    why: str | None
    like: str = ""  # where the other text stands that says nearly the same

    @property
    def words(self) -> Any:
        """The label and what was noticed, as a sentence."""
        return signal_words.for_moderators(self.row.signal, self.row.is_hold, self.row.data)


def noticed(contribution_id: int) -> list[Noticed]:
    """What the site noticed about a contribution, newest first. One query, and one where a text is like another."""
    rows = db.session.execute(
        select(Signal, WatchedWord.phrase, WatchedWord.note)
        .outerjoin(WatchedWord, WatchedWord.id == Signal.word_id)
        .where(Signal.contribution_id == contribution_id)
        .order_by(Signal.id.desc())
        .limit(SHOWN)
    ).all()
    places = _places([row.data["like"] for row, *_word in rows if "like" in row.data])
    return [Noticed(row, phrase, why, places.get(row.data.get("like", 0), "")) for row, phrase, why in rows]


def _places(keys: Sequence[int]) -> dict[int, str]:
    """Where contributions stand that every member can read."""
    if not keys:
        return {}
    rows = db.session.scalars(
        select(Contribution)
        .where(Contribution.id.in_(keys), Contribution.status == "published", Contribution.audience != "participants")
        .options(selectin_polymorphic(Contribution, [kind.model for kind in kinds.all_kinds().values()]))
    )
    return {row.id: kinds.kind_of(row).address(row, current_language()) for row in rows}


def said_to_author(contribution_id: int) -> list[Any]:
    """Why something of hers waits, as sentences to its author; none where nothing waits because of the site itself.

    Never which watched word it was: who sells would write around it. One query.
    """
    held = (
        select(Signal)
        .join(Case, Case.id == Signal.case_id)
        .where(
            Signal.contribution_id == contribution_id,
            Signal.is_hold,
            Signal.reversed_at.is_(None),
            Case.closed_at.is_(None),
        )
        .order_by(Signal.id)
        .limit(SHOWN)
    )
    return signal_words.for_author([(row.signal, row.data) for row in db.session.scalars(held)])


def held_notice(contribution_id: int) -> str:
    """What somebody who has just sent something that waits is told: why, in a sentence or two. One query."""
    said = said_to_author(contribution_id)
    return " ".join(map(str, said)) if said else str(signal_words.WAITS)
