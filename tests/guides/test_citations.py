"""Markers in a guide's text become numbers on its page; the index becomes a tree."""

from __future__ import annotations

import re
from typing import Any

import pytest
from markupsafe import Markup

from forum.core import richtext
from forum.guides import citations
from forum.guides.page import tree
from forum.topics.queries import TopicName


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("So [ref:7].", 'So<sup><a href="#ref-1" aria-label="R &amp; 1">1</a></sup>.'),
        ("So [ref:7] [ref:8].",
         'So<sup><a href="#ref-1" aria-label="R &amp; 1">1</a>, <a href="#ref-2" aria-label="&#34;2">2</a></sup>.'),
        ("So [ref:99].", "So [ref:99]."),
        ("So [ref:7] [ref:99].", "So [ref:7] [ref:99]."),
        ("`[ref:7]`", "<code>[ref:7]</code>"),
        ("[see [ref:7]](https://example.org)", "see [ref:7]</a>"),
        ("[ref:x] [ref:] [ref:7", "[ref:x] [ref:] [ref:7"),
        ("<b>[ref:7]</b>", '&lt;b&gt;<sup><a href="#ref-1"'),
        ("https://example.org/?a=[ref:7]", "<sup>"),
    ],
)  # fmt: skip
def test_markers_become_numbers_and_nothing_else(source: str, shown: str) -> None:
    made = richtext.with_citations(richtext.render(source), {7: (1, "R & 1"), 8: (2, '"2')})
    assert isinstance(made, Markup)
    if source.startswith("https"):
        # Inside an address it stays an address, or becomes a number behind it; never a link inside a link.
        assert made.count("<a ") - made.count("</a>") == 0
        assert not re.search(r"<a [^>]*>[^<]*<(?:sup|a)", made)
    else:
        assert shown in made


def test_citations_as_values() -> None:
    assert citations.ids_in(["a [ref:3] b [ref:1]", "c [ref:3] [ref:2]"]) == [3, 1, 2]
    assert citations.unknown_in(["[ref:3] [ref:4]"], {3}) == [4]
    assert citations.from_numbers("x [ref:1] [ref:9]", {1: 41}) == "x [ref:41] [ref:9]"
    assert citations.without("a [ref:3] [ref:1]. b") == "a. b"


def test_a_circle_in_the_vocabulary_hides_nothing() -> None:
    names = [TopicName(1, "a", "A", "condition", 2), TopicName(2, "b", "B", "condition", 1),
             TopicName(3, "c", "C", "condition", 1), TopicName(4, "d", "D", "condition", 4),
             TopicName(5, "e", "E", "condition", 99)]  # fmt: skip
    roots = tree(names, {3})

    def count(branches: Any) -> int:
        return sum(1 + count(branch.below) for branch in branches)

    assert count(roots) == 5
