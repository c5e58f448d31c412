"""A real Redis for the tests: one server for the run, in memory, one numbered database for each test process."""

from __future__ import annotations

import redis

from tests.services import shared


class RedisServer:
    """The Redis of this run, as one test process sees it."""

    def __init__(self, port: int) -> None:
        number = int(shared.worker().removeprefix("gw") or 0)
        self.url = f"redis://127.0.0.1:{port}/{number}"
        self.client = redis.Redis.from_url(self.url)

    def empty(self) -> None:
        self.client.flushdb()


def running() -> RedisServer:
    """The Redis of this run, started by whoever asks first."""
    return RedisServer(int(shared.once("redis", _start)["port"]))


def _start() -> dict[str, str]:
    port = shared.free_port()
    directory = shared.run_directory() / "redis"
    directory.mkdir()
    words = f"--port {port} --bind 127.0.0.1 --databases 64 --appendonly no --daemonize no"
    shared.start("redis", ["redis-server", *words.split(), "--save", ""], directory=directory)
    client = redis.Redis(port=port)
    shared.wait_until(client.ping, what="Redis", directory=directory)
    client.close()
    return {"port": str(port)}
