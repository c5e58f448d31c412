"""The worker's part in telling of posts."""

from __future__ import annotations

from forum.core import outbox
from forum.discussions import telling


@outbox.handler(telling.JOB)
def _tell(payload: outbox.Payload) -> None:
    telling.tell(payload["post_id"], payload["after"])
