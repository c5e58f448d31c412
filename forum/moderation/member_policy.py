"""What may be decided about a member, on her own page for moderators. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l

from forum.accounts.viewer import Viewer
from forum.core.verdict import YES, Verdict, no
from forum.moderation import policy

YOURSELF = _l("This is about you. Another moderator looks at it.")
ERASED = _l("This account is gone. There is nobody left to decide about.")
NOT_NOW = _l("This can’t be decided as things stand.")
YOUR_REPORT = _l("You reported this member. Another moderator decides.")


@dataclass(frozen=True, slots=True)
class About:
    """A member as a rule judges her: what `viewer` has to do with her, and how she stands.

    is_self: it is the viewer. is_admin: she is an administrator. restriction: in force
    now under her name, and until when. is_reported: a case about
    her is open. is_own_report: the viewer is among those who reported her, and another moderator could decide.
    is_closed_as_spam: what closed her account took all that she signed out of sight.
    """

    is_self: bool = False
    is_erased: bool = False
    is_admin: bool = False
    restriction: str | None = None
    restricted_until: datetime | None = None
    is_reported: bool = False
    is_own_report: bool = False
    is_closed_as_spam: bool = False


def can_see(viewer: Viewer, about: About) -> Verdict:
    """Whether `viewer` may read what moderators know of her."""
    if not (verdict := policy.can_work(viewer)):
        return verdict
    if about.is_self:
        return no(YOURSELF)
    return no(ERASED, 410) if about.is_erased else YES


def decisions_for(viewer: Viewer, about: About) -> tuple[str, ...]:
    """What `viewer` may decide about her, in the order of the buttons."""
    if not can_judge(viewer, about):
        return ()
    left = ("no_action", "made_to_hurt") if about.is_reported else ()
    spam = ("close_spam",) if about.restriction != "banned" and not about.is_admin else ()
    reopen = ("reopen",) if about.is_closed_as_spam else ()
    return (*left, *reopen, *policy.about_member(about.restriction), *spam)


def can_judge(viewer: Viewer, about: About) -> Verdict:
    """Whether `viewer` may decide anything about her."""
    if not (verdict := can_see(viewer, about)):
        return verdict
    if about.is_admin and not viewer.is_admin:
        return no(policy.ONLY_ADMINS)
    return no(YOUR_REPORT) if about.is_own_report else YES


def can_decide(viewer: Viewer, about: About, decision: str) -> Verdict:
    """Whether `viewer` may decide this about her now."""
    if not (verdict := can_judge(viewer, about)):
        return verdict
    return YES if decision in decisions_for(viewer, about) else no(NOT_NOW, 409)
