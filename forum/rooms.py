"""The list of rooms: whose tables, addresses, kinds and jobs the application serves."""

from __future__ import annotations

from flask import Flask

from forum.accounts import models as _accounts  # noqa: F401 - tables are known once their module is read
from forum.contributions import models as _contributions  # noqa: F401
from forum.discussions import models as _discussions  # noqa: F401
from forum.guides import models as _guides  # noqa: F401
from forum.helplines import models as _helplines  # noqa: F401
from forum.moderation import models as _moderation  # noqa: F401
from forum.references import models as _references  # noqa: F401
from forum.search import models as _search  # noqa: F401
from forum.site import models as _site  # noqa: F401
from forum.stories import models as _stories  # noqa: F401
from forum.topics import models as _topics  # noqa: F401


def open_all(app: Flask) -> None:
    """Register every room with the application."""
