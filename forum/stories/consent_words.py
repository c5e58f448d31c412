"""The words of consent and wishes on the page."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

HOW_WORDS: dict[str, Any] = {
    "site": _l("on this site"),
    "letter": _l("by letter"),
    "phone": _l("by phone"),
    "voice": _l("in a spoken message"),
    "attested": _l("before the story came here"),
}
WISH_WORDS: dict[str, Any] = {
    "keep": _l("Keep it as it is"),
    "unlist": _l("Take it out of the lists"),
    "remove": _l("Take it off the site"),
}
WISH_HINTS: dict[str, Any] = {
    "keep": _l("It stays for whoever looks for it."),
    "unlist": _l("Lists and search no longer show it. Whoever has its address can still read it."),
    "remove": _l("It goes as if you had taken it back. After 30 days we keep nothing of it."),
}
ANSWER_WORDS: dict[str, Any] = {
    "yes": _l("Yes, it may stay"),
    "no": _l("No, take it off the site"),
    "not_possible": _l("They can’t say"),
}
ANSWER_HINTS: dict[str, Any] = {
    "no": _l("It leaves the site at once. You can bring it back for 30 days."),
    "not_possible": _l("The story stays, and we note that you tried."),
}
