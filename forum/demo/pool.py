"""A pool of paragraphs for large sites, composed from the sentences of our own demo and rendered through the gate.

Rendering and stemming are what a text costs most: each paragraph passes once, and a post is made of finished ones.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from markupsafe import Markup

from forum.core import richtext, stems
from forum.demo import content
from forum.discussions.sending import TEASER

SIZE = 400
LANGUAGE = "en"
COMMON, RARE = "hands", "theodolite"  # words to search for: in every third post or so, and in one of a few thousand
# A first paragraph is longer than what a list shows of a post, so that it alone decides the teaser.
SHORTEST = TEASER + 40

_SENTENCE = re.compile(r"[A-Z][^.!?*>\[\]\n]{30,220}[.?](?=\s|$)")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph in every form in which a post keeps it."""

    source: str
    html: Markup
    text: str
    terms: str
    teaser: str


def terms(text: str) -> list[str]:
    """What the index holds of a text of the pool's language."""
    return stems.terms(text, LANGUAGE)


def paragraph(source: str) -> Paragraph:
    """A paragraph in all its forms, through the gate."""
    html = richtext.render(source)
    text, teaser = richtext.plain(html), richtext.excerpt(html, TEASER)
    return Paragraph(source, html, text, " ".join(terms(text)), teaser)


def paragraphs(draw: Random) -> list[Paragraph]:
    """The pool: `SIZE` paragraphs of two to six sentences each."""
    known = sentences()
    return [paragraph(_compose(draw, known)) for _ in range(SIZE)]


def rare_paragraph() -> Paragraph:
    """The one paragraph that holds the rare word."""
    return paragraph(
        f"My brother kept his {RARE} in the hall cupboard, under the coats, and when my fingers could no longer turn "
        "the small brass screws he set it up on the kitchen table and read me the numbers instead, one after another, "
        "as if it had been the plan from the beginning."
    )


def sentences(language: str = LANGUAGE) -> list[str]:
    """The sentences of the demo's stories and posts in a language, without repetition."""
    sources = [story.source for story in content.stories() if story.language == language]
    sources += [post.source for thread in content.threads() if thread.language == language for post in thread.posts]
    found = dict.fromkeys(sentence for source in sources for sentence in _SENTENCE.findall(source))
    return [sentence for sentence in found if RARE not in sentence]


def _compose(draw: Random, known: Sequence[str]) -> str:
    chosen = draw.sample(known, draw.randint(2, 4))
    while len(" ".join(chosen)) < SHORTEST:
        chosen.append(draw.choice(known))
    return " ".join(chosen)
