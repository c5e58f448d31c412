"""Boards and threads, for what hangs on posts."""

from __future__ import annotations

from tests.discussions.conftest import board, make_board, thread

__all__ = ["board", "make_board", "thread"]
