"""A story is taken back: no word of it is anywhere at the very next request; brought back, all is as before; after
thirty days nothing of it is left, not in a column, not in the database's file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text, update

from forum.accounts.models import Member
from forum.contributions import actions as contributions
from forum.contributions import ledger
from forum.contributions.models import Contribution, Draft
from forum.core import clock, richtext
from forum.core.db import Base, db
from forum.core.outbox import OutboxJob
from forum.core.partial_date import PartialDate
from forum.core.unit_of_work import write
from forum.core.worker import work_all
from forum.discussions import actions as discussions
from forum.discussions.models import Board, BoardText
from forum.moderation import actions as moderation
from forum.photos.models import Photo
from forum.stories import follows
from forum.stories.models import Story, StoryUpdate
from forum.topics.models import Topic, TopicText
from tests.cast import Cast
from tests.conftest import Serve
from tests.photos.conftest import MakePhoto, make_photo  # noqa: F401 - a fixture
from tests.services import databases
from tests.services.walk import Answer, Walker

MARK = "zqxwjv"  # every word of the story's begins with it; no token holds it by chance
COMMON = "lanternfish"  # and this stands in it too, so that it can be searched for without writing the mark
OTHER = "qqywjv"  # and of the afterword's, which is somebody else's: out of sight with the story, never erased with it
READERS = ("visitor", "bob", "mona")
# Pages of one walk. How far a page's words go is walked to its end on SQLite; on PostgreSQL the pages that were marked
# and those next to them tell what may differ there: the lists, the search, what is kept for visitors.
MOST = {"sqlite": 150, "postgresql": 70}


@dataclass(frozen=True)
class Told:
    """The story, and what hangs on it."""

    story: int
    chapter: int
    afterword: int
    translation: int
    photo: int
    quoting: int
    thread: int


@pytest.fixture
def database_content() -> databases.Content:
    return databases.PREPARED


def words(name: str) -> str:
    return f"{MARK}{name}"


def topic() -> Topic:
    """A topic that only this story and one beside it are about."""
    made = Topic(
        slug="zebra-stripes",
        kind="symptom",
        texts=[TopicText(language="en", name="Zebra stripes", key="zebra stripes")],
    )
    db.session.add(made)
    db.session.flush()
    return made


def tell(cast: Cast, make_photo: MakePhoto) -> Told:  # noqa: F811
    """A story of Alice's under another name, with everything that can hang on one, published."""
    now = clock.now()
    with write():
        db.session.execute(update(Member).values(is_page_public=True))
        about = topic()
        board = Board(slug="hands", texts=[BoardText(language="en", name="Hands")])
        db.session.add(board)
        story = Story(
            language="en", created_at=now, status="sent", country="IT", region=words("region"),
            condition_words=words("own"), relation="patient", diagnosed=PartialDate("2009"), topics=[about],
        )  # fmt: skip
        contributions.set_words(
            story, title=f"The {words('title')}", teaser=f"{words('teaser')} first",
            source=f"It was {words('text')} and {COMMON}.\n\nThen {words('second')}.",
        )  # fmt: skip
        contributions.sign(story, cast.alice.id, "pseudonym", f"{words('byline')} M.")
        for use, language in (("site", None), ("translation", "it"), ("translation", "es")):
            ledger.give(story, use, for_language=language, version=1, language="en", how="site")
        contributions.add_revision(story)
        contributions.publish(story)
        for number in range(4):  # beside it, before and after: like it, next to it
            _beside(cast, about, number)
        board_id, story_id, topic_id = board.id, story.id, about.id
    with write():
        assert follows.follow(actor=cast.bob.viewer, story_id=story_id, is_on=True)
        chapter = _part(cast, story_id, "chapter")
        afterword = _part(cast, story_id, "afterword")
        translation = Story(language="it", created_at=now, status="sent", translation_of_id=story_id, country="IT")
        contributions.set_words(translation, title=words("titolo"), source=f"Era {words('testo')}.")
        contributions.sign(translation, cast.alice.id, "pseudonym", f"{words('byline')} M.")
        contributions.publish(translation)
        translation.topics = [db.session.get_one(Topic, topic_id)]
        translation_id = translation.id
    photo = make_photo(on=story_id, caption=words("caption"), description=words("description"), credit=words("credit"))
    with write():
        moderation.withdraw_cases(db.session.get_one(Photo, photo))
        quoted = richtext.quote(f"It was {words('text')} and", f"{words('byline')} M.", f"/stories/{story_id}")
        comment = discussions.comment(actor=cast.bob.viewer, contribution_id=story_id, source=f"{quoted}So was mine.")
        assert comment.verdict
        started = discussions.start_thread(
            actor=cast.bob.viewer, board_id=board_id, title="Read this", source=f"{quoted}I liked it.", language="en"
        )
        assert started.verdict
    with write():
        moderation.report(
            reporter=cast.bob.viewer, contribution=db.session.get_one(Story, story_id), reason="other",
            words="Who is this?", address=f"/en/stories/{story_id}", language="en",
        )  # fmt: skip
    return Told(story_id, chapter, afterword, translation_id, photo, started.post_id, started.thread_id)


