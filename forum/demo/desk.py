"""What lies on the moderators' desk when the demo opens: something to read, something reported, something decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from forum.accounts.models import Member
from forum.accounts.queries import viewer_of
from forum.contributions.models import Contribution
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.demo import content
from forum.demo.stories import READING, consent
from forum.demo.threads import new_post, open_thread, place_under
from forum.demo.writing import publish_on, put_down, topics_by_slug
from forum.discussions.actions import path_below, recount
from forum.discussions.models import Board, Post, Thread
from forum.moderation import actions as moderation
from forum.moderation import granting
from forum.moderation.guideline_models import Guideline
from forum.moderation.member_models import Sanction, SecondPerson
from forum.moderation.models import Case, Decision, Letter, ReviewMessage, SuggestedEdit
from forum.moderation.particulars import HEARD_FOR
from forum.stories.models import Story

Entry = dict[str, Any]


def lay_out(members: Mapping[str, Member], boards: Mapping[str, Board], threads: Mapping[str, Thread]) -> None:
    """Put on the desk what the content says; moments are counted back from now."""
    must_be_writing()
    desk = content.desk()
    _waiting_story(desk["story"], members)
    _talked_about(desk["talked_about"], members)
    _first_post(desk["first_post"], members, boards)
    _reported(desk["reported"], members, threads)
    for entry in desk["decided"]:
        case = _reported(entry, members, threads)
        for decision in entry["decisions"]:
            _decide(case, decision, members)


def _ago(entry: Entry) -> datetime:
    return clock.now() - timedelta(hours=entry["hours"])


def _waiting_story(entry: Entry, members: Mapping[str, Member]) -> Story:
    facts = {name: entry[name] for name in ("condition_words", "relation", "country", "region")}
    sent_at = _ago(entry)
    story = Story(
        language=entry["language"],
        created_at=sent_at - READING,
        visible_from=sent_at,
        topics=topics_by_slug(entry["topics"]),
        **facts,
    )
    put_down(
        story, member_id=members[entry["author"]].id, attribution=entry["attribution"],
        source=entry["text"].strip(), title=entry["title"], teaser=entry["teaser"],
    )  # fmt: skip
    consent(story, [("site", None)], sent_at)
    _wait(story, sent_at)
    return story


def _talked_about(entry: Entry, members: Mapping[str, Member]) -> None:
    story = _waiting_story(entry, members)
    for said in entry["exchange"]:
        moderator = members[said["by"]].id if "by" in said else None
        db.session.add(
            ReviewMessage(
                contribution_id=story.id, is_from_author=moderator is None, moderator_id=moderator,
                language=entry["language"], text=said["text"].strip(), written_at=_ago(said), read_at=_ago(said),
            )
        )  # fmt: skip
    suggested, source = entry["suggestion"], story.source
    for before, after in suggested["changes"]:
        if before not in source:
            raise LookupError(f"The demo suggests to change what isn’t there: {before}")
        source = source.replace(before, after)
    db.session.add(
        SuggestedEdit(
            contribution_id=story.id, moderator_id=members[suggested["by"]].id, base_title=story.title,
            base_teaser=story.teaser, base_source=story.source, title=story.title, teaser=story.teaser, source=source,
            note=suggested["note"].strip(), made_at=_ago(suggested),
        )
    )  # fmt: skip
    db.session.flush()


def _first_post(entry: Entry, members: Mapping[str, Member], boards: Mapping[str, Board]) -> None:
    board = boards[entry["board"]]
    opening = new_post(board, written_at=_ago(entry), language="en")
    put_down(opening, member_id=members[entry["author"]].id, source=entry["text"].strip(), title=entry["title"])
    open_thread(board, opening)
    _wait(opening, opening.created_at)


def _wait(contribution: Contribution, since: datetime) -> None:
    contribution.status = "pending"
    case = moderation.open_case(contribution, "review")
    case.opened_at = since
    db.session.flush()


def _reported(entry: Entry, members: Mapping[str, Member], threads: Mapping[str, Thread]) -> Case:
    return report(reported_post(entry, members, threads), entry["report"], members)


def reported_post(
    entry: Entry, members: Mapping[str, Member], threads: Mapping[str, Thread], *, answered: Post | None = None
) -> Post:
    """A post at the end of a discussion, or under another, as readers saw it when somebody reported it."""
    thread = threads[entry["thread"]]
    post = Post(
        language="en", audience="everyone", created_at=_ago(entry), topics=[], thread_id=thread.id, content_notes=""
    )
    place_under(post, thread, answered)
    revision = put_down(post, member_id=members[entry["author"]].id, source=entry["text"].strip())
    post.path = path_below(answered.path if answered is not None else "", post.id)
    publish_on(post, revision, post.created_at)
    recount(thread.id)
    return post


def report(post: Post, entry: Entry, members: Mapping[str, Member]) -> Case:
    """What a member reports about a post, and its case."""
    made_at = _ago(entry)
    row, _token = moderation.report(
        reporter=viewer_of(members[entry["by"]]), contribution=post, reason=entry["reason"],
        words=entry["words"].strip(), address=f"/en/posts/{post.id}", language="en",
    )  # fmt: skip
    row.made_at = made_at
    case = db.session.get_one(Case, row.case_id)
    case.opened_at = made_at
    db.session.flush()
    return case


def _decide(case: Case, entry: Entry, members: Mapping[str, Member]) -> None:
    until = clock.today() + timedelta(days=entry["days"]) if "days" in entry else None
    guideline = db.session.scalars(
        select(Guideline).where(Guideline.key == entry["guideline"], Guideline.replaced_at.is_(None))
    ).one()
    verdict = moderation.decide(
        actor=viewer_of(members[entry["by"]]),
        case_id=case.id,
        seen_version=case.version,
        decision=entry["decision"],
        guideline_id=guideline.id,
        letter=entry["letter"].strip(),
        note=entry["note"],
        until=until,
    )
    if not verdict:
        raise RuntimeError(f"The demo's decision was refused: {verdict.reason}")
    if "granted_by" in entry:
        _grant(case, members[entry["granted_by"]])
    _set_back(case, _ago(entry))


def _grant(case: Case, other: Member) -> None:
    """What takes two has the second moderator's word."""
    waiting = select(SecondPerson).where(
        SecondPerson.contribution_id == case.contribution_id, SecondPerson.answered_at.is_(None)
    )
    for row in db.session.scalars(waiting).all():
        verdict = granting.answer(actor=viewer_of(other), second_id=row.id, answer="granted", words="")
        if not verdict:
            raise RuntimeError(f"The demo's second moderator was refused: {verdict.reason}")
    db.session.refresh(case)


def _set_back(case: Case, moment: datetime) -> None:
    """Let the newest decision of a case, and what came of it, bear the day it is told of."""
    decision = db.session.scalars(
        select(Decision).where(Decision.case_id == case.id).order_by(Decision.id.desc()).limit(1)
    ).one()
    decision.made_at = moment
    db.session.flush()
    for letter in db.session.scalars(select(Letter).where(Letter.decision_id == decision.id)):
        if letter.appeal_until is not None:
            letter.particulars = letter.particulars | {"from": moment.isoformat()}
            letter.appeal_until = moment + HEARD_FOR
    for table, column in ((Letter, Letter.sent_at), (Sanction, Sanction.starts_at)):
        db.session.execute(update(table).where(table.decision_id == decision.id).values({column: moment}))
    if case.closed_at is not None:
        case.closed_at = moment
    db.session.flush()
