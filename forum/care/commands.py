"""Commands of care: how well the detection does, and whether our own words are worded safely."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from forum.care import own_words, quality

care = AppGroup("care", help="What is noticed in what members write, and how we speak of it ourselves.")


@care.command("quality")
@click.option("--misses", is_flag=True, help="List each sentence that is judged wrongly, too.")
def _quality(*, misses: bool) -> None:
    """Measure the detection on sentences that we wrote: precision and recall, by language and by class."""
    for line in quality.report():
        click.echo(line)
    for line in quality.misses() if misses else ():
        click.echo(line)


@care.command("wording")
def _wording() -> None:
    """Look for what safe messaging avoids in all that we say ourselves; end with 1 if there is any."""
    found = list(own_words.problems())
    for line in found:
        click.echo(line)
    click.echo(f"{len(found)} to be said otherwise." if found else "Nothing to be said otherwise.")
    raise SystemExit(1 if found else 0)
