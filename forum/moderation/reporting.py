"""Reporting: a reader's notice is kept with what she saw, in the one case about it; it is answered with that.

No number of notices takes anything out of sight. Only private details that the site's own check finds do (`held`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select, update

from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.contributions.models import Contribution
from forum.core import clock, kinds, richtext, tokens
from forum.core.db import db
from forum.core.outbox import enqueue
from forum.core.unit_of_work import must_be_writing
from forum.moderation import cases, held, policy, voices
from forum.moderation.models import OPENED_FOR, Case, Decision, LegalNotice, Report

__all__ = [
    "Legal",
    "Said",
    "answer",
    "forget_sources",
    "judge_made_in_earnest",
    "judge_made_to_hurt",
    "report",
    "report_contribution",
    "report_member",
]


@dataclass(frozen=True, slots=True)
class Legal:
    """What a notice of something illegal says besides (Digital Services Act, Article 16(2)).

    `name` and `email` may be empty where it is about the sexual abuse of children.
    """

    grounds: str
    name: str = ""
    email: str = ""
    is_in_good_faith: bool = True
    is_of_children: bool = False  # about their sexual abuse: a moderator sees it among the first


@dataclass(frozen=True, slots=True)
class Said:
    """What a reader says: a word of REASONS, her words, the exact address, the language of the page.

    `source`: a keyed digest of where it came from (`limits.source_of`), or None when nobody knows. `is_trapped`: a
    field was filled in that people don't see.
    """

    reason: str
    words: str
    address: str
    language: str
    source: str | None = None
    legal: Legal | None = None
    is_trapped: bool = False

    def urgency_from(self, reporter: Viewer) -> int:
        """Where in the queue it waits, by its reason and by how much this reader's word weighs."""
        if self.legal is not None and self.legal.is_of_children:
            return OPENED_FOR.index("private_details")
        weight = voices.WEIGHT_OF_A_PROGRAM if self.is_trapped else voices.weight_of(reporter.id, self.source)
        return voices.urgency(self.reason, weight)


def report(
    *, reporter: Viewer, contribution: Contribution, reason: str, words: str, address: str, language: str
) -> tuple[Report, str]:
    """Keep a notice of which nothing else is known: see `report_contribution`."""
    return report_contribution(
        reporter=reporter, contribution=contribution, said=Said(reason, words, address, language)
    )


def report_contribution(*, reporter: Viewer, contribution: Contribution, said: Said) -> tuple[Report, str]:
    """Keep a reader's notice with a snapshot of what she saw, in the open case about it. Returns it and its token.

    The same reader on the same thing again joins what she said before; two rows never come of it.
    """
    must_be_writing()
    case = cases.open_or_join(contribution, voices.opened_for(said.reason), urgency=said.urgency_from(reporter))
    title, snapshot = kinds.kind_of(contribution).title(contribution), richtext.plain(contribution.html)
    row, token = _keep(reporter, said, case, title=title, snapshot=snapshot)
    if said.reason == "private_details" and held.hold(contribution, case):
        row.is_confirmed = True
        db.session.flush()
    return row, token


def report_member(*, reporter: Viewer, member: Member, said: Said) -> tuple[Report, str]:
    """Keep a reader's notice about a member's page: her name and, where others read it, what she says of herself."""
    must_be_writing()
    case = cases.open_or_join_about(member.id, voices.opened_for(said.reason), urgency=said.urgency_from(reporter))
    about = member.about if member.is_page_public else ""
    return _keep(reporter, said, case, title=member.display_name or "", snapshot=about)


