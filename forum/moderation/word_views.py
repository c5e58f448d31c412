"""Watched words on the desk: the list, adding with a look at what would have been caught, retiring, releasing."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from forum.accounts.login import the_viewer
from forum.accounts.refusal import refused
from forum.core.languages import NAMES, current_language
from forum.core.limits import slow_down
from forum.core.unit_of_work import write
from forum.moderation import policy, reversing, signal_words, signals, watching
from forum.moderation.forms import key_of
from forum.moderation.views import bp
from forum.moderation.word_forms import ACTS, LIST_LIMIT, ListForm, ReversalForm, WordForm
from forum.screening import catching
from forum.screening.catching import Caught
from forum.screening.sending import stamp
from forum.screening.words import Phrase

WORD = f"/moderation/words/<int(max={2**31 - 1}):word_id>"
FILE_LIMIT = 4 * LIST_LIMIT + 4  # bytes of a list that are read: of more the form says that it is too long


@bp.app_context_processor
def _signal_words() -> dict[str, Any]:
    """What other rooms' pages say of screening: `form_drawn()`, `held_because(contribution)`, `noticed(id)`."""
    return {
        "form_drawn": stamp,
        "held_because": signals.said_to_author,
        "noticed": signals.noticed,
        "signal_detail": signal_words.detail,
    }


@bp.get("/moderation/words")
def word_index() -> ResponseReturnValue:
    """The watched words, newest first (`?retired=1`: those that were)."""
    if not (verdict := policy.can_work(the_viewer())):
        return refused(verdict)
    return _words_page(WordForm())


@bp.post("/moderation/words")
def word_create() -> ResponseReturnValue:
    """Show what a word would have caught; watch it once that was shown."""
    viewer = the_viewer()
    if not (verdict := policy.can_work(viewer)):
        return refused(verdict)
    form = WordForm(request.form)
    if not form.validate():
        return _words_page(form, 422)
    if not form.is_seen:
        return _words_page(form, caught=_caught(form.phrases))
    slow_down("words", limit=300, seconds=3600, value=str(viewer.id))
    with write():
        rows, verdict = watching.watch(actor=viewer, phrases=form.phrases)
    if not verdict:
        form.phrase.errors = [str(verdict.reason)]
        return _words_page(form, verdict.status)
    flash(_("Watched from now on: “%(phrase)s”.", phrase=rows[0].phrase), "good")
    return redirect(url_for("moderation.word_show", word_id=rows[0].id), 303)


@bp.get("/moderation/words/lists")
def word_list_new() -> ResponseReturnValue:
    """The form for many words at once."""
    if not (verdict := policy.can_work(the_viewer())):
        return refused(verdict)
    return _list_page(ListForm())


@bp.post("/moderation/words/lists")
def word_list_create() -> ResponseReturnValue:
    """Show what a list of words would have caught; watch them all once that was shown."""
    viewer = the_viewer()
    if not (verdict := policy.can_work(viewer)):
        return refused(verdict)
    form = ListForm(request.form)
    if (file := request.files.get("file")) is not None:
        form.take_file(file.stream.read(FILE_LIMIT))
    if not form.validate():
        return _list_page(form, 422)
    if not form.is_seen:
        return _list_page(form, caught=_caught(form.phrases))
    slow_down("words", limit=300, seconds=3600, value=str(viewer.id))
    with write():
        rows, verdict = watching.watch(actor=viewer, phrases=form.phrases)
    if not verdict:
        form.words.errors = [str(verdict.reason)]
        return _list_page(form, verdict.status)
    flash(ngettext("%(num)d more phrase is watched now.", "%(num)d more phrases are watched now.", len(rows)), "good")
    return redirect(url_for("moderation.word_index"), 303)


@bp.get(WORD)
def word_show(word_id: int) -> ResponseReturnValue:
    """A word: how it has served, and what it would have caught in the last thirty days."""
    if not (verdict := policy.can_work(the_viewer())):
        return refused(verdict)
    row = watching.word_for(word_id) or abort(404)
    word = row.word
    phrase = Phrase(word.phrase, word.language, word.act, word.is_prefix)
    g.is_private = True
    return render_template(
        "screening/word.html",
        row=row,
        caught=_caught([phrase]),
        acts=ACTS,
        language_names=NAMES,
        reversal=ReversalForm(data={"signal": "watched_word", "word": str(word_id), "days": 30}),
    )


@bp.post(f"{WORD}/retirement")
def word_retire(word_id: int) -> ResponseReturnValue:
    """Watch a word no more."""
    with write():
        verdict = watching.retire(actor=the_viewer(), word_id=word_id)
    if not verdict:
        return refused(verdict)
    flash(_("It isn’t watched any more. What it held stays where it is."), "good")
    return redirect(url_for("moderation.word_show", word_id=word_id), 303)


@bp.get("/moderation/signals")
def signal_index() -> ResponseReturnValue:
    """What the site notices by itself: how each rule has served in thirty days."""
    if not (verdict := policy.can_work(the_viewer())):
        return refused(verdict)
    return _rules_page(ReversalForm())


@bp.post("/moderation/signals/reversals")
def reversal_create() -> ResponseReturnValue:
    """Release all that one rule held wrongly in the last days."""
    viewer = the_viewer()
    if not (verdict := policy.can_work(viewer)):
        return refused(verdict)
    slow_down("reversals", limit=60, seconds=600, value=str(viewer.id))
    form = ReversalForm(request.form)
    if not form.validate():
        return _rules_page(form, 422)
    with write():
        came = reversing.reverse(actor=viewer, signal=form.signal.data or "", word_id=form.word_id, days=form.days.data)
    if not came.verdict:
        return refused(came.verdict)
    flash(_said(came), "good")
    if form.word_id is not None:
        return redirect(url_for("moderation.word_show", word_id=form.word_id), 303)
    return redirect(url_for("moderation.signal_index"), 303)


def _said(came: reversing.Reversed) -> str:
    said = [ngettext("%(num)d text was published.", "%(num)d texts were published.", came.released)]
    if came.waiting:
        said.append(
            ngettext(
                "%(num)d goes on waiting: there is another reason.",
                "%(num)d go on waiting: there is another reason.",
                came.waiting,
            )
        )
    if came.is_more:
        said.append(_("There are more: press again."))
    return " ".join(said)


def _caught(phrases: list[Phrase]) -> Caught:
    return catching.would_catch(the_viewer(), phrases, current_language())


def _words_page(form: WordForm, status: int = 200, *, caught: Caught | None = None) -> ResponseReturnValue:
    g.is_private = True
    is_retired = request.args.get("retired") == "1"
    rows = watching.list_for(key_of(request.args.get("before")), is_retired=is_retired)
    form.seen.data = form.key if caught is not None else ""
    return render_template(
        "screening/words.html",
        rows=rows[: watching.PAGE],
        next_before=rows[watching.PAGE - 1].word.id if len(rows) > watching.PAGE else None,
        is_retired=is_retired,
        form=form,
        caught=caught,
        acts=ACTS,
        language_names=NAMES,
    ), status


def _list_page(form: ListForm, status: int = 200, *, caught: Caught | None = None) -> ResponseReturnValue:
    g.is_private = True
    form.seen.data = form.key if caught is not None else ""
    return render_template("screening/list.html", form=form, caught=caught, lines=form.lines), status


def _rules_page(form: ReversalForm, status: int = 200) -> ResponseReturnValue:
    g.is_private = True
    return render_template(
        "screening/signals.html",
        rules=signal_words.RULES,
        served=watching.rules_served(),
        can_be_reversed=reversing.RULES,
        form=form,
    ), status
