"""What pages call the kinds and sections of the literature."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

SECTION_WORDS = {
    "about": _l("What it is"),
    "causes": _l("Causes"),
    "diagnosis": _l("Diagnosis"),
    "treatment": _l("Treatment"),
    "research": _l("Research"),
}
KIND_WORDS = {
    "study": _l("a study"),
    "trial": _l("a trial"),
    "review": _l("a review"),
    "guideline": _l("a guideline"),
    "case report": _l("a case report"),
    "other": _l("another kind"),
}
