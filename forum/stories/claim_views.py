"""The addresses of claims: "Is this your story?", the claimant's private page, and where moderators answer."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.addresses import normal_address
from forum.accounts.login import the_viewer
from forum.accounts.refusal import refused
from forum.contributions.queries import owner_id
from forum.core.languages import PREFIX, current_language
from forum.core.limits import slow_down, throttle
from forum.core.unit_of_work import write
from forum.core.verdict import Verdict
from forum.stories import claim_policy, claim_words, claims, provenance
from forum.stories.claim_forms import AnswerForm, ClaimForm, MoreWordsForm
from forum.stories.models import Claim, Story

bp = Blueprint("claims", __name__, url_prefix=PREFIX)
ID = f"<int(max={2**31 - 1}):"
DAY = 24 * 3600


@bp.get(f"/stories/{ID}story_id>/claim")
def claim_new(story_id: int) -> str:
    """Is this your story? What she wants, in her words, and where to answer her."""
    story = provenance.claimable(story_id) or abort(404)
    return render_template("stories/claim.html", story=story, form=ClaimForm())


@bp.post(f"/stories/{ID}story_id>/claims")
def claim_create(story_id: int) -> ResponseReturnValue:
    """Note the wish and write to the address; the page says the same whoever reads it."""
    slow_down("claim", limit=10, seconds=3600)
    story = provenance.claimable(story_id) or abort(404)
    form = ClaimForm(request.form)
    if not form.validate():
        g.is_private = True
        return render_template("stories/claim.html", story=story, form=form), 422
    address = normal_address(form.email.data or "") or abort(422)
    is_mailed = throttle("claim-mail", address, limit=5, seconds=DAY)
    with write():
        claims.make(
            story_id=story_id,
            wish=form.wish.data,
            words=form.words.data or "",
            email=address,
            language=current_language(),
            is_mailed=is_mailed,
        )
    return redirect(url_for("claims.claim_sent", story_id=story_id), 303)


@bp.get(f"/stories/{ID}story_id>/claim/sent")
def claim_sent(story_id: int) -> str:
    """Look at your mail."""
    return render_template("stories/claim_sent.html", story=provenance.claimable(story_id) or abort(404))


@bp.get("/claims/<token>")
def claim_show(token: str) -> str:
    """The private page of whoever claims: how it stands. Opening it changes nothing."""
    return _own_page(provenance.claim_by(token) or abort(404), token, MoreWordsForm())


def _own_page(claim: Claim, token: str, form: MoreWordsForm) -> str:
    g.is_private = True
    story, viewer = provenance.claimed_story(claim), the_viewer()
    owner = owner_id(story)
    return render_template(
        "stories/claim_own.html",
        claim=claim,
        story=story,
        token=token,
        form=form,
        answers=claim_words.CLAIM_ANSWERS,
        wishes=claim_words.CLAIM_WISH_WORDS,
        has_owner=owner is not None,
        is_hers=owner is not None and owner == viewer.id,
    )


def _after(verdict: Verdict, token: str) -> ResponseReturnValue:
    if not verdict:
        return abort(404) if verdict.status == 404 else refused(verdict)
    return redirect(url_for("claims.claim_show", token=token), 303)


@bp.post("/claims/<token>/confirmation")
def confirmation_create(token: str) -> ResponseReturnValue:
    """Confirm the address, with the one button of the page that the mail leads to."""
    slow_down("claim-page", limit=60, seconds=3600)
    with write():
        verdict = claims.confirm(token=token)
    return _after(verdict, token)


@bp.post("/claims/<token>/words")
def words_create(token: str) -> ResponseReturnValue:
    """Add words to what was said."""
    slow_down("claim-page", limit=60, seconds=3600)
    claim = provenance.claim_by(token) or abort(404)
    form = MoreWordsForm(request.form)
    if not form.validate():
        return _own_page(claim, token, form), 422
    with write():
        verdict = claims.add_words(token=token, words=form.words.data or "")
    return _after(verdict, token)


@bp.post("/claims/<token>/taking")
def taking_create(token: str) -> ResponseReturnValue:
    """Take the story that was handed over: it becomes the member's own."""
    slow_down("claim-page", limit=60, seconds=3600)
    with write():
        verdict = claims.take(actor=the_viewer(), token=token)
    return _after(verdict, token)


@bp.get("/moderation/claims")
def claim_index() -> ResponseReturnValue:
    """Who says that a story is hers: what waits for an answer, then what was answered."""
    if not (verdict := claim_policy.can_answer(the_viewer())):
        return refused(verdict)
    g.is_private = True
    return render_template(
        "stories/claims.html", rows=provenance.claims_to_answer(), wishes=claim_words.CLAIM_WISH_FACTS
    )


def _opened(claim_id: int) -> tuple[Claim, Story] | Verdict:
    if not (verdict := claim_policy.can_answer(the_viewer())):
        return verdict
    claim = provenance.claim_by_id(claim_id) or abort(404)
    return claim, provenance.claimed_story(claim)


@bp.get(f"/moderation/claims/{ID}claim_id>")
def claim_answer(claim_id: int) -> ResponseReturnValue:
    """One claim with all that is known, and the form of its answer."""
    found = _opened(claim_id)
    return refused(found) if isinstance(found, Verdict) else _desk_page(*found, AnswerForm())


def _desk_page(claim: Claim, story: Story, form: AnswerForm, *, is_open: bool = False) -> str:
    g.is_private = True
    return render_template(
        "stories/claim_answer.html",
        claim=claim,
        story=story,
        form=form,
        wishes=claim_words.CLAIM_WISH_FACTS,
        answers=claim_words.CLAIM_ANSWERS,
        told_how=claim_words.TOLD_HOW_WORDS,
        has_owner=owner_id(story) is not None,
        address=provenance.address_of(claim) if is_open else None,
        contact=provenance.contact_of(story.provenance) if is_open else None,
        is_same=is_open and provenance.is_contact(claim, story.provenance),
    )


@bp.post(f"/moderation/claims/{ID}claim_id>/contact")
def contact_show(claim_id: int) -> ResponseReturnValue:
    """Show both addresses, to compare them; the log keeps who looked."""
    slow_down("claim-desk", limit=120, seconds=3600, value=str(the_viewer().id))
    with write():
        verdict = claims.look_at_contact(actor=the_viewer(), claim_id=claim_id)
    if not verdict:
        return abort(404) if verdict.status == 404 else refused(verdict)
    found = _opened(claim_id)
    return refused(found) if isinstance(found, Verdict) else _desk_page(*found, AnswerForm(), is_open=True)


@bp.post(f"/moderation/claims/{ID}claim_id>/answers")
def answer_create(claim_id: int) -> ResponseReturnValue:
    """Answer a claim."""
    found = _opened(claim_id)
    if isinstance(found, Verdict):
        return refused(found)
    form = AnswerForm(request.form)
    if not form.validate():
        return _desk_page(*found, form), 422
    with write():
        verdict = claims.answer(
            actor=the_viewer(), claim_id=claim_id, outcome=form.outcome.data, words=form.answer.data or ""
        )
    if verdict.status == 422 and not verdict:
        form.answer.errors = [verdict.reason]
        return _desk_page(*found, form), 422
    if not verdict:
        return abort(404) if verdict.status == 404 else refused(verdict)
    flash(_("Answered. A mail is on its way."), "good")
    return redirect(url_for("claims.claim_index"), 303)
