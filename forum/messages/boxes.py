"""The box for a message: what was kept for it, what stands against it, what is shown before its words are sent."""

from __future__ import annotations

from dataclasses import replace

from forum.accounts import queries as accounts
from forum.accounts.viewer import Viewer
from forum.contributions import pointed_out
from forum.contributions.queries import draft_for, public_contributions
from forum.core import richtext
from forum.core.languages import current_language
from forum.core.settings import the_settings
from forum.discussions.before_sending import Before, meant_in
from forum.discussions.forms import id_in
from forum.messages import first_words, policy, queries
from forum.messages.actions import Words, place_with
from forum.messages.forms import MessageForm
from forum.messages.rows import ConversationRow, MessageBox


def is_offered(viewer: Viewer, member_id: int) -> bool:
    """Whether a member's page offers to write to her. What the page says of her is the same whyever it doesn't."""
    if not viewer.is_authenticated or not policy.is_established(viewer):
        return False
    between = queries.between(viewer, member_id)
    return between is not None and bool(policy.can_write(viewer, between)) and not between.is_professional


def box_in(viewer: Viewer, conversation: ConversationRow) -> MessageBox:
    """The box at the end of a conversation. Two queries at most."""
    between = queries.between(viewer, conversation.other_id)
    assert between is not None  # the conversation is with her
    address = f"/me/messages/{conversation.id}"
    box = MessageBox(
        verdict=policy.can_send(viewer, between, conversation),
        name=between.name,
        action=f"{address}/messages",
        drafts=f"{address}/drafts",
        has_blocked=between.has_blocked,
    )
    return _with_draft(viewer, box, conversation.other_id)


def box_to(viewer: Viewer, member_id: int) -> MessageBox | None:
    """The box for a first message to a member whose page `viewer` can open; None for anybody else."""
    member = accounts.member_by_id(member_id)
    if member is None or member.id == viewer.id:
        return None
    if not member.is_page_public and not public_contributions(member.id, viewer, limit=1):
        return None
    between = queries.between(viewer, member_id)
    if between is None:
        return None
    address = f"/members/{member_id}/messages"
    box = MessageBox(
        verdict=policy.can_begin(viewer, between, the_settings().messages_opened_a_day),
        name=between.name,
        action=address,
        drafts=f"{address}/drafts",
        other_id=member_id,
    )
    return _with_draft(viewer, box, member_id)


def _with_draft(viewer: Viewer, box: MessageBox, other_id: int) -> MessageBox:
    draft = draft_for(viewer, place_with(other_id)) if box.verdict else None
    return replace(box, source=draft.source, version=draft.version) if draft else box


def words_of(form: MessageForm) -> Words:
    """What was written, as actions take it."""
    return Words(form.source.data or "", current_language(), meant_in(form.meant.data or ()))


def to_show(form: MessageForm, box: MessageBox, *, is_first: bool = False) -> MessageBox | None:
    """The box with what is wrong, or what in the words may say too much; None when they can be sent."""
    box = replace(box, source=form.source.data or "", version=id_in(form.version.data) or 0)
    if not form.validate():
        return replace(box, error=" ".join(str(words) for field in form for words in field.errors))
    words = words_of(form)
    if is_first and not (verdict := first_words.may_begin(words.source, words.language)):
        return replace(box, error=str(verdict.reason))
    text = richtext.clean_text(words.source)
    found = pointed_out.not_meant([("source", text)], words.language, words.meant)
    if not found:
        return None
    known = dict.fromkeys((*words.meant, *(one.digest for one in found)))
    return replace(box, before=Before(details=tuple(found), meant=tuple(known)))
