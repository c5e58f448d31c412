"""The words of claims and of where stories came from."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

CLAIM_WISH_WORDS: dict[str, Any] = {
    "own": _l("Have it as mine, to look after it myself"),
    "change": _l("Change something in it"),
    "remove": _l("Take it off the site"),
}
# The same as a case or a list says it of somebody.
CLAIM_WISH_FACTS: dict[str, Any] = {
    "own": _l("Wants it as their own"),
    "change": _l("Wants something changed"),
    "remove": _l("Wants it taken off the site"),
}
CLAIM_OUTCOME_WORDS: dict[str, Any] = {
    "handed_over": _l("Hand the story over"),
    "changed": _l("It is changed as asked"),
    "removed": _l("Take it off the site now"),
    "declined": _l("Leave it as it is"),
}
# What whoever asked is told, on her page and by mail.
CLAIM_ANSWERS: dict[str, Any] = {
    "handed_over": _l("The story is yours to take. Open your page here and press one button."),
    "changed": _l("We have changed it as you asked."),
    "removed": _l("It’s gone from the site. In 30 days its text is erased."),
    "declined": _l("We have left it as it is. Here is why."),
}
TOLD_HOW_WORDS: dict[str, Any] = {
    "letter": _l("By letter"),
    "phone": _l("By phone"),
    "voice": _l("In a conversation or a recording"),
}
