"""The one gate through which a member's text becomes HTML. No other module calls Markup; no template says `|safe`.

Text → `clean_text` → Markdown without HTML (core/markdown.py) → bleach → nh3. What nh3 gives back is stored, with
POLICY_VERSION.

bleach is the sanitiser this site was asked to use. It gets no more releases, security included (its own notice of
June 2026); with `strip=True` it leaves the text of a script on the page, so it runs with `strip=False`, which shows
it; and it lets `href="javascript:123"` pass. Hence nh3, maintained and independent of it, stands behind it with the
same allow-list, every link's address is judged by `is_allowed_address` in the parser and again in nh3, and a
Content-Security-Policy without inline script or style stands behind both.

Raise POLICY_VERSION whenever the same source would give other HTML; `flask remake` then renders what is stored anew.
"""

# ruff: noqa: S704 - Markup is what this module, and only this one, may make.

from __future__ import annotations

import html
import re
import threading
from collections.abc import Iterable, Iterator, Mapping

import nh3
from bleach.sanitizer import Cleaner
from markdown_it import MarkdownIt
from markupsafe import Markup, escape
from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

from forum.core.cleantext import clean_text
from forum.core.markdown import MAX_LIST_START, is_allowed_address, is_too_deep, make_parser
from forum.core.stems import fold, term

__all__ = [
    "MAX_LENGTH",
    "POLICY_VERSION",
    "RenderedHtml",
    "clean_text",
    "excerpt",
    "highlight",
    "plain",
    "quote",
    "render",
    "sanitise",
    "stored",
    "with_citations",
]

POLICY_VERSION = 1
# Characters. The longest story we know of has 60,000. Forms refuse more; from elsewhere it is shown without Markdown.
MAX_LENGTH = 100_000

TAGS = frozenset({"p", "br", "hr", "em", "strong", "a", "blockquote", "ul", "ol", "li", "code", "pre"})
HEADING_TAGS = frozenset({"h2", "h3"})
ATTRIBUTES = {"a": frozenset({"href"}), "ol": frozenset({"start"})}
SCHEMES = frozenset({"http", "https", "mailto"})
LINK_REL = "nofollow ugc noopener"

_BLOCK_END = re.compile(r"</(?:p|h2|h3|pre|blockquote|ul|ol)>|<hr>")
_LINE_END = re.compile(r"<br>\n?")
_ITEM = re.compile(r"\n?<li>\n?")
_TAG = re.compile(r"<[^>]*>")
# A link whose address nh3 took away (it knows hosts that can't be, where the parser doesn't) is text.
_NO_ADDRESS = re.compile(f'<a rel="{LINK_REL}">(.*?)</a>', re.DOTALL)
_SPACE = re.compile(r"\s+")
_GAPS = re.compile(r"[ \t]*\n(?:[ \t]*\n)+")
_WORD = re.compile("[^\\W_](?:[^\\W_]|[\u0300-\u036f])*")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#+\-.!~|:@/&()])")
# What a guide writes for "this stands in reference 12"; the page makes a number of it.
CITATION = re.compile(r"\[ref:(\d{1,9})\]")
_CITATIONS = re.compile(rf"(?:\s*{CITATION.pattern})+")
_TAGS_APART = re.compile(r"(<[^>]*>)")
_NOT_CITED_IN = re.compile(r"<(/?)(?:a|code|pre)[ >]")
# Blocks of a long text that are cleaned together.
_PIECE = 400
# Terms shorter than this must be the whole word: "a" would mark half a page.
_MIN_PREFIX = 3


class _Gate(threading.local):
    """One thread's parsers and cleaners, by whether headings are allowed; neither may be shared between threads."""

    def __init__(self) -> None:
        self.parsers: dict[bool, MarkdownIt] = {allowed: make_parser(headings=allowed) for allowed in (False, True)}
        self.cleaners: dict[bool, Cleaner] = {
            allowed: Cleaner(
                tags=_tags(allowed),
                attributes={tag: sorted(names) for tag, names in ATTRIBUTES.items()},
                protocols=SCHEMES,
                strip=False,
                strip_comments=False,
            )
            for allowed in (False, True)
        }


