"""The verbs of photos: receive, say, cover, send, recall, move, withdraw, bring back, discard."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import delete, func, select

from forum.accounts.viewer import Viewer
from forum.contributions import actions as contributions
from forum.contributions import ledger, wording
from forum.contributions import policy as contribution_policy
from forum.contributions import queries as contribution_queries
from forum.contributions.models import Contribution, Seal
from forum.core import clock
from forum.core.db import db
from forum.core.outbox import enqueue
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.moderation import actions as moderation
from forum.photos import audience, policy, queries
from forum.photos.convert import COLUMNS, rows_for
from forum.photos.models import Photo
from forum.topics.models import Topic

CHANGED = "changed"  # the status word of what was written in another window meanwhile
Square = list[int]


@dataclass(frozen=True, slots=True)
class About:
    """What an author says of a photo. Lengths are bounded by the form; nothing is needed until it is sent."""

    caption: str = ""
    description: str = ""
    credit: str = ""
    is_graphic: bool = False
    language: str = "en"
    topic_ids: tuple[int, ...] = ()
    is_in_library: bool = False
    attribution: str = "member"
    byline: str | None = None


@dataclass(slots=True)
class Outcome:
    """What became of an act: the verdict, and the photo as it stands."""

    verdict: Verdict
    photo: Photo | None = None


GONE = Outcome(no(contribution_policy.NOT_YOURS, 404))


def receive(*, actor: Viewer, key: str, language: str, on_id: int | None = None) -> Outcome:
    """Keep a photo whose file was just stored under `key`: for the library, or on something of the actor's own."""
    must_be_writing()
    story = None
    if on_id is not None:
        story = queries.contribution_by_id(on_id)
        if story is None or not contribution_queries.is_owner(actor, story):
            return GONE
        verdict = policy.can_add(actor, story, True, queries.count_on(on_id))
    else:
        verdict = policy.can_offer(actor)
    if not verdict or actor.id is None:
        return Outcome(verdict)
    photo = Photo(key=key, language=language, created_at=clock.now(), status="draft", on_id=on_id, topics=[])
    if story is not None:
        photo.language, photo.position = story.language, _last_position(story.id) + 1
    photo.is_in_library = story is None
    # Until it is sent nobody needs to know whose it is; then it takes the name that its story goes by.
    contributions.sign(photo, actor.id, "member" if story is None else "anonymous")
    _look_soon(photo)
    return Outcome(YES, photo)


def _look_soon(photo: Photo) -> None:
    db.session.flush()
    enqueue("photos.look", {"contribution_id": photo.id}, dedupe_key=f"photos.look:{photo.key}")


def _last_position(contribution_id: int) -> int:
    return db.session.scalar(select(func.max(Photo.position)).where(Photo.on_id == contribution_id)) or 0


def _own(actor: Viewer, photo_id: int) -> Photo | None:
    photo = queries.photo_by_id(photo_id)
    return photo if photo is not None and contribution_queries.is_owner(actor, photo) else None


def _judged(actor: Viewer, photo_id: int, judge: Callable[[Viewer, Photo, bool], Verdict]) -> Outcome:
    """The actor's own photo with what a policy says of the act; nobody else's photo is found."""
    must_be_writing()
    photo = _own(actor, photo_id)
    return GONE if photo is None else Outcome(judge(actor, photo, True), photo)


def receive_again(*, actor: Viewer, photo_id: int, key: str) -> Outcome:
    """Take another file for a photo that couldn't be used; what was said of it stays."""
    outcome = _judged(actor, photo_id, policy.can_send_file)
    photo = outcome.photo
    if outcome.verdict and photo is not None:
        forget_files(photo.key)
        photo.key, photo.state, photo.problem = key, "received", None
        photo.covers = photo.widths = photo.width = photo.height = None
        photo.created_at = clock.now()
        _look_soon(photo)
    return outcome


def fingerprint(photo: Photo) -> str:
    """Stands in a form for the words that it began with, so that two windows notice each other."""
    said = [photo.title, photo.description, photo.credit, photo.content_notes, sorted(one.id for one in photo.topics)]
    return hashlib.blake2b(json.dumps(said).encode(), digest_size=8).hexdigest()


