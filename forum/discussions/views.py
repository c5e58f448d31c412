"""Writing in threads, and what is done with a whole one. Reading stands in `reading_views`, a post in `post_views`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.login import the_viewer
from forum.accounts.professions import WORDS as PROFESSION_WORDS
from forum.accounts.refusal import refused
from forum.accounts.viewer import Viewer
from forum.contributions import policy as contributions_policy
from forum.core import kinds
from forum.core.languages import PREFIX, current_language
from forum.core.limits import slow_down
from forum.core.unit_of_work import write
from forum.discussions import actions, before_sending, boxes, closing, queries, reading, signing
from forum.discussions.actions import Written
from forum.discussions.before_sending import Before
from forum.discussions.forms import WORDS_LIMIT, ReplyForm, id_in
from forum.discussions.keeping import keep_draft
from forum.discussions.places import comment_place, reply_place
from forum.discussions.rows import PostRow, ReplyBox, ThreadRow
from forum.discussions.words import (
    ANONYMOUS_HINT,
    BASIS_WORDS,
    FOLDED,
    GONE_WORDS,
    NAMELESS,
    NOTE_WORDS,
    WAITING_WORDS,
)
from forum.moderation import signals

bp = Blueprint("discussions", __name__, url_prefix=PREFIX)
ID = "int(max=2147483647)"
THREAD = f"/threads/<{ID}:thread_id>"


@bp.app_context_processor
def _words() -> dict[str, Any]:
    """What the templates of posts say, wherever they are included."""
    return {
        "post_words": {
            "notes": NOTE_WORDS, "folded": FOLDED, "gone": GONE_WORDS, "waiting": WAITING_WORDS, "bases": BASIS_WORDS,
            "nameless": NAMELESS, "professions": PROFESSION_WORDS,
            "anonymous_hint": ANONYMOUS_HINT, "limit": WORDS_LIMIT,
        }
    }  # fmt: skip


@bp.post(f"{THREAD}/replies")
def reply_create(thread_id: int) -> ResponseReturnValue:
    """Answer in a thread."""
    viewer = the_viewer()
    slow_down("post", limit=60, seconds=600, value=who(viewer))
    thread = queries.thread_for(viewer, thread_id) or abort(404)
    if not viewer.is_authenticated:
        return refused(contributions_policy.can_write(viewer))
    form = ReplyForm.offering(viewer.display_name, thread.allows_anonymous)
    if not form.validate():
        found = reading.post_for(viewer, form.answers_id) if form.answers_id else None
        box = boxes.reply_box(viewer, thread, found[1] if found else None)
        return answer_page(_filled(box, form), place_of_thread(thread), found[1] if found else None, 422)
    if (before := before_sending.look(viewer, form, thread.language, thread.id)) is not None:
        found = reading.post_for(viewer, form.answers_id) if form.answers_id else None
        box = _filled(boxes.reply_box(viewer, thread, found[1] if found else None), form, before)
        return answer_page(box, place_of_thread(thread), found[1] if found else None, before.status)
    with write():
        written = actions.reply(actor=viewer, thread_id=thread.id, answers_id=form.answers_id, **form.words())
    return after(written)


@bp.post(f"{THREAD}/drafts")
def reply_draft_create(thread_id: int) -> ResponseReturnValue:
    """Keep the unsent words of an answer."""
    viewer = the_viewer()
    slow_down("draft", limit=300, seconds=600, value=who(viewer))
    thread = queries.thread_for(viewer, thread_id) or abort(404)
    return keep_draft(viewer, reply_place(thread, id_in(request.form.get("answers"))))


@bp.post(f"{THREAD}/lock")
def lock_create(thread_id: int) -> ResponseReturnValue:
    """Lock a thread (`value` is 1), lock it until the morning (`morning`), or open it again."""
    value = request.form.get("value")
    until = closing.next_morning() if value == "morning" else None
    with write():
        is_locked = value in ("1", "morning")
        verdict = actions.lock(actor=the_viewer(), thread_id=thread_id, is_locked=is_locked, until=until)
    return redirect(url_for("discussions.thread_show", thread_id=thread_id), 303) if verdict else refused(verdict)


@bp.post(f"{THREAD}/pin")
def pin_create(thread_id: int) -> ResponseReturnValue:
    """Keep a thread at the top of its board (`value` is 1) or let it go."""
    with write():
        verdict = actions.pin(actor=the_viewer(), thread_id=thread_id, is_pinned=request.form.get("value") == "1")
    return redirect(url_for("discussions.thread_show", thread_id=thread_id), 303) if verdict else refused(verdict)


# Comments


@bp.post(f"/contributions/<{ID}:contribution_id>/comments")
def comment_create(contribution_id: int) -> ResponseReturnValue:
    """Comment on a story, or on whatever else can be read."""
    viewer = the_viewer()
    slow_down("post", limit=60, seconds=600, value=who(viewer))
    about = queries.about_for(viewer, contribution_id) or abort(404)
    if not viewer.is_authenticated:
        return refused(contributions_policy.can_write(viewer))
    form = ReplyForm.offering(viewer.display_name, True)
    if not form.validate():
        return answer_page(_filled(boxes.comment_box(viewer, about.id), form), place_of(about), None, 422)
    thread = queries.comments_thread_for(viewer, about.id)
    before = before_sending.look(viewer, form, about.language, thread.id if thread else None)
    if before is not None:
        return answer_page(
            _filled(boxes.comment_box(viewer, about.id), form, before), place_of(about), None, before.status
        )
    with write():
        written = actions.comment(actor=viewer, contribution_id=about.id, answers_id=form.answers_id, **form.words())
    return after(written)


@bp.get(f"/contributions/<{ID}:contribution_id>/comments/new")
def comment_new(contribution_id: int) -> ResponseReturnValue:
    """The box for a comment (`?quote=1` quotes the beginning of what it is about)."""
    viewer = the_viewer()
    about = queries.about_for(viewer, contribution_id) or abort(404)
    box = boxes.comment_box_for(about, viewer)
    if not box.verdict:
        return refused(box.verdict)
    return answer_page(boxes.quoting(box, about) if request.args.get("quote") else box, place_of(about))


@bp.post(f"/contributions/<{ID}:contribution_id>/comments/drafts")
def comment_draft_create(contribution_id: int) -> ResponseReturnValue:
    """Keep the unsent words of a comment."""
    viewer = the_viewer()
    slow_down("draft", limit=300, seconds=600, value=who(viewer))
    about = queries.about_for(viewer, contribution_id) or abort(404)
    return keep_draft(viewer, comment_place(about.id))


# What the views share


def who(viewer: Viewer) -> str:
    """Whose tries the throttle counts: the member's, else the browser's address."""
    return str(viewer.id) if viewer.is_authenticated else request.remote_addr or ""


def place_of_thread(thread: ThreadRow) -> dict[str, Any]:
    """A thread's title, and the way back from it, for headings: its board, or what the comments are about."""
    if thread.about_id is None:
        title = thread.title if thread.title is not None else GONE_WORDS[thread.status]
        return {"title": title, "up": f"/{current_language()}/boards/{thread.board_slug}", "up_name": thread.board_name}
    return place_of(queries.about_for(the_viewer(), thread.about_id) or abort(404))


