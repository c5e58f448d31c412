"""Bad lines are refused with their number and the reason in plain words; the rest goes in."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.archive import importing
from forum.archive.lines import LONGEST, UnreadableError, records
from forum.contributions.models import Contribution
from forum.core.db import db
from forum.stories.models import Story
from tests.archive.conftest import MakeFile, as_csv, as_jsonl, outcomes, row, take

BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no key": ({"key": ""}, "it has no key"),
    "a long key": ({"key": "k" * 201}, "“key” has 201 characters; 200 fit"),
    "no language": ({"language": ""}, "it has no language"),
    "another language": ({"language": "tlh"}, "“tlh” isn’t a language of this site"),
    "no title": ({"title": " "}, "it has no title"),
    "a long title": ({"title": "t" * 151}, "“title” has 151 characters; 150 fit"),
    "no text": ({"text": "\n "}, "it has no text"),
    "a long text": ({"text": "t" * 100_001}, "“text” has 100001 characters; 100000 fit"),
    "text and html": ({"html": "<p>x</p>"}, "“text” and “html”"),
    "html of nothing": ({"text": "", "html": "<script>alert(1)</script>"}, "it has no text"),
    "a country that isn't": ({"country": "Atlantis"}, "there is no country “Atlantis”"),
    "a relation that isn't": ({"relation": "neighbour"}, "“neighbour” isn’t a relation"),
    "a note that isn't": ({"content_notes": "sadness"}, "“sadness” isn’t a content note"),
    "a day that never was": ({"date": "2004-02-31"}, "“2004-02-31” in “date” isn’t a date"),
    "a date in words": ({"diagnosed": "last year"}, "“last year” in “diagnosed” isn’t a date"),
    "a day to come": ({"date": "2999"}, "is still to come"),
    "too long ago": ({"first_symptoms": "0004"}, "too long ago"),
    "a use that isn't": ({"consent": "everything"}, "“everything” isn’t a use"),
    "a photo's consent": ({"consent": "photo"}, "“photo” isn’t a use"),
    "NUL": ({"text": "win\0ter"}, "“text” holds a NUL character"),
    "an override": ({"title": "Story \u202egpj.exe"}, "right-to-left override"),
    "a number for a text": ({"text": 1.5}, "“text” has to be a text"),
    "yes for a text": ({"title": True}, "“title” has to be a text"),
    "an object for a text": ({"text": {"en": "x"}}, "“text” has to be a text"),
    "an update without a date": ({"update_of": "good"}, "an update needs “dated”"),
    "an update of nothing": ({"update_of": "nothing", "dated": "2010"}, "no story with the key “nothing”"),
    "an update of itself": ({"update_of": "bad", "dated": "2010"}, "it names itself"),
    "both at once": ({"update_of": "good", "translation_of": "good"}, "can’t be both"),
    "a translation of nothing": ({"translation_of": "nothing", "language": "it"}, "no story with the key “nothing”"),
    "a translation into its language": ({"translation_of": "good"}, "it is in the language of the original"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_line_is_refused_and_the_rest_goes_in(app: Flask, make_file: MakeFile, name: str) -> None:
    fields, reason = BAD[name]
    told = take(make_file([row("good"), row("bad") | fields, row("fine")]))
    assert outcomes(told) == ["imported", "refused", "imported"]
    refused = next(one for one in told if one.outcome == "refused")
    assert refused.number == 2
    assert reason in refused.note
    assert db.session.scalar(select(func.count()).select_from(Story)) == 2


LINES: dict[str, tuple[bytes, str]] = {
    "not JSON": (b'{"key": "a", ', "this isn’t JSON"),
    "a list": (b'["key"]', "this isn’t a JSON object"),
    "another encoding": ('{"key": "perché"}'.encode("latin-1"), "this isn’t UTF-8"),
    "nested without end": (b"[" * 200_000, "this isn’t JSON"),
    "ten megabytes": (b'{"key": "a", "text": "' + b"x" * 10_000_000 + b'"}', "longer than 2 MB"),
    "half a letter": (json.dumps(row("a", text="\ud800")).encode(), ""),
}


@pytest.mark.parametrize("name", LINES)
def test_a_line_that_isnt_one(app: Flask, make_file: MakeFile, name: str) -> None:
    line, reason = LINES[name]
    whole = as_jsonl([row("good")]).encode() + line + b"\n\n" + as_jsonl([row("fine")]).encode()
    told = take(make_file(whole))
    assert outcomes(told) == ["imported", "refused", "imported"]
    assert [one.number for one in sorted(told, key=lambda one: one.number)] == [1, 2, 4]
    assert reason in next(one.note for one in told if one.outcome == "refused")


GOOD = '\n"good","en","Title","Text"'
ROWS: dict[str, tuple[str, list[int]]] = {
    "too few columns": ("bad,en,Title", [2]),
    "too many columns": ("bad,en,Title,Text,more", [2]),
    "a mark in the middle": ('bad,en,"Ti"tle,Text', [2]),
    "a mark that never closes": ('bad,en,"Title,Text', [2]),
    "ten megabytes": ("bad,en,Title," + "x" * 10_000_000, [2]),
    "ten megabytes in marks": ('bad,en,Title,"' + "x" * 10_000_000 + '"', [2]),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_row_that_isnt_one(app: Flask, make_file: MakeFile, name: str) -> None:
    line, refused = ROWS[name]
    told = take(make_file(f"key,language,title,text\n{line}{GOOD}\nfine,en,Title,Text\n", "old.csv"))
    assert [one.number for one in told if one.outcome == "refused"] == refused
    assert [one.key for one in told if one.outcome == "imported"] == ["good", "fine"]


def test_rows_with_line_breaks_and_marks_in_their_fields(app: Flask, make_file: MakeFile) -> None:
    rows = [row("a", text='She said "no",\nand went.\n\nThen, \n";" she came.'), row("b", text='5" wide'), row("c")]
    for delimiter in (",", ";", "\t"):
        text = "\ufeff" + as_csv(rows, delimiter)
        told = take(make_file(text.replace("\n", "\r\n"), "old.csv"), archive=f"by {delimiter!r}")
        assert outcomes(told) == ["imported"] * 3
        assert [one.number for one in told] == [2, 7, 8]
    sources = db.session.scalars(select(Contribution.source).where(Contribution.title == "Story a")).all()
    assert set(sources) == {'She said "no",\nand went.\n\nThen, \n";" she came.'}


def test_keys_stand_once(app: Flask, make_file: MakeFile) -> None:
    told = take(make_file([row("a"), row("b"), row("a"), row("a", update_of="b", dated="2010")]))
    assert outcomes(told) == ["imported", "imported", "refused", "refused"]
    assert {one.note for one in told if one.outcome == "refused"} == {"its key stands on line 1 already"}


def test_chains_and_circles_are_refused(app: Flask, make_file: MakeFile) -> None:
    rows = [
        row("a"),
        row("b", translation_of="a", language="it"),
        row("c", translation_of="b", language="es"),
        row("d", translation_of="e", language="es"),
        row("e", translation_of="d", language="it"),
        row("f", update_of="g", dated="2010"),
        row("g", update_of="a", dated="2010"),
        row("h", update_of="b", dated="2010"),
    ]
    told = {one.key: one for one in take(make_file(rows))}
    assert {key for key, one in told.items() if one.outcome == "imported"} == {"a", "b", "g"}
    assert told["c"].note == "“b” is itself a translation: name the story itself"
    assert told["f"].note == "“g” is itself an update: name the story itself"
    later = take(make_file([row("i", translation_of="b", language="es")]))
    assert later[0].note == "“b” is itself a translation: name the story itself"


def test_one_old_address_leads_to_one_story(app: Flask, make_file: MakeFile) -> None:
    told = take(
        make_file([row("a", address="/x"), row("b", address="https://other.example/x/"), row("c", address="/")])
    )
    assert outcomes(told) == ["imported"] * 3
    assert [one.note for one in told] == [
        "", "“https://other.example/x/” leads to another story already", "“/” can’t redirect here",
    ]  # fmt: skip


@pytest.mark.parametrize("content", [b"", b"\xff\xfek\x00e\x00", b"name,text\nx,y\n"])
def test_a_file_that_is_none(app: Flask, make_file: MakeFile, content: bytes) -> None:
    path = make_file(content, "old.csv")
    with pytest.raises(UnreadableError):
        list(importing.run(path, "csv", "Old pages"))


def test_html_nested_without_end_is_refused_or_bounded(app: Flask, make_file: MakeFile) -> None:
    deep = "<div><blockquote>" * 9000 + "winter"
    told = take(make_file([row("a") | {"text": "", "html": deep}, row("b")]))
    assert outcomes(told)[1] == "imported"


@pytest.mark.sqlite  # of the reader alone
def test_a_large_file_is_read_in_little_memory(app: Flask, make_file: MakeFile) -> None:
    whole = as_jsonl([row(f"k{number}", text="winter " * 2000) for number in range(1500)])  # 20 MB
    path = make_file(whole + '{"text": "' + "x" * 30_000_000)
    del whole
    tracemalloc.start()
    try:
        assert sum(1 for _ in records(path, "jsonl")) == 1501
        assert tracemalloc.get_traced_memory()[1] < 5 * LONGEST
    finally:
        tracemalloc.stop()
