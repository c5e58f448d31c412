"""The words and pictures of a mail's parts, in whatever charset, nesting and encoding they came."""

from __future__ import annotations

import base64
import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

import nh3

from forum.core.cleantext import clean_text
from forum.core.to_markdown import to_markdown

DEEPEST = 20  # levels of parts within parts
MOST_PICTURES = 8
LONGEST = 400_000  # characters of text that are read, quotes and all
# Codecs of Python that are no charsets of a mail, or take their time.
NO_CHARSETS = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "utf-7"}
# What mail programs wrap around the words they quote.
QUOTES = (
    "blockquote[type=cite]", ".gmail_quote", ".gmail_quote_container", ".moz-cite-prefix", ".yahoo_quoted",
    ".protonmail_quote", "#divRplyFwdMsg", "#divRplyFwdMsg ~ *", "#appendonsend", "#appendonsend ~ *",
    "#mail-editor-reference-message-container", "#ms-outlook-mobile-signature",
    ".gmail_signature", ".moz-signature", "#Signature", ".yahoo-signature", ".protonmail_signature_block",
)  # fmt: skip
TAGS = {
    "p", "br", "hr", "em", "i", "strong", "b", "a", "blockquote", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6",
    "div", "pre", "code",
}  # fmt: skip
DROPPED = {"script", "style", "iframe", "object", "noscript", "template", "svg", "math", "title", "head"}
_NO_BASE64 = re.compile(r"[^A-Za-z0-9+/]")
_LINE_ENDS = re.compile(r"[ \t]+\n")
_MANY_BLANK = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that came with a mail. Whether it is one, its first bytes say later."""

    name: str
    data: bytes


def kind_of(part: Message) -> str:
    """A part's media type, in lower case; plain text where it says nothing readable."""
    try:
        return part.get_content_type().lower()
    except Exception:  # noqa: BLE001 - the standard parser raises many kinds of errors on spoilt headers
        return "text/plain"


def read(message: Message) -> tuple[str, tuple[Picture, ...]]:
    """A message's words, plain or as Markdown, and its pictures."""
    words: list[str] = []
    pictures: list[Picture] = []
    for part in _shown(message, 0):
        kind = kind_of(part)
        if kind.startswith("image/"):
            data = payload(part)
            if data:
                pictures.append(Picture(_name(part), data))
        elif kind in ("text/plain", "text/html"):
            words.append(_words(part, kind))
    text = clean_text("\n\n".join(one for one in words if one.strip())[:LONGEST])
    return text.strip(), tuple(pictures[: MOST_PICTURES * 2])


def _shown(part: Message, depth: int) -> Iterator[Message]:
    """The parts a reader is shown: of alternatives one, of an attached mail, a report or a signature nothing."""
    kind = kind_of(part)
    if depth > DEEPEST or (not kind.startswith("multipart/") and part.is_multipart()):
        return
    if not part.is_multipart():
        if kind.startswith("image/") or not _is_attached(part):
            yield part
        return
    inner = parts_of(part)
    if kind == "multipart/encrypted":
        return
    if kind == "multipart/signed":
        inner = inner[:1]
    if kind == "multipart/alternative":
        inner = _one_of(inner)
    for one in inner:
        yield from _shown(one, depth + 1)


def parts_of(part: Message) -> list[Message]:
    """The parts within a part."""
    inner = part.get_payload() if part.is_multipart() else []
    return [one for one in inner if isinstance(one, Message)] if isinstance(inner, list) else []


def _one_of(alternatives: list[Message]) -> list[Message]:
    """The plain text where there is some, else the last that can be read, and what isn't text at all."""
    plain = [one for one in alternatives if kind_of(one) == "text/plain" and _words(one, "text/plain").strip()]
    others = [one for one in alternatives if kind_of(one) != "text/plain" and kind_of(one) != "text/calendar"]
    if plain:
        return plain[:1] + [one for one in others if kind_of(one).startswith("image/")]
    return others[-1:]


def _is_attached(part: Message) -> bool:
    try:
        return part.get_content_disposition() == "attachment"
    except Exception:  # noqa: BLE001 - see `kind_of`
        return False


def _name(part: Message) -> str:
    try:
        return clean_text(part.get_filename() or "", single_line=True)[:80]
    except Exception:  # noqa: BLE001 - see `kind_of`
        return ""


def payload(part: Message) -> bytes:
    """What a part holds, decoded from whatever it was sent in. Of spoilt base64 what can be read, never its letters."""
    try:
        if str(part.get("content-transfer-encoding", "")).strip().lower() == "base64":
            letters = _NO_BASE64.sub("", str(part.get_payload()))
            letters = letters[: len(letters) - (len(letters) % 4 == 1)]
            return base64.b64decode(letters + "=" * (-len(letters) % 4))
        found = part.get_payload(decode=True)
    except Exception:  # noqa: BLE001 - see `kind_of`
        return b""
    return found if isinstance(found, bytes) else b""


def _words(part: Message, kind: str) -> str:
    text = decoded(payload(part), _parameter(part, "charset"))[:LONGEST]
    if kind == "text/html":
        return from_html(text)
    return _unfolded(text, _parameter(part, "delsp") == "yes") if _parameter(part, "format") == "flowed" else text


def _parameter(part: Message, name: str) -> str:
    try:
        found = part.get_param(name)
    except Exception:  # noqa: BLE001 - see `kind_of`
        return ""
    return found.strip().lower() if isinstance(found, str) else ""


def decoded(data: bytes, charset: str) -> str:
    """Bytes as text in the charset they name; where it isn't one or they are not in it, in what fits best."""
    for name in (charset, "utf-8", "windows-1252"):
        try:
            if name and codecs.lookup(name).name not in NO_CHARSETS:
                return data.decode(name)
        except (LookupError, ValueError):  # of an unknown charset, of bytes that are not in it
            continue
    return data.decode("utf-8", "replace") if charset.startswith("utf") else data.decode("latin-1")


def _unfolded(text: str, drops_space: bool) -> str:
    """Text of format=flowed (RFC 3676) with its paragraphs whole again."""
    lines: list[str] = []
    is_open = False
    for line in text.replace("\r\n", "\n").split("\n"):
        is_quote = line.startswith(">")
        plain = line if is_quote else line.removeprefix(" ")
        if is_open and plain and not is_quote and plain != "-- ":
            lines[-1] += plain
        else:
            lines.append(plain)
        is_open = plain.endswith(" ") and plain != "-- " and not is_quote
        if is_open and drops_space:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)


def from_html(page: str) -> str:
    """An HTML part as Markdown, without what the mail program quoted in it."""
    from bs4 import BeautifulSoup  # noqa: PLC0415 - several megabytes, which the web server never needs

    try:
        soup = BeautifulSoup(page, "html.parser")
        for quoted in soup.select(", ".join(QUOTES)):
            quoted.decompose()
        kept = nh3.clean(str(soup), tags=TAGS, clean_content_tags=DROPPED, attributes={"a": {"href"}}, link_rel=None)
        made = to_markdown(kept)
    except RecursionError:  # parts nested ever deeper
        return ""
    return _MANY_BLANK.sub("\n\n", _LINE_ENDS.sub("\n", made)).strip()
