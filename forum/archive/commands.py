"""The commands `flask archive …`."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from pathlib import Path
from typing import IO, Any

import click
from flask.cli import AppGroup, with_appcontext

from forum.accounts import queries as accounts
from forum.accounts.addresses import normal_address
from forum.archive import importing, lines, publishing
from forum.archive.judging import OUTCOMES, Told
from forum.archive.lines import UnreadableError
from forum.core.richtext import clean_text
from forum.core.unit_of_work import write
from forum.stories import old_addresses

NAME_LIMIT = 120


@click.group("archive", cls=AppGroup)
def archive() -> None:
    """Stories of an older archive: import them, vouch for their consent, redirect their addresses."""


@archive.command("import-stories")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--archive", "name", default="", help="The archive’s name, as readers see it. By default the file’s.")
@click.option("--format", "form", type=click.Choice(["csv", "jsonl"]), help="By default what the file’s name says.")
@click.option("--dry-run", "is_dry", is_flag=True, help="Change nothing, say the same.")
@click.option("--attest", default="", help="Record the consents that the lines name: who vouches for them, and how.")
@click.option("--report", type=click.File("w", encoding="utf-8"), help="Write what became of every line, as CSV.")
@with_appcontext
def _import(*, file: Path, name: str, form: str | None, is_dry: bool, attest: str, report: IO[str] | None) -> None:
    """Import the stories of FILE (CSV or JSON Lines). Can be repeated; ends with 1 when a line was refused."""
    form = form or lines.format_of(file)
    if form is None:
        raise click.BadParameter("Say --format csv or --format jsonl.", param_hint="FILE")
    name = clean_text(name, single_line=True) or file.stem
    if len(name) > NAME_LIMIT:
        raise click.BadParameter(f"A name has at most {NAME_LIMIT} characters.", param_hint="--archive")
    try:
        counts = _run(file, form, name, attest=clean_text(attest).strip(), report=report, is_dry=is_dry)
    except (UnreadableError, OSError) as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    said = ", ".join(f"{counts[outcome]} {outcome}" for outcome in OUTCOMES if counts[outcome]) or "nothing in it"
    click.echo(f"{name}: {said}." + (" Nothing was changed: this was a dry run." if is_dry else ""))
    sys.exit(1 if counts["refused"] else 0)


def _run(file: Path, form: str, name: str, *, attest: str, report: IO[str] | None, is_dry: bool) -> Counter[str]:
    if strange := importing.unknown_fields(file, form):
        click.echo(f"Not read: {', '.join(strange)}. (Photos are added on the site.)", err=True)
    counts: Counter[str] = Counter()
    table = csv.writer(report) if report else None
    if table:
        table.writerow(["line", "key", "outcome", "note"])
    for told in importing.run(file, form, name, attest=attest, is_dry=is_dry):
        counts[told.outcome] += 1
        _say(told, table)
        if sum(counts.values()) % 1000 == 0:
            click.echo(f"{sum(counts.values())} lines")
    return counts


def _say(told: Told, table: Any) -> None:
    if table:
        table.writerow([told.number, _harmless(told.key), told.outcome, _harmless(told.note)])
    if told.outcome in ("refused", "left") or told.note:
        key = f" ({told.key})" if told.key else ""
        click.echo(f"line {told.number}{key}: {told.outcome}{': ' if told.note else ''}{told.note}")


def _harmless(cell: str) -> str:
    # A spreadsheet takes what begins so for a formula.
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell


@archive.command("attest")
@click.argument("name")
@click.option("--by", required=True, help="The email address of the administrator who vouches.")
@click.option("--note", required=True, help="How she knows that the authors consented, and to what.")
@with_appcontext
def _attest(name: str, by: str, note: str) -> None:
    """Vouch that the authors of the archive NAME consented to this site; the worker then publishes what waits."""
    member = accounts.member_by_address(normal_address(by) or "")
    if member is None:
        raise click.BadParameter("No member has this address.", param_hint="--by")
    actor = accounts.viewer_of(member)
    with write():
        verdict = publishing.attest(actor=actor, name=name, note=clean_text(note).strip())
    if not verdict:
        click.echo(str(verdict.reason), err=True)
        sys.exit(1)
    click.echo("Noted. The worker publishes what waits.")


@archive.command("addresses")
@with_appcontext
def _addresses() -> None:
    """Print which old address leads to which new one, as CSV."""
    table = csv.writer(sys.stdout)
    table.writerow(["old", "new"])
    table.writerows(old_addresses.redirects())
