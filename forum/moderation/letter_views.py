"""The letters to a member, each with its statement of reasons."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum.accounts.login import the_viewer
from forum.accounts.policy import can_have_pages
from forum.accounts.refusal import refused
from forum.core.languages import current_language
from forum.core.unit_of_work import write
from forum.moderation import actions, letterbox
from forum.moderation.forms import key_of
from forum.moderation.views import bp


@bp.get("/me/letters")
def letters() -> ResponseReturnValue:
    """The letters to the reader, newest first."""
    viewer = the_viewer()
    if not (verdict := can_have_pages(viewer)):
        return refused(verdict)
    rows = letterbox.letters_for(viewer, current_language(), key_of(request.args.get("before")))
    next_before = rows[letterbox.PAGE - 1].letter.id if len(rows) > letterbox.PAGE else None
    return render_template(
        "moderation/letters.html",
        letters=rows[: letterbox.PAGE],
        next_before=next_before,
        unread=letterbox.unread_letters(viewer),
    )


@bp.post(f"/me/letters/<int(max={2**31 - 1}):letter_id>/read")
def letter_read(letter_id: int) -> ResponseReturnValue:
    """Mark a letter as read."""
    viewer = the_viewer()
    if not (verdict := can_have_pages(viewer)):
        return refused(verdict)
    with write():
        is_hers = actions.mark_read(actor=viewer, letter_id=letter_id)
    return redirect(f"{url_for('moderation.letters')}#letter-{letter_id}", 303) if is_hers else abort(404)
