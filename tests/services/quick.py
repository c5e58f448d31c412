"""What thousands of applications in one test process need not each do anew: compile the same addresses and statements.

An application takes a tenth of a second to compile its addresses, and each new engine compiles every statement again;
together that was more than half of a test's time.
"""

from __future__ import annotations

import functools
import gc
import itertools
import pickle
import sqlite3
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import Pool
from werkzeug.routing import Rule

from forum.core.assets import Assets

_compiled: dict[object, dict[str, Any]] = {}
_engines: dict[str, Engine] = {}
_pools: dict[str, Pool] = {}
_ended = itertools.count(1)
_compile = Rule.compile
COMPILED = ("_parts", "_trace", "_converters", "_build", "_build_unknown")


def _compile_once(rule: Rule) -> None:
    # Nothing compiled depends on the map of one application: all have the same converters, which know no map.
    assert rule.map is not None
    defaults = repr(sorted((rule.defaults or {}).items()))
    is_merged, is_by_host = bool(rule.merge_slashes), rule.map.host_matching
    known = (rule.rule, defaults, rule.subdomain, rule.host, is_merged, is_by_host, *rule.map.converters.values())
    if known not in _compiled:
        _compile(rule)
        _compiled[known] = {name: getattr(rule, name) for name in COMPILED} | {
            name: getattr(rule, name).__func__ for name in ("_build", "_build_unknown")
        }
        return
    for name, value in _compiled[known].items():
        setattr(rule, name, value.__get__(rule, None) if name.startswith("_build") else value)
    rule.arguments.update(rule._converters)


def share_compiled_addresses() -> None:
    """Let the addresses of all applications of this process be compiled once."""
    Rule.compile = _compile_once  # type: ignore[method-assign,assignment]


def share_read_files() -> None:
    """Let the static files be read and compressed once, and each content file (YAML) be parsed once."""
    load, read = Assets.load, dict[Path, Assets]()

    def load_once(assets: Assets) -> None:
        first = read.setdefault(assets.folder, assets)
        if first is assets:
            load(assets)
        else:
            assets.by_path, assets.by_name = first.by_path, first.by_name

    @functools.cache
    def parsed(text: str) -> bytes:
        return pickle.dumps(yaml.load(text, yaml.CSafeLoader))

    def parse_once(text: str) -> Any:
        return pickle.loads(parsed(text))

    Assets.load = load_once  # type: ignore[method-assign,assignment]
    yaml.safe_load = parse_once  # type: ignore[assignment]


def share_compiled_statements(engine: Engine) -> None:
    """Let `engine` use the statements that earlier engines for the same kind of database have compiled.

    SQLAlchemy keeps them per engine, by dialect: both are those of the first engine, whose dialect has met a server.
    """
    first = _engines.get(engine.dialect.name)
    if first is None:
        with engine.connect():
            _engines[engine.dialect.name] = engine
        return
    vars(engine.dialect).update(vars(first.dialect))  # its own is still asked by what was set at its making
    engine.dialect = first.dialect
    engine._compiled_cache = first._compiled_cache


def share_connections(engine: Engine) -> None:
    """Let `engine` use the connections that earlier engines of this process have opened to the same PostgreSQL.

    A new one knows no table yet: it reads the catalogue again for each that it meets.
    """
    if engine.dialect.name == "postgresql":
        engine.pool = _pools.setdefault(engine.url.render_as_string(), engine.pool)


def wait_for_no_disk(engine: Engine) -> None:
    """Let a test's file of SQLite be written when the system likes: no test turns the power off."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _wait_for_no_disk)


def _wait_for_no_disk(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")


def look_for_rubbish_seldom() -> None:
    """Leave out of every search for cycles what stays until the end: modules, thousands of collected tests.

    A full search of them takes a third of a second, and there was one in every few tests.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def let_go_of_applications() -> None:
    """Look for rubbish after each fiftieth test: an application is found by no other way, and keeps its files open."""
    if next(_ended) % 50 == 0:
        gc.collect()
