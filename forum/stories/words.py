"""The words of stories on the page: who tells it, how it stands."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from forum.core.templates import language_name

RELATION_WORDS: dict[str, Any] = {
    "patient": _l("I live with it"),
    "parent": _l("My child has it"),
    "partner": _l("My partner has it"),
    "child": _l("My parent has it"),
    "surviving_relative": _l("I lost someone"),
    "friend": _l("My friend has it"),
    "professional": _l("I work with people who have it"),
}
# The same, said by the page about somebody else.
TOLD_BY: dict[str, Any] = {
    "patient": _l("someone who lives with it"),
    "parent": _l("a parent"),
    "partner": _l("a partner"),
    "child": _l("a daughter or son"),
    "surviving_relative": _l("someone who lost someone"),
    "friend": _l("a friend"),
    "professional": _l("someone who works with it"),
}
ABOUT_WHOM_WORDS: dict[str, Any] = {
    "myself": _l("Me"),
    "adult": _l("Another adult"),
    "child": _l("A child"),
    "deceased": _l("Someone who has died"),
}
SUBJECT_CONSENT_WORDS: dict[str, Any] = {
    "given": _l("Yes, we talked about it"),
    "not_possible": _l("It isn’t possible to ask"),
    "not_asked": _l("I haven’t asked yet"),
}
# What the writer of an afterword is to the author of the story: as she is asked, and as the page says it.
WRITER_WORDS: dict[str, Any] = {
    "partner": _l("the author’s partner"),
    "child": _l("the author’s daughter or son"),
    "parent": _l("the author’s mother or father"),
    "surviving_relative": _l("another relative of the author"),
    "friend": _l("a friend of the author"),
    "professional": _l("someone who cared for the author"),
}
WRITTEN_BY: dict[str, Any] = {
    "partner": _l("A partner wrote these lines."),
    "child": _l("A daughter or son wrote these lines."),
    "parent": _l("A mother or father wrote these lines."),
    "surviving_relative": _l("Someone of the family wrote these lines."),
    "friend": _l("A friend wrote these lines."),
    "professional": _l("Someone who cared for the author wrote these lines."),
}
STATUS_WORDS: dict[str, Any] = {
    "draft": _l("Draft"),
    "sent": _l("Sent"),
    "pending": _l("Being read"),
    "changes_asked": _l("A change was asked for"),
    "published": _l("Published"),
    "hidden": _l("Hidden by a moderator"),
    "declined": _l("Not published yet"),
    "withdrawn": _l("Taken back"),
}
USE_WORDS: dict[str, Any] = {
    "site": _l("this site"),
    "translation": _l("translation"),
    "print": _l("print"),
    "research": _l("research"),
    "photo": _l("photo"),
}
ORDERS = ("newest", "byline", "updated")


def use_words(use: str, for_language: str | None) -> str:
    """A use as a line of facts names it: this site, translation (Italiano)."""
    name = str(USE_WORDS[use])
    return f"{name} ({language_name(for_language)})" if for_language else name
