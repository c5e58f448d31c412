"""Who may offer, change, cover, send and take back a photo. Pure: no database, no request."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from forum.accounts.viewer import Viewer
from forum.contributions import policy as contributions
from forum.contributions.models import Contribution
from forum.core.verdict import YES, Verdict, no
from forum.photos.models import Photo
from forum.photos.words import TOO_MANY

MOST = {"story": 20, "post": 4}  # photos on one contribution
UNSENT = ("draft", "changes_asked", "declined")
BEING_READ = _l("Your photo is being looked at. Take it back first if you want to change it.")
NOT_READY = _l("The photo isn’t ready yet. Your words are kept.")
NO_DESCRIPTION = _l("Say in a sentence what can be seen, for readers who can’t see it.")
NO_CONSENT = _l("To show your photo here we need your consent. Tick it, or keep the photo for yourself.")
WITH_STORY = _l("It goes with your story when you send that.")
WITH_POST = _l("It goes with your post when you send that again.")


def can_offer(viewer: Viewer) -> Verdict:
    """Whether `viewer` may offer photos."""
    return contributions.can_write(viewer)


def can_add(viewer: Viewer, story: Contribution, is_owner: bool, count: int = 0) -> Verdict:
    """Whether `viewer` may put one more photo on a story or a post that has `count`."""
    verdict = contributions.can_edit(viewer, story, is_owner)
    most = MOST.get(story.kind, 0)
    return no(TOO_MANY[story.kind] % {"num": most}, 409) if verdict and count >= most else verdict


def can_change(viewer: Viewer, photo: Photo, is_owner: bool) -> Verdict:
    """Whether `viewer` may change what is said of a photo: unsent, or shown (then the change waits for approval)."""
    verdict = contributions.can_edit(viewer, photo, is_owner)
    return no(BEING_READ, 409) if verdict and photo.status in ("pending", "sent") else verdict


def can_cover(viewer: Viewer, photo: Photo, is_owner: bool) -> Verdict:
    """Whether `viewer` may cover parts of a photo. She may whatever else she may not: it only ever shows less."""
    if not viewer.is_authenticated:
        return no(contributions.SIGN_IN, 401)
    if not is_owner:
        return no(contributions.NOT_YOURS)
    if photo.status in ("withdrawn", "erased"):
        return no(contributions.WITHDRAWN, 409)
    if photo.state in ("received", "making"):
        return no(_l("We are still working on this photo. Look again in a moment."), 409)
    if photo.state == "failed":
        return no(_l("This photo can’t be used as it is. Send another file first."), 409)
    return YES


def can_send_file(viewer: Viewer, photo: Photo, is_owner: bool) -> Verdict:
    """Whether `viewer` may send another file for a photo that couldn't be used."""
    verdict = can_change(viewer, photo, is_owner)
    if verdict and photo.state != "failed":
        return no(_l("This photo has its file. To show another one, add it."), 409)
    return verdict


def can_send(
    viewer: Viewer, photo: Photo, is_owner: bool, *, has_consent: bool, story: Contribution | None = None
) -> Verdict:
    """Whether `viewer` may send a photo to be looked at by a moderator. `story`: the one it is on."""
    verdict = can_change(viewer, photo, is_owner)
    if verdict and photo.status == "draft":
        verdict = contributions.can_send_another(viewer)
    if verdict and photo.state != "ready":
        return no(NOT_READY, 409)
    if verdict and not photo.description.strip():
        return no(NO_DESCRIPTION, 422)
    if verdict and not has_consent:
        return no(NO_CONSENT, 422)
    if verdict and story is not None and story.status in UNSENT:
        return no(WITH_STORY if story.kind == "story" else WITH_POST, 409)
    return verdict


def can_recall(viewer: Viewer, photo: Photo, is_owner: bool) -> Verdict:
    """Whether `viewer` may take a photo back from being looked at."""
    verdict = contributions.can_edit(viewer, photo, is_owner)
    if verdict and photo.status not in ("pending", "sent"):
        return no(_l("This photo isn’t being looked at right now."), 409)
    return verdict


def can_discard(viewer: Viewer, photo: Photo, is_owner: bool) -> Verdict:
    """Whether `viewer` may throw a photo away that nobody else ever saw."""
    if not viewer.is_authenticated:
        return no(contributions.SIGN_IN, 401)
    if not is_owner:
        return no(contributions.NOT_YOURS)
    if photo.status not in UNSENT or photo.published_at is not None:
        return no(_l("This photo was sent or published. Take it off the site instead."), 409)
    return YES