def _beside(cast: Cast, about: Topic, number: int) -> None:
    story = Story(
        language="en", created_at=clock.now(), status="sent", relation="patient", topics=[about], country="IT"
    )
    contributions.set_words(story, title=f"Another {number}", source=f"Other words, {COMMON} too.")
    contributions.sign(story, cast.bob.id, "member")
    contributions.publish(story)


def _part(cast: Cast, story_id: int, part: str) -> int:
    made = StoryUpdate(
        story_id=story_id, dated=PartialDate("2025-01"), language="en", created_at=clock.now(), status="sent", part=part
    )
    mark, writer = (MARK, cast.alice) if part == "chapter" else (OTHER, cast.cora)
    contributions.set_words(made, title=f"{mark}title", source=f"Later {mark}words and {COMMON}.")
    contributions.sign(made, writer.id, "pseudonym", f"{mark}byline M.")
    contributions.publish(made)
    return made.id


def starts(told: Told) -> list[str]:
    """Addresses from which everything is reached, and those that no link leads to."""
    found = ["/robots.txt", "/sitemap.xml", "/sitemap/pages.xml", "/sitemap/1.xml", f"/s/{told.story}"]
    for language in ("en", "it"):
        at = f"/{language}"
        found += [
            f"{at}/", f"{at}/stories", f"{at}/stories/{told.story}", f"{at}/stories/{told.translation}",
            f"{at}/photos", f"{at}/photos/{told.photo}", f"{at}/search?q={COMMON}", f"{at}/topics/zebra-stripes",
            f"{at}/stories/feed", f"{at}/topics/zebra-stripes/feed", f"{at}/threads/{told.thread}",
            f"{at}/posts/{told.quoting}", f"{at}/stories?country=IT", f"{at}/stories?decade=2000",
            f"{at}/stories?topic=zebra-stripes", f"{at}/stories?order=byline", f"{at}/stories?order=updated",
            f"{at}/stories?relation=patient", f"{at}/stories/{told.chapter}", f"{at}/just-told",
            f"{at}/report?contribution={told.story}", f"{at}/contributions/{told.story}/comments/new?quote=1",
            f"{at}/me/following", f"{at}/me/contributions", f"{at}/moderation",
        ]  # fmt: skip
    return found


def is_marked(said: str) -> bool:
    return MARK in said.lower() or OTHER in said.lower()


def with_mark(answers: dict[str, Answer]) -> set[str]:
    return {path for path, answer in answers.items() if is_marked(answer.text)}


def lines_with_mark(answers: dict[str, Answer]) -> dict[str, list[str]]:
    """Of each address whose answer holds the mark, the lines that do."""
    return {
        path: [line.strip() for line in answers[path].text.splitlines() if is_marked(line)]
        for path in with_mark(answers)
    }


def columns_with_mark() -> list[str]:
    """Every column of every table in which the mark stands."""
    db.session.rollback()
    found = []
    for table in Base.metadata.tables.values():
        for row in db.session.execute(text(f'SELECT * FROM "{table.name}"')).mappings():
            found += [f"{table.name}.{name}: {value}" for name, value in row.items() if MARK in str(value).lower()]
    db.session.rollback()
    return found


def files_with_mark(directory: Path) -> list[str]:
    return [str(path) for path in directory.rglob("*") if path.is_file() and MARK.encode() in path.read_bytes().lower()]


