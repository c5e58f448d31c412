"""The gate: nothing hostile comes through, nothing said is lost, and the same text gives the same HTML."""

from __future__ import annotations

import threading
import time
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markupsafe import Markup
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, insert, select, text

from forum.core import richtext
from forum.core.richtext import clean_text, excerpt, highlight, plain, quote, render, sanitise
from tests.core.payloads import payloads
from tests.core.policy import OVERRIDES, Tree

PAYLOADS = payloads()
SCOTLAND = "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
REL = {"rel": "nofollow ugc noopener"}
# Pieces that mean something to Markdown, to HTML or to an address, to be thrown together.
PIECES = st.sampled_from(
    [
        *"<>&\"'`*_[]()!#|~\\/:;=?@%+-. \n\t",
        "\n\n",
        "> ",
        "- ",
        "1. ",
        "```",
        "](",
        "![",
        "<a href=",
        "<!--",
        "-->",
        "<script>",
        "</script>",
        "<svg>",
        "<style>",
        "javascript:",
        "data:",
        "http://",
        "https://a.example/",
        "www.",
        "mailto:",
        "&#x6a;",
        "&colon;",
        "&#0;",
        "%0a",
        "onerror=",
        "\0",
        "\u202e",
        "\u200b",
        "\ud800",
        "é",
        "word",
        "x",
    ]
)
SOUP = st.lists(PIECES | st.text(max_size=4), max_size=40).map("".join)


@pytest.mark.parametrize("headings", [False, True])
@pytest.mark.parametrize("source", PAYLOADS, ids=range(len(PAYLOADS)))
def test_a_payload_stays_within_the_policy(source: str, headings: bool) -> None:
    made = render(source, headings=headings)
    assert Tree(made, headings=headings).faults == []
    assert sanitise(made, headings=headings) == made


def test_the_corpus_is_large() -> None:
    assert len(PAYLOADS) >= 250


@pytest.mark.parametrize("headings", [False, True])
def test_payloads_in_one_text_stay_within_the_policy(headings: bool) -> None:
    for joint in ("\n\n", "\n", " ", "\n> ", "\n- "):
        assert (
            Tree(render(joint.join(PAYLOADS)[: richtext.MAX_LENGTH], headings=headings), headings=headings).faults == []
        )


@pytest.mark.parametrize("source", PAYLOADS, ids=range(len(PAYLOADS)))
def test_the_last_sanitiser_holds_alone(source: str) -> None:
    made = sanitise(clean_text(source))
    # It reads entities, which the parser doesn't: what they stand for isn't its to judge.
    assert [fault for fault in Tree(made).faults if not fault.startswith("a control")] == []
    assert sanitise(made) == made


@settings(max_examples=300, deadline=None)
@given(SOUP, st.booleans())
@example("[x](http://a.example/\ud800)", False)
@example("#\n###### a\n# b", True)
def test_any_text_stays_within_the_policy(source: str, headings: bool) -> None:
    made = render(source, headings=headings)
    assert Tree(made, headings=headings).faults == []
    assert sanitise(made, headings=headings) == made
    assert isinstance(plain(made), str)
    str(made).encode()


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


@settings(max_examples=200, deadline=None)
@given(st.lists(st.from_regex(r"[A-Za-zàèéìòùñü]{1,9}[,.;?]?", fullmatch=True), min_size=1, max_size=30))
def test_plain_words_come_through_unchanged(words: list[str]) -> None:
    source = " ".join(words)
    assert plain(source) == source


