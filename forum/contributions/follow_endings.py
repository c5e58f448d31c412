"""The address in a mail about something followed: it ends that one follow."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from forum.contributions import follows
from forum.notifications.unsubscribing import Ending, Purpose

ASKS = {
    "contribution": _l("We write to you when a story that you follow has a later chapter."),
    "thread": _l("We write to you when there is something new in a thread that you follow."),
    "board": _l("We write to you when there is something new on a board that you follow."),
    "topic": _l("We write to you when there is something new about a topic that you follow."),
    "member": _l("We write to you when somebody whom you follow writes."),
}


def _find(token: str) -> Ending | None:
    found = follows.ending_by(token)
    if found is None:
        return None
    if found.row is None:
        return Ending(is_open=False, language=found.language)
    what = next(what for what, column in follows.COLUMNS.items() if getattr(found.row, column.key) is not None)
    return Ending(is_open=True, language=found.language, asks=ASKS[what])


def _end(token: str) -> None:
    follows.end(token)


FOLLOW_MAILS = Purpose("", _find, _end)
