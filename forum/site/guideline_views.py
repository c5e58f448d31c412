"""Changing the guidelines, in the administrator's panel."""

from __future__ import annotations

from typing import Any

import wtforms
from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forum.accounts.login import the_viewer
from forum.core.forms import Form, line, text
from forum.core.settings import LANGUAGES
from forum.core.unit_of_work import write
from forum.core.verdict import Verdict
from forum.moderation import rule_making
from forum.moderation.guideline_models import Guideline
from forum.moderation.rule_making import Words
from forum.site.admin_views import ID, _after, bp
from forum.site.forms import number_in

TITLE_LIMIT, TEXT_LIMIT = 120, 3000
ONE = f"/guidelines/{ID}number>"


class GuidelineForm(Form):
    """A guideline's words in each language; `version` is the one that was read, 0 for a new one."""

    version = wtforms.HiddenField(default="0")
    title_en = line(_l("Title"), TITLE_LIMIT)
    text_en = text(_l("What the guideline says"), TEXT_LIMIT)
    to_author_en = text(_l("What a letter says under it"), TEXT_LIMIT)
    title_it = line(_l("Title"), TITLE_LIMIT)
    text_it = text(_l("What the guideline says"), TEXT_LIMIT)
    to_author_it = text(_l("What a letter says under it"), TEXT_LIMIT)
    title_es = line(_l("Title"), TITLE_LIMIT)
    text_es = text(_l("What the guideline says"), TEXT_LIMIT)
    to_author_es = text(_l("What a letter says under it"), TEXT_LIMIT)

    @property
    def words(self) -> dict[str, Words]:
        """What was typed, by language."""
        parts = ("title", "text", "to_author")
        return {code: Words(*(self[f"{part}_{code}"].data or "" for part in parts)) for code in LANGUAGES}


def _filled(found: Guideline) -> GuidelineForm:
    words: dict[str, Any] = {"version": str(found.version)}
    for one in found.texts:
        words |= {f"{part}_{one.language}": getattr(one, part) for part in ("title", "text", "to_author")}
    return GuidelineForm(data=words)


def _page(form: GuidelineForm, number: int = 0, refusal: Verdict | None = None) -> ResponseReturnValue:
    g.is_private = True
    present = rule_making.in_force(number) if refusal is not None and refusal.status == 409 else None
    page = render_template(
        "site/admin/guideline.html", form=form, number=number, refusal=refusal, present=present, languages=LANGUAGES
    )
    return page, refusal.status if refusal is not None else 200


@bp.get("/guidelines")
def guideline_list() -> ResponseReturnValue:
    """Every version of every guideline, those in force first."""
    g.is_private = True
    return render_template("site/admin/guidelines.html", versions=rule_making.versions())


@bp.get("/guidelines/new")
def guideline_new() -> ResponseReturnValue:
    """The form of another guideline."""
    return _page(GuidelineForm())


@bp.post("/guidelines")
def guideline_create() -> ResponseReturnValue:
    """Put another guideline into force."""
    form = GuidelineForm(request.form)
    if not form.validate():
        return _page(form, refusal=Verdict(False, rule_making.NO_WORDS, 422))
    with write():
        _number, verdict = rule_making.make(actor=the_viewer(), words=form.words)
    return _page(form, refusal=verdict) if not verdict else _done(_("It is in force."))


@bp.get(ONE)
def guideline(number: int) -> ResponseReturnValue:
    """The form of a guideline, filled with the version in force."""
    return _page(_filled(rule_making.in_force(number) or abort(404)), number)


@bp.post(ONE)
def guideline_change_create(number: int) -> ResponseReturnValue:
    """Put a new version of a guideline into force."""
    form = GuidelineForm(request.form)
    if not form.validate():
        return _page(form, number, Verdict(False, rule_making.NO_WORDS, 422))
    seen = number_in(form.version.data) or 0
    with write():
        verdict = rule_making.change(actor=the_viewer(), number=number, seen_version=seen, words=form.words)
    if verdict.status == 409 and (present := rule_making.in_force(number)) is not None:
        form.version.data = str(present.version)
    return _page(form, number, verdict) if not verdict else _done(_("The new version is in force."))


@bp.post(f"{ONE}/retirement")
def guideline_retirement_create(number: int) -> ResponseReturnValue:
    """Take a guideline out of force."""
    with write():
        verdict = rule_making.retire(actor=the_viewer(), number=number)
    return _after(verdict, _("Out of force. What was decided by it keeps its reason."), url_for("admin.guideline_list"))


def _done(words: str) -> ResponseReturnValue:
    flash(words, "good")
    return redirect(url_for("admin.guideline_list"), 303)
