"""The worker's part in mentions: what mentions a member is made anew, lot by lot."""

from __future__ import annotations

from forum.contributions import renaming
from forum.core import outbox


@outbox.handler(renaming.JOB)
def _go_on(payload: outbox.Payload) -> None:
    renaming.go_on(payload["member_id"], payload["after"])
