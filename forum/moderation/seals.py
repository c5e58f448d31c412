"""Opening a seal: asked by one moderator with a reason, granted by a second, logged, its member told through the seal.

Both see for a day, on that case alone, who is behind it. No other way shows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.contributions import queries as contributions
from forum.contributions.models import Contribution, Seal
from forum.core import clock
from forum.core.db import db
from forum.core.languages import in_language
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.moderation import cases, log, policy, queries, seconds, statements
from forum.moderation.member_models import SecondPerson
from forum.moderation.models import Case, Decision, Letter

OPEN_FOR = timedelta(hours=24)
WHYS = {
    "danger": _l("Somebody’s life is in danger"),
    "legal": _l("A court or an authority orders it"),
    "other": _l("Another reason, in my words"),
}
NO_WHY = _l("Choose why the seal has to be opened.")
NOT_SEALED = _l("This is signed with a name. There is no seal to open.")
NOBODY = _l("Nobody is behind this any more.")


def can_ask(viewer: Viewer, matter: policy.Matter, *, is_sealed: bool) -> Verdict:
    """Whether `viewer` may ask that a contribution's seal be opened."""
    if not (verdict := policy.can_judge(viewer, matter)):
        return verdict
    if not matter.has_author:
        return no(NOBODY, 409)
    return YES if is_sealed else no(NOT_SEALED, 409)


def ask(*, actor: Viewer, case_id: int, why: str, reason: str) -> Verdict:
    """Ask a second moderator to open the seal of what a case is about. `why`: a word of WHYS."""
    must_be_writing()
    file = queries.file_of(actor, case_id, lock=True)
    if file is None:
        return no(policy.NOT_FOR_THIS, 404)
    if not (verdict := can_ask(actor, file.matter, is_sealed=file.contribution.author_id is None)):
        return verdict
    if why not in WHYS:
        return no(NO_WHY, 422)
    row, verdict = seconds.ask(
        actor=actor,
        second_for="open_seal",
        reason=reason,
        case_id=case_id,
        contribution_id=file.contribution.id,
        data={"why": why},
    )
    return Verdict(True, seconds.ASKED) if row is not None else verdict


def open_granted(asker: Viewer, _actor: Viewer, row: SecondPerson) -> Verdict:
    """What was granted: from now on both see for a day who it is; the member is told by a letter through the seal."""
    must_be_writing()
    case = db.session.get(Case, row.case_id) if row.case_id is not None else None
    contribution = db.session.get(Contribution, row.contribution_id) if row.contribution_id is not None else None
    if case is None or contribution is None or contribution.status == "erased":
        return no(NOBODY, 410)
    if contributions.owner_id(contribution) is None or contribution.author_id is not None:
        return no(NOT_SEALED if contribution.author_id is not None else NOBODY, 409)
    decision = Decision(
        case_id=case.id, moderator_id=asker.id, decision="open_seal", note=row.reason, second_id=row.id,
        made_at=clock.now(), data={"why": row.data.get("why")},
    )  # fmt: skip
    db.session.add(decision)
    db.session.flush()
    language = statements.language_of(contribution)
    statements.post(
        Letter(
            decision_id=decision.id,
            contribution_id=contribution.id,
            language=language,
            text=_letter(language, str(row.data.get("why"))),
            sent_at=decision.made_at,
        )
    )
    cases.touch(case)
    log.append(asker, "open_seal", "contribution", contribution.id, data={"case": case.id, "why": row.data.get("why")})
    return YES


def _letter(language: str, why: str) -> str:
    with in_language(language):
        because = {
            "danger": _("They did it because they believe that somebody’s life is in danger."),
            "legal": _("They did it because a court or an authority orders it."),
        }.get(why, _("They wrote down why, and you can ask them."))
        return "\n\n".join(
            (
                _("You wrote this without your name. Two moderators have seen who you are."),
                because,
                _("Nobody else sees it, and readers still don’t. The log says that it happened, not who you are."),
                _("If you think it was wrong, say so to whoever runs this site."),
            )
        )


@dataclass(frozen=True, slots=True)
class Opened:
    """Who is behind a seal, for those who opened it, and until when they see it."""

    member: Member
    until: datetime
    why: str


def opened_for(viewer: Viewer, case_id: int) -> Opened | None:
    """Who is behind what a case is about, for the two who opened its seal within the last day; else None."""
    if not policy.can_work(viewer):
        return None
    row = db.session.scalar(
        select(SecondPerson)
        .where(
            SecondPerson.second_for == "open_seal",
            SecondPerson.case_id == case_id,
            SecondPerson.answer.in_(("granted", "override")),
            SecondPerson.answered_at > clock.now() - OPEN_FOR,
            (SecondPerson.asked_by == viewer.id) | (SecondPerson.answered_by == viewer.id),
        )
        .order_by(SecondPerson.id.desc())
        .limit(1)
    )
    if row is None or row.answered_at is None:
        return None
    behind = select(Member).join(Seal, Seal.member_id == Member.id).where(Seal.contribution_id == row.contribution_id)
    member = db.session.scalar(behind)
    return Opened(member, row.answered_at + OPEN_FOR, str(row.data.get("why"))) if member is not None else None
