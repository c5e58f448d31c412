"""One connection to the mail server, kept open while a process has mails to send one after another."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
import threading
import time
from email.message import EmailMessage
from urllib.parse import parse_qs, unquote, urlsplit

TIMEOUT = 20  # seconds
IDLE = 20  # seconds after which a connection isn't used again
MANY = 100  # mails after which a new one is opened: some servers count


class Connection:
    """A connection that is opened when it is needed, asked whether it still stands before each further mail."""

    def __init__(self) -> None:
        self._server: smtplib.SMTP | None = None
        self._url = ""
        self._count = 0
        self._used_at = 0.0

    def send(self, message: EmailMessage, url: str, sender: str) -> None:
        """Hand a message over. Raises OSError or smtplib.SMTPException; then it was not accepted, or nobody knows."""
        server = self._standing(url)
        try:
            server.send_message(message, from_addr=sender or None)
        except smtplib.SMTPRecipientsRefused:
            raise  # an answer about one address: the connection is well
        except BaseException:
            self.close()
            raise
        self._count, self._used_at = self._count + 1, time.monotonic()

    def close(self) -> None:
        """Let the connection go."""
        server, self._server = self._server, None
        if server is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                server.quit()

    def _standing(self, url: str) -> smtplib.SMTP:
        is_fresh = time.monotonic() - self._used_at < IDLE and self._count < MANY and self._url == url
        if self._server is not None and is_fresh:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                if self._server.noop()[0] == 250:
                    return self._server
        self.close()
        self._server, self._url, self._count = _opened(url), url, 0
        return self._server


def _opened(url: str) -> smtplib.SMTP:
    parts = urlsplit(url)
    context = ssl.create_default_context()
    host, port = parts.hostname or "localhost", parts.port or (465 if parts.scheme == "smtps" else 25)
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=TIMEOUT)
    try:
        if parse_qs(parts.query).get("tls") == ["starttls"]:
            server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
    except BaseException:
        server.close()
        raise
    return server


_kept = threading.local()


def send(message: EmailMessage, url: str, sender: str = "") -> None:
    """Send a message by this thread's connection; `sender` is that of the envelope, where it isn't the message's."""
    connection: Connection | None = getattr(_kept, "connection", None)
    if connection is None:
        connection = _kept.connection = Connection()
    connection.send(message, url, sender)


def is_refused_for_good(error: Exception) -> bool:
    """Whether a server said that it has no such recipient: another try would hear the same."""
    return isinstance(error, smtplib.SMTPRecipientsRefused) and all(
        500 <= code < 600 for code, _words in error.recipients.values()
    )
