"""What every reader meets of moderation: the guidelines."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from forum.core.languages import current_language
from forum.moderation import notices
from forum.moderation.views import bp


@bp.get("/guidelines")
def guidelines() -> ResponseReturnValue:
    """The guidelines in force, numbered; each has its own address, #g3."""
    rules = notices.guidelines_in(current_language())
    return render_template("moderation/guidelines.html", rules=rules)
