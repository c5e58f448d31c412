"""The desk's own acts, by the decision's word; a kind adds those of its room (`Kind.acts`). Each can be judged, carried
out, and undone from what its decision's `data` keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update

from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.contributions import actions as contributions
from forum.contributions import queries as contribution_queries
from forum.contributions.models import Contribution, Revision
from forum.core import clock, kinds
from forum.core.db import db
from forum.core.kinds import Act, Asked
from forum.core.verdict import YES, Verdict, no
from forum.moderation import authors, cases, editing, noting, redacting, reporting, sanctions, screening, slips
from forum.moderation.models import Case, Decision, Signal
from forum.moderation.policy import CHANGED_SINCE, NOTHING_TO_UNDO


def acts_on(contribution: Contribution) -> Mapping[str, Act]:
    """All acts on contributions of its kind, by the decision's word; whether one can be done now, `policy` says."""
    return OWN | dict(kinds.kind_of(contribution).all_acts)


def _approve(asked: Asked) -> dict[str, Any]:
    edit = cases.waiting_edit(asked.contribution)
    before = {"status": asked.contribution.status, "revision": asked.contribution.shown_revision_id}
    contributions.publish(asked.contribution, edit)
    is_raised = raise_standing(authors.behind(asked.contribution))
    return before | {"edit": edit.id if edit else None, "raised": is_raised}


def raise_standing(behind: authors.Behind) -> bool:
    """Count what was approved towards the standing of whoever signed it; whether it rose. Not in the log.

    What is sealed counts once a day (`standing.review`), with everybody's: at once, it would name the member.
    """
    member = db.session.get(Member, behind.writer_id) if behind.writer_id and not behind.is_sealed else None
    if member is not None and member.standing == "new":
        db.session.flush()
        if contribution_queries.signed_count(member.id) >= screening.approvals_needed():
            member.standing = "established"
            return True
    return False


def _send_back(verb: Any) -> Any:
    def perform(asked: Asked) -> dict[str, Any]:
        edit = cases.waiting_edit(asked.contribution, besides=asked.decision.id if asked.decision else None)
        before = asked.contribution.status
        if edit is None:
            verb(asked.contribution)
        return {"status": before, "edit": edit.id if edit else None}

    return perform


def _show_after_all(_actor: Viewer | None, contribution: Contribution, decision: Decision) -> Verdict:
    """What was sent back is published as it was sent, unless its author has changed it or taken it back since."""
    if not (verdict := kinds.kind_of(contribution).can_publish(contribution)):
        return verdict
    edit_id = decision.data.get("edit")
    newest = contribution_queries.latest_revision(contribution.id)
    if edit_id is not None:
        revision = db.session.get(Revision, edit_id)
        if revision is None or newest is None or newest.id != edit_id or contribution.status != "published":
            return no(CHANGED_SINCE, 409)
        contributions.publish(contribution, revision)
        return YES
    is_newer = newest is not None and newest.made_at > decision.made_at
    if contribution.status not in ("changes_asked", "declined") or is_newer:
        return no(CHANGED_SINCE, 409)
    contributions.publish(contribution)
    raise_standing(authors.behind(contribution))
    return YES


def _hide(asked: Asked) -> dict[str, Any]:
    before = asked.contribution.status
    contributions.hide(asked.contribution)
    return {"status": before}


def _unhide(_actor: Viewer | None, contribution: Contribution, decision: Decision) -> Verdict:
    if contribution.status != "hidden" or not _is_last_ruling(contribution, decision):
        return no(CHANGED_SINCE, 409)
    if decision.data.get("status", "published") == "pending":
        contributions.hold(contribution)
        cases.open_or_join(contribution, "review")
        return YES
    if not (verdict := kinds.kind_of(contribution).can_publish(contribution)):
        return verdict
    contributions.restore(contribution)
    if cases.waiting_edit(contribution) is not None:
        cases.open_or_join(contribution, "review")
    return YES


