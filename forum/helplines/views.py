"""Get help: one page, for a country or for all."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from forum.core import clock, public_state
from forum.core.languages import PREFIX, current_language
from forum.core.settings import the_settings
from forum.helplines import wording
from forum.helplines.page import help_page

bp = Blueprint("helplines", __name__, url_prefix=PREFIX)


def assumed_country() -> str | None:
    """The country that the installation assumes for readers of the page's language, or None."""
    settings = the_settings()
    return settings.country_for(current_language())


@bp.app_context_processor
def _words() -> dict[str, object]:
    return {"line_words": wording}


@bp.get("/help")
def help_show() -> str:
    """People who answer, and when: for the country asked for, else the one assumed, else every emergency number."""
    asked = request.args.get("country")
    page = help_page(asked if asked is not None else assumed_country(), clock.now())
    for line in page.lines:
        public_state.changes_at(line.changes_at)
    return render_template("helplines/help.html", page=page, is_unknown=bool(asked) and page.country is None)
