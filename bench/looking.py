"""What it takes to look a text through: in this process, for the words that are watched, on the site's own tables."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from forum import create_app
from forum.accounts.viewer import Viewer
from forum.contributions.models import Contribution
from forum.core import kinds
from forum.core.settings import Settings
from forum.core.unit_of_work import end_reading, write
from forum.demo.pool import COMMON
from forum.screening import words
from forum.screening.looking import look
from forum.screening.matching import Matcher, Watched
from forum.screening.sending import Sent
from forum.screening.words import Phrase

TIMES = 40
LETTERS = "abcdefghilmnoprstuvzàéò"
BAR_LOOK, BAR_LIST = 5.0, 20.0  # ms


@dataclass(frozen=True, slots=True)
class Took:
    """What one kind of look took, in ms of this process's CPU, the middle one of many."""

    name: str
    ms: float
    bar: float

    def markdown(self) -> str:
        """The line as it is printed."""
        return f"- {self.name}: {self.ms:.2f} ms (bar {self.bar:.0f} ms)"


def measure(settings: Settings) -> list[Took]:
    """Look a post of 2,000 characters through for 500 words, and 30,000 characters for 5,000."""
    chosen = random.Random(7)
    texts = [text_of(chosen, 2_000) for _ in range(TIMES)]
    app = create_app(settings)
    with app.app_context():
        with write():
            words.watch(actor=None, phrases=[Phrase(phrase_of(chosen), "und", "note") for _ in range(500)])
        viewer = Viewer(id=1, standing="established")
        kind = kinds.all_kinds()["post"]
        each = iter(texts)

        def one_look() -> None:
            source = next(each)
            about = Contribution(id=2**30, kind="post", language="it", attribution="anonymous", title="", source=source)
            look(viewer, kind, about, source, sent=Sent())
            end_reading()

        look(
            viewer, kind, Contribution(id=2**30, kind="post", language="it"), "", sent=Sent()
        )  # the words are read once
        took = [Took("look(), 2,000 characters, 500 words watched", middle(one_look, TIMES), BAR_LOOK)]
    matcher = Matcher(Watched(key, phrase_of(chosen), "und", "hold", False) for key in range(5_000))
    text = text_of(chosen, 30_000)
    took.append(Took("5,000 words in 30,000 characters", middle(lambda: matcher.found_in(text, "it"), TIMES), BAR_LIST))
    return took


def middle(work: Callable[[], object], times: int) -> float:
    """The middle one of several runs, in ms."""
    took = []
    for _ in range(times):
        begun = time.process_time()
        work()
        took.append(1_000 * (time.process_time() - begun))
    return sorted(took)[times // 2]


def word_of(chosen: random.Random) -> str:
    """A word that nobody knows."""
    return "".join(chosen.choices(LETTERS, k=chosen.randrange(3, 10)))


def phrase_of(chosen: random.Random) -> str:
    """One to three such words."""
    return " ".join(word_of(chosen) for _ in range(chosen.randrange(1, 4)))


def text_of(chosen: random.Random, length: int) -> str:
    """A text of a length, with a common word in it and a link."""
    parts = [COMMON, "https://example.org/a"]
    while sum(map(len, parts)) + len(parts) < length:
        parts.append(word_of(chosen))
    chosen.shuffle(parts)
    return " ".join(parts)[:length]
