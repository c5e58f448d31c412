"""What the gate gives to lists, searches and answers: plain text, excerpts, marked matches, quotes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.core.richtext import clean_text, excerpt, highlight, plain, quote, render
from tests.core.policy import OVERRIDES, Tree
from tests.core.soup import SOUP


@settings(max_examples=200, deadline=None)
@given(st.lists(st.from_regex(r"[A-Za-zàèéìòùñü]{1,9}[,.;?]?", fullmatch=True), min_size=1, max_size=30))
def test_plain_words_come_through_unchanged(words: list[str]) -> None:
    source = " ".join(words)
    assert plain(source) == source


def test_plain_reads_sources_and_html_alike() -> None:
    source = "# Hands\n\nCold *again*, see [this](https://a.example/).\nAnd\n\n- one\n- two\n\n> & <said>"
    expected = "Hands\n\nCold again, see this.\nAnd\n\n- one\n- two\n\n& <said>"
    assert plain(render(source)) == expected
    assert plain(source) == expected


def test_excerpts_end_at_a_word() -> None:
    assert excerpt("A short one.") == "A short one."
    assert excerpt("*One* two three four", 13) == "One two…"
    assert excerpt("One two, three", 9) == "One two…"
    assert excerpt("a" * 50, 10) == "a" * 9 + "…"
    assert all(len(excerpt("word " * 90, length)) <= length for length in range(1, 60))


@pytest.mark.parametrize(
    ("text", "terms", "language", "expected"),
    [
        ("Digital ulcers hurt", ["ulcer"], "", "Digital <mark>ulcers</mark> hurt"),
        ("Perché no", ["perche"], "", "<mark>Perché</mark> no"),
        ("PERCHE\u0301 no", ["Perché"], "", "<mark>PERCHÉ</mark> no"),
        ("happiness", ["0enhappi"], "en", "<mark>happiness</mark>"),
        ("the happy", ["0enhappi"], "en", "the <mark>happy</mark>"),
        ("the happy", ["0ithappi"], "en", "the happy"),
        ("a an and", ["a"], "", "<mark>a</mark> an and"),
        ("<b>ulcer</b> & co", ["ulcer"], "", "&lt;b&gt;<mark>ulcer</mark>&lt;/b&gt; &amp; co"),
        ("<script>alert(1)</script>", ["script", "alert"], "",
         "&lt;<mark>script</mark>&gt;<mark>alert</mark>(1)&lt;/<mark>script</mark>&gt;"),
        ("nothing here", ["absent"], "", "nothing here"),
        ("nothing asked", ["", "  "], "", "nothing asked"),
    ],
)  # fmt: skip
def test_highlight(text: str, terms: list[str], language: str, expected: str) -> None:
    assert highlight(clean_text(text), terms, language=language) == expected


def test_highlight_shows_the_part_that_matches() -> None:
    shown = highlight("before " * 200 + "calcinosis " + "after " * 200, ["calcinosis"], length=120)
    assert "<mark>calcinosis</mark>" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(plain(shown)) <= 124


@settings(max_examples=200, deadline=None)
@given(SOUP, st.lists(st.text(max_size=5), max_size=4), st.integers(1, 80))
def test_highlight_escapes_everything(source: str, terms: list[str], length: int) -> None:
    shown = highlight(clean_text(source), terms, length=length)
    bare = str(shown).replace("<mark>", "").replace("</mark>", "")
    assert "<" not in bare
    assert ">" not in bare
    assert not OVERRIDES & set(bare)


def test_a_quote_is_attributed_and_ends_before_the_answer() -> None:
    made = render(quote("One **two**\n\n> older\n\nthree", "Rosa *M.*") + "My answer")
    tree = Tree(made)
    assert [element[0] for element in tree.root[2]] == ["blockquote", "p"]
    assert plain(made) == "Rosa *M.*\n\nOne two\n\nthree\n\nMy answer"
    assert plain(render(quote("> only a quote", ""))) == "only a quote"
    assert "<b>" not in render(quote("```\nopen fence", "<b>\n# x") + "answer").replace("&lt;b&gt;", "")
