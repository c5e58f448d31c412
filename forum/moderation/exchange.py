"""The private exchange between a contribution's author and the moderators who read it, as both sides read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, Integer, case, cast, false, func, literal, null, select, union_all

from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.contributions import queries as contributions
from forum.contributions.actions import answer_place, edit_place
from forum.contributions.models import Contribution, Draft, Revision
from forum.core import kinds
from forum.core.db import db
from forum.core.kinds import Kind
from forum.moderation import authors, cases, unsent
from forum.moderation.hunks import Hunk, Words, applied, hunks_of, words_of
from forum.moderation.models import Case, Decision, Letter, ReviewMessage, SuggestedEdit
from forum.moderation.review_policy import Talk

MOST = 200  # entries of one exchange that a page shows, the newest


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing said: a letter, a message or a suggestion. `name`: the moderator's, for other moderators."""

    what: Literal["letter", "message", "suggestion"]
    key: int
    at: datetime
    text: str
    language: str
    name: str | None = None
    is_from_author: bool = False
    answered_at: datetime | None = None  # a suggestion answered; anything else read
    taken: int | None = None  # changes of a suggestion

    @property
    def is_unread(self) -> bool:
        """Whether the other side hasn't read it, or not answered a suggestion."""
        return self.answered_at is None


@dataclass(frozen=True, slots=True)
class Offer:
    """A suggested edit that waits for its author's answer: each change, and which still find their place."""

    suggestion: SuggestedEdit
    hunks: Sequence[Hunk]
    fitting: frozenset[int]


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """What an author sees of being read."""

    contribution: Contribution
    kind: Kind
    talk: Talk
    edit: Revision | None
    entries: Sequence[Entry]
    offers: Sequence[Offer]
    unsent: Draft | None

    @property
    def unread(self) -> int:
        """How much of it she hasn't marked read."""
        return sum(
            entry.is_unread and not entry.is_from_author and entry.what != "suggestion" for entry in self.entries
        )

    @property
    def can_send_again(self) -> bool:
        """Whether what she takes can be sent in the same step: it waits for her, and not for a moderator."""
        return self.kind.send_again is not None and self.contribution.status in ("changes_asked", "published")


def own_for(viewer: Viewer, contribution_id: int) -> Contribution | None:
    """What `viewer` wrote or works on, in any state but erased, or None."""
    if not viewer.is_authenticated:
        return None
    return db.session.scalar(
        select(Contribution).where(
            Contribution.id == contribution_id, authors.involving(viewer), Contribution.status != "erased"
        )
    )


def talk_about(contribution: Contribution, edit: Revision | None, ruled: Sequence[str] | None = None) -> Talk:
    """How a contribution stands, for the rules of the exchange. ruled: the decisions that stand, oldest first, where
    they are at hand."""
    stands = contribution.status == "published" and edit is None
    if not stands:
        return Talk(contribution.status, edit is not None, False)
    last = cases.last_ruling(contribution) if ruled is None else next(iter(ruled[::-1]), None)
    return Talk(contribution.status, False, last == "ask_for_changes")


def review_for(viewer: Viewer, contribution_id: int) -> ReviewPage | None:
    """The page on which an author reads and answers the moderators, or None where it isn't hers."""
    contribution = own_for(viewer, contribution_id)
    if contribution is None:
        return None
    edit = cases.waiting_edit(contribution)
    entries = entries_about(contribution)
    now = words_now(viewer, contribution, edit)
    offers = [offer_of(one, now) for one in _unanswered(contribution, entries)]
    place = unsent.draft_of(viewer, contribution, answer_place(contribution.id))
    return ReviewPage(
        contribution, kinds.kind_of(contribution), talk_about(contribution, edit), edit, entries, offers, place
    )


def _unanswered(contribution: Contribution, entries: Sequence[Entry]) -> Sequence[SuggestedEdit]:
    if not any(entry.what == "suggestion" and entry.is_unread for entry in entries):
        return ()
    return db.session.scalars(
        select(SuggestedEdit)
        .where(SuggestedEdit.contribution_id == contribution.id, SuggestedEdit.answered_at.is_(None))
        .order_by(SuggestedEdit.id)
    ).all()


def words_now(viewer: Viewer, contribution: Contribution, edit: Revision | None) -> Words:
    """The words an author is at: her unsent edit of something published, else the change that waits, else the row's."""
    if contribution.status == "published":
        draft = unsent.draft_of(viewer, contribution, edit_place(contribution.id))
        return words_of(draft or edit or contribution)
    return words_of(contribution)


