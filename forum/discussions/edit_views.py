"""Changing one's own post: the form with what was kept of it, sending it, and leaving it as it is."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from forum.accounts.login import the_viewer
from forum.accounts.professions import profession_of
from forum.accounts.refusal import refused
from forum.accounts.viewer import Viewer
from forum.contributions import policy as contributions_policy
from forum.contributions import quotations
from forum.contributions.models import Draft, Revision
from forum.contributions.queries import is_owner, latest_revision
from forum.core.differences import differences
from forum.core.limits import slow_down
from forum.core.unit_of_work import write
from forum.discussions import actions, before_sending, boxes, editing, policy, queries, reading, resting, signing
from forum.discussions.actions import NOT_THE_NEWEST
from forum.discussions.before_sending import Before, meant_in
from forum.discussions.forms import EditForm, OpeningEditForm, id_in
from forum.discussions.keeping import keep_edit
from forum.discussions.models import Post
from forum.discussions.post_views import POST
from forum.discussions.rows import ThreadRow
from forum.discussions.views import after, bp, place_of_thread, who


@bp.get(f"{POST}/edit")
def post_edit(post_id: int) -> ResponseReturnValue:
    """The form to change one's own post, with what was begun, else with its newest words."""
    viewer = the_viewer()
    post, thread = _own(viewer, post_id)
    if not (verdict := policy.can_edit(viewer, post, is_owner(viewer, post), thread)):
        return refused(verdict)
    draft, newest = editing.unsent_edit(viewer, post), latest_revision(post.id)
    form = _form(post, thread, fields=_fields(post, draft, newest))
    return _edit_page(viewer, post, thread, form, kept=draft)


@bp.post(f"{POST}/revisions")
def revision_create(post_id: int) -> ResponseReturnValue:
    """Change one's own post. Where it was changed meanwhile, both versions are shown and neither is lost."""
    viewer = the_viewer()
    slow_down("post", limit=60, seconds=600, value=str(viewer.id))
    post, thread = _own(viewer, post_id)
    if not (verdict := policy.can_edit(viewer, post, is_owner(viewer, post), thread)):
        return refused(verdict)
    form = _form(post, thread, fields=request.form)
    if not form.validate():
        return _edit_page(viewer, post, thread, form, status=422)
    if (before := before_sending.look(viewer, form, post.language, thread.id, post)) is not None:
        return _edit_page(viewer, post, thread, form, status=before.status, before=before)
    with write():
        written = actions.edit(
            actor=viewer, post_id=post.id, source=form.source.data or "", title=_title_in(form),
            revision_id=id_in(form.revision.data), meant=meant_in(form.meant.data or ()),
            rests_on=form.rests_on if "basis" in request.form else None,
        )  # fmt: skip
    return _edit_page(viewer, post, thread, form, status=409) if written.verdict is NOT_THE_NEWEST else after(written)


@bp.post(f"{POST}/drafts")
def edit_draft_create(post_id: int) -> ResponseReturnValue:
    """Keep an unsent change of one's own post; `do=leave` forgets it and leads back to the post."""
    viewer = the_viewer()
    slow_down("draft", limit=300, seconds=600, value=who(viewer))
    post, _thread = _own(viewer, post_id)
    if not viewer.is_authenticated or request.form.get("do") != "leave":
        return keep_edit(viewer, post) if is_owner(viewer, post) else refused(_not_yours(viewer, post))
    with write():
        editing.leave(actor=viewer, post=post)
    return redirect(url_for("discussions.post_show", post_id=post_id), 303)


def _not_yours(viewer: Viewer, post: Post) -> Any:
    return contributions_policy.can_edit(viewer, post, False)


def _own(viewer: Viewer, post_id: int) -> tuple[Post, ThreadRow]:
    post = reading.post_to_change(viewer, post_id) or abort(404)
    return post, queries.thread_for(viewer, post.thread_id) or abort(404)


def _form(post: Post, thread: ThreadRow, *, fields: MultiDict[str, str]) -> EditForm:
    form = (OpeningEditForm if thread.opening_id == post.id else EditForm)(fields)
    form.signed_as = post.attribution
    return form


def _fields(post: Post, draft: Draft | None, newest: Revision | None) -> MultiDict[str, str]:
    """What the form begins with: what was begun and kept, else what stands there."""
    words, facts = draft or newest or post, draft.facts or {} if draft else {}
    basis = resting.in_facts(facts, editing.stated(post, newest))
    return MultiDict(
        {
            "source": quotations.shown_source(words.source, post.language), "title": words.title,
            "basis": basis.basis or "", "reference": str(basis.reference_id or ""), "paper": facts.get("paper", ""),
            "version": str(draft.version if draft else 0),
            "revision": facts.get("revision") or str(newest.id if newest else ""),
        }
    )  # fmt: skip


def _title_in(form: EditForm) -> str:
    return form.title.data or "" if isinstance(form, OpeningEditForm) else ""


def _edit_page(
    viewer: Viewer, post: Post, thread: ThreadRow, form: EditForm, *, status: int = 200, before: Before | None = None,
    kept: Draft | None = None,
) -> ResponseReturnValue:  # fmt: skip
    if before and status == 200 and request.headers.get("HX-Request") == "true":
        return render_template("discussions/_before.html", before=before)
    newest = latest_revision(post.id) if status == 409 else None
    if newest is not None:
        form.revision.data = str(newest.id)
        kept = editing.unsent_edit(viewer, post)
        form.version.data = str(kept.version if kept else 0)
    signs = signing.chosen(signing.signing_new(viewer, False, profession_of(viewer) if post.author_id else None), form)
    page = render_template(
        "discussions/edit.html", post=post, form=form, place=place_of_thread(thread), newest=newest, kept=kept,
        waits=boxes.waits(viewer, thread.is_reviewed_first), before=before, thread=thread, signing=signs,
        differing=differences(newest.source, form.source.data or "") if newest else None,
    )  # fmt: skip
    return page, status
