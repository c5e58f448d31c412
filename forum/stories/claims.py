"""Is this your story? The verbs: say so, confirm the address, add words, answer, take it over."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, func, select

from forum.accounts.viewer import Viewer
from forum.contributions import actions as contributions
from forum.contributions import queries as contribution_queries
from forum.core import clock, tokens
from forum.core.db import db
from forum.core.outbox import enqueue
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.moderation import actions as moderation
from forum.moderation import cases, log
from forum.moderation.models import OPENED_FOR, Report
from forum.stories import claim_policy, provenance
from forum.stories.models import CLAIM_OUTCOMES, Claim, Story
from forum.stories.signature import hand_on

FORGOTTEN_AFTER = timedelta(days=7)  # a claim whose address nobody confirmed
WORDS_LIMIT = 20_000  # of all that somebody adds
NO_SUCH = Verdict(False, "", 404)


def make(*, story_id: int, wish: str, words: str, email: str, language: str, is_mailed: bool = True) -> Claim | None:
    """Note that somebody says a story is hers; a mail asks her to confirm the address. None: there is no such story.

    `is_mailed` is False where too many mails went to this address: the page then says the same.
    """
    must_be_writing()
    if provenance.claimable(story_id) is None:
        return None
    claim = Claim(
        story_id=story_id,
        wish=wish,
        words=words,
        email=tokens.seal_text(email),
        language=language,
        nonce=tokens.new_nonce(),
        made_at=clock.now(),
    )
    db.session.add(claim)
    db.session.flush()
    claim.token_hash = tokens.digest(provenance.token_of(claim))
    if is_mailed:
        enqueue("stories.mail_claim", {"claim_id": claim.id}, dedupe_key=f"claim:{claim.id}")
    db.session.flush()
    return claim


def confirm(*, token: str) -> Verdict:
    """Note that the address is read by whoever claims: only now somebody here sees it.

    Whoever reads the address on record and wants the story removed needs nobody's leave.
    """
    must_be_writing()
    claim = provenance.claim_by(token, lock=True)
    if claim is None:
        return NO_SUCH
    if claim.confirmed_at is not None:
        return YES  # the same press twice
    claim.confirmed_at = clock.now()
    story = provenance.claimed_story(claim)
    if claim.wish == "remove" and provenance.is_contact(claim, story.provenance):
        _remove(story)
        _settle(claim, "removed")
        log.append(None, "claim_removed", "contribution", story.id, data={"claim": claim.id})
    elif story.status not in ("withdrawn", "erased"):
        cases.open_or_join(story, "claim")
    return YES


def add_words(*, token: str, words: str) -> Verdict:
    """Add to what was said with a claim."""
    must_be_writing()
    claim = provenance.claim_by(token, lock=True)
    if claim is None:
        return NO_SUCH
    verdict = claim_policy.can_add(claim)
    if verdict and words and words not in claim.words:
        claim.words = f"{claim.words}\n\n{words}".strip()[:WORDS_LIMIT]
    return verdict


def look_at_contact(*, actor: Viewer, claim_id: int) -> Verdict:
    """Open the addresses of a claim and of the record, to compare them. It is logged."""
    must_be_writing()
    if not (verdict := claim_policy.can_answer(actor)):
        return verdict
    claim = provenance.claim_by_id(claim_id)
    if claim is None:
        return NO_SUCH
    log.append(actor, "open_contact", "contribution", claim.story_id, data={"claim": claim.id})
    return YES


def answer(*, actor: Viewer, claim_id: int, outcome: str, words: str) -> Verdict:
    """Answer a claim: hand the story over, say that it was changed, remove it, or decline. A mail tells her."""
    must_be_writing()
    claim = provenance.claim_by_id(claim_id, lock=True)
    if claim is None or outcome not in CLAIM_OUTCOMES:
        return claim_policy.can_answer(actor) and NO_SUCH
    story = provenance.claimed_story(claim)
    owner_id = contribution_queries.owner_id(story)
    if owner_id is not None and owner_id == actor.id:
        return no(claim_policy.NOT_YOURS_TO_ANSWER)
    if not (verdict := claim_policy.can_give_outcome(actor, claim, outcome, words, owner_id is not None)):
        return verdict
    if outcome == "removed":
        _remove(story)
    _settle(claim, outcome, words, actor)
    _close_case(story)
    log.append(actor, f"claim_{outcome}", "contribution", story.id, data={"claim": claim.id})
    enqueue("stories.mail_claim_answer", {"claim_id": claim.id}, dedupe_key=f"claim-answer:{claim.id}")
    return YES


def _settle(claim: Claim, outcome: str, words: str = "", actor: Viewer | None = None) -> None:
    claim.outcome, claim.answer, claim.answered_at = outcome, words, clock.now()
    claim.answered_by = actor.id if actor else None
    db.session.flush()


def _remove(story: Story) -> None:
    if story.status not in ("withdrawn", "erased"):
        moderation.withdraw_cases(story)
        contributions.withdraw(story)


def _close_case(story: Story) -> None:
    """Close the case that the claim opened, unless something else on it waits."""
    case = cases.open_case_of(story.id, lock=True)
    others = select(func.count()).where(
        Claim.story_id == story.id, Claim.confirmed_at.is_not(None), Claim.outcome.is_(None)
    )
    if case is None or case.opened_for != "claim" or db.session.scalar(others):
        return
    if db.session.scalar(select(func.count()).where(Report.case_id == case.id, Report.decision_id.is_(None))):
        case.opened_for, case.urgency = "report", OPENED_FOR.index("report")
    elif cases.waiting_edit(story) is not None:
        case.opened_for, case.urgency = "review", OPENED_FOR.index("review")
    else:
        cases.close(case)


def take(*, actor: Viewer, token: str) -> Verdict:
    """Make the story that was handed over the member's own, under the name it has; no row but the seal names her."""
    must_be_writing()
    claim = provenance.claim_by(token, lock=True)
    if claim is None:
        return NO_SUCH
    story = provenance.claimed_story(claim)
    owner_id = contribution_queries.owner_id(story)
    if owner_id is not None and owner_id == actor.id:
        return YES  # the same press twice
    verdict = claim_policy.can_take(actor, claim, owner_id is not None)
    if not verdict or actor.id is None:
        return verdict
    contributions.sign(story, actor.id, story.attribution, story.byline)
    hand_on(story, actor.id)
    log.append(None, "claim_taken", "contribution", story.id, data={"claim": claim.id})
    return YES


def sweep() -> None:
    """Forget claims whose address nobody confirmed."""
    must_be_writing()
    old = clock.now() - FORGOTTEN_AFTER
    db.session.execute(delete(Claim).where(Claim.confirmed_at.is_(None), Claim.made_at < old))
