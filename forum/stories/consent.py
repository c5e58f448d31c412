"""What an author allows to be done with her story: read for her pages, given, taken back, asked again at majority."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from forum.accounts.viewer import Viewer
from forum.contributions import ledger, wording
from forum.contributions import queries as contribution_queries
from forum.contributions.ledger import Use
from forum.contributions.models import Consent
from forum.contributions.wording import Question
from forum.core import clock
from forum.core.dates import day
from forum.core.languages import current_language
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import Verdict, no
from forum.stories import actions, queries
from forum.stories import consent_policy as policy
from forum.stories.actions import GONE, ON_SITE, Outcome
from forum.stories.models import Story

ANSWERS = ("yes", "no", "not_possible")


@dataclass(frozen=True, slots=True)
class Choice:
    """One use of a story: how it is asked for now, whether it is allowed, and all that was said about it.

    `agreed` is the wording that its author said yes to, in the language in which she read it.
    """

    question: Question
    is_allowed: bool
    given: Consent | None
    agreed: Question | None
    past: Sequence[Consent]

    @property
    def since(self) -> datetime | None:
        """Since when it is allowed without a break."""
        live = [one.given_at for one in self.past if one.withdrawn_at is None]
        return min(live) if self.is_allowed and live else None


def choices_of(story: Story) -> list[Choice]:
    """Every use of a story as its author's page shows it. Two queries."""
    allowed, past = ledger.allowed(story.id), ledger.history(story.id)
    return [
        _choice(question, allowed, past) for question in wording.questions(story.language, language=current_language())
    ]


def _choice(question: Question, allowed: set[Use], past: Sequence[Consent]) -> Choice:
    use = (question.use, question.for_language)
    said = [one for one in past if (one.use, one.for_language) == use]
    live = [one for one in said if one.withdrawn_at is None] if use in allowed else []
    given = live[-1] if live else None
    agreed = wording.question(*use, language=given.language, version=given.wording_version) if given else None
    return Choice(question, use in allowed, given, agreed, said)


def _judged(actor: Viewer, story_id: int) -> tuple[Story | None, Verdict]:
    must_be_writing()
    story = queries.story_by_id(story_id)
    if story is None or not contribution_queries.is_owner(actor, story):
        return None, GONE.verdict
    return story, policy.can_choose(actor, story, True)


def allow(*, actor: Viewer, story_id: int, use: Use, language: str) -> Outcome:
    """Write down that an author allows a use of her story from now on. `language`: in which she read the wording."""
    story, verdict = _judged(actor, story_id)
    if story is None or not verdict:
        return Outcome(verdict, story)
    if use not in wording.uses_of(story.language):
        return Outcome(no(policy.UNKNOWN_USE, 422), story)
    ledger.give(story, use[0], for_language=use[1], version=wording.VERSION, language=language, how="site")
    _translations_follow(story, use)
    return Outcome(verdict, story)


def disallow(*, actor: Viewer, story_id: int, use: Use) -> Outcome:
    """Write down that an author no longer allows a use. Without this site the story leaves it, as if taken back."""
    story, verdict = _judged(actor, story_id)
    if story is None or not verdict:
        return Outcome(verdict, story)
    if use not in wording.uses_of(story.language):
        return Outcome(no(policy.UNKNOWN_USE, 422), story)
    if use == ON_SITE and story.status in ("published", "hidden"):
        return actions.withdraw(actor=actor, story_id=story_id)
    if use == ON_SITE and story.status in ("pending", "sent"):
        outcome = actions.recall(actor=actor, story_id=story_id)
        if not outcome.verdict:
            return outcome
    ledger.take_back(story, *use)
    _translations_follow(story, use)
    return Outcome(verdict, story)


def _translations_follow(story: Story, use: Use) -> None:
    if use[0] == "translation" and story.translation_of_id is None:
        actions.dependents_follow(story)


def answer_of_age(*, actor: Viewer, story_id: int, answer: str) -> Outcome:
    """Write down what somebody says, of age now, whom a story is about as a child. A no takes the story back."""
    story, verdict = _judged(actor, story_id)
    today = clock.today()
    if story is not None and verdict:
        verdict = policy.can_answer_of_age(actor, story, True, year=today.year)
    if story is None or not verdict:
        return Outcome(verdict, story)
    if answer not in ANSWERS:
        return Outcome(no(policy.UNKNOWN_ANSWER, 422), story)
    said = {
        "yes": _("%(day)s: of age now, and says yes.", day=day(today)),
        "no": _("%(day)s: of age now, and says no.", day=day(today)),
        "not_possible": _("%(day)s: of age now, and can’t say.", day=day(today)),
    }[answer]
    ledger.annotate(story, *ON_SITE, said)
    if answer == "no":
        return actions.withdraw(actor=actor, story_id=story_id)
    story.about_whom, story.subject_consent = "adult", "given" if answer == "yes" else "not_possible"
    return Outcome(verdict, story)
