"""The addresses of working on one's photos: describe, look at the edges, order, take back, bring back."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.login import the_viewer
from forum.accounts.refusal import refused
from forum.contributions import ledger, wording
from forum.core.languages import current_language
from forum.core.limits import slow_down
from forum.core.settings import the_settings
from forum.core.unit_of_work import write
from forum.core.verdict import Verdict
from forum.photos import actions, policy, queries, uploads
from forum.photos.actions import Outcome
from forum.photos.convert import COLUMNS, rows_for
from forum.photos.forms import PhotoForm, squares_in
from forum.photos.models import Photo
from forum.photos.upload_views import my_photo, place_of_photos
from forum.photos.views import bp
from forum.photos.words import PROBLEMS, STATE_WORDS, STATUS_WORDS
from forum.topics import queries as topics


@bp.context_processor
def _words() -> dict[str, Any]:
    return {"photo_words": STATE_WORDS, "photo_problems": PROBLEMS, "photo_status": STATUS_WORDS}


@bp.get("/photos/<int:photo_id>/edit")
def photo_edit(photo_id: int) -> ResponseReturnValue:
    """Where a photo is described, with how it stands."""
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(policy.can_offer(viewer))
    photo = my_photo(photo_id)
    if photo.status == "withdrawn":
        return redirect(url_for("photos.photo_show", photo_id=photo_id), 303)
    return _edit_page(photo, _form(photo, None))


def _form(photo: Photo, fields: Any) -> PhotoForm:
    form = PhotoForm(fields) if fields is not None else PhotoForm(data=_kept(photo))
    form.offer([(topic.id, topic.name) for topic in topics.all_topics(current_language())], the_viewer().display_name)
    return form


def _kept(photo: Photo) -> dict[str, Any]:
    return {
        "caption": photo.title,
        "description": photo.description,
        "credit": photo.credit,
        "graphic": "graphic" in photo.notes,
        "topics": [topic.id for topic in photo.topics],
        "language": photo.language,
        "in_library": photo.is_in_library,
        "attribution": photo.attribution,
        "byline": photo.byline or "",
        "consent": ledger.allows(photo.id, "photo"),
        "seen": actions.fingerprint(photo),
    }


def _edit_page(
    photo: Photo, form: PhotoForm, *, status: int = 200, refusals: list[Any] | None = None, problem: Any = None
) -> Response:
    g.is_private = True
    question = wording.question("photo", None, language=current_language())
    page = render_template(
        "photos/edit.html",
        photo=photo,
        form=form,
        question=question,
        refusals=refusals or [],
        problem=problem,
        most=the_settings().photo_megabytes,
        can_change=policy.can_change(the_viewer(), photo, True),
        can_discard=policy.can_discard(the_viewer(), photo, True),
        story=queries.own_contribution(the_viewer(), photo.on_id) if photo.on_id else None,
    )
    return make_response(page, status)


@bp.post("/photos/<int:photo_id>/words")
def words_create(photo_id: int) -> ResponseReturnValue:
    """Keep what is said of a photo and whether it may be shown; with its main button, send it to be looked at."""
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(policy.can_offer(viewer))
    photo = my_photo(photo_id)
    form = _form(photo, request.form)
    if not form.validate():
        return _edit_page(photo, form, status=422)
    with write():
        outcome = _say(photo_id, form, is_sent=request.form.get("do") == "send")
    if outcome.verdict:
        is_sent = request.form.get("do") == "send" and bool(form.consent.data)
        flash(_("Sent. A moderator looks at every photo.") if is_sent else _("Kept."), "good")
        return redirect(url_for("photos.photo_edit", photo_id=photo_id), 303)
    return _not_kept(photo_id, form, outcome.verdict)


def _say(photo_id: int, form: PhotoForm, *, is_sent: bool) -> Outcome:
    viewer, about = the_viewer(), form.about()
    outcome = actions.keep(actor=viewer, photo_id=photo_id, about=about, seen=form.seen.data or None)
    if outcome.verdict:
        actions.allow(actor=viewer, photo_id=photo_id, is_allowed=bool(form.consent.data), language=current_language())
        is_change = outcome.photo is not None and outcome.photo.status == "published"
        if (is_sent and not is_change) or (is_change and form.consent.data):
            outcome = actions.send(actor=viewer, photo_id=photo_id, about=about)
    return outcome


def _not_kept(photo_id: int, form: PhotoForm, verdict: Verdict) -> ResponseReturnValue:
    photo = my_photo(photo_id)
    if verdict.reason == actions.CHANGED:
        form.seen.data = actions.fingerprint(photo)
        problem = _(
            "You changed this in another window. What you typed here is below; what was kept there is beside it."
        )
        return _edit_page(photo, form, status=409, problem=problem)
    if verdict.status == 401:
        return refused(verdict)
    form.seen.data = actions.fingerprint(photo)
    return _edit_page(photo, form, status=verdict.status, problem=verdict.reason)


@bp.post("/photos/<int:photo_id>/file")
def file_create(photo_id: int) -> ResponseReturnValue:
    """Take another file for a photo that couldn't be used; what was said of it stays."""
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(policy.can_offer(viewer))
    if not (verdict := policy.can_send_file(viewer, my_photo(photo_id), True)):
        return refused(verdict)
    slow_down("photo", limit=60, seconds=3600, value=str(viewer.id))
    found = uploads.take_in(request)
    if found.keys:
        with write():
            outcome = actions.receive_again(actor=viewer, photo_id=photo_id, key=found.keys[0])
        uploads.Uploads(found.keys[1:] if outcome.verdict else found.keys).forget()
        return _after(outcome, "photos.photo_edit")
    photo = my_photo(photo_id)
    return _edit_page(photo, _form(photo, None), status=found.status, refusals=found.refusals)


