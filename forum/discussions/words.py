"""The words of posts on the page: what is noted on them, and how they stand."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from forum.discussions.rows import FOLDED

__all__ = ["FOLDED"]

NOTE_WORDS: dict[str, Any] = {
    "loss": _l("About a death"),
    "surgery": _l("About an operation"),
    "self_harm": _l("About self-harm"),
    "graphic": _l("Hard to look at"),
}


def noted(content_notes: str) -> str:
    """What a text is about that nobody should meet unprepared, on one line; empty where nothing is noted."""
    return ". ".join(str(NOTE_WORDS[note]) for note in content_notes.split() if note in NOTE_WORDS)


GONE_WORDS: dict[str, Any] = {
    "hidden": _l("A moderator has hidden this."),
    "withdrawn": _l("This was taken back by its author."),
    "erased": _l("This was taken back by its author."),
}
WAITING_WORDS: dict[str, Any] = {
    "sent": _l("Waiting. Only you see this."),
    "pending": _l("A moderator will see this before others do."),
    "changes_asked": _l("A moderator asks you to change something. Only you see this."),
    "declined": _l("Not published yet. Only you see this."),
}
BASIS_WORDS: dict[str, Any] = {
    "experience": _l("My own experience"),
    "doctor": _l("My doctor told me"),
    "professional": _l("I’m a professional"),
    "paper": _l("From a paper"),
}
PAUSE_WORDS: dict[int, Any] = {  # seconds between two posts of one member
    0: _l("No pause"),
    60: _l("1 minute"),
    300: _l("5 minutes"),
    900: _l("15 minutes"),
    3600: _l("1 hour"),
    86400: _l("1 day"),
}
ATTRIBUTION_WORDS: dict[str, Any] = {"anonymous": _l("Without a name")}
NAMELESS = _l("Post without my name")
ANONYMOUS_HINT = _l("Hidden from everyone here. Whoever runs the server, or a court, could still find out.")
