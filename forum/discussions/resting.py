"""What a post rests on: its writer's experience, her doctor's word, her profession, a paper. Who may say which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from forum.accounts import professions
from forum.accounts.viewer import Viewer
from forum.core.db import db
from forum.core.verdict import YES, Verdict, no
from forum.discussions.models import BASES, Post
from forum.references.models import Reference

UNKNOWN = no(_l("Choose what it rests on, or nothing at all."), 422)
TELLS_TOO_MUCH = no(
    _l("Your profession stands on few people here: it would tell who you are. Sign with your name, or leave it out."),
    422,
)
NOT_VERIFIED = no(
    _l(
        "Your profession isn’t verified here, or no longer. Whoever runs this site can do that; choose another for now."
    ),
    422,
)
NO_PAPER = no(_l("Say which paper. Search for it under More choices."), 422)


@dataclass(frozen=True, slots=True)
class Basis:
    """What somebody says a post rests on: a word of BASES, or None; and which paper."""

    basis: str | None = None
    reference_id: int | None = None


NOTHING = Basis()


def of(post: Post) -> Basis:
    """What stands on a post."""
    return Basis(post.basis, post.reference_id)


def to_facts(basis: Basis) -> dict[str, Any]:
    """The same as a revision or an unsent edit keeps it: under the names of the form's fields."""
    return {"basis": basis.basis or "", "reference": basis.reference_id if basis.basis == "paper" else None}


def in_facts(facts: Mapping[str, Any] | None, stands: Basis = NOTHING) -> Basis:
    """What is kept so; `stands` where nothing is kept of it."""
    if facts is None or "basis" not in facts:
        return stands
    basis, key = facts["basis"] or None, str(facts.get("reference") or "")
    return Basis(basis, int(key) if basis == "paper" and key.isdigit() else None)


def put_on(post: Post, basis: Basis) -> None:
    """A post rests on this from now on; a paper that isn't there any more is none."""
    is_there = basis.reference_id is not None and db.session.get(Reference, basis.reference_id) is not None
    post.basis = basis.basis if basis.basis != "paper" or is_there else None
    post.reference_id = basis.reference_id if post.basis == "paper" else None


def can_rest(attribution: str, basis: Basis, *, has_profession: bool, has_paper: bool) -> Verdict:
    """Whether a post that is signed like this may say that it rests on that."""
    if basis.basis is None:
        return YES
    if basis.basis not in BASES:
        return UNKNOWN
    if basis.basis == "professional":
        if attribution != "member":
            return TELLS_TOO_MUCH
        return YES if has_profession else NOT_VERIFIED
    if basis.basis == "paper":
        return YES if has_paper else NO_PAPER
    return YES


def may_rest(actor: Viewer, attribution: str, basis: Basis) -> Verdict:
    """The same, of what the database holds now."""
    is_professional = basis.basis == "professional" and professions.profession_of(actor) is not None
    has_paper = (
        basis.basis == "paper"
        and basis.reference_id is not None
        and db.session.get(Reference, basis.reference_id) is not None
    )
    return can_rest(attribution, basis, has_profession=is_professional, has_paper=has_paper)
