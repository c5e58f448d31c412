"""Commands of care: how well the detection does, and whether our own words are worded safely."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from forum.care import learning, own_words, quality, scoring
from forum.core.settings import LANGUAGES

care = AppGroup("care", help="What is noticed in what members write, and how we speak of it ourselves.")


@care.command("quality")
@click.option("--misses", is_flag=True, help="List each sentence that is judged wrongly, too.")
def _quality(*, misses: bool) -> None:
    """Measure the detection on sentences that we wrote: precision and recall, by language and by class."""
    for line in quality.report():
        click.echo(line)
    for line in quality.misses() if misses else ():
        click.echo(line)


@care.command("learn")
def _learn() -> None:
    """Learn again what weighs in a text, from the sentences in forum/care/content/sentences; a minute or two."""
    for line in learning.report(learning.write()):
        click.echo(line)


@care.command("why")
@click.option("--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0], help="The language of the text.")
def _why(*, language: str) -> None:
    """Say what weighs in a text that is typed in, for or against. Nothing of it is kept."""
    text = sys.stdin.read()
    click.echo(f"{scoring.score(text, language):+.2f} altogether")
    for sign, weight in scoring.why(text, language):
        click.echo(f"{weight:+.2f} {sign}")


@care.command("wording")
def _wording() -> None:
    """Look for what safe messaging avoids in all that we say ourselves; end with 1 if there is any."""
    found = list(own_words.problems())
    for line in found:
        click.echo(line)
    click.echo(f"{len(found)} to be said otherwise." if found else "Nothing to be said otherwise.")
    raise SystemExit(1 if found else 0)
