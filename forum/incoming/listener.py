"""A small SMTP server for the mails of this site, behind the mail server of its domain or beside the worker.

It knows no recipient but the private addresses of this site, sends nothing on, and works on a few mails at a time.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import structlog
from flask import Flask

from forum.core.db import db
from forum.core.settings import the_settings
from forum.incoming import actions, addresses

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP, Envelope, Session

log = structlog.get_logger()

MOST_CLIENTS, MOST_RECIPIENTS, THREADS = 20, 20, 2
PATIENCE = 60.0  # seconds that a client may be silent
ONE_OF_OURS = "250 OK"
NO_SUCH = "550 5.1.1 No such mailbox"
TOO_MANY = "452 4.5.3 Too many recipients"
AGAIN = "451 4.3.0 Not now, please come again"


def is_wanted() -> bool:
    """Whether the settings ask for it."""
    return bool(the_settings().mail_in_listen) and addresses.is_open()


class Door:
    """What the server asks: is this recipient ours, and what of this mail."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="mail-in")

    async def handle_RCPT(  # noqa: N802 - the name is the library's
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take a recipient that is one of ours."""
        with self._app.app_context():
            if addresses.read(address) is None:
                return NO_SUCH
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return TOO_MANY
        envelope.rcpt_tos.append(address)
        return ONE_OF_OURS

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Hand a mail in; who can't be answered now comes again, and what was taken already is not taken twice."""
        raw = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        loop = asyncio.get_running_loop()
        outcomes = [
            await loop.run_in_executor(self._threads, self._receive, raw, to, envelope.mail_from or "")
            for to in dict.fromkeys(envelope.rcpt_tos)
        ]
        return AGAIN if "later" in outcomes else "250 2.0.0 OK"

    def _receive(self, raw: bytes, envelope_to: str, envelope_from: str) -> str:
        with self._app.app_context():
            try:
                return actions.receive(raw, envelope_to=envelope_to, envelope_from=envelope_from).what
            except Exception as error:  # noqa: BLE001 - whatever is wrong on our side, the mail must not be lost
                log.warning("mail_comes_again", error=type(error).__name__)
                return "later"
            finally:
                db.session.remove()

    def close(self) -> None:
        """Finish what is in hand."""
        self._threads.shutdown(wait=True)


@contextlib.contextmanager
def listening(app: Flask) -> Iterator[None]:
    """Listen at MAIL_IN_LISTEN while this is open. Raises OSError where the place is taken."""
    # Most processes never listen.
    from aiosmtpd import smtp  # noqa: PLC0415
    from aiosmtpd.controller import Controller  # noqa: PLC0415

    settings = app.extensions["settings"]
    clients: set[Any] = set()

    class Guarded(smtp.SMTP):
        """A server that takes so many clients and no more."""

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            if len(clients) >= MOST_CLIENTS and isinstance(transport, asyncio.WriteTransport):
                transport.write(b"421 4.3.2 Too many connections, please come again\r\n")
                transport.close()
                return
            clients.add(self)
            super().connection_made(transport)

        def connection_lost(self, error: Exception | None) -> None:
            if self in clients:
                clients.discard(self)
                super().connection_lost(error)

    class Guard(Controller):
        def factory(self) -> Guarded:
            return Guarded(self.handler, **self.SMTP_kwargs)

    host, _, port = settings.mail_in_listen.rpartition(":")
    door = Door(app)
    controller = Guard(
        door,
        hostname=host.strip("[]"),
        port=int(port),
        ready_timeout=10,
        data_size_limit=settings.mail_in_megabytes * 1024 * 1024,
        server_hostname=settings.mail_in_domain,
        ident="mail",
        timeout=PATIENCE,
    )
    controller.start()
    try:
        yield
    finally:
        controller.stop()
        door.close()


@contextlib.contextmanager
def beside(app: Flask) -> Iterator[None]:
    """Listen beside the worker where the settings ask for it; a second worker leaves the place to the first."""
    if not is_wanted():
        yield
        return
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(listening(app))
        except OSError as error:
            log.warning("mail_place_taken", place=the_settings().mail_in_listen, error=type(error).__name__)
        yield
