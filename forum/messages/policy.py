"""Who may write to whom: each refusal is a sentence that page and test share. Why she takes none, nobody learns."""

from __future__ import annotations

from collections.abc import Collection

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext

from forum.accounts.viewer import Viewer
from forum.contributions import policy as contributions
from forum.core.verdict import YES, Verdict, no
from forum.messages.rows import Between, ConversationRow

ESTABLISHED = ("established", "trusted")
STILL_NEW = _l("Private messages open once something you wrote here was read by a moderator and published.")
LIMITED = _l(
    "For now a moderator reads what you send before others do. Nobody can do that with private messages, so you "
    "can’t write them until then."
)
ACCEPTS_NONE = _l("You take no messages yourself. Say on the page of your choices that you do, then write.")
FORMER = _l("Nobody reads here any more: this member has left.")
BY_PROFESSION = _l(
    "You are here as a professional. Members write to you first if they want to; then you can answer them."
)
NOT_ANSWERED = _l("Your first message is there. You can write again once it is answered.")
NO_CONTACTS = _l(
    "A first message carries no link, address or phone number. Take it out and send again; you can share it once you "
    "have an answer."
)
EMPTY = _l("This is empty. Write something here first.")
NOT_HERS = _l("Only who wrote a message can take it back.")
GONE = _l("This isn’t here any more. Your words are kept.")
NEVER_FIRST = ("email", "profile", "phone")  # details that no first message carries


def is_established(viewer: Viewer) -> bool:
    """Whether a member has been here long enough for messages."""
    return viewer.is_moderator or viewer.standing in ESTABLISHED


def can_write(viewer: Viewer, between: Between) -> Verdict:
    """Whether `viewer` may write to another member at all."""
    if not (verdict := contributions.can_write(viewer)):
        return verdict
    if viewer.active_restriction == "limited":
        return no(LIMITED)
    if not is_established(viewer):
        return no(STILL_NEW)
    if not between.accepts:
        return no(ACCEPTS_NONE)
    if not between.name:
        return no(FORMER)
    if between.has_blocked:
        return no(_l("You have blocked %(name)s. End that first, then write.", name=between.name))
    if not between.takes:
        return no(_l("%(name)s doesn’t take messages.", name=between.name))
    return YES


def can_begin(viewer: Viewer, between: Between, most: int) -> Verdict:
    """Whether `viewer` may begin a conversation with another member; `most`: how many she may begin in a day."""
    if not (verdict := can_write(viewer, between)):
        return verdict
    if between.is_professional:
        return no(BY_PROFESSION)
    if between.begun >= most:
        return no(
            lazy_ngettext(
                "You have begun %(num)d conversation in the last day, and that is the most. Write tomorrow.",
                "You have begun %(num)d conversations in the last day, and that is the most. Write tomorrow.",
                between.begun,
            ),
            429,
        )
    return YES


def can_send(viewer: Viewer, between: Between, conversation: ConversationRow) -> Verdict:
    """Whether `viewer` may write another message in a conversation of hers."""
    verdict = can_write(viewer, between)
    if verdict and conversation.is_begun_by_her and not conversation.is_answered:
        return no(NOT_ANSWERED, 409)
    return verdict


def can_begin_with(*, has_link: bool, details: Collection[str]) -> Verdict:
    """Whether a text may be a first message; `details`: the kinds of personal details found in it."""
    if has_link or any(kind in NEVER_FIRST for kind in details):
        return no(NO_CONTACTS, 422)
    return YES


def can_withdraw(viewer: Viewer, is_own: bool, status: str) -> Verdict:
    """Whether `viewer` may take back a message: who wrote it always may, whatever else she may not."""
    if not viewer.is_authenticated:
        return no(contributions.SIGN_IN, 401)
    if not is_own:
        return no(NOT_HERS)
    return YES if status in ("published", "hidden") else no(contributions.WITHDRAWN, 409)
