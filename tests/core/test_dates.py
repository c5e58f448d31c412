"""Dates in words."""

from datetime import UTC, datetime, timedelta

from flask import Flask
from flask_babel import force_locale

from forum.core import clock
from forum.core.dates import near


def test_a_moment_not_far_away_is_said_in_few_words_that_stay_together(app: Flask) -> None:
    noon = datetime.combine(clock.today(), datetime.min.time(), UTC) + timedelta(hours=12, minutes=6)
    with app.test_request_context("/en/"), force_locale("en"):
        words = {days: near(noon + timedelta(days=days)) for days in (-1, 0, 1, 400)}
        assert words[0] == "today,\N{NO-BREAK SPACE}12:06"
        assert words[1] == "tomorrow,\N{NO-BREAK SPACE}12:06"
        assert words[-1] == "yesterday,\N{NO-BREAK SPACE}12:06"
        assert words[400].endswith(str((noon + timedelta(days=400)).year))
        middle = noon.replace(month=6 if noon.month != 6 else 9, day=14)
        assert near(middle) == f"14\N{NO-BREAK SPACE}{middle:%B}"
        assert near(None) == ""
