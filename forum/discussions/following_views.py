"""The addresses of following and muting a thread or a board."""

from __future__ import annotations

from flask import abort
from flask.typing import ResponseReturnValue

from forum.accounts.login import the_viewer
from forum.contributions.follow_views import set_following, set_mute
from forum.core.languages import current_language
from forum.discussions import queries
from forum.discussions.beside import beside
from forum.discussions.views import THREAD, bp


@bp.app_context_processor
def _beside() -> dict[str, object]:
    """What stands beside posts, wherever they are included."""
    return {"beside_posts": beside}


@bp.post(f"{THREAD}/following")
def thread_following_create(thread_id: int) -> ResponseReturnValue:
    """Begin to follow a thread, or end it (`value` 0)."""
    thread = queries.thread_for(the_viewer(), thread_id) or abort(404)
    return set_following("thread", thread.id, f"/{current_language()}/threads/{thread.id}")


@bp.post(f"{THREAD}/mute")
def thread_mute_create(thread_id: int) -> ResponseReturnValue:
    """Mute a thread, or end it (`value` 0)."""
    thread = queries.thread_for(the_viewer(), thread_id) or abort(404)
    return set_mute("thread", thread.id, f"/{current_language()}/threads/{thread.id}")


@bp.post("/boards/<slug>/following")
def board_following_create(slug: str) -> ResponseReturnValue:
    """Begin to follow a board, or end it (`value` 0)."""
    board = queries.board_for(the_viewer(), slug) or abort(404)
    return set_following("board", board.id, f"/{current_language()}/boards/{board.slug}")


@bp.post("/boards/<slug>/mute")
def board_mute_create(slug: str) -> ResponseReturnValue:
    """Mute a board, or end it (`value` 0)."""
    board = queries.board_for(the_viewer(), slug) or abort(404)
    return set_mute("board", board.id, f"/{current_language()}/boards/{board.slug}")
