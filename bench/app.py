"""The application as it is served, with two pages of the bench's own to compare with: nothing at all, and a constant.

Nothing of this is part of the site; bin/web never loads it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import g

from bench.app_paths import CONSTANT, EMPTY
from wsgi import app

_kept: dict[str, bytes] = {}
_site = app.wsgi_app


@app.get(EMPTY)
def empty() -> str:
    """A view that does nothing, behind everything that every request passes."""
    g.is_private = True
    return ""


def _constant(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """`/bench/constant/<n>`: n bytes, before the application; everything else goes on to it."""
    path: str = environ["PATH_INFO"]
    if not path.startswith(CONSTANT):
        return _site(environ, start_response)
    body = _kept.get(path) or _kept.setdefault(path, b"x" * int(path.removeprefix(CONSTANT)))
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))])
    return [body]


app.wsgi_app = _constant  # type: ignore[method-assign]
