"""The addresses of translations: offer, write beside the original, keep, check, send, take back, see the difference."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.login import the_viewer
from forum.accounts.refusal import refused
from forum.contributions import policy as contributions
from forum.contributions.pointed_out import details_to_show
from forum.core.differences import differences
from forum.core.languages import PREFIX, current_language
from forum.core.limits import slow_down
from forum.core.settings import LANGUAGES
from forum.core.unit_of_work import write
from forum.screening.sending import of_form
from forum.stories import autosaving, queries, taking_over, translations, work
from forum.stories import translation_policy as policy
from forum.stories import translation_queries as reading
from forum.stories.models import Story
from forum.stories.translation_forms import TranslationForm, credit_choice
from forum.stories.translations import Outcome
from forum.stories.words import STATUS_WORDS

bp = Blueprint("translations", __name__, url_prefix=PREFIX)


def _mine(story_id: int) -> Story:
    story: Story = work.work_translation(the_viewer(), story_id) or abort(404)
    return story


def _root(story_id: int) -> Story:
    """The original of the set that a story the viewer may read belongs to."""
    viewer = the_viewer()
    asked: Story = queries.story_for(viewer, story_id) or abort(404)
    root: Story = queries.story_for(viewer, asked.translation_of_id or asked.id) or abort(404)
    return root


@bp.get("/stories/<int:story_id>/translations/new")
def translation_new(story_id: int) -> ResponseReturnValue:
    """The languages in which a story can't be read yet, and how each stands."""
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(contributions.can_write(viewer))
    return _offer_page(_root(story_id))


def _offer_page(root: Story, problem: Any = "") -> str:
    g.is_private = True
    openings = reading.openings(the_viewer(), root)
    return render_template("stories/translation_new.html", story=root, openings=openings, problem=problem)


@bp.post("/stories/<int:story_id>/translations")
def translation_create(story_id: int) -> ResponseReturnValue:
    """Begin a translation, or carry on with the one at hand."""
    slow_down("translation", limit=30, seconds=3600)
    viewer = the_viewer()
    if not (verdict := contributions.can_write(viewer)):
        return refused(verdict)
    root = _root(story_id)
    into = request.form.get("into", "")
    with write():
        outcome = translations.begin(actor=viewer, story_id=root.id, language=into if into in LANGUAGES else "")
    if not outcome.verdict and outcome.verdict.status == 422:
        return _offer_page(_root(story_id), outcome.verdict.reason), 422
    return _after(outcome, "translations.translation_edit")


def _after(outcome: Outcome, endpoint: str) -> ResponseReturnValue:
    if not outcome.verdict or outcome.story is None:
        return refused(outcome.verdict)
    return redirect(url_for(endpoint, story_id=outcome.story.id), 303)


@bp.get("/translations/<int:story_id>")
def translation_show(story_id: int) -> ResponseReturnValue:
    """How a translation stands, for its translator."""
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(contributions.can_write(viewer))
    story = _mine(story_id)
    g.is_private = True
    return render_template(
        "stories/translation.html",
        story=story,
        original=reading.original_of(viewer, story),
        change=reading.change_since(viewer, story),
        can_change=policy.can_change(viewer, story),
        is_taken_over=reading.newest_words(story).is_taken_over,
        status_words=STATUS_WORDS,
    )


@bp.get("/translations/<int:story_id>/edit")
def translation_edit(story_id: int) -> ResponseReturnValue:
    """The page on which a translation is written, beside its original."""
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(contributions.can_write(viewer))
    story = _mine(story_id)
    verdict = policy.can_change(viewer, story)
    return _writing_page(story, _form(story)) if verdict else refused(verdict)


def _form(story: Story) -> TranslationForm:
    form = TranslationForm(request.form) if request.method == "POST" else TranslationForm(data=_kept(story))
    form.offer(the_viewer().display_name)
    return form


def _kept(story: Story) -> dict[str, Any]:
    is_change = story.status == "published"
    draft = reading.unsent_change(story) if is_change else None
    facts = translations.facts_of(story) | ((draft.facts or {}) if draft else {})
    words = draft or story
    return {
        "title": words.title if draft or not is_change else story.title,
        "teaser": words.teaser,
        "source": words.source,
        "condition_words": facts["condition_words"],
        "region": facts["region"],
        "credit": credit_choice(facts["translator"], the_viewer().display_name),
        "credit_name": facts["translator"] if facts["translator"] != the_viewer().display_name else "",
        "version": draft.version if draft else 0 if is_change else story.version,
    }


def _writing_page(story: Story, form: TranslationForm, conflict: Any = None) -> str:
    g.is_private = True
    viewer = the_viewer()
    draft = reading.unsent_change(story) if story.status == "published" else None
    since = (draft.facts or {}).get("translated_from") if draft else None
    return render_template(
        "stories/translate.html",
        story=story,
        original=reading.original_of(viewer, story),
        change=reading.change_since(viewer, story, since),
        form=form,
        conflict=conflict,
        is_change=story.status == "published",
    )


@bp.post("/translations/<int:story_id>/draft")
def translation_draft_create(story_id: int) -> ResponseReturnValue:
    """Keep what is typed: from the page by itself (JSON), or by its button, then on to the check or back to it."""
    viewer, by_script = the_viewer(), autosaving.is_by_script()
    if not viewer.is_authenticated:
        verdict = contributions.can_write(viewer)
        return autosaving.refusal(verdict) if by_script else refused(verdict)
    form = _form(_mine(story_id))
    is_whole = form.validate()
    words = form.words(viewer.display_name, autosaving.seen_id("current"))
    with write():
        outcome = translations.keep(
            actor=viewer, story_id=story_id, words=words, seen_version=autosaving.seen_version()
        )
    if by_script:
        return autosaving.kept(outcome.verdict, outcome.draft or outcome.story, "title", "teaser", "source")
    return _after_keeping(outcome, form, is_whole)


