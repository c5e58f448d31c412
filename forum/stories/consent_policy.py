"""Who may say what is done with a story, hurry it on, or do what its author wished. Pure: no database, no request."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from forum.accounts.viewer import Viewer
from forum.contributions import policy as contributions
from forum.contributions.models import Wish
from forum.core.verdict import YES, Verdict, no
from forum.stories.models import Story

NOT_YOUR_CHOICE = _l("Only its author decides what is done with it.")
FOR_ADMINISTRATORS = _l("Only an administrator sees what an author wished, and only when the author can’t be reached.")
NO_REASON = _l("Write how you tried to reach the author. It stays with the wish.")
UNKNOWN_USE = _l("Choose one of the uses shown.")
UNKNOWN_ANSWER = _l("Choose one of the answers shown.")


def can_choose(viewer: Viewer, story: Story, is_owner: bool) -> Verdict:
    """Whether `viewer` may say what is done with a story: its author always may, as long as it is there."""
    if not viewer.is_authenticated:
        return no(contributions.SIGN_IN, 401)
    if not is_owner:
        return no(NOT_YOUR_CHOICE)
    if story.status in ("withdrawn", "erased"):
        return no(
            _l("You took this story back. Bring it back first if you want to change what we may do with it."), 409
        )
    return YES


def can_hurry(viewer: Viewer, story: Story, is_owner: bool) -> Verdict:
    """Whether `viewer` may send a story on before the time that she left herself is over."""
    verdict = contributions.can_edit(viewer, story, is_owner)
    if verdict and story.status != "sent":
        return no(_l("This story isn’t waiting any more."), 409)
    return verdict


def is_of_age(story: Story, year: int) -> bool:
    """Whether the child that a story is about has come of age, and nobody has said yet what she or he wants."""
    return story.about_whom == "child" and story.of_age_year is not None and story.of_age_year <= year


def can_answer_of_age(viewer: Viewer, story: Story, is_owner: bool, *, year: int) -> Verdict:
    """Whether `viewer` may say what the person wants that a story is about and who is of age now."""
    verdict = can_choose(viewer, story, is_owner)
    if verdict and not is_of_age(story, year):
        return no(_l("There is nothing to answer here at the moment."), 409)
    return verdict


def can_carry_out(viewer: Viewer, story: Story, wish: Wish | None, is_owner: bool) -> Verdict:
    """Whether `viewer` may do now what an author wished in case she can't be reached."""
    if not (verdict := can_see_wish(viewer, is_owner)):
        return verdict
    if wish is not None and wish.carried_out_at is not None:
        return no(_l("This was done already."), 409)
    if story.status in ("withdrawn", "erased"):
        return no(contributions.WITHDRAWN, 409)
    return YES


def can_undo(viewer: Viewer, story: Story, wish: Wish | None, is_owner: bool) -> Verdict:
    """Whether `viewer` may undo what was done by an author's wish."""
    if not (verdict := can_see_wish(viewer, is_owner)):
        return verdict
    if wish is None or wish.carried_out_at is None or story.status == "erased":
        return no(_l("There is nothing to undo."), 409)
    return YES


def can_see_wish(viewer: Viewer, is_owner: bool) -> Verdict:
    """Whether `viewer` may read what an author wished, and whom she named."""
    if not viewer.is_authenticated:
        return no(contributions.SIGN_IN, 401)
    if not viewer.is_admin or viewer.active_restriction:
        return no(FOR_ADMINISTRATORS)
    return no(_l("This is your own story. You can be reached.")) if is_owner else YES
