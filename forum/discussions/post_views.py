"""The pages about one post: its place, answering it, changing it, its history, taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.login import the_viewer
from forum.accounts.refusal import refused
from forum.accounts.viewer import Viewer
from forum.contributions import actions as contributions
from forum.contributions import policy as contributions_policy
from forum.contributions import quotations
from forum.contributions.models import Revision
from forum.contributions.queries import is_owner, latest_revision
from forum.core import clock, kinds, richtext
from forum.core.differences import Paragraph, differences
from forum.core.limits import slow_down
from forum.core.unit_of_work import write
from forum.discussions import actions, before_sending, boxes, policy, queries, reading
from forum.discussions.actions import NOT_THE_NEWEST, Written
from forum.discussions.before_sending import Before, meant_in
from forum.discussions.forms import EditForm, OpeningEditForm, id_in
from forum.discussions.models import VIEWS, Post
from forum.discussions.rows import PostRow, ThreadRow
from forum.discussions.views import ID, after, answer_page, bp, place_of_thread, post_address
from forum.discussions.words import ATTRIBUTION_WORDS

POST = f"/posts/<{ID}:post_id>"
COMPARED = 20  # newest revisions that a history compares
UNDO = timedelta(minutes=10)  # for so long what one took back is brought back in its place


@bp.get(POST)
def post_show(post_id: int) -> ResponseReturnValue:
    """A post's own address leads to its place."""
    thread_id = reading.post_place(the_viewer(), post_id) or abort(404)
    view = request.args.get("view") if request.args.get("view") in VIEWS else None
    address = url_for("discussions.thread_show", thread_id=thread_id, at=post_id, view=view, _anchor=f"post-{post_id}")
    return redirect(address, 302)


@bp.get(f"{POST}/answer")
def answer_new(post_id: int) -> ResponseReturnValue:
    """The box for an answer to one post (`?quote=1` quotes it); asked for by htmx, the box alone."""
    viewer = the_viewer()
    thread, post = reading.post_for(viewer, post_id) or abort(404)
    box = boxes.reply_box(viewer, thread, post)
    verdict = box.verdict and policy.can_answer(thread.id, thread.id, post.status)
    if not verdict:
        return refused(verdict)
    if request.args.get("quote"):
        source = quotations.shown_source(reading.source_of(viewer, post.id), post.language)
        name = post.name or str(ATTRIBUTION_WORDS["anonymous"])
        quoted = richtext.quote(source, name, f"/posts/{post.id}")
        box = boxes.with_more(box, quoted)
    return answer_page(box, place_of_thread(thread), post)


@bp.get(f"{POST}/edit")
def post_edit(post_id: int) -> ResponseReturnValue:
    """The form to change one's own post, with its newest words."""
    viewer = the_viewer()
    post = reading.post_to_change(viewer, post_id) or abort(404)
    thread = queries.thread_for(viewer, post.thread_id) or abort(404)
    if not (verdict := policy.can_edit(viewer, post, is_owner(viewer, post), thread)):
        return refused(verdict)
    newest = latest_revision(post.id)
    source = quotations.shown_source(newest.source, post.language) if newest else ""
    words = {"source": source, "title": newest.title, "revision": str(newest.id)} if newest else {}
    return _edit_page(viewer, post, thread, _form_for(post, thread)(data=words))


@bp.post(f"{POST}/revisions")
def revision_create(post_id: int) -> ResponseReturnValue:
    """Change one's own post. Where it was changed meanwhile, both versions are shown and neither is lost."""
    viewer = the_viewer()
    slow_down("post", limit=60, seconds=600, value=str(viewer.id))
    post = reading.post_to_change(viewer, post_id) or abort(404)
    thread = queries.thread_for(viewer, post.thread_id) or abort(404)
    if not (verdict := policy.can_edit(viewer, post, is_owner(viewer, post), thread)):
        return refused(verdict)
    form = _form_for(post, thread)(request.form)
    if not form.validate():
        return _edit_page(viewer, post, thread, form, status=422)
    if (before := before_sending.look(viewer, form, post.language, thread.id, post)) is not None:
        return _edit_page(viewer, post, thread, form, status=before.status, before=before)
    with write():
        written = actions.edit(
            actor=viewer, post_id=post.id, source=form.source.data or "", title=_title_in(form),
            revision_id=id_in(form.revision.data), meant=meant_in(form.meant.data or ()),
        )  # fmt: skip
    return _edit_page(viewer, post, thread, form, status=409) if written.verdict is NOT_THE_NEWEST else after(written)


