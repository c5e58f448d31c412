"""What moderators do to the words: changed with a line that says so, noted, taken out for good; and undone."""

from __future__ import annotations

import gzip
import sqlite3
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, inspect, select, text

from forum.accounts.models import Member, ParkedText
from forum.appeals.models import Appeal
from forum.contributions import actions as contributions
from forum.contributions.models import Bookmark, Contribution, Draft, Revision
from forum.core import clock, worker
from forum.core.db import db
from forum.core.kinds import Asked
from forum.core.unit_of_work import end_reading, write
from forum.core.verdict import Verdict
from forum.core.visitor_cache import Entry
from forum.discussions import actions as discussions
from forum.discussions.models import Post
from forum.moderation import actions, cases, redacting, reviewing, sweeping, undoing, unsent
from forum.moderation.member_models import MemberNote, SecondPerson
from forum.moderation.models import (
    Case,
    Decision,
    LegalNotice,
    Letter,
    LogEntry,
    Redaction,
    Report,
    ReviewMessage,
    SuggestedEdit,
)
from forum.rota.models import HandOver
from forum.search.models import SearchDocument
from tests.cast import Cast, Person
from tests.moderation.conftest import Make, case_of, do, edit, fresh, report, rule, thing
from tests.photos.conftest import MakePhoto, make_photo

__all__ = ["make_photo"]  # a fixture: found by its name
NUMBER = "333 456 7890"


def decide(by: Person, key: int, decision: str, **more: Any) -> Verdict:
    """Decide about a contribution, its case opened by the moderator where there is none."""
    with write():
        case, verdict = actions.take_up(actor=by.viewer, contribution=db.session.get_one(Contribution, key))
        assert case is not None, verdict.reason
        case_id = case.id
    case = fresh(Case, case_id)
    arguments = {"guideline_id": rule(3), "letter": "Because.", "note": "", "fields": {}, **more}
    verdict: Verdict = do(
        actions.decide, actor=by.viewer, case_id=case_id, seen_version=case.version, decision=decision, **arguments
    )
    return verdict


def last() -> Decision:
    found = db.session.scalar(select(Decision).order_by(Decision.id.desc()).limit(1))
    assert found is not None
    return found


def undo(by: Person, decision_id: int | None = None) -> Verdict:
    with write():
        verdict: Verdict = undoing.undo(by.viewer, db.session.get_one(Decision, decision_id or last().id))
    return verdict


def changed(key: int, source: str, **more: Any) -> dict[str, Any]:
    """The fields of a change to a post."""
    post = thing(key)
    return {"base": post.shown_revision_id, "title": post.title, "source": source, "note": "A name taken out.", **more}


def test_changed_words_say_so_to_readers_and_come_back(cast: Cast, make_post: Make) -> None:
    key = make_post(source="My doctor is *Rossi* in town.")
    for wrong in ({"source": " "}, {"note": ""}, {"source": "My doctor is *Rossi* in town."}, {"title": ""}):
        assert decide(cast.mona, key, "edit", fields=changed(key, "My doctor is kind.") | wrong).status == 422
    assert decide(cast.mona, key, "edit", fields=changed(key, "My doctor is kind."))
    post = thing(key)
    assert (post.source, post.status) == ("My doctor is kind.", "published")
    assert post.teaser == "My doctor is kind."
    revision = db.session.get_one(Revision, post.shown_revision_id)
    assert (revision.made_by, revision.editor_id, revision.note) == ("editor", cast.mona.id, "A name taken out.")
    found = select(SearchDocument.text).where(SearchDocument.contribution_id == key)
    assert "Rossi" not in db.session.scalars(found).one()
    thread = db.session.get_one(Post, key).thread_id
    page = cast.visitor.browser.get(f"/en/threads/{thread}").text
    assert "Edited by a moderator: A name taken out." in page
    assert db.session.scalars(select(Letter.text)).one().startswith("We have changed something")
    assert undo(cast.ada)
    post = thing(key)
    assert post.source == "My doctor is *Rossi* in town."
    assert db.session.get_one(Revision, post.shown_revision_id).made_by == "author"
    assert "Edited by a moderator" not in cast.visitor.browser.get(f"/en/threads/{thread}").text
    assert not undo(cast.ada), "twice is once"


