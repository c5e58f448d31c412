"""Settings that an administrator chose in the panel: they count before the environment's.

They stand in the row that every page reads anyway, so that none asks for them by itself; `begin` puts them into force
for one request or job, and `the_settings()` gives them out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from annotated_types import Ge, Le
from flask import Flask, g, request
from sqlalchemy import JSON, ForeignKey
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from forum.core import clock
from forum.core.db import Key, Model, db
from forum.core.public_state import PublicGeneration, public_state, set_chosen
from forum.core.settings import Settings, installed_settings
from forum.core.unit_of_work import must_be_writing

# Whole numbers that can be changed while the site runs, in the order of the page.
CHOOSABLE = (
    *("approvals_until_established", "trusted_approvals", "trusted_days"),
    *("story_reviewers", "review_days", "report_hours", "appeal_days", "recovery_days"),
    *("links_when_new", "links_when_established", "same_link_contributions"),
    *("burst_contributions", "burst_minutes", "hurry_seconds", "limited_a_day"),
    *("messages_opened_a_day", "mail_in_hourly"),
)


class ChosenSetting(Model):
    """One setting's value as it was chosen."""

    __tablename__ = "chosen_settings"
    is_public = True
    name: Mapped[str] = mapped_column(Key, primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    chosen_at: Mapped[datetime]
    chosen_by: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))


def bounds_of(name: str) -> tuple[int, int]:
    """The smallest and the largest value that a setting takes."""
    metadata = Settings.model_fields[name].metadata
    low = next(one.ge for one in metadata if isinstance(one, Ge))
    high = next(one.le for one in metadata if isinstance(one, Le))
    return int(low), int(high)  # type: ignore[call-overload]


def choose(member_id: int | None, values: Mapping[str, int | None]) -> dict[str, int | None]:
    """Keep what was chosen; None goes back to the environment's. Returns what changed, name → new value.

    Raises KeyError for a setting that can't be chosen and ValueError for a value out of bounds.
    """
    must_be_writing()
    row = db.session.get_one(PublicGeneration, 1, with_for_update=True)
    chosen = dict(row.chosen)
    changed: dict[str, int | None] = {}
    for name, value in values.items():
        if name not in CHOOSABLE:
            raise KeyError(name)
        low, high = bounds_of(name)
        if value is not None and not low <= value <= high:
            raise ValueError(name)
        if chosen.get(name) != value:
            changed[name] = value
            _keep(member_id, name, value)
            chosen.pop(name, None)
            if value is not None:
                chosen[name] = value
    if changed:
        set_chosen(chosen)
        _put_into_force(chosen)
    return changed


def _keep(member_id: int | None, name: str, value: int | None) -> None:
    kept = db.session.get(ChosenSetting, name)
    if kept is not None and value is None:
        db.session.delete(kept)
    elif kept is not None:
        kept.value, kept.chosen_at, kept.chosen_by = value, clock.now(), member_id
    elif value is not None:
        db.session.add(ChosenSetting(name=name, value=value, chosen_at=clock.now(), chosen_by=member_id))
    db.session.flush()


def begin() -> None:
    """Put what was chosen into force for this request or job; the database being down, the environment's."""
    try:
        _put_into_force(public_state().chosen)
    except SQLAlchemyError:
        db.session.rollback()


def begin_job() -> None:
    """The same for a worker, which does one job after another in one context."""
    g.pop("public_state", None)
    begin()


def _put_into_force(chosen: Mapping[str, Any]) -> None:
    known = {name: value for name, value in chosen.items() if name in CHOOSABLE}
    g.settings = installed_settings().model_copy(update=known) if known else installed_settings()


def init_chosen(app: Flask) -> None:
    """Begin every request with what was chosen; files and probes do without."""

    @app.before_request
    def _begin() -> None:
        if request.endpoint is not None and not request.endpoint.startswith(("static", "probes.", "media.")):
            begin()
