"""Who may answer what takes two. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from forum.accounts.viewer import Viewer
from forum.core.verdict import YES, Verdict, no
from forum.moderation.policy import ONLY_ADMINS, can_work

ANSWERS = ("granted", "refused", "override", "taken_back")
YOU_ASKED = _l("You asked for this. Another moderator answers.")
NOT_YOURS = _l("Only the person who asked for this can take it back.")
TOO_LATE = _l("Nobody answered this in time, so nothing happened. Ask again if it is still needed.")
NOT_ALONE = _l("Another moderator can answer this. Alone you decide only where there is nobody else.")
NEVER_ALONE = _l("Alone, an administrator opens a seal only where a life is in danger or the law orders it.")
NOT_ADMIN = _l("Where nobody else can answer, an administrator decides alone, and the public page says so.")
NO_WORDS = _l("Write why, in a sentence or two.")
NO_ANSWER = _l("Choose what you answer.")


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked, as a rule judges it.

    is_own: the viewer asked it. concerns_viewer: it is about her or what she wrote. is_about_admin: it is about an
    administrator, as far as one may know. is_late: nobody answered in time. is_alone: nobody else could answer.
    may_be_alone: it is something that an administrator may decide alone then.
    """

    is_own: bool = False
    concerns_viewer: bool = False
    is_about_admin: bool = False
    is_late: bool = False
    is_alone: bool = False
    may_be_alone: bool = True


def answers_for(viewer: Viewer, wish: Wish) -> tuple[str, ...]:
    """What `viewer` may answer, in the order of the buttons."""
    return tuple(answer for answer in ANSWERS if can_answer(viewer, wish, answer))


def can_answer(viewer: Viewer, wish: Wish, answer: str, words: str | None = None) -> Verdict:
    """Whether `viewer` may give an answer; with `words`, whether she said enough with it."""
    if not (verdict := can_work(viewer)):
        return verdict
    if wish.concerns_viewer:  # she doesn't hear of it here
        return no("", 404)
    if wish.is_late:
        return no(TOO_LATE, 409)
    if answer not in ANSWERS:
        return no(NO_ANSWER, 422)
    if wish.is_about_admin and not viewer.is_admin:
        return no(ONLY_ADMINS)
    if answer == "override":
        if not wish.is_own or not viewer.is_admin:
            return no(NOT_ADMIN)
        if not wish.may_be_alone:
            return no(NEVER_ALONE)
        if not wish.is_alone:
            return no(NOT_ALONE, 409)
    elif wish.is_own != (answer == "taken_back"):
        return no(YOU_ASKED if wish.is_own else NOT_YOURS)
    if words is not None and answer in ("refused", "override") and not words.strip():
        return no(NO_WORDS, 422)
    return YES
