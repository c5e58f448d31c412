"""The work that the worker does for photos."""

from __future__ import annotations

from functools import partial

from forum.core import outbox
from forum.core.outbox import Effect, Payload
from forum.photos import making


@outbox.handler("photos.look", network=True)
def look(payload: Payload) -> Effect | None:
    """Open what was sent and make a preview for its author."""
    return making.looking(payload["contribution_id"])


@outbox.handler("photos.make", network=True)
def make(payload: Payload) -> Effect | None:
    """Make the sizes that readers see."""
    return making.making(payload["contribution_id"])


@outbox.handler("photos.forget", network=True)
def forget(payload: Payload) -> Effect | None:
    """Delete every file under a key."""
    return partial(making.tidy, payload["key"], ())


@outbox.handler("photos.sweep", network=True, daily=True)
def sweep(_payload: Payload) -> Effect | None:
    """Delete what was left for a week, and files that belong to nothing."""
    return making.sweep
