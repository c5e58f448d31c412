"""Addresses of the vocabulary itself: what a word that is being typed may mean."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from forum.core.languages import PREFIX, current_language
from forum.topics import queries

bp = Blueprint("vocabulary", __name__, url_prefix=PREFIX)


@bp.get("/topics/names")
def names_index() -> Response:
    """The topics that a beginning of a name or synonym leads to: id, name, kind, and the word that was met."""
    words = queries.suggested(request.args.get("q", ""), current_language())
    named = queries.names([word.topic_id for word in words], current_language())
    found = [
        {"id": word.topic_id, "name": named[word.topic_id].name, "kind": named[word.topic_id].kind, "word": word.word}
        for word in words
    ]
    return jsonify(found)
