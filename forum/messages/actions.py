"""The verbs of messages: choose, begin, send, take back, mark read, put away.

A refusal is returned, not raised, and what was refused stays as a draft. A message that is sent twice is one message;
two who write to each other in the same moment are in one conversation.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.care import cards
from forum.contributions import actions as contributions
from forum.contributions import mentions, pointed_out, quotations
from forum.core import clock, richtext
from forum.core.db import db
from forum.core.settings import the_settings
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.discussions.sending import SAME_PRESS, clean_words, keep_draft
from forum.messages import first_words, policy, queries
from forum.messages.models import Conversation, ConversationPlace, Message, MessageChoice
from forum.moderation import actions as moderation
from forum.moderation import cases
from forum.notifications import actions as notifications
from forum.notifications.actions import Recipient

TEASER = 120  # characters of a message's first words, for the list
NO_LONGER = no(policy.GONE, 404)


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody sends: her words, their language, and the details in them that she means to share."""

    source: str
    language: str
    meant: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a message: where it stands, or the refusal."""

    verdict: Verdict
    conversation_id: int = 0
    message_id: int = 0


def place_with(other_id: int) -> str:
    """The place under which an unsent message to another member is kept."""
    return f"conversation:{other_id}"  # "message:" is a moderator's, about a contribution


def choose(*, actor: Viewer, is_open: bool) -> Verdict:
    """Say whether she takes messages from established members."""
    must_be_writing()
    if not actor.is_authenticated:
        return no(_l("Sign in to see your own pages."), 401)
    _hold_members(actor.id)
    row = db.session.get(MessageChoice, actor.id)
    if row is None:
        db.session.add(MessageChoice(member_id=actor.id, is_open=is_open))
    else:
        row.is_open = is_open
    db.session.flush()
    return YES


# Writing


def begin(*, actor: Viewer, other_id: int, words: Words) -> Sent:
    """Write the first message to another member. Where the two have a conversation already, it is one more in it."""
    must_be_writing()
    words = _cleaned(words)
    # One at a time between the two, and one at a time of hers: the second finds the conversation, and is counted.
    _hold_members(actor.id, other_id)
    between = queries.between(actor, other_id)
    if between is None:
        return Sent(NO_LONGER)
    conversation_id = queries.conversation_with(actor, other_id) if actor.is_authenticated else None
    if conversation_id is not None:
        return send(actor=actor, conversation_id=conversation_id, words=words)
    verdict = policy.can_begin(actor, between, the_settings().messages_opened_a_day)
    verdict = verdict and _has_words(words) and first_words.may_begin(words.source, words.language)
    if not verdict:
        return _refused(actor, verdict, other_id, words)
    assert actor.id is not None  # the policy has asked
    first, second = sorted((actor.id, other_id))
    now = clock.now()
    conversation = Conversation(first_id=first, second_id=second, opened_by=actor.id, opened_at=now, bumped_at=now)
    db.session.add(conversation)
    db.session.flush()
    return _deliver(actor, conversation, other_id, words)


def send(*, actor: Viewer, conversation_id: int, words: Words) -> Sent:
    """Write another message in a conversation of hers."""
    must_be_writing()
    words = _cleaned(words)
    _hold_members(actor.id)  # before the conversation, as whoever begins one does
    conversation = _held(conversation_id)
    row = queries.conversation_for(actor, conversation_id) if actor.is_authenticated else None
    between = queries.between(actor, row.other_id) if row else None
    if conversation is None or row is None or between is None:
        return Sent(NO_LONGER)
    twin = _twin_of(actor, conversation_id, words)
    if twin is not None:
        return Sent(YES, conversation_id, twin)
    verdict = policy.can_send(actor, between, row) and _has_words(words)
    if not verdict:
        return _refused(actor, verdict, row.other_id, words)
    return _deliver(actor, conversation, row.other_id, words)


def _cleaned(words: Words) -> Words:
    return Words(clean_words(words.source), words.language, words.meant)


def _has_words(words: Words) -> Verdict:
    return YES if words.source else no(policy.EMPTY, 422)


def _refused(actor: Viewer, verdict: Verdict, other_id: int, words: Words) -> Sent:
    keep(actor=actor, other_id=other_id, source=words.source)
    return Sent(verdict)


def keep(*, actor: Viewer, other_id: int, source: str) -> None:
    """Keep words that were refused as the unsent message to another member."""
    must_be_writing()
    if actor.is_authenticated and (source := clean_words(source)):
        keep_draft(actor=actor, place=place_with(other_id), source=source)


def _twin_of(actor: Viewer, conversation_id: int, words: Words) -> int | None:
    return db.session.scalar(
        select(Message.id)
        .where(
            Message.conversation_id == conversation_id,
            Message.author_id == actor.id,
            Message.source == words.source,
            Message.status == "published",
            Message.created_at > clock.now() - SAME_PRESS,
        )
        .limit(1)
    )


def _deliver(actor: Viewer, conversation: Conversation, other_id: int, words: Words) -> Sent:
    """Put a message into a conversation: at once, no moderator reads it, nothing finds it but its two."""
    assert actor.id is not None
    message = Message(
        conversation_id=conversation.id, language=words.language, audience="participants", is_listed=False,
        status="published", created_at=clock.now(), published_at=clock.now(), topics=[],
    )  # fmt: skip
    contributions.set_words(message, source=words.source)
    message.teaser = richtext.excerpt(message.html, TEASER)
    contributions.sign(message, actor.id, "member")
    quotations.keep(message, words.source)
    mentions.keep(message, words.source)
    pointed_out.keep_meant(message, words.meant)
    contributions.drop_draft(actor=actor, place=place_with(other_id))
    conversation.bumped_at = message.created_at
    place = _place(conversation.id, actor.id)
    place.read_until = message.created_at  # who answers has read
    _heard(actor.id, conversation.id)
    if queries.waiting_notice(other_id, conversation.id) is None:
        key = f"{queries.notice_key(conversation.id)}{message.id}"
        notifications.notify(Recipient(member_id=other_id), "message", key=key, contribution_id=message.id)
    cards.offer_on_draft(actor=actor, text=words.source, language=words.language, place="message")
    db.session.flush()
    return Sent(YES, conversation.id, message.id)


# What stands there


def withdraw(*, actor: Viewer, message_id: int) -> Sent:
    """Take back a message of one's own: its words are gone for both at once, and erased after thirty days."""
    must_be_writing()
    # Who decides about it at the same moment holds its case, then it, then its conversation; in that order here too.
    cases.open_case_of(message_id, lock=True)
    message = queries.own_message(actor, message_id) if actor.is_authenticated else None
    if message is None:
        return Sent(NO_LONGER)
    verdict = policy.can_withdraw(actor, message.author_id == actor.id, message.status)
    if verdict:
        moderation.withdraw_cases(message, but_reported=True)
        contributions.withdraw(message)
    return Sent(verdict, message.conversation_id, message.id)


