"""Reading: a page of a thread or of a branch of it, what is new there, and marks of what was read."""

from __future__ import annotations

from typing import Any

from flask import abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from forum.accounts.login import the_viewer
from forum.accounts.refusal import refused
from forum.accounts.viewer import Viewer
from forum.core import clock
from forum.core.limits import slow_down
from forum.core.unit_of_work import write
from forum.core.verdict import Verdict
from forum.discussions import boxes, branches, marks, newer, queries, reading, structured, threads, unread
from forum.discussions.forms import id_in
from forum.discussions.models import VIEWS
from forum.discussions.rows import PostPage, ThreadRow
from forum.discussions.views import ID, THREAD, bp, place_of_thread, who
from forum.discussions.words import PAUSE_WORDS


@bp.get(THREAD)
def thread_show(thread_id: int) -> ResponseReturnValue:
    """A page of a thread: by who answers whom or by time, from any place."""
    viewer = the_viewer()
    thread = queries.thread_for(viewer, thread_id)
    if thread is None:  # it may have become part of another; undone, its address is its own again
        moved = queries.moved_to(viewer, thread_id) or abort(404)
        return redirect(url_for("discussions.thread_show", thread_id=moved, view=_chosen()), 302)
    chosen = request.args.get("view")
    view = chosen if chosen in VIEWS else thread.chosen_view or VIEWS[0]
    at, after, before = _keys()
    paths = reading.paths_of(thread.id, (at, after, before))
    if view == "nested" and at is not None and (root := branches.goes_on_below(paths.get(at, ""))):
        address = url_for("discussions.branch_show", post_id=root, at=at, view=_chosen(), _anchor=f"post-{at}")
        return redirect(address, 302)
    is_last = request.args.get("page") == "last"
    page = reading.posts_in(thread, viewer, view, at=at, after=after, before=before, is_last=is_last, paths=paths)
    return _page(viewer, thread, page, f"/threads/{thread.id}", topics=queries.topics_of(thread))


@bp.get(f"/posts/<{ID}:post_id>/branch")
def branch_show(post_id: int) -> ResponseReturnValue:
    """A page of what goes on below a post of a thread page's last level."""
    viewer = the_viewer()
    at, after, before = _keys()
    branch = branches.branch_for(viewer, post_id, at, after, before)
    if branch is None or request.args.get("view") == "flat":
        if reading.post_place(viewer, post_id) is None:
            abort(404)
        return redirect(url_for("discussions.post_show", post_id=at or post_id, view=_chosen()), 302)
    page = reading.posts_in(
        branch.thread, viewer, "nested", at=at, after=after, before=before,
        is_last=request.args.get("page") == "last", root=branch.root, paths=branch.paths,
    )  # fmt: skip
    return _page(viewer, branch.thread, page, f"/posts/{post_id}/branch", branch=branch)


def _keys() -> tuple[int | None, int | None, int | None]:
    """The posts by which a page is asked for: around one, after one, before one."""
    return id_in(request.args.get("at")), id_in(request.args.get("after")), id_in(request.args.get("before"))


def _chosen() -> str | None:
    """The view named in the address, where it names one."""
    return request.args.get("view") if request.args.get("view") in VIEWS else None


def _page(viewer: Viewer, thread: ThreadRow, page: PostPage, path: str, **more: Any) -> ResponseReturnValue:
    news = unread.news_of(thread, viewer)
    unread.marked(page.posts, news)
    return render_template(
        "discussions/thread.html", thread=thread, page=page, path=path, news=news,
        read=news.read_on([post.id for post in page.posts]), newest=newer.mark_of(thread),
        box=boxes.reply_box(viewer, thread), place=place_of_thread(thread), pauses=PAUSE_WORDS,
        posting=structured.posting(thread, page) if viewer.id is None else None,
        carried=f"view={page.view}&" if _chosen() else "", **more,
    )  # fmt: skip


# What is new


@bp.get(f"{THREAD}/unread")
def unread_show(thread_id: int) -> ResponseReturnValue:
    """Leads to the first post that is new to the reader; where nothing is, to the discussion."""
    viewer = the_viewer()
    thread = queries.thread_for(viewer, thread_id) or abort(404)
    first = unread.news_of(thread, viewer).first
    anchor = f"post-{first}" if first else None
    return redirect(url_for("discussions.thread_show", thread_id=thread_id, at=first, _anchor=anchor), 302)


@bp.get(f"{THREAD}/newer")
def newer_show(thread_id: int) -> ResponseReturnValue:
    """For the script of an open page: how much came since it was made, or nothing (204)."""
    since = newer.moment_in(request.args.get("since"))
    found = newer.newer_for(the_viewer(), thread_id, since or clock.now()) or abort(404)
    if not found.count:
        return "", 204
    if found.count < newer.MOST:
        words = ngettext("%(num)d new answer", "%(num)d new answers", found.count)
    else:
        words = _("More than 99 new answers")
    first = found.first_id
    address = url_for("discussions.thread_show", thread_id=thread_id, at=first, view=_chosen(), _anchor=f"post-{first}")
    return jsonify(count=found.count, words=words, address=address)


# Marks


def _after_mark(verdict: Verdict, address: str) -> ResponseReturnValue:
    if not verdict:
        return refused(verdict)
    is_quiet = request.accept_mimetypes.best == "application/json"  # the script's: nothing is shown
    return ("", 204) if is_quiet else redirect(address, 303)


@bp.post(f"{THREAD}/read")
def read_create(thread_id: int) -> ResponseReturnValue:
    """Remember that a thread was read: as far as the post `until`, or all of it."""
    viewer = the_viewer()
    slow_down("read", limit=600, seconds=600, value=who(viewer))
    with write():
        verdict = marks.mark_thread(actor=viewer, thread_id=thread_id, until_id=id_in(request.form.get("until")))
    return _after_mark(verdict, url_for("discussions.thread_show", thread_id=thread_id))


@bp.post("/boards/<slug>/read")
def board_read_create(slug: str) -> ResponseReturnValue:
    """Call everything on a board read."""
    viewer = the_viewer()
    slow_down("read", limit=600, seconds=600, value=who(viewer))
    with write():
        verdict = marks.mark_board(actor=viewer, slug=slug)
    return _after_mark(verdict, url_for("discussions.board_show", slug=slug))


# How a thread is read, and kept


@bp.post(f"{THREAD}/view")
def view_create(thread_id: int) -> ResponseReturnValue:
    """Remember how a member reads threads."""
    with write():
        verdict = threads.choose_view(actor=the_viewer(), view=request.form.get("view", ""))
    return redirect(url_for("discussions.thread_show", thread_id=thread_id), 303) if verdict else refused(verdict)


@bp.post(f"{THREAD}/pause")
def pause_create(thread_id: int) -> ResponseReturnValue:
    """Let a discussion go slowly: `value` is the seconds between two posts of one member, 0 for none."""
    seconds = id_in(request.form.get("value"))
    with write():
        verdict = threads.pause(actor=the_viewer(), thread_id=thread_id, seconds=-1 if seconds is None else seconds)
    return redirect(url_for("discussions.thread_show", thread_id=thread_id), 303) if verdict else refused(verdict)
