"""What is measured: each case is a name and its requests, in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count, cycle
from urllib.parse import quote_plus

from bench.app_paths import CONSTANT, EMPTY
from bench.load import Request, get, post
from bench.site import Ground
from forum.demo.pool import COMMON, RARE

AT_ONCE, WRITERS = 8, 16
FROM_THERE = 1_000_000  # so that no case sends the words of another


@dataclass(frozen=True, slots=True)
class Case:
    """One line of the report. `path` is what the in-process pass asks for, to count queries; empty: none to count.

    at_once: connections. counted: the threads in which every reply that was answered must stand afterwards.
    """

    name: str
    requests: Callable[[], Iterator[Request]]
    path: str = ""
    is_cached: bool = False
    is_member: bool = False
    body: str = ""
    at_once: int = AT_ONCE
    counted: tuple[int, ...] = ()


def cases(host: str, ground: Ground, page_size: int) -> list[Case]:
    """All cases in the order of the report; `page_size` is that of a cached thread page on the wire."""
    threads = [f"/en/threads/{thread_id}" for thread_id in ground.short_threads]
    long, board = f"/en/threads/{ground.long_thread}", f"/en/boards/{ground.board}"

    def pages(*paths: str) -> Callable[[], Iterator[Request]]:
        return lambda: cycle([get(host, path) for path in paths])

    def members(*paths: str) -> Callable[[], Iterator[Request]]:
        every = [get(host, path, cookie) for cookie in ground.cookies for path in paths[:10]]
        return lambda: cycle(every)

    stories, full = [f"/en/stories/{key}" for key in ground.stories], f"/en/stories/{ground.full_story}"
    common, rare = (f"/en/search?q={quote_plus(word)}" for word in (COMMON, RARE))
    return [
        Case("constant body of the page's size", pages(f"{CONSTANT}{page_size}"), is_cached=True),
        Case("empty view", pages(EMPTY), EMPTY, is_cached=True),
        Case("thread, visitor, from cache", pages(threads[0]), threads[0], is_cached=True),
        Case("thread, visitor", pages(*threads), threads[0]),
        Case("thread, member", members(*threads), threads[0], is_member=True),
        Case("first page of 2,000 posts", pages(long), long),
        Case("last page of 2,000 posts", pages(f"{long}?page=last"), f"{long}?page=last"),
        Case("board", pages(board), board),
        *(Case(name, pages(path), path) for name, path in archive(ground).items()),
        Case("story, visitor", pages(*stories), stories[0]),
        Case("story, member", members(*stories), stories[0], is_member=True),
        Case("story with photos, chapters, translations", pages(full), full),
        Case("feed of stories", pages("/en/stories/feed"), "/en/stories/feed"),
        Case("search, common word", pages(common), common),
        Case("search, rare word", pages(rare), rare),
        Case("posting a reply", lambda: replies(host, ground), f"{threads[1]}/replies", is_member=True, body=words(0)),
        Case(
            f"posting, {WRITERS} writers",
            lambda: replies(host, ground, FROM_THERE),
            body=words(0),
            at_once=WRITERS,
            counted=tuple(ground.short_threads[1:]),
        ),
        Case(
            f"posting, {WRITERS} writers in one thread",
            lambda: replies(host, ground, 2 * FROM_THERE, ground.short_threads[0]),
            body=words(0),
            at_once=WRITERS,
            counted=(ground.short_threads[0],),
        ),
    ]


def archive(ground: Ground) -> dict[str, str]:
    """The archive's pages by their names in the report."""
    return {
        "story archive": "/en/stories",
        "archive: topic, language": f"/en/stories?topic={ground.topic}&language=it",
        "archive: country, relation, decade": "/en/stories?country=IT&relation=patient&diagnosed=1990",
        "archive: A–Z, a page in the middle": "/en/stories?order=byline&letter=G",
    }


def words(number: int) -> str:
    """A reply's form; no two are the same."""
    text = f"Number {number}. The gloves by the door are mine, and the kettle has just gone off. It rained until noon."
    return f"source={quote_plus(text)}&attribution=member"


def replies(host: str, ground: Ground, first: int = 1, thread: int | None = None) -> Iterator[Request]:
    """Replies by members in turn, each in another thread, or all in one."""
    threads, cookies = cycle([thread] if thread else ground.short_threads[1:]), cycle(ground.cookies)
    for number in count(first):
        yield post(host, f"/en/threads/{next(threads)}/replies", words(number), next(cookies))
