"""Whatever arrives, the site answers with a sentence: never a 5xx, what was typed is given back, nothing else is kept.

Every address that takes a POST is tried by somebody who is let in; an address that has no form in
`forms_of_the_site` fails. Addresses of pages are tried with garbage in each of their parts and parameters.
"""

from __future__ import annotations

import functools
import itertools
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from flask import Flask
from markupsafe import escape
from sqlalchemy import event

from forum.core.db import db
from forum.core.settings import ROOT
from tests.cast import Cast, Person
from tests.house.forms_of_the_site import FORMS, Form, address_of, sessions_again
from tests.house.test_routes import RULES, TABLE, World, make_world, routes

SEEN = "Lanterna"  # stands in every spoiled text, so that a page which gives it back can be told
CONTROLS = "".join(map(chr, (*range(1, 9), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0))))
BAD: dict[str, str | bytes] = {
    "empty": "",
    "blank": " \t\r\n ",
    "huge": SEEN + " " + "a" * 250_000,  # more than any field takes
    "a letter": SEEN,
    "10^30": "1" + "0" * 30,
    "2^31": "2147483648",
    "2^63": "9223372036854775808",
    "5,000 digits": "9" * 5000,
    "minus": "-1",
    "zero": "0",
    "1e9": "1e9",
    "NaN": "NaN",
    "Infinity": "Infinity",
    "a fraction": "1.5",
    "Arabic digits": "٣",
    "superscript": "²",
    "an id of nobody": "987654",
    "the last day": "9999-12-31",
    "the first day": "0001-01-01",
    "a day with a time": "2026-05-17T00:00:00",
    "NUL": "Lan\0terna",
    "controls": SEEN + CONTROLS,
    "overrides, zero width": f"\u202e{SEEN}\u2066\u2067\u2068 Lan\u200bterna\u200d\u2060\ufeff",
    "emoji, towers, not characters": SEEN + " 👩🏽‍🦽🏴󠁧󠁢󠁳󠁣󠁴󠁿🫀\ufdd0\U0010ffff\ue000Z" + "\u0301\u0316\u0489" * 500,
    "a script, a path": SEEN + "<script>alert(1)</script>\"'{{7*7}}{% raw %}%(name)s %s ${x}/../../etc/passwd\\..",
    "lines": SEEN + "\r\nBcc: eve@example.org\u2028\x85",
    "not UTF-8": b"Lanterna\xff\xfe\xc3\x28\xf0\x90",
    "lone surrogates": b"Lanterna\xed\xa0\x80\xed\xbf\xbf",
}
# Tried where a form asks for a number or a day, and where it asks for words.
OF_FACTS = {
    "2^31", "2^63", "5,000 digits", "minus", "zero", "1e9", "NaN", "Infinity", "a fraction", "Arabic digits",
    "superscript", "an id of nobody", "the first day", "a day with a time",
}  # fmt: skip
OF_WORDS = {"controls", "overrides, zero width", "emoji, towers, not characters", "lines"}
# Tried in each field by itself; the others in all fields of a form together.
ALONE = {
    "sqlite": ("huge", "10^30", "NUL"),
    "postgresql": ("10^30", "NUL", "the last day", "lone surrogates"),
}
# What a form refuses by itself it refuses before any database is asked, and SQLite's turn shows that. What may arrive
# at PostgreSQL and be another thing there is tried on it too: characters it can't hold, numbers and days out of bounds,
# its own language of search. `differs` picks these out.
DIFFERENT = {
    "10^30", "2^31", "2^63", "minus", "the last day", "the first day", "NUL", "controls",
    "emoji, towers, not characters", "not UTF-8", "lone surrogates",
    "unknown fields", "repeated", "repeated, the first empty", "broken percent",
    "2147483648", "9223372036854775807", "9223372036854775808", "1" + "0" * 30, "-1", "%C2%B2",
    "%00", "x%00y", "1-%00", "a%00b", "%ff", "%ff%fe", "%ed%a0%80", "a" * 5000,
    "%22%27*%20AND%20(NOT", "%22", "NEAR(a,b)", "a:b", "-%20-a", "'--", "'",
}  # fmt: skip
SENT_AGAIN = "twice, "
URLENCODED = {"content_type": "application/x-www-form-urlencoded"}
# What reaches a form as nothing at all: each form is sent two of these, by turns.
UNREAD: dict[str, tuple[bytes, dict[str, Any]]] = {
    "no type": (b"source=1", {"content_type": ""}),
    "no boundary": (b"--x\r\n", {"content_type": "multipart/form-data"}),
    "cut off": (
        b'--x\r\nContent-Disposition: form-data; name="so',
        {"content_type": "multipart/form-data; boundary=x"},
    ),
    "JSON": (b'{"source": [1, null, {"a": NaN}]}', {"content_type": "application/json"}),
    "bad JSON": (b'{"source": ', {"content_type": "application/json"}),
    "a text": (b"source=1", {"content_type": "text/plain; charset=utf-7"}),
    "no name": (b"&&&=&=&==;;", URLENCODED),
    "a thousand fields": (b"&".join(b"f%d=1" % n for n in range(1500)), URLENCODED),
    "a megabyte of names": (b"x" * 1_000_000, URLENCODED),
}
# Fields of one family are alike: one of them is tried by itself.
ALIKE = re.compile(r"_(it|es|[2-4]|research)$")
# What a refusal may write: drafts of what was typed, that a session was used, a wrong guess at a code.
MAY_WRITE = {"drafts", "sessions", "parked_texts", "sign_in_requests"}
WRITES_OF: dict[str, set[str]] = {
    "writing.draft_create": {"stories", "contributions", "contribution_topics", "public_generation"}
}
STATEMENT = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)
# Tried on something that isn't in the state for it: a story that was published is not thrown away.
# Nor are photos sent without a file, which no form of text has.
WRONG_ORDER = {
    "photos.file_create", "photos.photo_create", "photos.post_photo_create", "photos.removal_create",
    "photos.story_photo_create",
    "writing.removal_create", "chapters.chapter_removal_create", "translations.translation_removal_create",
    "translations.leaving_create",
}  # fmt: skip
NOT_TEXT = ("password",)
PARTS = 4  # a few thousand forms, in tests that can run side by side


