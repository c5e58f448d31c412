"""The addresses of an author's choices: what may be done with her story, what she wishes, the end of a cool-off."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.login import the_viewer
from forum.accounts.policy import can_have_pages
from forum.accounts.refusal import refused
from forum.contributions import ledger, wording
from forum.contributions.queries import is_owner
from forum.core import clock
from forum.core.languages import PREFIX, current_language
from forum.core.limits import slow_down
from forum.core.unit_of_work import write
from forum.stories import actions, consent, consent_policy, consent_queries, queries, wishes
from forum.stories.consent_forms import ReasonForm, WishForm
from forum.stories.consent_words import ANSWER_HINTS, ANSWER_WORDS, HOW_WORDS, WISH_HINTS, WISH_WORDS
from forum.stories.models import Story
from forum.stories.words import STATUS_WORDS, use_words

bp = Blueprint("consent", __name__, url_prefix=PREFIX)


def _own_story(story_id: int) -> Story:
    return queries.own_story(the_viewer(), story_id) or abort(404)


@bp.get("/stories/<int:story_id>/consent")
def choices_show(story_id: int) -> ResponseReturnValue:
    """What the author of a story allows, since when and how given; what she wishes if she can't be reached."""
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(can_have_pages(viewer))
    story = _own_story(story_id)
    if not (verdict := consent_policy.can_choose(viewer, story, True)):
        return refused(verdict)
    return _choices_page(story)


def _choices_page(story: Story, form: WishForm | None = None) -> str:
    g.is_private = True
    wish = wishes.wish_of(story.id)
    kept = {"if_unreachable": wish.if_unreachable, "deputy": wish.deputy} if wish else {"if_unreachable": "keep"}
    return render_template(
        "stories/consent.html",
        story=story,
        choices=consent.choices_of(story),
        version=wording.VERSION,
        form=form or WishForm(data=kept),
        wish=wish,
        wish_hints=WISH_HINTS,
        how_words=HOW_WORDS,
        is_of_age=consent_policy.is_of_age(story, clock.today().year),
        answers=ANSWER_WORDS,
        answer_hints=ANSWER_HINTS,
    )


@bp.post("/stories/<int:story_id>/consents")
def consent_create(story_id: int) -> ResponseReturnValue:
    """Allow one use from now on."""
    return _act(story_id, consent.allow, use=_use(story_id), language=current_language())


@bp.post("/stories/<int:story_id>/consents/withdrawal")
def consent_withdrawal_create(story_id: int) -> ResponseReturnValue:
    """No longer allow one use. Without this site the story leaves it."""
    return _act(story_id, consent.disallow, use=_use(story_id))


def _use(story_id: int) -> ledger.Use:
    """The use that the form names; one that there isn't comes out empty and is refused."""
    story = queries.own_story(the_viewer(), story_id)
    chosen = wording.chosen([request.form.get("use", "")], story.language) if story else frozenset()
    return next(iter(chosen), ("", None))


@bp.post("/stories/<int:story_id>/wish")
def wish_update(story_id: int) -> ResponseReturnValue:
    """Say what shall happen if she can't be reached, and who may decide for her."""
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(can_have_pages(viewer))
    form = WishForm(request.form)
    if not form.validate():
        return _choices_page(_own_story(story_id), form), 422
    return _act(story_id, wishes.say, **form.wish())


@bp.post("/stories/<int:story_id>/coming-of-age")
def coming_of_age_create(story_id: int) -> ResponseReturnValue:
    """Say what somebody wants who was a child when the story was written."""
    return _act(story_id, consent.answer_of_age, answer=request.form.get("answer", ""))


@bp.post("/stories/<int:story_id>/admission")
def admission_create(story_id: int) -> ResponseReturnValue:
    """Send a story on before its time to think it over has passed."""
    return _act(story_id, actions.send_on, endpoint="writing.sent_show")


