"""Something to read on the site's own pages."""

from __future__ import annotations

from tests.search.conftest import Publish, publish

__all__ = ["Publish", "publish"]
