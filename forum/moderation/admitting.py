"""The one door of everything that is sent: it is published, or waits with an open case; and what is noticed at it."""

from __future__ import annotations

from forum.accounts.viewer import Viewer
from forum.contributions import actions as contributions
from forum.contributions.models import Contribution, Revision
from forum.core import kinds
from forum.core.unit_of_work import must_be_writing
from forum.moderation import caring, cases, policy, screening, signals
from forum.screening import looking, remembering
from forum.screening.sending import UNKNOWN, Sent


def admit(
    *,
    actor: Viewer,
    contribution: Contribution,
    revision: Revision | None = None,
    review_first: bool = False,
    sent: Sent = UNKNOWN,
) -> bool:
    """Publish what was just sent or edited, or let it wait with an open case. True when readers see it now.

    `revision`: an edit, newer than what is shown; while it waits, readers keep the shown one. `review_first`: the
    board reads everything first. `sent`: what came with the form beside the words.
    """
    must_be_writing()
    kind = kinds.kind_of(contribution)
    past = cases.all_of(contribution.id)
    case = next((one for one in past if one.closed_at is None), None)
    was_refused = bool(past) and cases.was_refused(contribution)
    findings = screening.found(
        actor, kind, contribution, revision, sent, review_first=review_first, was_refused=was_refused
    )
    waits = (
        contribution.status == "pending"
        or not kind.can_publish(contribution)
        or (case is not None and case.opened_for == "review")
        or policy.must_wait(
            actor,
            kind,
            approvals_needed=screening.approvals_needed(),
            review_first=review_first,
            was_refused=was_refused,
            is_suspicious=looking.holds(findings),
        )
    )
    remembering.remember(contribution.id, (revision or contribution).source)
    raised = caring.raised_by(contribution, revision, findings)
    if waits:
        if contribution.status != "published":
            contributions.hold(contribution)
        case = cases.open_or_join(contribution, "review")
    else:
        contributions.publish(contribution, revision)
        if past:
            cases.take_up_reports(contribution)
        if case is not None:
            cases.touch(case)  # who reads the case hears that the words have changed
    case = caring.take_care(actor, contribution, raised) or case
    signals.record(contribution, [*findings, *caring.finding_of(raised)], case)
    return not waits


def readmit(contribution: Contribution) -> bool:
    """Show again, without another reading, what was published when its author took it back; True when readers see it.

    If a moderator's last word on it was no, or its kind says that it can't be published (no consent is on record), it
    waits with an open case. Reports that nobody answered are taken up.
    """
    must_be_writing()
    remembering.remember(contribution.id, contribution.source)
    if cases.was_refused(contribution) or not kinds.kind_of(contribution).can_publish(contribution):
        contributions.hold(contribution)
        cases.open_or_join(contribution, "review")
        return False
    contributions.restore(contribution)
    cases.take_up_reports(contribution)
    return True
