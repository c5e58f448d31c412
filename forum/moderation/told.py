"""What moderators write to an author becomes a notification to whoever writes the thing: a letter, a message, a
suggestion. The letter's mail holds its whole text, which is the statement of reasons."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from forum.accounts.viewer import Viewer
from forum.contributions.models import Contribution
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.moderation import authors, letterbox, spam_accounts
from forum.moderation.models import Decision, Letter, ReviewMessage, SuggestedEdit
from forum.notifications import actions as notifications
from forum.notifications.models import Notification
from forum.notifications.notices import MailWords, Notice, Told
from forum.notifications.queries import Recipient


def recipient_of(contribution: Contribution) -> Recipient | None:
    """Who hears what is said about a contribution: who works on it where somebody does, else its owner, sealed too."""
    behind = authors.behind(contribution)
    if behind.writer_id is None:
        return None
    return Recipient(sealed_id=contribution.id) if behind.is_sealed else Recipient(member_id=behind.writer_id)


def of_letter(letter_id: int) -> None:
    """Tell of a letter, unless it was read meanwhile. That an account is closed is mailed whatever she chose; what went
    with it waits in her list."""
    must_be_writing()
    letter = db.session.get(Letter, letter_id)
    if letter is None or letter.read_at is not None:
        return
    decision = db.session.get_one(Decision, letter.decision_id)
    if spam_accounts.CLOSING in decision.data:  # she was told of the closing, and that everything went with it
        return
    recipient = Recipient(member_id=letter.member_id) if letter.member_id is not None else None
    if letter.contribution_id is not None:
        recipient = recipient_of(db.session.get_one(Contribution, letter.contribution_id))
    if recipient is None:
        return
    is_owed = letter.particulars.get("measure") == "ban"
    tell = notifications.mail_at_once if is_owed else notifications.notify
    tell(recipient, "decision", key=f"letter:{letter_id}", contribution_id=letter.contribution_id)


def of_message(message_id: int) -> None:
    """Tell of a moderator's message, unless it was read meanwhile."""
    must_be_writing()
    message = db.session.get(ReviewMessage, message_id)
    if message is not None and message.read_at is None:
        _tell("review", f"review-message:{message_id}", message.contribution_id)


def of_suggestion(suggestion_id: int) -> None:
    """Tell of other words that a moderator suggests, unless they were answered meanwhile."""
    must_be_writing()
    suggestion = db.session.get(SuggestedEdit, suggestion_id)
    if suggestion is not None and suggestion.answered_at is None:
        _tell("review", f"suggestion:{suggestion_id}", suggestion.contribution_id)


def _tell(kind: str, key: str, contribution_id: int) -> None:
    recipient = recipient_of(db.session.get_one(Contribution, contribution_id))
    if recipient is not None:
        notifications.notify(recipient, kind, key=key, contribution_id=contribution_id)


def _about(row: Notification) -> tuple[str, int]:
    what, _colon, key = row.key.partition(":")
    return what, int(key)


def _say(viewer: Viewer, rows: Sequence[Notification], language: str) -> dict[int, Told]:
    """What each says: of what is hers or her work and she didn't take back. One query."""
    hers = select(Contribution.id, Contribution.title, Contribution.language).where(
        Contribution.id.in_([row.contribution_id for row in rows]),
        authors.involving(viewer),
        Contribution.status.not_in(("withdrawn", "erased")),
    )
    there = {key: (title, spoken) for key, title, spoken in db.session.execute(hers)}
    found: dict[int, Told] = {}
    for row in rows:
        title, spoken = there.get(row.contribution_id or 0, ("", language))
        if row.contribution_id is None or row.contribution_id in there:
            line, address = _line(row, language)
            found[row.id] = Told(line, address, place=title, language=spoken)
    return found


def _line(row: Notification, language: str) -> tuple[str, str]:
    what, key = _about(row)
    if what == "letter":
        return _("The moderators wrote you a letter."), f"/{language}/me/letters#letter-{key}"
    address = f"/{language}/contributions/{row.contribution_id}/review"
    if what == "suggestion":
        return _("A moderator suggests other words for what you sent."), address
    return _("A moderator writes to you about what you sent."), address


def _mail_letter(viewer: Viewer, row: Notification) -> MailWords | None:
    letter = db.session.get(Letter, _about(row)[1])
    if letter is None:
        return None
    token = letterbox.token_of(letter)
    private = f"/{viewer.language}/letters/{token}" if token is not None else ""
    is_banned = viewer.active_restriction == "banned"  # the one thing of her own that she can still open
    values = {
        "letter": letter,
        "statement": letterbox.statement_of(letter, viewer.language),
        "path": private if is_banned and private else f"/{viewer.language}/me/letters#letter-{letter.id}",
        "appeal_path": f"{private}#appeal" if private and letter.appeal_until is not None else "",
    }
    return MailWords("letter", values, discreet_path=private if is_banned else "")


def _mail_review(viewer: Viewer, row: Notification) -> MailWords | None:
    what, key = _about(row)
    message = db.session.get(ReviewMessage, key) if what == "review-message" else None
    suggestion = db.session.get(SuggestedEdit, key) if what == "suggestion" else None
    if message is None and suggestion is None:
        return None
    values = {
        "words": message.text if message is not None else suggestion.note if suggestion is not None else "",
        "words_language": (message.language if message is not None else "") or viewer.language,
        "is_suggestion": suggestion is not None,
        "path": f"/{viewer.language}/contributions/{row.contribution_id}/review",
    }
    return MailWords("review", values, _("A suggestion for what you sent") if suggestion is not None else "")


LETTER_NOTICE = Notice(
    kind="decision",
    label=_l("The moderators decide about what you wrote"),
    subject=_l("A letter about your contribution"),
    tell=_say,
    mail=_mail_letter,
)
REVIEW_NOTICE = Notice(
    kind="review",
    label=_l("Something about what you sent waits for you: a moderator’s message, an afterword, a translation"),
    subject=_l("A message about what you sent"),
    tell=_say,
    mail=_mail_review,
)
