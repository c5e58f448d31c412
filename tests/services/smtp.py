"""A real mail server for the tests: it listens on a free port, keeps what it is given, and can misbehave."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.services import shared


@dataclass(frozen=True)
class Received:
    """One mail as the server took it."""

    sender: str
    recipients: list[str]
    message: EmailMessage


@dataclass
class MailServer:
    """What was received, and the switches: `down()`, `up()`, `seconds` of delay, recipients to `refuse`."""

    port: int = field(default_factory=shared.free_port)
    received: list[Received] = field(default_factory=list)
    refuse: set[str] = field(default_factory=set)
    seconds: float = 0
    _controller: Controller | None = None

    @property
    def url(self) -> str:
        """The address of the server, as MAIL_URL takes it."""
        return f"smtp://127.0.0.1:{self.port}"

    def up(self) -> None:
        """Listen."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, ready_timeout=10)
        self._controller.start()

    def down(self) -> None:
        """Stop listening: connections are refused until `up`."""
        if self._controller:
            self._controller.stop()
        self._controller = None

    async def handle_RCPT(  # noqa: N802 (the name is the library's)
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refuse:
            return "550 5.1.1 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.seconds:
            await asyncio.sleep(self.seconds)
        content = cast("bytes", envelope.content)
        message: Any = message_from_bytes(content, policy=default)
        self.received.append(Received(envelope.mail_from or "", list(envelope.rcpt_tos), message))
        return "250 OK"