def _tags(headings: bool) -> frozenset[str]:
    return TAGS | HEADING_TAGS if headings else TAGS


_gate = _Gate()


def render(source: str, *, headings: bool = False) -> Markup:
    """Safe HTML of a text in Markdown.

    headings: `#` lines become h2 and h3 (guides and pages, whose only heading above is h1); otherwise bold paragraphs.
    Takes any string, bounded in time; what is too long or nested too deep is shown as typed, in paragraphs.
    """
    made = "\n".join(map(_gate.cleaners[headings].clean, _pieces(clean_text(source), headings=headings)))
    return Markup(sanitise(made, headings=headings))


def _pieces(source: str, *, headings: bool) -> Iterator[str]:
    """Unsafe HTML of a clean source, cut between blocks: bleach's time grows with the square of a piece's blocks."""
    parser = _gate.parsers[headings]
    tokens = parser.parse(source) if len(source) <= MAX_LENGTH else None
    if tokens is None or is_too_deep(tokens):
        blocks = [html.escape(part.strip("\n")) for part in re.split(r"\n{2,}", source) if part.strip()]
        for first in range(0, len(blocks), _PIECE):
            yield "\n".join(f"<p>{block}</p>".replace("\n", "<br>\n") for block in blocks[first : first + _PIECE])
        return
    first = 0
    for at, token in enumerate(tokens, 1):
        if at == len(tokens) or (token.level == 0 and token.nesting < 1 and at - first >= _PIECE):
            yield parser.renderer.render(tokens[first:at], parser.options, {}).rstrip("\n")
            first = at


def sanitise(made: str, *, headings: bool = False) -> str:
    """HTML reduced to the policy by nh3 alone, the last of the gate's two sanitisers. Once is as good as twice."""
    cleaned = nh3.clean(
        made,
        tags=set(_tags(headings)),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=_attribute,
        set_tag_attribute_values={"a": {"rel": LINK_REL}},
        link_rel=None,
        url_schemes=set(SCHEMES),
        url_relative="pass_through",  # judged by `_attribute`: a page of this site, never another host
    )
    return _NO_ADDRESS.sub(r"\1", cleaned)


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "href":
        return value if is_allowed_address(value) else None
    if name == "start":
        return value if value.isascii() and value.isdigit() and int(value) <= MAX_LIST_START else None
    return value if (tag, name) == ("a", "rel") else None


class RenderedHtml(TypeDecorator[Markup]):
    """A column of HTML that `render` made: takes Markup and nothing else, gives Markup back."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Markup | None, dialect: Dialect) -> str | None:
        """Refuse (TypeError) a plain string, which hasn't come through the gate."""
        if value is not None and not isinstance(value, Markup):
            raise TypeError("A column of rendered HTML takes what richtext.render made, not a plain string.")
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Markup | None:
        """What the gate made, still trusted."""
        return None if value is None else Markup(value)


def stored(made: str) -> Markup:
    """HTML that `render` made and a query fetched without its column's type."""
    return Markup(made)


def with_citations(made: Markup, cited: Mapping[int, tuple[int, str]]) -> Markup:
    """Rendered HTML whose markers `[ref:12]` lead to the numbered references of the page, `#ref-3`.

    `cited` holds, for each id, its number and the link's name for readers' software. A marker that isn't among them,
    or that stands in a link or in code, stays as it was typed.
    """

    def links(run: re.Match[str]) -> str:
        ids = [int(one[1]) for one in CITATION.finditer(run[0])]
        if not all(key in cited for key in ids):
            return run[0]
        found = (
            f'<a href="#ref-{cited[key][0]:d}" aria-label="{escape(cited[key][1])}">{cited[key][0]:d}</a>'
            for key in ids
        )
        return f"<sup>{', '.join(found)}</sup>"

    depth, parts = 0, []
    for part in _TAGS_APART.split(str(made)):
        if part.startswith("<"):
            kept_out = _NOT_CITED_IN.match(part)
            depth += 0 if kept_out is None else -1 if kept_out[1] else 1
            parts.append(part)
        else:
            parts.append(part if depth else _CITATIONS.sub(links, part))
    return Markup("".join(parts))


