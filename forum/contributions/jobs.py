"""Jobs of contributions: what was taken back 30 days ago is erased."""

from __future__ import annotations

from forum.contributions import actions
from forum.core import outbox
from forum.core.outbox import Payload


@outbox.handler("contributions.erase_withdrawn")
def erase_withdrawn(payload: Payload) -> None:
    """Erase a contribution that is still taken back, and has been for as long as it may be brought back."""
    actions.erase_withdrawn(payload["contribution_id"])
