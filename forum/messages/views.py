"""The pages of messages: her conversations, one of them, a first message to somebody, whether she takes any."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.login import the_viewer
from forum.accounts.policy import can_have_pages
from forum.accounts.refusal import refused
from forum.core.languages import PREFIX
from forum.core.limits import slow_down
from forum.core.unit_of_work import write
from forum.discussions.forms import id_in
from forum.discussions.keeping import keep_draft
from forum.discussions.views import ID, who
from forum.messages import actions, boxes, policy, queries
from forum.messages.actions import Sent, place_with
from forum.messages.forms import ChoicesForm, MessageForm
from forum.messages.rows import ConversationRow, MessageBox

bp = Blueprint("messages", __name__, url_prefix=PREFIX)
CONVERSATION = f"/me/messages/<{ID}:conversation_id>"
TO = f"/members/<{ID}:member_id>/messages"


@bp.app_template_global("can_write_to")
def can_write_to(member_id: int) -> bool:
    """Whether a member's page offers to write to her. One query for an established member, none for others."""
    return boxes.is_offered(the_viewer(), member_id)


# Her conversations


@bp.get("/me/messages")
def conversation_index() -> ResponseReturnValue:
    """The conversations of the viewer, unread ones first (`?show=away`: those she put away)."""
    viewer = the_viewer()
    if not (verdict := can_have_pages(viewer)):
        return refused(verdict)
    is_away = request.args.get("show") == "away"
    found = queries.conversations_of(viewer, is_away=is_away, after=id_in(request.args.get("after")))
    rows = found[: queries.CONVERSATIONS]
    return render_template(
        "messages/conversations.html", rows=rows, is_away=is_away, accepts=queries.is_open(viewer),
        next_after=rows[-1].id if len(found) > len(rows) else None,
    )  # fmt: skip


@bp.get(CONVERSATION)
def conversation_show(conversation_id: int) -> ResponseReturnValue:
    """A page of a conversation, the newest unless the address says another place."""
    conversation = _hers(conversation_id)
    if isinstance(conversation, ConversationRow):
        return _conversation_page(conversation, boxes.box_in(the_viewer(), conversation))
    return conversation


@bp.post(f"{CONVERSATION}/messages")
def message_create(conversation_id: int) -> ResponseReturnValue:
    """Send a message in a conversation."""
    viewer = the_viewer()
    slow_down("message", limit=40, seconds=600, value=who(viewer))
    conversation = _hers(conversation_id)
    if not isinstance(conversation, ConversationRow):
        return conversation
    form, box = MessageForm(request.form), boxes.box_in(viewer, conversation)
    if not box.verdict:
        return _kept_back(Sent(box.verdict), conversation.other_id, form)
    if (shown := boxes.to_show(form, box)) is not None:
        return _conversation_page(conversation, shown), 422
    with write():
        sent = actions.send(actor=viewer, conversation_id=conversation.id, words=boxes.words_of(form))
    return _after(sent)


@bp.post(f"{CONVERSATION}/drafts")
def draft_create(conversation_id: int) -> ResponseReturnValue:
    """Keep the unsent words of a message."""
    viewer = the_viewer()
    slow_down("draft", limit=300, seconds=600, value=who(viewer))
    conversation = _hers(conversation_id) if viewer.is_authenticated else None
    other_id = conversation.other_id if isinstance(conversation, ConversationRow) else 0
    return keep_draft(viewer, place_with(other_id))


@bp.post(f"{CONVERSATION}/reading")
def reading_create(conversation_id: int) -> ResponseReturnValue:
    """Note that the viewer has read a conversation up to a message (`until`)."""
    with write():
        verdict = actions.mark_read(
            actor=the_viewer(), conversation_id=conversation_id, until=id_in(request.form.get("until")) or 0
        )
    address = url_for("messages.conversation_show", conversation_id=conversation_id)
    return redirect(address, 303) if verdict else _missing()


@bp.post(f"{CONVERSATION}/place")
def place_create(conversation_id: int) -> ResponseReturnValue:
    """Put a conversation away (`value` is 1) or back into the list."""
    is_away = request.form.get("value") == "1"
    with write():
        verdict = actions.put_away(actor=the_viewer(), conversation_id=conversation_id, is_away=is_away)
    if not verdict:
        return _missing()
    flash(_("Put away. It comes back with the next message.") if is_away else _("It is in your list again."), "good")
    return redirect(url_for("messages.conversation_index"), 303)


@bp.get(f"/messages/<{ID}:message_id>")
def message_show(message_id: int) -> ResponseReturnValue:
    """A message's own address leads to its place."""
    viewer = the_viewer()
    if not (verdict := can_have_pages(viewer)):
        return refused(verdict)
    conversation_id = queries.place_of(viewer, message_id) or abort(404)
    return redirect(_place(conversation_id, message_id), 302)


