"""A mail that came in, opened: who says to have sent it, its words, its pictures. Of no bytes it raises anything.

Headers are the sender's own claims. What is genuine is the private address it came to, and that is asked before.
"""

from __future__ import annotations

import email
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.headerregistry import AddressHeader
from email.message import EmailMessage, Message
from email.policy import EmailPolicy
from typing import Any
from urllib.parse import urlsplit

import structlog

from forum.accounts.addresses import normal_address
from forum.core.cleantext import clean_text
from forum.core.settings import the_settings
from forum.core.tokens import digest
from forum.incoming import bodies
from forum.incoming.bodies import Picture

log = structlog.get_logger()

LONGEST_HEADERS = 200_000  # bytes before the first empty line; what a mail needs is a tenth of it
LONGEST_HEADER = 4_000  # characters of one header that are read
MOST_PARTS = 200
BULK = ("bulk", "list", "junk", "auto_reply")
ANSWERING_MACHINES = ("x-autoreply", "x-autorespond", "x-auto-response-suppress")
MACHINES = ("mailer-daemon", "postmaster")
# What answering machines put first that say nothing else of themselves.
AWAY = re.compile(
    r"(?:auto(?:matic)?[ -]?repl|out of (?:the )?office|risposta automatica|fuori sede|respuesta autom[aá]tica|"
    r"fuera de la oficina)",
    re.IGNORECASE,
)
_OWN_ID = re.compile(r"<[a-z]+(?:-[a-z]+)*(?:-\d+)+@([^>\s]+)>", re.IGNORECASE)
_AN_ADDRESS = re.compile(r"[^\s<>()\",;:@]{1,64}@[\w.-]{1,255}")
_BLANK = re.compile(rb"\r?\n[ \t]*\r?\n")


class _Bounded(EmailPolicy):
    """The parser's own policy, with no header read further than a header goes: some take quadratic time."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """A header's name and value."""
        name, value = super().header_source_parse(sourcelines)
        return name, value[:LONGEST_HEADER]


_POLICY = _Bounded()


@dataclass(frozen=True, slots=True)
class Mail:
    """What was read of a mail. `senders`: the addresses in From, normal; `sender_name`: as its writer calls herself.

    `text`: her words and all they quote. `is_automatic`: a machine wrote it; `is_ours`: it went out from here.
    """

    digest: str
    senders: tuple[str, ...] = ()
    sender_name: str = ""
    subject: str = ""
    text: str = ""
    pictures: tuple[Picture, ...] = ()
    is_automatic: bool = False
    is_ours: bool = False
    is_too_large: bool = False


def parsed(raw: bytes) -> Message:
    """A message of any bytes. What can't be a mail is one without words."""
    headers = _BLANK.split(raw, maxsplit=1)[0]
    if len(headers) > LONGEST_HEADERS or raw.lower().count(b"content-type:") > MOST_PARTS:
        return EmailMessage()
    try:
        return email.message_from_bytes(raw, policy=_POLICY)
    except Exception as error:  # noqa: BLE001 - a stranger's bytes find every hole of a parser
        log.warning("mail_unreadable", error=type(error).__name__)
        return EmailMessage()


def opened(raw: bytes, *, envelope_to: str, envelope_from: str) -> Mail:
    """Read a mail; of one that is too large only the headers."""
    is_too_large = len(raw) > the_settings().mail_in_megabytes * 1024 * 1024
    message = parsed(_BLANK.split(raw[:LONGEST_HEADERS], maxsplit=1)[0] + b"\r\n\r\n" if is_too_large else raw)
    message_id = header(message, "message-id")
    senders, name = _senders(message)
    text, pictures = ("", ()) if is_too_large else bodies.read(message)
    subject = clean_text(header(message, "subject"), single_line=True)
    return Mail(
        digest=digest(f"{message_id or hashlib.sha256(raw).hexdigest()}\x1f{envelope_to.strip().lower()}"),
        senders=senders,
        sender_name=name,
        subject=subject,
        text=text,
        pictures=pictures,
        is_automatic=is_automatic(message, envelope_from) or AWAY.match(subject) is not None,
        is_ours=_is_ours(message, message_id, senders),
        is_too_large=is_too_large,
    )


def header(message: Message, name: str) -> str:
    """The first header of a name, decoded; empty where there is none or nobody can read it."""
    try:
        value = message.get(name)
        return "" if value is None else str(value)[:LONGEST_HEADER].strip()
    except Exception:  # noqa: BLE001 - the standard parser raises many kinds of errors on spoilt headers
        return _raw(message, name)


def _raw(message: Message, name: str) -> str:
    found = (str(value) for key, value in message.raw_items() if key.lower() == name)
    return next(found, "")[:LONGEST_HEADER].strip()


def _senders(message: Message) -> tuple[tuple[str, ...], str]:
    """All addresses that stand in the From headers, also in a name or a spoilt one, and the name in the first."""
    found: list[Any] = []
    said: list[str] = []
    for key, value in message.raw_items():
        if key.lower() == "from" and len(said) < 10:
            found.extend(_addresses(str(value)))
            said.extend(_AN_ADDRESS.findall(str(value)[:LONGEST_HEADER]))
    addresses = [normal_address(one) or "" for one in (*(one.addr_spec for one in found), *said)]
    return tuple(dict.fromkeys(addresses)), clean_text(found[0].display_name, single_line=True) if found else ""


def _addresses(value: str) -> Iterable[Any]:
    try:
        made = _POLICY.header_factory("From", value[:LONGEST_HEADER])
        return made.addresses if isinstance(made, AddressHeader) else ()
    except Exception:  # noqa: BLE001 - see `header`
        return ()


def is_automatic(message: Message, envelope_from: str) -> bool:
    """Whether a machine wrote it: it must never be answered (RFC 3834), and is no member's words."""
    sender = envelope_from.strip().strip("<>").lower()
    submitted = header(message, "auto-submitted").lower().partition(";")[0].strip()
    return bool(
        not sender
        or sender.partition("@")[0] in MACHINES
        or (submitted and submitted != "no")
        or header(message, "precedence").lower() in BULK
        or any(header(message, name) for name in ANSWERING_MACHINES)
        or header(message, "return-path") == "<>"
        or bodies.kind_of(message) == "multipart/report"
    )


def _is_ours(message: Message, message_id: str, senders: tuple[str, ...]) -> bool:
    """Whether this site sent it: by its mark, its sender, or the shape and host of its Message-ID."""
    settings = the_settings()
    host = urlsplit(settings.origin).hostname or ""
    marked = header(message, "x-loop").lower() == host.lower()
    own_id = _OWN_ID.fullmatch(message_id)
    sender = next(iter(_addresses(settings.sender)), None)
    is_own_sender = sender is not None and (normal_address(sender.addr_spec) or sender.addr_spec) in senders
    return marked or is_own_sender or (own_id is not None and own_id[1].lower() == host.lower())
