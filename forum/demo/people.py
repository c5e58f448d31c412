"""The demo's members and boards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from forum.accounts.models import Member, MemberRole, Profession
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.demo import content
from forum.discussions.models import Board, BoardText

ADDRESS = "{key}@example.org"  # reserved by RFC 2606: no mail reaches anybody
NEW = ("nia",)
VERIFIED_FOR = timedelta(days=400)


def make_members(people: list[dict[str, Any]]) -> dict[str, Member]:
    """Make the members of a list from the content; returns them by key."""
    must_be_writing()
    made = {person["key"]: _member(person) for person in people}
    db.session.add_all(made.values())
    db.session.flush()
    verifier = next((made[person["key"]].id for person in people if "admin" in person["roles"]), None)
    for person in people:
        if "profession" in person:
            today = clock.today()
            row = {"verified_by": verifier, "verified_on": today, "expires_on": today + VERIFIED_FOR}
            db.session.add(Profession(member_id=made[person["key"]].id, **person["profession"], **row))
    return made


def _member(person: dict[str, Any]) -> Member:
    usual = "trusted" if person["roles"] else "established"
    return Member(
        email=ADDRESS.format(key=person["key"]),
        display_name=person["display_name"],
        language=person["language"],
        about=person["about"],
        is_page_public=bool(person["about"]),
        standing="new" if person["key"] in NEW else person.get("standing", usual),
        joined_at=datetime.fromisoformat(person["joined"]).replace(hour=10, tzinfo=UTC),
        roles=[MemberRole(role=role) for role in person["roles"]],
        is_demo=True,
    )


def make_boards() -> dict[str, Board]:
    """Make the boards with their words; returns them by slug."""
    must_be_writing()
    made = {}
    for board in content.boards():
        texts = [BoardText(language=language, **words) for language, words in board.pop("texts").items()]
        made[board["slug"]] = Board(**board, texts=texts, is_demo=True)
    db.session.add_all(made.values())
    db.session.flush()
    return made