def _form_for(post: Post, thread: ThreadRow) -> type[EditForm]:
    return OpeningEditForm if thread.opening_id == post.id else EditForm


def _title_in(form: EditForm) -> str:
    return form.title.data or "" if isinstance(form, OpeningEditForm) else ""


def _edit_page(
    viewer: Viewer, post: Post, thread: ThreadRow, form: EditForm, *, status: int = 200, before: Before | None = None
) -> ResponseReturnValue:
    if before and status == 200 and request.headers.get("HX-Request") == "true":
        return render_template("discussions/_before.html", before=before)
    newest = latest_revision(post.id) if status == 409 else None
    if newest is not None:
        form.revision.data = str(newest.id)
    waits = boxes.waits(viewer, thread.is_reviewed_first)
    page = render_template(
        "discussions/edit.html", post=post, form=form, place=place_of_thread(thread), newest=newest, waits=waits,
        before=before, thread=thread,
        differing=differences(newest.source, form.source.data or "") if newest else None,
    )  # fmt: skip
    return page, status


@bp.get(f"{POST}/revisions")
def revision_index(post_id: int) -> ResponseReturnValue:
    """What readers have seen of a post, newest first, for those who may read it."""
    viewer = the_viewer()
    thread, post = reading.post_for(viewer, post_id) or abort(404)
    revisions = reading.shown_revisions(viewer, post.id)
    if not revisions:
        abort(404)
    return render_template(
        "discussions/revisions.html", post=post, place=place_of_thread(thread), revisions=list(reversed(revisions)),
        changes=_changes(revisions[-COMPARED:]),
    )  # fmt: skip


def _changes(revisions: Sequence[Revision]) -> dict[int, list[Paragraph]]:
    """What changed with each revision, by its number, as readers saw it: the first has nothing before it."""
    said = [(one.number, "\n\n".join(filter(None, (one.title, richtext.plain(one.html))))) for one in revisions]
    return {number: differences(before, after) for (_no, before), (number, after) in pairwise(said)}


@bp.app_template_global("undoable_posts")
def _undoable_posts(posts: Sequence[PostRow]) -> set[int]:
    """For the pages of threads: of the posts on one page those that the viewer took back and may bring back there."""
    own = [post.id for post in posts if post.is_own and post.status == "withdrawn"]
    return reading.just_taken_back(the_viewer(), own, clock.now() - UNDO)


@bp.get(f"{POST}/withdrawal")
def withdrawal_show(post_id: int) -> ResponseReturnValue:
    """One's own post that one took back, as only she sees it, with the way to bring it back."""
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(contributions_policy.can_write(viewer))
    post = reading.post_to_change(viewer, post_id) or abort(404)
    if not is_owner(viewer, post):
        abort(404)
    if post.status != "withdrawn" or post.withdrawn_at is None:
        return redirect(url_for("discussions.post_show", post_id=post_id), 303)
    g.is_private = True
    thread = queries.thread_for(viewer, post.thread_id)
    place = place_of_thread(thread) if thread else {"title": post.title or kinds.kind_of(post).label}
    return render_template(
        "discussions/withdrawal.html", post=post, place=place, until=post.withdrawn_at + contributions.BACK_FOR
    )


@bp.post(f"{POST}/withdrawal")
def withdrawal_create(post_id: int) -> ResponseReturnValue:
    """Take one's own post back; the way to bring it back stands where it was."""
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(contributions_policy.can_write(viewer))
    with write():
        written = actions.withdraw(actor=viewer, post_id=post_id)
    if written.verdict:
        flash(_("It's gone from the site. You can bring it back for 30 days; after that we keep nothing."), "good")
    return _to_its_place(written)


@bp.post(f"{POST}/return")
def return_create(post_id: int) -> ResponseReturnValue:
    """Bring one's own post back."""
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(contributions_policy.can_write(viewer))
    with write():
        written = actions.bring_back(actor=viewer, post_id=post_id)
    return after(written)


def _to_its_place(written: Written) -> ResponseReturnValue:
    return redirect(post_address(written), 303) if written.verdict else refused(written.verdict)
