"""Dates in words."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Flask
from flask_babel import force_locale

from forum.core import clock
from forum.core.dates import moment, near


def test_a_moment_not_far_away_is_said_in_few_words_that_stay_together(app: Flask) -> None:
    noon = datetime.combine(clock.today(), datetime.min.time(), UTC) + timedelta(hours=12, minutes=6)
    with app.test_request_context("/en/"), force_locale("en"):
        words = {days: near(noon + timedelta(days=days)) for days in (-1, 0, 1, 400)}
        assert words[0] == "today,\N{NO-BREAK SPACE}12:06\N{NO-BREAK SPACE}UTC"
        assert words[1] == "tomorrow,\N{NO-BREAK SPACE}12:06\N{NO-BREAK SPACE}UTC"
        assert words[-1] == "yesterday,\N{NO-BREAK SPACE}12:06\N{NO-BREAK SPACE}UTC"
        assert words[400].endswith(str((noon + timedelta(days=400)).year))
        middle = noon.replace(month=6 if noon.month != 6 else 9, day=14)
        assert near(middle) == f"14\N{NO-BREAK SPACE}{middle:%B}"
        assert near(None) == ""


def test_a_moment_names_the_clock_it_goes_by(app: Flask) -> None:
    late = datetime(2026, 5, 14, 23, 6, tzinfo=UTC)
    with app.test_request_context("/en/"), force_locale("en"):
        assert moment(late) == moment(late, ZoneInfo("UTC")) == "14 May 2026, 23:06 UTC"
        assert moment(late, ZoneInfo("Europe/Rome")) == "15 May 2026, 01:06 (Rome)"
        assert moment(None) == ""
