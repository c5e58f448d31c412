"""How old a story is, on every day of years."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from forum.stories.age import turns_older_at, years_since


@pytest.mark.parametrize("written", ["2024-02-29T23:30", "2024-02-28T00:00", "2023-03-01T12:00", "2023-12-31T23:59"])
def test_a_page_is_made_anew_on_just_the_day_when_it_says_another_number(written: str) -> None:
    moment = datetime.fromisoformat(written).replace(tzinfo=UTC)
    midnight = moment.replace(hour=0, minute=0)
    days = [midnight + timedelta(days=number) for number in range(1, 9 * 365)]
    birthdays = [day for day in days if years_since(moment, day) > years_since(moment, day - timedelta(days=1))]
    assert len(birthdays) == 8
    for day in days[: days.index(birthdays[-1])]:
        assert turns_older_at(moment, day) == next(one for one in birthdays if one > day)


def test_what_has_no_date_has_no_age() -> None:
    now = datetime(2026, 5, 14, tzinfo=UTC)
    assert (years_since(None, now), turns_older_at(None, now)) == (0, None)