@dataclass
class Trial:
    """One site, and everything wrong that was seen on it."""

    app: Flask
    cast: Cast
    world: World
    counts: sqlite3.Connection
    sent: int = 0
    is_changed: bool = True  # what the last form acted on may not be where it was
    wrong: list[str] = field(default_factory=list)
    written: set[str] = field(default_factory=set)

    def post(self, who: Person, address: str, body: Any, label: str, **options: Any) -> Any:
        """Send something. Notes a 5xx, a redirect elsewhere, and what a refusal has written."""
        self.forget_counts()
        self.written.clear()
        answer = who.browser.post(address, data=body, **options)
        self.is_changed = answer.status_code < 400
        if answer.status_code >= 500:
            self.wrong.append(f"{answer.status_code} {label}")
        return answer

    def differs(self, what: str) -> bool:
        """Whether this can end otherwise here than on SQLite, where everything is tried."""
        is_all = db.engine.dialect.name == "sqlite"
        return is_all or what in DIFFERENT or what.startswith(SENT_AGAIN)

    def forget_counts(self) -> None:
        """Let nobody be slowed down: a few thousand forms come from one place here."""
        self.sent += 1
        if self.sent % 5 == 0:  # the strictest count is of 6
            self.counts.execute("DELETE FROM windows")

    def note_writes(self, endpoint: str, answer: Any, label: str) -> None:
        """A refusal writes nothing but what was typed."""
        more = self.written - MAY_WRITE - WRITES_OF.get(endpoint, set())
        if 400 <= answer.status_code < 500 and more:
            self.wrong.append(f"{answer.status_code} wrote {sorted(more)}: {label}")

    def note_lost(self, answer: Any, texts: list[str], label: str) -> None:
        """A form that comes back holds what was typed."""
        if answer.status_code not in (409, 422):
            return
        page = answer.text
        lost = [text[:30] for text in texts if str(escape(text)) not in page and text not in page]
        if lost:
            self.wrong.append(f"{answer.status_code} lost {lost}: {label}")


