"""The addresses of writing a story: begin, write, keep, check, send, recall, take back, bring back, throw away."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.login import the_viewer
from forum.accounts.refusal import refused
from forum.contributions.queries import is_owner, topics_of
from forum.core import clock
from forum.core.languages import PREFIX, current_language
from forum.core.limits import slow_down
from forum.core.settings import the_settings
from forum.core.unit_of_work import write
from forum.core.verdict import Verdict
from forum.discussions.words import NOTE_WORDS
from forum.stories import actions, consent, policy, queries
from forum.stories.forms import StoryForm
from forum.stories.models import Story
from forum.stories.words import RELATION_WORDS, STATUS_WORDS
from forum.topics import queries as topics

bp = Blueprint("writing", __name__, url_prefix=PREFIX)


def _my_story(story_id: int) -> Story:
    story = queries.own_story(the_viewer(), story_id)
    return story or abort(404)


def _seen_version() -> int:
    raw = request.form.get("version", "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else 0


def _form(story: Story) -> StoryForm:
    """The form with what was posted, else with what is kept."""
    form = StoryForm(request.form) if request.method == "POST" else StoryForm(data=_kept(story))
    form.offer([(topic.id, topic.name) for topic in topics.all_topics(current_language())], the_viewer().display_name)
    return form


def _kept(story: Story) -> dict[str, Any]:
    draft = queries.unsent_edit(story, the_viewer()) if story.status == "published" else None
    words = draft or story
    return {
        "title": words.title,
        "teaser": words.teaser,
        "source": words.source,
        "condition_words": story.condition_words,
        "relation": story.relation or "",
        "country": story.country or "",
        "region": story.region,
        "first_symptoms": story.first_symptoms,
        "diagnosed": story.diagnosed,
        "language": story.language,
        "topics": [topic.id for topic in story.topics],
        "content_notes": list(story.notes),
        "attribution": story.attribution,
        "byline": story.byline or "",
        "version": draft.version if draft else 0 if story.status == "published" else story.version,
    }


@bp.get("/stories/new")
def story_new() -> str:
    """What writing here is like, the drafts at hand, and the button that begins."""
    viewer = the_viewer()
    drafts = (
        [one for one in queries.own_stories(viewer) if one.status in policy.UNSENT] if viewer.is_authenticated else []
    )
    return render_template(
        "stories/new.html", drafts=drafts, verdict=policy.can_write(viewer), status_words=STATUS_WORDS
    )


@bp.post("/stories")
def story_create() -> ResponseReturnValue:
    """Begin a story: an empty draft with a page of its own."""
    slow_down("story", limit=30, seconds=3600)
    viewer = the_viewer()
    if not (verdict := policy.can_write(viewer)):
        return refused(verdict)
    with write():
        outcome = actions.begin(actor=viewer, language=current_language())
    return _after(outcome, "writing.story_edit")


@bp.get("/stories/<int:story_id>/edit")
def story_edit(story_id: int) -> ResponseReturnValue:
    """The page on which a story is written."""
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(policy.can_write(viewer))
    story = _my_story(story_id)
    if not (verdict := policy.can_change(viewer, story, True)):
        return refused(verdict)
    return _writing_page(story, _form(story))


def _writing_page(story: Story, form: StoryForm, conflict: Any = None) -> str:
    g.is_private = True
    return render_template(
        "stories/write.html", story=story, form=form, conflict=conflict, is_change=story.status == "published"
    )


@bp.post("/stories/<int:story_id>/draft")
def draft_create(story_id: int) -> ResponseReturnValue:
    """Keep what is typed: from the page by itself (JSON), or by its button, then on to the check or back to it."""
    viewer = the_viewer()
    is_by_script = "application/json" in request.headers.get("Accept", "")
    if not viewer.is_authenticated:
        return _json_refusal(policy.can_write(viewer)) if is_by_script else refused(policy.can_write(viewer))
    story = _my_story(story_id)
    form = _form(story)
    is_whole = form.validate()
    with write():
        outcome = actions.keep(
            actor=viewer,
            story_id=story_id,
            words=form.words(),
            facts=form.facts() if is_whole else None,
            seen_version=_seen_version(),
        )
        if outcome.verdict and is_whole and form.attribution.data:
            actions.sign(
                actor=viewer, story_id=story_id, attribution=form.attribution.data, byline=form.byline.data or None
            )
    if is_by_script:
        return _kept_answer(outcome)
    if not outcome.verdict:
        if outcome.verdict.status == 409 and not outcome.verdict.reason and outcome.story is not None:
            return _writing_page(outcome.story, form, conflict=outcome.draft or outcome.story), 409
        return refused(outcome.verdict)
    if not is_whole:
        return _writing_page(_my_story(story_id), form), 422
    if "check" in request.form:
        return redirect(url_for("writing.check_show", story_id=story_id), 303)
    flash(_("Your words are kept. Come back whenever you like."), "good")
    return redirect(url_for("writing.story_edit", story_id=story_id), 303)


def _json_refusal(verdict: Verdict) -> Response:
    answer = jsonify({"reason": str(verdict.reason)})
    answer.status_code = verdict.status
    return answer


def _kept_answer(outcome: actions.Outcome) -> Response:
    words = outcome.draft or outcome.story
    if words is None or (not outcome.verdict and outcome.verdict.reason):
        return _json_refusal(outcome.verdict)
    answer = jsonify(
        {
            "version": words.version,
            "saved_at": clock.now().isoformat(),
            "fields": {"title": words.title, "teaser": words.teaser, "source": words.source},
        }
    )
    answer.status_code = 200 if outcome.verdict else 409
    return answer


@bp.get("/stories/<int:story_id>/check")
def check_show(story_id: int) -> ResponseReturnValue:
    """The story as readers will see it, what the author allows, and the button that sends it."""
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(policy.can_write(viewer))
    story = _my_story(story_id)
    if not (verdict := policy.can_change(viewer, story, True)):
        return refused(verdict)
    return _check_page(story)


def _check_page(story: Story, problem: Any = "") -> str:
    g.is_private = True
    draft = queries.unsent_edit(story, the_viewer()) if story.status == "published" else None
    return render_template(
        "stories/check.html",
        story=story,
        draft=draft,
        problem=problem,
        consent=consent.asked(story, request.form.getlist("consent") if request.method == "POST" else None),
        preview=_preview(story, draft),
        relation_words=RELATION_WORDS,
        note_words=NOTE_WORDS,
        about=topics_of(story.id, current_language()),
    )


def _preview(story: Story, draft: Any) -> dict[str, Any]:
    return (
        {"title": draft.title, "teaser": draft.teaser, "html": queries.preview_html(draft.source)}
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
    allowed = consent.chosen(_my_story(story_id), request.form.getlist("consent"))
    with write():
        outcome = actions.send(actor=viewer, story_id=story_id, uses=allowed, language=current_language())
    if not outcome.verdict:
        if outcome.verdict.status == 422 and outcome.story is not None:
            return _check_page(_my_story(story_id), outcome.verdict.reason), 422
        return refused(outcome.verdict)
    return redirect(url_for("writing.sent_show", story_id=story_id), 303)


@bp.get("/stories/<int:story_id>/sent")
def sent_show(story_id: int) -> ResponseReturnValue:
    """What happens next."""
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(policy.can_write(viewer))
    g.is_private = True
    return render_template("stories/sent.html", story=_my_story(story_id), settings=the_settings())


def _act(story_id: int, act: Any, endpoint: str, said: str = "", kind: str = "good") -> ResponseReturnValue:
    """Do one act on a story of the viewer's own and lead on."""
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(policy.can_write(viewer))
    story = queries.own_story(viewer, story_id)
    if story is None or not is_owner(viewer, story):
        abort(404)
    with write():
        outcome = act(actor=viewer, story_id=story_id)
    if outcome.verdict and said:
        flash(said, kind)
    return _after(outcome, endpoint, story_id)