@bp.post(f"/messages/<{ID}:message_id>/withdrawal")
def withdrawal_create(message_id: int) -> ResponseReturnValue:
    """Take back a message of one's own."""
    viewer = the_viewer()
    if not (verdict := can_have_pages(viewer)):
        return refused(verdict)
    with write():
        sent = actions.withdraw(actor=viewer, message_id=message_id)
    if sent.verdict:
        flash(_("It’s gone for both of you. After 30 days we keep nothing of it."), "good")
    elif not sent.message_id:
        abort(404)
    return _after(sent)


# A first message


@bp.get(f"{TO}/new")
def message_new(member_id: int) -> ResponseReturnValue:
    """The box for a first message; where the two write to each other already, their conversation."""
    viewer = the_viewer()
    if not (verdict := can_have_pages(viewer)):
        return refused(verdict)
    conversation_id = queries.conversation_with(viewer, member_id)
    if conversation_id is not None:
        return redirect(url_for("messages.conversation_show", conversation_id=conversation_id), 303)
    box = boxes.box_to(viewer, member_id) or abort(404)
    return _first_page(box) if box.verdict else refused(box.verdict)


@bp.post(TO)
def conversation_create(member_id: int) -> ResponseReturnValue:
    """Begin a conversation with a first message."""
    viewer = the_viewer()
    slow_down("message", limit=40, seconds=600, value=who(viewer))
    if not (verdict := can_have_pages(viewer)):
        return refused(verdict)
    form, box = MessageForm(request.form), boxes.box_to(viewer, member_id) or abort(404)
    if not box.verdict:
        return _kept_back(Sent(box.verdict), member_id, form)
    if (shown := boxes.to_show(form, box, is_first=True)) is not None:
        return _first_page(shown), 422
    with write():
        sent = actions.begin(actor=viewer, other_id=member_id, words=boxes.words_of(form))
    return _after(sent)


@bp.post(f"{TO}/drafts")
def first_draft_create(member_id: int) -> ResponseReturnValue:
    """Keep the unsent words of a first message."""
    viewer = the_viewer()
    slow_down("draft", limit=300, seconds=600, value=who(viewer))
    if viewer.is_authenticated and boxes.box_to(viewer, member_id) is None:
        abort(404)
    return keep_draft(viewer, place_with(member_id))


# Her choice


@bp.get("/me/messages/choices")
def choices_show() -> ResponseReturnValue:
    """Whether the viewer takes messages."""
    viewer = the_viewer()
    if not (verdict := can_have_pages(viewer)):
        return refused(verdict)
    form = ChoicesForm(data={"accepts": "yes" if queries.is_open(viewer) else "no"})
    return _choices_page(form)


@bp.post("/me/messages/choices")
def choices_create() -> ResponseReturnValue:
    """Say whether she takes messages."""
    viewer = the_viewer()
    if not (verdict := can_have_pages(viewer)):
        return refused(verdict)
    form = ChoicesForm(request.form)
    if not form.validate():
        return _choices_page(form), 422
    with write():
        actions.choose(actor=viewer, is_open=form.accepts.data == "yes")
    flash(_("Kept."), "good")
    return redirect(url_for("messages.choices_show"), 303)


# What the views share


def _hers(conversation_id: int) -> ConversationRow | ResponseReturnValue:
    viewer = the_viewer()
    if not (verdict := can_have_pages(viewer)):
        return refused(verdict)
    return queries.conversation_for(viewer, conversation_id) or abort(404)


def _missing() -> ResponseReturnValue:
    return abort(404) if the_viewer().is_authenticated else refused(can_have_pages(the_viewer()))


def _conversation_page(conversation: ConversationRow, box: MessageBox) -> str:
    before, after, at = (id_in(request.args.get(key)) for key in ("before", "after", "at"))
    page = queries.messages_in(the_viewer(), conversation.id, before=before, after=after, at=at)
    return render_template("messages/conversation.html", conversation=conversation, page=page, box=box)


def _first_page(box: MessageBox) -> str:
    return render_template("messages/new.html", box=box)


def _choices_page(form: ChoicesForm) -> str:
    viewer = the_viewer()
    return render_template("messages/choices.html", form=form, is_new=not policy.is_established(viewer))


def _place(conversation_id: int, message_id: int) -> str:
    anchor: dict[str, Any] = {"at": message_id, "_anchor": f"message-{message_id}"}
    return url_for("messages.conversation_show", conversation_id=conversation_id, **anchor)


def _after(sent: Sent) -> ResponseReturnValue:
    return redirect(_place(sent.conversation_id, sent.message_id), 303) if sent.verdict else refused(sent.verdict)


def _kept_back(sent: Sent, other_id: int, form: MessageForm) -> ResponseReturnValue:
    """The refusal, with her words kept for the place they were meant for."""
    with write():
        actions.keep(actor=the_viewer(), other_id=other_id, source=form.source.data or "")
    return refused(sent.verdict)
