"""The words of appeals, by the words of the code."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

APPELLANTS = {
    "author": _l("Asked by the person it restricts"),
    "reporter": _l("Asked by a person who reported it"),
}
OUTCOMES = {
    "upheld": _l("It stays as it was decided"),
    "overturned": _l("It is taken back, and everything is as it was before"),
    "partly": _l("Something milder takes its place"),
}
OUTCOMES_FOR_REPORTER = {
    "upheld": _l("It stays as it was decided"),
    "overturned": _l("It is decided anew, and the case is open again"),
}
HINTS = {
    "overturned": _l("The site brings it back by itself, sanctions and standing too."),
    "partly": _l("The decision holds until you have made the milder one: its case opens next."),
}
HEARD = {
    "upheld": _l("stayed as decided"),
    "overturned": _l("taken back"),
    "partly": _l("made milder"),
}
# How the letter to whom it restricts begins.
OPENINGS = {
    "upheld": _l(
        "You asked us to look again. Somebody else has done so, from the beginning. It stays as it was decided. "
        "Here is why."
    ),
    "overturned": _l(
        "You asked us to look again. Somebody else has done so and sees it as you do. The decision is taken back."
    ),
    "partly": _l(
        "You asked us to look again. Somebody else has done so and sees part of it as you do. Something milder takes "
        "the place of what was decided. Another letter says what."
    ),
}
CLOSING_UPHELD = _l(
    "We have now looked at it twice, so this is our final answer. You can still go to a certified body for "
    "settling disputes out of court, or to a court."
)
