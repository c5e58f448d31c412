"""Topics: their list, the page that gathers all about one, and the curators' forms for its text and literature."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.login import the_viewer
from forum.accounts.refusal import refused
from forum.core import clock, public_state
from forum.core.languages import PREFIX, current_language
from forum.core.limits import slow_down
from forum.core.unit_of_work import write
from forum.core.verdict import Verdict
from forum.guides import actions, policy, queries
from forum.guides.forms import GuideForm
from forum.guides.page import topic_page, tree
from forum.guides.structured import medical_web_page
from forum.helplines.views import assumed_country
from forum.references import queries as references
from forum.references.forms import PublicationForm
from forum.references.wording import KIND_WORDS, SECTION_WORDS
from forum.topics import queries as topics
from forum.topics.models import KINDS, Topic

bp = Blueprint("guides", __name__, url_prefix=PREFIX)
bp.app_context_processor(lambda: {"section_words": SECTION_WORDS, "reference_kinds": KIND_WORDS})

HOUR = 3600  # seconds


@bp.get("/topics")
def topic_index() -> str:
    """Every topic: conditions as a tree, then symptoms and treatments."""
    language = current_language()
    found = topics.all_topics(language)
    written = set(queries.languages_of_texts())
    kinds = [(kind, tree([topic for topic in found if topic.kind == kind], written)) for kind in KINDS]
    return render_template("guides/index.html", kinds=[(kind, roots) for kind, roots in kinds if roots])


@bp.get("/topics/<slug>")
def topic_show(slug: str) -> ResponseReturnValue:
    """Everything about a topic. A former address, a name or a synonym leads to it."""
    language, viewer = current_language(), the_viewer()
    topic = topics.topic_by_slug(slug)
    if topic is None:
        meant = topics.slug_meant_by(slug[:200], language)
        return redirect(f"/{language}/topics/{meant}", 302) if meant else abort(404)
    page = topic_page(topic, viewer, language, assumed_country(), clock.now())
    for line in page.lines:
        public_state.changes_at(line.changes_at)
    return render_template(
        "guides/topic.html",
        page=page,
        structured=medical_web_page(page, language),
        may_write=bool(policy.can_write_guides(viewer)),
    )


def _topic_to_write(slug: str) -> tuple[Topic, Verdict]:
    """The topic at an address, or 404, and whether the viewer may write about it."""
    topic = topics.topic_by_slug(slug) or abort(404)
    g.is_private = True
    return topic, policy.can_write_guides(the_viewer())


def _form_page(template: str, topic: Topic, form: Any, *, status: int = 200, trouble: Any = "") -> ResponseReturnValue:
    language = current_language()
    return render_template(
        f"guides/{template}.html",
        topic=topics.names([topic.id], language)[topic.id],
        form=form,
        trouble=trouble,
        references=references.for_topic([topic.id], language),
    ), status


@bp.get("/topics/<slug>/edit")
def text_edit(slug: str) -> ResponseReturnValue:
    """The text about a topic in the page's language, to be written or changed."""
    topic, verdict = _topic_to_write(slug)
    if not verdict:
        return refused(verdict)
    return _form_page("edit", topic, GuideForm.of_text(queries.text_in(topic.id, current_language())))


@bp.post("/topics/<slug>/texts")
def text_create(slug: str) -> ResponseReturnValue:
    """Keep the text about a topic in the page's language."""
    slow_down("guide", limit=120, seconds=HOUR)
    topic, verdict = _topic_to_write(slug)
    if not verdict:
        return refused(verdict)
    form, language = GuideForm(request.form), current_language()
    if not form.validate():
        return _form_page("edit", topic, form, status=422)
    with write():
        verdict = actions.save_text(
            actor=the_viewer(), topic_id=topic.id, language=language, guide=form.guide(), seen=form.seen_at()
        )
    if not verdict:
        form.show_seen(queries.text_in(topic.id, language))
        return _form_page("edit", topic, form, status=verdict.status, trouble=verdict.reason)
    flash(_("Kept. The guide now reads as below."), "good")
    return redirect(f"/{language}/topics/{topic.slug}", 303)


@bp.get("/topics/<slug>/references/new")
def reference_new(slug: str) -> ResponseReturnValue:
    """The form that adds a publication to a topic."""
    topic, verdict = _topic_to_write(slug)
    return _form_page("reference", topic, PublicationForm()) if verdict else refused(verdict)


@bp.post("/topics/<slug>/references")
def reference_create(slug: str) -> ResponseReturnValue:
    """Add a publication to a topic."""
    slow_down("guide", limit=120, seconds=HOUR)
    topic, verdict = _topic_to_write(slug)
    if not verdict:
        return refused(verdict)
    form = PublicationForm(request.form)
    if not form.validate():
        return _form_page("reference", topic, form, status=422)
    with write():
        reference_id, verdict = actions.add_reference(
            actor=the_viewer(), topic_id=topic.id, publication=form.publication()
        )
    if not verdict:
        return _form_page("reference", topic, form, status=verdict.status, trouble=verdict.reason)
    flash(_("Added. In the text it is cited as %(marker)s.", marker=f"[ref:{reference_id}]"), "good")
    return redirect(f"/{current_language()}/topics/{topic.slug}#references", 303)
