"""The dialect of Markdown in which members write, and the addresses a link may have.

CommonMark for people who don't know that they write Markdown: what one types is what one sees. So no images, no
tables, no typed HTML, and also none of these:

- entities (`&#x202e;` would bring back what clean_text took out),
- indented code (four spaces before a paragraph are no wish for a typewriter),
- underlined headings (`---` under a name is a line, as it looks),
- reference definitions (`[x]: …` would vanish from the text).

One line break is one line break.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate
from urllib.parse import urlsplit

from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

MAX_ADDRESS = 2000
# Block and inline nesting; deeper text is shown as it was typed, see `is_too_deep`.
MAX_NESTING = 20
# A list may begin at a year, not at a number as wide as the page.
MAX_LIST_START = 9999

_WITHOUT = ("image", "entity", "reference", "code", "lheading", "html_block", "html_inline")
_ADDRESS = re.compile(
    r"(?:https?://(?P<host>[a-z0-9][a-z0-9.-]*|\[[0-9a-f:.]+\])(?::\d{1,5})?(?:[/?#][^\s<>\"'`\\]*)?"
    r"|/(?:[a-z0-9][a-z0-9/_-]*)?(?:\?[a-z0-9=&_-]*)?(?:#[a-z0-9_-]*)?"  # a page of this site
    r"|mailto:[^\s<>\"'`\\:@?]{1,64}@[a-z0-9][a-z0-9.-]*(?:\?[^\s<>\"'`\\]*)?)",
    re.IGNORECASE,
)
# What follows a bare "www." at the start of the rest of the text; full stops and brackets at its end aren't part of it.
_AFTER_WWW = (
    r"^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z]{2,24}(?::\d{1,5})?"
    r"(?:/[^\s<>\"'`*|\\]*[^\s<>\"'`*|\\.,;:!?()\[\]])?/?"
)
_LOOKS_LIKE_ADDRESS = re.compile(r"\s*(?:https?:/*)?(?P<host>[\w-]+(?:\.[\w-]+)+)(?=[/:?#\s]|\Z)", re.IGNORECASE)


def is_allowed_address(address: str) -> bool:
    """Whether a link may lead there: a page of this site, mailto, or http(s) with a plain host and no user name."""
    return len(address) <= MAX_ADDRESS and _ADDRESS.fullmatch(address) is not None


def is_too_deep(tokens: Sequence[Token]) -> bool:
    """Whether blocks met the parser's nesting limit, beyond which it leaves words out, or emphasis, which it doesn't
    limit, is nested as deep."""
    if any(token.nesting == 1 and token.level >= MAX_NESTING - 1 for token in tokens):
        return True
    return any(
        max(accumulate(part.nesting for part in token.children)) > MAX_NESTING for token in tokens if token.children
    )


class _Dialect(MarkdownIt):
    """The parser, with our judgement of links."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - the parser's name for it
        """The address in ASCII; a bare www. is given a scheme."""
        return super().normalizeLink(f"http://{url}" if url[:4].lower() == "www." else url)

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802
        """A bare address as it was typed: decoding %E2%80%AE would write it from right to left."""
        return link

    def validateLink(self, url: str) -> bool:  # noqa: N802
        """Whether this becomes a link at all; otherwise it stays text."""
        return is_allowed_address(url)


def make_parser(*, headings: bool) -> MarkdownIt:
    """A parser of the dialect. Without `headings` a heading line is a bold paragraph, since the page around a
    member's text has its own outline; with them it becomes h2 or h3, never skipping a level.

    A parser keeps state while it works: one per thread.
    """
    md = _Dialect("commonmark", {"html": False, "linkify": True, "breaks": True, "maxNesting": MAX_NESTING})
    md.enable("linkify").disable(_WITHOUT)
    # The core rule finds addresses in the finished text; the inline one copies the rest of it at every "://".
    md.inline.ruler.disable("linkify")
    linkify = LinkifyIt(options={"fuzzy_link": False, "fuzzy_email": True, "fuzzy_ip": False})
    for scheme in ("ftp:", "//"):
        linkify.add(scheme, None)
    linkify.add("www.", {"validate": _AFTER_WWW})
    md.linkify = linkify
    md.core.ruler.push("house_headings", _headings if headings else _bold_headings)
    md.core.ruler.push("house_blocks", _blocks)
    return md


def _blocks(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "ordered_list_open" and int(token.attrs.get("start", 1)) > MAX_LIST_START:
            del token.attrs["start"]
        elif token.type == "fence":
            token.info = ""
        elif token.type == "inline" and token.children:
            token.children = _honest_links(token.children)


def _honest_links(children: list[Token]) -> list[Token]:
    """Links whose text is empty, or reads like another address than the one they lead to, show where they lead."""
    shown: list[Token] = []
    start = 0
    for token in children:
        shown.append(token)
        if token.type == "link_open":
            start = len(shown)
        elif token.type == "link_close":
            opening, inside = shown[start - 1], shown[start:-1]
            address = str(opening.attrs.get("href", ""))
            if opening.info != "auto" and not _is_honest("".join(part.content for part in inside), address):
                shown[start:-1] = [Token("text", "", 0, content=address, level=token.level + 1)]
    return shown


def _is_honest(text: str, address: str) -> bool:
    if not text.strip():
        return False
    claimed = _LOOKS_LIKE_ADDRESS.match(text)
    if claimed is None or address.lower().startswith("mailto:"):
        return True
    host = urlsplit(address).hostname or ""
    return host.removeprefix("www.") == claimed["host"].lower().removeprefix("www.")


def _headings(state: StateCore) -> None:
    """The highest level used becomes h2, the others h3, and no h3 comes before an h2; empty ones go."""
    _drop_empty_headings(state)
    levels = [token.tag for token in state.tokens if token.type == "heading_open"]
    tag = ""
    for token in state.tokens:
        if token.type == "heading_open":
            tag = "h2" if token.tag == min(levels) or not tag else "h3"
        if token.type in ("heading_open", "heading_close"):
            token.tag = tag


def _bold_headings(state: StateCore) -> None:
    _drop_empty_headings(state)
    for before, token in zip(state.tokens, state.tokens[1:], strict=False):
        if before.type == "heading_open":
            opening, closing = Token("strong_open", "strong", 1), Token("strong_close", "strong", -1)
            token.children = [opening, *(token.children or ()), closing]
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.type, token.tag = token.type.replace("heading", "paragraph"), "p"


def _drop_empty_headings(state: StateCore) -> None:
    tokens = state.tokens
    empty = {
        at + offset
        for at, token in enumerate(tokens)
        if token.type == "heading_open" and not tokens[at + 1].content.strip()
        for offset in range(3)
    }
    state.tokens = [token for at, token in enumerate(tokens) if at not in empty]
