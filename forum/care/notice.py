"""How the card stands in her own list: as the card's first words, and nothing of what she wrote."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from forum.accounts.viewer import Viewer
from forum.care import wording
from forum.core import wordings
from forum.notifications.models import Notification
from forum.notifications.notices import Notice, Told


def _tell(_viewer: Viewer, rows: Sequence[Notification], language: str) -> dict[int, Told]:
    """The same for each. One query."""
    line = wordings.newest(wording.CARD.key, language).heading
    return {row.id: Told(line, f"/{language}/me/care") for row in rows}


CARE_NOTICE = Notice(
    kind="review",
    about="care",
    label=_l("Numbers to call, if a day is heavy"),
    subject=_l("Something for you"),
    tell=_tell,
)
