"""The words of care that moderators may change, and those that pages share."""

from __future__ import annotations

from pathlib import Path

from flask_babel import lazy_gettext as _l

from forum.core import wordings
from forum.core.settings import LANGUAGES

CONTENT = Path(__file__).parent / "content"


def _texts(name: str) -> dict[str, str]:
    return {code: (CONTENT / f"{name}.{code}.md").read_text("utf-8").strip() for code in LANGUAGES}


CARD = wordings.register(
    wordings.Default(
        "care.card",
        _l("The card in a crisis"),
        _l(
            "Whoever writes something that may speak of despair sees it, above the numbers of their country. The first "
            "line is its heading. Promise nothing that isn’t there at night."
        ),
        _texts("card"),
    )
)
WORRIED = wordings.register(
    wordings.Default(
        "care.worried",
        _l("What a worried reader can do"),
        _l(
            "Stands beside the form where a reader says they are worried about somebody, and on the card of whoever "
            "writes about somebody else. The first line is its heading."
        ),
        _texts("worried"),
    )
)
PROTOCOL = wordings.register(
    wordings.Default(
        "care.protocol",
        _l("The protocol for moderators"),
        _l("What moderators do when somebody may be in danger. Markdown, with headings."),
        _texts("protocol"),
        is_markdown=True,
    )
)
RAISED = {
    "plan": _l("It may speak of a plan, or of means at hand."),
    "intent": _l("It may speak of suicide."),
    "self_harm": _l("It may speak of hurting oneself."),
    "farewell": _l("It may be a farewell."),
    "passive": _l("It may speak of not wanting to live."),
    "someone": _l("Its author may be worried about somebody close."),
    "sounds": _l("It sounds like what people write when they cannot go on."),
}
