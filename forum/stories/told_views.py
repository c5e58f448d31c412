"""The addresses of told stories: begin one, what was agreed to, send it, the list."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.login import the_viewer
from forum.accounts.refusal import refused
from forum.contributions import ledger, wording
from forum.core.languages import PREFIX, current_language
from forum.core.limits import slow_down
from forum.core.unit_of_work import write
from forum.core.verdict import Verdict
from forum.moderation.forms import key_of
from forum.stories import claim_words, queries, told, told_policy
from forum.stories.models import Story
from forum.stories.told_forms import AgreedForm, TellingForm
from forum.stories.words import STATUS_WORDS, use_words

bp = Blueprint("told", __name__, url_prefix=PREFIX)
STORY = f"/stories/<int(max={2**31 - 1}):story_id>/told"


@bp.get("/me/told")
def told_index() -> ResponseReturnValue:
    """What was told to curators."""
    viewer = the_viewer()
    if not (verdict := told_policy.can_write_down(viewer)):
        return refused(verdict)
    rows = told.told_stories(viewer, key_of(request.args.get("before")))
    before = rows[told.PAGE - 1].id if len(rows) > told.PAGE else None
    return render_template(
        "stories/told.html",
        rows=rows[: told.PAGE],
        next_before=before,
        told_how=claim_words.TOLD_HOW_WORDS,
        status_words=STATUS_WORDS,
    )


@bp.get("/stories/told/new")
def told_new() -> ResponseReturnValue:
    """How a story was told."""
    if not (verdict := told_policy.can_write_down(the_viewer())):
        return refused(verdict)
    return render_template("stories/told_new.html", form=TellingForm(data={"language": current_language()}))


@bp.post("/stories/told")
def told_create() -> ResponseReturnValue:
    """Begin a draft for what was told; its words are written on the page where all stories are."""
    viewer = the_viewer()
    slow_down("told", limit=60, seconds=3600, value=str(viewer.id))
    if not (verdict := told_policy.can_write_down(viewer)):
        return refused(verdict)
    form = TellingForm(request.form)
    if not form.validate():
        return render_template("stories/told_new.html", form=form), 422
    with write():
        story, verdict = told.begin(actor=viewer, telling=form.telling())
    if story is None:
        return refused(verdict)
    return redirect(url_for("told.told_show", story_id=story.id), 303)


def _story(story_id: int) -> Story | Verdict:
    viewer = the_viewer()
    if not (verdict := told_policy.can_write_down(viewer)):
        return verdict
    return told.told_story(viewer, story_id) or abort(404)


def _form(story: Story) -> AgreedForm:
    questions = list(wording.questions(story.language, language=current_language()))
    keys = [wording.key_of(one.use, one.for_language) for one in questions]
    return AgreedForm(request.form if request.method == "POST" else None).offer(questions, keys=keys)


@bp.get(STORY)
def told_show(story_id: int) -> ResponseReturnValue:
    """A story from elsewhere: its words, what was agreed to, and the button that sends it."""
    story = _story(story_id)
    return refused(story) if isinstance(story, Verdict) else _page(story, _form(story))


def _page(story: Story, form: AgreedForm, problem: Verdict | None = None) -> str:
    g.is_private = True
    assert story.provenance is not None  # it came from elsewhere
    has_consent, viewer = ledger.allows(story.id, "site"), the_viewer()
    has_edit = story.status == "published" and queries.unsent_edit(story, viewer) is not None
    return render_template(
        "stories/told_story.html",
        story=story,
        came=story.provenance,
        form=form,
        problem=problem,
        history=ledger.history(story.id),
        has_edit=has_edit,
        can_send=told_policy.can_send(viewer, story, story.provenance, has_consent=has_consent, has_edit=has_edit),
        told_how=claim_words.TOLD_HOW_WORDS,
        status_words=STATUS_WORDS,
        use_words=use_words,
    )


@bp.post(f"{STORY}/consents")
def consent_create(story_id: int) -> ResponseReturnValue:
    """Write down what was agreed to."""
    viewer = the_viewer()
    slow_down("told", limit=60, seconds=3600, value=str(viewer.id))
    story = _story(story_id)
    if isinstance(story, Verdict):
        return refused(story)
    form = _form(story)
    if not form.validate():
        return _page(story, form), 422
    with write():
        verdict = told.record(
            actor=viewer,
            story_id=story_id,
            uses=wording.chosen(form.uses.data or [], story.language),
            how=form.how.data,
            note=form.note.data or "",
            read_back_on=form.read_back_on.data,
            language=current_language(),
        )
    if not verdict:
        return refused(verdict)
    flash(_("Written down."), "good")
    return redirect(url_for("told.told_show", story_id=story_id), 303)


@bp.post(f"{STORY}/sending")
def sending_create(story_id: int) -> ResponseReturnValue:
    """Send a told story to be read by somebody else."""
    viewer = the_viewer()
    slow_down("told", limit=60, seconds=3600, value=str(viewer.id))
    story = _story(story_id)
    if isinstance(story, Verdict):
        return refused(story)
    with write():
        verdict = told.send(actor=viewer, story_id=story_id)
    if verdict.status == 422 and not verdict:
        again = _story(story_id)
        return refused(again) if isinstance(again, Verdict) else (_page(again, _form_again(again), verdict), 422)
    if not verdict:
        return refused(verdict)
    flash(_("Sent. Somebody else reads it before it is published."), "good")
    return redirect(url_for("told.told_index"), 303)


def _form_again(story: Story) -> AgreedForm:
    questions = list(wording.questions(story.language, language=current_language()))
    return AgreedForm().offer(questions, keys=[wording.key_of(one.use, one.for_language) for one in questions])
