"""Who may start, answer, edit, lock: each refusal is a sentence that page and test share."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from forum.accounts.viewer import Viewer
from forum.contributions import policy as contributions
from forum.contributions.models import Contribution
from forum.core.verdict import YES, Verdict, no
from forum.discussions.rows import GONE, BoardRow, ThreadRow

LOCKED = _l("This discussion is locked. You can read it, not answer.")
ARCHIVED = _l("This board is closed. You can read what is there.")
NOT_SEEN_YET = _l("A moderator has not looked at this yet. It can be answered once others can see it.")
ELSEWHERE = _l("What you answer is in another discussion. Open it there and answer again.")
GONE_ANSWERED = _l("What you answer was taken down meanwhile. You can still answer the discussion itself.")
NEEDS_A_NAME = _l("This board asks for a name. Your words are kept: sign them and send again.")
MODERATORS_ONLY = _l("Only moderators can do this.")
ADMINS_ONLY = _l("Only administrators can do this.")


def can_start(viewer: Viewer, board: BoardRow) -> Verdict:
    """Whether `viewer` may start a thread on a board that she may read."""
    if board.is_archived:
        return no(ARCHIVED)
    if board.who_may_start == "moderators" and viewer.is_authenticated and not viewer.is_moderator:
        return no(_l("Moderators start the discussions on this board. You can answer them."))
    return contributions.can_send_another(viewer)


def can_reply(viewer: Viewer, thread: ThreadRow) -> Verdict:
    """Whether `viewer` may answer in a thread that she may read. Moderators may still say why it is locked."""
    if thread.is_archived:
        return no(ARCHIVED)
    if thread.is_locked and not viewer.is_moderator:
        return no(LOCKED)
    if thread.status != "published" and thread.status not in GONE:
        return no(NOT_SEEN_YET, 409)
    return contributions.can_send_another(viewer)


def can_answer(thread_id: int, answered_thread_id: int | None, answered_status: str | None) -> Verdict:
    """Whether a post can be answered in this thread: it stands there, and readers see it."""
    if answered_thread_id != thread_id:
        return no(ELSEWHERE, 409)
    if answered_status in GONE:
        return no(GONE_ANSWERED, 409)
    return YES if answered_status == "published" else no(NOT_SEEN_YET, 409)


def can_sign(place: BoardRow | ThreadRow, attribution: str) -> Verdict:
    """Whether what is written here may be signed like this: with the member's name, or without one where allowed."""
    if attribution == "member" or (attribution == "anonymous" and place.allows_anonymous):
        return YES
    return no(NEEDS_A_NAME, 422)


def can_edit(viewer: Viewer, post: Contribution, is_owner: bool, thread: ThreadRow) -> Verdict:
    """Whether `viewer` may change a post's words. In a locked thread nobody's words move but a moderator's own."""
    verdict = contributions.can_edit(viewer, post, is_owner)
    if not verdict:
        return verdict
    if thread.is_archived:
        return no(ARCHIVED)
    if thread.is_locked and not viewer.is_moderator:
        return no(_l("This discussion is locked. You can take back what you wrote, not change it."))
    return YES


def can_moderate(viewer: Viewer) -> Verdict:
    """Whether `viewer` may lock, pin and their opposites."""
    if not viewer.is_authenticated:
        return no(contributions.SIGN_IN, 401)
    return YES if viewer.is_moderator else no(MODERATORS_ONLY)


def can_keep_marks(viewer: Viewer) -> Verdict:
    """Whether `viewer` has marks of what she has read: members do, whatever holds them from writing."""
    return YES if viewer.is_authenticated else no(contributions.SIGN_IN, 401)


def can_manage_boards(viewer: Viewer) -> Verdict:
    """Whether `viewer` may make and change boards."""
    if not viewer.is_authenticated:
        return no(contributions.SIGN_IN, 401)
    return YES if viewer.is_admin else no(ADMINS_ONLY)
