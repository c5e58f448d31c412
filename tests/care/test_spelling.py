"""Slips of the hand."""

from __future__ import annotations

from forum.care.spelling import Spelling


def test_a_slip_that_could_be_two_words_is_the_same_one_in_every_process() -> None:
    """The first, by the place of the letter that is too many: a set would have another order each time."""
    spelling = Spelling({}, ("tired", "tried", "plaster", "plasters"), {})
    assert spelling.words_of("tiried") == ("tried",)
    assert spelling.words_of("plasterss") == ("plasters",)