def words_sent(contribution: Contribution) -> tuple[Words, Revision | None]:
    """The newest words that its author sent, never those she is still at, with their revision."""
    revision = contributions.latest_revision(contribution.id)
    return words_of(revision or contribution), revision


def offer_of(suggestion: SuggestedEdit, now: Words) -> Offer:
    """A suggestion with its changes and those that still find their place in `now`."""
    base, hunks = changes_of(suggestion)
    return Offer(suggestion, hunks, applied(now, base, hunks, {hunk.number for hunk in hunks}).applied)


def changes_of(suggestion: SuggestedEdit) -> tuple[Words, list[Hunk]]:
    """The words a suggestion was made from, and its changes."""
    base = Words(suggestion.base_title, suggestion.base_teaser, suggestion.base_source)
    return base, hunks_of(base, words_of(suggestion))


def entries_about(contribution: Contribution) -> list[Entry]:
    """All that was said about a contribution, oldest first: letters, messages, suggestions. One query."""
    key, nothing = contribution.id, cast(null(), Integer)
    # The answer to an appeal was written by who heard it, not by who decided.
    is_answer = Letter.particulars["appeal"].as_string().is_not(None)
    writer = case((is_answer, nothing), else_=Decision.moderator_id)
    letters = (
        select(literal("letter"), Letter.id, Letter.sent_at, Letter.text, Letter.language, writer,
               false(), Letter.read_at, nothing)
        .join(Decision, Decision.id == Letter.decision_id)
        .where(Letter.contribution_id == key)
    )  # fmt: skip
    messages = select(
        literal("message"), ReviewMessage.id, ReviewMessage.written_at, ReviewMessage.text, ReviewMessage.language,
        ReviewMessage.moderator_id, ReviewMessage.is_from_author, ReviewMessage.read_at, nothing,
    ).where(ReviewMessage.contribution_id == key)  # fmt: skip
    suggestions = select(
        literal("suggestion"), SuggestedEdit.id, SuggestedEdit.made_at, SuggestedEdit.note,
        literal(contribution.language), SuggestedEdit.moderator_id, false(), SuggestedEdit.answered_at,
        SuggestedEdit.changes_taken,
    ).where(SuggestedEdit.contribution_id == key)  # fmt: skip
    said = union_all(letters, messages, suggestions).subquery().c
    what, key_, at, text, language, moderator_id, is_from_author, answered_at, taken = list(said)
    rows = db.session.execute(
        select(what, key_, at, text, language, Member.display_name, is_from_author, answered_at, taken)
        .outerjoin(Member, Member.id == moderator_id)
        .order_by(at.desc(), key_.desc(), what)
        .limit(MOST)
    )
    return [Entry(*row) for row in rows][::-1]


def unread_answers(contribution_id: ColumnElement[int] | None = None) -> ColumnElement[bool]:
    """The criterion on `review_messages` for what an author wrote and no moderator has read."""
    unread = ReviewMessage.is_from_author & ReviewMessage.read_at.is_(None)
    return unread if contribution_id is None else unread & (ReviewMessage.contribution_id == contribution_id)


def answered_cases() -> ColumnElement[bool]:
    """The criterion on `cases` for the newest case of each contribution whose author's answer nobody has read."""
    answered = select(ReviewMessage.contribution_id).where(unread_answers())
    newest = select(func.max(Case.id)).where(Case.contribution_id.in_(answered)).group_by(Case.contribution_id)
    return Case.id.in_(newest)


def news_for(viewer: Viewer) -> set[int]:
    """The contributions of `viewer` about which the moderators wrote what she hasn't marked read. One query."""
    if not viewer.is_authenticated:
        return set()
    messages = select(ReviewMessage.contribution_id).where(
        ~ReviewMessage.is_from_author, ReviewMessage.read_at.is_(None)
    )
    suggestions = select(SuggestedEdit.contribution_id).where(SuggestedEdit.answered_at.is_(None))
    letters = select(Letter.contribution_id).where(Letter.contribution_id.is_not(None), Letter.read_at.is_(None))
    about = messages.union_all(suggestions, letters).subquery()
    found = db.session.scalars(
        select(Contribution.id).where(
            Contribution.id.in_(select(about.c.contribution_id)),
            authors.involving(viewer),
            Contribution.status.not_in(("erased", "withdrawn")),
        )
    )
    return set(found)
