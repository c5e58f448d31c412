"""The addresses of care: her own page of help, the protocol of the moderators, the words that they may change."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.local_path import local_path
from forum.accounts.login import the_viewer
from forum.accounts.refusal import refused
from forum.care import actions, cards, page, policy, queries, shown, wording
from forum.care.forms import WordingForm
from forum.core import clock, richtext, wordings
from forum.core.languages import PREFIX, current_language
from forum.core.limits import slow_down
from forum.core.settings import LANGUAGES
from forum.core.unit_of_work import write

bp = Blueprint("care", __name__, url_prefix=PREFIX)
TEXT = f"/moderation/wordings/<key>/<any({', '.join(LANGUAGES)}):code>"
bp.after_app_request(shown.carry)


@bp.app_context_processor
def _templates() -> dict[str, Any]:
    return {"care_here": shown.care_here, "raised_words": wording.RAISED, "wording": _wording}


def _wording(key: str) -> wordings.Words:
    return wordings.newest(key, current_language())


# Her own


@bp.get("/me/care")
def help_show() -> ResponseReturnValue:
    """The card, at any time: for the country asked for, else the likely one."""
    viewer = the_viewer()
    if not (verdict := policy.can_see_own(viewer)):
        return refused(verdict)
    g.is_private = True
    country = page.likely_country(request.args.get("country"), current_language(), request.accept_languages)
    card = page.card(country=country, language=current_language(), now=clock.now())
    return render_template("care/help.html", care=card, is_open=bool(queries.open_cards(viewer)))


@bp.post("/me/care/closings")
def closing_create() -> ResponseReturnValue:
    """Put the card away."""
    viewer = the_viewer()
    if not (verdict := policy.can_see_own(viewer)):
        return refused(verdict)
    slow_down("care", limit=60, seconds=600, value=str(viewer.id))
    with write():
        cards.close(actor=viewer)
    return redirect(local_path(request.form.get("back", "")) or url_for("notifications.index"), 303)


# The moderators'


@bp.get("/moderation/protocol")
def protocol_show() -> ResponseReturnValue:
    """What moderators do when somebody may be in danger."""
    if not (verdict := policy.can_change_words(the_viewer())):
        return refused(verdict)
    words = wordings.newest(wording.PROTOCOL.key, current_language())
    return render_template("care/protocol.html", words=words, html=richtext.render(words.text, headings=True))


@bp.get("/moderation/wordings")
def wording_index() -> ResponseReturnValue:
    """The texts that moderators may change."""
    if not (verdict := policy.can_change_words(the_viewer())):
        return refused(verdict)
    return render_template("care/wordings.html", defaults=wordings.all_defaults())


@bp.get(TEXT)
def wording_show(key: str, code: str) -> ResponseReturnValue:
    """A text in the form, with its versions (`?from=2`: that one in the form; 0 is what it came as)."""
    default = wordings.default_of(key) or abort(404)
    if not (verdict := policy.can_change_words(the_viewer())):
        return refused(verdict)
    now = wordings.newest(key, code)
    form = WordingForm(data={"text": now.text, "version": str(wordings.version_of(key, code))})
    return _wording_page(default, code, form, older=request.args.get("from"))


@bp.post(TEXT)
def wording_create(key: str, code: str) -> ResponseReturnValue:
    """Keep a new version; where somebody else was first, show both."""
    default = wordings.default_of(key) or abort(404)
    viewer, form = the_viewer(), WordingForm(request.form)
    if not (verdict := policy.can_change_words(viewer)):
        return refused(verdict)
    slow_down("wording", limit=60, seconds=600, value=str(viewer.id))
    if not form.validate():
        return _wording_page(default, code, form), 422
    with write():
        verdict = actions.change_words(
            actor=viewer, key=key, language=code, text=form.text.data or "", seen_version=form.seen_version
        )
    if not verdict:
        return _beside_theirs(default, code, form, verdict.reason), verdict.status
    flash(_("Kept. This is how it reads now."), "good")
    return redirect(url_for("care.wording_show", key=key, code=code), 303)


def _beside_theirs(default: wordings.Default, code: str, form: WordingForm, reason: Any) -> str:
    form.version.data = str(wordings.version_of(default.key, code))
    return _wording_page(default, code, form, refusal=reason)


def _wording_page(
    default: wordings.Default, code: str, form: WordingForm, *, refusal: Any = None, older: str | None = None
) -> str:
    versions = queries.versions_of(default.key, code)
    texts = {"0": default.texts.get(code, "")} | {str(row.version): row.text for row, _name in versions}
    if older is not None and texts.get(older):
        form.text.data = texts[older]
    return render_template(
        "care/wording.html", default=default, code=code, form=form, versions=versions, refusal=refusal,
        older=older if older in texts else None, now=wordings.newest(default.key, code),
    )  # fmt: skip