def _after_keeping(outcome: Outcome, form: TranslationForm, is_whole: bool) -> ResponseReturnValue:
    verdict, story = outcome.verdict, outcome.story
    if story is None or (not verdict and verdict.reason):
        return refused(verdict)
    if not verdict:
        return _writing_page(_mine(story.id), form, conflict=outcome.draft or story), 409
    if not is_whole:
        return _writing_page(_mine(story.id), form), 422
    if "check" in request.form:
        return redirect(url_for("translations.translation_check", story_id=story.id), 303)
    flash(_("Your words are kept. Come back whenever you like."), "good")
    return redirect(url_for("translations.translation_edit", story_id=story.id), 303)


@bp.get("/translations/<int:story_id>/check")
def translation_check(story_id: int) -> ResponseReturnValue:
    """A translation as readers will see it, and the button that sends it."""
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(contributions.can_write(viewer))
    story = _mine(story_id)
    verdict = policy.can_change(viewer, story)
    return _check_page(story) if verdict else refused(verdict)


def _check_page(story: Story, problem: Any = "") -> str:
    g.is_private = True
    draft = reading.unsent_change(story) if story.status == "published" else None
    return render_template(
        "stories/translation_check.html",
        story=story,
        shown=reading.preview(story, draft),
        original=reading.original_of(the_viewer(), story),
        details=details_to_show(story, draft),
        has_agreed=story.status == "published" and not translations.is_new_to(draft),
        problem=problem,
    )


@bp.post("/translations/<int:story_id>/sending")
def translation_sending_create(story_id: int) -> ResponseReturnValue:
    """Send a translation to be read."""
    slow_down("sending", limit=30, seconds=3600)
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(contributions.can_write(viewer))
    has_agreed = "consent" in request.form
    with write():
        outcome = translations.send(
            actor=viewer, story_id=story_id, has_agreed=has_agreed, language=current_language(),
            sent=of_form(request.form),
        )  # fmt: skip
    if outcome.verdict.status == 422 and not outcome.verdict and outcome.story is not None:
        return _check_page(_mine(story_id), outcome.verdict.reason), 422
    if outcome.verdict:
        flash(_("We have your words. Somebody reads them before others do; you will get a letter."), "good")
    return _after(outcome, "translations.translation_show")


def _act(story_id: int, act: Any, endpoint: str, **values: Any) -> ResponseReturnValue:
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(contributions.can_write(viewer))
    with write():
        outcome = act(actor=viewer, story_id=story_id, **values)
    if outcome.verdict and endpoint == "writing.mine_show":
        return redirect(url_for(endpoint), 303)
    return _after(outcome, endpoint)


@bp.post("/translations/<int:story_id>/kept-details")
def translation_kept_detail_create(story_id: int) -> ResponseReturnValue:
    """She means to share a personal detail: it isn't pointed out again."""
    digest = request.form.get("detail", "")[:200]
    return _act(story_id, translations.keep_detail, "translations.translation_check", digest=digest)


@bp.post("/translations/<int:story_id>/recall")
def translation_recall_create(story_id: int) -> ResponseReturnValue:
    """Take a translation back from being read."""
    return _act(story_id, translations.recall, "translations.translation_edit")


@bp.post("/translations/<int:story_id>/withdrawal")
def translation_withdrawal_create(story_id: int) -> ResponseReturnValue:
    """Take one's own translation off the site."""
    return _act(story_id, translations.withdraw, "writing.mine_show")


@bp.post("/translations/<int:story_id>/removal")
def translation_removal_create(story_id: int) -> ResponseReturnValue:
    """Throw a draft of a translation away."""
    return _act(story_id, translations.discard, "writing.mine_show")


@bp.post("/translations/<int:story_id>/taking")
def taking_create(story_id: int) -> ResponseReturnValue:
    """Take over a translation that nobody looks after any more, to bring it up to date."""
    slow_down("translation", limit=30, seconds=3600)
    viewer = the_viewer()
    if not (verdict := contributions.can_write(viewer)):
        return refused(verdict)
    return _act(story_id, taking_over.take_over, "translations.translation_edit")


@bp.post("/translations/<int:story_id>/leaving")
def leaving_create(story_id: int) -> ResponseReturnValue:
    """Leave a translation that one has taken over to somebody else."""
    return _act(story_id, taking_over.leave, "writing.mine_show")


@bp.get("/translations/<int:story_id>/difference")
def difference_show(story_id: int) -> ResponseReturnValue:
    """What changed in the original since it was translated, word by word, as readers have seen it."""
    viewer = the_viewer()
    story = queries.story_for(viewer, story_id) or work.work_translation(viewer, story_id) or abort(404)
    change = reading.change_since(viewer, story) or abort(404)
    return render_template(
        "stories/translation_difference.html",
        story=story,
        original=reading.original_of(viewer, story),
        titles=differences(change.before.title, change.after.title),
        teasers=differences(change.before.teaser, change.after.teaser),
        paragraphs=differences(change.before.source, change.after.source),
        change=change,
    )
