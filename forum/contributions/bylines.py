"""What is wrong with the name that something is signed with: moderators read it before others do, and see why.

A display name is judged when it is taken (`accounts.names`); one from before that rule, and every other name that a
member writes under, is judged here.
"""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from forum.accounts import names
from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.contributions.models import Contribution
from forum.core.db import db
from forum.core.kinds import Fact
from forum.core.lookalikes import skeleton

NAME = _l("The name on it")


def must_wait(actor: Viewer, contribution: Contribution) -> bool:
    """Whether the name on what `actor` sends claims something, so that a moderator reads it first."""
    if actor.is_moderator:
        return False
    name = actor.display_name if contribution.attribution == "member" else contribution.byline
    return bool(name) and names.claims_something(name or "")


def remarks(contribution: Contribution, signed_name: str | None) -> list[Fact]:
    """What a moderator is told about the name on a contribution, on its case. One query, none for an alias."""
    if contribution.attribution == "pseudonym":
        name = contribution.byline or ""
        is_alias = getattr(contribution, "alias_id", None) is not None
        if is_alias or not name:
            return []
        wrong = _wrong_with(name, names.is_ours(name), _is_anybodys(name))
    else:
        name = signed_name or ""
        wrong = _wrong_with(name, False, False) if name else None
    return [Fact(NAME, wrong)] if wrong else []


def _wrong_with(name: str, is_ours: bool, is_anybodys: bool) -> Any:
    if names.claims_something(name):
        return _l("“%(name)s” says doctor, nurse, moderator or the like. Nobody has verified that.", name=name)
    if is_ours:
        return _l("“%(name)s” looks like a name of the site’s own.", name=name)
    return _l("“%(name)s” can be taken for another member’s name.", name=name) if is_anybodys else None


def _is_anybodys(name: str) -> bool:
    """Whether a member is called so, or can be taken to be. Not whose: it may be the writer's own."""
    alike = select(Member.id).where(Member.name_key == skeleton(name), Member.erased_at.is_(None)).limit(1)
    return db.session.scalar(alike) is not None
