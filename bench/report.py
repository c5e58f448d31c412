"""The report: one table for each database, in Markdown."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass

HEAD = """| | requests/s | p50 ms | p95 ms | p99 ms | CPU ms app | CPU ms database | queries | bytes |
|---|---:|---:|---:|---:|---:|---:|---:|---:|"""


@dataclass(frozen=True, slots=True)
class Line:
    """What one case took, for each request."""

    name: str
    count: int
    rate: float
    p50: float
    p95: float
    p99: float
    app_ms: float
    database_ms: float | None
    queries: int | None
    size: int

    def markdown(self) -> str:
        """The row of the table."""
        database = "" if self.database_ms is None else f"{self.database_ms:.2f}"
        queries = "" if self.queries is None else str(self.queries)
        return (
            f"| {self.name} | {self.rate:,.0f} | {self.p50:.1f} | {self.p95:.1f} | {self.p99:.1f} "
            f"| {self.app_ms:.2f} | {database} | {queries} | {self.size:,} |"
        )


@dataclass(frozen=True, slots=True)
class Part:
    """One database's lines."""

    database: str
    posts: int
    made_in: float
    lines: list[Line]
    memory: list[tuple[float, float]]

    def markdown(self) -> str:
        """The part as it is printed."""
        sizes = ", ".join(f"{size:.0f} MB ({own:.0f} its own)" for size, own in self.memory)
        return "\n".join(
            [
                f"## {self.database}", "",
                f"{self.posts:,} posts, made in {self.made_in:.0f} s.", "",
                HEAD, *(line.markdown() for line in self.lines), "",
                f"Memory of the web processes after it: {sizes}.", "",
            ]
        )  # fmt: skip


def heading(posts: int) -> str:
    """The first lines of the report: what it is, and on what."""
    load = os.getloadavg()[0]
    return (
        f"# {posts:,} posts\n\nPython {platform.python_version()}, {os.cpu_count()} cores, "
        f"load {load:.1f} before it began. bench/README.md says what the columns mean.\n"
    )
