"""The addresses of writing a story: begin, write, keep, recall, take back, bring back, throw away."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from flask import Blueprint, Response, abort, flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.login import the_viewer
from forum.accounts.refusal import refused
from forum.contributions.models import Draft
from forum.contributions.queries import is_owner
from forum.core import clock
from forum.core.languages import PREFIX, current_language
from forum.core.limits import slow_down
from forum.core.unit_of_work import write
from forum.core.verdict import Verdict
from forum.stories import actions, chapter_queries, drafting, policy, queries, translation_queries, work
from forum.stories.forms import StoryForm
from forum.stories.models import Story
from forum.stories.words import STATUS_WORDS
from forum.topics import queries as topics

bp = Blueprint("writing", __name__, url_prefix=PREFIX)


def my_story(story_id: int) -> Story:
    """A story of the viewer's own, or one told to a curator; nobody else's is found."""
    viewer = the_viewer()
    return queries.own_story(viewer, story_id) or work.work_story(viewer, story_id) or abort(404)


def _seen_version() -> int:
    raw = request.form.get("version", "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else 0


def _form(story: Story) -> StoryForm:
    """The form with what was posted, else with what is kept."""
    form = StoryForm(request.form) if request.method == "POST" else StoryForm(data=_kept(story))
    form.offer(topics.all_topics(current_language()), the_viewer().display_name)
    return form


def _kept(story: Story, draft: Draft | None = None) -> dict[str, Any]:
    """What the form shows of what is kept: the unsent change of a published story, else the story itself."""
    if draft is None and story.status == "published":
        draft = queries.unsent_edit(story, the_viewer())
    words, facts = drafting.words_of(draft or story), drafting.facts_kept(story, draft)
    return {
        **{field.name: getattr(words, field.name) for field in fields(words)},
        **{field.name: getattr(facts, field.name) or "" for field in fields(facts)},
        "first_symptoms": facts.first_symptoms,
        "diagnosed": facts.diagnosed,
        "topics": list(facts.topic_ids),
        "treatments": list(facts.topic_ids),
        "topic_words": list(facts.other_words),
        "treatment_words": list(facts.other_treatments),
        "content_notes": list(facts.content_notes),
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
        outcome = drafting.begin(actor=viewer, language=current_language())
    return _after(outcome, "writing.story_edit")


@bp.get("/stories/<int:story_id>/edit")
def story_edit(story_id: int) -> ResponseReturnValue:
    """The page on which a story is written."""
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(policy.can_write(viewer))
    story = my_story(story_id)
    if not (verdict := policy.can_change(viewer, story, True)):
        return refused(verdict)
    return _writing_page(story, _form(story))


def _writing_page(story: Story, form: StoryForm, conflict: Any = None) -> str:
    g.is_private = True
    return render_template(
        "stories/write.html",
        story=story,
        form=form,
        conflict=conflict,
        is_change=story.status == "published",
        place=_place_asked(form),
    )


def _place_asked(form: StoryForm) -> dict[str, Any]:
    """Which words of which field the check led back to, as its link says: `?at=source&from=12&to=30`."""
    place = {name: request.args.get(name, -1, type=int) for name in ("from", "to")}
    name = request.args.get("at", "")
    text = form[name].data or "" if name in ("title", "teaser", "source") else ""
    is_there = 0 <= place["from"] < place["to"] <= len(text)
    return {"at": name, "text": text[place["from"] : place["to"]], **place} if is_there else {}


@bp.post("/stories/<int:story_id>/draft")
def draft_create(story_id: int) -> ResponseReturnValue:
    """Keep what is typed: from the page by itself (JSON), or by its button, then on to the check or back to it."""
    viewer = the_viewer()
    is_by_script = "application/json" in request.headers.get("Accept", "")
    if not viewer.is_authenticated:
        return _json_refusal(policy.can_write(viewer)) if is_by_script else refused(policy.can_write(viewer))
    form = _form(my_story(story_id))
    is_whole = form.validate()
    outcome, unknown = _keep(story_id, form, is_whole=is_whole, is_by_script=is_by_script)
    if is_by_script:
        return _kept_answer(outcome)
    if not outcome.verdict:
        if outcome.verdict.status == 409 and not outcome.verdict.reason and outcome.story is not None:
            return _writing_page(outcome.story, form, conflict=outcome.draft or outcome.story), 409
        return refused(outcome.verdict)
    if not is_whole:
        return _writing_page(my_story(story_id), form), 422
    for word in unknown:
        flash(_("We don’t know “%(word)s” yet; it stays in your own words.", word=word), "note")
    if "look_up" in request.form:
        part = "treatments" if request.form["look_up"] == "treatment" else "topics"
        return redirect(url_for("writing.story_edit", story_id=story_id, _anchor=part), 303)
    if "check" in request.form:
        return redirect(url_for("writing.check_show", story_id=story_id), 303)
    flash(_("Your words are kept. Come back whenever you like."), "good")
    return redirect(url_for("writing.story_edit", story_id=story_id), 303)


def _keep(story_id: int, form: StoryForm, *, is_whole: bool, is_by_script: bool) -> tuple[actions.Outcome, list[str]]:
    """Keep what the form holds; also the words typed for topics that the vocabulary doesn't know."""
    viewer = the_viewer()
    typed = [*(form.topic_words.data or ()), *(form.treatment_words.data or ())]
    # What is half typed is kept as it is; only what she hands over is looked up.
    known = topics.meant_by(typed, current_language()) if is_whole and not is_by_script else {}
    # A browser sends every select: a post without the country comes from a page that doesn't ask for facts.
    facts = form.facts(known) if is_whole and "country" in request.form else None
    with write():
        outcome = drafting.keep(
            actor=viewer,
            story_id=story_id,
            words=form.words(),
            facts=facts,
            seen_version=_seen_version(),
            at_once=not is_by_script,
        )
        if outcome.verdict and is_whole and form.attribution.data:
            drafting.sign(
                actor=viewer, story_id=story_id, attribution=form.attribution.data, byline=form.byline.data or None
            )
    return outcome, [word for word in dict.fromkeys(typed) if word not in known]


