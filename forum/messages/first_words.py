"""What a first message may hold: nothing by which somebody is led away from here before she has answered."""

from __future__ import annotations

import re

from forum.contributions import details
from forum.core import richtext
from forum.core.verdict import Verdict
from forum.helplines import queries as helplines
from forum.messages import policy

# Typed without a scheme, or taken apart so that no link comes of it.
_ADDRESS = re.compile(
    r"\w\s?:\s?//|\bwww\s?[.(\[]|"
    r"\b[\w-]{1,63}(?:\.|\s?\[\.\]\s?|\s?\(dot\)\s?|\sdot\s)"
    r"(?:com|org|net|info|biz|(?-i:it|es|eu|uk|de|fr|me|io|app|link|xyz|site|shop|chat|ly|gg))\b",
    re.IGNORECASE,
)


def may_begin(source: str, language: str) -> Verdict:
    """Whether a text may be a first message. One query, for the numbers of helplines: those are nobody's own."""
    text = richtext.clean_text(source)
    has_link = "<a " in richtext.render(text) or _ADDRESS.search(text) is not None
    found = details.found_in(text, language, public_numbers=helplines.published_numbers())
    return policy.can_begin_with(has_link=has_link, details=[one.kind for one in found])
