"""Commands of `flask`, each a thin call into a room's actions."""

from __future__ import annotations

import click
from flask import Flask

from forum.accounts import actions as accounts
from forum.accounts.addresses import normal_address
from forum.accounts.forms import NAME_LIMIT
from forum.core import worker
from forum.core.richtext import clean_text
from forum.core.unit_of_work import write


def register(app: Flask) -> None:
    """Add the commands to the application."""

    @app.cli.command("worker")
    def _worker() -> None:
        """Work through the outbox: mails, daily sweeps. Ends on SIGTERM after the job in hand."""
        worker.run()

    @app.cli.command("make-admin")
    @click.argument("email")
    @click.option("--name", required=True, help="The name others see, where she has no account yet.")
    def _make_admin(email: str, name: str) -> None:
        """Make the member with EMAIL an administrator; she signs in by mail."""
        address, display_name = normal_address(email), clean_text(name, single_line=True)
        if address is None:
            raise click.BadParameter("This is not an email address.", param_hint="EMAIL")
        if not 0 < len(display_name) <= NAME_LIMIT:
            raise click.BadParameter(f"A name has 1 to {NAME_LIMIT} characters.", param_hint="--name")
        with write():
            member = accounts.make_admin(address, display_name)
        click.echo(f"{member.display_name} is an administrator.")
