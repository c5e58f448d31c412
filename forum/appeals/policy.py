"""Who may appeal against what, and who hears it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l

from forum.accounts.viewer import Viewer
from forum.core.verdict import YES, Verdict, no
from forum.moderation.policy import can_work

OUTSIDE_FOR = timedelta(days=30)  # how long a private address of somebody outside is good
LED_TO_NOTHING = ("no_action", "approve", "restore", "made_to_hurt", "false_alarm")

NOT_THIS = _l("This letter took nothing from you, so there is nothing to look at again.")
TOO_LATE = _l("We look again for six months, and they are over. You can still go to court.")
ALREADY = _l("Somebody has asked us already to look at this again. We look at each decision once more, not twice.")
TAKEN_BACK = _l("This decision was taken back already. There is nothing left to look at again.")
ERASED = _l("What this was about is erased. There is nothing left to look at.")
NOT_NOTHING = _l("Your report led to something, or it is still being read. Its page says which.")
EMPTY = _l("Write in a sentence or two what we should see differently. Nothing is sent yet.")

OVER = _l("This appeal is decided already.")
YOU_DECIDED = _l("You decided this. Somebody else looks at it again.")
INVOLVED = _l("You are part of this yourself. Somebody else looks at it again.")
TAKEN_NOW = _l("Somebody took this in the same moment.")
SAY_ALONE = _l("Nobody else can decide this. Tick that you decide it alone, or name somebody outside.")
ONLY_ADMIN = _l("Only an administrator names somebody outside.")
OTHERS_CAN = _l("A moderator who didn’t decide this can look at it again. Somebody outside is for when nobody can.")
NO_WORDS = _l("Write why, in a sentence or two. Whoever asked reads it.")
NO_OUTCOME = _l("Choose what becomes of it. Your words are kept.")
EXPIRED = _l(
    "This address no longer works: its 30 days are over, or the appeal was decided meanwhile. Thank you for your time."
)


@dataclass(frozen=True, slots=True)
class Ground:
    """What somebody would appeal against.

    until: how long an appeal is heard; None where there is nothing to hear. is_there: one was made already.
    is_taken_back: the decision doesn't hold any more because it was wrong. is_erased: what it was about is gone.
    """

    until: datetime | None
    is_there: bool = False
    is_taken_back: bool = False
    is_erased: bool = False


def can_appeal(ground: Ground, now: datetime) -> Verdict:
    """Whether an appeal is heard; restrictions don't matter, whoever is silenced or banned may."""
    if ground.until is None:
        return no(NOT_THIS, 409)
    if ground.is_there:
        return no(ALREADY, 409)
    if ground.is_taken_back:
        return no(TAKEN_BACK, 409)
    if ground.is_erased:
        return no(ERASED, 410)
    return YES if now <= ground.until else no(TOO_LATE, 410)


@dataclass(frozen=True, slots=True)
class Hearing:
    """An appeal as a policy judges it, for one viewer.

    is_heard: it is decided. has_decided: the viewer made the decision, or was its second person. is_involved: it is
    about her, hers, her work, or her report. others: how many moderators could hear it besides her. claimed_by: who
    looks at it now, if another. is_late: its day has passed. appellant: author or reporter.
    """

    is_heard: bool = False
    has_decided: bool = False
    is_involved: bool = False
    others: int = 0
    claimed_by: str | None = None
    is_late: bool = False
    appellant: str = "author"


def can_open(viewer: Viewer, hearing: Hearing) -> Verdict:
    """Whether the page of an appeal opens to `viewer`. Who decided may read it; whom it is about may not."""
    if not (verdict := can_work(viewer)):
        return verdict
    return no(INVOLVED) if hearing.is_involved else YES


def is_alone(viewer: Viewer, hearing: Hearing) -> bool:
    """Whether only the administrator who decided it is there to hear it: her recorded override, or somebody outside."""
    return viewer.is_admin and hearing.has_decided and not hearing.others and not hearing.is_involved


def can_hear(viewer: Viewer, hearing: Hearing, *, is_over: bool = False, is_alone_said: bool = False) -> Verdict:
    """Whether `viewer` may decide an appeal now. is_over: though another has it. is_alone_said: she ticked that."""
    if not (verdict := can_open(viewer, hearing)):
        return verdict
    if hearing.is_heard:
        return no(OVER, 409)
    if hearing.has_decided:
        if not is_alone(viewer, hearing):
            return no(YOU_DECIDED)
        if not is_alone_said:
            return no(SAY_ALONE, 422)
    if hearing.claimed_by is not None and not is_over:
        return no(_l("%(name)s is looking at this. Say below if it can’t wait.", name=hearing.claimed_by), 409)
    return YES


def may_try(viewer: Viewer, hearing: Hearing) -> Verdict:
    """Whether the form of a verdict is shown to `viewer`, whatever she still has to tick in it."""
    return can_hear(viewer, hearing, is_over=True, is_alone_said=True)


def can_claim(viewer: Viewer, hearing: Hearing, is_over: bool = False) -> Verdict:
    """Whether `viewer` may take an appeal to hear it."""
    return can_hear(viewer, hearing, is_over=is_over, is_alone_said=True)


def can_name_outside(viewer: Viewer, hearing: Hearing) -> Verdict:
    """Whether `viewer` may name somebody outside: an administrator, where nobody else can hear it or its day passed."""
    if not (verdict := can_work(viewer)):
        return verdict
    if not viewer.is_admin:
        return no(ONLY_ADMIN)
    if hearing.is_heard:
        return no(OVER, 409)
    able = hearing.others + (0 if hearing.has_decided or hearing.is_involved else 1)
    return no(OTHERS_CAN, 409) if able and not hearing.is_late else YES


def outcomes_for(appellant: str) -> tuple[str, ...]:
    """The outcomes that an appeal may have: what led to nothing can't lead to something milder."""
    return ("upheld", "overturned") if appellant == "reporter" else ("upheld", "overturned", "partly")