def forget(message: Message) -> None:
    """What is erased leaves no case open: there is nothing left to read."""
    moderation.withdraw_cases(message)


def recount(conversation_id: int) -> None:
    """Date a conversation by the last message whose words stand there, and leave nobody a mark for what is gone."""
    must_be_writing()
    conversation = _held(conversation_id)
    if conversation is None:
        return
    two = (conversation.first_id, conversation.second_id)
    words = {author_id: queries.newest_words(conversation_id, author_id) for author_id in two}
    last = max((moment for moment in words.values() if moment is not None), default=None)
    conversation.bumped_at = last or conversation.opened_at
    for member_id, other_id in (two, two[::-1]):
        place, theirs = _place(conversation_id, member_id), words[other_id]
        if theirs is None or (place.read_until is not None and theirs <= place.read_until):
            place.read_until = max(place.read_until or conversation.bumped_at, conversation.bumped_at)
            _heard(member_id, conversation_id)
    db.session.flush()


def _heard(member_id: int, conversation_id: int) -> None:
    notice = queries.waiting_notice(member_id, conversation_id)
    if notice is not None:
        notifications.mark_read(member_id=member_id, notification_id=notice)


def mark_read(*, actor: Viewer, conversation_id: int, until: int) -> Verdict:
    """Note that `actor` has read a conversation of hers up to the message with the id `until`."""
    must_be_writing()
    moment = queries.newest_shown(actor, conversation_id, until) if actor.is_authenticated else None
    if moment is None or _held(conversation_id) is None:
        return NO_LONGER
    assert actor.id is not None
    place = _place(conversation_id, actor.id)
    place.read_until = max(moment, place.read_until) if place.read_until else moment
    _heard(actor.id, conversation_id)
    db.session.flush()
    return YES


def put_away(*, actor: Viewer, conversation_id: int, is_away: bool) -> Verdict:
    """Put a conversation out of the list until something new is written in it, or back into it."""
    must_be_writing()
    conversation = _held(conversation_id)
    if conversation is None or actor.id not in (conversation.first_id, conversation.second_id):
        return NO_LONGER
    assert actor.id is not None
    _place(conversation_id, actor.id).put_away_at = clock.now() if is_away else None
    db.session.flush()
    return YES


def erase_for(member_id: int) -> None:
    """Erase what a member who leaves wrote; what was written to her stays with who wrote it."""
    must_be_writing()
    for message in db.session.scalars(select(Message).where(Message.author_id == member_id)).all():
        contributions.erase(message)
    for model in (ConversationPlace, MessageChoice):
        for row in db.session.scalars(select(model).where(model.member_id == member_id)).all():
            db.session.delete(row)
    db.session.flush()


def _hold_members(*ids: int | None) -> None:
    # In the order of their ids, so that two who write to each other wait for one another, not both for ever.
    held = select(Member.id).where(Member.id.in_(ids)).order_by(Member.id)
    db.session.execute(held.with_for_update(key_share=True))


def _held(conversation_id: int) -> Conversation | None:
    query = select(Conversation).where(Conversation.id == conversation_id).with_for_update()
    return db.session.scalar(query.execution_options(populate_existing=True))


def _place(conversation_id: int, member_id: int) -> ConversationPlace:
    place = db.session.get(ConversationPlace, (conversation_id, member_id))
    if place is None:
        place = ConversationPlace(conversation_id=conversation_id, member_id=member_id)
        db.session.add(place)
    return place
