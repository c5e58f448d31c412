"""What the rooms below need to know of photos."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from forum.accounts.viewer import Viewer
from forum.contributions import ledger
from forum.core.kinds import Around, Fact, Kind
from forum.core.richtext import excerpt
from forum.core.verdict import YES, Verdict, no
from forum.photos import actions, audience, following, queries
from forum.photos.models import Photo
from forum.photos.words import STATE_WORDS

_WHERE = {"story": _l("on a story"), "post": _l("on a post"), None: _l("in the library")}


def title(photo: Photo) -> str:
    """The caption, else the beginning of the description, else the word for it."""
    return photo.title or excerpt(photo.html, 60) or str(_l("Photo"))


def _facts(photo: Photo) -> list[Fact]:
    covered = len(photo.covers or ())
    rows = [
        (_l("Credit"), photo.credit),
        (_l("Squares covered by its author"), str(covered) if covered else ""),
        (_l("How it stands"), "" if photo.state == "ready" else STATE_WORDS[photo.state]),
        (_l("Consent to show it"), _l("given") if ledger.allows(photo.id, "photo") else _l("none recorded")),
        (_l("Where"), _WHERE[queries.holder_kind(photo)]),
    ]
    return [Fact(label, value) for label, value in rows if value]


def _can_publish(photo: Photo) -> Verdict:
    if photo.state != "ready":
        return no(_l("The photo itself isn’t ready."), 409)
    if not photo.description.strip():
        return no(_l("It has no description for readers who can’t see it."), 409)
    if not ledger.allows(photo.id, "photo"):
        return no(_l("Its author doesn’t allow it to be shown."), 409)
    return YES


def _around(_viewer: Viewer, photo: Photo) -> Around | None:
    if photo.state != "ready":
        return None
    return Around("photos/_around.html", {"photo": photo})


PHOTO = Kind(
    name="photo",
    model=Photo,
    label=_l("Photo"),
    address=lambda photo, language: f"/{language}/photos/{photo.id}",
    title=title,
    text=lambda photo: "\n\n".join(part for part in (photo.description, photo.credit) if part),
    asks_consent=True,
    is_always_reviewed=True,
    facts=_facts,
    around=_around,
    decisions=("ask_for_changes",),
    on_published=audience.settle,
    on_erased=following.erased,
    on_shown=following.shown,
    can_publish=_can_publish,
    set_aside=queries.set_aside,
    send_again=lambda viewer, photo: actions.send(actor=viewer, photo_id=photo.id).verdict,
)