def plain(value: str | Markup) -> str:
    """The text of rendered HTML (Markup), or of a Markdown source (str): paragraphs apart, no marks, no tags."""
    made = str(value if isinstance(value, Markup) else render(value))
    made = _BLOCK_END.sub("\n\n", _LINE_END.sub("\n", made))
    text = html.unescape(_TAG.sub("", _ITEM.sub("\n- ", made)))
    return _GAPS.sub("\n\n", text).strip()


def excerpt(value: str | Markup, length: int = 200) -> str:
    """The beginning of a text on one line, at most `length` characters, ending at a word, with … where it was cut."""
    text = _SPACE.sub(" ", plain(value)).strip()
    if len(text) <= length:
        return text
    cut = text[: max(length - 1, 0)]
    at_word = cut.rfind(" ")
    if text[len(cut)] != " " and at_word > length // 2:
        cut = cut[:at_word]
    return cut.rstrip(" ,;:.–—-") + "…"


def highlight(text: str, terms: Iterable[str], *, language: str = "", length: int = 240) -> Markup:
    """The part of a plain text around its first match, escaped, its matches in <mark>; accents and case don't count.

    A word matches when it begins with a word of `terms`, or when its own term in `language` is one of them. Where
    nothing matches it is the beginning.
    """
    wanted = frozenset(filter(None, (fold(term) for term in terms)))
    prefixes = tuple(term for term in wanted if len(term) >= _MIN_PREFIX)

    def is_match(word: str) -> bool:
        folded = fold(word)
        return folded in wanted or folded.startswith(prefixes) or term(folded, language) in wanted

    text = _SPACE.sub(" ", text).strip()
    first = next((found.start() for found in _WORD.finditer(text) if is_match(found[0])), 0) if wanted else 0
    start, end = _window(text, first, length)
    parts: list[str] = ["… " if start else ""]
    at = start
    for found in _WORD.finditer(text, start, end):
        if wanted and is_match(found[0]):
            parts += (escape(text[at : found.start()]), "<mark>", escape(found[0]), "</mark>")
            at = found.end()
    parts += (escape(text[at:end]), " …" if end < len(text) else "")
    return Markup("".join(parts))


def _window(text: str, first: int, length: int) -> tuple[int, int]:
    """Where an excerpt of `length` characters that shows position `first` begins and ends, at words if it can."""
    if len(text) <= length:
        return 0, len(text)
    start = max(0, min(first - length // 3, len(text) - length))
    if start:
        space = text.find(" ", start, first)
        start = space + 1 if space >= 0 else start
    end = min(start + length, len(text))
    space = text.rfind(" ", first + 1, end) if end < len(text) else -1
    return start, space if space > start else end


def quote(source: str, byline: str, address: str = "") -> str:
    """Markdown that quotes a text under its writer's name, ready to be answered below.

    `address`: the path, without language, of what is quoted; with it the quotation says what it quotes. Quotes inside
    it are left out, unless it holds nothing else.
    """
    lines = clean_text(source).strip().split("\n")
    own = [line for line in lines if not line.lstrip().startswith(">")]
    kept = "\n".join(own if any(line.strip() for line in own) else lines).strip()
    name = _MARKDOWN.sub(r"\\\1", clean_text(byline, single_line=True))
    quoted = "\n".join(f"> {line}".rstrip() for line in kept.split("\n"))
    heading = f"[{name}]({address})" if address else f"**{name}**"
    return f"> {heading}\n>\n{quoted}\n\n" if name else f"{quoted}\n\n"
