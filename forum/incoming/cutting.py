"""What is hers in an answer by mail: her words, without what she quotes and without her signature.

What mail programs write above a quotation is known by mail-parser-reply. Signatures are cut by narrower rules than its
own, which end a mail at any line that begins with "Thanks": rather a line too many is kept than a word lost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailparser_reply.parser import EmailMessage as Answers

LANGUAGES = ("en", "it", "es")
LONGEST_LINE = 400  # characters; what mail programs write is shorter, and its patterns take quadratic time
MOST_LINES = 3_000
SIGNATURE_LINES, SIGNATURE_LINE = 6, 70  # how long a signature is that no line of its own announces
FORMULAS = re.compile(
    r"(?:(?:best|kind|warm) regards|regards|best(?: wishes)?|all the best|thanks|thank you|many thanks|cheers|love|"
    r"yours|take care|un abbraccio|abbracci|grazie(?: mille)?|(?:cordiali|cari|tanti)? ?saluti|a presto|con affetto|"
    r"un abrazo|abrazos|(?:muchas )?gracias|(?:un )?saludos?(?: cordial(?:es)?)?|atentamente|con cariño)[,.! ]*"
    r"(?P<name>[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){0,2})?[,.! ]*",
    re.IGNORECASE,
)
_DELIMITER = re.compile(r"^(?:-- ?|__ ?)$")
_SENT_FROM = re.compile(
    r"^(?:sent from (?:my|outlook|mail|yahoo|proton)|get outlook for|inviato d(?:a|al mio)|scarica outlook|"
    r"ottieni outlook|enviado desde|obtener outlook|descargar outlook|sent with proton)\b.{0,80}$",
    re.IGNORECASE,
)
_SPACER = "\ue000{}\ue001"
_SPACED = re.compile("\ue000(\\d+)\ue001")


@dataclass(frozen=True, slots=True)
class _Shadow:
    """A text with its long lines set aside."""

    text: str
    lines: tuple[str, ...]

    def whole(self, text: str) -> str:
        """The text with the long lines back in it."""
        return _SPACED.sub(lambda found: self.lines[int(found[1])], text)


def own_words(text: str, sender_name: str = "") -> str:
    """Her words in an answer, and nothing else. `sender_name`: as her mail program calls her."""
    shadow = _shadow(text)
    newest, quoted = _split(shadow.text)
    words = [_unsigned(_unquoted(newest), sender_name), *_between(quoted)]
    return shadow.whole("\n\n".join(one for one in words if one)).strip()


def without_signature(text: str, sender_name: str = "") -> str:
    """A mail that answers nothing: all its words, without the signature."""
    return _unsigned(text, sender_name)


def _shadow(text: str) -> _Shadow:
    lines, long = [], []
    for line in text.replace("\ue000", "").replace("\ue001", "").replace("\r\n", "\n").split("\n")[:MOST_LINES]:
        if len(line) > LONGEST_LINE:
            long.append(line)
            line = _SPACER.format(len(long) - 1)  # noqa: PLW2901
        lines.append(line.rstrip())
    return _Shadow("\n".join(lines), tuple(long))


def _split(text: str) -> tuple[str, str]:
    """The newest words, and all below the first line by which a mail program announces a quotation."""
    answers = Answers(text=text, languages=list(LANGUAGES), keep_hyphen_lists=True).read()
    first = answers.replies[0]
    if not first.headers:
        below = "\n".join(one.content for one in answers.replies[1:])
        return first.content, below
    return "", "\n".join(one.content for one in answers.replies)


def _unquoted(text: str) -> str:
    """Without quoted lines, and without the line that announces them in a language nobody taught us."""
    lines: list[str] = []
    for line in text.split("\n"):
        if not line.lstrip().startswith(">"):
            lines.append(line)
            continue
        while lines and not lines[-1].strip():
            lines.pop()
        if lines and lines[-1].rstrip().endswith(":") and re.search(r"@|\d", lines[-1]):
            lines.pop()
        lines.append("")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _between(quoted: str) -> list[str]:
    """What she wrote between marked lines of a quotation: after an empty line, so that it isn't a line that wrapped."""
    if ">" not in quoted:
        return []
    found: list[list[str]] = []
    has_begun, before = False, ""
    for line in quoted.split("\n"):
        if line.startswith(">"):
            has_begun = True
        elif has_begun and line.strip():
            if not before.strip() and (not found or found[-1]):
                found.append([])
            if found and not before.startswith(">"):
                found[-1].append(line)
        before = line
    return [_unsigned("\n".join(lines)) for lines in found if lines]


def _unsigned(text: str, sender_name: str = "") -> str:
    """Without a signature: below its own mark, below a formula of few short lines, or her name alone."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        rest = [one for one in lines[number + 1 :] if one.strip()]
        is_short = len(rest) <= SIGNATURE_LINES and all(len(one) <= SIGNATURE_LINE for one in rest)
        is_marked = _DELIMITER.match(line) is not None
        if is_marked or (is_short and (_SENT_FROM.match(line) or (number and _is_formula(line)))):
            lines = lines[:number]
            break
    while lines and (not lines[-1].strip() or _is_name(lines[-1], sender_name)):
        lines.pop()
    return "\n".join(lines).strip()


def _is_formula(line: str) -> bool:
    found = FORMULAS.fullmatch(line.strip())
    name = found["name"] if found else None
    return found is not None and (name is None or all(word[:1].isupper() for word in name.split()))


def _is_name(line: str, sender_name: str) -> bool:
    names = {sender_name.casefold(), *sender_name.casefold().split()[:1]} - {""}
    return line.strip(" ,.-–—").casefold() in names
