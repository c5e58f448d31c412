"""The worker's part in quotations: texts beyond the first are made anew lot by lot."""

from __future__ import annotations

from forum.contributions import quotations
from forum.contributions.actions import reindex
from forum.core import outbox


@outbox.handler("contributions.quotations")
def _go_on(payload: outbox.Payload) -> None:
    quotations.go_on(payload["quoted_id"], payload["after"], reindex)
