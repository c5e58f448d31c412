"""The addresses of one tap: a reaction, a bookmark; and the list of bookmarks. Without script the page opens again at
the same place; with it only what stands below the contribution is written anew."""

from __future__ import annotations

from flask import Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.login import the_viewer
from forum.accounts.refusal import refused
from forum.contributions import bookmarks, reactions
from forum.contributions.bookmarks import Kept
from forum.contributions.cloth import cloth
from forum.contributions.models import REACTIONS
from forum.contributions.views import ID, bp
from forum.core.kinds import kind_of
from forum.core.languages import current_language
from forum.core.limits import slow_down
from forum.core.richtext import excerpt
from forum.core.templates import with_query
from forum.core.unit_of_work import write
from forum.core.verdict import Verdict

PAGE = 20


@bp.app_context_processor
def _words() -> dict[str, object]:
    """What stands below contributions, and what its buttons say, wherever they are included."""
    return {"reaction_words": reactions.WORDS, "may_tap": reactions.may_tap}


@bp.post(f"/contributions/<{ID}:contribution_id>/reactions")
def reaction_create(contribution_id: int) -> ResponseReturnValue:
    """Say one of the three (its word, with the value 1), or take it back (0)."""
    viewer = the_viewer()
    slow_down("reaction", limit=120, seconds=600, value=str(viewer.id) if viewer.is_authenticated else None)
    reaction = next((word for word in REACTIONS if word in request.form), "")
    thing = reactions.contribution_for(viewer, contribution_id)
    address = kind_of(thing).address(thing, current_language()) if thing is not None else ""
    if not viewer.is_authenticated or thing is None:
        return _answered(reactions.can_react(viewer, thing, False, reaction), contribution_id, address)
    with write():
        verdict = reactions.react(
            actor=viewer, contribution_id=contribution_id, reaction=reaction, is_on=request.form.get(reaction) != "0"
        )
    return _answered(verdict, contribution_id, address)


def _answered(verdict: Verdict, contribution_id: int, address: str) -> ResponseReturnValue:
    is_part = request.headers.get("HX-Request") == "true"
    if verdict and is_part:
        taps = reactions.taps_of(the_viewer(), contribution_id)
        return render_template("contributions/_reacted.html", id=contribution_id, taps=taps)
    if not verdict and is_part:
        # Below a post there is no room for a page: what went wrong is read on one.
        return Response(status=204, headers={"HX-Redirect": address or request.path})
    if not verdict:
        return refused(verdict)
    return redirect(address if "/posts/" in address else f"{address}#reactions-{contribution_id}", 303)


@bp.post(f"/contributions/<{ID}:contribution_id>/bookmark")
def bookmark_create(contribution_id: int) -> ResponseReturnValue:
    """Put something aside for oneself (`value` 1), or take it off again (0)."""
    viewer = the_viewer()
    slow_down("bookmark", limit=120, seconds=600, value=str(viewer.id) if viewer.is_authenticated else None)
    if not (verdict := bookmarks.can_keep(viewer)):
        return refused(verdict)
    if request.form.get("value") == "0":
        return _let_go(contribution_id=contribution_id)
    note = request.form.get("note")
    with write():
        verdict = bookmarks.keep(actor=viewer, contribution_id=contribution_id, note=note)
    if not verdict:
        return refused(verdict)
    if "list" in request.form:
        return redirect(url_for("contributions.bookmark_index"), 303)
    thing = reactions.contribution_for(viewer, contribution_id) or abort(404)
    flash(_("Kept among your bookmarks, for you alone."), "good")
    return redirect(kind_of(thing).address(thing, current_language()), 303)


@bp.get("/me/bookmarks")
def bookmark_index() -> ResponseReturnValue:
    """What the viewer has kept, with her notes."""
    if not (verdict := bookmarks.can_keep(the_viewer())):
        return refused(verdict)
    return _list()


@bp.post(f"/me/bookmarks/<{ID}:bookmark_id>/note")
def bookmark_note_create(bookmark_id: int) -> ResponseReturnValue:
    """Keep the note of a bookmark."""
    viewer, note = the_viewer(), request.form.get("note", "")
    slow_down("bookmark", limit=120, seconds=600, value=str(viewer.id) if viewer.is_authenticated else None)
    if not (verdict := bookmarks.can_keep(viewer)):
        return refused(verdict)
    with write():
        verdict = bookmarks.set_note(actor=viewer, bookmark_id=bookmark_id, note=note)
    if verdict:
        flash(_("Your note is kept."), "good")
        return redirect(f"{url_for('contributions.bookmark_index')}#bookmark-{bookmark_id}", 303)
    wrong = {"id": bookmark_id, "note": note, "reason": verdict.reason}
    return _list(422, wrong=wrong) if verdict.status == 422 else refused(verdict)


@bp.post(f"/me/bookmarks/<{ID}:bookmark_id>/removal")
def bookmark_removal_create(bookmark_id: int) -> ResponseReturnValue:
    """Take a bookmark off the list; the page that answers can put it back, with its note."""
    if not (verdict := bookmarks.can_keep(the_viewer())):
        return refused(verdict)
    return _let_go(bookmark_id=bookmark_id)


def _let_go(contribution_id: int | None = None, bookmark_id: int | None = None) -> ResponseReturnValue:
    with write():
        was = bookmarks.let_go(actor=the_viewer(), contribution_id=contribution_id, bookmark_id=bookmark_id)
    if was is None:
        abort(404)
    return _list(gone=_row(was))


def _list(status: int = 200, **said: object) -> ResponseReturnValue:
    g.is_private = True
    found = bookmarks.kept_by(the_viewer(), before=request.args.get("before", type=int), limit=PAGE + 1)
    return render_template(
        "contributions/bookmarks.html", rows=[_row(one) for one in found[:PAGE]], note_limit=bookmarks.NOTE,
        more=with_query(before=found[PAGE - 1].id) if len(found) > PAGE else None, **said,
    ), status  # fmt: skip


def _row(kept: Kept) -> dict[str, object]:
    thing = kept.contribution
    row: dict[str, object] = {"id": kept.id, "note": kept.note, "at": kept.made_at, "is_gone": thing is None}
    if thing is not None:
        kind = kind_of(thing)
        row |= {
            "contribution_id": thing.id,
            "address": kind.address(thing, current_language()),
            "title": thing.title or excerpt(thing.html, 90) or kind.label,
            "label": kind.label,
            "language": thing.language,
            "weave": cloth(thing.cloth_seed) if thing.kind == "story" else None,
        }
    return row
