"""The public page on how the site is looked after."""

from __future__ import annotations

from datetime import UTC, datetime, time

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from forum.core import clock
from forum.core.languages import current_language
from forum.core.public_state import changes_at
from forum.core.settings import the_settings
from forum.moderation import notices, wording
from forum.site import transparency
from forum.site.transparency import Quarter
from forum.site.views import bp


@bp.get("/transparency")
@bp.get("/transparency/<int(max=9998, min=2000):year>/<int(max=4, min=1):number>")
def transparency_show(year: int | None = None, number: int | None = None) -> ResponseReturnValue:
    """What was reported and decided in a quarter, the present one where none is named."""
    today = clock.today()
    present = transparency.quarter_of(today)
    quarter = Quarter(year, number) if year and number else present
    first = transparency.first_quarter() or present
    if not first.first <= quarter.first <= present.first:
        abort(404)
    # What moderators do changes no public page by itself: the numbers are those of the day.
    changes_at(datetime.combine(today.fromordinal(today.toordinal() + 1), time(), UTC))
    before = Quarter(quarter.year - (quarter.number == 1), (quarter.number + 2) % 4 + 1)
    return render_template(
        "site/transparency.html",
        account=transparency.account_of(quarter),
        before=before if before.first >= first.first else None,
        after=quarter.next if quarter.next.first <= present.first else None,
        few=transparency.FEW,
        enough=transparency.ENOUGH,
        settings=the_settings(),
        words=wording,
        rules={str(rule.number): rule.title for rule in notices.guidelines_in(current_language())},
    )
