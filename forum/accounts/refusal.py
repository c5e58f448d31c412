"""Answering a refusal: its sentence on a page, or, when a session has ended, the way to sign in with the words kept."""

from __future__ import annotations

from flask import Response, redirect, request, url_for

from forum.accounts import actions
from forum.core.errors import NEVER_SHOWN, refusal_page
from forum.core.limits import throttle
from forum.core.verdict import Verdict


def refused(verdict: Verdict) -> Response:
    """The answer to a refusal. 401 leads to signing in; a posted form is parked and opens again, filled, after it."""
    if verdict.status != 401:
        return refusal_page(verdict.reason, verdict.status)
    if request.method != "POST":
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")), 303)  # type: ignore[return-value]
    fields = [[name, value] for name, value in request.form.items(multi=True) if not name.endswith(NEVER_SHOWN)]
    # Whoever parks too much or too often gets the words back on the page instead.
    may_park = throttle("park", request.remote_addr or "", limit=40, seconds=3600)
    token = actions.park(path=request.path, fields=fields) if may_park else None
    if token is None:
        return refusal_page(verdict.reason, verdict.status)
    return redirect(url_for("accounts.sign_in", kept=token), 303)  # type: ignore[return-value]
