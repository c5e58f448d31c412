"""What waits for a moderator, and what one may decide: the same functions draw the buttons and judge the post."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext as _l

from forum.accounts.viewer import Viewer
from forum.core.kinds import Kind
from forum.core.verdict import YES, Verdict, no
from forum.moderation.models import Decision

ALONE = timedelta(days=7)  # the longest that one may restrict somebody without a second person
LONGEST = timedelta(days=365)
RESTRICT = ("limit", "silence", "ban")
NEED_LETTER = ("ask_for_changes", "decline", "hide", "edit", "redact", "warn", *RESTRICT)
NEED_GUIDELINE = (*NEED_LETTER, "lock", "slow")
SENDS_NOTHING = ("no_action", "made_to_hurt", "false_alarm")
WORDS = ("edit", "redact", "content_notes")
PLACE = ("lock", "unlock", "slow", "move", "split", "merge", "topics")
OF_WAITING = ("redact", "content_notes", "move", "topics")  # before anybody has read it
ABOUT_MEMBER = ("warn", *RESTRICT, "lift")

SLIPS = ("approve", "no_action")  # what one key decides: for a moment it can be taken back by whoever pressed it
SLIP = timedelta(minutes=3)  # so long nobody is told of it
FOR_GOOD = ("approve", "no_action", "restore", "redact", "lift", "open_seal")
REDACTABLE = ("pending", "changes_asked", "published", "hidden", "declined", "withdrawn")
CHANGED_SINCE = _l("Things have changed since, so this can’t be undone as it was. Decide anew.")
NOTHING_TO_UNDO = _l("There is nothing left of this that could be undone.")

NOT_A_MODERATOR = _l("The desk is for moderators.")
SIGN_IN = _l("Sign in to come to the desk.")
TAKEN_BACK = _l("Its author took this back. There is nothing left to decide.")
YOUR_OWN = _l("You wrote this. Somebody else reads it.")
YOUR_REPORT = _l("You reported this. Somebody else decides.")
NOT_FOR_THIS = _l("This can’t be decided here as things stand.")
TAKEN = _l("Somebody took this in the same moment.")
PASSED_ON = _l("You passed this on. Somebody else decides.")
NOBODY_ELSE = _l("Nobody else could decide this. Ask the administrator for a second moderator first.")

NO_GUIDELINE = _l("Choose the guideline this rests on.")
OLD_GUIDELINE = _l("This guideline is no longer in force. Choose another.")
NO_LETTER = _l("Write the author why, in a sentence or two.")
NO_DAY = _l("Choose the day it ends, or tick that a moderator lifts it.")
ONLY_ADMINS = _l("This is an administrator. Only another administrator decides here.")


def must_wait(
    viewer: Viewer,
    kind: Kind,
    *,
    approvals_needed: int,
    review_first: bool = False,
    was_refused: bool = False,
    is_suspicious: bool = False,
) -> bool:
    """Whether what `viewer` sends waits for a moderator.

    review_first: the board reads everything first. was_refused: a moderator's last word on it was no.
    is_suspicious: screening found something.
    """
    if kind.is_always_reviewed or was_refused or review_first:
        return True
    is_new = viewer.standing == "new" and approvals_needed > 0 and not viewer.is_moderator
    return is_new or is_suspicious or viewer.active_restriction == "limited"


@dataclass(frozen=True, slots=True)
class Matter:
    """A case as a policy judges it: how things stand, and what `viewer` has to do with them.

    status: of the contribution. is_open: the case is not closed. has_waiting_edit: a newer revision waits behind the
    shown one. kind_decisions: what the kind adds. is_own: the viewer wrote it, signed or sealed. is_own_report: she
    is among those who reported it, and another moderator could decide. claimed_by: who looks at it now, if another.
    restriction: of the author, in force now. has_author: there is still a member behind it. opened_for: the case's own.
    acts: what its room can do with it as it stands. is_reported: a notice waits for an answer. is_shared: it is written
    to some members alone. shows_edits: its pages say where a moderator changed words. can_publish: what its kind says
    of publishing it. is_set_aside: the story that it hangs on was taken back or hidden.
    has_passed: the viewer knows the person and left it to the others.
    is_by_admin: its author signed it and is an administrator (of a sealed one that would say too much).
    """

    status: str
    is_open: bool = True
    has_waiting_edit: bool = False
    kind_decisions: tuple[str, ...] = ()
    is_own: bool = False
    is_own_report: bool = False
    claimed_by: str | None = None
    restriction: str | None = None
    has_author: bool = True
    opened_for: str = "review"
    can_publish: Verdict = YES
    is_set_aside: bool = False
    acts: tuple[str, ...] = ()
    is_reported: bool = False
    is_shared: bool = False
    shows_edits: bool = True
    has_passed: bool = False
    is_by_admin: bool = False


def can_work(viewer: Viewer) -> Verdict:
    """Whether `viewer` may come to the desk."""
    if not viewer.is_authenticated:
        return no(SIGN_IN, 401)
    if not viewer.is_moderator or viewer.active_restriction:
        return no(NOT_A_MODERATOR)
    return YES


def can_open(matter: Matter) -> Verdict:
    """Whether a case's page can be opened at all by who may come to the desk."""
    if matter.is_own:
        return no(YOUR_OWN)
    if matter.is_set_aside or (matter.status == "withdrawn" and not matter.is_open):
        return no(TAKEN_BACK, 410)
    return YES