def _json_refusal(verdict: Verdict) -> Response:
    answer = jsonify({"reason": str(verdict.reason)})
    answer.status_code = verdict.status
    return answer


def _kept_answer(outcome: actions.Outcome) -> Response:
    words = outcome.draft or outcome.story
    if words is None or (not outcome.verdict and outcome.verdict.reason):
        return _json_refusal(outcome.verdict)
    fields_kept: dict[str, Any] = {}
    if not outcome.verdict and outcome.story is not None:
        form = StoryForm(data=_kept(my_story(outcome.story.id)))
        form.offer(topics.all_topics(current_language()), "")
        fields_kept = {field.name: _as_sent(field) for field in form if field.name != "version"}
    answer = jsonify({"version": words.version, "saved_at": clock.now().isoformat(), "fields": fields_kept})
    answer.status_code = 200 if outcome.verdict else 409
    return answer


def _as_sent(field: Any) -> str | list[str]:
    """A field's value as a browser would send it: one text, or the values of its ticked boxes."""
    if isinstance(field.data, list):
        offered = {choice[0] for choice in field.choices or ()} or {*field.data}
        return sorted(str(value) for value in field.data if value in offered)
    return str(field.data) if field.data is not None else ""


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
    return render_template("stories/withdrawal.html", story=my_story(story_id))


@bp.post("/stories/<int:story_id>/withdrawal")
def withdrawal_create(story_id: int) -> ResponseReturnValue:
    """Take a story off the site at once."""
    return _act(story_id, actions.withdraw, "stories.story_show")


@bp.post("/stories/<int:story_id>/return")
def return_create(story_id: int) -> ResponseReturnValue:
    """Bring a story back within 30 days."""
    return _act(story_id, actions.bring_back, "writing.mine_show", _("It’s back, as it was."))


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
    return render_template(
        "stories/mine.html",
        stories=queries.own_stories(viewer),
        chapters=chapter_queries.own_unfinished(viewer),
        translations=translation_queries.own_translations(viewer),
        status_words=STATUS_WORDS,
    )
