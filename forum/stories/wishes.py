"""What shall happen to a story if its author can't be reached, and who may decide for her: said, changed, done, undone.

Nothing here happens by itself. An administrator does what was wished, with a reason, and can undo it.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select, union_all

from forum.accounts.viewer import Viewer
from forum.contributions import actions as contributions
from forum.contributions import queries as contribution_queries
from forum.contributions.models import IF_UNREACHABLE, Contribution, Wish
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import Verdict, no
from forum.moderation import actions as moderation
from forum.moderation import log
from forum.photos.models import Photo
from forum.stories import consent_policy as policy
from forum.stories import queries
from forum.stories.actions import GONE, Outcome
from forum.stories.models import Story, StoryUpdate

DEPUTY_LIMIT, REASON_LIMIT = 500, 2000


def wish_of(story_id: int) -> Wish | None:
    """What its author said shall happen, or None when she said nothing. For her and for administrators only."""
    return db.session.scalar(select(Wish).where(Wish.contribution_id == story_id))


def wishes_of(story_ids: Sequence[int]) -> dict[int, str]:
    """What shall happen to each of these stories whose author said something. One query."""
    rows = db.session.execute(
        select(Wish.contribution_id, Wish.if_unreachable).where(Wish.contribution_id.in_(story_ids))
    )
    return {row[0]: row[1] for row in rows}


def wish_row(story: Story) -> Wish:
    """The row of a story's wish; nothing said is "keep". One of two who make it at once finds the other's."""
    must_be_writing()
    db.session.execute(select(Story.id).where(Story.id == story.id).with_for_update())
    wish = wish_of(story.id)
    if wish is None:
        wish = Wish(contribution_id=story.id, if_unreachable="keep", deputy="", reason="", changed_at=clock.now())
        db.session.add(wish)
        db.session.flush()
    return wish


def say(*, actor: Viewer, story_id: int, if_unreachable: str, deputy: str) -> Outcome:
    """Write down what an author wishes. Whoever was out of the lists by her old wish is back: she can be reached."""
    must_be_writing()
    story = queries.story_by_id(story_id)
    if story is None or not contribution_queries.is_owner(actor, story):
        return GONE
    verdict = policy.can_choose(actor, story, True)
    if not verdict:
        return Outcome(verdict, story)
    if if_unreachable not in IF_UNREACHABLE:
        return Outcome(no(policy.UNKNOWN_ANSWER, 422), story)
    wish = wish_of(story.id)
    if wish is None and (if_unreachable, deputy) == ("keep", ""):
        return Outcome(verdict, story)  # what holds anyway
    wish = wish or wish_row(story)
    if wish.carried_out_at is not None:
        _undo(story, wish)
    if (wish.if_unreachable, wish.deputy) != (if_unreachable, deputy):
        wish.if_unreachable, wish.deputy, wish.changed_at = if_unreachable, deputy, clock.now()
    return Outcome(verdict, story)


def carry_out(*, actor: Viewer, story_id: int, reason: str) -> Outcome:
    """Do what an author wished in case she can't be reached: keep the story, take it out of lists, or off the site."""
    story, wish, is_owner = _loaded(actor, story_id)
    if story is None:
        return Outcome(no(policy.FOR_ADMINISTRATORS, 404))
    verdict: Verdict = policy.can_carry_out(actor, story, wish, is_owner)
    if verdict and not reason.strip():
        verdict = no(policy.NO_REASON, 422)
    if not verdict:
        return Outcome(verdict, story)
    wish = wish or wish_row(story)
    if wish.if_unreachable == "unlist":
        _set_listed(story, is_listed=False)
    elif wish.if_unreachable == "remove":
        moderation.withdraw_cases(story)
        contributions.withdraw(story)
    wish.carried_out_at, wish.carried_out_by, wish.reason = clock.now(), actor.id, reason
    log.append(actor, "wish_carried_out", "contribution", story.id, data={"wish": wish.if_unreachable})
    return Outcome(verdict, story)


def undo(*, actor: Viewer, story_id: int) -> Outcome:
    """Undo what was done by an author's wish: it was a mistake, or she is back."""
    story, wish, is_owner = _loaded(actor, story_id)
    if story is None:
        return Outcome(no(policy.FOR_ADMINISTRATORS, 404))
    verdict = policy.can_undo(actor, story, wish, is_owner)
    if not verdict or wish is None:
        return Outcome(verdict, story)
    log.append(actor, "wish_undone", "contribution", story.id, data={"wish": wish.if_unreachable})
    _undo(story, wish)
    return Outcome(verdict, story)


def _undo(story: Story, wish: Wish) -> None:
    if wish.if_unreachable == "unlist":
        _set_listed(story, is_listed=True)
    elif wish.if_unreachable == "remove" and story.status == "withdrawn":
        contributions.bring_back(story)
        if story.published_at is not None:
            moderation.readmit(story)
        else:
            story.status = "draft"
    wish.carried_out_at, wish.carried_out_by, wish.reason = None, None, ""
    db.session.flush()


def _set_listed(story: Story, *, is_listed: bool) -> None:
    """Let lists and search show a story with all that hangs on it, its translations too, or none of it."""
    family = select(Story.id).where(or_(Story.id == story.id, Story.translation_of_id == story.id))
    chapters = select(StoryUpdate.id).where(StoryUpdate.story_id.in_(family))
    photos = select(Photo.id).where(Photo.on_id.in_(family))
    hers = union_all(family, chapters, photos)
    for one in db.session.scalars(select(Contribution).where(Contribution.id.in_(hers))):
        one.is_listed = is_listed
        if one.status == "published":
            db.session.flush()
            db.session.refresh(one, ["topics"])
            contributions.reindex(one)


def _loaded(actor: Viewer, story_id: int) -> tuple[Story | None, Wish | None, bool]:
    must_be_writing()
    db.session.execute(select(Story.id).where(Story.id == story_id).with_for_update())
    story = queries.story_by_id(story_id)
    if story is None or not actor.is_admin:
        return None, None, False
    return story, wish_of(story.id), contribution_queries.is_owner(actor, story)
