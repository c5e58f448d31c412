"""The worker's part in opening discussions again."""

from __future__ import annotations

from forum.core import outbox
from forum.discussions import closing


@outbox.handler("discussions.end_lock")
def _end_lock(payload: outbox.Payload) -> None:
    closing.end(payload["thread_id"])
