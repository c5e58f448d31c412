"""Mail: composed in text and HTML, sent by SMTP or put into a mailbox on this machine.

A message's text never stands in the outbox; a job composes it when it is sent, so what was withdrawn is not mailed.
"""

from __future__ import annotations

import email.policy
import mailbox
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from flask import render_template

from forum.core import clock
from forum.core.settings import Settings, the_settings

TIMEOUT = 20  # seconds


class _WholeAddresses(EmailPolicy):
    """RFC 5322 with headers of addresses never cut or encoded: a long one in List-Unsubscribe must stay one address."""

    def fold(self, name: str, value: str) -> str:
        """A header as its lines."""
        return f"{name}: {value}{self.linesep}" if name.lower().startswith("list-") else super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        """The same as bytes."""
        is_whole = name.lower().startswith("list-")
        return self.fold(name, value).encode("ascii") if is_whole else super().fold_binary(name, value)


POLICY = _WholeAddresses(linesep="\r\n")


def compose(
    to: str, subject: str, template: str, *, message_id: str, headers: Mapping[str, str] | None = None, **values: object
) -> EmailMessage:
    """A message of two parts from `templates/mail/<template>.txt` and `.html`.

    `message_id` is the local part; it is fixed for one notification, so a repeat is recognised as such. `headers` are
    further ones, such as List-Unsubscribe.
    """
    settings = the_settings()
    message = EmailMessage(policy=POLICY)
    message["From"] = settings.sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{message_id}@{urlsplit(settings.origin).hostname}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834
    for name, value in (headers or {}).items():
        message[name] = value
    values |= {"site_name": settings.site_name, "origin": settings.origin}
    message.set_content(render_template(f"mail/{template}.txt", **values))
    message.add_alternative(render_template(f"mail/{template}.html", **values), subtype="html")
    return message


def send(message: EmailMessage) -> None:
    """Send a message now. Raises OSError or smtplib.SMTPException when it can't be handed over."""
    settings = the_settings()
    if settings.mail_url:
        _send_by_smtp(message, settings.mail_url)
    else:
        _local_mailbox(settings).add(message)


def _send_by_smtp(message: EmailMessage, url: str) -> None:
    parts = urlsplit(url)
    context = ssl.create_default_context()
    host, port = parts.hostname or "localhost", parts.port or (465 if parts.scheme == "smtps" else 25)
    server = (
        smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=context)
        if parts.scheme == "smtps"
        else smtplib.SMTP(host, port, timeout=TIMEOUT)
    )
    with server:
        if parse_qs(parts.query).get("tls") == ["starttls"]:
            server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)


def _local_mailbox(settings: Settings) -> mailbox.Maildir:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return mailbox.Maildir(settings.data_dir / "mailbox", create=True)


@dataclass(frozen=True, slots=True)
class LocalMail:
    """A message in the local mailbox, as its page shows it."""

    key: str
    to: str
    subject: str
    date: str
    text: str


def local_mails() -> Iterator[LocalMail]:
    """Messages of the local mailbox, newest first."""
    box = _local_mailbox(the_settings())
    paths = {key: Path(box._path, box._lookup(key)) for key in box.iterkeys()}  # type: ignore[attr-defined] # noqa: SLF001
    for key in sorted(paths, key=lambda key: paths[key].stat().st_mtime_ns, reverse=True):
        with paths[key].open("rb") as file:
            message = email.message_from_binary_file(file, policy=email.policy.default)
        body = message.get_body(("plain",))
        yield LocalMail(
            key, str(message["To"]), str(message["Subject"]), str(message["Date"]), body.get_content() if body else ""
        )
