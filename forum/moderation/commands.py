"""The commands `flask log …`: the log outside the site, and whether it holds together."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup, with_appcontext

from forum.moderation import log as the_log


@click.group("log", cls=AppGroup)
def log() -> None:
    """What moderators and administrators did: check that nobody changed it, write it out."""


@log.command("verify")
@with_appcontext
def _verify() -> None:
    """Follow the chain of hashes from the first row; end with 1 at the first that doesn't follow."""
    broken = the_log.first_broken()
    if broken is not None:
        click.echo(f"Row {broken} does not follow from the one before it.")
        sys.exit(1)
    rows, head = the_log.head()
    click.echo(f"{rows} rows hold together." + (f" The last one's hash is {head}." if head else ""))


@log.command("export")
@with_appcontext
def _export() -> None:
    """Write every row to standard output as JSON Lines, oldest first, each with its hash and the one before."""
    for line in the_log.exported():
        click.echo(line)
