"""Mails of stories: a later chapter, an afterword for its story's author, a translation of hers. None names a story."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from forum.accounts.models import Member
from forum.contributions.follows import token_of
from forum.contributions.queries import owner_id
from forum.core import mail, outbox
from forum.core.db import db
from forum.core.languages import in_language
from forum.core.outbox import Effect, Payload
from forum.core.settings import the_settings
from forum.stories import follows
from forum.stories.models import Story, StoryUpdate


@outbox.handler("stories.tell_followers")
def tell_followers(payload: Payload) -> None:
    """Let every follower of a story be told of its new chapter."""
    follows.tell_of(payload["chapter_id"])


@outbox.handler("stories.mail_chapter", network=True)
def mail_chapter(payload: Payload) -> Effect | None:
    """Tell one follower of a new chapter, unless she may not see it any more or has ended it."""
    found = follows.to_mail(payload["chapter_id"], payload["follow_id"])
    if found is None:
        return None
    chapter, row, member = found
    end = f"{the_settings().origin}/unsubscribe/{token_of(row)}"
    with in_language(member.language):
        message = _compose(
            member,
            _("Something new from somebody you follow"),
            "chapter",
            message_id=f"chapter-{chapter.id}-{row.id}",
            path=f"/{member.language}/stories/{chapter.story_id}#chapter-{chapter.id}",
            is_afterword=chapter.part == "afterword",
            end=end,
            headers={"List-Unsubscribe": f"<{end}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},  # RFC 8058
        )
    return lambda: mail.send(message)


@outbox.handler("stories.ask_author", network=True)
def ask_author(payload: Payload) -> Effect | None:
    """Tell a story's author that somebody wrote an afterword, so that she can say no before anybody reads it."""
    afterword = db.session.get(StoryUpdate, payload["chapter_id"])
    if afterword is None or afterword.status != "pending" or afterword.is_refused:
        return None
    member = _owner_of(db.session.get(Story, afterword.story_id))
    if member is None:
        return None
    with in_language(member.language):
        message = _compose(
            member,
            _("Somebody wrote a few lines for your page"),
            "afterword",
            message_id=f"afterword-{afterword.id}",
            path=f"/{member.language}/chapters/{afterword.id}",
        )
    return lambda: mail.send(message)


@outbox.handler("stories.tell_writer", network=True)
def tell_writer(payload: Payload) -> Effect | None:
    """Tell the writer of an afterword that the story's author doesn't want it there."""
    afterword = db.session.get(StoryUpdate, payload["chapter_id"])
    member = follows.reachable(owner_id(afterword)) if afterword is not None and afterword.is_refused else None
    if afterword is None or member is None:
        return None
    with in_language(member.language):
        message = _compose(
            member,
            _("About the lines you wrote"),
            "afterword_refused",
            message_id=f"afterword-refused-{afterword.id}",
            path=f"/{member.language}/chapters/{afterword.id}",
        )
    return lambda: mail.send(message)


@outbox.handler("stories.tell_of_translation", network=True)
def tell_of_translation(payload: Payload) -> Effect | None:
    """Tell a story's author that it can be read in another language, and that she may take that off."""
    translation = db.session.get(Story, payload["story_id"])
    if translation is None or translation.status != "published" or translation.is_in_memory:
        return None
    member = _owner_of(translation)
    if member is None or member.id == translation.translator_id:
        return None
    with in_language(member.language):
        message = _compose(
            member,
            _("Your words in another language"),
            "translation",
            message_id=f"translation-{translation.id}",
            path=f"/{member.language}/stories/{translation.id}",
            into=translation.language,
        )
    return lambda: mail.send(message)


def _owner_of(story: Story | None) -> Member | None:
    return follows.reachable(owner_id(story)) if story is not None else None


def _compose(member: Member, subject: str, template: str, **values: Any) -> Any:
    assert member.email is not None  # asked by follows.reachable
    return mail.compose(member.email, subject, template, language=member.language, **values)
