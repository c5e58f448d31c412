"""The pages about one post: its place, answering it, its history, taking it back. To change it: `edit_views`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.login import the_viewer
from forum.accounts.refusal import refused
from forum.contributions import actions as contributions
from forum.contributions import policy as contributions_policy
from forum.contributions import quotations
from forum.contributions.models import Revision
from forum.contributions.queries import is_owner
from forum.core import clock, kinds, richtext
from forum.core.differences import Paragraph, differences
from forum.core.languages import current_language
from forum.core.unit_of_work import write
from forum.discussions import actions, boxes, branches, policy, queries, reading, resting
from forum.discussions.actions import Written
from forum.discussions.models import VIEWS
from forum.discussions.resting import Basis
from forum.discussions.rows import PostRow
from forum.discussions.views import ID, after, answer_page, bp, place_of_thread, post_address
from forum.discussions.words import ATTRIBUTION_WORDS
from forum.references import queries as references

POST = f"/posts/<{ID}:post_id>"
COMPARED = 20  # newest revisions that a history compares
UNDO = timedelta(minutes=10)  # for so long what one took back is brought back in its place


@bp.get(POST)
def post_show(post_id: int) -> ResponseReturnValue:
    """A post's own address leads to its place: in its thread, or on the page of the branch that goes on there."""
    thread, post = reading.post_for(the_viewer(), post_id) or abort(404)
    view = request.args.get("view") if request.args.get("view") in VIEWS else None
    is_nested = (view or thread.chosen_view or VIEWS[0]) == "nested"
    root = branches.goes_on_below(post.path) if is_nested else None
    place: dict[str, Any] = {"at": post_id, "view": view, "_anchor": f"post-{post_id}"}
    if root is not None:
        return redirect(url_for("discussions.branch_show", post_id=root, **place), 302)
    return redirect(url_for("discussions.thread_show", thread_id=thread.id, **place), 302)


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


@bp.get(f"{POST}/revisions")
def revision_index(post_id: int) -> ResponseReturnValue:
    """What readers have seen of a post, newest first, for those who may read it."""
    viewer = the_viewer()
    thread, post = reading.post_for(viewer, post_id) or abort(404)
    revisions = reading.shown_revisions(viewer, post.id)
    if not revisions:
        abort(404)
    rested = _rested(post, revisions[-COMPARED:])
    return render_template(
        "discussions/revisions.html", post=post, place=place_of_thread(thread), revisions=list(reversed(revisions)),
        changes=_changes(revisions[-COMPARED:]), rested=rested, papers=_papers(rested.values()),
    )  # fmt: skip


def _changes(revisions: Sequence[Revision]) -> dict[int, list[Paragraph]]:
    """What changed with each revision, by its number, as readers saw it: the first has nothing before it."""
    said = [(one.number, "\n\n".join(filter(None, (one.title, richtext.plain(one.html))))) for one in revisions]
    return {number: differences(before, after) for (_no, before), (number, after) in pairwise(said)}


def _rested(post: PostRow, revisions: Sequence[Revision]) -> dict[int, Basis]:
    """What the post rested on from each revision that changed it, by its number; a profession only while it is
    verified."""
    found: list[tuple[int, Basis]] = []
    for one in revisions:
        basis = resting.in_facts(one.facts, found[-1][1] if found else resting.NOTHING)
        is_shown = basis.basis != "professional" or post.profession is not None
        found.append((one.number, basis if is_shown else resting.NOTHING))
    return {number: basis for (_no, before), (number, basis) in pairwise(found) if basis != before}


def _papers(bases: Iterable[Basis]) -> dict[int, str]:
    keys = {basis.reference_id for basis in bases if basis.reference_id is not None}
    return {paper.id: paper.title for paper in references.by_ids(keys, current_language())} if keys else {}


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
        flash(_("It’s gone from the site. You can bring it back for 30 days; after that we keep nothing."), "good")
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
