"""A site with the demo, and one that is only prepared for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services import databases


@pytest.fixture
def content() -> databases.Content:
    """What the database of a test holds."""
    return databases.DEMO


@pytest.fixture
def database(database_kind: str, tmp_path: Path, content: databases.Content) -> Iterator[databases.Database]:
    """A database with that content."""
    with databases.fresh(database_kind, tmp_path, content) as made:
        yield made
