"""Partial dates: read, ordered, kept."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, insert, select

from forum.core.partial_date import PartialDate, PartialDateType


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("2009", (2009, None, None)),
        (" 2009 ", (2009, None, None)),
        ("2009-03", (2009, 3, None)),
        ("2009-3-4", (2009, 3, 4)),
        ("2008-02-29", (2008, 2, 29)),
        ("0001-01-01", (1, 1, 1)),
    ],
)
def test_read(text: str, parts: tuple[int, int | None, int | None]) -> None:
    found = PartialDate.parse(text)
    assert (found.year, found.month, found.day) == parts
    assert PartialDate.parse(str(found)) == found


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Write a year"),
        ("last spring", "Write a year"),
        ("09", "Write a year"),
        ("2009-", "Write a year"),
        ("2009/03", "Write a year"),
        ("14-03-2009", "Write a year"),
        ("٢٠٠٩", "Write a year"),
        ("2009\n-03", "Write a year"),
        ("0000", "no year 0"),
        ("2009-13", "no month 13"),
        ("2009-00", "no month 0"),
        ("2009-02-29", "no day 29 in 2009-02"),
        ("2009-04-00", "no day 0"),
    ],
)
def test_refused_with_a_sentence_that_helps(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        PartialDate.parse(text)


def test_made_directly_it_must_be_in_its_form() -> None:
    assert PartialDate("2009-03").month == 3
    with pytest.raises(ValueError, match="YYYY"):
        PartialDate("2009-3")


def test_order_and_extent() -> None:
    dates = [PartialDate(text) for text in ("2009", "2009-03", "2009-03-14", "2009-04", "2010")]
    assert sorted([*dates[2:], *dates[:2]]) == dates
    assert (PartialDate("2008-02").earliest, PartialDate("2008-02").latest) == (date(2008, 2, 1), date(2008, 2, 29))
    assert (PartialDate("2009").earliest, PartialDate("2009").latest) == (date(2009, 1, 1), date(2009, 12, 31))
    assert PartialDate.of(date(2009, 3, 14)).latest == date(2009, 3, 14)


@given(st.text(max_size=12))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(ValueError):
        assert PartialDate.parse(text).year >= 1


def test_a_column_keeps_text_that_sorts_and_compares() -> None:
    engine = create_engine("sqlite://")
    table = Table("t", MetaData(), Column("id", Integer, primary_key=True), Column("day", PartialDateType))
    table.create(engine)
    with engine.begin() as connection:
        for text in ("2010", "2009-03", "2009"):
            connection.execute(insert(table).values(day=PartialDate(text)))
        connection.execute(insert(table).values(day=None))
        kept = connection.scalars(select(table.c.day).where(table.c.day.is_not(None)).order_by(table.c.day)).all()
        assert kept == [PartialDate("2009"), PartialDate("2009-03"), PartialDate("2010")]
        later = connection.scalars(select(table.c.day).where(table.c.day >= "2009-03"))
        assert set(later) == {PartialDate("2010"), PartialDate("2009-03")}
        with pytest.raises(Exception, match="no month 13"):
            connection.execute(insert(table).values(day="2009-13"))
