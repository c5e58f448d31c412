"""What the site notices by itself about what is sent, what waits because of it, and how that is taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from forum.accounts.models import Member
from forum.contributions import actions as contributions
from forum.contributions.models import Contribution
from forum.core import clock, kinds
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.discussions import actions as discussions
from forum.discussions.models import Board
from forum.moderation import log, reversing, screening, signals, watching
from forum.moderation.models import Case, LogEntry, Signal
from forum.screening import remembering
from forum.screening.models import Fingerprint, FingerprintBand, LinkSeen, WatchedWord
from forum.screening.sending import UNKNOWN, Sent
from forum.screening.words import Phrase
from tests.cast import Cast, Person
from tests.conftest import MakeApp
from tests.moderation.conftest import Make, decide, do, edit, fresh, thing
from tests.screening.test_fingerprints import text_of

LINK = "https://shop.example.org/buy"
LONG = text_of(7)


def found(key: int) -> dict[str, bool]:
    """The signals of a contribution: whether each holds it."""
    db.session.rollback()
    rows = db.session.execute(select(Signal.signal, Signal.is_hold).where(Signal.contribution_id == key))
    return {row.signal: row.is_hold for row in rows}


def watch(cast: Cast, phrase: str, act: str = "hold", language: str = "und", **more: Any) -> WatchedWord:
    rows, verdict = do(watching.watch, actor=cast.mona.viewer, phrases=[Phrase(phrase, language, act, **more)])
    assert verdict
    word: WatchedWord = rows[0]
    return word


def rewrite(cast: Cast, key: int, source: str) -> None:
    """Alice changes the words of a post of hers."""
    assert do(discussions.edit, actor=cast.alice.viewer, post_id=key, title="Buttons", source=source).verdict


def count(model: type[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def said(key: int) -> list[str]:
    return [str(words) for words in signals.said_to_author(key)]


def test_a_watched_word_holds_notes_or_raises_care(cast: Cast, make_post: Make) -> None:
    word = watch(cast, "miracle cure")
    watch(cast, "whatsapp", "note")
    watch(cast, "farewell letter", "care", "en")
    held = make_post(source="My Mìracle CURE.")
    assert (thing(held).status, found(held)) == ("pending", {"watched_word": True})
    [one] = signals.noticed(held)
    assert (one.phrase, one.row.word_id) == ("miracle cure", word.id)
    assert str(one.words) == "The site held this by itself: it names a watched word."
    assert any("words that sellers" in sentence for sentence in said(held))
    assert not any("miracle" in sentence.casefold() for sentence in said(held)), "whoever sells would write around it"
    noted = make_post(source="Write me on WhatsApp.")
    assert (thing(noted).status, found(noted), said(noted)) == ("published", {"watched_word": False}, [])
    assert found(make_post(source="A farewell letter.")) == {"crisis": False}
    assert found(make_post(source="A farewell letter.", language="it")) == {}
    assert found(make_post(cast.mona, source="miracle cure, farewell letter")) == {"crisis": False}, "care is for all"
    assert edit(cast.alice, noted, "No miracle cure.") is False, "an edit is looked through like a first sending"
    assert thing(noted).source == "Write me on WhatsApp."


def test_links_of_the_new_and_of_others(cast: Cast, make_app: MakeApp, make_post: Make) -> None:
    first = make_post(cast.nia, source=f"Look: {LINK}")
    assert found(first) == {"new_member": True, "many_links": True}
    assert any("nothing of yours is published yet" in sentence for sentence in said(first))
    assert decide(cast.mona, first, "approve")
    assert found(make_post(cast.nia, source="See https://a.example.org https://b.example.org")) == {"new_member": True}
    many = make_post(cast.nia, source="https://a.example.org/1 https://a.example.org/2 https://a.example.org/3")
    assert found(many)["many_links"]
    only_new = make_post(cast.nia, source="Good morning.")
    assert said(only_new) == ["A moderator will see this before others do. It’s only like this at the start."]


def test_the_same_link_by_few_and_by_many(cast: Cast, make_post: Make) -> None:
    for at in range(4):
        assert found(make_post(source=f"Day {at}: {LINK}")) == {}
    fifth = make_post(source=f"Again www.shop.example.org/buy/ {LINK}#top")
    assert (thing(fifth).status, found(fifth)) == ("published", {"repeated_link": False})
    make_post(cast.bob, source=LINK)
    make_post(cast.cora, source=LINK)
    assert found(make_post(source=f"Once more {LINK}")) == {}, "three writers share it: it is of use to people"
    with write():
        contributions.withdraw(db.session.get_one(Contribution, fifth))
    assert db.session.scalar(select(LinkSeen.link).where(LinkSeen.contribution_id == fifth)) is None


def test_nearly_the_same_text(cast: Cast, make_post: Make) -> None:
    first = make_post(source=LONG)
    assert found(first) == {}
    own = make_post(source=LONG + " indeed")
    assert (thing(own).status, found(own)) == ("published", {"near_duplicate": False})
    other = make_post(cast.bob, source=LONG.upper())
    assert (thing(other).status, found(other)) == ("pending", {"near_duplicate": True})
    [noticed] = signals.noticed(other)
    assert noticed.row.data == {"like": own, "times": 2}
    titled = do(
        discussions.start_thread,
        actor=cast.bob.viewer,
        board_id=db.session.scalars(select(Board.id)).first(),
        title="A title that nobody else has",
        source=LONG,
    )
    assert found(titled.post_id) == {"near_duplicate": True}, "another title makes no other text"
    nameless = make_post(source=LONG, attribution="anonymous")
    assert found(nameless) == {"near_duplicate": True}, "nothing may tell whose a text without a name is"
    quoting = make_post(cast.cora, source="\n".join(f"> {line}" for line in LONG.split(" ")) + "\n\nThis.")
    assert found(quoting) == {}
    assert edit(cast.alice, first, LONG + " truly"), "an edit is not its own double, and hers are hers"


def test_what_is_kept_to_compare_goes_in_time(cast: Cast, make_post: Make) -> None:
    key = make_post(source=f"{LONG} {LINK}")
    assert (count(Fingerprint), count(FingerprintBand), count(LinkSeen)) == (1, 4, 1)
    rewrite(cast, key, "Short now.")
    assert (count(Fingerprint), count(FingerprintBand), count(LinkSeen)) == (0, 0, 0)
    rewrite(cast, key, f"{LONG} {LINK}")
    do(remembering.sweep)
    assert count(Fingerprint) == 1
    with write():
        db.session.get_one(Fingerprint, key).made_at = clock.now() - timedelta(days=61)
        db.session.scalars(select(LinkSeen)).one().seen_at = clock.now() - timedelta(days=61)
    do(remembering.sweep)
    assert (count(Fingerprint), count(FingerprintBand), count(LinkSeen)) == (0, 0, 0)
    rewrite(cast, key, f"{LONG} {LINK} once more")
    with write():
        contributions.erase(db.session.get_one(Contribution, key))
    assert (count(Fingerprint), count(FingerprintBand), count(LinkSeen)) == (0, 0, 0)


def test_many_at_once_and_a_hurry(cast: Cast, make_post: Make) -> None:
    for _ in range(5):
        make_post(cast.nia)
    sixth = make_post(cast.nia)
    assert found(sixth) == {"new_member": True, "burst": True}
    hurried = {"source": LONG, "sent": Sent(seconds=0.8)}
    assert found(make_post(cast.bob, **hurried)) == {}, "only of the new"
    with write():
        db.session.get_one(Member, cast.nia.id).standing = "new"
    key = make_post(cast.nia, source="Yes.", sent=Sent(seconds=0.5))
    assert "hurry" not in found(key), "a word is typed at once"
    trapped = make_post(source="Good morning.", sent=Sent(is_trapped=True))
    assert (thing(trapped).status, found(trapped)) == ("pending", {"honeypot": True})
    assert any("browsers do that" in sentence for sentence in said(trapped))


def test_a_hurry_alone_holds_nothing(cast: Cast, make_app: MakeApp) -> None:
    app = make_app(approvals_until_established=0)
    with app.app_context():
        with write():
            board = Board(slug="fast")
            db.session.add(board)
            db.session.flush()
            key = board.id

        def start(person: Person, title: str, source: str, sent: Sent) -> int:
            written = do(
                discussions.start_thread,
                actor=person.viewer,
                board_id=key,
                title=title,
                source=source,
                sent=sent,
            )
            return int(written.post_id)

        quick = Sent(seconds=0.8)
        alone = start(cast.nia, "One", LONG, quick)
        assert (thing(alone).status, found(alone)) == ("published", {"hurry": False})
        both = start(cast.nia, "Two", LONG + " and more", quick)
        assert (thing(both).status, found(both)) == ("pending", {"near_duplicate": False, "hurry": True})


def test_the_whole_of_what_a_word_held_is_released(cast: Cast, make_post: Make) -> None:
    word = watch(cast, "seven buttons")
    wrong = [make_post(source=f"All seven buttons, {at}.") for at in range(3)]
    new = make_post(cast.nia, source="Seven buttons.")
    refused = do(reversing.reverse, actor=cast.bob.viewer, signal="watched_word", word_id=word.id, days=7)
    assert not refused.verdict
    came = do(reversing.reverse, actor=cast.mona.viewer, signal="watched_word", word_id=word.id, days=7)
    assert (bool(came.verdict), came.released, came.waiting, came.is_more) == (True, 3, 1, False)
    assert [thing(key).status for key in wrong] == ["published"] * 3
    assert thing(new).status == "pending", "its author is new: that is another reason"
    assert found(new).keys() == {"new_member", "watched_word"}
    assert all(one.row.reversed_at for one in signals.noticed(wrong[0]))
    assert said(new)[0].startswith("A moderator will see this")
    row = watching.word_for(word.id)
    assert row is not None
    assert (row.served.noticed, row.served.held, row.served.released, row.served.waiting) == (4, 4, 3, 0)
    again = do(reversing.reverse, actor=cast.mona.viewer, signal="watched_word", word_id=word.id, days=7)
    assert (again.released, again.waiting) == (0, 0)
    acts = list(db.session.scalars(select(LogEntry.act).order_by(LogEntry.id)))
    assert acts.count("reverse_signal") == 2
    assert log.first_broken() is None


def test_what_was_reported_or_claimed_is_not_released_with_the_rest(cast: Cast, make_post: Make) -> None:
    word = watch(cast, "seven buttons")
    claimed, own = make_post(source="All seven buttons."), make_post(cast.bob, source="Seven buttons, mine.")
    with write():
        case = db.session.scalars(select(Case).where(Case.contribution_id == claimed)).one()
        case.claimed_by, case.claimed_until = cast.ada.id, clock.now() + timedelta(hours=1)
    came = do(reversing.reverse, actor=cast.mona.viewer, signal="watched_word", word_id=word.id, days=7)
    assert (came.released, came.waiting) == (1, 1)
    assert (thing(claimed).status, thing(own).status) == ("pending", "published")


def test_a_word_is_retired_and_never_deleted(cast: Cast, make_post: Make) -> None:
    word = watch(cast, "seven buttons")
    _rows, verdict = do(watching.watch, actor=cast.ada.viewer, phrases=[Phrase("Seven  BUTTONS", "und", "note")])
    assert verdict.status == 409
    for actor in (cast.alice.viewer, cast.cora.viewer):
        assert not do(watching.retire, actor=actor, word_id=word.id)
    for _ in range(2):
        assert do(watching.retire, actor=cast.mona.viewer, word_id=word.id)
    assert not do(watching.retire, actor=cast.mona.viewer, word_id=99_999)
    assert found(make_post(source="Seven buttons.")) == {}
    assert fresh(WatchedWord, word.id).retired_at is not None
    assert watch(cast, "seven buttons").id != word.id


@pytest.mark.sqlite  # about rules, the same on both
def test_the_limited_and_the_lookalike(cast: Cast, make_post: Make) -> None:
    claims = replace(cast.alice.viewer, display_name="Dr. Alice")
    key = make_post(Person("alice", claims, cast.alice.browser, ""))
    assert found(key) == {"lookalike": True}
    limited = replace(cast.bob.viewer, restriction="limited", restricted_until=clock.now() + timedelta(days=3))
    post = thing(key)
    post_kind = kinds.kind_of(post)
    findings = screening.found(limited, post_kind, post, None, UNKNOWN, review_first=True, was_refused=True)
    assert [one.signal for one in findings] == ["was_refused", "board", "limited"], "each once"
    assert all(one.is_hold for one in findings)
