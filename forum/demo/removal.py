"""Removing the examples: every row that came with them or from their people, so that none is left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flask_babel import ngettext
from sqlalchemy import Column, Integer, MetaData, Select, Table, delete, exists, func, insert, or_, select
from sqlalchemy import update as change

from forum.accounts.models import MailboxRecovery, Member, Profession, SignInRequest
from forum.accounts.viewer import Viewer
from forum.appeals.models import Appeal
from forum.contributions.models import Contribution, Revision, Seal
from forum.core import tokens
from forum.core.db import db
from forum.core.outbox import OutboxJob
from forum.core.public_state import set_has_examples
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.demo import elsewhere, photos, record
from forum.discussions.actions import recount
from forum.discussions.models import Alias, Board, Post, Thread
from forum.guides.actions import index_topic
from forum.guides.models import GuideText
from forum.messages.models import Conversation, Message
from forum.moderation.member_models import Sanction
from forum.moderation.models import Case, Decision, Letter, Redaction, Report, ReviewMessage, SuggestedEdit
from forum.notifications.models import Digest, Notification
from forum.search import actions as search
from forum.search.models import SearchDocument
from forum.stories.models import Claim, StoryUpdate

# The ids of the contributions that go, in a table of this transaction's own: they may be a million.
LEAVING = Table("leaving", MetaData(), Column("id", Integer, primary_key=True), prefixes=["TEMPORARY"])
GOING = select(LEAVING.c.id)
PEOPLE = select(Member.id).where(Member.is_demo)
PLACES = select(Board.id).where(Board.is_demo)
THREADS = select(Thread.id).where(or_(Thread.opening_id.in_(GOING), Thread.about_id.in_(GOING)))
TALKS = select(Conversation.id).where(or_(Conversation.first_id.in_(PEOPLE), Conversation.second_id.in_(PEOPLE)))
BY_EXAMPLES = or_(
    Contribution.is_demo,
    Contribution.author_id.in_(PEOPLE),
    exists().where(Seal.contribution_id == Contribution.id, Seal.member_id.in_(PEOPLE)),
)
CHUNK = 5000  # one statement over all of a large site would hold all of it in memory
WORDS, POSTS, CHAPTERS = Contribution.__table__, Post.__table__, StoryUpdate.__table__
MESSAGES = Message.__table__


@dataclass(frozen=True, slots=True)
class Removed:
    """How many members and contributions went, and where the files of the photos are that went; or the refusal."""

    verdict: Verdict
    members: int = 0
    contributions: int = 0
    photo_keys: list[str] = field(default_factory=list)


def remove(*, actor: Viewer | None, with_answers: bool = False) -> Removed:
    """Remove the examples. `with_answers`: also what the site's own members wrote in answer to them.

    Without it refused while there is any. The log loses what it says of examples and is chained anew.
    """
    must_be_writing()
    LEAVING.create(db.session.connection())
    _gather()
    answers = _count(select(WORDS.c.id).where(WORDS.c.id.in_(GOING), ~BY_EXAMPLES))
    if answers and not with_answers:
        LEAVING.drop(db.session.connection())
        return Removed(no(_own_words(answers), 409))
    removed = Removed(YES, _count(PEOPLE), _count(GOING), photos.keys_of(GOING))
    record.forget_examples(contributions=GOING, threads=THREADS, boards=PLACES, members=PEOPLE)
    _remove_jobs()
    _remove_guides()
    _remove_contributions()
    elsewhere.take_away()
    _remove_boards()
    _remove_people()
    record.chain_anew()
    LEAVING.drop(db.session.connection())
    set_has_examples(False)
    record.note_removal(actor, removed.members, removed.contributions)
    return removed


def _own_words(count: int) -> str:
    return str(
        ngettext(
            "%(num)d text by a member of this site answers an example and would go with it.",
            "%(num)d texts by members of this site answer examples and would go with them.",
            count,
        )
    )


def _count(ids: Select[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(ids.subquery())) or 0


def _gather() -> None:
    """Note which contributions go: the examples, all that stands in their threads, and whatever hangs on those."""
    db.session.execute(insert(LEAVING).from_select(["id"], select(WORDS.c.id).where(BY_EXAMPLES)))
    hanging = (
        select(POSTS.c.id)
        .where(or_(POSTS.c.thread_id.in_(THREADS), POSTS.c.answers_id.in_(GOING)), POSTS.c.id.not_in(GOING))
        .union(
            select(MESSAGES.c.id).where(MESSAGES.c.conversation_id.in_(TALKS), MESSAGES.c.id.not_in(GOING)),
            select(CHAPTERS.c.id).where(CHAPTERS.c.story_id.in_(GOING), CHAPTERS.c.id.not_in(GOING)),
        )
    )
    before, now = 0, _count(GOING)
    while now > before:
        db.session.execute(insert(LEAVING).from_select(["id"], hanging))
        before, now = now, _count(GOING)


def _remove_jobs() -> None:
    """Take what waits in the outbox about examples with them: letters, receipts, erasures, ends, what to tell."""
    of_words = dict.fromkeys(("contribution_id", "post_id", "story_id", "chapter_id", "quoted_id"), GOING)
    is_example: dict[str, Select[Any]] = of_words | {
        "member_id": PEOPLE,
        "letter_id": _about(Letter),
        "sanction_id": _about(Sanction),
        "decision_id": select(Decision.id).where(Decision.case_id.in_(_about(Case))),
        "redaction_id": select(Redaction.id).where(Redaction.contribution_id.in_(GOING)),
        "recovery_id": select(MailboxRecovery.id).where(MailboxRecovery.member_id.in_(PEOPLE)),
        "report_id": select(Report.id).where(
            or_(Report.contribution_id.in_(GOING), Report.reporter_id.in_(PEOPLE), Report.member_id.in_(PEOPLE))
        ),
        "appeal_id": _about(Appeal),
        "message_id": select(ReviewMessage.id).where(ReviewMessage.contribution_id.in_(GOING)),
        "suggestion_id": select(SuggestedEdit.id).where(SuggestedEdit.contribution_id.in_(GOING)),
        "claim_id": select(Claim.id).where(Claim.story_id.in_(GOING)),
        "notification_id": select(Notification.id).where(
            or_(
                Notification.member_id.in_(PEOPLE),
                Notification.sealed_id.in_(GOING),
                Notification.contribution_id.in_(GOING),
                Notification.thread_id.in_(THREADS),
            )
        ),
        "digest_id": select(Digest.id).where(Digest.member_id.in_(PEOPLE)),
        "profession_id": select(Profession.id).where(Profession.member_id.in_(PEOPLE)),
        "request_id": select(SignInRequest.id).where(SignInRequest.id.in_(_requests())),
    }
    for name, ids in is_example.items():
        named = OutboxJob.payload[name].as_integer()
        db.session.execute(delete(OutboxJob).where(named.in_(ids)), execution_options={"synchronize_session": False})


def _about(model: Any) -> Select[Any]:
    """The ids of rows about what goes, or about an example."""
    return select(model.id).where(or_(model.contribution_id.in_(GOING), model.member_id.in_(PEOPLE)))


def _requests() -> list[int]:
    """The sign-in requests made for the addresses of examples."""
    addresses = set(db.session.scalars(select(Member.email).where(Member.is_demo)))
    rows = db.session.execute(select(SignInRequest.id, SignInRequest.address_sealed)).all()
    return [row.id for row in rows if row.address_sealed and tokens.open_text(row.address_sealed) in addresses]


def _remove_guides() -> None:
    for text in db.session.scalars(select(GuideText).where(GuideText.is_demo)).all():
        search.remove("guide", text.id)
        db.session.execute(delete(GuideText).where(GuideText.id == text.id))
        db.session.expunge(text)
        index_topic(text.topic_id)


def _remove_contributions() -> None:
    """Delete them with all that hangs on them, the parts that point at each other first."""
    shrinking = db.session.scalars(
        select(POSTS.c.thread_id).where(POSTS.c.id.in_(GOING), POSTS.c.thread_id.not_in(THREADS)).distinct()
    ).all()
    db.session.execute(delete(Thread.__table__).where(Thread.id.in_(THREADS)))  # type: ignore[arg-type]
    for some in _by_the_newest():
        db.session.execute(change(WORDS).where(WORDS.c.id.in_(some)).values(shown_revision_id=None))  # type: ignore[arg-type]
        for rows, column in (
            (SearchDocument.__table__, SearchDocument.contribution_id),
            (Revision.__table__, Revision.contribution_id),
            (POSTS, POSTS.c.id),
            (WORDS, WORDS.c.id),
        ):
            db.session.execute(delete(rows).where(column.in_(some)))  # type: ignore[arg-type]
    for thread_id in shrinking:
        recount(thread_id)
    db.session.execute(delete(Alias).where(Alias.thread_id.not_in(select(Thread.id))))


def _by_the_newest() -> Iterator[Select[Any]]:
    """What goes, some thousands at a time, answers before what they answer."""
    first, last = db.session.execute(select(func.min(LEAVING.c.id), func.max(LEAVING.c.id))).one()
    for top in range(last or 0, (first or 1) - 1, -CHUNK):
        yield GOING.where(LEAVING.c.id.between(top - CHUNK + 1, top))


def _remove_boards() -> None:
    """A board of the demo that holds discussions of the site's own stays, and is an example no longer."""
    own = exists().where(Thread.board_id == Board.id)
    no_sync = {"synchronize_session": False}
    db.session.execute(delete(Board).where(Board.is_demo, ~own), execution_options=no_sync)
    db.session.execute(change(Board).where(Board.is_demo).values(is_demo=False), execution_options=no_sync)


def _remove_people() -> None:
    """What they said elsewhere goes with them; their decisions about others' words stay, without a name."""
    no_sync = {"synchronize_session": False}
    db.session.execute(delete(SignInRequest).where(SignInRequest.id.in_(_requests())), execution_options=no_sync)
    db.session.execute(delete(Report).where(Report.reporter_id.in_(PEOPLE)), execution_options=no_sync)
    db.session.execute(delete(Member).where(Member.is_demo), execution_options=no_sync)


def is_member(viewer: Viewer) -> bool:
    """Whether `viewer` is still a member, inside the same transaction."""
    return db.session.scalar(select(Member.id).where(Member.id == viewer.id)) is not None