def can_judge(viewer: Viewer, matter: Matter) -> Verdict:
    """Whether `viewer` may decide anything about a case."""
    if not (verdict := can_work(viewer)):
        return verdict
    if matter.is_own:
        return no(YOUR_OWN)
    if matter.is_own_report:
        return no(YOUR_REPORT)
    if matter.has_passed:
        return no(PASSED_ON)
    return YES


def decisions_for(viewer: Viewer, matter: Matter) -> tuple[str, ...]:
    """The decisions that `viewer` may make about a case as it stands, in the order of the buttons."""
    if not can_judge(viewer, matter) or matter.status == "erased" or matter.is_set_aside:
        return ()
    may_sanction = matter.has_author and (viewer.is_admin or not matter.is_by_admin)
    about_it = _about_text(matter) + _about_words(matter) + _about_place(matter) + _about_notice(matter)
    return about_it + (about_member(matter.restriction) if may_sanction else ())


def about_member(restriction: str | None) -> tuple[str, ...]:
    """What may be decided about a member who is restricted so at present."""
    if restriction == "banned":
        return ("lift",)
    return ("lift", "warn", *RESTRICT) if restriction else ("warn", *RESTRICT)


def _about_text(matter: Matter) -> tuple[str, ...]:
    restore = ("restore",) if matter.can_publish else ()
    if not matter.is_open:
        return restore if matter.status == "hidden" else ()
    ask = tuple(word for word in matter.kind_decisions if word == "ask_for_changes")
    approve = ("approve",) if matter.can_publish else ()
    match matter.status:
        case "pending":
            stays = ("no_action",) if matter.opened_for == "claim" else ()
            return (*approve, *stays, *ask, "decline")
        case "published" if matter.has_waiting_edit:
            return (*approve, *ask, "decline", "hide")
        case "published":
            return ("no_action", "hide")
        case "hidden":
            return (*restore, "no_action")
        case "withdrawn":  # a message, taken back once it was reported: its writer can still be silenced
            return ("no_action",)
    return ()


def _about_words(matter: Matter) -> tuple[str, ...]:
    """What may be done to the words. Nobody but its author changes what waits, nor what was written to some alone."""
    if not matter.is_open:
        return ()
    words = () if matter.is_shared else WORDS
    match matter.status:
        case "published" | "hidden":
            offered = tuple(
                word for word in words if word != "edit" or (matter.shows_edits and not matter.has_waiting_edit)
            )
        case "pending":
            offered = tuple(word for word in words if word in OF_WAITING)
        case _:
            offered = ()
    return offered or (("redact",) if matter.status in REDACTABLE else ())


