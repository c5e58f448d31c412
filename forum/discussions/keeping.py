"""What is kept of a box while one writes, one draft for each place: its words and its *More choices*."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from forum.accounts.viewer import Viewer
from forum.care import cards
from forum.contributions import actions as contributions
from forum.contributions import policy as contributions_policy
from forum.contributions.models import Draft
from forum.core import richtext
from forum.core.languages import current_language
from forum.core.unit_of_work import write
from forum.core.verdict import YES, Verdict
from forum.discussions import editing
from forum.discussions.forms import id_in
from forum.discussions.models import Post
from forum.discussions.sending import was_just_sent

ONE = ("attribution", "basis", "paper", "reference", "language", "then")
OF_EDIT = ("basis", "paper", "reference", "revision")
SEVERAL = ("content_notes", "topics")
MOST, LONGEST = 60, 200  # values of one choice, characters of one value


def keep_draft(viewer: Viewer, place: str) -> ResponseReturnValue:
    """Keep posted words at a place: {"version"}; 409 with the kept `fields` where another window's are newer."""

    def save(source: str, title: str, version: int) -> tuple[Draft | None, Verdict]:
        if source and was_just_sent(viewer, source):
            contributions.drop_draft(actor=viewer, place=place)
            return None, YES
        facts = choices_in(request.form)
        return contributions.save_draft(
            actor=viewer, place=place, source=source, title=title, version=version, facts=facts
        )

    return _kept(viewer, save)


def keep_edit(viewer: Viewer, post: Post) -> ResponseReturnValue:
    """The same of a change to one's own post."""
    facts = {name: one_of(request.form, name) for name in OF_EDIT}

    def save(source: str, title: str, version: int) -> tuple[Draft | None, Verdict]:
        return editing.keep(actor=viewer, post=post, source=source, title=title, version=version, facts=facts)

    return _kept(viewer, save)


def _kept(viewer: Viewer, save: Callable[[str, str, int], tuple[Draft | None, Verdict]]) -> ResponseReturnValue:
    if not viewer.is_authenticated:
        return jsonify(reason=str(contributions_policy.SIGN_IN)), 401
    source = richtext.clean_text(request.form.get("source", ""))
    title = richtext.clean_text(request.form.get("title", ""), single_line=True)
    if len(source) > richtext.MAX_LENGTH or len(title) > richtext.MAX_LENGTH:
        return jsonify(reason=_("This is too much at once")), 413
    with write():
        draft, verdict = save(source, title, id_in(request.form.get("version")) or 0)
        if draft is None:
            return jsonify(version=0)
        if verdict:
            cards.offer_on_draft(actor=viewer, text=f"{title}\n\n{source}", language=current_language())
        answer = {"version": draft.version, "saved_at": draft.saved_at.isoformat()}
        kept = {"source": draft.source} | ({"title": draft.title} if draft.title else {}) | (draft.facts or {})
    return jsonify(answer) if verdict else (jsonify(answer | {"fields": kept}), 409)


def one_of(fields: MultiDict[str, str], name: str) -> str:
    """One of the choices in posted fields, bounded."""
    return richtext.clean_text(fields.get(name, ""), single_line=True)[:LONGEST]


def choices_in(fields: MultiDict[str, str]) -> dict[str, Any]:
    """What is chosen in posted fields, bounded: a text for each, or the values of its ticked boxes."""
    one = {name: one_of(fields, name) for name in ONE if fields.get(name)}
    several = {name: _values(fields, name) for name in SEVERAL}
    return one | several


def _values(fields: MultiDict[str, str], name: str) -> list[str]:
    return [richtext.clean_text(value, single_line=True)[:LONGEST] for value in fields.getlist(name)[:MOST]]


def fields_of(draft: Draft) -> MultiDict[str, str]:
    """A draft as the fields that a form takes."""
    kept: dict[str, Any] = {"source": draft.source, "title": draft.title, "version": str(draft.version)}
    return MultiDict(kept | (draft.facts or {}))
