"""The boards, their threads, and starting one."""

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
from forum.contributions.queries import draft_for
from forum.core import richtext
from forum.core.languages import current_language
from forum.core.limits import slow_down
from forum.core.unit_of_work import write
from forum.discussions import actions, before_sending, boxes, policy, queries, signing, unread
from forum.discussions.before_sending import Before
from forum.discussions.forms import ThreadForm, id_in
from forum.discussions.keeping import fields_of, keep_draft
from forum.discussions.places import board_place
from forum.discussions.rows import BoardRow
from forum.discussions.views import after, bp, who
from forum.discussions.words import PAUSE_WORDS
from forum.topics import queries as topics


@bp.get("/discussions")
def board_index() -> ResponseReturnValue:
    """The boards, and what is being talked about."""
    viewer = the_viewer()
    return render_template(
        "discussions/boards.html", boards=queries.boards_for(viewer), lines=queries.newest_threads(viewer),
        new=unread.new_by_board(viewer), followed=queries.followed_threads(viewer),
    )  # fmt: skip


@bp.get("/boards/<slug>")
def board_show(slug: str) -> ResponseReturnValue:
    """A board and its threads; a slug that it had before leads to it."""
    viewer = the_viewer()
    board = queries.board_for(viewer, slug)
    if board is None:
        moved_to = queries.board_moved_to(viewer, slug) or abort(404)
        return redirect(url_for("discussions.board_show", slug=moved_to), 301)
    lines, before = queries.threads_in(board, viewer, id_in(request.args.get("before")))
    may_start = policy.can_start(viewer, board)
    return render_template(
        "discussions/board.html", board=board, lines=lines, before=before, may_start=may_start, pauses=PAUSE_WORDS,
        rules=richtext.render(board.rules) if board.rules else None,
    )  # fmt: skip


@bp.get("/boards/<slug>/threads/new")
def thread_new(slug: str) -> ResponseReturnValue:
    """The form of a new thread, with the words kept for it."""
    viewer = the_viewer()
    board = queries.board_for(viewer, slug) or abort(404)
    if not (verdict := policy.can_start(viewer, board)):
        return refused(verdict)
    draft = draft_for(viewer, board_place(board.id))
    kept = fields_of(draft) if draft else None
    return _thread_form(viewer, board, _offered(viewer, board, kept, language=current_language()))


@bp.post("/boards/<slug>/threads")
def thread_create(slug: str) -> ResponseReturnValue:
    """Start a thread."""
    viewer = the_viewer()
    slow_down("thread", limit=20, seconds=3600, value=who(viewer))
    board = queries.board_for(viewer, slug) or abort(404)
    if not viewer.is_authenticated:
        return refused(contributions_policy.can_write(viewer))
    form = _offered(viewer, board, language=current_language())
    if "look_up" in request.form:
        is_known = form.topics.validate(form, [ThreadForm.validate_topics])
        return _thread_form(viewer, board, form, 200 if is_known else 422)
    if not form.validate():
        return _thread_form(viewer, board, form, 422)
    before = before_sending.look(viewer, form, form.language.data, None)
    if before is not None:
        return _thread_form(viewer, board, form, before.status, before)
    with write():
        written = actions.start_thread(actor=viewer, board_id=board.id, **form.words())
    return after(written)


@bp.post("/boards/<slug>/drafts")
def thread_draft_create(slug: str) -> ResponseReturnValue:
    """Keep the unsent words of a new thread."""
    viewer = the_viewer()
    slow_down("draft", limit=300, seconds=600, value=who(viewer))
    board = queries.board_for(viewer, slug) or abort(404)
    return keep_draft(viewer, board_place(board.id))


def _offered(viewer: Viewer, board: BoardRow, kept: MultiDict[str, str] | None = None, **defaults: Any) -> ThreadForm:
    form: ThreadForm = ThreadForm.offering(  # type: ignore[assignment]
        viewer.display_name, board.allows_anonymous, kept, **defaults
    )
    form.topics.choices = [(topic.id, topic.name) for topic in topics.all_topics(current_language())]
    form.take_in(topics.meant_by(form.topic_words.data or (), current_language()))
    return form


def _thread_form(
    viewer: Viewer, board: BoardRow, form: ThreadForm, status: int = 200, before: Before | None = None
) -> ResponseReturnValue:
    if before and status == 200 and request.headers.get("HX-Request") == "true":
        return render_template("discussions/_before.html", before=before)
    waits = boxes.waits(viewer, board.is_reviewed_first)
    signs = signing.chosen(signing.signing_new(viewer, board.allows_anonymous, profession_of(viewer)), form)
    return render_template(
        "discussions/thread_new.html", board=board, form=form, waits=waits, before=before, signing=signs
    ), status
