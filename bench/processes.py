"""What processes used: their own accounting, from /proc, with all their children."""

from __future__ import annotations

import os
from pathlib import Path

TICK = 1000 / os.sysconf("SC_CLK_TCK")  # milliseconds


def tree(root: int) -> list[int]:
    """A process and all that descend from it."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").iterdir():
        if path.name.isdigit() and (fields := _fields(int(path.name))):
            parents.setdefault(int(fields[1]), []).append(int(path.name))
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += parents.get(pid, [])
    return found


def cpu(root: int) -> float:
    """Milliseconds of CPU that a process and its children have used, those that have ended and were waited for too."""
    total = 0.0
    for pid in tree(root):
        if fields := _fields(pid):
            total += sum(int(value) for value in fields[11:15]) * TICK  # utime, stime, cutime, cstime
    return total


def memory(root: int) -> list[tuple[float, float]]:
    """Megabytes resident in each process that descends from `root`, the largest first; and how many are its own."""
    sizes = []
    for pid in tree(root)[1:] or [root]:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        found = {line.split(":")[0]: int(line.split()[1]) / 1024 for line in lines if line.endswith("kB")}
        sizes.append((found["Rss"], found["Anonymous"]))
    return sorted(sizes, reverse=True)


def _fields(pid: int) -> list[str]:
    """/proc/<pid>/stat after the command's name, which may hold anything: state, parent, …"""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