@pytest.mark.timeout(600)
def test_taken_back_it_is_gone_from_everywhere_at_once(
    app: Flask,
    cast: Cast,
    serve: Serve,
    make_photo: MakePhoto,  # noqa: F811
    tmp_path: Path,
) -> None:
    told = tell(cast, make_photo)
    site = serve(WEB_WORKERS="2")
    people = {name: Walker(site.url, cast[name].token) for name in READERS}
    most = MOST[db.engine.dialect.name]
    before = {name: dict(one.walk(starts(told), most=most)) for name, one in people.items()}
    assert {name: [p for p, a in found.items() if a.status >= 500] for name, found in before.items()} == {
        name: [] for name in READERS
    }
    marked = {name: with_mark(found) for name, found in before.items()}
    for path in shown_on(told):
        assert path in marked["visitor"], f"{path} shows the story before"
    media = [path for path in before["visitor"] if path.startswith(f"/media/photos/{told.photo}/")]
    assert media
    assert all(before["visitor"][path].status == 200 for path in media)
    etags = {path: before["visitor"][path].headers.get("etag") for path in (f"/en/stories/{told.story}", media[0])}
    for _ in range(4):  # both processes keep the pages for visitors
        for path in shown_on(told):
            assert MARK in people["visitor"].ask(path).text
    is_file = db.engine.dialect.name == "sqlite"

    # Taken back, in her browser
    alice = Walker(site.url, cast.alice.token)
    assert alice.ask(f"/en/stories/{told.story}/withdrawal", "POST").status == 303

    for path in shown_on(told):
        for _ in range(4):
            assert not is_marked(people["visitor"].ask(path).text), path
    for path, etag in etags.items():
        assert people["visitor"].ask(path, headers={"If-None-Match": etag or '"x"'}).status in (404, 410)
    for path in media:
        gone = people["visitor"].ask(path)
        assert gone.status in (404, 410)
        assert not gone.headers["content-type"].startswith("image/")
    for name, one in people.items():
        again = {path: one.ask(path) for path in marked[name]}
        assert not lines_with_mark(again), f"{name}: {lines_with_mark(again)}"
        everywhere = one.walk(starts(told), most=most)
        assert not lines_with_mark(everywhere), f"{name}: {lines_with_mark(everywhere)}"
        assert not [path for path, answer in everywhere.items() if answer.status >= 500]
    tombstone = people["visitor"].ask(f"/en/stories/{told.story}")
    assert tombstone.status == 410
    assert "Zebra" not in tombstone.text
    assert "zebra-stripes" not in tombstone.text
    assert people["visitor"].ask(f"/en/stories/{told.translation}").status in (404, 410)
    assert "words withdrawn" in people["visitor"].ask(f"/en/threads/{told.thread}").text
    assert COMMON in people["visitor"].ask(f"/en/search?q={COMMON}").text, "other stories are found as before"

    # Nobody is written to about it
    work_all()
    assert files_with_mark(tmp_path / "mailbox") == []

    # Brought back
    assert f"/en/stories/{told.story}/return" in alice.ask(f"/en/stories/{told.story}").text
    assert alice.ask(f"/en/stories/{told.story}/return", "POST").status == 303
    for name, one in people.items():
        missing = marked[name] - with_mark({path: one.ask(path) for path in marked[name]})
        assert {path for path in missing if "/moderation" not in path} == set(), name

    # Taken back for good
    assert alice.ask(f"/en/stories/{told.story}/withdrawal", "POST").status == 303
    drafted = richtext.quote(words("text"), f"{words('byline')} M.", f"/stories/{told.story}")
    with write():
        db.session.add(
            Draft(member_id=cast.bob.id, place="board:7", source=f"{drafted}Not sent yet.", saved_at=clock.now())
        )
    assert columns_with_mark()
    with time_machine.travel(clock.now() + timedelta(days=30, hours=1)):
        work_all()
    failed = select(OutboxJob.name, OutboxJob.last_error).where(OutboxJob.last_error.is_not(None))
    assert db.session.execute(failed).all() == []
    left = columns_with_mark()
    assert not left, "\n".join(left)
    assert "Not sent yet" in db.session.scalars(select(Draft.source).where(Draft.place == "board:7")).one()
    assert db.session.scalars(select(Contribution.status).where(Contribution.id == told.story)).one() == "erased"
    db.session.rollback()
    with time_machine.travel(clock.now() + timedelta(days=32)):
        work_all()
    done = select(OutboxJob.done_at).where(OutboxJob.name == "contributions.forget")
    assert all(db.session.scalars(done))
    db.session.remove()
    db.engine.dispose()
    if is_file:  # and its log and index; PostgreSQL's files are its own
        assert files_with_mark(tmp_path) == []


def shown_on(told: Told) -> list[str]:
    """Where the story must be seen before: a walk that saw nothing proves nothing."""
    return [
        "/en/", "/en/stories", f"/en/stories/{told.story}", f"/en/stories/{told.translation}",
        f"/en/search?q={COMMON}", "/en/topics/zebra-stripes", f"/en/threads/{told.thread}", "/en/stories/feed",
        "/en/topics/zebra-stripes/feed", "/en/stories?country=IT", "/en/stories?topic=zebra-stripes",
        f"/en/photos/{told.photo}",
    ]  # fmt: skip
