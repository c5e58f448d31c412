"""Answering a refusal: its sentence on a page, or, when the session has ended, the way to sign in with the words kept."""

from __future__ import annotations

from flask import Response, redirect, request, url_for

from forum.accounts import actions
from forum.core.errors import NEVER_SHOWN, refusal_page
from forum.core.verdict import Verdict

KEPT_PARAMETER = "kept"


def refused(verdict: Verdict) -> Response:
    """The answer to a refusal. 401 leads to signing in; a posted form is parked and opens again, filled, after it."""
    if verdict.status != 401:
        return refusal_page(verdict.reason, verdict.status)
    if request.method != "POST":
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")), 303)  # type: ignore[return-value]
    fields = [[name, value] for name, value in request.form.items(multi=True) if not name.endswith(NEVER_SHOWN)]
    token = actions.park(path=request.path, fields=fields)
    return redirect(url_for("accounts.sign_in", **{KEPT_PARAMETER: token}), 303)  # type: ignore[return-value]
