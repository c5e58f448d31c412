"""Walking through the served site over real connections, as somebody or as nobody, and keeping every answer."""

from __future__ import annotations

import http.client
import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urldefrag, urlencode, urlsplit

LINK = re.compile(r'(?:href|src|action|content)="([^"]+)"|<loc>([^<]+)</loc>|<id>([^<]+)</id>')
SKIPPED = ("/static/", "/sign-out")


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """Head and body: whatever a reader's software sees."""
        return f"{self.headers}\n{self.body.decode('utf-8', 'replace')}"


@dataclass
class Walker:
    """Somebody with the token of a session, or a visitor."""

    url: str
    token: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)

    def ask(self, path: str, method: str = "GET", headers: dict[str, str] | None = None, **fields: str) -> Answer:
        """One request on a connection of its own."""
        sent = {"Accept-Language": "en", "Origin": self.url} | (headers or {})
        if self.token:
            sent["Cookie"] = f"session={self.token}"
        if method == "POST":
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=30)
        try:
            connection.request(method, path, urlencode(fields) if method == "POST" else None, sent)
            answer = connection.getresponse()
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def walk(self, starts: Iterable[str], *, most: int) -> dict[str, Answer]:
        """Every page that can be reached by links from `starts`, `most` of them at most."""
        waiting, self.answers = deque(starts), {}
        seen = set(waiting)
        while waiting and len(self.answers) < most:
            path = waiting.popleft()
            answer = self.ask(path)
            self.answers[path] = answer
            for found in LINK.finditer(
                answer.body.decode("utf-8", "replace") + f'href="{answer.headers.get("location")}"'
            ):
                target = self._inside(unescape(next(filter(None, found.groups()))))
                if target and target not in seen:
                    seen.add(target)
                    # Files stand at the end of many ways: they are looked at first.
                    waiting.appendleft(target) if target.startswith("/media/") else waiting.append(target)
        return self.answers

    def _inside(self, link: str) -> str:
        link = urldefrag(link)[0].removeprefix(self.url)
        is_inside = link.startswith("/") and not link.startswith("//")
        return link if is_inside and not any(part in link for part in SKIPPED) else ""
