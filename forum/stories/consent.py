"""What an author allows to be done with her story, as her pages ask it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forum.contributions import ledger, wording
from forum.contributions.ledger import Use
from forum.contributions.wording import Question
from forum.core.languages import current_language
from forum.stories.models import Story


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions before a story is sent, each with whether its box is ticked."""

    rows: Sequence[tuple[Question, bool]]


def asked(story: Story, ticked: list[str] | None = None) -> Asked:
    """What is asked before `story` is sent. `ticked`: what came back with the form; None: what she allows now."""
    allowed = ledger.allowed(story.id) if ticked is None else wording.chosen(ticked, story.language)
    questions = wording.questions(story.language, language=current_language())
    return Asked([(one, (one.use, one.for_language) in allowed) for one in questions])


def chosen(story: Story, ticked: list[str]) -> frozenset[Use]:
    """The uses that the ticked boxes stand for."""
    return wording.chosen(ticked, story.language)