@pytest.fixture
def trial(app: Flask, cast: Cast) -> Iterator[Trial]:
    app.extensions["throttle"].hit("its table is made", limit=1, seconds=1)
    db.session.remove()
    db.engine.dispose()  # PostgreSQL would go on with plans that it made for empty tables
    counts = sqlite3.connect(app.extensions["settings"].data_dir / "throttle.sqlite", isolation_level=None)
    counts.execute("PRAGMA synchronous=OFF")
    made = Trial(app, cast, make_world(cast), counts)

    def notice(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if found := STATEMENT.match(statement):
            made.written.add(found[1])

    event.listen(db.engine, "before_cursor_execute", notice)
    yield made
    event.remove(db.engine, "before_cursor_execute", notice)
    counts.close()


def posts(app: Flask) -> list[Any]:
    return [rule for rule in routes(app) if "POST" in rule.methods]


def encoded(pairs: list[tuple[str, str | bytes]]) -> bytes:
    """A form as a browser would send it, and as none would."""
    return b"&".join(name.encode() + b"=" + quoted(value) for name, value in pairs)


@functools.cache
def quoted(value: str | bytes) -> bytes:
    """A value as it stands in a form; the huge ones are sent thousands of times."""
    return quote_from_bytes(value if isinstance(value, bytes) else value.encode()).encode()


def shown_of(value: str | bytes) -> str:
    """What of a spoiled text must stand on the page that gives it back."""
    return SEEN if SEEN in (value if isinstance(value, str) else value.decode(errors="ignore")) else ""


def words_of(fields: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if " " in value and not name.endswith(NOT_TEXT)}


def test_every_form_has_an_example(app: Flask) -> None:
    assert {str(rule.endpoint) for rule in posts(app)} == set(FORMS)


def test_the_examples_are_good(trial: Trial) -> None:
    """Otherwise the spoiled ones would all fail at something else."""
    for rule in posts(trial.app):
        endpoint = str(rule.endpoint)
        begin(trial)
        answer = send(trial, rule, FORMS[endpoint], {}, f"{endpoint} filled well")
        is_open = FORMS[endpoint].who in RULES[TABLE[endpoint]] and not endpoint.startswith("accounts.")
        if is_open and answer.status_code >= 400 and endpoint not in WRONG_ORDER:
            trial.wrong.append(f"{answer.status_code} {endpoint} filled well")
    assert trial.wrong == [], "\n" + "\n".join(trial.wrong)


def begin(trial: Trial) -> None:
    """Everybody is signed in, and the next form finds what it acts on where it was."""
    sessions_again(trial.cast, trial.world)
    trial.is_changed = True


def send(trial: Trial, rule: Any, form: Form, spoiled: dict[str, str | bytes], label: str) -> Any:
    """Send a form with some of its fields spoiled, and judge the answer."""
    if trial.is_changed:
        form.before(trial.cast, trial.world)
    good = form.fields(trial.world)
    body = encoded([*({**good, **spoiled}).items()])
    address = address_of(trial.app, rule, trial.world)
    answer = trial.post(trial.cast[form.who], address, body, label, **URLENCODED)
    trial.note_writes(str(rule.endpoint), answer, label)
    words = words_of(good)
    kept = [shown_of(spoiled[name]) if name in spoiled else value for name, value in words.items()]
    if answer.mimetype == "text/html":
        trial.note_lost(answer, [text for text in kept if text], label)
    return answer


def is_for(kind: str, good: dict[str, str]) -> bool:
    """Whether a kind of garbage is tried in all fields of a form together, by what it asks for."""
    if kind == "huge":
        return len(good) == 1  # too much altogether; each field is tried by itself
    if kind in OF_FACTS:
        return any(value[:1].isdigit() for value in good.values())
    return kind not in OF_WORDS or any(" " in value or not value for value in good.values())


@pytest.mark.parametrize("part", range(PARTS))
def test_no_field_of_any_form_breaks_the_site(trial: Trial, part: int) -> None:
    for rule in posts(trial.app)[part::PARTS]:
        endpoint = str(rule.endpoint)
        form = FORMS[endpoint]
        begin(trial)
        names = list(form.fields(trial.world))
        for kind, value in BAD.items():
            if names and is_for(kind, form.fields(trial.world)) and trial.differs(kind):
                send(trial, rule, form, dict.fromkeys(names, value), f"{endpoint}: {kind} everywhere")
        for name in (name for name in names if not ALIKE.search(name) and len(names) > 1):
            for kind in ALONE[db.engine.dialect.name]:
                send(trial, rule, form, {name: BAD[kind]}, f"{endpoint}: {kind} in {name}")
    assert trial.wrong == [], "\n" + "\n".join(trial.wrong)


@pytest.mark.parametrize("part", range(PARTS))
def test_no_shape_of_a_form_breaks_the_site(trial: Trial, part: int) -> None:
    """Missing, repeated and unknown fields, files for texts, other types, nonsense; and everything twice."""
    unread = itertools.cycle(UNREAD.items())
    for rule in posts(trial.app)[part::PARTS]:
        endpoint = str(rule.endpoint)
        form = FORMS[endpoint]
        begin(trial)
        good = form.fields(trial.world)
        who = trial.cast[form.who]
        repeated = [pair for pair in good.items() for _ in range(3)]
        shapes: dict[str, tuple[Any, dict[str, Any]]] = {
            "nothing": (b"", URLENCODED),
            "broken percent": (b"%=%&%z=%zz&source=%e&=%00&%00=1&%ff%fe=%ed%a0%80", URLENCODED),
            "unknown fields": (
                encoded([*good.items(), ("is_admin", "1"), ("author_id", "1"), ("id", "1")]),
                URLENCODED,
            ),
            "repeated": (encoded(repeated), URLENCODED),
            "repeated, the first empty": (encoded([*((name, "") for name in good), *good.items()]), URLENCODED),
            "files": (
                {name: (BytesIO(b"\x89PNG\0\xff"), "x.png") for name in good or ("source",)},
                {"content_type": "multipart/form-data"},
            ),
            "multipart": (dict(good.items()), {"content_type": "multipart/form-data"}),
        }
        shapes |= dict(itertools.islice(unread, 2))
        for name in good:
            shapes[f"without {name}"] = encoded([pair for pair in good.items() if pair[0] != name]), URLENCODED
        shapes |= {f"twice, {time}": (encoded([*good.items()]), URLENCODED) for time in ("first", "again")}
        for kind, (body, options) in shapes.items():
            if not trial.differs(kind):
                continue
            if trial.is_changed and kind != "twice, again":
                form.before(trial.cast, trial.world)
            address = address_of(trial.app, rule, trial.world)
            answer = trial.post(who, address, body, f"{endpoint}: {kind}", **options)
            trial.note_writes(endpoint, answer, f"{endpoint}: {kind}")
    assert trial.wrong == [], "\n" + "\n".join(trial.wrong)


IDS = (
    "0",
    "987654",
    "2147483647",
    "2147483648",
    "9223372036854775808",
    "1" + "0" * 30,
    "9" * 5000,
    "-1",
    "1.5",
    "٣",
    "%00",
)
NUMBERED = ("_id", "number", "width", "year")
NAMES_OF_ADDRESSES = (
    "%00", "x%00y", "%ff%fe", "%ed%a0%80", "%E2%80%AE", "..%2f..%2fetc%2fpasswd", "%", "%zz", "%F0%9F%92%99", "%0d%0aX",
    "a" * 5000, "%3Cscript%3E", "1-", "1-%00", "9" * 15 + "-x", "1-" + "é" * 43, "'--", "%5c",
)  # fmt: skip
QUERY_GARBAGE = (
    "", "%00", "a%00b", "%ff", "%ed%a0%80", "%", "%zz", "1" + "0" * 30, "9" * 5000, "-1", "0", "NaN", "1e9", "%D9%A3",
    "%C2%B2", "a" * 2_000, "%E2%80%AE", "%F0%9F%92%99", "%22%27*%20AND%20(NOT", "%22", "NEAR(a,b)", "a:b", "-%20-a",
    "'", "%25(name)s%7B%7B7*7%7D%7D", "9223372036854775807", "2147483648", "%0d%0aSet-Cookie:a=b", "%7F%C2%80%C2%9F",
)  # fmt: skip
TURNS = 3  # a page that reads parameters is tried with every third garbage in all of them, others with another third
SHARP = ("%00", "%ed%a0%80", "1" + "0" * 30, "-1", "%C2%B2", "%22")
PARAMETER = re.compile(r'(?:args|values|form|asked)\.get(?:list)?\(\s*"(\w+)"|_key\("(\w+)"\)')


def parameters() -> list[str]:
    """Every name that a view reads from an address."""
    found = {
        name
        for path in (ROOT / "forum").rglob("*.py")
        for pair in PARAMETER.findall(path.read_text("utf-8"))
        for name in pair
    }
    return sorted({*found, "at", "after", "before", "contribution", "board", "member", "thread"} - {""})


def test_no_address_breaks_the_site(trial: Trial) -> None:
    """Garbage in each part of each address, by GET and by POST."""
    for rule in routes(trial.app):
        endpoint = str(rule.endpoint)
        who = FORMS[endpoint].who if endpoint in FORMS else "ada"
        closed = {"slug"} if endpoint.startswith(("site.", "admin.")) else set()
        for name in rule.arguments - {"language", "code", "role", "kind"} - closed:  # those are words of a closed set
            garbage = IDS if name.endswith(NUMBERED) else NAMES_OF_ADDRESSES
            known = "987654321" if name.endswith(NUMBERED) else "calcinosis-x"
            for value in filter(trial.differs, garbage):
                address = address_of(trial.app, rule, trial.world, **{name: known}).replace(known, value)
                trial.forget_counts()
                method = "POST" if endpoint in FORMS else "GET"
                answer = trial.cast[who].browser.open(address, method=method)
                if answer.status_code >= 500:
                    trial.wrong.append(f"{answer.status_code} {method} {address[:120]}")
    sessions_again(trial.cast, trial.world)
    assert trial.wrong == [], "\n" + "\n".join(trial.wrong)


def test_no_parameter_breaks_a_page(trial: Trial) -> None:
    """Garbage in every parameter that any page knows, each by itself, and by turns all together."""
    names = parameters()
    assert {"q", "before", "view", "next", "country", "topic", "decision"} <= set(names)
    readers = {
        "everybody": "visitor",
        "author": "alice",
        "moderators": "mona",
        "curators": "cora",
        "administrators": "ada",
    }
    turns = itertools.cycle(range(TURNS))
    for rule in routes(trial.app):
        endpoint = str(rule.endpoint)
        if "GET" not in rule.methods or endpoint == "static":
            continue
        address = address_of(trial.app, rule, trial.world)
        browser = trial.cast[readers.get(TABLE.get(endpoint, ""), "bob")].browser
        source = trial.app.view_functions[endpoint].__code__.co_consts
        own = [name for name in names if name in source]
        together = [
            *("&".join(f"{name}={value}" for name in names) for value in filter(trial.differs, QUERY_GARBAGE)),
            "%00=%ff&=&&%",
            "before=1&before=2",
        ]
        some = together[next(turns) :: TURNS] if own else together[:4]
        for query in (*some, *(f"{name}={value}" for name in own for value in SHARP)):
            answer = browser.get(f"{address}?{query}")
            if answer.status_code >= 500:
                trial.wrong.append(f"{answer.status_code} {address}?{query[:150]}")
    assert trial.wrong == [], "\n" + "\n".join(trial.wrong)


def test_a_body_that_is_too_big_is_refused_by_its_length(trial: Trial) -> None:
    body = b"source=" + b"a" * 5_000_000
    answer = trial.cast.bob.browser.post(f"/en/threads/{trial.world.thread}/replies", data=body, **URLENCODED)
    assert answer.status_code == 413
    assert "your words are still there" in answer.text
