"""Asks a server over kept-open connections, so many at a time, and notes how long each answer took."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count


@dataclass(frozen=True, slots=True)
class Request:
    """One request as bytes, and the status it must be answered with."""

    sent: bytes
    status: int = 200


@dataclass(slots=True)
class Run:
    """What came of asking: seconds of each answer, bytes of the last body, seconds in all."""

    times: list[float] = field(default_factory=list)
    size: int = 0
    seconds: float = 0.0

    def at(self, share: float) -> float:
        """The time within which this share of answers came, in milliseconds."""
        ordered = sorted(self.times)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000


class WrongAnswerError(RuntimeError):
    """The server answered otherwise than it should."""


def get(host: str, path: str, cookie: str = "") -> Request:
    """A page, as a browser asks for it."""
    lines = [
        f"GET {path} HTTP/1.1", f"Host: {host}", "Accept: text/html", "Accept-Encoding: gzip, deflate, br, zstd",
        "Accept-Language: en", "Sec-Fetch-Site: none", *([f"Cookie: {cookie}"] if cookie else []),
    ]  # fmt: skip
    return Request("\r\n".join([*lines, "", ""]).encode())


def post(host: str, path: str, body: str, cookie: str, status: int = 303) -> Request:
    """A form sent from the site's own page."""
    lines = [
        f"POST {path} HTTP/1.1", f"Host: {host}", "Accept: text/html", "Accept-Encoding: gzip, deflate, br, zstd",
        "Sec-Fetch-Site: same-origin", f"Cookie: {cookie}", "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body.encode())}",
    ]  # fmt: skip
    return Request(("\r\n".join([*lines, "", ""]) + body).encode(), status)


def ask(port: int, requests: Iterator[Request], *, most: int, seconds: float, at_once: int) -> Run:
    """Send at most `most` of the requests for at most `seconds`, `at_once` at a time. Raises WrongAnswerError."""
    return asyncio.run(_ask(port, requests, most, seconds, at_once))


async def _ask(port: int, requests: Iterator[Request], most: int, seconds: float, at_once: int) -> Run:
    run, numbers = Run(), count()
    began = time.perf_counter()

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
        try:
            while next(numbers) < most and time.perf_counter() - began < seconds:
                request = next(requests)
                start = time.perf_counter()
                writer.write(request.sent)
                status, body = await _answer(reader)
                run.times.append(time.perf_counter() - start)
                if status != request.status:
                    line = request.sent.split(b"\r\n", 1)[0].decode()
                    raise WrongAnswerError(f"{line} was answered with {status}, not {request.status}.")
                run.size = len(body)
        finally:
            writer.close()

    await asyncio.gather(*(one() for _ in range(at_once)))
    run.seconds = time.perf_counter() - began
    return run


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    lower = head.lower()
    if (at := lower.find(b"content-length:")) >= 0:
        return status, await reader.readexactly(int(lower[at + 15 : lower.index(b"\r\n", at)]))
    if b"transfer-encoding: chunked" not in lower:
        return status, b""
    body = b""
    while size := int(await reader.readline(), 16):
        body += (await reader.readexactly(size + 2))[:-2]
    await reader.readline()
    return status, body
