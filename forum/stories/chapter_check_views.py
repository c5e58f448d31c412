"""The addresses between writing a later chapter or an afterword and its being read: the check, sending, the rest."""

from __future__ import annotations

from typing import Any

from flask import flash, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.login import the_viewer
from forum.accounts.refusal import refused
from forum.contributions import policy as contributions
from forum.contributions.pointed_out import details_to_show
from forum.contributions.queries import is_owner
from forum.core.languages import current_language
from forum.core.limits import slow_down
from forum.core.unit_of_work import write
from forum.screening.sending import of_form
from forum.stories import chapter_policy as policy
from forum.stories import chapter_queries, chapter_sending, chapters, queries
from forum.stories.chapter_views import act_on, bp, lead_on, my_chapter
from forum.stories.consent_forms import RestForm
from forum.stories.models import StoryUpdate


@bp.get("/chapters/<int:chapter_id>/check")
def chapter_check(chapter_id: int) -> ResponseReturnValue:
    """One as readers will see it, under which consent it stands, and the button that sends it."""
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(contributions.can_write(viewer))
    chapter = my_chapter(chapter_id)
    verdict = policy.can_change(viewer, chapter, True)
    return _check_page(chapter) if verdict else refused(verdict)


def _check_page(chapter: StoryUpdate, problem: Any = "", form: RestForm | None = None) -> str:
    g.is_private = True
    viewer = the_viewer()
    draft = chapter_queries.unsent_change(chapter, viewer) if chapter.status == "published" else None
    can_rest = chapter.status != "published" and is_owner(viewer, chapter)
    return render_template(
        "stories/chapter_check.html",
        chapter=chapter,
        story=queries.story_by_id(chapter.story_id),
        shown=chapter_queries.preview(chapter, draft) if draft else chapter,
        details=details_to_show(chapter, draft),
        problem=problem,
        resting=(form or RestForm(data={"wait": "0"})) if can_rest else None,
        has_agreed=form is not None and "consent" in request.form,
    )


@bp.post("/chapters/<int:chapter_id>/sending")
def chapter_sending_create(chapter_id: int) -> ResponseReturnValue:
    """Send one to be read, at once or after a rest."""
    slow_down("sending", limit=30, seconds=3600)
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(contributions.can_write(viewer))
    chapter, form = my_chapter(chapter_id), RestForm(request.form, data={"wait": "0"})
    if not form.validate():
        return _check_page(chapter, form=form), 422
    return _sent(chapter_id, form)


def _sent(chapter_id: int, form: RestForm) -> ResponseReturnValue:
    with write():
        outcome = chapter_sending.send(
            actor=the_viewer(),
            chapter_id=chapter_id,
            has_agreed="consent" in request.form,
            language=current_language(),
            wait_hours=form.hours(),
            sent=of_form(request.form),
        )
        is_resting = outcome.chapter is not None and outcome.chapter.status == "sent"
    if outcome.verdict.status == 422 and not outcome.verdict and outcome.chapter is not None:
        return _check_page(my_chapter(chapter_id), outcome.verdict.reason, form), 422
    if outcome.verdict and not is_resting:  # the page itself says until when it rests
        flash(_("We have your words. Somebody reads them before others do; you will get a letter."), "good")
    return lead_on(outcome, "chapters.chapter_show")


@bp.post("/chapters/<int:chapter_id>/admission")
def chapter_admission_create(chapter_id: int) -> ResponseReturnValue:
    """Send one on before its time to think it over has passed."""
    return act_on(chapter_id, chapter_sending.send_on)


@bp.post("/chapters/<int:chapter_id>/kept-details")
def chapter_kept_detail_create(chapter_id: int) -> ResponseReturnValue:
    """She means to share a personal detail: it isn't pointed out again."""
    digest = request.form.get("detail", "")[:200]
    return act_on(chapter_id, chapters.keep_detail, "chapters.chapter_check", digest=digest)
