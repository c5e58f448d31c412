"""The form of a quotation: what counts as one, and what is left when its words are withheld."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.contributions import quoting
from forum.core import richtext

GONE = "words withdrawn"
LEFT = f"<blockquote>\n<p><em>{GONE}</em></p>\n</blockquote>"


def quote(words: str, address: str = "/posts/7", name: str = "Rosa M.") -> str:
    return richtext.quote(words, name, address)


@pytest.mark.parametrize(
    ("source", "ids"),
    [
        (quote("hers"), {7}),
        (quote("hers", "/stories/7"), {7}),
        (quote("hers", "/stories/7#chapter-9"), {9}),
        (quote("hers", "/it/posts/7"), {7}),
        ("> [Rosa](/posts/7):\n> hers on the next line", {7}),
        ("> [*Rosa*](/posts/7)\n> hers", {7}),
        (f"mine\n\n{quote('hers')}more\n\n{quote('his', '/posts/8')}", {7, 8}),
        ("> [A](/posts/7)\n>\n> > [B](/posts/8)\n> >\n> > inner\n>\n> outer", {7, 8}),
        ("- one\n- > [A](/posts/7)\n  >\n  > hers\n- three", {7}),
        ("> typed by hand", set()),
        ("> **Rosa**\n>\n> as it was made before", set()),
        ("> see [this](/posts/7) first", set()),
        ("> [this](/posts/7) is what I mean", set()),
        ("> [Rosa](/members/7)\n>\n> not a text", set()),
        ("> [Rosa](/stories/7#comments)\n>\n> not a text", set()),
        ("> [Rosa](https://elsewhere.example/posts/7)\n>\n> not here", set()),
        ("[Rosa](/posts/7)\n\nno quotation", set()),
        ("```\n> [Rosa](/posts/7)\n```", set()),
        ("> [Rosa](/posts/99999999999999999999)\n>\n> no id", set()),
    ],
)
def test_what_is_a_quotation(source: str, ids: set[int]) -> None:
    assert quoting.quoted_in(richtext.render(source)) == ids
    assert (quoting.source_without(source, {7, 8, 9}, GONE) != source) == bool(ids)


def test_only_the_quotation_is_touched() -> None:
    hers, his = quote("her *words*\n\n- and a list"), quote("his", "/posts/8", "Ben")
    source = f"Before\n\n{hers}After\n\n> by hand\n\n{his}end"
    left = quoting.without(richtext.render(source), {7}, GONE)
    assert left.count(LEFT) == 1
    for words in ("Before", "After", "by hand", "his", "end", "/posts/8"):
        assert words in left
    for words in ("her", "list", "Rosa", "/posts/7"):
        assert words not in left.replace("by hand", "")


def test_an_outer_quotation_takes_what_it_quotes_with_it_and_an_inner_one_goes_alone() -> None:
    source = "> [A](/posts/7)\n>\n> > [B](/posts/8)\n> >\n> > inner\n>\n> outer"
    html = richtext.render(source)
    assert quoting.without(html, {7}, GONE) == quoting.without(html, {7, 8}, GONE) == LEFT
    only_inner = quoting.without(html, {8}, GONE)
    assert "outer" in only_inner
    assert "inner" not in only_inner


def test_words_put_in_are_text() -> None:
    assert "<b>" not in quoting.without(richtext.render(quote("hers")), {7}, "<b>gone</b>")


@pytest.mark.parametrize(
    "source",
    [
        quote("hers") + "answer",
        "> [Rosa](/posts/7)\n>\n> hers\nlazy line\n\nanswer",
        "- one\n- > [A](/posts/7)\n  >\n  > hers\n\n  still the item\n- three",
        "> > [B](/posts/8)\n> >\n> > inner\n>\n> mine\n\nfoo",
        "> [A](/posts/7)\nstraight on",
        ">\n> [A](/posts/7)\n>\n> hers\n\n> by hand",
        "> [A](/posts/7)\n>\n> hers\n- a list at once",
    ],
)
def test_without_its_source_it_reads_as_withheld(source: str) -> None:
    gone = {7, 8}
    assert richtext.render(quoting.source_without(source, gone, GONE)) == quoting.without(
        richtext.render(source), gone, GONE
    )


PARTS = st.sampled_from(
    ["words", "", "> ", "> > ", ">", "- ", "  ", "1. ", "# ", "```", "[A](/posts/7)", "[B](/stories/8#chapter-9)", ":",
     "*", "\n", "\n", "\n> ", "\n> \n> ", "[c](/x)", "    ", "\\", "`"]
)  # fmt: skip


@settings(max_examples=400)
@given(st.lists(PARTS, max_size=25).map("".join))
def test_whatever_is_typed_no_quoted_word_stays_in_either_form(source: str) -> None:
    html = richtext.render(source)
    gone = quoting.quoted_in(html)
    left = quoting.without(html, gone, GONE)
    assert quoting.quoted_in(left) == set()
    assert quoting.quoted_in(richtext.render(quoting.source_without(source, gone, GONE))) == set()
    if not gone:
        assert left == html


@given(st.lists(PARTS, max_size=25).map("".join), st.sampled_from([{7}, {9}, {7, 9}]))
def test_what_was_taken_out_of_a_form_is_put_back(source: str, gone: set[int]) -> None:
    shown = quoting.source_without(source, gone, GONE)
    again = quoting.put_back(shown, source, gone, GONE)
    assert quoting.quoted_in(richtext.render(again)) == quoting.quoted_in(richtext.render(source))
    assert again == (source if shown == source else richtext.clean_text(source))
    edited = quoting.put_back(f"{shown}\n\nand more", source, gone, GONE)
    assert edited.endswith("and more")
