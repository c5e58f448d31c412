"""A site with its vocabulary, literature and lines."""

from __future__ import annotations

import pytest
from flask import Flask

from forum.core.unit_of_work import write
from forum.guides import actions as guides
from forum.helplines import actions as helplines
from forum.references import actions as references
from forum.topics import actions as topics


@pytest.fixture
def site(app: Flask) -> None:
    with write():
        topics.load_defaults()
        references.load_defaults()
        helplines.load_defaults()
        guides.load_defaults()
