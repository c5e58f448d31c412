"""What the site noticed by itself, in words: to moderators, and to whoever wrote it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from forum.care.wording import RAISED

_HELD = {
    "new_member": _l("The site held this by itself: its author is new here."),
    "watched_word": _l("The site held this by itself: it names a watched word."),
    "many_links": _l("The site held this by itself: it holds many links."),
    "burst": _l("The site held this by itself: its author is new here and sent several texts at once."),
    "near_duplicate": _l("The site held this by itself: it says nearly the same as something sent before."),
    "repeated_link": _l("The site held this by itself: one or two writers have posted the same link again and again."),
    "hurry": _l("The site held this by itself: it was sent sooner than it can be typed, and there is another sign."),
    "honeypot": _l("The site held this by itself: a field was filled in that people don’t see."),
    "lookalike": _l("The site held this by itself: the name on it claims a role, or looks like a moderator’s."),
    "was_refused": _l("The site held this by itself: moderators last said no to it."),
    "board": _l("The site held this by itself: on this board everything is read first."),
    "limited": _l("The site held this by itself: for now, what its author sends is read first."),
    "private_details": _l("The site held this by itself: private details may show."),
    "crisis": _l("The site noticed this by itself: its author may be in danger."),
}
_NOTICED = {
    "watched_word": _l("The site noticed this by itself: it names a watched word."),
    "near_duplicate": _l("The site noticed this by itself: its author has sent nearly the same before."),
    "repeated_link": _l(
        "The site noticed this by itself: one or two writers have posted the same link again and again."
    ),
    "hurry": _l("The site noticed this by itself: it was sent sooner than it can be typed."),
    "honeypot": _l(
        "The site noticed this by itself: a field was filled in that people don’t see. Some browsers do that."
    ),
    "private_details": _l("The site noticed this by itself: private details may show."),
    "crisis": _l("The site noticed this by itself: its author may be in danger."),
}
_FIRST_LINK = _l("The site held this by itself: it holds a link, and nothing of its author’s is published yet.")
RULES = {
    "new_member": _l("New members"),
    "watched_word": _l("Watched words"),
    "many_links": _l("Many links"),
    "burst": _l("Many texts at once"),
    "near_duplicate": _l("Nearly the same text"),
    "repeated_link": _l("The same link again and again"),
    "hurry": _l("Sent sooner than it can be typed"),
    "honeypot": _l("The field that people don’t see"),
    "lookalike": _l("Names that claim something"),
}

# To its author: what happened, and nothing that teaches anybody to write around it.
_TO_AUTHOR = {
    "watched_word": _l("It holds words that sellers often use here."),
    "many_links": _l("It holds more links than most texts do."),
    "burst": _l("You are new here and sent several texts in a short time."),
    "near_duplicate": _l("It says nearly the same as something that was sent before."),
    "repeated_link": _l("Its link was posted again and again lately."),
    "hurry": _l("It arrived sooner than it can be typed."),
    "honeypot": _l("A hidden field of the form was filled in. Some browsers do that by themselves."),
    "lookalike": _l("The name on it claims a role here, or looks like a moderator’s."),
    "was_refused": _l("An earlier version was not published."),
    "board": _l("On this board a moderator reads everything first."),
    "limited": _l("For now a moderator reads what you send before others see it."),
    "private_details": _l("It may show private details."),
}
_FIRST_LINK_TO_AUTHOR = _l("It holds a link, and nothing of yours is published yet.")
ONLY_NEW = _l("A moderator will see this before others do. It’s only like this at the start.")
WAITS = _l("A moderator will see this before others do.")
BY_ITSELF = _l("The site held this by itself. Nobody has judged it: a moderator reads it next.")


def for_moderators(signal: str, is_hold: bool, data: dict[str, Any]) -> Any:
    """What was noticed, labelled as the site's own doing."""
    if signal == "many_links" and data.get("first"):
        return _FIRST_LINK
    return _HELD[signal] if is_hold else _NOTICED.get(signal, _HELD[signal])


def detail(signal: str, data: dict[str, Any]) -> str:
    """The number behind it, or nothing."""
    said: Any = ""
    if signal == "many_links" and "hosts" in data:
        said = ngettext("%(num)d site is linked to.", "%(num)d sites are linked to.", data["hosts"])
    elif signal == "many_links" and "links" in data:
        said = ngettext("%(num)d link.", "%(num)d links.", data["links"])
    elif signal in ("burst", "repeated_link") and "times" in data:
        said = ngettext("%(num)d text.", "%(num)d texts.", data["times"])
    elif signal == "hurry" and "seconds" in data:
        said = ngettext("After %(num)d second.", "After %(num)d seconds.", round(data["seconds"]))
    elif signal == "crisis" and data.get("class") in RAISED:
        said = RAISED[data["class"]]
    return str(said)


def for_author(held: Sequence[tuple[str, dict[str, Any]]]) -> list[Any]:
    """Why something waits, to its author: that the site did it, then each reason once."""
    reasons: list[Any] = []
    for signal, data in held:
        words = _FIRST_LINK_TO_AUTHOR if signal == "many_links" and data.get("first") else _TO_AUTHOR.get(signal)
        if words is not None and words not in reasons:
            reasons.append(words)
    if reasons:
        return [BY_ITSELF, *reasons]
    return [ONLY_NEW] if any(signal == "new_member" for signal, _data in held) else []
