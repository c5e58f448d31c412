"""Giving an account another mailbox when hers is lost: a moderator says how she was recognised, a second one agrees.

Then a waiting period begins, in which she can stop it from the old mailbox or any device (`accounts.recovery`).
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from forum.accounts import recovery
from forum.accounts.models import MailboxRecovery
from forum.accounts.viewer import Viewer
from forum.core import clock
from forum.core.db import db
from forum.core.outbox import enqueue
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.moderation import log, member_policy, member_queries, seconds
from forum.moderation.member_models import SecondPerson
from forum.moderation.policy import ONLY_ADMINS

RUNS = _l("This account is getting another mailbox already. It waits for its day, or to be stopped.")
OVER = _l("This was stopped or is done already.")


def can_start(viewer: Viewer, about: member_policy.About) -> Verdict:
    """Whether `viewer` may start it for a member."""
    if not (verdict := member_policy.can_see(viewer, about)):
        return verdict
    return no(ONLY_ADMINS) if about.is_admin and not viewer.is_admin else YES


def start(*, actor: Viewer, member_id: int, address: str, reason: str) -> Verdict:
    """Ask a second moderator to give a member's account another mailbox. `reason`: how she was recognised."""
    must_be_writing()
    about = member_queries.about(actor, member_id, lock=True)
    if about is None:
        return no("", 404)
    if not (verdict := can_start(actor, about)):
        return verdict
    if recovery.waiting(member_id) is not None:
        return no(RUNS, 409)
    row, verdict = seconds.ask(actor=actor, second_for="recover_mailbox", reason=reason, member_id=member_id)
    if row is None:
        return verdict
    kept = recovery.prepare(actor=actor, member_id=member_id, address=address, reason=reason)
    row.data = {"recovery": kept.id}
    db.session.flush()
    return Verdict(True, seconds.ASKED)


def begin_granted(_asker: Viewer, _actor: Viewer, row: SecondPerson) -> Verdict:
    """What was granted: the waiting period begins."""
    kept = db.session.get(MailboxRecovery, row.data.get("recovery", 0))
    if kept is None or kept.stopped_at is not None or kept.token_hash is not None:
        return no(OVER, 409)
    if recovery.waiting(kept.member_id) is not None:
        return no(RUNS, 409)
    recovery.begin(kept)
    payload = {"recovery_id": kept.id}
    enqueue("moderation.mail_recovery", payload, dedupe_key=f"recovery:{kept.id}")
    enqueue("moderation.finish_recovery", payload, run_at=kept.takes_effect_at, dedupe_key=f"recover:{kept.id}")
    return YES


def finish(recovery_id: int) -> None:
    """The waiting period is over: the new address takes the old one's place, unless it was stopped."""
    must_be_writing()
    row = db.session.get(MailboxRecovery, recovery_id, with_for_update=True)
    if row is None or not recovery.is_open(row):
        return
    if row.takes_effect_at > clock.now():
        enqueue("moderation.finish_recovery", {"recovery_id": row.id}, run_at=row.takes_effect_at)
        return
    is_done = recovery.finish(row)
    log.append(None, "mailbox_recovered" if is_done else "recovery_stopped", "member", row.member_id)


def stop(*, actor: Viewer | None, row: MailboxRecovery) -> Verdict:
    """Stop it: its member, from a device where she is signed in, or whoever reads the old mailbox (`actor` is None)."""
    must_be_writing()
    if not recovery.is_open(row):
        return no(OVER, 409)
    recovery.stop(row)
    log.append(actor, "recovery_stopped", "member", row.member_id)
    return YES


def stop_by_moderator(*, actor: Viewer, member_id: int) -> Verdict:
    """Stop it from the desk."""
    must_be_writing()
    about = member_queries.about(actor, member_id)
    row = recovery.waiting(member_id, lock=True)
    if about is None or row is None:
        return no(OVER, 409)
    verdict = can_start(actor, about)
    return stop(actor=actor, row=row) if verdict else verdict
