"""The verbs of being read: write to each other, mark read, suggest changes, take or leave them, take a change back."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update

from forum.accounts.viewer import Viewer
from forum.contributions import actions as contributions
from forum.contributions.actions import answer_place, edit_place
from forum.contributions.models import Contribution, Draft, Revision
from forum.core import clock, kinds
from forum.core.db import db
from forum.core.outbox import enqueue
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.moderation import cases, exchange, policy, queries, unsent
from forum.moderation import review_policy as rules
from forum.moderation.hunks import Hunk, Words, applied, hunks_of, words_of
from forum.moderation.models import Letter, ReviewMessage, SuggestedEdit
from forum.moderation.queries import CaseFile
from forum.notifications import actions as notifications

SAME_PRESS = timedelta(minutes=2)  # the same words from the same side within this time are the same press


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an answer to a suggestion: how many changes were taken, how many found no place."""

    verdict: Verdict
    taken: int = 0
    missed: int = 0
    is_sent: bool = False


def write_to_author(*, actor: Viewer, case_id: int, words: str, language: str) -> Verdict:
    """Write to the author of what a case is about; a mail tells her. What she wrote before counts as read."""
    must_be_writing()
    file = queries.file_of(actor, case_id, lock=True)
    if file is None:
        return no(policy.NOT_FOR_THIS, 404)
    if not (
        verdict := rules.can_write_to_author(actor, file.matter, exchange.talk_about(file.contribution, file.edit))
    ):
        return verdict
    if not words:
        return no(rules.EMPTY, 422)
    contribution = file.contribution
    message = _said(contribution, words, language, moderator_id=actor.id)
    enqueue("moderation.mail_message", {"message_id": message.id}, dedupe_key=f"message:{message.id}")
    hear(contribution.id)
    unsent.drop(actor=actor, contribution=contribution, place=unsent.message_place(contribution.id))
    return YES


def answer(*, actor: Viewer, contribution_id: int, words: str, language: str) -> Verdict:
    """Answer the moderators about one's own contribution. What they wrote before counts as read."""
    must_be_writing()
    contribution, talk = _own(actor, contribution_id)
    if contribution is None or talk is None:
        return no(rules.NOT_YOURS, 404)
    if not (verdict := rules.can_answer(actor, True, talk)):
        return verdict
    if not words:
        return no(rules.EMPTY, 422)
    _said(contribution, words, language, moderator_id=None)
    mark_read(actor=actor, contribution_id=contribution_id)
    unsent.drop(actor=actor, contribution=contribution, place=answer_place(contribution_id))
    return YES


def _own(actor: Viewer, contribution_id: int) -> tuple[Contribution | None, rules.Talk | None]:
    """The actor's own contribution, held until the end, with how it stands; nobody else's is found."""
    contribution = exchange.own_for(actor, contribution_id)
    if contribution is None:
        return None, None
    db.session.refresh(contribution, with_for_update={"key_share": True})
    return contribution, exchange.talk_about(contribution, cases.waiting_edit(contribution))


def _said(contribution: Contribution, words: str, language: str, moderator_id: int | None) -> ReviewMessage:
    """A line of the exchange: written now, or the same one pressed twice."""
    last = db.session.scalar(
        select(ReviewMessage)
        .where(ReviewMessage.contribution_id == contribution.id)
        .order_by(ReviewMessage.id.desc())
        .limit(1)
    )
    is_from_author = moderator_id is None
    if (
        last is not None
        and (last.text, last.is_from_author, last.moderator_id) == (words, is_from_author, moderator_id)
        and last.written_at > clock.now() - SAME_PRESS
    ):
        return last
    message = ReviewMessage(
        contribution_id=contribution.id,
        is_from_author=is_from_author,
        moderator_id=moderator_id,
        language=language,
        text=words,
        written_at=clock.now(),
    )
    db.session.add(message)
    db.session.flush()
    return message


