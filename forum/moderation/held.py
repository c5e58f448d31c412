"""Private details that somebody points at and our own check finds: out of sight at once, until a moderator has looked.

This is the one thing that the site does by itself upon a report. It is labelled automatic, its author hears kindly what
was found, and a moderator brings it back.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import exists, func, select

from forum.contributions import actions as contributions
from forum.contributions.details import KIND_WORDS, Detail, found_in
from forum.contributions.models import Contribution, Revision
from forum.core import clock, kinds
from forum.core.db import db
from forum.core.languages import in_language
from forum.core.unit_of_work import must_be_writing
from forum.helplines.queries import published_numbers
from forum.moderation import log, statements
from forum.moderation.guideline_models import Guideline
from forum.moderation.models import Case, Decision, Report, Signal

# By which a stranger finds somebody tonight. Names of doctors, clinics and birthdays wait for a moderator's eye.
HELD = ("email", "phone", "postal_address", "record_number")
LET_STAND = ("approve", "restore", "no_action", "made_to_hurt")


def confirmed_in(contribution: Contribution) -> list[Detail]:
    """The private details in the words that readers see now by which somebody could be found."""
    text = f"{contribution.title}\n\n{contribution.teaser}\n\n{contribution.source}"
    found = [detail for detail in found_in(text, contribution.language) if detail.kind in HELD]
    if any(detail.kind == "phone" for detail in found):
        public = published_numbers()
        found = [one for one in found_in(text, contribution.language, public_numbers=public) if one.kind in HELD]
    return found


def hold(contribution: Contribution, case: Case) -> bool:
    """Take a contribution out of sight where our own check finds private details in it; whether it finds any.

    Not what was written to a few alone, nor what a moderator let stand in the same words when it was reported so.
    """
    must_be_writing()
    if contribution.status != "published" or kinds.kind_of(contribution).shared_with is not None:
        return False
    found = confirmed_in(contribution)
    if not found:
        return False
    if not _was_let_stand(contribution):
        _take_out(contribution, case, found)
    return True


def _was_let_stand(contribution: Contribution) -> bool:
    shown_at = select(func.coalesce(Revision.shown_at, Revision.made_at)).where(
        Revision.id == contribution.shown_revision_id
    )
    answered = exists().where(
        Report.contribution_id == contribution.id,
        Report.reason == "private_details",
        Decision.id == Report.decision_id,
        Decision.decision.in_(LET_STAND),
        Decision.made_at >= shown_at.scalar_subquery(),
    )
    return bool(db.session.scalar(select(answered)))


def _take_out(contribution: Contribution, case: Case, found: Sequence[Detail]) -> None:
    kinds_found = sorted({detail.kind for detail in found}, key=HELD.index)
    now = clock.now()
    rule = db.session.scalar(
        select(Guideline).where(Guideline.key == "private_details", Guideline.replaced_at.is_(None))
    )
    data = {"before": contribution.status, "signal": "private_details", "found": kinds_found}
    contributions.hide(contribution)
    row = Decision(
        case_id=case.id, moderator_id=None, decision="hide", guideline_id=rule.id if rule else None, is_automatic=True,
        made_at=now, data=data,
    )  # fmt: skip
    db.session.add(row)
    db.session.add(
        Signal(
            contribution_id=contribution.id, case_id=case.id, signal="private_details", is_hold=True,
            data={"found": kinds_found}, made_at=now,
        )
    )  # fmt: skip
    db.session.flush()
    log.append(
        None, "hide", "contribution", contribution.id, guideline_id=row.guideline_id,
        data={"case": case.id, "before": "published", "after": "hidden", "automatic": True, "found": kinds_found},
    )  # fmt: skip
    statements.send(row, contribution=contribution, words=_words(kinds_found, statements.language_of(contribution)))


def _words(kinds_found: Sequence[str], language: str) -> str:
    """What the letter to the author says: what was found, and what comes next. It doesn't repeat the detail itself."""
    with in_language(language):
        return "\n\n".join(
            (
                _(
                    "Somebody pointed us to it, and our own check found something that may be private. No person has "
                    "judged it yet."
                ),
                " ".join(str(KIND_WORDS[kind]) for kind in kinds_found),
                _(
                    "Your words are all kept. A moderator reads them next. If our check was wrong, everything comes "
                    "back as it was. If the detail shouldn’t be there, we take it out and show the rest again."
                ),
            )
        )
