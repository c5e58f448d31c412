"""What a mail says besides to whoever wrote us something heavy: the words of the card, and where people answer.

It is looked for when the mail is made, in what was kept of her words; of what is found nothing is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from forum.care.detection import find
from forum.contributions.models import Contribution, Draft
from forum.core import clock, wordings
from forum.core.db import db
from forum.core.settings import the_settings
from forum.core.wordings import Words
from forum.helplines.page import help_page
from forum.helplines.rows import EmergencyNumber
from forum.incoming.queries import Answered
from forum.moderation import caring
from forum.moderation.screening import text_of


@dataclass(frozen=True, slots=True)
class Help:
    """words: the site's own, None where only the way to Get help is shown. country, numbers: what to call in danger,
    where the site assumes a country for the language."""

    words: Words | None
    country: str | None
    numbers: Sequence[EmergencyNumber]


def is_heavy(contribution_id: int) -> bool:
    """Whether something was raised when it was sent, by what it says or by a watched word."""
    return bool(db.session.scalar(select(caring.is_raised(contribution_id))))


def help_for(text: str, written_in: str, language: str, *, is_raised: bool = False) -> Help | None:
    """What is said besides of words that may speak of despair, in the language of who reads it; None of all others.
    `is_raised`: moderators look at it already."""
    raised = find(text, written_in) if text else None
    if is_raised and (raised is None or raised.is_gentle):
        raised = caring.WATCHED
    if raised is None:
        return None
    if raised.is_gentle:
        return Help(None, None, ())
    country = the_settings().country_for(language)
    numbers = help_page(country, clock.now()).own_numbers if country else ()
    key = "care.worried" if raised.what == "someone" else "care.card"
    return Help(wordings.newest(key, language), country, numbers)


def words_of(contribution_id: int) -> tuple[str, str]:
    """The words of what became of a mail, and their language."""
    row = db.session.get(Contribution, contribution_id)
    return (text_of(row), row.language) if row is not None else ("", "")


def unsent_words(member_id: int, answered: Answered) -> str:
    """What is kept of a member's answer that was not posted."""
    places = [answered.place, f"reply:{answered.thread_id}:{answered.post_id}"]
    kept = select(Draft.source).where(Draft.member_id == member_id, Draft.place.in_(places))
    return "\n\n".join(db.session.scalars(kept.order_by(Draft.id)))
