"""The addresses of later chapters and afterwords: begin, write, keep, take back, refuse."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.login import the_viewer
from forum.accounts.refusal import refused
from forum.contributions import policy as contributions
from forum.contributions.queries import is_owner
from forum.core.languages import PREFIX, current_language
from forum.core.limits import slow_down
from forum.core.unit_of_work import write
from forum.stories import autosaving, chapter_queries, chapters, queries, work
from forum.stories import chapter_policy as policy
from forum.stories.chapter_forms import AboutForm, AfterwordForm, ChapterForm
from forum.stories.chapters import Outcome
from forum.stories.models import Story, StoryUpdate
from forum.stories.views import taken_back_page
from forum.stories.words import STATUS_WORDS, WRITER_WORDS, WRITTEN_BY

bp = Blueprint("chapters", __name__, url_prefix=PREFIX)
bp.record_once(lambda state: state.app.jinja_env.globals.update(written_by=WRITTEN_BY, writer_words=WRITER_WORDS))


def _story(story_id: int) -> Story:
    story: Story = queries.story_for(the_viewer(), story_id) or abort(404)
    return story


def my_chapter(chapter_id: int) -> StoryUpdate:
    """A chapter or afterword of the viewer's own, or 404."""
    chapter: StoryUpdate = chapter_queries.own_chapter(the_viewer(), chapter_id) or abort(404)
    return chapter


@bp.get("/stories/<int:story_id>/chapters/new")
def chapter_new(story_id: int) -> ResponseReturnValue:
    """What a later chapter is, those that were begun, and the button that begins one."""
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(contributions.can_write(viewer))
    story = work.work_story(viewer, story_id) or abort(404)
    g.is_private = True
    return render_template(
        "stories/chapter_new.html",
        story=story,
        verdict=policy.can_add(viewer, story, True),
        begun=[one for one in chapter_queries.unfinished_of(viewer, story_id) if one.part == "chapter"],
        status_words=STATUS_WORDS,
    )


@bp.post("/stories/<int:story_id>/chapters")
def chapter_create(story_id: int) -> ResponseReturnValue:
    """Begin a later chapter: an empty draft with a page of its own."""
    slow_down("chapter", limit=30, seconds=3600)
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(contributions.can_write(viewer))
    with write():
        outcome = chapters.begin(actor=viewer, story_id=story_id)
    return lead_on(outcome, "chapters.chapter_edit")


@bp.get("/stories/<int:story_id>/afterwords/new")
def afterword_new(story_id: int) -> ResponseReturnValue:
    """Who wants to write below somebody else's story says what she is to the author."""
    viewer = the_viewer()
    story = _story(story_id)
    verdict = policy.can_write_below(viewer, story, is_owner(viewer, story))
    return _about_page(story, AboutForm()) if verdict else refused(verdict)


def _about_page(story: Story, form: AboutForm) -> str:
    g.is_private = True
    return render_template("stories/afterword_new.html", story=story, form=form)


@bp.post("/stories/<int:story_id>/afterwords")
def afterword_create(story_id: int) -> ResponseReturnValue:
    """Begin an afterword: an empty draft with a page of its own."""
    slow_down("chapter", limit=30, seconds=3600)
    viewer = the_viewer()
    story = _story(story_id)
    if not (verdict := policy.can_write_below(viewer, story, is_owner(viewer, story))):
        return refused(verdict)
    form = AboutForm(request.form)
    if not form.validate():
        return _about_page(story, form), 422
    with write():
        outcome = chapters.begin_afterword(
            actor=viewer,
            story_id=story_id,
            language=current_language(),
            relation=form.relation.data,
            is_memorial=bool(form.is_memorial.data),
            died=form.died.data,
        )
    return lead_on(outcome, "chapters.chapter_edit")


def lead_on(outcome: Outcome, endpoint: str) -> ResponseReturnValue:
    """On to the page of what became of an act, or the refusal."""
    if not outcome.verdict or outcome.chapter is None:
        return refused(outcome.verdict)
    return redirect(url_for(endpoint, chapter_id=outcome.chapter.id), 303)


@bp.get("/chapters/<int:chapter_id>")
def chapter_show(chapter_id: int) -> ResponseReturnValue:
    """How one stands, for its writer and, of an afterword, for the story's author; others are led to its place, which
    is gone with the story (410)."""
    viewer = the_viewer()
    own = chapter_queries.own_chapter(viewer, chapter_id)
    chapter = own or chapter_queries.asked_afterword(viewer, chapter_id)
    if chapter is None:
        seen = chapter_queries.visible_chapter(viewer, chapter_id)
        if seen is None:
            gone = queries.taken_back(chapter_queries.story_of_published(chapter_id) or 0) or abort(404)
            return taken_back_page(gone)
        return redirect(f"/{current_language()}/stories/{seen.story_id}#chapter-{seen.id}", 302)
    g.is_private = True
    return render_template(
        "stories/chapter.html",
        chapter=chapter,
        story=queries.story_by_id(chapter.story_id),
        is_own=own is not None,
        can_change=own is not None and policy.can_change(viewer, chapter, True),
        status_words=STATUS_WORDS,
    )


@bp.get("/chapters/<int:chapter_id>/edit")
def chapter_edit(chapter_id: int) -> ResponseReturnValue:
    """The page on which one is written."""
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(contributions.can_write(viewer))
    chapter = my_chapter(chapter_id)
    if not (verdict := policy.can_change(viewer, chapter, True)):
        return refused(verdict)
    return _writing_page(chapter, _form(chapter))


