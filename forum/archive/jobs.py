"""Jobs of archives: publishing what its authors consented to."""

from __future__ import annotations

from forum.archive import publishing
from forum.core import outbox
from forum.core.outbox import Payload


@outbox.handler("archive.publish")
def publish(payload: Payload) -> None:
    """Publish some of an archive, and come back for the rest."""
    publishing.publish_some(payload["archive_id"])
