"""Mails that answer a mail: why it isn't on the site, or where it is. They go to the member's own address alone."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

from flask_babel import gettext as _

from forum.accounts.models import Member
from forum.accounts.queries import viewer_of
from forum.contributions.details import KIND_WORDS
from forum.core import mail, outbox
from forum.core.db import db
from forum.core.languages import in_language
from forum.core.outbox import Effect, Payload
from forum.core.settings import the_settings
from forum.discussions import policy
from forum.discussions import queries as discussion_queries
from forum.incoming import answers, beginnings, queries
from forum.incoming.words import STORY_WORDS, WHY_WORDS
from forum.notifications import notices
from forum.notifications.models import Notification
from forum.notifications.queries import member_of
from forum.stories import policy as story_policy


@outbox.handler(answers.TELL, network=True)
def tell(payload: Payload) -> Effect | None:
    """Tell a member what became of her answer, where that isn't what she expects."""
    notification = db.session.get(Notification, payload["notification_id"])
    member = queries.member(member_of(notification) or 0) if notification is not None else None
    if notification is None or member is None:
        return None
    why, *details = payload["why"].split()
    with in_language(member.language):
        message = _compose(
            member,
            _("About your answer by mail"),
            f"about-answer-{payload['received_id']}",
            words=_sentence(WHY_WORDS[why]),
            more=[KIND_WORDS[kind] for kind in details if kind in KIND_WORDS] or _refusal(member, notification, why),
            path=_path(member, notification, why, payload.get("post_id")),
        )
    return_path = notices.return_path(notification)
    return lambda: mail.send(message, return_path=return_path)


@outbox.handler(beginnings.TELL, network=True)
def tell_of_story(payload: Payload) -> Effect | None:
    """Tell a member where the story is that she sent by mail, or why there is none."""
    member = queries.member(payload["member_id"])
    if member is None:
        return None
    why, story_id = payload["why"], payload.get("story_id")
    with in_language(member.language):
        verdict = story_policy.can_write(viewer_of(member))
        message = _compose(
            member,
            _("About your mail to us"),
            f"about-story-{payload['received_id']}",
            words=_sentence(STORY_WORDS[why]),
            more=[] if verdict else [verdict.reason],
            path=f"/{member.language}/stories/{story_id}/edit" if story_id else f"/{member.language}/stories/new",
        )
    return lambda: mail.send(message)


def _sentence(words: Any) -> str:
    return str(words % {"megabytes": the_settings().mail_in_megabytes})


def _refusal(member: Member, notification: Notification, why: str) -> list[Any]:
    """The sentence that the site says now, where it refuses her answer."""
    if why != "refused" or notification.thread_id is None:
        return []
    viewer = viewer_of(member)
    thread = discussion_queries.thread_for(viewer, notification.thread_id)
    verdict = policy.can_reply(viewer, thread) if thread is not None else None
    return [verdict.reason] if verdict is not None and not verdict else []


def _path(member: Member, notification: Notification, why: str, post_id: int | None) -> str:
    """Where her words are now: the post, the box that they wait in, or her own pages when nothing else can be read."""
    if post_id is not None:
        return f"/{member.language}/posts/{post_id}" + ("/photos" if "pictures" in why else "")
    viewer = viewer_of(member)
    answered = queries.answered_by(notification)
    thread = discussion_queries.thread_for(viewer, answered.thread_id) if answered is not None else None
    if answered is None or thread is None:
        return f"/{member.language}/me"
    if answered.post_id is not None and answers.stands(answered.post_id) and policy.can_reply(viewer, thread):
        return f"/{member.language}/posts/{answered.post_id}/answer"
    return f"/{member.language}/threads/{thread.id}#reply"


def _compose(member: Member, subject: str, message_id: str, **values: Any) -> EmailMessage:
    assert member.email is not None  # asked by queries.member
    return mail.compose(member.email, subject, "about_mail", message_id=message_id, language=member.language, **values)