def mark_read(*, actor: Viewer, contribution_id: int) -> bool:
    """Note that an author has read what the moderators wrote about a contribution. False where it isn't hers."""
    must_be_writing()
    if exchange.own_for(actor, contribution_id) is None:
        return False
    for table, more in ((ReviewMessage, (~ReviewMessage.is_from_author,)), (Letter, ())):
        db.session.execute(
            update(table)
            .where(table.contribution_id == contribution_id, table.read_at.is_(None), *more)
            .values(read_at=clock.now())
        )
    notifications.mark_read(member_id=actor.id or 0, contribution_id=contribution_id, kinds=("decision", "review"))
    return True


def mark_heard(*, actor: Viewer, case_id: int) -> Verdict:
    """Note that a moderator has read what the author of a case's contribution wrote."""
    must_be_writing()
    file = queries.file_of(actor, case_id)
    if file is None:
        return no(policy.NOT_FOR_THIS, 404)
    if verdict := policy.can_judge(actor, file.matter):
        hear(file.contribution.id)
    return verdict


def hear(contribution_id: int) -> None:
    """Mark what its author wrote about a contribution as read by the moderators."""
    db.session.execute(
        update(ReviewMessage)
        .where(ReviewMessage.contribution_id == contribution_id, exchange.unread_answers())
        .values(read_at=clock.now())
    )


def suggest(*, actor: Viewer, case_id: int, base_id: int | None, words: Words, note: str) -> Verdict:
    """Suggest other words to an author, made from the revision she sent (`base_id`). Nothing of hers changes by it."""
    must_be_writing()
    file = queries.file_of(actor, case_id, lock=True)
    if file is None:
        return no(policy.NOT_FOR_THIS, 404)
    if not (
        verdict := rules.can_write_to_author(actor, file.matter, exchange.talk_about(file.contribution, file.edit))
    ):
        return verdict
    base = _base(file, base_id)
    if not hunks_of(base, words):
        return no(rules.NOTHING_CHANGED, 422)
    suggestion = _suggested(actor, file, base, words, note)
    enqueue("moderation.mail_suggestion", {"suggestion_id": suggestion.id}, dedupe_key=f"suggestion:{suggestion.id}")
    unsent.drop(actor=actor, contribution=file.contribution, place=unsent.suggestion_place(file.contribution.id))
    return YES


def _base(file: CaseFile, base_id: int | None) -> Words:
    seen = db.session.get(Revision, base_id) if base_id is not None else None
    if seen is not None and seen.contribution_id == file.contribution.id:
        return words_of(seen)
    return exchange.words_sent(file.contribution)[0]


def _suggested(actor: Viewer, file: CaseFile, base: Words, words: Words, note: str) -> SuggestedEdit:
    same = db.session.scalar(
        select(SuggestedEdit).where(
            SuggestedEdit.contribution_id == file.contribution.id,
            SuggestedEdit.moderator_id == actor.id,
            SuggestedEdit.answered_at.is_(None),
            SuggestedEdit.title == words.title,
            SuggestedEdit.teaser == words.teaser,
            SuggestedEdit.source == words.source,
        ).limit(1)
    )  # fmt: skip
    if same is not None:
        return same
    suggestion = SuggestedEdit(
        contribution_id=file.contribution.id,
        moderator_id=actor.id,
        base_title=base.title,
        base_teaser=base.teaser,
        base_source=base.source,
        title=words.title,
        teaser=words.teaser,
        source=words.source,
        note=note,
        made_at=clock.now(),
    )
    db.session.add(suggestion)
    db.session.flush()
    return suggestion


def leave(*, actor: Viewer, contribution_id: int, suggestion_id: int) -> Verdict:
    """Leave a suggestion as it is: nothing changes, and the moderators see that it is answered."""
    must_be_writing()
    _contribution, _talk, suggestion = _offered(actor, contribution_id, suggestion_id)
    if suggestion is None:
        return no(rules.NOT_YOURS, 404)
    if suggestion.answered_at is None:
        suggestion.answered_at, suggestion.changes_taken = clock.now(), 0
        db.session.flush()
    return YES


