"""What the demo holds once it is built, and that it is built once."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.accounts.models import Member
from forum.accounts.queries import viewer_of
from forum.accounts.viewer import VISITOR
from forum.appeals.models import Appeal
from forum.care import own_words
from forum.care.models import CareCard
from forum.contributions import cooling, ledger
from forum.contributions.models import Contribution, Revision, Seal, Wish
from forum.contributions.queries import visible_to
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.demo import build, elsewhere
from forum.demo import content as texts
from forum.demo.build import BUILT, UNPREPARED
from forum.discussions.actions import recount
from forum.discussions.models import Board, Post, Thread
from forum.guides.models import GuideText
from forum.moderation import exchange, log
from forum.moderation.member_models import Sanction
from forum.moderation.models import Case, Letter, Report, SuggestedEdit
from forum.notifications.models import Notification
from forum.search.models import SearchDocument
from forum.stories.models import Provenance, Story, StoryUpdate
from tests.services import databases

pytestmark = pytest.mark.usefixtures("app")


def member(key: str) -> Member:
    return db.session.scalars(select(Member).where(Member.email == f"{key}@example.org")).one()


def count(model: type[object], *criteria: object) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*criteria)) or 0  # type: ignore[arg-type]


def old_pages() -> list[dict[str, Any]]:
    """The lines of the imported archive: stories, and later chapters with the key of theirs."""
    return [json.loads(line) for line in elsewhere.FILE.read_text("utf-8").splitlines()]


def shown_though_reported() -> list[dict[str, Any]]:
    """What was reported and waits where readers see it: our own check has found nothing private in it."""
    entries = (*texts.reports()["about_posts"], texts.desk()["reported"])
    return [
        one
        for one in entries
        if all(report["reason"] != "private_details" for report in one.get("reports", [one.get("report")]))
    ]


def test_everything_of_the_content_can_be_read() -> None:
    agreed = [line for line in old_pages() if "consent" in line]  # the others wait for it
    old_stories = [line for line in agreed if "update_of" not in line]
    assert 0 < len(old_stories) < len(agreed) < len(old_pages())
    assert len(texts.stories()) >= 24
    shown = count(Story, visible_to(VISITOR))
    assert shown == len(texts.stories()) + len(old_stories)
    chapters = sum(len(story.updates) for story in texts.stories()) + len(agreed) - len(old_stories)
    assert count(StoryUpdate, visible_to(VISITOR)) == chapters + 1  # and an afterword
    assert count(Board) == len(texts.boards()) > 0
    assert count(GuideText) == len(texts.guides()) > 0
    told = sum(len(thread.posts) for thread in texts.threads())
    readable = count(Post, visible_to(viewer_of(member("alice"))))
    # And what was reported and is not hidden, what was written on a heavy day with its answer, and one with a drawing.
    assert readable == told + len(shown_though_reported()) + 3 + 1
    assert count(Contribution, ~Contribution.is_demo) == 0


def test_authors_allow_this_and_that_and_one_story_rests() -> None:
    jar_lid = db.session.scalars(select(Story).where(Story.title == "The jar lid")).one()
    uses = {("site", None), ("translation", "it"), ("translation", "es"), ("print", None), ("research", None)}
    assert ledger.allowed(jar_lid.id) == uses
    assert len({frozenset(ledger.allowed(one)) for one in db.session.scalars(select(Story.id))}) > 4
    assert set(db.session.scalars(select(Wish.if_unreachable))) == {"keep", "unlist", "remove"}
    resting = db.session.scalars(select(Story).where(Story.status == "sent")).one()
    assert cooling.is_resting(resting)
    assert resting.visible_from is not None
    assert resting.visible_from > clock.now() + timedelta(hours=20)


def test_who_hides_her_name_is_named_by_the_seal_alone() -> None:
    hidden = {story.title: story for story in texts.stories() if story.attribution != "member"}
    written_here = (Story.attribution != "member", ~Story.provenance.has())
    for story in db.session.scalars(select(Story).where(*written_here)):
        seal = db.session.scalars(select(Seal).where(Seal.contribution_id == story.id)).one()
        assert seal.member_id == member(hidden[story.title].author).id
        assert story.author_id is None
        assert story.byline == hidden[story.title].byline
    assert count(Story, *written_here) == len(hidden) > 0


def test_a_story_from_elsewhere_is_nobody_s_here() -> None:
    rows = db.session.execute(select(Story, Provenance).join(Provenance, Provenance.story_id == Story.id))
    came = {provenance.archive_key: (story, provenance) for story, provenance in rows}
    lines = {line["key"]: line for line in old_pages() if "update_of" not in line}
    assert came.keys() == lines.keys() | {None}  # and one that was told on the phone
    told, telling = came.pop(None)
    assert (told.status, telling.how, telling.entered_by) == ("draft", "phone", member("cora").id)
    assert ledger.allows(told.id, "site")
    for key, (story, provenance) in came.items():
        line = lines[str(key)]
        byline, agreed = line["byline"], "consent" in line
        assert (story.byline or "", story.attribution) == (byline, "pseudonym" if byline else "anonymous")
        assert (provenance.how, story.status) == ("import", "published" if agreed else "pending")
        assert ledger.allows(story.id, "site") == agreed
    for story in (told, *(story for story, _provenance in came.values())):
        assert story.author_id is None
        assert count(Seal, Seal.contribution_id == story.id) == 0


def test_a_translation_leads_to_its_original_as_it_was() -> None:
    for file in texts.stories():
        if not file.translation_of:
            continue
        story = db.session.scalars(
            select(Story).where(Story.title == file.title, Story.language == file.language)
        ).one()
        original = db.session.get_one(Story, story.translation_of_id)
        assert original.translation_of_id is None
        assert original.language != story.language
        of_original = select(Revision.id).where(Revision.contribution_id == original.id).order_by(Revision.number)
        seen = db.session.scalars(of_original).all()
        assert story.translated_from_revision_id == seen[0]
        assert original.shown_revision_id == seen[-1]
        assert len(seen) == (2 if original.title == "Counting laps" else 1)  # one has changed since
        assert story.translator == member(str(file.translator)).display_name
        assert {("site", None), ("translation", story.language)} <= ledger.allowed(original.id)


def test_a_story_is_in_memory_with_the_words_of_somebody_near() -> None:
    story = db.session.scalars(select(Story).where(Story.is_in_memory)).one()
    afterword = db.session.scalars(select(StoryUpdate).where(StoryUpdate.part == "afterword")).one()
    assert (afterword.story_id, afterword.is_memorial) == (story.id, True)
    assert afterword.author_id != story.author_id
    assert ledger.allows(afterword.id, "site")


def test_a_member_is_at_work_on_a_translation() -> None:
    draft = db.session.scalars(select(Story).where(Story.status == "draft", Story.translator_id.is_not(None))).one()
    original = db.session.get_one(Story, draft.translation_of_id)
    assert draft.author_id == original.author_id
    assert draft.translator_id == member("cora").id
    assert ledger.allows(original.id, "translation", draft.language)


def test_dates_are_those_of_the_files() -> None:
    jar_lid = db.session.scalars(select(Story).where(Story.title == "The jar lid")).one()
    assert jar_lid.published_at is not None
    assert jar_lid.published_at.date().isoformat() == "2024-03-14"
    assert jar_lid.created_at < jar_lid.published_at
    assert jar_lid.updated_at is not None
    assert jar_lid.updated_at.date().isoformat() == "2025-11-20"
    revision = db.session.get_one(Revision, jar_lid.shown_revision_id)
    assert revision.shown_at == jar_lid.published_at
    given = ledger.history(jar_lid.id)
    assert given
    assert all(one.given_at <= jar_lid.published_at for one in given)


def test_threads_are_counted_and_bumped_by_their_posts() -> None:
    before = db.session.execute(select(Thread.id, Thread.post_count, Thread.bumped_at).order_by(Thread.id)).all()
    with write():
        for row in before:
            recount(row.id)
    assert (
        db.session.execute(select(Thread.id, Thread.post_count, Thread.bumped_at).order_by(Thread.id)).all() == before
    )
    file = next(thread for thread in texts.threads() if thread.title == "The freezer aisle")
    opening = db.session.scalars(select(Post).where(Post.title == file.title)).one()
    thread = db.session.scalars(select(Thread).where(Thread.opening_id == opening.id)).one()
    assert thread.post_count == len(file.posts)
    assert thread.bumped_at == file.posts[-1].written_at


def test_posts_stand_under_what_they_answer() -> None:
    for post in db.session.scalars(select(Post)):
        if post.answers_id is None:
            assert post.depth == 0
        else:
            answered = db.session.get_one(Post, post.answers_id)
            assert post.path.startswith(answered.path)
            assert post.depth == answered.depth + 1
            assert post.created_at >= answered.created_at


def test_what_only_members_read_is_not_in_a_visitor_s_index() -> None:
    board = db.session.scalars(select(Board).where(Board.slug == "work")).one()
    posts = select(Post.id).join(Thread, Thread.id == Post.thread_id).where(Thread.board_id == board.id)
    audiences = select(SearchDocument.audience).where(SearchDocument.contribution_id.in_(posts)).distinct()
    assert db.session.scalars(audiences).all() == ["members"]


def test_the_desk_has_something_to_read_something_reported_and_something_decided() -> None:
    waiting = db.session.scalars(
        select(Contribution)
        .join(Case, Case.contribution_id == Contribution.id)
        .where(Case.closed_at.is_(None), Case.opened_for == "review")
    ).all()
    kinds = ("story", "story_update", "post")
    assert {(one.kind, one.status) for one in waiting} >= {(kind, "pending") for kind in kinds}
    others = db.session.scalars(select(Case.opened_for).where(Case.closed_at.is_(None), Case.opened_for != "review"))
    without_consent = sum("consent" not in line for line in old_pages())
    about = texts.reports()
    reported = len(shown_though_reported()) + len(about["about_members"])
    held = len(about["about_posts"]) + 1 - len(shown_though_reported())
    assert Counter(others) == {
        "care": 2, "private_details": held, "report": reported, "claim": 1, "import": without_consent,
    }  # fmt: skip
    told = sum(len(entry["reports"]) for entry in (*about["about_posts"], *about["about_members"]))
    assert count(Report, Report.decision_id.is_(None)) == told + 2  # what the desk has besides, and a worried reader's
    to_bob = select(Letter).join(Contribution, Contribution.id == Letter.contribution_id)
    letters = db.session.scalars(to_bob.where(Contribution.author_id == member("bob").id).order_by(Letter.id)).all()
    heard = count(Appeal, Appeal.contribution_id == letters[0].contribution_id, Appeal.outcome.is_not(None))
    assert len(letters) == 1 + heard == 2
    assert letters[0].sent_at < clock.now() - timedelta(days=1)
    assert log.first_broken() is None


def test_a_heavy_day_brings_a_case_and_a_card_and_a_reader_who_worries_a_case() -> None:
    bob = member("bob")
    card = db.session.scalars(select(CareCard)).one()
    assert (card.member_id, card.place, card.closed_at) == (bob.id, "contribution", None)
    listed = db.session.scalars(select(Notification).where(Notification.key == f"care:{card.id}")).one()
    assert (listed.member_id, listed.mail, listed.made_at) == (bob.id, "none", card.shown_at)
    cases = db.session.scalars(select(Case).where(Case.opened_for == "care").order_by(Case.opened_at)).all()
    reasons = [db.session.scalars(select(Report.reason).where(Report.case_id == case.id)).all() for case in cases]
    assert reasons == [["worried"], []], "a reader's, and one that the site opened by itself"
    noticed = db.session.get_one(Post, cases[1].contribution_id)
    assert (noticed.author_id, noticed.status, noticed.created_at) == (bob.id, "published", card.shown_at)
    answer = db.session.scalars(select(Post).where(Post.answers_id == noticed.id)).one()
    assert answer.path.startswith(noticed.path), "nobody is left without an answer"
    for text in (noticed.source, answer.source, texts.care()["reported"]["text"]):
        assert list(own_words.avoided_in(text)) == []


def test_alice_and_a_moderator_have_written_to_each_other_and_a_suggestion_waits() -> None:
    alice = viewer_of(member("alice"))
    suggestion = db.session.scalars(select(SuggestedEdit)).one()
    page = exchange.review_for(alice, suggestion.contribution_id)
    assert page is not None
    assert [entry.is_from_author for entry in page.entries] == [False, True, False]
    (offer,) = page.offers
    assert offer.fitting == {0, 1}
    assert suggestion.contribution_id in exchange.news_for(alice)


def test_sam_is_silenced_by_a_sanction() -> None:
    sam = viewer_of(member("sam"))
    assert sam.active_restriction == "silenced"
    sanction = db.session.scalars(select(Sanction).where(Sanction.member_id == sam.id)).one()
    assert sanction.ends_at == sam.restricted_until


def test_nia_has_written_nothing_and_is_new() -> None:
    nia = member("nia")
    assert nia.standing == "new"
    assert count(Contribution, Contribution.author_id == nia.id) == 0
    assert count(Seal, Seal.member_id == nia.id) == 0


def test_a_second_build_is_refused() -> None:
    before = count(Contribution)
    with write():
        verdict = build.build()
    assert not verdict
    assert verdict.reason == BUILT
    assert count(Contribution) == before


@pytest.mark.parametrize("content", [databases.MIGRATED])
def test_without_a_vocabulary_it_says_what_is_missing() -> None:
    with write():
        verdict = build.build()
    assert verdict.reason == UNPREPARED
    assert count(Member) == 0


def test_an_address_of_the_demo_reaches_nobody(app: Flask) -> None:
    assert all(address.endswith("@example.org") for address in db.session.scalars(select(Member.email)))
