"""The card: offered to whoever wrote something heavy, at most once in 14 days; put away; forgotten.

An action offers; `shown` brings it to the next page. What was written under her name: the card names her. What is
sealed: it names the contribution alone. On a draft or a private message the day is kept, and nothing else.
"""

from __future__ import annotations

from datetime import timedelta

from flask import g
from sqlalchemy import delete, select

from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.care import policy, queries
from forum.care.detection import Raised, find
from forum.care.models import CareCard
from forum.contributions.models import Contribution
from forum.contributions.queries import is_owner, recipient_of
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.notifications import actions as notifications

KEPT = timedelta(days=30)
CARD, QUIET, SOMEONE = "card", "quiet", "someone"  # what the next page shows


def offer(*, actor: Viewer, contribution: Contribution, raised: Raised) -> bool:
    """Offer the card to the author of what she has just sent. True when it is the card, not the quiet link.

    Whoever sends what another wrote is shown nothing.
    """
    must_be_writing()
    if actor.id is None or not is_owner(actor, contribution):
        return False
    is_sealed = contribution.author_id is None
    card = _show(actor, raised, "contribution", contribution.id if is_sealed else None)
    recipient = recipient_of(contribution)
    if card is None or recipient is None:
        return card is not None
    notifications.put_in_list(recipient, "review", key=f"care:{card.id}")
    return True


def offer_on_draft(
    *, actor: Viewer, text: str, language: str, place: str = "draft", of: Contribution | None = None
) -> None:
    """Offer the card to whoever keeps a draft (`of` a contribution, if it is one) or sends a private message (`place`).

    No case, no notification, and nothing is kept but the day.
    """
    must_be_writing()
    raised = find(text, language) if actor.id is not None else None
    if raised is not None and (of is None or is_owner(actor, of)):
        _show(actor, raised, place, None)


def _show(actor: Viewer, raised: Raised, place: str, sealed_id: int | None) -> CareCard | None:
    """Bring the card, or where she had it lately the quiet link, to her next page; its row, if it is the card."""
    g.care = QUIET
    if raised.is_gentle:
        return None
    # One at a time of hers: the second of two sent at once finds the first's card.
    db.session.execute(select(Member.id).where(Member.id == actor.id).with_for_update(key_share=True))
    now = clock.now()
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if place == "contribution":  # what came up while she wrote it today, perhaps unseen, comes once more with it
        unsent = (CareCard.member_id == actor.id, CareCard.place != "contribution", CareCard.shown_at == day)
        db.session.execute(delete(CareCard).where(*unsent))
    if not policy.may_show(queries.last_shown(actor), now):
        return None
    shown_at = now if place == "contribution" else day
    card = CareCard(
        member_id=None if sealed_id is not None else actor.id,
        contribution_id=sealed_id,
        place=place,
        shown_at=shown_at,
    )
    db.session.add(card)
    db.session.flush()
    g.care = SOMEONE if raised.what == "someone" else CARD
    return card


def close(*, actor: Viewer) -> None:
    """Put her cards away, and what her list says of them. Of a sealed one no moment is kept beside her other acts."""
    must_be_writing()
    for card in queries.open_cards(actor):
        card.closed_at = card.shown_at if card.contribution_id is not None else clock.now()
        notifications.mark_read(member_id=actor.id or 0, key=f"care:{card.id}", kinds=("review",))
    db.session.flush()


def forget() -> None:
    """Erase cards that count no longer, and what was told of them: after 30 days, on drafts and messages after 14."""
    must_be_writing()
    now = clock.now()
    old = select(CareCard.id).where(
        (CareCard.shown_at < now - KEPT)
        | ((CareCard.place != "contribution") & (CareCard.shown_at < now - policy.AGAIN_AFTER))
    )
    ids = list(db.session.scalars(old))
    notifications.forget_keys("review", [f"care:{card}" for card in ids])
    db.session.execute(delete(CareCard).where(CareCard.id.in_(ids)))