BENIGN = [
    ("", []),
    ("Hello.", [["p", {}, ["Hello."]]]),
    ("One\ntwo", [["p", {}, ["One", ["br", {}, []], "two"]]]),
    ("One\n\ntwo", [["p", {}, ["One"]], ["p", {}, ["two"]]]),
    ("One\r\n\r\ntwo\rthree", [["p", {}, ["One"]], ["p", {}, ["two", ["br", {}, []], "three"]]]),
    ("*a* **b** `c`", [["p", {}, [["em", {}, ["a"]], " ", ["strong", {}, ["b"]], " ", ["code", {}, ["c"]]]]]),
    ("> said\n\nme", [["blockquote", {}, [["p", {}, ["said"]]]], ["p", {}, ["me"]]]),
    ("- a\n- b", [["ul", {}, [["li", {}, ["a"]], ["li", {}, ["b"]]]]]),
    ("1. a\n2. b", [["ol", {}, [["li", {}, ["a"]], ["li", {}, ["b"]]]]]),
    ("2009. The year it began", [["ol", {"start": "2009"}, [["li", {}, ["The year it began"]]]]]),
    ("123456789. x", [["ol", {}, [["li", {}, ["x"]]]]]),
    ("above\n\n---\n\nbelow", [["p", {}, ["above"]], ["hr", {}, []], ["p", {}, ["below"]]]),
    ("Rosa\n---", [["p", {}, ["Rosa"]], ["hr", {}, []]]),
    ("```\na < b\n```", [["pre", {}, [["code", {}, ["a < b"]]]]]),
    ("    four spaces", [["p", {}, ["four spaces"]]]),
    ("# Big", [["p", {}, [["strong", {}, ["Big"]]]]]),
    ("#", []),
    ("#hashtag", [["p", {}, ["#hashtag"]]]),
    ("I <3 you & <b>me</b>", [["p", {}, ["I <3 you & <b>me</b>"]]]),
    ("&amp; &#x202e;", [["p", {}, ["&amp; &#x202e;"]]]),
    (
        "[x]: https://a.example/",
        [["p", {}, ["[x]: ", ["a", {"href": "https://a.example/", **REL}, ["https://a.example/"]]]]],
    ),
    ("[it](https://a.example/b?c=d&e=f)", [["p", {}, [["a", {"href": "https://a.example/b?c=d&e=f", **REL}, ["it"]]]]]),
    (
        "See https://a.example/b.",
        [["p", {}, ["See ", ["a", {"href": "https://a.example/b", **REL}, ["https://a.example/b"]], "."]]],
    ),
    ("www.a.example, then", [["p", {}, [["a", {"href": "http://www.a.example", **REL}, ["www.a.example"]], ", then"]]]),
    ("a@example.org", [["p", {}, [["a", {"href": "mailto:a@example.org", **REL}, ["a@example.org"]]]]]),
    ("I went home.in the morning", [["p", {}, ["I went home.in the morning"]]]),
    ("[x](/en/me)", [["p", {}, ["[x](/en/me)"]]]),
    (
        "[b.example](https://a.example/)",
        [["p", {}, [["a", {"href": "https://a.example/", **REL}, ["https://a.example/"]]]]],
    ),
    (
        "[a.example](https://www.a.example/b)",
        [["p", {}, [["a", {"href": "https://www.a.example/b", **REL}, ["a.example"]]]]],
    ),
    ("[](https://a.example/)", [["p", {}, [["a", {"href": "https://a.example/", **REL}, ["https://a.example/"]]]]]),
    ("http://¨ http://a.example:99999/", [["p", {}, ["http://¨ http://a.example:99999/"]]]),
    ("Perché così? ¿Qué? “è”…", [["p", {}, ["Perché così? ¿Qué? “è”…"]]]),
    ("a <em>b</em>\n<p>c</p>", [["p", {}, ["a <em>b</em>", ["br", {}, []], "<p>c</p>"]]]),
]


@pytest.mark.parametrize(("source", "expected"), BENIGN, ids=[repr(source) for source, _ in BENIGN])
def test_benign_texts_give_the_tree_they_should(source: str, expected: list) -> None:
    tree = Tree(render(source))
    assert tree.faults == []
    assert _joined(tree.root[2]) == expected


