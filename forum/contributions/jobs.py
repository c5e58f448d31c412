"""Jobs of contributions: what was taken back 30 days ago is erased, and the night after, its leftovers."""

from __future__ import annotations

from forum.contributions import actions, forgetting
from forum.core import outbox
from forum.core.outbox import Effect, Payload


@outbox.handler("contributions.erase_withdrawn")
def erase_withdrawn(payload: Payload) -> None:
    """Erase a contribution that is still taken back, and has been for as long as it may be brought back."""
    actions.erase_withdrawn(payload["contribution_id"])


@outbox.handler("contributions.forget", network=True)
def forget(_payload: Payload) -> Effect:
    """Rid the database of what was deleted from it, outside any transaction."""
    return forgetting.forget
