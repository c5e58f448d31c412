"""What a writing page's script posts and hears: the version it last saw, and what is kept (see static/README.md)."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request

from forum.core import clock
from forum.core.verdict import Verdict


def is_by_script() -> bool:
    """Whether the page's script posted, not its button."""
    return "application/json" in request.headers.get("Accept", "")


def seen_version() -> int:
    """The version of the words that the window had."""
    raw = request.form.get("version", "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else 0


def seen_id(name: str) -> int | None:
    """A row's id that a form carries, or None where it isn't one."""
    raw = request.form.get(name, "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else None


def refusal(verdict: Verdict) -> Response:
    """A refusal for the script."""
    answer = jsonify({"reason": str(verdict.reason)})
    answer.status_code = verdict.status
    return answer


def kept(verdict: Verdict, words: Any, *names: str) -> Response:
    """What is kept now, by the names of its fields: with 409 where it is newer than what was posted."""
    if words is None or (not verdict and verdict.reason):
        return refusal(verdict)
    fields = {name: getattr(words, name) for name in names}
    answer = jsonify({"version": words.version, "saved_at": clock.now().isoformat(), "fields": fields})
    answer.status_code = 200 if verdict else 409
    return answer
