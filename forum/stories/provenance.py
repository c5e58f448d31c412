"""Where stories came from that their authors didn't type here, and who says that one of them is hers: reading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from forum.accounts.addresses import normal_address
from forum.accounts.models import Member
from forum.accounts.viewer import VISITOR
from forum.contributions.models import Contribution
from forum.contributions.queries import visible_to
from forum.core import tokens
from forum.core.db import db
from forum.stories.models import Claim, Provenance, Story

PURPOSE = "claim"  # of the token that opens the page of a claim
OPEN_AT_MOST = 200
_ADDRESS = re.compile(r"[^\s<>,;:]+@[^\s<>,;]+")


def provenance_of(story_id: int) -> Provenance | None:
    """Where a story came from; None for one that its author typed here."""
    return db.session.scalar(select(Provenance).where(Provenance.story_id == story_id))


def claimable(story_id: int) -> Story | None:
    """A story from elsewhere that everybody can read, with where it came from, or None."""
    return db.session.scalar(
        select(Story)
        .join(Provenance, Provenance.story_id == Story.id)
        .where(Story.id == story_id, visible_to(VISITOR))
        .options(joinedload(Story.provenance))
    )


def claim_by(token: str, *, lock: bool = False) -> Claim | None:
    """The claim that a private address opens, or None for one that nobody was given."""
    claim_id = tokens.row_id_of(token)
    if claim_id is None or claim_id >= 2**31:
        return None
    query = select(Claim).where(Claim.id == claim_id)
    claim = db.session.scalar(query.with_for_update() if lock else query)
    if claim is None or not tokens.is_same(claim.token_hash or "", tokens.digest(token)):
        return None
    return claim


def token_of(claim: Claim) -> str:
    """The private address part of a claim."""
    return tokens.token_for(PURPOSE, claim.id, claim.nonce)


def claimed_story(claim: Claim) -> Story:
    """The story that a claim is about, in any state, with where it came from."""
    return db.session.get_one(Story, claim.story_id, options=[joinedload(Story.provenance)])


def claim_by_id(claim_id: int, *, lock: bool = False) -> Claim | None:
    """A claim whose address is confirmed, for whoever answers it."""
    query = select(Claim).where(Claim.id == claim_id, Claim.confirmed_at.is_not(None))
    return db.session.scalar(query.with_for_update() if lock else query)


def claims_of(story_id: int) -> Sequence[Claim]:
    """The confirmed claims to a story, newest first."""
    return db.session.scalars(
        select(Claim).where(Claim.story_id == story_id, Claim.confirmed_at.is_not(None)).order_by(Claim.id.desc())
    ).all()


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One claim as the list of those who answer shows it."""

    claim: Claim
    title: str
    answered_by: str | None


def claims_to_answer() -> list[ClaimRow]:
    """Confirmed claims: those without an answer first, oldest first, then the newest answers."""
    rows = db.session.execute(
        select(Claim, Contribution.title, Member.display_name)
        .join(Contribution, Contribution.id == Claim.story_id)
        .outerjoin(Member, Member.id == Claim.answered_by)
        .where(Claim.confirmed_at.is_not(None))
        .order_by(Claim.answered_at.desc().nulls_first(), Claim.confirmed_at, Claim.id)
        .limit(OPEN_AT_MOST)
    )
    return [ClaimRow(*row) for row in rows]


def address_of(claim: Claim) -> str | None:
    """The address of whoever claims, opened; None when it is gone."""
    return tokens.open_text(claim.email) if claim.email else None


def contact_of(provenance: Provenance | None) -> str:
    """How the author of a story from elsewhere can be reached, opened; empty where nobody wrote it down."""
    return (tokens.open_text(provenance.contact) if provenance and provenance.contact else None) or ""


def is_contact(claim: Claim, provenance: Provenance | None) -> bool:
    """Whether whoever claims reads the very address that is on record for the story's author."""
    address = address_of(claim)
    on_record = {normal_address(found.strip(".")) for found in _ADDRESS.findall(contact_of(provenance))}
    return address is not None and address in on_record