def _after(outcome: actions.Outcome, endpoint: str, story_id: int | None = None) -> ResponseReturnValue:
    if not outcome.verdict:
        return refused(outcome.verdict)
    key = outcome.story.id if outcome.story is not None else story_id
    address = url_for(endpoint) if endpoint == "writing.mine_show" else url_for(endpoint, story_id=key)
    return redirect(address, 303)


@bp.post("/stories/<int:story_id>/recall")
def recall_create(story_id: int) -> ResponseReturnValue:
    """Take a story back from being read."""
    return _act(story_id, actions.recall, "writing.story_edit")


@bp.get("/stories/<int:story_id>/withdrawal")
def withdrawal_show(story_id: int) -> ResponseReturnValue:
    """What taking a story back does, and its button."""
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(policy.can_write(viewer))
    g.is_private = True
    return render_template("stories/withdrawal.html", story=_my_story(story_id))


@bp.post("/stories/<int:story_id>/withdrawal")
def withdrawal_create(story_id: int) -> ResponseReturnValue:
    """Take a story off the site at once."""
    return _act(story_id, actions.withdraw, "stories.story_show")


@bp.post("/stories/<int:story_id>/return")
def return_create(story_id: int) -> ResponseReturnValue:
    """Bring a story back within 30 days."""
    return _act(story_id, actions.bring_back, "writing.mine_show", _("It's back, as it was."))


@bp.post("/stories/<int:story_id>/removal")
def removal_create(story_id: int) -> ResponseReturnValue:
    """Throw a draft away."""
    return _act(story_id, actions.discard, "writing.mine_show", _("The draft is gone."), "note")


@bp.get("/me/stories")
def mine_show() -> ResponseReturnValue:
    """The viewer's own stories in every state."""
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(policy.can_write(viewer))
    return render_template("stories/mine.html", stories=queries.own_stories(viewer), status_words=STATUS_WORDS)
