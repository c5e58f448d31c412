"""What may be in a text: no controls, no hidden direction, nothing invisible; what a script needs stays."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings

from forum.core.cleantext import clean_text
from tests.core.soup import SOUP

SCOTLAND = "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"


@settings(max_examples=300, deadline=None)
@given(SOUP)
def test_cleaning_twice_is_cleaning_once(source: str) -> None:
    cleaned = clean_text(source)
    assert clean_text(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    cleaned.encode()
    line = clean_text(source, single_line=True)
    assert clean_text(line, single_line=True) == line
    assert not set(line) & {"\n", "\t"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Rosa", "Rosa"),
        ("a\0b\x07c", "abc"),
        ("\u202eabc\u2066d\u2069", "abcd"),
        ("s\u200bc\u2060r\ufeff", "scr"),
        ("e\u0301", "é"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d👧", "👩\u200d👧"),
        (SCOTLAND, SCOTLAND),
        ("a\U000e0041b", "ab"),
        ("a\u200d\u200d\u200db", "a\u200db"),
        ("\u200da\u200c ", "a "),
        ("a\r\nb\rc\u2028d\x85e", "a\nb\nc\nd\ne"),
        ("Z" + "\u0316" * 20, "Z" + "\u0316" * 6),
        ("\ud800a\uffff", "a"),
        ("\u3164\u115f", ""),
        ("tab\tstays", "tab\tstays"),
    ],
)  # fmt: skip
def test_clean_text(value: str, expected: str) -> None:
    assert clean_text(value) == expected


def test_a_single_line_has_no_breaks_and_no_edges() -> None:
    assert clean_text(" a\n\tb \u00a0 c\0 ", single_line=True) == "a b c"
    assert clean_text("\u200b\u200d \u3164", single_line=True) == ""
