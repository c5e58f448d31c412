"""The pages of watched words: added after a look at what would be caught, retired, released; said to the author."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from sqlalchemy import func, select

from forum.contributions.models import Contribution
from forum.core import clock, tokens
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.discussions.models import Board, BoardText
from forum.moderation.models import LogEntry, Signal
from forum.screening.models import WatchedWord
from forum.screening.sending import PURPOSE
from tests.cast import Cast
from tests.moderation.conftest import Make, thing
from tests.querylog import recorded

WORDS = "/en/moderation/words"
NEW = {"phrase": "Seven buttons", "language": "und", "act": "hold", "note": "Sold by the dozen"}


def seen_in(page: str) -> str:
    found = re.search(r'name="seen" value="(\w*)"', page)
    assert found is not None
    return found[1]


def watched() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(WatchedWord.phrase).order_by(WatchedWord.id)))


def test_a_word_is_looked_at_before_it_is_watched(cast: Cast, make_post: Make) -> None:
    make_post(source="All seven buttons <b>again</b>.")
    make_post(source="Nothing of that kind.")
    mona = cast.mona.browser
    looked = mona.post(WORDS, data=NEW)
    assert looked.status_code == 200
    assert "It would have caught 1 text of the last 30 days." in looked.text
    assert "Looked through: 2 texts" in looked.text
    assert "<mark>seven buttons</mark> &lt;b&gt;again" in looked.text
    assert "Sold by the dozen" in looked.text, "what was typed stays"
    assert watched() == []
    seen = seen_in(looked.text)
    other = mona.post(WORDS, data={**NEW, "phrase": "eight buttons", "seen": seen})
    assert "caught nothing" in other.text, "another word is looked at anew"
    assert watched() == []
    saved = mona.post(WORDS, data={**NEW, "seen": seen})
    assert saved.status_code == 303
    assert watched() == ["Seven buttons"]
    twice = mona.post(WORDS, data={**NEW, "seen": seen})
    assert (twice.status_code, watched()) == (409, ["Seven buttons"])
    assert "This is watched already" in twice.text
    page = mona.get(saved.headers["Location"]).text
    assert "Sold by the dozen" in page
    assert "<mark>seven buttons</mark>" in page
    held = make_post(source="Seven   BUTTONS!")
    assert thing(held).status == "pending"
    assert 'action="/en/moderation/signals/reversals"' in mona.get(saved.headers["Location"]).text
    released = mona.post("/en/moderation/signals/reversals", data={"signal": "watched_word", "word": "1", "days": "7"})
    assert released.status_code == 303
    assert thing(held).status == "published"
    assert mona.post(f"{WORDS}/1/retirement").status_code == 303
    assert "Not watched since" in mona.get(f"{WORDS}/1").text
    assert "Seven buttons" not in mona.get(WORDS).text
    assert "Seven buttons" in mona.get(f"{WORDS}?retired=1").text
    db.session.rollback()
    acts = list(db.session.scalars(select(LogEntry.act).where(LogEntry.object_kind == "word").order_by(LogEntry.id)))
    assert acts == ["watch_word", "reverse_signal", "retire_word"]
    assert mona.get("/en/moderation/log?word=1").status_code == 200


@pytest.mark.sqlite  # forms, the same on both
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"phrase": ""}, "Write the word or phrase to look for."),
        ({"phrase": "x"}, "One letter stands in every text."),
        ({"phrase": "\x00\u202e"}, "Write the word or phrase to look for."),
        ({"phrase": "long " * 2_000}, "characters too long"),
        ({"phrase": "ab", "is_prefix": "y"}, "Too many words begin like this."),
        ({"language": "tlh"}, "Not a valid choice"),
        ({"act": "burn"}, "Not a valid choice"),
    ],
)
def test_what_is_refused_comes_back_whole(cast: Cast, fields: dict[str, str], sentence: str) -> None:
    answer = cast.mona.browser.post(WORDS, data={**NEW, **fields})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Sold by the dozen" in answer.text
    assert watched() == []


@pytest.mark.sqlite
def test_an_expression_is_taken_as_letters(cast: Cast, make_post: Make) -> None:
    make_post(source="a" * 5_000 + "!")
    looked = cast.mona.browser.post(WORDS, data={**NEW, "phrase": "(a+)+$"})
    assert looked.status_code == 422, "it is one letter"
    looked = cast.mona.browser.post(WORDS, data={**NEW, "phrase": "(aa+)+$"})
    assert "caught nothing" in looked.text


def test_a_list_is_looked_at_and_then_watched(cast: Cast) -> None:
    address, mona = f"{WORDS}/lists", cast.mona.browser
    assert mona.get(address).status_code == 200
    content = "# sellers\ncura miracolosa\r\nx\nCura  Miracolosa\ncodice sconto \u202e\n".encode()
    fields = {"words": "", "language": "it", "act": "note", "note": ""}
    looked = mona.post(address, data={**fields, "file": (BytesIO(content), "words.txt")})
    assert looked.status_code == 200
    assert "2 phrases can be watched." in looked.text
    assert "lines 3" in looked.text
    assert watched() == []
    typed = "cura miracolosa\ncodice sconto"
    saved = mona.post(address, data={**fields, "words": typed, "seen": seen_in(looked.text)})
    assert saved.status_code == 303
    assert watched() == ["cura miracolosa", "codice sconto"]
    assert mona.post(address, data={**fields, "words": typed, "seen": seen_in(looked.text)}).status_code == 409
    assert mona.post(address, data=fields).status_code == 422
    latin = "è già nostro".encode("latin-1") + b"\x00"
    assert "è già nostro" in mona.post(address, data={**fields, "file": (BytesIO(latin), "x.txt")}).text
    # No line of a long file is lost: each is looked at, or named as one too many, or all is said to be too long.
    long = "\n".join(f"сорок символов в каждой строке, {number:07}" for number in range(6_000)).encode()
    page = mona.post(address, data={**fields, "file": (BytesIO(long), "x.txt")}).text
    assert "5000 phrases can be watched." in page
    assert "1000 lines are left out" in page
    assert "The first are lines 5001" in page
    assert mona.post(address, data={**fields, "file": (BytesIO(long * 2), "x.txt")}).status_code == 422


def test_nobody_else_sees_them(cast: Cast) -> None:
    for person in (cast.visitor, cast.alice, cast.cora):
        for path in (WORDS, f"{WORDS}/lists", f"{WORDS}/1", "/en/moderation/signals"):
            assert person.browser.get(path).status_code in (302, 303, 401, 403)
        assert person.browser.post(WORDS, data=NEW).status_code in (303, 401, 403)
        reversal = {"signal": "watched_word", "word": "1", "days": "7"}
        assert person.browser.post("/en/moderation/signals/reversals", data=reversal).status_code in (303, 401, 403)
    assert cast.mona.browser.get(f"{WORDS}/1").status_code == 404
    assert cast.mona.browser.post("/en/moderation/signals/reversals", data={"signal": "new_member"}).status_code == 422


def test_queries_do_not_grow(cast: Cast, make_post: Make) -> None:
    def asked(path: str) -> int:
        with recorded() as statements:
            assert cast.mona.browser.get(path).status_code == 200
        return len(statements)

    mona = cast.mona.browser
    looked = mona.post(WORDS, data=NEW)
    mona.post(WORDS, data={**NEW, "seen": seen_in(looked.text)})
    make_post(source="Seven buttons.")
    before = {path: asked(path) for path in (WORDS, f"{WORDS}/1", "/en/moderation/signals")}
    assert max(before.values()) <= 12, before
    with write():
        board = Board(slug="many", texts=[BoardText(language="en", name="Many")])
        db.session.add(board)
        for at in range(70):
            db.session.add(
                WatchedWord(phrase=f"word {at}", folded=f"word {at}", language="und", act="hold", made_at=clock.now())
            )
    for _ in range(6):
        make_post(source="Seven buttons.")
    assert {path: asked(path) for path in before} == before
    first = mona.get(WORDS).text
    assert "word 69" in first
    following = re.search(r'href="([^"]*before=\d+)"', first)
    assert following is not None
    second = mona.get(following[1].replace("&amp;", "&")).text
    assert "word 44" in second
    assert "word 45" not in second


def test_its_author_reads_why_it_waits(cast: Cast, make_post: Make) -> None:
    mona = cast.mona.browser
    mona.post(WORDS, data={**NEW, "seen": seen_in(mona.post(WORDS, data=NEW).text)})
    key = make_post(source="Seven buttons.")
    own = cast.alice.browser.get(f"/en/contributions/{key}/review").text
    assert "The site held this by itself. Nobody has judged it: a moderator reads it next." in own
    assert "sellers" in own
    assert "watched" not in own
    case = mona.get(f"/en/moderation/cases/{db.session.scalar(select(Signal.case_id))}").text
    assert "The site held this by itself: it names a watched word." in case
    assert "“Seven buttons”" in case


def test_the_form_says_how_it_was_sent(cast: Cast, make_post: Make) -> None:
    key = make_post()
    thread = db.session.scalar(select(Contribution.id).where(Contribution.id == key))
    path = f"/en/threads/{thread}"
    page = cast.bob.browser.get(path)
    page = cast.bob.browser.get(page.headers["Location"]) if page.status_code == 302 else page
    drawn = re.search(r'name="drawn" value="([^"]+)"', page.text)
    assert drawn is not None
    assert 'name="website"' in page.text
    assert "drawn" not in cast.visitor.browser.get(path).text, "a kept page of visitors says nothing of the kind"
    answer = cast.bob.browser.post(f"{path}/replies", data={"source": "Mine too.", "drawn": drawn[1], "website": ""})
    assert answer.status_code == 303
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Signal)) == 0
    hours_old = tokens.token_for(PURPOSE, int((clock.now().timestamp() - 36_000) * 10), "")
    for odd in (hours_old, "1-" + "x" * 43, "-", "9" * 40, "é", ""):
        sent = {"source": f"And {odd[:3]} more.", "drawn": odd, "website": ""}
        assert cast.bob.browser.post(f"{path}/replies", data=sent).status_code == 303
    assert db.session.scalar(select(func.count()).select_from(Signal)) == 0
    caught = cast.bob.browser.post(f"{path}/replies", data={"source": "Buy it.", "website": "https://x.example.org"})
    assert caught.status_code == 303
    following = cast.bob.browser.get(caught.headers["Location"]).text
    assert "The site held this by itself." in following
    assert "Some browsers do that by themselves." in following
