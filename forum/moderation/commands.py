"""The commands `flask log …`: the log outside the site, and whether it holds together."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup, with_appcontext

from forum.core.unit_of_work import write
from forum.moderation import log as the_log
from forum.moderation import log_checks


@click.group("log", cls=AppGroup)
def log() -> None:
    """What moderators and administrators did: check that nobody changed it, write it out."""


@log.command("verify")
@click.option("--hash", "noted", help="A hash that was noted earlier: the row that had it must still be there.")
@with_appcontext
def _verify(noted: str | None) -> None:
    """Follow the chain of hashes from the first row; end with 1 at the first that doesn't follow, if rows that were
    there are not there any more, or if one was not written by this site. The pages of log and health say it too."""
    found = log_checks.look()
    with write():
        log_checks.keep(found)
    if found[1] is not None:
        click.echo(log_checks.for_whoever_runs_it(found[1]))
        sys.exit(1)
    if noted is not None and not the_log.holds(noted):
        click.echo("No row has that hash: rows were cut off, or all were written anew.")
        sys.exit(1)
    rows, head = the_log.head()
    click.echo(f"{rows} rows hold together." + (f" The last one’s hash is {head}." if head else ""))


@log.command("export")
@with_appcontext
def _export() -> None:
    """Write every row to standard output as JSON Lines, oldest first, each with its hash and the one before."""
    for line in the_log.exported():
        click.echo(line)
