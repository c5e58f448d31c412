"""Examples can be signed in as by anybody at this machine: a site that shows them serves nobody else."""

from __future__ import annotations

import sys

import click
from flask import Flask
from flask.cli import FlaskGroup
from sqlalchemy.exc import SQLAlchemyError

from forum.core.db import db
from forum.core.settings import Settings
from forum.demo.queries import has_examples

REFUSAL = """This site holds examples, invented people as whom anybody at this machine can sign in.
It serves them to this machine only: HOST and SITE_URL must be loopback addresses, and {origin} on {host} is not.
Remove the examples first: flask --app wsgi demo remove"""


def stop_elsewhere(app: Flask) -> None:
    """End the process with a sentence when a site with examples would be served beyond this machine."""
    settings: Settings = app.extensions["settings"]
    if settings.is_loopback:
        return
    with app.app_context():
        try:
            is_refused = has_examples()
        except SQLAlchemyError:  # no database yet, or away: the pages say so themselves
            return
        finally:
            db.session.remove()
    if is_refused:
        sys.exit(REFUSAL.format(origin=settings.origin, host=settings.host))


def stop_server_elsewhere(app: Flask) -> None:
    """The same where a server loads the application; commands of `flask`, which remove examples too, go on."""
    context = click.get_current_context(silent=True)  # a server may have a command line of its own
    if context is None or not isinstance(context.find_root().command, FlaskGroup):
        stop_elsewhere(app)
