"""The addresses that help while one writes: names for a mention."""

from __future__ import annotations

from flask import g, jsonify, request
from flask.typing import ResponseReturnValue

from forum.accounts.login import the_viewer
from forum.contributions import policy as contributions_policy
from forum.core.limits import slow_down
from forum.discussions import mentioning, queries
from forum.discussions.forms import id_in
from forum.discussions.views import bp

LONGEST = 60  # characters of a name that are looked for


@bp.get("/mentions")
def mention_index() -> ResponseReturnValue:
    """The names that begin as `?q=` does, for members: those who write in `?thread=` first."""
    viewer = the_viewer()
    g.is_private = True
    if not (verdict := contributions_policy.can_write(viewer)):
        return jsonify(reason=str(verdict.reason)), verdict.status
    slow_down("mentions", limit=120, seconds=60, value=str(viewer.id))
    key = id_in(request.args.get("thread"))
    thread = queries.thread_for(viewer, key) if key is not None else None
    people = mentioning.completions(viewer, request.args.get("q", "")[:LONGEST], thread.id if thread else None)
    return jsonify([{"name": one.name, "form": one.form, "here": one.is_here} for one in people])
