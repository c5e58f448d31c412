"""A site with its vocabulary, literature and lines."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.services import databases


@pytest.fixture
def database_content(request: pytest.FixtureRequest) -> databases.Content:
    return databases.PREPARED if "site" in request.fixturenames else databases.MIGRATED


@pytest.fixture
def site(app: Flask) -> None:
    """A site that is prepared: made once, then copied."""
