"""How often a view lets somebody try: asked before anything is read, so that a flood costs little."""

from __future__ import annotations

import ipaddress

from flask import Flask, abort, current_app, request

from forum.core.settings import Settings
from forum.core.throttle import Throttle, key_for


def init_throttle(app: Flask, settings: Settings) -> None:
    """Open the throttle's own store."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    app.extensions["throttle"] = Throttle(settings.data_dir / "throttle.sqlite", settings.redis_url or None)


def throttle(purpose: str, value: str, *, limit: int, seconds: int) -> bool:
    """Count one try of `value` (an address, a member's id); False when it was one too many."""
    counter: Throttle = current_app.extensions["throttle"]
    return counter.hit(key_for(str(current_app.config["SECRET_KEY"]), purpose, value), limit=limit, seconds=seconds)


def source_of(address: str) -> str:
    """A keyed digest by which what comes from one place is known to, though nobody can tell the place.

    Of an IPv6 address counts the network (its first 64 bits): one household has them all.
    """
    try:
        place = ipaddress.ip_address(address)
    except ValueError:
        place = None
    if isinstance(place, ipaddress.IPv6Address):
        address = str(place.ipv4_mapped or ipaddress.ip_network((place, 64), strict=False).network_address)
    return key_for(str(current_app.config["SECRET_KEY"]), "source", address)


def slow_down(purpose: str, *, limit: int, seconds: int, value: str | None = None) -> None:
    """Answer 429 when this browser's address (or `value`) has tried more than `limit` times in `seconds`."""
    if not throttle(purpose, value if value is not None else (request.remote_addr or ""), limit=limit, seconds=seconds):
        abort(429)
