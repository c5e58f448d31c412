"""The commands `flask demo …`."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup, with_appcontext

from forum.core.unit_of_work import end_reading, write
from forum.core.verdict import Verdict
from forum.demo import build, large, many_stories, photos, queries, removal


@click.group("demo", cls=AppGroup, invoke_without_command=True)
@click.option("--posts", type=click.IntRange(1, 20_000_000), help="Make a large site to measure, with so many posts.")
@click.option(
    "--stories", type=click.IntRange(0, 1_000_000), help="And so many stories; a tenth of the posts unless said."
)
@click.pass_context
@with_appcontext
def demo(context: click.Context, posts: int | None, stories: int | None) -> None:
    """Examples: invented people and their stories, to look at or to measure."""
    if context.invoked_subcommand is not None:
        return
    if posts is None and not stories:
        click.echo(context.get_help())
        return
    _stop_unless(large.can_fill())
    end_reading()
    for done in large.fill(posts or 1):
        click.echo(f"{done} of {posts or 1} posts")
    stories = (posts or 0) // 10 if stories is None else stories
    for done in many_stories.fill(stories):
        click.echo(f"{done} of {stories} stories")


@demo.command("build")
def _build() -> None:
    """Make the demo: members, boards, stories, discussions, guides, and a desk with something on it."""
    pictures = {} if queries.has_examples() else photos.make_pictures()
    end_reading()
    with write():
        verdict = build.build(pictures)
    _stop_unless(verdict)


@demo.command("remove")
@click.option("--with-answers", is_flag=True, help="Also what this site’s own members wrote in answer to examples.")
def _remove(with_answers: bool) -> None:
    """Remove every example."""
    with write():
        removed = removal.remove(actor=None, with_answers=with_answers)
    photos.forget_files(removed.photo_keys)
    if not removed.verdict:
        click.echo(f"{removed.verdict.reason} To remove them too: flask demo remove --with-answers", err=True)
        sys.exit(1)
    click.echo(f"Removed {removed.members} members and {removed.contributions} texts.")


@demo.command("present")
def _present() -> None:
    """Say by the exit code whether examples are here: 0 when they are, 1 when not."""
    sys.exit(0 if queries.has_examples() else 1)


def _stop_unless(verdict: Verdict) -> None:
    if not verdict:
        click.echo(str(verdict.reason), err=True)
        sys.exit(1)
