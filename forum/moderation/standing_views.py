"""What trust there is on this site, and what it opens: a public page."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from forum.moderation import standing
from forum.moderation.views import bp


@bp.get("/trust")
def trust() -> ResponseReturnValue:
    """How a member comes to be trusted, in plain words, with the numbers of this site."""
    return render_template("moderation/trust.html", bars=standing.bars())
