"""Mails of claims: the private page, the answer; forgetting what nobody confirmed."""

from __future__ import annotations

from flask_babel import gettext as _

from forum.core import mail, outbox
from forum.core.db import db
from forum.core.languages import in_language
from forum.core.outbox import Effect, Payload
from forum.stories import claims, provenance
from forum.stories.claim_words import CLAIM_ANSWERS
from forum.stories.models import Claim


@outbox.handler("stories.mail_claim", network=True)
def mail_claim(payload: Payload) -> Effect | None:
    """Write to whoever says that a story is hers: her private page, where she confirms her address."""
    claim = db.session.get(Claim, payload["claim_id"])
    address = provenance.address_of(claim) if claim is not None and claim.confirmed_at is None else None
    if claim is None or address is None:
        return None
    with in_language(claim.language):
        message = mail.compose(
            address,
            _("Confirm your address"),
            "claim",
            message_id=f"claim-{claim.id}",
            language=claim.language,
            path=f"/{claim.language}/claims/{provenance.token_of(claim)}",
        )
    return lambda: mail.send(message)


@outbox.handler("stories.mail_claim_answer", network=True)
def mail_claim_answer(payload: Payload) -> Effect | None:
    """Tell whoever claimed a story what became of it."""
    claim = db.session.get(Claim, payload["claim_id"])
    address = provenance.address_of(claim) if claim is not None else None
    if claim is None or claim.outcome is None or address is None:
        return None
    with in_language(claim.language):
        message = mail.compose(
            address,
            _("The answer to what you asked us"),
            "claim_answer",
            message_id=f"claim-answer-{claim.id}",
            language=claim.language,
            answer=str(CLAIM_ANSWERS[claim.outcome]),
            words=claim.answer,
            path=f"/{claim.language}/claims/{provenance.token_of(claim)}",
        )
    return lambda: mail.send(message)


@outbox.handler("stories.sweep_claims", daily=True)
def sweep_claims(_payload: Payload) -> None:
    """Forget claims whose address nobody confirmed."""
    claims.sweep()
