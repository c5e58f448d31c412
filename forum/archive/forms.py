"""Forms of archives."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from forum.archive.publishing import NO_NOTE
from forum.core.forms import Form, Needed, text


class AttestForm(Form):
    """How an administrator knows that an archive's authors consented."""

    note = text(
        _l("How you know that its authors agreed"),
        2000,
        Needed(NO_NOTE),
        description=_l("Such as: “Signed sheets of 2003 and 2011, in the office.” It is kept with each story."),
    )