def _restore(asked: Asked) -> dict[str, Any]:
    contributions.restore(asked.contribution)
    return {"status": "hidden"}


def _hide_again(_actor: Viewer | None, contribution: Contribution, decision: Decision) -> Verdict:
    if contribution.status != "published" or not _is_last_ruling(contribution, decision):
        return no(CHANGED_SINCE, 409)
    contributions.hide(contribution)
    return YES


def _is_last_ruling(contribution: Contribution, decision: Decision) -> bool:
    """Whether no moderator has decided since whether it is shown."""
    newer = (
        select(Decision.id)
        .join(Case, Case.id == Decision.case_id)
        .where(
            Case.contribution_id == contribution.id,
            Decision.id > decision.id,
            Decision.decision.in_(cases.RULINGS),
            Decision.ended_at.is_(None),
        )
    )
    return db.session.scalar(newer.limit(1)) is None


def _sanction(asked: Asked) -> dict[str, Any]:
    behind = authors.behind(asked.contribution)
    sanctions.impose(asked.decision, ends_at=asked.until, behind=behind, contribution=asked.contribution)
    return {}


def _end_sanction(actor: Viewer | None, _contribution: Contribution, decision: Decision) -> Verdict:
    if decision.decision == "warn":
        return YES  # that it no longer counts, the decision itself says
    return YES if sanctions.undo(decision, actor) else no(NOTHING_TO_UNDO, 409)


def _lift(asked: Asked) -> dict[str, Any]:
    behind = authors.behind(asked.contribution)
    sanctions.lift(asked.actor, behind.writer_id, asked.contribution.id if behind.is_sealed else None)
    return {}


def _made_to_hurt(asked: Asked) -> dict[str, Any]:
    return {"reports": reporting.judge_made_to_hurt(asked.decision.case_id)}


def _not_made_to_hurt(_actor: Viewer | None, _contribution: Contribution, decision: Decision) -> Verdict:
    reporting.judge_made_in_earnest(decision.data.get("reports", []))
    return YES


def _false_alarm(asked: Asked) -> dict[str, Any]:
    noticed = (Signal.contribution_id == asked.contribution.id, Signal.signal == "crisis", Signal.reversed_at.is_(None))
    ids = list(db.session.scalars(select(Signal.id).where(*noticed)))
    db.session.execute(update(Signal).where(Signal.id.in_(ids)).values(reversed_at=clock.now()))
    return {"signals": ids}


def _alarm_again(_actor: Viewer | None, _contribution: Contribution, decision: Decision) -> Verdict:
    ids = decision.data.get("signals", [])
    db.session.execute(update(Signal).where(Signal.id.in_(ids)).values(reversed_at=None))
    return YES


def _nothing(_asked: Asked) -> dict[str, Any]:
    return {}


def _cannot_undo(_actor: Viewer | None, _contribution: Contribution, _decision: Decision) -> Verdict:
    return no(NOTHING_TO_UNDO, 409)


OWN: dict[str, Act] = {
    "approve": Act(_approve, slips.unpublish),
    "ask_for_changes": Act(_send_back(contributions.ask_for_changes), _show_after_all),
    "decline": Act(_send_back(contributions.decline), _show_after_all),
    "hide": Act(_hide, _unhide),
    "restore": Act(_restore, _hide_again),
    "no_action": Act(_nothing, slips.open_again),
    "edit": editing.ACT,
    "redact": redacting.ACT,
    "content_notes": noting.ACT,
    "warn": Act(_sanction, _end_sanction),
    "limit": Act(_sanction, _end_sanction),
    "silence": Act(_sanction, _end_sanction),
    "ban": Act(_sanction, _end_sanction),
    "lift": Act(_lift, _cannot_undo),
    "open_seal": Act(_nothing, _cannot_undo),  # two persons open it, in `seals`; what was read can't be unread
    "made_to_hurt": Act(_made_to_hurt, _not_made_to_hurt),
    "false_alarm": Act(_false_alarm, _alarm_again),
}
