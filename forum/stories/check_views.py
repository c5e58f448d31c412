"""The addresses between writing and being read: the check, what it points out, sending."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum.accounts.login import the_viewer
from forum.accounts.refusal import refused
from forum.contributions import pointed_out
from forum.contributions.queries import is_owner
from forum.core.languages import current_language
from forum.core.limits import slow_down
from forum.core.settings import the_settings
from forum.core.unit_of_work import write
from forum.discussions.words import NOTE_WORDS
from forum.screening.sending import of_form
from forum.stories import actions, drafting, facts, policy, queries, rarity, wishes
from forum.stories.consent_forms import SendingForm, sending_form
from forum.stories.consent_words import WISH_HINTS
from forum.stories.models import Story
from forum.stories.writing_views import bp, my_story
from forum.topics import queries as topics


@bp.get("/stories/<int:story_id>/check")
def check_show(story_id: int) -> ResponseReturnValue:
    """The story as readers will see it, what the author allows, and the button that sends it."""
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(policy.can_write(viewer))
    story = my_story(story_id)
    if not is_owner(viewer, story):  # what was told goes on from its own page
        return redirect(url_for("told.told_show", story_id=story_id), 303)
    if not (verdict := policy.can_change(viewer, story, True)):
        return refused(verdict)
    return _check_page(story)


def _check_page(story: Story, problem: Any = "", form: SendingForm | None = None) -> str:
    g.is_private = True
    draft = queries.unsent_edit(story, the_viewer()) if story.status == "published" else None
    said = drafting.facts_kept(story, draft)
    return render_template(
        "stories/check.html",
        story=story,
        draft=draft,
        problem=problem,
        consent=form or sending_form(story),
        wish_hints=WISH_HINTS,
        preview=_preview(story, draft),
        note_words=NOTE_WORDS,
        said=said,
        about=[*topics.names(said.topic_ids, current_language()).values()],
        found=pointed_out.details_to_show(story, draft),
        rare=rarity.rarity_of(story.id, said),
        changes=facts.differences(facts.of(story), said) if draft else [],
    )


def _preview(story: Story, draft: Any) -> dict[str, Any]:
    return (
        {"title": draft.title, "teaser": draft.teaser, "html": queries.preview_html(draft.source, story.language)}
        if draft
        else {
            "title": story.title,
            "teaser": story.teaser,
            "html": story.html,
        }
    )


@bp.post("/stories/<int:story_id>/sending")
def sending_create(story_id: int) -> ResponseReturnValue:
    """Send a story to be read."""
    slow_down("sending", limit=30, seconds=3600)
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(policy.can_write(viewer))
    form = sending_form(my_story(story_id), request.form)
    if not form.validate():
        return _check_page(my_story(story_id), form=form), 422
    with write():
        outcome = actions.send(
            actor=viewer, story_id=story_id, uses=form.uses(), language=current_language(), wait_hours=form.hours(),
            sent=of_form(request.form),
        )  # fmt: skip
        if outcome.verdict:
            wishes.say(actor=viewer, story_id=story_id, **form.wish())
    if not outcome.verdict:
        if outcome.verdict.status == 422 and outcome.story is not None:
            return _check_page(my_story(story_id), outcome.verdict.reason, form), 422
        return refused(outcome.verdict)
    return redirect(url_for("writing.sent_show", story_id=story_id), 303)


@bp.get("/stories/<int:story_id>/sent")
def sent_show(story_id: int) -> ResponseReturnValue:
    """What happens next."""
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(policy.can_write(viewer))
    g.is_private = True
    return render_template("stories/sent.html", story=my_story(story_id), settings=the_settings())


@bp.post("/stories/<int:story_id>/kept-details")
def kept_detail_create(story_id: int) -> ResponseReturnValue:
    """She means to share a personal detail: it isn't pointed out again."""
    return _then_check(story_id, drafting.keep_detail, digest=request.form.get("detail", "")[:200])


@bp.post("/stories/<int:story_id>/widenings")
def widening_create(story_id: int) -> ResponseReturnValue:
    """Leave out the region, the country or the years, so that a story is not the only one of its kind."""
    return _then_check(story_id, drafting.widen, leave_out=request.form.get("leave_out", ""))


def _then_check(story_id: int, act: Any, **values: str) -> ResponseReturnValue:
    """Do an act on a story of the viewer's own and come back to the check."""
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(policy.can_write(viewer))
    my_story(story_id)
    with write():
        outcome = act(actor=viewer, story_id=story_id, **values)
    if not outcome.verdict:
        return refused(outcome.verdict)
    return redirect(url_for("writing.check_show", story_id=story_id, _anchor="part-found"), 303)
