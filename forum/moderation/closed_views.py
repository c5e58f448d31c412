"""Whose account is closed comes no further than a page that says what, why, until when, and how to have it looked at.

She still reads her letters, appeals, takes back what she wrote, and finds help.
"""

from __future__ import annotations

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum.accounts import policy
from forum.accounts.login import the_viewer
from forum.accounts.refusal import refused
from forum.core.languages import current_language
from forum.core.verdict import no
from forum.moderation import letterbox
from forum.moderation.views import bp

OPEN = frozenset(
    {
        *("moderation.closed", "moderation.letters", "moderation.letter_read", "moderation.guidelines"),
        *("moderation.trust", "moderation.own_recovery", "moderation.own_recovery_stop"),
        *("moderation.recovery_show", "moderation.recovery_stop"),
        *("accounts.sign_out_create", "accounts.shared_phone_create", "helplines.help_show", "care.help_show"),
        *("care.closing_create", "site.page", "site.reading", "site.transparency_show"),
        *("contributions.own", "writing.mine_show", "consent.mine_show"),
    }
)
TAKES_BACK = ("withdrawal_show", "withdrawal_create", "removal_create")


def is_open_to_banned(endpoint: str) -> bool:
    """Whether an address is open to somebody whose account is closed."""
    return endpoint in OPEN or endpoint.endswith(TAKES_BACK) or endpoint.startswith("appeals.")


@bp.before_app_request
def keep_out() -> ResponseReturnValue | None:
    """Lead whose account is closed to the page that says so; what she typed stays on it."""
    endpoint = request.endpoint
    if endpoint is None or endpoint == "static" or is_open_to_banned(endpoint):
        return None
    viewer = the_viewer()
    if viewer.active_restriction != "banned" or not request.path.startswith(f"/{current_language()}/"):
        return None
    if request.method == "POST":
        return refused(no(policy.restriction_in_words(viewer)))
    return redirect(url_for("moderation.closed"), 303)


@bp.get("/me/closed")
def closed() -> ResponseReturnValue:
    """What is closed to the reader, why, until when, and what she can do."""
    viewer = the_viewer()
    if not (verdict := policy.can_have_pages(viewer)):
        return refused(verdict)
    if viewer.active_restriction != "banned":
        return redirect(url_for("accounts.me"), 303)
    g.is_private = True
    letters = letterbox.letters_for(viewer, current_language())
    letter = next((one for one in letters if one.decision.decision == "ban" and one.decision.ended_at is None), None)
    return render_template("moderation/closed.html", one=letter, restriction=policy.restriction_in_words(viewer))
