"""Commands of `flask`, each a thin call into a room's actions."""

from __future__ import annotations

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from forum.accounts import actions as accounts
from forum.accounts.addresses import normal_address
from forum.accounts.forms import NAME_LIMIT
from forum.core import worker
from forum.core.richtext import clean_text
from forum.core.unit_of_work import write
from forum.guides import actions as guides
from forum.helplines import actions as helplines
from forum.incoming import listener
from forum.moderation import actions as moderation
from forum.moderation import replies
from forum.references import actions as references
from forum.screening import words as watched_words
from forum.site import actions as site
from forum.site import checks, remake
from forum.topics import actions as topics

# What an installation comes with, in the order in which one needs the other.
DEFAULTS = (topics, references, helplines, moderation, replies, watched_words, guides, site)


@click.command("worker")
@with_appcontext
def _worker() -> None:
    """Work through the outbox: mails, daily sweeps; take in mail where that is set. Ends on SIGTERM after the job."""
    with listener.beside(current_app._get_current_object()):  # type: ignore[attr-defined]  # noqa: SLF001
        worker.run()


@click.command("make-admin")
@click.argument("email")
@click.option("--name", required=True, help="The name others see, where she has no account yet.")
@with_appcontext
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


@click.command("prepare")
@with_appcontext
def _prepare() -> None:
    """Load what the site comes with: vocabulary, references, helplines, guidelines, pages. Can be repeated."""
    for room in DEFAULTS:
        with write():
            room.load_defaults()
        click.echo(f"{room.__name__.split('.')[1]}: ready")


@click.command("remake")
@with_appcontext
def _remake() -> None:
    """Render anew what an older policy made, and make the index anew. Can be interrupted and repeated."""
    done, last = 0, 0
    while True:
        with write():
            made = remake.render_some()
        if not made:
            break
        done += made
        click.echo(f"{done} texts rendered")
    while True:
        with write():
            reached = remake.index_some(last)
        if reached is None:
            break
        last = reached
    with write():
        guides.load_defaults()
        helplines.index_all()
    click.echo("The index is made anew.")


@click.command("check")
@with_appcontext
def _check() -> None:
    """Say what rows of the database do not agree with each other; end with 1 if any do not."""
    with write():
        found = list(checks.problems())
    for problem in found:
        click.echo(problem)
    click.echo(f"{len(found)} things are wrong." if found else "Everything agrees.")
    raise SystemExit(1 if found else 0)


COMMANDS = (_worker, _make_admin, _prepare, _remake, _check)


def register(app: Flask) -> None:
    """Add the commands to the application."""
    for command in COMMANDS:
        app.cli.add_command(command)