def keep(*, actor: Viewer, photo_id: int, about: About, seen: str | None = None) -> Outcome:
    """Keep what an author says of a photo. What is shown already changes only when the change is sent and approved.

    `seen`: the fingerprint of the words that she began with; newer ones from another window are not written over.
    """
    outcome = _judged(actor, photo_id, policy.can_change)
    photo = outcome.photo
    if not outcome.verdict or photo is None or actor.id is None:
        return outcome
    if seen is not None and seen != fingerprint(photo) and not _is_said(photo, about):
        return Outcome(no(CHANGED, 409), photo)
    if photo.status == "published" and not about.description.strip():
        return Outcome(no(policy.NO_DESCRIPTION, 422), photo)
    if photo.status != "published":
        _say(photo, about)
        photo.language = about.language
        if photo.on_id is None and (photo.attribution, photo.byline) != (about.attribution, about.byline):
            contributions.sign(photo, actor.id, about.attribution, about.byline)
    if {topic.id for topic in photo.topics} != set(about.topic_ids):
        photo.topics = list(db.session.scalars(select(Topic).where(Topic.id.in_(about.topic_ids))))
    photo.is_in_library = about.is_in_library or photo.on_id is None
    if photo.status == "published":
        contributions.reindex(photo)
    db.session.flush()
    return outcome


def _is_said(photo: Photo, about: About) -> bool:
    return (photo.title, photo.description, photo.credit) == (about.caption, about.description, about.credit)


def _say(photo: Photo, about: About) -> None:
    contributions.set_words(photo, title=about.caption, source=about.description)
    photo.description, photo.credit = about.description, about.credit
    photo.content_notes = "graphic" if about.is_graphic else ""


def allow(*, actor: Viewer, photo_id: int, is_allowed: bool, language: str) -> Outcome:
    """Write down whether its author allows the photo to be shown; she read the wording in `language`."""
    must_be_writing()
    photo = _own(actor, photo_id)
    if photo is None:
        return GONE
    if is_allowed:
        ledger.give(photo, "photo", version=wording.VERSION, language=language, how="site")
    else:
        ledger.take_back(photo, "photo")
    audience.settle(photo)
    return Outcome(YES, photo)


def send(*, actor: Viewer, photo_id: int, about: About | None = None) -> Outcome:
    """Send a photo to be looked at by a moderator; a change of what is said of a shown one likewise (`about`)."""
    must_be_writing()
    photo = _own(actor, photo_id)
    if photo is None or actor.id is None:
        return GONE
    if photo.status == "pending":
        return Outcome(YES, photo)  # the same press twice
    story = queries.contribution_by_id(photo.on_id) if photo.on_id is not None else None
    verdict = policy.can_send(actor, photo, True, has_consent=ledger.allows(photo.id, "photo"), story=story)
    if not verdict:
        return Outcome(verdict, photo)
    if photo.status == "published":
        return _send_change(actor, photo, about)
    if story is not None:
        contributions.sign(photo, actor.id, *signature_on(story))
    _send(actor, photo)
    return Outcome(YES, photo)


def signature_on(holder: Contribution) -> tuple[str, str | None]:
    """How a photo is signed on what it is on: as that is; on a post without the member's name, without any."""
    if holder.kind == "post" and holder.attribution != "member":
        return "anonymous", None
    return holder.attribution, holder.byline


def _send(actor: Viewer, photo: Photo) -> None:
    revision = contributions.add_revision(photo)
    revision.facts = {"credit": photo.credit, "content_notes": photo.content_notes}
    photo.status, photo.visible_from = "sent", clock.now()
    moderation.admit(actor=actor, contribution=photo, revision=revision)


def _send_change(actor: Viewer, photo: Photo, about: About | None) -> Outcome:
    notes = "graphic" if about is not None and about.is_graphic else ""
    if about is None or (_is_said(photo, about) and notes == photo.content_notes):
        return Outcome(YES, photo)  # nothing was changed
    revision = contributions.add_revision(photo, source=about.description, title=about.caption)
    revision.facts = {"credit": about.credit, "content_notes": notes}
    moderation.admit(actor=actor, contribution=photo, revision=revision)
    return Outcome(YES, photo)


def send_with(*, actor: Viewer, story: Contribution) -> int:
    """Send with a story the photos on it that are complete: ready, described and allowed. Returns how many."""
    must_be_writing()
    count = 0
    for photo in queries.own_photos_on(story.id, actor):
        if photo.status in policy.UNSENT and send(actor=actor, photo_id=photo.id).verdict:
            count += 1
    return count


