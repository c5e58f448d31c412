"""Who may write down what somebody tells, and when it can be sent. Pure: no database, no request."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from forum.accounts.viewer import Viewer
from forum.core.verdict import YES, Verdict, no
from forum.stories.models import Provenance, Story

SIGN_IN = _l("Sign in to come here.")
FOR_CURATORS = _l("Curators write down what people tell.")
NOT_READ_BACK = _l("Read it back to whoever told it first, and write the day here.")
NO_CONSENT = _l("Write down first that whoever told it agrees to this site.")
NO_NOTE = _l("Write how the consent was given: “on the phone, on 14 May”, “signed letter in the file”.")
NO_USES = _l("Tick what was agreed to.")
UNSENT = ("draft", "changes_asked", "declined")


def can_write_down(viewer: Viewer) -> Verdict:
    """Whether `viewer` may enter stories that others tell, and record their consent."""
    if not viewer.is_authenticated:
        return no(SIGN_IN, 401)
    if not viewer.is_curator or viewer.active_restriction:
        return no(FOR_CURATORS)
    return YES


def can_record(viewer: Viewer, story: Story) -> Verdict:
    """Whether `viewer` may write down what the author of a story from elsewhere agreed to."""
    verdict = can_write_down(viewer)
    if verdict and story.status in ("withdrawn", "erased"):
        return no(_l("This was taken back by its author."), 409)
    return verdict


def can_send(viewer: Viewer, story: Story, came: Provenance, *, has_consent: bool, has_edit: bool = False) -> Verdict:
    """Whether `viewer` may send a told story to be read: it has words, was read back, and consent is recorded.

    has_edit: unsent words wait behind a published story.
    """
    if not (verdict := can_write_down(viewer)):
        return verdict
    if story.status == "published" and has_edit:
        return YES
    if story.status not in UNSENT:
        return no(_l("This story was sent already."), 409)
    if not story.title.strip() or not story.source.strip():
        return no(_l("Give the story a title and its words first."), 422)
    if came.read_back_on is None and came.how != "import":
        return no(NOT_READ_BACK, 422)
    return YES if has_consent else no(NO_CONSENT, 422)