def _about_place(matter: Matter) -> tuple[str, ...]:
    if not matter.is_open or matter.status not in ("pending", "published", "hidden"):
        return ()
    there = PLACE if matter.status != "pending" else OF_WAITING
    return tuple(word for word in PLACE if word in matter.acts and word in there)


def _about_notice(matter: Matter) -> tuple[str, ...]:
    if not matter.is_open:
        return ()
    hurtful = ("made_to_hurt",) if matter.is_reported and matter.status == "published" else ()
    is_alarm = matter.opened_for == "care" and matter.status in ("pending", "published", "hidden")
    return (*hurtful, "false_alarm") if is_alarm else hurtful


def can_decide(viewer: Viewer, matter: Matter, decision: str, *, is_over: bool = False) -> Verdict:
    """Whether `viewer` may make this decision now; somebody else who looks at it goes first unless `is_over`."""
    if not (verdict := can_judge(viewer, matter)):
        return verdict
    if matter.claimed_by is not None and not is_over:
        return no(_l("%(name)s is looking at this. Say below if it can’t wait.", name=matter.claimed_by), 409)
    if decision in ("approve", "restore") and not matter.can_publish:
        return matter.can_publish
    return YES if decision in decisions_for(viewer, matter) else no(NOT_FOR_THIS, 409)


def is_slip(viewer: Viewer, decision: Decision, now: datetime) -> bool:
    """Whether a decision may be a wrong key of `viewer`'s, a moment ago, that nobody has heard of."""
    is_own = viewer.id is not None and viewer.id == decision.moderator_id
    return is_own and decision.decision in SLIPS and now - decision.made_at < SLIP


def is_final(viewer: Viewer, decision: Decision, now: datetime) -> bool:
    """Whether `viewer` can't take a decision back: it has ended, what was taken out is gone, what was published was
    read. A slip can be taken back for a moment."""
    is_done = decision.decision in FOR_GOOD and not is_slip(viewer, decision, now)
    return decision.ended_at is not None or is_done


def can_undo(viewer: Viewer, matter: Matter, decision: Decision, now: datetime) -> Verdict:
    """Whether `viewer` may take back what was decided."""
    if not (verdict := can_judge(viewer, matter)):
        return verdict
    is_above = matter.is_by_admin and decision.decision in RESTRICT and not viewer.is_admin
    return no(NOTHING_TO_UNDO, 409) if is_above or is_final(viewer, decision, now) else YES


def can_claim(viewer: Viewer, matter: Matter, is_over: bool = False) -> Verdict:
    """Whether `viewer` may take a case; from somebody who has it only when she says so (`is_over`)."""
    if not (verdict := can_judge(viewer, matter)):
        return verdict
    if not matter.is_open:
        return no(_l("This case is closed."), 409)
    if matter.claimed_by is not None and not is_over:
        return no(_l("%(name)s is looking at this.", name=matter.claimed_by), 409)
    return YES


def can_restrict_until(decision: str, until: date | None, today: date, *, is_lasting: bool = False) -> Verdict:
    """Whether a restriction may end on a day, or (`is_lasting`) only when somebody lifts it. A ban needs neither."""
    if decision not in RESTRICT or is_lasting or (decision == "ban" and until is None):
        return YES
    if until is None:
        return no(NO_DAY, 422)
    if until <= today:
        return no(_l("Choose a day after today."), 422)
    if until > today + LONGEST:
        return no(_l("Choose a day within a year."), 422)
    return YES


def can_report(viewer: Viewer, is_owner: bool) -> Verdict:
    """Whether `viewer` may report what she can see: anybody, account or not, but not her own."""
    if is_owner:
        return no(_l("You wrote this yourself. You can change it or take it back where it stands."))
    return YES
