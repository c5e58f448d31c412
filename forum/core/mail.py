"""Mail: composed in text and HTML, sent by SMTP or put into a mailbox on this machine.

A message's text never stands in the outbox; a job composes it when it is sent, so what was withdrawn is not mailed.
"""

from __future__ import annotations

import email.policy
import mailbox
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import urlsplit

from flask import render_template

from forum.core import clock, smtp
from forum.core.settings import Settings, the_settings


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
    to: str,
    subject: str,
    template: str,
    *,
    message_id: str,
    headers: Mapping[str, str] | None = None,
    sender: str = "",
    belongs_to: str = "",
    **values: object,
) -> EmailMessage:
    """A message of two parts from `templates/mail/<template>.txt` and `.html`.

    `message_id` is the local part; it is fixed for one notification, so a repeat is recognised as such. `headers` are
    further ones, such as List-Unsubscribe. `belongs_to` is the local part of the id that mails of one conversation
    share (RFC 5322 References), so that mail programs show them together.
    """
    settings = the_settings()
    message = EmailMessage(policy=POLICY)
    message["From"] = sender or settings.sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(clock.now())
    host = urlsplit(settings.origin).hostname
    message["Message-ID"] = f"<{message_id}@{host}>"
    if belongs_to:
        message["In-Reply-To"] = message["References"] = f"<{belongs_to}@{host}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834
    message["X-Loop"] = str(host)  # by which it is known if it ever comes in here
    for name, value in (headers or {}).items():
        message[name] = value
    values = {"site_name": settings.site_name, "origin": settings.origin} | values
    message.set_content(render_template(f"mail/{template}.txt", **values))
    message.add_alternative(render_template(f"mail/{template}.html", **values), subtype="html")
    return message


def send(message: EmailMessage, *, return_path: str = "") -> None:
    """Send a message now. Raises OSError or smtplib.SMTPException when it can't be handed over.

    `return_path` is where it comes back to when it can't be delivered; its sender, without one.
    """
    settings = the_settings()
    if settings.mail_url:
        smtp.send(message, settings.mail_url, return_path)
    else:
        _local_mailbox(settings).add(message)


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
