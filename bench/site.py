"""The site that is measured: made once for each database, then served as in production."""

from __future__ import annotations

import os
import runpy
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import case, exists, func, literal, select
from sqlalchemy.orm import aliased

from forum import create_app
from forum.accounts import actions as accounts
from forum.accounts.login import session_cookie
from forum.accounts.models import Member
from forum.contributions.models import Contribution, contribution_topics
from forum.core.db import db
from forum.core.settings import ROOT, Settings
from forum.core.unit_of_work import write
from forum.discussions.models import Board, Post, Thread
from forum.photos.models import Photo
from forum.stories.models import Story, StoryUpdate
from forum.topics.models import Topic

MEMBERS = 40  # signed in, so that no one of them posts more than a person may
THREADS = 60  # of twenty posts, read in turn
STORIES = 60


@dataclass(frozen=True, slots=True)
class Ground:
    """Where things are on a made site, and the cookies of members.

    `full_story`: the one on which most hangs, photos, later chapters, translations. `topic`: the commonest of stories.
    """

    short_threads: list[int]
    long_thread: int
    board: str
    stories: list[int]
    full_story: int
    topic: str
    cookies: list[str]


def settings_for(directory: Path, database_url: str, port: int, **more: object) -> Settings:
    """The settings of the measured site: the defaults, but for its place."""
    values: dict[str, object] = {"data_dir": directory, "database_url": database_url, "port": port, "host": "127.0.0.1"}
    return Settings(**(values | more))  # type: ignore[arg-type]


def prepare(settings: Settings) -> None:
    """Make the tables, and what every installation begins with."""
    for words in (("db", "upgrade"), ("prepare",)):
        _flask(settings, *words)


def make(settings: Settings, posts: int) -> float:
    """Make the demo and a large site beside it, by the commands anybody has. Returns the seconds of the large one."""
    prepare(settings)
    _flask(settings, "demo", "build")
    began = time.monotonic()
    _flask(settings, "demo", "--posts", str(posts))
    return time.monotonic() - began


def _flask(settings: Settings, *words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *words], cwd=ROOT, env=_environment(settings),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"flask {' '.join(words)} failed: {done.stderr[-2000:]}")


def _environment(settings: Settings) -> dict[str, str]:
    names = Settings.model_fields
    kept = {name: value for name, value in os.environ.items() if name.lower() not in names}
    given = {name.upper(): str(getattr(settings, name)) for name in settings.model_fields_set}
    return kept | given | {"PYTHONPATH": str(ROOT)}


def look(settings: Settings) -> Ground:
    """Find the threads to read and sign members in, in this process."""
    app = create_app(settings)
    with app.app_context():
        board = db.session.scalars(select(Board).where(Board.slug == "everything")).one()
        of_board = select(Thread.id).where(Thread.board_id == board.id)
        short = db.session.scalars(of_board.where(Thread.post_count == 20).order_by(Thread.id).limit(THREADS)).all()
        long = db.session.scalars(of_board.order_by(Thread.post_count.desc()).limit(1)).one()
        stories, full_story, topic = _stories()
        with write():
            readers = select(Member.id).where(Member.email.like("reader-%"), Member.is_demo).limit(MEMBERS)
            tokens = [accounts.start_session(member_id) for member_id in db.session.scalars(readers).all()]
        db.session.remove()
        db.engine.dispose()
    return Ground(
        list(short),
        long,
        board.slug,
        stories,
        full_story,
        topic,
        [f"{session_cookie(settings)}={token}" for token in tokens],
    )


def posts_in(settings: Settings, threads: Sequence[int]) -> int:
    """How many posts of these threads readers see, counted from the rows."""
    if not threads:
        return 0
    app = create_app(settings)
    with app.app_context():
        shown = select(func.count()).where(
            Post.thread_id.in_(threads), Post.id == Contribution.id, Contribution.status == "published"
        )
        found = db.session.scalar(shown) or 0
        db.session.remove()
        db.engine.dispose()
    return found


def _stories() -> tuple[list[int], int, str]:
    """Stories to read in turn, the one on which most hangs, and the commonest topic of all."""
    listed = (Story.status == "published", Story.audience == "everyone", Story.is_listed)
    ids = db.session.scalars(select(Story.id).where(*listed).order_by(Story.id.desc()).limit(STORIES)).all()
    translation = aliased(Story)
    hanging = [
        exists().where(Photo.on_id == Story.id, Photo.status == "published"),
        exists().where(StoryUpdate.story_id == Story.id, StoryUpdate.status == "published"),
        exists().where(translation.translation_of_id == Story.id),
    ]
    most = sum((case((one, 1), else_=0) for one in hanging), start=literal(0))
    full = db.session.scalars(select(Story.id).where(*listed).order_by(most.desc(), Story.id).limit(1)).one()
    topics = contribution_topics
    commonest = (
        select(Topic.slug)
        .join(topics, topics.c.topic_id == Topic.id)
        .join(Story, Story.id == topics.c.contribution_id)
        .group_by(Topic.slug)
        .order_by(func.count().desc(), Topic.slug)
    )
    return list(ids), full, db.session.scalars(commonest.limit(1)).one()


@contextmanager
def served(settings: Settings) -> Iterator[int]:
    """Serve the site, with the bench's two pages, until the block ends. Gives the pid of the first process."""
    web: dict[str, Any] = runpy.run_path(str(ROOT / "bin" / "web"))
    command = ["bench.app:app" if word == "wsgi:app" else word for word in web["command"](settings)]
    log = (settings.data_dir / "server.log").open("ab")
    process = subprocess.Popen(
        command, cwd=ROOT, env=_environment(settings) | web["THRIFT"], stdout=log, stderr=log, start_new_session=True
    )
    try:
        _wait(settings, process)
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        log.close()


def said_by_server(settings: Settings) -> str:
    """The last lines of the server's log."""
    return (settings.data_dir / "server.log").read_text(errors="replace")[-2000:]


def _wait(settings: Settings, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            break
        with suppress(OSError):
            urllib.request.urlopen(f"{settings.origin}/ready", timeout=5).close()
            return
        time.sleep(0.1)
    raise RuntimeError(f"The server did not start: {said_by_server(settings)}")


def free_port() -> int:
    """A port of the loopback address that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
