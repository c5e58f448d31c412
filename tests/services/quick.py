"""What thousands of applications in one test process need not each do anew: compile the same addresses and statements.

An application takes a tenth of a second to compile its addresses, and each new engine compiles every statement again;
together that was more than half of a test's time.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Engine
from werkzeug.routing import Rule

_builders: dict[object, Any] = {}
_engines: dict[str, Engine] = {}
_compile_builder = Rule._compile_builder


def _compile_once(rule: Rule, append_unknown: bool = True) -> Any:
    # What is compiled holds the rule's text and defaults alone: its converters are looked up when it is called.
    known = (rule.rule, tuple(rule._trace), repr(sorted((rule.defaults or {}).items())), append_unknown)
    if known not in _builders:
        _builders[known] = _compile_builder(rule, append_unknown)
    return _builders[known]


def share_compiled_addresses() -> None:
    """Let the addresses of all applications of this process be compiled once."""
    Rule._compile_builder = _compile_once  # type: ignore[method-assign,assignment]


def share_compiled_statements(engine: Engine) -> None:
    """Let `engine` use the statements that earlier engines for the same kind of database have compiled.

    SQLAlchemy keeps them per engine, by dialect: both are those of the first engine, whose dialect has met a server.
    """
    first = _engines.get(engine.dialect.name)
    if first is None:
        with engine.connect():
            _engines[engine.dialect.name] = engine
        return
    engine.dialect = first.dialect
    engine._compiled_cache = first._compiled_cache
