"""Opening hours: what may be written, and what is open when, over changes of clock too."""

from __future__ import annotations

import csv
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.helplines import hours
from forum.helplines.hours import ALWAYS, Interval, OpenState, State, parse_hours, state_at, write_hours

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
ROME = "Europe/Rome"


def at(text: str, zone: str = ROME) -> datetime:
    """A moment from the wall clock of a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def opened(until: datetime | None) -> OpenState:
    return OpenState(State.OPEN, until and until.astimezone(UTC))


def closed(until: datetime | None) -> OpenState:
    return OpenState(State.CLOSED, until and until.astimezone(UTC))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("   ", None),
        ("24/7", ALWAYS),
        ("daily 09:00–24:00", tuple(Interval(day, 540, 1440) for day in range(7))),
        ("Daily 9:00 - 17:30", tuple(Interval(day, 540, 1050) for day in range(7))),
        ("Sat 10:00–14:00", (Interval(SAT, 600, 840),)),
        ("Saturday 10:00—14:00", (Interval(SAT, 600, 840),)),
        ("Fri 20:00–26:00", (Interval(FRI, 1200, 1560),)),
        ("Fri 20:00–02:00", (Interval(FRI, 1200, 1560),)),
        ("Mon, Wed 09:00–12:00", (Interval(MON, 540, 720), Interval(WED, 540, 720))),
        ("Fri–Mon 09:00–12:00", tuple(Interval(day, 540, 720) for day in (MON, FRI, SAT, SUN))),
        ("Mon 09:00–12:00, 14:00–17:00", (Interval(MON, 540, 720), Interval(MON, 840, 1020))),
        ("Mon–Fri 09:00–17:00; Sat 10:00–14:00",
         (*(Interval(day, 540, 1020) for day in range(5)), Interval(SAT, 600, 840))),
        ("Mon 09:00–12:00;", (Interval(MON, 540, 720),)),
    ],
)  # fmt: skip
def test_what_may_be_written(text: str, expected: tuple[Interval, ...] | None) -> None:
    assert parse_hours(text) == expected


@pytest.mark.parametrize(
    "text",
    ["always", "9–17", "09:00–17:00", "Mon", "Mon 09:00", "Mon 09:60–10:00", "Mon 25:00–26:00", "Mon 09:00–49:00",
     "Mon 09:00–09:00", "Xyz 09:00–10:00", "Mo 09:00–10:00", "Mon–Xyz 09:00–10:00", "Mon 09:00–10:00 and more",
     ";", "24/7; Mon 09:00–10:00", "Mon 99:00–10:00", "\0", "Mon ٠٩:٠٠–١٠:٠٠x"],
)  # fmt: skip
def test_what_may_not_be_written_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="Write hours like"):
        parse_hours(text)


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(ValueError):
        assert parse_hours(write_hours(parse_hours(text))) == parse_hours(text)


INTERVALS = st.builds(
    lambda day, opens, length: Interval(day, opens, min(opens + length, 2880)),
    st.integers(0, 6), st.integers(0, 1439), st.integers(1, 1440),
)  # fmt: skip


@given(st.sets(INTERVALS, min_size=1, max_size=8))
def test_what_is_written_is_read_again(intervals: set[Interval]) -> None:
    assert parse_hours(write_hours(sorted(intervals))) == tuple(sorted(intervals))


def test_written_briefly() -> None:
    assert write_hours(None) == ""
    assert write_hours(ALWAYS) == "24/7"
    for text in ("daily 09:00–24:00", "Mon–Fri 09:00–17:00; Sat 10:00–14:00", "Fri 20:00–26:00"):
        assert write_hours(parse_hours(text)) == text


@pytest.mark.parametrize(
    ("written", "moment", "expected"),
    [
        # Wednesday 18 November 2026
        ("Mon–Fri 09:00–17:00", "2026-11-18T08:59:59", closed(at("2026-11-18T09:00"))),
        ("Mon–Fri 09:00–17:00", "2026-11-18T09:00:00", opened(at("2026-11-18T17:00"))),
        ("Mon–Fri 09:00–17:00", "2026-11-18T16:59:59", opened(at("2026-11-18T17:00"))),
        ("Mon–Fri 09:00–17:00", "2026-11-18T17:00:00", closed(at("2026-11-19T09:00"))),
        ("Mon–Fri 09:00–17:00", "2026-11-20T17:00:00", closed(at("2026-11-23T09:00"))),
        ("Wed 10:00–11:00", "2026-11-18T11:00:00", closed(at("2026-11-25T10:00"))),
        ("Fri 20:00–26:00", "2026-11-21T01:59:00", opened(at("2026-11-21T02:00"))),
        ("Fri 20:00–26:00", "2026-11-21T02:00:00", closed(at("2026-11-27T20:00"))),
        ("Sun 20:00–48:00", "2026-11-23T23:59:00", opened(at("2026-11-24T00:00"))),
        ("daily 09:00–24:00", "2026-11-18T23:59:00", opened(at("2026-11-19T00:00"))),
        ("daily 09:00–24:00", "2026-11-18T00:00:00", closed(at("2026-11-18T09:00"))),
        ("daily 00:00–24:00", "2026-11-18T00:00:00", opened(None)),
        ("24/7", "2026-11-18T03:00:00", opened(None)),
        ("Mon 00:00–48:00; Wed 00:00–48:00; Fri 00:00–48:00; Sun 00:00–24:00", "2026-11-18T03:00:00", opened(None)),
        ("Mon–Sat 00:00–24:00", "2026-11-18T03:00:00", opened(at("2026-11-22T00:00"))),
        ("Mon 09:00–12:00, 12:00–17:00", "2026-11-23T11:00:00", opened(at("2026-11-23T17:00"))),
        ("", "2026-11-18T03:00:00", OpenState(State.NOT_KNOWN)),
        # Clocks go forward on 29 March 2026 at 02:00 in Rome, which becomes 03:00.
        ("Sun 01:00–05:00", "2026-03-29T04:59:00", opened(at("2026-03-29T05:00"))),
        ("Sun 02:30–05:00", "2026-03-29T01:59:00", closed(datetime(2026, 3, 29, 1, 30, tzinfo=UTC))),
        ("Sat 20:00–26:30", "2026-03-29T01:59:00", opened(datetime(2026, 3, 29, 1, 30, tzinfo=UTC))),
        ("Mon 09:00–17:00", "2026-03-28T12:00:00", closed(datetime(2026, 3, 30, 7, 0, tzinfo=UTC))),
        # Clocks go back on 25 October 2026 at 03:00 in Rome, which becomes 02:00 again.
        ("Sun 02:30–02:45", "2026-10-25T02:10:00", closed(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))),
        ("Sat 20:00–26:30", "2026-10-25T02:10:00", opened(datetime(2026, 10, 25, 1, 30, tzinfo=UTC))),
        ("Mon 09:00–17:00", "2026-10-24T12:00:00", closed(datetime(2026, 10, 26, 8, 0, tzinfo=UTC))),
        ("24/7", "2026-10-25T02:30:00", opened(None)),
    ],
)
def test_state(written: str, moment: str, expected: OpenState) -> None:
    assert state_at(parse_hours(written), ROME, at(moment)) == expected


def test_the_lines_own_zone_counts_not_the_readers() -> None:
    office = parse_hours("Mon–Fri 09:00–17:00")
    friday_noon_in_rome = at("2026-11-20T12:00")
    assert state_at(office, ROME, friday_noon_in_rome).is_open
    assert state_at(office, "America/New_York", friday_noon_in_rome) == closed(
        at("2026-11-20T09:00", "America/New_York")
    )
    assert state_at(office, "Australia/Sydney", friday_noon_in_rome) == closed(
        at("2026-11-23T09:00", "Australia/Sydney")
    )


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_around_the_clock_has_no_gap_where_midnight_moves(day: str) -> None:
    """Cuba and Lebanon change at midnight: an end at 24:00 and a beginning at 00:00 are the same moment."""
    start = datetime.fromisoformat(day).replace(tzinfo=UTC) - timedelta(days=1)
    for zone in ("America/Havana", "Asia/Beirut", "Africa/Cairo", ROME, "Australia/Lord_Howe"):
        for step in range(72 * 2):
            moment = start + timedelta(minutes=30 * step)
            assert state_at(parse_hours("daily 00:00–24:00"), zone, moment) == opened(None)


@pytest.mark.parametrize("zone", ["", "Nowhere/Land", "../etc/passwd", "Europe", "\0", "Europe/Rome "])
def test_an_unknown_zone_is_not_known(zone: str) -> None:
    assert state_at(ALWAYS, zone, datetime.now(UTC)).state is State.NOT_KNOWN


def test_no_hours_at_all_are_closed_for_good() -> None:
    assert state_at((), ROME, datetime.now(UTC)) == closed(None)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        state_at(ALWAYS, ROME, datetime(2026, 1, 1))  # noqa: DTZ001 - it is what is tested


ZONES = st.sampled_from(
    [ROME, "America/New_York", "Australia/Lord_Howe", "America/Argentina/Buenos_Aires", "Asia/Beirut"]
)
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@settings(max_examples=300, deadline=None)
@given(st.sets(INTERVALS, min_size=1, max_size=6), ZONES, MOMENTS)
def test_until_is_when_it_changes(intervals: set[Interval], zone: str, now: datetime) -> None:
    found = state_at(sorted(intervals), zone, now)
    if found.until is None:
        assert found.is_open
        assert all(state_at(sorted(intervals), zone, now + timedelta(hours=hour)).is_open for hour in range(7 * 24))
        return
    assert found.until > now
    just_before = state_at(sorted(intervals), zone, found.until - timedelta(seconds=1))
    assert just_before == found or found.until - timedelta(seconds=1) < now
    assert state_at(sorted(intervals), zone, found.until).state is not found.state


def test_every_line_we_start_from_can_be_read() -> None:
    room = Path(hours.__file__).parent
    rows = [row for path in room.rglob("*.csv") for row in csv.DictReader(path.open(encoding="utf-8", newline=""))]
    assert rows
    for row in rows:
        found = state_at(parse_hours(row["hours"]), row["time_zone"], datetime.now(UTC))
        assert (found.state is State.NOT_KNOWN) == (not row["hours"].strip())
