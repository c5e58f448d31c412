"""The form in which moderators change words of care."""

from __future__ import annotations

import wtforms
from flask_babel import lazy_gettext as _l

from forum.core.forms import Form, Needed, text
from forum.core.wordings import LONGEST


class WordingForm(Form):
    """A text of the site. `version` is the one that was read before writing; 0 for what it came as."""

    text = text(_l("Words"), LONGEST, Needed(_l("Write something here.")))
    version = wtforms.HiddenField(default="0")

    @property
    def seen_version(self) -> int:
        """The version that was read, -1 where the field holds no number."""
        value = self.version.data or ""
        return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else -1
