"""The gate: nothing hostile comes through, nothing said is lost, and the same text gives the same HTML."""

from __future__ import annotations

import threading
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markupsafe import Markup
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, insert, select, text

from forum.core import richtext
from forum.core.richtext import clean_text, plain, render, sanitise
from tests.core.payloads import payloads
from tests.core.policy import Tree
from tests.core.soup import SOUP

PAYLOADS = payloads()
REL = {"rel": "nofollow ugc noopener"}


@pytest.mark.parametrize("headings", [False, True])
def test_every_payload_stays_within_the_policy(headings: bool) -> None:
    for source in PAYLOADS:
        made = render(source, headings=headings)
        assert Tree(made, headings=headings).faults == [], source
        assert sanitise(made, headings=headings) == made, source


def test_the_corpus_is_large() -> None:
    assert len(PAYLOADS) >= 250


@pytest.mark.parametrize("headings", [False, True])
def test_payloads_in_one_text_stay_within_the_policy(headings: bool) -> None:
    for joint in ("\n\n", "\n", " ", "\n> ", "\n- "):
        assert (
            Tree(render(joint.join(PAYLOADS)[: richtext.MAX_LENGTH], headings=headings), headings=headings).faults == []
        )


def test_the_last_sanitiser_holds_alone() -> None:
    for source in PAYLOADS:
        made = sanitise(clean_text(source))
        # It reads entities, which the parser doesn't: what they stand for isn't its to judge.
        assert [fault for fault in Tree(made).faults if not fault.startswith("a control")] == [], source
        assert sanitise(made) == made, source


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
    ("[x](/en/me)", [["p", {}, [["a", {"href": "/en/me", "rel": "nofollow ugc noopener"}, ["x"]]]]]),
    ("[x](//elsewhere.example)", [["p", {}, ["[x](//elsewhere.example)"]]]),
    ("[x](/..//elsewhere.example)", [["p", {}, ["[x](/..//elsewhere.example)"]]]),
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
