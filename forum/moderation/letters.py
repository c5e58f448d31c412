"""What a letter to an author says: an opening by the decision, the moderator's words, the guideline."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _

from forum.core.languages import in_language
from forum.core.templates import date_in
from forum.moderation.notices import Rule
from forum.moderation.wording import OPENING_OF_EDIT, OPENINGS


def opening(decision: str, *, language: str, is_edit: bool = False) -> str:
    """The first sentences of a letter; empty for a decision the author hears nothing of."""
    words = (OPENING_OF_EDIT.get(decision) if is_edit else None) or OPENINGS.get(decision, "")
    with in_language(language):
        return str(words)


def rests_on(language: str) -> tuple[str, str]:
    """What stands before and after the guideline's name in the sentence that names it."""
    with in_language(language):
        before, _mark, after = _(
            "This rests on guideline %(guideline)s. A person decided it.", guideline="\n"
        ).partition("\n")
    return before, after


def closing(decision: str, *, language: str, guideline: str = "", until: date | None = None) -> str:
    """The last sentences of a letter: the guideline (its number and title), who decided, what the author can do."""
    said: list[str] = []
    if guideline:
        said.append(guideline.join(rests_on(language)))
    with in_language(language):
        if decision == "silence" and until is not None:
            said.append(
                _(
                    "You can write again from %(date)s. Until then you can read, and take back what you wrote.",
                    date=date_in(until, language),
                )
            )
        if decision in ("ask_for_changes", "decline"):
            said.append(_("Your text is kept. You can change it and send it again when you like."))
    return " ".join(said)


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
    decision: str, words: str, *, language: str, is_edit: bool = False, guideline: str = "", until: date | None = None
) -> str:
    """The whole letter, paragraphs apart, as it is kept and sent."""
    first = opening(decision, language=language, is_edit=is_edit)
    last = closing(decision, language=language, guideline=guideline, until=until)
    return "\n\n".join(part for part in (first, words, last) if part)
