"""Jobs of consent: the end of a cool-off, the yearly reminder of an author's choices and its mail."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from forum.accounts.models import Member
from forum.accounts.queries import viewer_of
from forum.contributions import cooling
from forum.contributions.queries import latest_revision, owner_id
from forum.core import clock, kinds, mail, outbox
from forum.core.db import db
from forum.core.languages import in_language
from forum.core.outbox import Effect, Payload
from forum.moderation import actions as moderation
from forum.photos import actions as photos
from forum.stories import chapter_sending, consent_policy, queries, reminders, wishes
from forum.stories.actions import ADMIT
from forum.stories.models import StoryUpdate


@outbox.handler(ADMIT)
def admit(payload: Payload) -> None:
    """Let a story or chapter go on when the time is over that its author left herself; once, whatever happens."""
    contribution = cooling.due(payload, ADMIT)
    if contribution is None:
        return
    writer = kinds.kind_of(contribution).worked_on_by(contribution) or owner_id(contribution)
    member = db.session.get(Member, writer, options=[joinedload(Member.roles)]) if writer is not None else None
    if member is None or member.erased_at is not None:
        return
    if isinstance(contribution, StoryUpdate):
        chapter_sending.go_on(actor=viewer_of(member), chapter=contribution, revision=latest_revision(contribution.id))
    else:
        moderation.admit(actor=viewer_of(member), contribution=contribution, revision=latest_revision(contribution.id))
        photos.send_with(actor=viewer_of(member), story=contribution)


@outbox.handler("stories.remind_of_choices", daily=True)
def remind_of_choices(_payload: Payload) -> None:
    """Ask the authors who are due today."""
    reminders.remind()


@outbox.handler(reminders.MAIL, network=True)
def mail_choices(payload: Payload) -> Effect | None:
    """Lead an author to her choices, unless what she was asked about is no longer on the site."""
    story = queries.story_by_id(payload["contribution_id"])
    wish = wishes.wish_of(payload["contribution_id"])
    if story is None or story.status != "published" or wish is None or wish.asked_at is None:
        return None
    member = reminders.member_to_mail(owner_id(story))
    if member is None or member.email is None:
        return None
    with in_language(member.language):
        message = mail.compose(
            member.email,
            _("Your choices, once a year"),
            "choices",
            message_id=f"choices-{story.id}-{wish.asked_at:%Y%m%d}",
            language=member.language,
            name=member.display_name,
            is_of_age=consent_policy.is_of_age(story, clock.today().year),
            path=f"/{member.language}/me/choices",
        )
    return lambda: mail.send(message)