def _offered(
    actor: Viewer, contribution_id: int, suggestion_id: int
) -> tuple[Contribution | None, rules.Talk | None, SuggestedEdit | None]:
    contribution, talk = _own(actor, contribution_id)
    suggestion = db.session.get(SuggestedEdit, suggestion_id, with_for_update=True)
    if contribution is None or suggestion is None or suggestion.contribution_id != contribution.id:
        return None, None, None
    return contribution, talk, suggestion


def take(
    *, actor: Viewer, contribution_id: int, suggestion_id: int, taken: AbstractSet[int], is_sending: bool = False
) -> Taken:
    """Put the ticked changes of a suggestion into one's own words; `is_sending`: and send them to be read.

    What is being read changes where it lies; of something published an unsent edit does. A change whose place reads
    differently by now is counted as missed, and stays to be read in the suggestion.
    """
    must_be_writing()
    contribution, talk, suggestion = _offered(actor, contribution_id, suggestion_id)
    if contribution is None or talk is None or suggestion is None:
        return Taken(no(rules.NOT_YOURS, 404))
    if not (verdict := rules.can_take(actor, True, talk)):
        return Taken(verdict)
    if suggestion.answered_at is not None:
        return Taken(YES if suggestion.changes_taken else no(rules.ANSWERED, 409), suggestion.changes_taken or 0)
    base, hunks = exchange.changes_of(suggestion)
    wanted = {hunk.number for hunk in hunks} & taken
    if not wanted:
        return Taken(no(rules.NOTHING_TICKED, 422))
    result = _put_in(actor, contribution, base, hunks, wanted)
    suggestion.answered_at, suggestion.changes_taken = clock.now(), len(result)
    db.session.flush()
    missed = len(wanted - result)
    send_again = kinds.kind_of(contribution).send_again
    if not (is_sending and result and send_again is not None and contribution.status != "pending"):
        return Taken(YES, len(result), missed)
    sent = send_again(actor, contribution)
    return Taken(sent, len(result), missed, is_sent=bool(sent))


def _put_in(
    actor: Viewer, contribution: Contribution, base: Words, hunks: list[Hunk], wanted: set[int]
) -> frozenset[int]:
    """The taken changes put into the author's words where she is at them; the numbers of those that found a place."""
    now = exchange.words_now(actor, contribution, cases.waiting_edit(contribution))
    result = applied(now, base, hunks, wanted)
    if not result.applied:
        return result.applied
    if contribution.status == "published":
        place = edit_place(contribution.id)
        unsent.keep(actor=actor, contribution=contribution, place=place, words=result.words)
        return result.applied
    words = result.words
    contributions.set_words(contribution, title=words.title, teaser=words.teaser, source=words.source)
    if contribution.status == "pending":
        contributions.add_revision(contribution)
        if (case := cases.open_case_of(contribution.id, lock=True)) is not None:
            cases.touch(case)  # who reads it hears that the words have changed
    db.session.flush()
    return result.applied


def recall_edit(*, actor: Viewer, contribution_id: int) -> Verdict:
    """Take back a change of something published that waits to be read: its words are an unsent edit again."""
    must_be_writing()
    contribution, _talk = _own(actor, contribution_id)
    if contribution is None:
        return no(rules.NOT_YOURS, 404)
    edit = cases.waiting_edit(contribution)
    if edit is None:
        return no(rules.NO_EDIT, 409)
    place, words = edit_place(contribution.id), words_of(edit)
    draft = unsent.draft_of(actor, contribution, place)
    if draft is not None and words_of(draft) != words:
        return no(rules.NEWER_WORDS, 409)
    draft, _verdict = unsent.keep(actor=actor, contribution=contribution, place=place, words=words)
    _keep_facts(draft, edit)
    while edit is not None:
        db.session.delete(edit)
        db.session.flush()
        edit = cases.waiting_edit(contribution)
    case = cases.open_case_of(contribution.id, lock=True)
    if case is not None and case.opened_for == "review":
        cases.close(case)
    elif case is not None:
        cases.touch(case)
    return YES


def _keep_facts(draft: Draft, edit: Revision) -> None:
    if edit.facts is not None:
        draft.facts = edit.facts
