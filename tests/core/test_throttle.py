"""The throttle: exact counts across threads and processes, in its file and in a real Redis, never a locked door."""

from __future__ import annotations

import logging
import multiprocessing
import sqlite3
import threading
import time
import uuid
from pathlib import Path

import pytest

from forum.core import throttle as throttling
from forum.core.throttle import Throttle, key_for
from tests.services.redis_server import RedisServer

LONG = 30.0  # for which Redis is waited for here: a busy machine is no Redis that is away


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "throttle.sqlite"


def hits_in_a_process(path: str, redis_url: str | None, key: str, times: int) -> int:
    throttling._PATIENCE = LONG  # this process is a new one
    throttle = Throttle(Path(path), redis_url)
    return sum(throttle.hit(key, limit=50, seconds=600) for _ in range(times))


def count_in_processes(path: Path, redis_url: str | None) -> int:
    key = uuid.uuid4().hex
    work = [(str(path), redis_url, key, 40)] * 4
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        return sum(pool.starmap(hits_in_a_process, work))


def count_in_threads(throttle: Throttle) -> int:
    key = uuid.uuid4().hex
    allowed: list[bool] = []

    def work() -> None:
        allowed.extend(throttle.hit(key, limit=50, seconds=600) for _ in range(20))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(allowed) == 160
    return sum(allowed)


def test_a_window_begins_with_the_first_hit_and_ends(path: Path, clock: Clock) -> None:
    throttle = Throttle(path, clock=clock)
    assert throttle.remaining("k", limit=3) == 3
    assert throttle.retry_after("k") == 0
    assert [throttle.hit("k", limit=3, seconds=60) for _ in range(5)] == [True, True, True, False, False]
    assert throttle.remaining("k", limit=3) == 0
    assert throttle.retry_after("k") == 60
    clock.now += 59.5
    assert not throttle.hit("k", limit=3, seconds=60)  # asking again prolongs nothing
    assert throttle.retry_after("k") == 1
    clock.now += 0.5
    assert throttle.hit("k", limit=3, seconds=60)
    assert throttle.remaining("k", limit=3) == 2
    assert throttle.hit("other", limit=1, seconds=60)


def test_forgetting_begins_anew(path: Path, clock: Clock) -> None:
    throttle = Throttle(path, clock=clock)
    assert throttle.hit("k", limit=1, seconds=60)
    assert not throttle.hit("k", limit=1, seconds=60)
    throttle.forget("k")
    assert throttle.hit("k", limit=1, seconds=60)


def test_a_limit_of_none_lets_nobody_in(path: Path) -> None:
    assert not Throttle(path).hit("k", limit=0, seconds=60)


def test_counts_survive_a_restart(path: Path) -> None:
    assert Throttle(path).hit("k", limit=1, seconds=600)
    assert not Throttle(path).hit("k", limit=1, seconds=600)


def test_ended_windows_are_deleted(path: Path, clock: Clock) -> None:
    throttle = Throttle(path, clock=clock)
    for number in range(10):
        throttle.hit(f"k{number}", limit=3, seconds=60)
    clock.now += 301
    throttle.hit("new", limit=3, seconds=60)
    with sqlite3.connect(path) as look:
        assert look.execute("SELECT key FROM windows").fetchall() == [("new",)]
    clock.now += 61
    assert throttle.sweep() == 1


def test_threads_together_get_exactly_the_limit(path: Path) -> None:
    assert count_in_threads(Throttle(path)) == 50


def test_a_file_that_many_open_for_the_first_time_lets_nobody_in_uncounted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        counts = [count_in_threads(Throttle(tmp_path / f"{number}.sqlite")) for number in range(60)]
    assert counts == [50] * 60
    assert caplog.text == ""


def test_processes_together_get_exactly_the_limit(path: Path) -> None:
    assert count_in_processes(path, None) == 50


def test_a_flood_writes_nothing(path: Path) -> None:
    throttle = Throttle(path)
    throttle.hit("k", limit=1, seconds=600)
    before = Path(f"{path}-wal").stat().st_size
    assert not any(throttle.hit("k", limit=1, seconds=600) for _ in range(200))
    assert Path(f"{path}-wal").stat().st_size == before


def test_a_throttle_that_cannot_count_lets_people_in(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(b"This is no database. " * 200)
    for path in (broken, tmp_path / "no such folder" / "file"):
        throttle = Throttle(path)
        with caplog.at_level(logging.ERROR):
            assert all(throttle.hit("k", limit=1, seconds=60) for _ in range(3))
        assert throttle.remaining("k", limit=2) == 2
        assert throttle.retry_after("k") == 0
        assert throttle.sweep() == 0
    assert caplog.text.count("letting people in") == 2


def test_keys_tell_nothing_and_differ_by_purpose_and_secret() -> None:
    key = key_for("secret", "sign-in", "rosa@example.org")
    assert key.startswith("sign-in:")
    assert "rosa" not in key
    assert key == key_for(b"secret", "sign-in", "rosa@example.org")
    assert len({key, key_for("secret", "report", "rosa@example.org"), key_for("other", "sign-in", "rosa@example.org"),
                key_for("secret", "sign-in", "Rosa@example.org")}) == 4  # fmt: skip
    assert key_for("secret", "x", "\ud800\0")


def test_without_redis_the_file_counts(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    throttle = Throttle(path, "redis://127.0.0.1:1/0")
    with caplog.at_level(logging.WARNING):
        assert [throttle.hit("k", limit=2, seconds=60) for _ in range(3)] == [True, True, False]
    assert caplog.text.count("throttle.redis_away") == 1
    assert throttle.retry_after("k") > 0


def test_in_redis(path: Path, redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttling, "_PATIENCE", LONG)
    throttle = Throttle(path, redis.url)
    key = uuid.uuid4().hex
    assert throttle.remaining(key, limit=2) == 2
    assert [throttle.hit(key, limit=2, seconds=60) for _ in range(3)] == [True, True, False]
    assert throttle.remaining(key, limit=2) == 0
    assert 30 <= throttle.retry_after(key) <= 60
    assert 0 < redis.client.ttl(f"throttle:{key}") <= 60
    throttle.forget(key)
    assert throttle.hit(key, limit=1, seconds=60)
    assert not throttle.hit(key, limit=1, seconds=60)
    redis.client.pexpire(f"throttle:{key}", 1)  # as if the minute were over
    time.sleep(0.01)
    assert throttle.hit(key, limit=1, seconds=60)
    assert not path.exists()


def test_threads_and_processes_in_redis(path: Path, redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttling, "_PATIENCE", LONG)
    assert count_in_threads(Throttle(path, redis.url)) == 50
    assert count_in_processes(path, redis.url) == 50