def _act(story_id: int, act: Any, *, endpoint: str = "consent.choices_show", **values: Any) -> ResponseReturnValue:
    """Do one act on a story of the viewer's own and lead on; a story that left the site leads to its place."""
    slow_down("choices", limit=120, seconds=3600)
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(can_have_pages(viewer))
    _own_story(story_id)
    with write():
        outcome = act(actor=viewer, story_id=story_id, **values)
        is_gone = outcome.story is not None and outcome.story.status == "withdrawn"
    if not outcome.verdict:
        return refused(outcome.verdict)
    if not is_gone:
        flash(_("Your choice is kept."), "good")
    address = url_for("stories.story_show", story_id=story_id) if is_gone else url_for(endpoint, story_id=story_id)
    return redirect(address, 303)


@bp.get("/me/choices")
def mine_show() -> ResponseReturnValue:
    """What the viewer allows with each of her stories."""
    viewer = the_viewer()
    if not (verdict := can_have_pages(viewer)):
        return refused(verdict)
    g.is_private = True
    stories = consent_queries.stories_to_choose(viewer)
    allowed = ledger.allowed_by_each([story.id for story in stories])
    said = wishes.wishes_of([story.id for story in stories])
    return render_template(
        "stories/choices.html",
        rows=[_row(story, allowed[story.id], said.get(story.id)) for story in stories],
        status_words=STATUS_WORDS,
    )


def _row(story: Story, allowed: set[ledger.Use], wish: str | None) -> dict[str, Any]:
    return {
        "story": story,
        "uses": [use_words(*use) for use in wording.uses_of(story.language) if use in allowed],
        "wish": WISH_WORDS[wish or "keep"],
        "is_of_age": consent_policy.is_of_age(story, clock.today().year),
    }


@bp.get("/stories/<int:story_id>/wish")
def wish_show(story_id: int) -> ResponseReturnValue:
    """What an author wished in case she can't be reached: for administrators, and only then."""
    return _wish_page(story_id, ReasonForm())


def _wish_page(story_id: int, form: ReasonForm) -> ResponseReturnValue:
    viewer = the_viewer()
    story = queries.story_by_id(story_id)
    if not (verdict := consent_policy.can_see_wish(viewer, story is not None and is_owner(viewer, story))):
        return refused(verdict)
    if story is None or story.status in ("draft", "erased"):
        abort(404)
    g.is_private = True
    wish = wishes.wish_of(story.id)
    page = render_template(
        "stories/wish.html",
        story=story,
        wish=wish,
        words=WISH_WORDS[wish.if_unreachable if wish else "keep"],
        hint=WISH_HINTS[wish.if_unreachable if wish else "keep"],
        can_do=consent_policy.can_carry_out(viewer, story, wish, False),
        can_undo=consent_policy.can_undo(viewer, story, wish, False),
        form=form,
    )
    return page, 422 if form.errors else 200


@bp.post("/stories/<int:story_id>/wish/fulfilment")
def wish_fulfilment_create(story_id: int) -> ResponseReturnValue:
    """Do what an author wished, because she can't be reached."""
    form = ReasonForm(request.form)
    if the_viewer().is_admin and not form.validate():
        return _wish_page(story_id, form)
    return _administer(story_id, wishes.carry_out, reason=form.reason.data or "")


@bp.post("/stories/<int:story_id>/wish/undoing")
def wish_undoing_create(story_id: int) -> ResponseReturnValue:
    """Undo what was done by an author's wish."""
    return _administer(story_id, wishes.undo)


def _administer(story_id: int, act: Any, **values: str) -> ResponseReturnValue:
    viewer = the_viewer()
    if not (verdict := consent_policy.can_see_wish(viewer, False)):
        return refused(verdict)
    with write():
        outcome = act(actor=viewer, story_id=story_id, **values)
    if outcome.story is None:
        abort(404)
    if not outcome.verdict:
        return refused(outcome.verdict)
    return redirect(url_for("consent.wish_show", story_id=story_id), 303)
