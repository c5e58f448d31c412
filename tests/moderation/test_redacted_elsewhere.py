"""A telephone number that was taken out: also where it stood in a title, beside a story, or in what others keep."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from forum.contributions import actions as contributions
from forum.contributions import forgetting
from forum.contributions.models import Contribution
from forum.core import clock, worker
from forum.core.db import db
from forum.core.unit_of_work import end_reading, write
from forum.discussions import actions as discussions
from forum.discussions.models import Post
from forum.messages import actions as messages
from forum.messages.models import MessageChoice
from forum.moderation import actions as moderation
from forum.moderation import sweeping
from forum.stories.models import Story
from tests.cast import Cast, Person
from tests.moderation.conftest import Make, do, report, thing
from tests.moderation.test_words import NUMBER, decide, every_text, holds
from tests.photos.conftest import MakePhoto, make_photo

__all__ = ["make_photo"]  # a fixture: found by its name


def where() -> set[str]:
    return {place for place, value in every_text() if holds(value)}


def say(verb: Any, who: Person, words: str, **to: int) -> int:
    sent = do(verb, actor=who.viewer, words=messages.Words(words, "en", ()), **to)
    assert sent.verdict, sent.verdict.reason
    return int(sent.conversation_id)


def in_files(app: Flask, folder: str) -> dict[str, str]:
    """What stands in the files of a folder of the site."""
    paths = (app.extensions["settings"].data_dir / folder).rglob("*")
    return {str(path): path.read_text("utf-8", "replace") for path in paths if path.is_file()}


def test_of_a_discussion(app: Flask, cast: Cast, make_post: Make, tmp_path: Path) -> None:
    key = make_post(source=f"Ring {NUMBER}.")
    with write():
        post = db.session.get_one(Post, key)
        contributions.set_words(post, title=f"Ring me: {NUMBER}", source=post.source)
        contributions.add_revision(post)
        moderation.admit(actor=cast.alice.viewer, contribution=post)
        thread_id = post.thread_id
    reply = do(discussions.reply, actor=cast.bob.viewer, thread_id=thread_id, source="I will.")
    with write():
        db.session.add_all([MessageChoice(member_id=one.id) for one in (cast.bob, cast.cora)])
    first, plain = f"> [Alice](/posts/{key})\n>\n> Ring {NUMBER}.\n\nShall we?", "Did you see it?"
    begun = say(messages.begin, cast.bob, plain, other_id=cast.cora.id)
    say(messages.send, cast.cora, "What?", conversation_id=begun)
    say(messages.send, cast.bob, first, conversation_id=begun)
    report(cast.bob, reply.post_id, reason="other", words="Look at the title.")
    report(cast.bob, key, reason="other", words=f"{NUMBER} is hers.")
    assert {"contributions.title", "reports.snapshot_title", "search_documents.title"} <= where()
    assert decide(cast.mona, key, "redact", letter=f"Not {NUMBER}.", fields={"parts": [NUMBER]})
    assert where() == set()
    quoting = db.session.scalars(select(Contribution.source).where(Contribution.kind == "message")).all()
    assert any("Ring (private details taken out)." in source for source in quoting)
    # No mail of all that was told before went yet; those that go now, and every file, are without it.
    worker.work_all()
    mails = in_files(app, "mailbox")
    assert mails
    assert not [path for path, content in mails.items() if holds(content)]
    if db.engine.dialect.name == "sqlite":
        database = db.engine.url.database or ""
        copy = tmp_path / "copy.sqlite"
        end_reading()
        connection = sqlite3.connect(database)
        connection.execute("VACUUM INTO ?", (str(copy),))
        connection.close()
        for content in (copy.read_bytes(), Path(database).read_bytes()):
            for spelling in (NUMBER, "333-456-7890", "3334567890", "456 7890"):
                assert spelling.encode() not in content


def test_of_a_story(app: Flask, cast: Cast, make_story: Make, make_photo: MakePhoto) -> None:
    key = make_story()
    with write():
        story = db.session.get_one(Story, key)
        contributions.set_words(
            story, title=f"My line, {NUMBER}", source=f"Ring {NUMBER}, any time.", teaser=f"I am at {NUMBER}."
        )
        story.other_words = f"told on {NUMBER}"
        contributions.add_revision(story, note="")
        translation = Story(language="it", created_at=clock.now(), status="sent", translation_of_id=key)
        contributions.set_words(
            translation, title=f"La mia linea, {NUMBER}", source="Chiama il 333-456-7890.", teaser=""
        )
        contributions.sign(translation, cast.alice.id, "member", None)
        contributions.add_revision(translation)
        contributions.publish(translation)
        contributions.publish(story)
        other = translation.id
    make_photo(on=other, until="ready", caption=f"{NUMBER}, sulla porta", description="A door")
    comment = do(discussions.comment, actor=cast.bob.viewer, contribution_id=key, source="A fine line.")
    assert comment.verdict
    worker.work_all()
    assert {"stories.other_words", "contributions.title", "revisions.teaser", "search_documents.text"} <= where()
    assert decide(cast.mona, key, "redact", fields={"parts": [NUMBER]})
    assert where() == set()
    assert "Chiama il (" in thing(other).source


def test_of_a_large_site_by_night_and_once(
    app: Flask, cast: Cast, make_post: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To make a large file anew keeps everybody from writing for long: it is done by night, once for all."""
    cleaned: list[bool] = []
    monkeypatch.setattr(forgetting, "MADE_ANEW", 0)
    monkeypatch.setattr(forgetting, "rid_files_of_leftovers", lambda _models: cleaned.append(True))
    for _ in range(3):
        assert decide(cast.mona, make_post(source=f"Ring {NUMBER}."), "redact", fields={"parts": [NUMBER]})
    worker.work_all()
    is_small = db.engine.dialect.name != "sqlite"  # of PostgreSQL each table is looked at
    assert cleaned == [True] * is_small
    assert (len(sweeping.unswept()) == 0) == is_small
    db.session.rollback()
    with time_machine.travel(clock.now() + timedelta(days=1), tick=False):
        worker.work_all()
    assert cleaned == [True]
    assert sweeping.unswept() == []
