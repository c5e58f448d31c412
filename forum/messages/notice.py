"""How it reads that a message waits: from whom, and never a word of it."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forum.accounts.viewer import Viewer
from forum.core.settings import the_settings
from forum.messages import queries
from forum.notifications.models import Notification
from forum.notifications.notices import Notice, Told


def _tell(viewer: Viewer, notifications: Sequence[Notification], language: str) -> dict[int, Told]:
    """For each about whose conversation words of the other's still stand there. One query."""
    if not the_settings().messages:
        return {}
    places = {one.id: tuple(int(part) for part in one.key.split(":")[1:3]) for one in notifications}
    writers = queries.writers_in(viewer, [conversation for conversation, _first in places.values()])
    found: dict[int, Told] = {}
    for key, (conversation, first) in places.items():
        writer_id, name, last = writers.get(conversation, (0, "", 0))
        if last >= first:  # what came first may be taken back, and another stand there since
            line = _("A message from %(name)s waits for you.", name=name)
            found[key] = Told(line, f"/{language}/me/messages/{conversation}", author_id=writer_id)
    return found


MESSAGE_NOTICE = Notice(
    kind="message",
    label=_l("Somebody writes to you"),
    subject=_l("A message waits for you"),
    tell=_tell,
)