def test_what_its_author_changed_meanwhile_is_not_written_over(cast: Cast, make_post: Make) -> None:
    key = make_post()
    fields = changed(key, "Six buttons.")
    assert edit(cast.alice, key, "Eight buttons.")
    assert decide(cast.mona, key, "edit", fields=fields).status == 409
    assert thing(key).source == "Eight buttons."
    assert decide(cast.mona, key, "edit", fields=changed(key, "Six buttons."))
    assert edit(cast.alice, key, "Nine buttons.")
    assert undo(cast.ada).status == 409
    assert thing(key).source == "Nine buttons."


def test_notes_before_it_are_put_and_taken_away(cast: Cast, make_post: Make) -> None:
    key = make_post()
    assert decide(cast.mona, key, "content_notes", fields={"notes": ("spoilers",)}).status == 422
    assert decide(cast.mona, key, "content_notes", fields={"notes": ()}).status == 422, "nothing changes"
    assert decide(cast.mona, key, "content_notes", fields={"notes": ("loss", "self_harm")})
    assert thing(key).notes == ("loss", "self_harm")
    assert undo(cast.ada)
    assert thing(key).notes == ()


@pytest.mark.parametrize("decision", ["ask_for_changes", "decline", "hide"])
def test_what_was_refused_is_there_when_that_is_undone(cast: Cast, make_story: Make, decision: str) -> None:
    key = make_story()
    if decision == "hide":
        assert decide(cast.mona, key, "approve", guideline_id=None, letter="")
    assert decide(cast.mona, key, decision)
    assert thing(key).status != "published"
    ruling = last().id
    assert undo(cast.ada, ruling)
    assert thing(key).status == "published"
    assert fresh(Decision, ruling).ended_at is not None
    assert not cases.was_refused(thing(key)), "it counts no more"
    entry = db.session.scalars(select(LogEntry).where(LogEntry.act == "undo_decision")).one()
    assert (entry.actor_id, entry.data["decision"]) == (cast.ada.id, ruling)
    assert decide(cast.mona, key, "hide")
    assert undo(cast.ada, ruling).status == 409, "once"
    assert thing(key).status == "hidden"


def test_a_warning_and_a_silence_are_undone(cast: Cast, make_post: Make) -> None:
    key = make_post()
    for decision in ("warn", "silence"):
        assert decide(cast.mona, key, decision, until=clock.today() + timedelta(days=3))
        assert fresh(Member, cast.alice.id).restriction == ("silenced" if decision == "silence" else None)
        assert undo(cast.ada)
        assert fresh(Member, cast.alice.id).restriction is None
        assert last().ended_at is not None


# Taken out for good


def spread(cast: Cast, key: int) -> int:
    """Let a phone number stand wherever a contribution's words can: the thread that quotes it is returned."""
    assert edit(cast.alice, key, f"Better: call me, **333** 456 7890, any *time*. I'm at {NUMBER}.")
    report(cast.bob, key, reason="other", words=f"She writes 3334567890 for all to see, {NUMBER}, +393334567890.")
    post = fresh(Post, key)
    quoting = do(
        discussions.reply, actor=cast.bob.viewer, thread_id=post.thread_id,
        source=f"> [Alice](/posts/{key})\n>\n> call me, 333-456-7890\n\nDon't write {NUMBER} here.",
    )  # fmt: skip
    assert quoting.verdict, quoting.verdict.reason
    case = case_of(key)
    with write():
        contribution = db.session.get_one(Contribution, key)
        contributions.save_draft(actor=cast.alice.viewer, place=f"edit:{key}", source=f"Again: {NUMBER}")
        contributions.save_draft(actor=cast.mona.viewer, place=f"case:{case.id}", source=f"Take {NUMBER} out")
        unsent.keep(
            actor=cast.mona.viewer, contribution=contribution, place=unsent.message_place(key),
            words=unsent.Words(source=f"Is {NUMBER} yours?"), beside={"note": [f"ring {NUMBER}"]},
        )  # fmt: skip
        db.session.add(Bookmark(member_id=cast.bob.id, contribution_id=key, note=f"Call {NUMBER}", made_at=clock.now()))
        quoted = f"> [Alice](/posts/{key})\n>\n> call me, {NUMBER}"
        parked = ParkedText(token_hash="t", path="/en/threads/1/replies", fields=[["source", quoted]])
        parked.expires_at = clock.now()
        db.session.add(parked)
    assert int(quoting.post_id)
    spread_on_the_desk(cast, key, case.id)
    return int(quoting.post_id)