@bp.get("/photos/<int:photo_id>/edges")
def edges_show(photo_id: int) -> ResponseReturnValue:
    """Where an author looks at the edges of her photo and covers what nobody should see."""
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(policy.can_offer(viewer))
    photo = my_photo(photo_id)
    if photo.state not in ("looking", "ready"):
        return redirect(url_for("photos.photo_edit", photo_id=photo_id), 303)
    if not (verdict := policy.can_cover(viewer, photo, True)):
        return refused(verdict)
    g.is_private = True
    size = 1 if request.args.get("squares") == "small" else 2
    chosen = (
        {(row // size, column // size) for row, column in photo.covers or ()} if photo.state == "looking" else set()
    )
    return render_template(
        "photos/edges.html",
        photo=photo,
        is_small=size == 1,
        rows=rows_for(photo.width or 1, photo.height or 1) // size,
        columns=COLUMNS // size,
        chosen=chosen,
    )


@bp.post("/photos/<int:photo_id>/edges")
def edges_create(photo_id: int) -> ResponseReturnValue:
    """Cover squares and make what readers see; or keep the squares and go on with smaller or larger ones."""
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(policy.can_offer(viewer))
    my_photo(photo_id)
    squares, then = squares_in(request.form), request.form.get("do", "")
    act = actions.keep_covers if then in ("small", "large") else actions.cover
    with write():
        outcome = act(actor=viewer, photo_id=photo_id, squares=squares)
    if then in ("small", "large") and outcome.verdict:
        return redirect(url_for("photos.edges_show", photo_id=photo_id, squares=then), 303)
    return _after(outcome, "photos.photo_edit")


def _after(outcome: Outcome, endpoint: str, sentence: str = "", kind: str = "good") -> ResponseReturnValue:
    if not outcome.verdict or outcome.photo is None:
        return refused(outcome.verdict)
    if sentence:
        flash(sentence, kind)
    return redirect(url_for(endpoint, photo_id=outcome.photo.id), 303)


def _act(photo_id: int, act: Any, endpoint: str, sentence: str = "") -> ResponseReturnValue:
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(policy.can_offer(viewer))
    my_photo(photo_id)
    with write():
        outcome = act(actor=viewer, photo_id=photo_id)
    return _after(outcome, endpoint, sentence)


@bp.post("/photos/<int:photo_id>/recall")
def recall_create(photo_id: int) -> ResponseReturnValue:
    """Take a photo back from being looked at."""
    return _act(photo_id, actions.recall, "photos.photo_edit")


@bp.post("/photos/<int:photo_id>/withdrawal")
def withdrawal_create(photo_id: int) -> ResponseReturnValue:
    """Take a photo off the site at once."""
    return _act(photo_id, actions.withdraw, "photos.photo_show")


@bp.post("/photos/<int:photo_id>/return")
def return_create(photo_id: int) -> ResponseReturnValue:
    """Bring a photo back within 30 days."""
    return _act(photo_id, actions.bring_back, "photos.photo_edit", _("It’s back, as it was."))


@bp.post("/photos/<int:photo_id>/moves")
def move_create(photo_id: int) -> ResponseReturnValue:
    """Let a photo stand earlier or later on its story."""
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(policy.can_offer(viewer))
    photo = my_photo(photo_id)
    by = -1 if request.form.get("to") == "earlier" else 1
    with write():
        outcome = actions.move(actor=viewer, photo_id=photo_id, by=by)
    if not outcome.verdict:
        return refused(outcome.verdict)
    holder = queries.own_contribution(viewer, photo.on_id or 0)
    return redirect(place_of_photos(holder.id, holder.kind, photo_id) if holder else url_for("photos.photo_new"), 303)


@bp.post("/photos/<int:photo_id>/removal")
def removal_create(photo_id: int) -> ResponseReturnValue:
    """Throw a photo away that nobody else ever saw."""
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(policy.can_offer(viewer))
    holder = queries.own_contribution(viewer, my_photo(photo_id).on_id or 0)
    address = place_of_photos(holder.id, holder.kind) if holder else url_for("photos.photo_new")
    with write():
        outcome = actions.discard(actor=viewer, photo_id=photo_id)
    if not outcome.verdict:
        return refused(outcome.verdict)
    flash(_("The photo is gone."), "note")
    return redirect(address, 303)
