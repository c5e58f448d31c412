"""What a letter to an author says: an opening by the decision, the moderator's words, the guideline."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import gettext as _

from forum.core.dates import date_in
from forum.core.languages import in_language
from forum.moderation.letter_words import OPENING_BY_THE_SITE, OPENING_OF_EDIT, OPENINGS
from forum.moderation.notices import Rule

SENT_AGAIN = ("ask_for_changes", "decline")


def opening(decision: str, *, language: str, is_edit: bool = False, is_automatic: bool = False) -> str:
    """The first sentences of a letter; empty for a decision the author hears nothing of."""
    first = OPENING_BY_THE_SITE if is_automatic else OPENING_OF_EDIT if is_edit else {}
    with in_language(language):
        return str(first.get(decision) or OPENINGS.get(decision, ""))


def rests_on(language: str) -> tuple[str, str]:
    """What stands before and after the guideline's name in the sentence that names it."""
    with in_language(language):
        before, _mark, after = _("This rests on guideline %(guideline)s.", guideline="\n").partition("\n")
    return before, after


def closing(decision: str, *, language: str, guideline: str = "", until: date | None = None) -> str:
    """The last sentences of a letter: the guideline (its number and title), how long, what the author can do."""
    said: list[str] = []
    if guideline:
        said.append(guideline.join(rests_on(language)))
    with in_language(language):
        if until is not None and (words := _until(decision, until, language)):
            said.append(words)
        if decision in SENT_AGAIN:
            said.append(_("Your text is kept. You can change it and send it again when you like."))
        if decision == "ban":
            said.append(_("You can still have a copy of all you wrote, and have it erased. Write to us for that."))
    return " ".join(said)


def _until(decision: str, until: date, language: str) -> str:
    day, words = date_in(until.date() if isinstance(until, datetime) else until, language), ""
    match decision:
        case "silence":
            words = _(
                "You can write again from %(date)s. Until then you can read, and take back what you wrote.", date=day
            )
        case "limit":
            words = _("From %(date)s everything is as it was before.", date=day)
        case "ban":
            words = _("You can come back from %(date)s.", date=day)
        case "lock" | "slow":
            words = _("It lasts until %(date)s.", date=day)
    return str(words)


def with_words_of(words: str, guideline_id: int | None, rules: list[Rule]) -> str:
    """What a letter says with a guideline's words in it: instead of another guideline's, below a moderator's own."""
    chosen = next((rule.to_author for rule in rules if rule.id == guideline_id), "")
    if not chosen or chosen in words:
        return words
    for rule in rules:
        if rule.to_author in words:
            return words.replace(rule.to_author, chosen)
    return f"{words}\n\n{chosen}".strip()


def text_of(
    decision: str,
    words: str,
    *,
    language: str,
    is_edit: bool = False,
    guideline: str = "",
    until: date | None = None,
    is_automatic: bool = False,
) -> str:
    """The whole letter, paragraphs apart, as it is kept and sent."""
    first = opening(decision, language=language, is_edit=is_edit, is_automatic=is_automatic)
    last = closing(decision, language=language, guideline=guideline, until=until)
    return "\n\n".join(part for part in (first, words, last) if part)