def _form(chapter: StoryUpdate) -> Any:
    kind = AfterwordForm if chapter.part == "afterword" else ChapterForm
    form = kind(request.form) if request.method == "POST" else kind(data=_kept(chapter))
    if isinstance(form, AfterwordForm):
        form.offer(the_viewer().display_name)
    return form


def _kept(chapter: StoryUpdate) -> dict[str, Any]:
    draft = chapter_queries.unsent_change(chapter, the_viewer()) if chapter.status == "published" else None
    facts = chapters.facts_of(chapter) | ((draft.facts or {}) if draft else {})
    words = draft or chapter
    return facts | {
        "title": words.title,
        "source": words.source,
        "attribution": chapter.attribution,
        "byline": chapter.byline or "",
        "version": draft.version if draft else 0 if chapter.status == "published" else chapter.version,
    }


def _writing_page(chapter: StoryUpdate, form: Any, conflict: Any = None) -> str:
    g.is_private = True
    return render_template(
        "stories/chapter_write.html",
        chapter=chapter,
        story=queries.story_by_id(chapter.story_id),
        form=form,
        conflict=conflict,
        is_change=chapter.status == "published",
    )


@bp.post("/chapters/<int:chapter_id>/draft")
def chapter_draft_create(chapter_id: int) -> ResponseReturnValue:
    """Keep what is typed: from the page by itself (JSON), or by its button, then on to the check or back to it."""
    viewer, by_script = the_viewer(), autosaving.is_by_script()
    if not viewer.is_authenticated:
        verdict = contributions.can_write(viewer)
        return autosaving.refusal(verdict) if by_script else refused(verdict)
    chapter = my_chapter(chapter_id)
    form = _form(chapter)
    is_whole = form.validate()
    with write():
        outcome = chapters.keep(
            actor=viewer, chapter_id=chapter_id, lines=form.lines(chapter), seen_version=autosaving.seen_version()
        )
        if outcome.verdict and is_whole:
            _sign(outcome, form)
    if by_script:
        return autosaving.kept(outcome.verdict, outcome.draft or outcome.chapter, "title", "source")
    return _after_keeping(outcome, form, is_whole)


def _sign(outcome: Outcome, form: Any) -> None:
    if outcome.chapter is not None and isinstance(form, AfterwordForm) and form.attribution.data:
        chapters.sign(
            actor=the_viewer(),
            chapter_id=outcome.chapter.id,
            attribution=form.attribution.data,
            byline=form.byline.data or None,
        )


def _after_keeping(outcome: Outcome, form: Any, is_whole: bool) -> ResponseReturnValue:
    verdict, chapter = outcome.verdict, outcome.chapter
    if chapter is None or (not verdict and verdict.reason):
        return refused(verdict)
    if not verdict:
        return _writing_page(my_chapter(chapter.id), form, conflict=outcome.draft or chapter), 409
    if not is_whole:
        return _writing_page(my_chapter(chapter.id), form), 422
    if "check" in request.form:
        return redirect(url_for("chapters.chapter_check", chapter_id=chapter.id), 303)
    flash(_("Your words are kept. Come back whenever you like."), "good")
    return redirect(url_for("chapters.chapter_edit", chapter_id=chapter.id), 303)


def act_on(chapter_id: int, act: Any, endpoint: str = "chapters.chapter_show", **values: Any) -> ResponseReturnValue:
    """Do an act on a chapter of the viewer's own, and lead on."""
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(contributions.can_write(viewer))
    with write():
        outcome = act(actor=viewer, chapter_id=chapter_id, **values)
    return lead_on(outcome, endpoint)


@bp.post("/chapters/<int:chapter_id>/recall")
def chapter_recall_create(chapter_id: int) -> ResponseReturnValue:
    """Take one back from being read."""
    return act_on(chapter_id, chapters.recall, "chapters.chapter_edit")


@bp.post("/chapters/<int:chapter_id>/withdrawal")
def chapter_withdrawal_create(chapter_id: int) -> ResponseReturnValue:
    """Take one off the story's page at once."""
    return act_on(chapter_id, chapters.withdraw)


@bp.post("/chapters/<int:chapter_id>/return")
def chapter_return_create(chapter_id: int) -> ResponseReturnValue:
    """Bring one back within 30 days."""
    return act_on(chapter_id, chapters.bring_back)


@bp.post("/chapters/<int:chapter_id>/removal")
def chapter_removal_create(chapter_id: int) -> ResponseReturnValue:
    """Throw a draft away."""
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(contributions.can_write(viewer))
    with write():
        outcome = chapters.discard(actor=viewer, chapter_id=chapter_id)
    if not outcome.verdict:
        return refused(outcome.verdict)
    flash(_("The draft is gone."), "note")
    return redirect(url_for("writing.mine_show"), 303)


@bp.post("/chapters/<int:chapter_id>/refusal")
def chapter_refusal_create(chapter_id: int) -> ResponseReturnValue:
    """The story's author doesn't want an afterword below it, or does after all (`value` 0)."""
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(contributions.can_write(viewer))
    with write():
        is_refused = request.form.get("value") != "0"
        outcome = chapters.refuse(actor=viewer, chapter_id=chapter_id, is_refused=is_refused)
    return lead_on(outcome, "chapters.chapter_show")