def spread_on_the_desk(cast: Cast, key: int, case_id: int) -> None:
    """The same where only the desk reads: about the post, its case, and the member who signed it."""
    alice, mona, now = cast.alice.id, cast.mona.id, clock.now()
    with write():
        db.session.get_one(Member, alice).about = f"Ring {NUMBER}."
        hers = cases.open_or_join_about(alice, "report")
        said = Decision(case_id=hers.id, decision="no_action", note=f"her number: {NUMBER}", made_at=now)
        db.session.add(said)
        db.session.flush()
        rows: list[Any] = [
            Report(
                case_id=hers.id, member_id=alice, reason="illegal", words=f"It says {NUMBER}.", address="/en/members/1",
                snapshot=f"Ring {NUMBER}.", snapshot_title="Alice", language="en", nonce="n", made_at=now,
            ),
            HandOver(moderator_id=mona, text=f"Case {case_id}: take +39 33 34 56 78 90 out.", written_at=now),
            MemberNote(member_id=alice, moderator_id=mona, text=f"I rang {NUMBER}.", written_at=now),
            SecondPerson(
                second_for="ban", member_id=alice, asked_by=mona, asked_at=now, reason=f"Gives {NUMBER} away.",
                letter=f"You wrote {NUMBER}.", expires_at=now,
            ),
            Letter(decision_id=said.id, contribution_id=key, language="en", text=f"You gave {NUMBER}.", sent_at=now),
            Appeal(
                decision_id=said.id, appellant="author", contribution_id=key, language="en", words=f"{NUMBER} is mine.",
                answer=f"{NUMBER}, we know.", made_at=now,
            ),
            SuggestedEdit(contribution_id=key, base_source=f"I'm at {NUMBER}.", source="I'm away.", made_at=now),
            ReviewMessage(
                contribution_id=key, is_from_author=True, language="en", text=f"Ring me: {NUMBER}.", written_at=now
            ),
        ]  # fmt: skip
        db.session.add_all(rows)
        db.session.flush()
        db.session.add(LegalNotice(report_id=rows[0].id, grounds=f"It shows {NUMBER}.", made_at=now))


def every_text() -> list[tuple[str, str]]:
    """Every column of every row of every table, as text."""
    db.session.rollback()
    found: list[tuple[str, str]] = []
    for name in inspect(db.engine).get_table_names():
        for row in db.session.execute(text(f'SELECT * FROM "{name}"')).mappings():
            found += [(f"{name}.{column}", str(value)) for column, value in row.items()]
    end_reading()
    return found


def kept_pages(cast: Cast) -> list[Entry]:
    """The visitors' pages that the application keeps finished, as they would be served."""
    cache: Any = cast.visitor.browser.application.wsgi_app
    return [replace(one, body=gzip.decompress(one.body) if one.body[:2] == b"\x1f\x8b" else one.body)
            for one in cache.entries.values()]  # fmt: skip


def holds(value: str) -> bool:
    digits = "".join(sign for sign in value if sign.isdigit())
    return "3334567890" in digits or "4567890" in digits.replace("20", "")