def _joined(children: list) -> list:
    """Children with neighbouring texts made one, as a parser may cut them anywhere."""
    joined: list = []
    for child in children:
        if isinstance(child, str) and joined and isinstance(joined[-1], str):
            joined[-1] += child
        else:
            joined.append(child if isinstance(child, str) else [child[0], child[1], _joined(child[2])])
    return joined


def test_headings_of_a_guide_never_skip_a_level() -> None:
    tree = Tree(render("### First\n\n# Second\n\n#\n\n###### Third\n\n## Fourth", headings=True), headings=True)
    assert [(element[0], element[2]) for element in tree.root[2]] == [
        ("h2", ["First"]), ("h2", ["Second"]), ("h3", ["Third"]), ("h3", ["Fourth"])
    ]  # fmt: skip


HARD = {
    "quotes": ">" * 10_000,
    "quotes apart": "> " * 10_000,
    "brackets": "[" * 10_000,
    "links in links": "[a" * 10_000,
    "lists": "- " * 10_000,
    "list by list": "".join("  " * depth + "- a\n" for depth in range(300)),
    "stars": "*a " * 10_000,
    "strong": "**a " * 5_000 + " b**" * 5_000,
    "backticks": "".join("`" * count + " " for count in range(300)),
    "less-thans": "<" * 20_000,
    "schemes": "a://" * 10_000,
    "www": "www." * 10_000,
    "www long": "www." + "a." * 20_000,
    "autolinks": "<http://" * 5_000,
    "images": "![" * 10_000,
    "fences": "```\n" * 10_000,
    "paragraphs": "a\n\n" * 15_000,
    "breaks": "a\n" * 20_000,
    "ampersands": "&" * 20_000,
    "references": "[a]: b\n" * 5_000,
    "marks": "a" + "\u0301" * 50_000,
    "too long": "a b " * 200_000,
}


@pytest.mark.parametrize("source", HARD.values(), ids=HARD.keys())
def test_hard_texts_neither_hang_nor_break(source: str) -> None:
    began = time.thread_time()
    made = render(source)
    assert time.thread_time() - began < 5  # a hundred times what is usual: it tells squares and recursion, not speed
    assert Tree(made).faults == []


def test_what_is_nested_too_deep_or_too_long_is_shown_as_typed() -> None:
    assert "the last word" in plain("> " * 40 + "the last word")
    assert "the last word" in plain("- " * 40 + "the last word")
    assert plain("**a " * 40 + "b**" * 40) == "**a " * 40 + "b**" * 40
    long = "**word** " * (richtext.MAX_LENGTH // 8)
    assert plain(long) == long.strip()


def test_threads_do_not_mix_their_texts() -> None:
    wrong: list[str] = []

    def work(word: str) -> None:
        made = {str(render(f"*{word}* www.{word}.example")) for _ in range(40)}
        wrong.extend(one for one in made if one.count(word) != 3)

    threads = [threading.Thread(target=work, args=(word,)) for word in ("anna", "bruno", "carla", "dario")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


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
        ("happiness", ["happi"], "en", "<mark>happiness</mark>"),
        ("the happy", ["happi"], "en", "the <mark>happy</mark>"),
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


def test_a_column_of_html_takes_only_what_the_gate_made() -> None:
    engine = create_engine("sqlite://")
    table = Table("t", MetaData(), Column("id", Integer, primary_key=True), Column("html", richtext.RenderedHtml))
    table.create(engine)
    with engine.begin() as connection:
        connection.execute(insert(table).values(html=render("*x*")))
        connection.execute(insert(table).values(html=None))
        kept = connection.scalars(select(table.c.html).order_by(table.c.id)).all()
        assert kept == [Markup("<p><em>x</em></p>"), None]
        assert isinstance(kept[0], Markup)
        assert connection.scalar(text("SELECT typeof(html) FROM t")) == "text"
        with pytest.raises(Exception, match="richtext"):
            connection.execute(insert(table).values(html="<p>x</p>"))