def place_of(about: Any) -> dict[str, Any]:
    kind = kinds.kind_of(about)
    name = kind.title(about)
    return {
        "title": _("Comments on %(title)s", title=name), "up": kind.address(about, current_language()), "up_name": name,
    }  # fmt: skip


def _filled(box: ReplyBox, form: ReplyForm, before: Before | None = None) -> ReplyBox:
    """The box with what was typed and what is wrong with it, or shown of it before it is sent."""
    wrong = " ".join(str(words) for field in form if field.name != "basis" for words in field.errors)
    return replace(
        box, source=form.source.data or "", signing=signing.chosen(box.signing, form), error=wrong,
        content_notes=tuple(form.content_notes.data or ()), before=before, then=form.then.data or "",
        version=id_in(form.version.data) or 0,
    )  # fmt: skip


def answer_page(
    box: ReplyBox, place: dict[str, Any], answered: PostRow | None = None, status: int = 200
) -> ResponseReturnValue:
    """The page with the box for one answer; for htmx, the box alone."""
    is_part = request.headers.get("HX-Request") == "true" and status == 200
    if is_part and box.before:
        return render_template("discussions/_before.html", before=box.before)
    template = "discussions/_reply_here.html" if is_part else "discussions/answer.html"
    return render_template(template, box=box, place=place, answered=answered), status


def post_address(written: Written) -> str:
    """Where a post stands in its thread."""
    return url_for(
        "discussions.thread_show", thread_id=written.thread_id, at=written.post_id, _anchor=f"post-{written.post_id}"
    )


def after(written: Written) -> ResponseReturnValue:
    """The answer to something sent: to its place, or the refusal with the words in it."""
    if not written.verdict:
        return refused(written.verdict)
    if not written.is_shown:
        flash(signals.held_notice(written.post_id), "waiting")
    if request.form.get("then") == "photos":
        return redirect(url_for("photos.post_photos", post_id=written.post_id), 303)
    return redirect(post_address(written), 303)
