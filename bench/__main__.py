"""`python -m bench --posts 100000`: makes the sites, serves them, asks, and prints what it took."""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from bench import counting, lighthouse, load, looking, postgres, processes, report, site
from bench.cases import Case, cases
from bench.report import Line, Part
from forum.core.settings import ROOT, Settings

SECONDS = 8.0  # of asking, for each case, at most
MOST = {"cached": 6000, "page": 800, "posting": 300}  # requests of a case, at most
WARM = 60


def main() -> None:
    """Everything, in order."""
    asked = _arguments()
    print(report.heading(asked.posts), flush=True)
    said = [report.heading(asked.posts)]
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        Path(name).chmod(0o755)  # PostgreSQL runs as another user when the bench runs as root
        for database in asked.databases:
            part = _measure(database, Path(name) / database, asked.posts)
            print(part, flush=True)
            said.append(part)
    print("Lighthouse", file=sys.stderr, flush=True)
    said.append(lighthouse.measure())
    print(said[-1], flush=True)
    results = ROOT / "bench" / "results"
    results.mkdir(exist_ok=True)
    path = results / f"{datetime.now(UTC):%Y-%m-%d-%H%M%S}.md"
    path.write_text("\n".join(said), "utf-8")
    print(f"Kept in {path.relative_to(ROOT)}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description="Measures the site on SQLite and PostgreSQL.")
    parser.add_argument("--posts", type=int, default=100_000)
    known = ["SQLite", "PostgreSQL"]
    parser.add_argument("--databases", nargs="+", choices=known, default=known)
    asked = parser.parse_args()
    if asked.posts < 200:
        parser.error("A site of at least 200 posts can be measured.")
    return asked


def _measure(database: str, directory: Path, posts: int) -> str:
    directory.mkdir()
    with ExitStack() as stack:
        url, database_pid = "", None
        if database == "PostgreSQL":
            server = stack.enter_context(postgres.running(directory / "cluster"))
            url, database_pid = server.url, server.pid
        settings = site.settings_for(directory / "data", url, site.free_port())
        print(f"Making {posts:,} posts on {database}", file=sys.stderr, flush=True)
        made_in = site.make(settings, posts)
        if url:
            postgres.settle(url)
        try:
            part = _part(database, settings, database_pid, posts, made_in).markdown()
            return "\n".join((part, *(took.markdown() for took in looking.measure(settings)), ""))
        except load.WrongAnswerError as error:
            sys.exit(f"{error}\nThe server's log ends with:\n{site.said_by_server(settings)}")


def _part(database: str, settings: Settings, database_pid: int | None, posts: int, made_in: float) -> Part:
    ground = site.look(settings)
    uncached = settings.model_copy(update={"cache_megabytes": 0})
    lines: list[Line] = []
    memory: list[tuple[float, float]] = []
    every: list[Case] = []
    for one, is_cached in ((settings, True), (uncached, False)):
        with site.served(one) as pid:
            if not every:
                thread = load.get(one.site_host, f"/en/threads/{ground.short_threads[0]}")
                load.ask(one.port, iter([thread] * 20), most=20, seconds=20, at_once=1)
                size = load.ask(one.port, iter([thread]), most=1, seconds=20, at_once=1).size
                every = cases(one.site_host, ground, size)
                counts = counting.queries(uncached, every, ground.cookies[0])
            for case in every:
                if case.is_cached == is_cached:
                    print(f"  {case.name}", file=sys.stderr, flush=True)
                    lines.append(_line(case, one, pid, database_pid, counts.get(case.name)))
            memory = processes.memory(pid)
    return Part(database, posts, made_in, lines, memory)


def _line(case: Case, settings: Settings, pid: int, database_pid: int | None, queries: int | None) -> Line:
    requests, port = case.requests(), settings.port
    posts = site.posts_in(settings, case.counted)
    most = MOST["posting" if case.body else "cached" if case.is_cached else "page"]
    warm = load.ask(port, requests, most=WARM, seconds=SECONDS, at_once=case.at_once)
    before = processes.cpu(pid), processes.cpu(database_pid) if database_pid else 0.0
    run = load.ask(port, requests, most=most, seconds=SECONDS, at_once=case.at_once)
    after = processes.cpu(pid), processes.cpu(database_pid) if database_pid else 0.0
    count = len(run.times)
    answered = len(warm.times) + count
    if case.counted and (there := site.posts_in(settings, case.counted) - posts) != answered:
        raise load.WrongAnswerError(f"{case.name}: {answered} replies were answered, {there} are there.")
    return Line(
        name=case.name,
        count=count,
        rate=count / run.seconds,
        p50=run.at(0.5),
        p95=run.at(0.95),
        p99=run.at(0.99),
        app_ms=(after[0] - before[0]) / count,
        database_ms=(after[1] - before[1]) / count if database_pid else None,
        queries=queries,
        size=run.size,
    )


if __name__ == "__main__":
    main()
