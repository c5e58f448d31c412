"""The first page, the search page, the editable pages, the reading settings."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from forum.accounts.login import the_viewer
from forum.core import clock, public_state
from forum.core.languages import PREFIX, current_language
from forum.core.richtext import clean_text
from forum.site import queries, words

bp = Blueprint("site", __name__, url_prefix=PREFIX)
# For the pages of other rooms that offer some of the reading settings in place.
bp.record_once(lambda state: state.app.jinja_env.globals.update(reading_choices=words.READING))
LONGEST_QUESTION = 300


@bp.context_processor
def _words() -> dict[str, Any]:
    return {"site_words": words}


@bp.get("/")
def home() -> ResponseReturnValue:
    """The first page; its story changes with the day."""
    today = clock.today()
    public_state.changes_at(datetime.combine(today + timedelta(days=1), time(), UTC))
    return render_template("site/home.html", home=queries.home_for(the_viewer(), today))


@bp.get("/search")
def search() -> ResponseReturnValue:
    """One box over everything; `q` is what is looked for, `kind` narrows it, `page` turns the page."""
    asked = clean_text(request.args.get("q", "")[: LONGEST_QUESTION * 4], single_line=True)[:LONGEST_QUESTION]
    kind = request.args.get("kind", "")
    if kind and kind not in words.FILTERS:
        abort(404)
    if not asked:
        return render_template("search/search.html", asked="", kind=kind, results=None, rows=[])
    page = request.args.get("page", 1, type=int)
    results, rows = queries.results_for(the_viewer(), asked, words.FILTERS[kind][1] if kind else None, page)
    return render_template(
        "search/search.html", asked=asked, kind=kind, results=results, rows=rows, without=_without_one(asked)
    )


def _without_one(asked: str) -> list[tuple[str, str]]:
    """Each word of a question of several, with the question that is left without it."""
    each = asked.replace('"', " ").split()[:6]
    return [(word, " ".join(each[:at] + each[at + 1 :])) for at, word in enumerate(each)] if len(each) > 1 else []


@bp.get("/<any('about', 'privacy', 'disclaimer'):slug>")
def page(slug: str) -> ResponseReturnValue:
    """An editable page, in another language where it isn't written in this one yet."""
    found = queries.page_for(slug, current_language())
    if found is None:
        abort(404)
    return render_template("site/page.html", page=found)


@bp.get("/just-told")
def just_told() -> ResponseReturnValue:
    """For who has just heard the name of it: a page to read and print, and three first stories."""
    found = queries.page_for("just-told", current_language())
    if found is None:
        abort(404)
    return render_template("site/just_told.html", page=found, stories=queries.first_stories(the_viewer()))


@bp.get("/reading")
def reading() -> ResponseReturnValue:
    """How pages look on this device; the script keeps it there."""
    return render_template("site/reading.html")
