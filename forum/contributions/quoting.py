"""The form of a quotation that says what it quotes, in a source and in the HTML made of it.

A quotation is a block quote whose first line is nothing but a link to a contribution's own address:

    > [Rosa M.](/posts/123)
    >
    > her words

Its id is 123 (of a chapter, `/stories/7#chapter-9`, it is 9). A block quote typed without such a line quotes nobody.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Iterator
from itertools import takewhile

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

from forum.core.markdown import is_too_deep, make_parser
from forum.core.richtext import MAX_LENGTH, clean_text, stored

_ADDRESS = r"/(?:[a-z]{2}/)?(?:posts|stories|photos)/(\d{1,18})(?:#[a-z]+-(\d{1,18}))?"
_HREF = re.compile(_ADDRESS)
_FIRST_LINE = re.compile(rf'\n?<p><a href="{_ADDRESS}"[^>]*>(?:(?!</a>)[^\n])*</a>:?(?:</p>|<br>)')
_TAGS = re.compile(r"</?blockquote>")
_LIST_MARK = re.compile(r"[^\s>]")
_MOST = 200  # references of one text that are looked at


class _Parser(threading.local):
    """One thread's parser: it keeps state while it works."""

    def __init__(self) -> None:
        self.parser: MarkdownIt = make_parser(headings=False)


_own = _Parser()


def may_quote(source: str) -> bool:
    """Whether a source can hold a quotation at all: a quick look that spares most texts a slow one."""
    return "](/" in source and ">" in source


def quoted_in(html: str) -> set[int]:
    """The ids that the quotations of rendered HTML name."""
    found = {_id_of(first) for _, _, first in _quotations(html)}
    return set(sorted(found)[:_MOST])


def without(html: Markup, gone: Collection[int], words: str) -> Markup:
    """Rendered HTML in which every quotation of an id in `gone` is one line, `words`."""
    made, parts, at = str(html), list[str](), 0
    for start, end, first in _quotations(made):
        if start >= at and _id_of(first) in gone:
            parts += (made[at:start], f"<blockquote>\n<p><em>{escape(words)}</em></p>\n</blockquote>")
            at = end
    return stored("".join((*parts, made[at:]))) if parts else html


def source_without(source: str, gone: Collection[int], words: str) -> str:
    """A source in which every quotation of an id in `gone` is one line, `words`; nothing else is touched."""
    lines, at, kept = clean_text(source).split("\n"), 0, list[str]()
    for start, end in _places(source, gone):
        before = _before(lines[start])
        # The empty line keeps what follows from being read on into the quotation.
        kept += (*lines[at:start], f"{before}*{words}*", _after(before))
        at = end
    return "\n".join((*kept, *lines[at:])) if at else source


def put_back(edited: str, before: str, gone: Collection[int], words: str) -> str:
    """`edited`, which began as `source_without(before, …)`, with each line of `words` replaced by what stood there."""
    lines, old = edited.split("\n"), clean_text(before).split("\n")
    blocks = [old[start:end] for start, end in _places(before, gone)]
    withheld = [at for at, line in enumerate(lines) if line.endswith(f"*{words}*") and ">" in line]
    if [lines[at] for at in withheld] != [f"{_before(block[0])}*{words}*" for block in blocks]:
        return edited
    for at, block in reversed(list(zip(withheld, blocks, strict=True))):
        after = lines[at + 1 : at + 2] == [_after(_before(block[0]))]
        lines[at : at + 1 + after] = block
    return "\n".join(lines)


def _before(line: str) -> str:
    return line[: line.index("[")]


def _after(before: str) -> str:
    return _LIST_MARK.sub(" ", before).rstrip()


def _places(source: str, gone: Collection[int]) -> list[tuple[int, int]]:
    """The lines of each quotation of an id in `gone`, outermost ones only."""
    if not gone or not may_quote(source) or len(source) > MAX_LENGTH:
        return []
    tokens = _own.parser.parse(clean_text(source))
    found: list[tuple[int, int]] = []
    for start, end, quoted_id in () if is_too_deep(tokens) else _in_tokens(tokens):
        if quoted_id in gone and (not found or start >= found[-1][1]):
            found.append((start, end))
    return found


def _id_of(address: re.Match[str]) -> int:
    return int(address[2] or address[1])


def _quotations(made: str) -> Iterator[tuple[int, int, re.Match[str]]]:
    """Where each quotation of rendered HTML begins and ends, outer ones first, and the match of its first line."""
    found: list[tuple[int, int, re.Match[str]]] = []
    open_ones: list[tuple[int, re.Match[str] | None]] = []
    for tag in _TAGS.finditer(made):
        if tag[0] == "<blockquote>":
            open_ones.append((tag.start(), _FIRST_LINE.match(made, tag.end())))
        else:
            start, first = open_ones.pop()
            if first:
                found.append((start, tag.end(), first))
    yield from sorted(found, key=lambda one: one[0])


def _in_tokens(tokens: list[Token]) -> Iterator[tuple[int, int, int]]:
    """Of each quotation of a parsed source: the line of its reference, the line after its end, the id."""
    for at, token in enumerate(tokens):
        if token.type != "blockquote_open" or tokens[at + 1].type != "paragraph_open" or not token.map:
            continue
        said = tokens[at + 2]
        first = list(takewhile(lambda part: part.type not in ("softbreak", "hardbreak"), said.children or ()))
        if not first or first[0].type != "link_open":
            continue
        close = next((place for place, part in enumerate(first) if part.type == "link_close"), None)
        address = _HREF.fullmatch(str(first[0].attrs.get("href", "")))
        after = "".join(part.content for part in first[close + 1 :]) if close is not None else "-"
        if address and said.map and after in ("", ":") and not any(part.nesting for part in first[(close or 0) + 1 :]):
            yield said.map[0], token.map[1], _id_of(address)