def test_a_phone_number_is_nowhere_afterwards(cast: Cast, make_post: Make) -> None:
    key = make_post(source=f"Call me: {NUMBER}, or write.", content_notes=("loss",))
    quoting = spread(cast, key)
    before = {place for place, value in every_text() if holds(value)}
    assert {"contributions.source", "revisions.source", "reports.snapshot", "reports.words", "drafts.source",
            "drafts.facts", "bookmarks.note", "parked_texts.fields", "search_documents.text", "members.about",
            "hand_overs.text", "decisions.note", "member_notes.text", "second_persons.letter", "letters.text",
            "appeals.answer", "suggested_edits.base_source", "review_messages.text", "legal_notices.grounds",
            } <= before  # fmt: skip
    thread, visitor = fresh(Post, key).thread_id, cast.visitor.browser
    kept = [f"/en/threads/{thread}", f"/en/posts/{key}", "/en/discussions", "/en/"]
    assert any(NUMBER in visitor.get(path, follow_redirects=True).text for path in kept)
    assert any(NUMBER.encode() in entry.body for entry in kept_pages(cast))
    assert decide(cast.mona, key, "redact", fields={"parts": ["99"]}).status == 422
    assert decide(cast.mona, key, "redact", fields={"parts": []}).status == 422
    assert decide(cast.mona, key, "redact", fields={"parts": ["0039 555 1234"]}).status == 422
    assert decide(
        cast.mona, key, "redact", letter=f"We took {NUMBER} out.", note=f"it was {NUMBER}", fields={"parts": [NUMBER]}
    )
    assert {place for place, value in every_text() if holds(value)} == set()
    visitor.get(kept[0])
    assert not any(NUMBER.encode() in entry.body for entry in kept_pages(cast)), "in no memory either"
    contribution = thing(key)
    assert "(private details taken out)" in contribution.source
    assert "any *time*" in contribution.source, "nothing else is touched"
    assert "(private details taken out)" in str(contribution.html)
    assert "Don't write (private details taken out) here." in thing(quoting).source
    for number in (NUMBER, "3334567890", "4567890"):
        page = cast.visitor.browser.get("/en/search", query_string={"q": number}).text
        assert "taken out" not in page
    row = db.session.scalars(select(Redaction)).one()
    entry = db.session.scalars(select(LogEntry).where(LogEntry.act == "redact")).one()
    assert entry.data["commitment"] == row.commitment
    assert len(row.commitment) == 64
    assert row.swept_at is None
    redaction_id = row.id
    db.session.rollback()
    worker.work_all()
    assert fresh(Redaction, redaction_id).swept_at is not None
    assert undo(cast.ada).status == 409
    page = cast.visitor.browser.get(f"/en/threads/{db.session.get_one(Post, key).thread_id}").text
    assert NUMBER not in page
    assert db.session.scalar(select(func.count()).select_from(Draft)), "drafts stay, without it"


@pytest.mark.parametrize(
    ("part", "written"),
    [
        ("333 456 7890", "+393334567890"),
        ("+39 333 456 7890", "333-456-7890"),
        ("0039 333 456 7890", "+39 (333) 4567890"),
        ("+44 20 7946 0958", "020 7946 0958"),
        ("(020) 7946 0958", "+44 (0)20 7946 0958"),
    ],
)
def test_a_number_is_found_with_its_country_and_without(part: str, written: str) -> None:
    pattern = sweeping.pattern_of([part])
    for one in (part, written):
        assert pattern.sub("-", f"Ring {one} now.") == "Ring - now.", one
    assert pattern.search("Ring 133345678908, 2026-11-21 or 020 7946 0959.") is None


def test_no_part_makes_a_search_that_never_ends() -> None:
    """What a moderator copies is looked for as words and signs, however it is written; each search looks once."""
    long = 20_000
    for part, text_ in (
        ("abcd" + "*" * 150 + "x", "abcd" + "*" * long),
        ("> " * 90 + "abcd", ">" * long + " abc"),
        ("_" * 150 + "abcde", "_" * long),
        ("a b c d e f g", "a    " * long),
        ("3 " * 90 + "4", "3 " * long),
        ("(" * 100 + "a+)+" * 20, "(" * long + "a" * long),
    ):
        assert sweeping.pattern_of([part]).search(text_) is None
    for part, written in (
        ("anna_rossi@example.org", "*anna_rossi*@example.org"),
        ("*Rossi*", "Ro**ssi**"),
        ("a>b c", "a>b  c"),
    ):
        assert sweeping.pattern_of([part]).search(written), part