def recall(*, actor: Viewer, photo_id: int) -> Outcome:
    """Take a photo back from being looked at, to work on it again."""
    outcome = _judged(actor, photo_id, policy.can_recall)
    if outcome.verdict and outcome.photo is not None:
        moderation.withdraw_cases(outcome.photo)
        outcome.photo.status = "draft"
    return outcome


def squares_of(photo: Photo, chosen: list[Square]) -> list[Square]:
    """Those of the chosen squares that there are on this photo, each once, in order."""
    rows = rows_for(photo.width or 1, photo.height or 1)
    return [list(one) for one in sorted({(row, column) for row, column in chosen if row < rows and column < COLUMNS})]


def keep_covers(*, actor: Viewer, photo_id: int, squares: list[Square]) -> Outcome:
    """Keep which squares its author covers, before anything is painted."""
    outcome = _judged(actor, photo_id, policy.can_cover)
    if outcome.verdict and outcome.photo is not None and outcome.photo.state == "looking":
        outcome.photo.covers = squares_of(outcome.photo, squares)
    return outcome


def cover(*, actor: Viewer, photo_id: int, squares: list[Square]) -> Outcome:
    """Cover squares and let the sizes be made that readers see; until they are made, nobody sees the photo.

    A photo that is ready is made again from its largest size, and the files before are deleted.
    """
    outcome = _judged(actor, photo_id, policy.can_cover)
    photo = outcome.photo
    if outcome.verdict and photo is not None:
        found = squares_of(photo, squares)
        if photo.state == "ready" and not found:
            return outcome  # nothing was covered
        photo.covers, photo.state = found, "making"
        db.session.flush()
        enqueue("photos.make", {"contribution_id": photo.id}, dedupe_key=f"photos.make:{photo.key}:{photo.version}")
    return outcome


def move(*, actor: Viewer, photo_id: int, by: int) -> Outcome:
    """Let a photo on a story stand one place earlier (`by` is -1) or later (1)."""
    must_be_writing()
    photo = _own(actor, photo_id)
    if photo is None or photo.on_id is None:
        return GONE
    row = list(queries.own_photos_on(photo.on_id, actor))
    place = next(number for number, one in enumerate(row) if one.id == photo.id)
    if 0 <= place + by < len(row):
        row.insert(place + by, row.pop(place))
    for number, one in enumerate(row, 1):
        one.position = number
    db.session.flush()
    return Outcome(YES, photo)


def withdraw(*, actor: Viewer, photo_id: int) -> Outcome:
    """Take a photo off the site at once, in every size; for 30 days it can return."""
    outcome = _judged(actor, photo_id, contribution_policy.can_withdraw)
    if outcome.verdict and outcome.photo is not None:
        moderation.withdraw_cases(outcome.photo)
        contributions.withdraw(outcome.photo)
    return outcome


def bring_back(*, actor: Viewer, photo_id: int) -> Outcome:
    """Bring a withdrawn photo back as it was: what readers could see at once, anything else as a draft."""
    outcome = _judged(actor, photo_id, contribution_policy.can_bring_back)
    photo = outcome.photo
    if outcome.verdict and photo is not None:
        contributions.bring_back(photo)
        if photo.published_at is not None:
            moderation.readmit(photo)
        else:
            photo.status = "draft"
    return outcome


def discard(*, actor: Viewer, photo_id: int) -> Outcome:
    """Throw a photo away that nobody else ever saw: its row and its files."""
    outcome = _judged(actor, photo_id, policy.can_discard)
    if outcome.verdict and outcome.photo is not None:
        delete_row(outcome.photo)
        return Outcome(outcome.verdict)
    return outcome


def delete_row(photo: Photo) -> None:
    """Delete a photo that nobody but its author saw, with its files."""
    must_be_writing()
    forget_files(photo.key)
    photo.shown_revision_id = None
    db.session.flush()
    db.session.execute(delete(Seal).where(Seal.contribution_id == photo.id))
    db.session.delete(photo)
    db.session.flush()


def forget_files(key: str) -> None:
    """Let the worker delete every file under a key."""
    # The key is random and says nothing of anybody; the row that it belonged to may be gone when the job runs.
    enqueue("photos.forget", {"key": key}, dedupe_key=f"photos.forget:{key}")
