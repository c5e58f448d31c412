"""Commands for mail that comes in: take one message from standard input, or listen for them by SMTP."""

from __future__ import annotations

import os
import signal
import sys
import threading

import click
import structlog
from flask import current_app
from flask.cli import AppGroup

from forum.core.settings import the_settings
from forum.incoming import actions, listener

log = structlog.get_logger()
mail = AppGroup("mail", help="Mail that comes in: answers, stories, what could not be delivered.")


@mail.command("receive")
@click.option("--to", "envelope_to", envvar="ORIGINAL_RECIPIENT", required=True, help="The address it came to.")
@click.option("--from", "envelope_from", envvar="SENDER", default="", help="The sender of the envelope, or nothing.")
def receive(envelope_to: str, envelope_from: str) -> None:
    """Take in one message from standard input. Ends with 75 when it should come again, else with 0."""
    limit = the_settings().mail_in_megabytes * 1024 * 1024
    stream = sys.stdin.buffer
    raw = stream.read(limit + 1)
    while stream.read(1 << 20):  # who writes to us must not meet a closed pipe
        pass
    try:
        outcome = actions.receive(raw, envelope_to=envelope_to, envelope_from=envelope_from)
    except Exception as error:  # noqa: BLE001 - whatever is wrong on our side, the mail must not be lost
        log.warning("mail_comes_again", error=type(error).__name__)
        raise SystemExit(os.EX_TEMPFAIL) from None
    click.echo(outcome.what)
    raise SystemExit(os.EX_TEMPFAIL if outcome.what == "later" else os.EX_OK)


@mail.command("listen")
def listen() -> None:
    """Take in mail by SMTP at MAIL_IN_LISTEN until SIGTERM. The worker does the same where that is set."""
    if not listener.is_wanted():
        raise click.ClickException("MAIL_IN_LISTEN and MAIL_IN_DOMAIN say where and for which domain.")
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    with listener.listening(current_app._get_current_object()):  # type: ignore[attr-defined]  # noqa: SLF001
        click.echo(f"Listening at {the_settings().mail_in_listen}.")
        stopping.wait()
