"""Mails that answer a mail: why it isn't on the site, or where it is. They go to the member's own address alone."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import formataddr, parseaddr
from typing import Any

from flask_babel import gettext as _

from forum.accounts.models import Member
from forum.accounts.queries import viewer_of
from forum.contributions.details import KIND_WORDS
from forum.contributions.queries import owner_id
from forum.core import mail, outbox, smtp
from forum.core.db import db
from forum.core.languages import in_language
from forum.core.outbox import After, Effect, Payload
from forum.core.settings import the_settings
from forum.discussions import policy, slow
from forum.discussions import queries as discussion_queries
from forum.incoming import answers, beginnings, heavy, queries
from forum.incoming.words import STORY_WORDS, WHY_WORDS
from forum.notifications import mailing, notices
from forum.notifications.models import Notification
from forum.notifications.queries import member_of
from forum.stories import policy as story_policy
from forum.stories.models import Story

NOT_READ = ("foreign", "large", "empty")  # of whose words nothing was kept


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
            heavy=_heavy(member, notification, why, payload.get("post_id")),
        )
    return_path, member_id = notices.return_path(notification), member.id
    return lambda: _handed_over(message, return_path, member_id)


@outbox.handler(beginnings.TELL, network=True)
def tell_of_story(payload: Payload) -> Effect | None:
    """Tell a member where the story is that she sent by mail, or why there is none."""
    why, story_id = payload["why"], payload.get("story_id")
    story = db.session.get(Story, story_id) if story_id is not None else None
    member = queries.member(payload.get("member_id") or (owner_id(story) if story is not None else None) or 0)
    if member is None:
        return None
    with in_language(member.language):
        verdict = story_policy.can_write(viewer_of(member))
        message = _compose(
            member,
            _("About your mail to us"),
            f"about-story-{payload['received_id']}",
            words=_sentence(STORY_WORDS[why]),
            more=[] if verdict else [verdict.reason],
            path=f"/{member.language}/stories/{story_id}/edit" if story_id else f"/{member.language}/stories/new",
            heavy=heavy.help_for(*heavy.words_of(story_id), member.language) if story_id else None,
        )
    member_id = member.id
    return lambda: _handed_over(message, "", member_id)


def _handed_over(message: EmailMessage, return_path: str, member_id: int) -> After | None:
    """Hand a mail over. A server that is away raises: the job comes again; one that has no such mailbox is noted."""
    try:
        mail.send(message, return_path=return_path)
    except Exception as error:
        if not smtp.is_refused_for_good(error):
            raise
        return lambda: mailing.bounced(member_id)
    return None


def _sentence(words: Any) -> str:
    return str(words % {"megabytes": the_settings().mail_in_megabytes})


def _refusal(member: Member, notification: Notification, why: str) -> list[Any]:
    """The sentence that the site says now, where it refuses her answer."""
    if why != "refused" or notification.thread_id is None:
        return []
    viewer = viewer_of(member)
    thread = discussion_queries.thread_for(viewer, notification.thread_id)
    if thread is None:
        return []
    signed = "anonymous" if notification.sealed_id is not None else "member"
    verdicts = (policy.can_reply(viewer, thread), policy.can_sign(thread, signed), slow.may_reply(viewer, thread.id))
    return [verdict.reason for verdict in verdicts if not verdict][:1]


def _heavy(member: Member, notification: Notification, why: str, post_id: int | None) -> heavy.Help | None:
    """What is said besides of her own words, posted or kept; of a stranger's nothing."""
    if why in NOT_READ:
        return None
    if post_id is not None:
        return heavy.help_for(*heavy.words_of(post_id), member.language, is_raised=heavy.is_heavy(post_id))
    answered = queries.answered_by(notification)
    unsent = heavy.unsent_words(member.id, answered) if answered is not None else ""
    return heavy.help_for(unsent, member.language, member.language)


def _path(member: Member, notification: Notification, why: str, post_id: int | None) -> str:
    """Where her words are now: the post, the box that they wait in, or the list of what she hasn't sent where nothing
    else can be read."""
    if post_id is not None:
        return f"/{member.language}/posts/{post_id}" + ("/photos" if "pictures" in why else "")
    viewer = viewer_of(member)
    answered = queries.answered_by(notification)
    thread = discussion_queries.thread_for(viewer, answered.thread_id) if answered is not None else None
    if answered is None or thread is None:
        return f"/{member.language}/me/unsent"
    if answered.post_id is not None and answers.stands(answered.post_id) and policy.can_reply(viewer, thread):
        return f"/{member.language}/posts/{answered.post_id}/answer"
    return f"/{member.language}/threads/{thread.id}#reply"


def _compose(member: Member, subject: str, message_id: str, **values: Any) -> EmailMessage:
    assert member.email is not None  # asked by queries.member
    settings = the_settings()
    if queries.is_discreet(member.id):
        subject = _("Something new for you")
        values |= {
            "sender": formataddr((settings.discreet_sender, parseaddr(settings.sender)[1])),
            "site_name": settings.discreet_sender,
            "heavy": None,  # who reads her mails beside her learns nothing; it stands in her list
        }
    return mail.compose(member.email, subject, "about_mail", message_id=message_id, language=member.language, **values)