@pytest.mark.sqlite
def test_the_file_itself_holds_it_no_more(cast: Cast, make_post: Make) -> None:
    key = make_post(source=f"Call me: {NUMBER}, or write.")
    spread(cast, key)
    path = db.engine.url.database or ""
    assert decide(cast.mona, key, "redact", fields={"parts": [NUMBER]})
    db.session.remove()
    worker.work_all()
    db.session.remove()
    held = b""
    for end in ("", "-wal"):
        try:
            with open(path + end, "rb") as file:  # noqa: PTH123 - a database's own files
                held += file.read()
        except FileNotFoundError:
            continue
    assert b"Call me" in held
    for spelling in (NUMBER, "333-456-7890", "3334567890", "456 7890"):
        assert spelling.encode() not in held
    connection = sqlite3.connect(path)
    terms = connection.execute("SELECT count(*) FROM search_fts WHERE search_fts MATCH '\"7890\"'").fetchone()[0]
    connection.close()
    assert terms == 0


def test_personal_data_goes_from_what_waits_and_from_who_may_not_be_named(cast: Cast, make_story: Make) -> None:
    key = make_story(attribution="anonymous")
    with write():
        story = db.session.get_one(Contribution, key)
        contributions.set_words(story, title="Rosa Bianchi of Via Verdi 3", source="I am **Rosa** Bianchi. It hurts.")
        contributions.add_revision(story)
    case = case_of(key)
    assert do(
        reviewing.write_to_author, actor=cast.mona.viewer, case_id=case.id, words="Dear Rosa  Bianchi", language="en"
    )
    assert decide(cast.mona, key, "redact", fields={"parts": ["Rosa Bianchi", "Via Verdi 3"]})
    story = thing(key)
    assert story.title == "(private details taken out) of (private details taken out)"
    assert story.status == "pending"
    assert case_of(key).closed_at is None, "it still waits to be read"
    assert not [place for place, value in every_text() if "bianchi" in value.casefold()]


def test_it_goes_from_the_name_above_and_from_the_photos_words_too(
    cast: Cast, make_story: Make, make_photo: MakePhoto
) -> None:
    key = make_story(attribution="pseudonym", byline="Rosa Bianchi")
    photo = make_photo(on=key, until="ready", caption=f"Call {NUMBER}", description="Rosa Bianchi's door, Via Verdi 3")
    assert decide(cast.mona, key, "redact", fields={"parts": ["Rosa Bianchi", "Via Verdi 3"]})
    assert thing(key).byline == "(private details taken out)"
    assert not [
        place for place, value in every_text() if "bianchi" in value.casefold() or "via verdi" in value.casefold()
    ]
    assert thing(photo).title == f"Call {NUMBER}", "nothing else is touched"
    assert "(private details taken out)" in str(thing(photo).html)
    assert decide(cast.mona, key, "redact", fields={"parts": ["Rosa Verdi"]}).status == 422
    assert decide(cast.mona, key, "redact", fields={"parts": [NUMBER]})
    assert not [place for place, value in every_text() if holds(value)]


def test_what_was_taken_out_does_not_come_back_with_an_older_copy(cast: Cast, make_post: Make) -> None:
    older = f"Call Rosa: {NUMBER}, or write."
    key, other = make_post(source=older), make_post(source=older)
    assert decide(cast.mona, key, "redact", fields={"parts": [NUMBER]})
    assert not edit(cast.alice, key, older), "it waits for a moderator"
    assert not edit(cast.alice, key, "Call Rosa, or write."), "so does what is said in its place"
    assert NUMBER not in str(thing(key).html)
    assert edit(cast.alice, other, f"{older} Soon.")
    page = cast.mona.browser.get(f"/en/moderation/cases/{case_of(key).id}").text
    assert "private details may show" in page


def test_who_is_no_moderator_any_more_takes_nothing_out(cast: Cast, make_post: Make) -> None:
    key = make_post(source=f"Call {NUMBER} now.")
    report(cast.bob, key)
    case = case_of(key)
    verdict = do(
        actions.decide, actor=cast.cora.viewer, case_id=case.id, seen_version=case.version, decision="redact",
        guideline_id=rule(3), letter="x", note="", fields={"parts": [NUMBER]},
    )  # fmt: skip
    assert verdict.status == 403
    assert NUMBER in thing(key).source
    asked = Asked(cast.mona.viewer, thing(key), {"parts": ["\x00", "\u202e" + NUMBER]})
    assert redacting.ACT.judge(asked)