def _keep(reporter: Viewer, said: Said, case: Case, *, title: str, snapshot: str) -> tuple[Report, str]:
    before = _unanswered(case, reporter, said)
    if before is not None:
        _join(before, said)
        return before, tokens.token_for("report", before.id, before.nonce)
    row = Report(
        case_id=case.id,
        contribution_id=case.contribution_id,
        member_id=case.member_id,
        reporter_id=reporter.id,
        source=said.source,
        reason=said.reason,
        words=said.words,
        address=said.address,
        snapshot_title=title,
        snapshot=snapshot,
        language=said.language,
        nonce=tokens.new_nonce(),
        made_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    token = tokens.token_for("report", row.id, row.nonce)
    row.token_hash = tokens.digest(token)
    if said.legal is not None:
        _keep_legal(row, said.legal)
    db.session.flush()
    return row, token


def _keep_legal(row: Report, legal: Legal) -> None:
    db.session.add(
        LegalNotice(
            report_id=row.id, grounds=legal.grounds, name=legal.name, email=legal.email,
            is_in_good_faith=legal.is_in_good_faith, made_at=row.made_at,
        )
    )  # fmt: skip
    if legal.email:
        enqueue("moderation.mail_notice", {"report_id": row.id}, dedupe_key=f"notice:{row.id}")


def _join(before: Report, said: Said) -> None:
    if said.words and said.words not in before.words:
        before.words = f"{before.words}\n\n{said.words}".strip()
    if voices.urgency(said.reason) < voices.urgency(before.reason):
        before.reason = said.reason  # she is worried now: her receipt says what she can do
    db.session.flush()


def _unanswered(case: Case, reporter: Viewer, said: Said) -> Report | None:
    """What the same reader said before on the same case; of no account, only the same press of the button.

    A notice of something illegal is a legal act: it is never joined to anything but itself.
    """
    same = select(Report).where(Report.case_id == case.id, Report.decision_id.is_(None))
    if reporter.is_authenticated and said.legal is None:
        return db.session.scalar(same.where(Report.reporter_id == reporter.id, Report.reason != "illegal"))
    return db.session.scalar(
        same.where(
            Report.reporter_id == reporter.id,
            Report.reason == said.reason,
            Report.words == said.words,
            Report.made_at > clock.now() - voices.SAME_PRESS,
        )
    )


def answer(case: Case, decision: Decision) -> None:
    """Every notice in a case that waits has its answer: who has an account, or left an address, is told by mail."""
    must_be_writing()
    addressed = select(LegalNotice.report_id).where(LegalNotice.email != "")
    waiting = select(Report, Report.id.in_(addressed)).where(Report.case_id == case.id, Report.decision_id.is_(None))
    for row, has_address in db.session.execute(waiting).all():
        row.decision_id = decision.id
        if row.reporter_id is not None or has_address:
            told_at = decision.made_at + policy.SLIP if decision.decision in policy.SLIPS else None
            key = f"receipt:{row.id}:{decision.id}"
            enqueue("moderation.mail_receipt", {"report_id": row.id}, run_at=told_at, dedupe_key=key)
    db.session.flush()


def judge_made_to_hurt(case_id: int) -> list[int]:
    """The notices of a case that wait were made to hurt; their ids. Call it before `answer`. Worry is never judged so.

    They stay in the case, and no page or letter accuses anybody; what the same reader reports next waits longer.
    """
    must_be_writing()
    waiting = (Report.case_id == case_id, Report.decision_id.is_(None), Report.reason != "worried")
    ids = list(db.session.scalars(select(Report.id).where(*waiting)))
    db.session.execute(update(Report).where(Report.id.in_(ids)).values(is_made_to_hurt=True))
    return ids


def judge_made_in_earnest(ids: Sequence[int]) -> None:
    """Take back that these notices were made to hurt."""
    must_be_writing()
    db.session.execute(update(Report).where(Report.id.in_(ids)).values(is_made_to_hurt=False))


def forget_sources() -> None:
    """Forget from where notices came once it is no longer needed, and who sent a legal one a year after its case."""
    must_be_writing()
    now = clock.now()
    old = now - voices.sources_kept()
    db.session.execute(update(Report).where(Report.source.is_not(None), Report.made_at < old).values(source=None))
    closed = select(Report.id).join(Case, Case.id == Report.case_id).where(Case.closed_at < now - voices.NOTICES_KEPT)
    db.session.execute(delete(LegalNotice).where(LegalNotice.report_id.in_(closed)))
