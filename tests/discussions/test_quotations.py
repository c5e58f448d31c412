"""Who quotes whom: words taken back leave the texts that quote them, return with them, and are erased with them."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select, text

from forum.contributions import actions as contributions
from forum.contributions import quotations
from forum.contributions.models import Contribution, Draft, Quotation, Revision
from forum.core import clock, richtext
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.core.worker import work_all
from forum.discussions import actions
from forum.discussions.actions import Written
from forum.discussions.rows import ThreadRow
from forum.search.models import SearchDocument
from forum.stories.models import Story
from tests.cast import Cast
from tests.discussions import bulk
from tests.discussions.conftest import do

SECRET, GONE = "aubergine", "words withdrawn"
MANY = 6 * quotations.AT_ONCE


def reply(cast: Cast, where: ThreadRow, source: str, who: str = "bob") -> int:
    written: Written = do(
        actions.reply, actor=getattr(cast, who).viewer, thread_id=where.id, source=source, answers_id=None
    )
    assert written.verdict, written.verdict.reason
    return written.post_id


def quoting(post_id: int, words: str = SECRET) -> str:
    return richtext.quote(words, "Alice", f"/posts/{post_id}") + "And I say this."


def words_of(post_id: int) -> Contribution:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Contribution, post_id)


def everywhere(post_id: int) -> str:
    """All that readers get of a post: page, teaser, history, index."""
    post = words_of(post_id)
    revisions = db.session.scalars(select(Revision).where(Revision.contribution_id == post_id)).all()
    documents = db.session.scalars(select(SearchDocument).where(SearchDocument.contribution_id == post_id)).all()
    return "\n".join(
        [post.html, post.teaser, *(one.html + one.teaser for one in revisions)]
        + [f"{one.title} {one.text} {one.terms} {one.title_terms}" for one in documents]
    )


def withdraw(cast: Cast, post_id: int, who: str = "alice") -> None:
    assert do(actions.withdraw, actor=getattr(cast, who).viewer, post_id=post_id).verdict


def bring_back(cast: Cast, post_id: int, who: str = "alice") -> None:
    assert do(actions.bring_back, actor=getattr(cast, who).viewer, post_id=post_id).verdict


@pytest.fixture
def quoted(cast: Cast, thread: ThreadRow) -> int:
    return reply(cast, thread, f"My {SECRET} is mine.", "alice")


def test_taken_back_and_brought_back(cast: Cast, thread: ThreadRow, quoted: int) -> None:
    mine = reply(cast, thread, quoting(quoted))
    assert SECRET in everywhere(mine)
    withdraw(cast, quoted)
    shown = everywhere(mine)
    assert SECRET not in shown
    assert "Alice" not in shown
    assert GONE in shown
    assert "And I say this" in shown
    page = cast.visitor.browser.get(f"/en/threads/{thread.id}").text
    assert SECRET not in page
    assert GONE in page
    bring_back(cast, quoted)
    assert SECRET in everywhere(mine)
    assert GONE not in everywhere(mine)


def test_hidden_and_restored(cast: Cast, thread: ThreadRow, quoted: int) -> None:
    mine = reply(cast, thread, quoting(quoted))
    with write():
        contributions.hide(db.session.get_one(Contribution, quoted))
    assert SECRET not in everywhere(mine)
    with write():
        contributions.restore(db.session.get_one(Contribution, quoted))
    assert SECRET in everywhere(mine)


def test_erased_words_leave_sources_revisions_and_drafts(cast: Cast, thread: ThreadRow, quoted: int) -> None:
    mine = reply(cast, thread, quoting(quoted))
    assert do(actions.edit, actor=cast.bob.viewer, post_id=mine, source=quoting(quoted) + " Twice.").verdict
    inner = reply(
        cast,
        thread,
        f"> [Bob](/posts/{mine})\n>\n"
        + "".join(f"> {line}\n" for line in quoting(quoted).split("\n"))
        + "\nA quote in a quote.",
        "mona",
    )
    do(actions.keep_draft, actor=cast.mona.viewer, place="board:1", source=quoting(quoted))
    withdraw(cast, quoted)
    with time_machine.travel(clock.now() + timedelta(days=31)):
        work_all()
    assert words_of(quoted).status == "erased"
    for post_id in (mine, inner):
        revisions = db.session.scalars(select(Revision).where(Revision.contribution_id == post_id)).all()
        texts = [words_of(post_id).source, everywhere(post_id), *(one.source for one in revisions)]
        assert all(SECRET not in words and "And I say this" in words for words in texts)
    assert "A quote in a quote" in words_of(inner).source
    draft = db.session.scalars(select(Draft)).one().source
    assert SECRET not in draft
    assert "And I say this" in draft
    assert db.session.scalar(select(func.count()).select_from(Quotation).where(Quotation.quoted_id == quoted)) == 0


def test_changing_a_text_while_what_it_quotes_is_gone(cast: Cast, thread: ThreadRow, quoted: int) -> None:
    mine = reply(cast, thread, quoting(quoted))
    withdraw(cast, quoted)
    form = cast.bob.browser.get(f"/en/posts/{mine}/edit").text
    assert SECRET not in form
    assert GONE in form
    shown = quotations.shown_source(words_of(mine).source, "en")
    assert do(actions.edit, actor=cast.bob.viewer, post_id=mine, source=shown).verdict
    assert db.session.scalar(select(func.count()).select_from(Revision).where(Revision.contribution_id == mine)) == 1
    assert do(actions.edit, actor=cast.bob.viewer, post_id=mine, source=f"{shown} More.").verdict
    assert SECRET not in everywhere(mine)
    assert "More." in everywhere(mine)
    bring_back(cast, quoted)
    assert SECRET in words_of(mine).html
    assert "More." in words_of(mine).html


def test_sent_after_it_was_taken_back(cast: Cast, thread: ThreadRow, quoted: int) -> None:
    words = quoting(quoted)
    withdraw(cast, quoted)
    mine = reply(cast, thread, words)
    assert SECRET not in everywhere(mine)
    bring_back(cast, quoted)
    assert SECRET in everywhere(mine)


def test_a_forged_reference_to_what_nobody_saw_tells_nothing(cast: Cast, thread: ThreadRow) -> None:
    unseen = reply(cast, thread, "First words of a new member.", "nia")
    assert words_of(unseen).status == "pending"
    for target in (unseen, 999_999):
        forged = reply(cast, thread, quoting(target))
        assert SECRET in words_of(forged).html
        assert db.session.scalar(select(Quotation).where(Quotation.quoting_id == forged)) is None
    with write():
        contributions.decline(db.session.get_one(Contribution, unseen))
    assert SECRET in words_of(forged).html


def test_what_was_typed_by_hand_stays(cast: Cast, thread: ThreadRow, quoted: int) -> None:
    mine = reply(cast, thread, f"> {SECRET}\n\nby hand")
    withdraw(cast, quoted)
    assert SECRET in words_of(mine).html


def test_the_answer_page_quotes_with_a_reference_and_without_gone_words(
    cast: Cast,
    thread: ThreadRow,
    quoted: int,
) -> None:
    page = cast.bob.browser.get(f"/en/posts/{quoted}/answer?quote=1").text
    assert f"[Alice](/posts/{quoted})" in page
    only = reply(cast, thread, richtext.quote(SECRET, "Alice", f"/posts/{quoted}"))
    withdraw(cast, quoted)
    page = cast.mona.browser.get(f"/en/posts/{only}/answer?quote=1").text
    assert SECRET not in page


def test_quoted_hundreds_of_times(cast: Cast, thread: ThreadRow, quoted: int) -> None:
    ids = bulk.fill(thread, cast.bob.viewer, MANY)
    source = quoting(quoted)
    html, teaser = richtext.render(source), richtext.excerpt(richtext.render(source), 160)
    with write():
        rows = Contribution.__table__
        db.session.execute(rows.update().where(rows.c.id.in_(ids)).values(source=source, html=html, teaser=teaser))
        db.session.execute(
            text("INSERT INTO quotations (quoting_id, quoted_id) SELECT id, :quoted FROM posts WHERE id >= :first"),
            {"quoted": quoted, "first": ids[0]},
        )
        for post in db.session.scalars(select(Contribution).where(Contribution.id.in_(ids[-60:]))).all():
            db.session.refresh(post, ["topics"])
            contributions.reindex(post)
    withdraw(cast, quoted)

    def holding(column: str, table: str) -> int:
        asked = text(f"SELECT count(*) FROM {table} WHERE {column} LIKE :words")
        return int(db.session.execute(asked, {"words": f"%{SECRET}%"}).scalar_one())

    db.session.rollback()
    assert holding("html", "contributions") == 1  # the quoted itself, out of sight
    assert holding("teaser", "contributions") == 1
    assert holding("terms", "search_documents") == 0
    work_all()
    assert holding("terms", "search_documents") == 0
    found = select(func.count()).select_from(SearchDocument).where(SearchDocument.contribution_id.in_(ids))
    assert db.session.scalar(found) == MANY
    bring_back(cast, quoted)
    work_all()
    db.session.rollback()
    assert holding("html", "contributions") == MANY + 1


def test_a_quotation_of_a_story_in_its_comments(cast: Cast, thread: ThreadRow) -> None:
    with write():
        story = Story(language="en", created_at=clock.now(), status="sent")
        contributions.set_words(story, title="A jar", source=f"The {SECRET} jam.\n\nMore.")
        contributions.sign(story, cast.alice.id, "pseudonym", "Rosa M.")
        contributions.publish(story)
        story_id = story.id
    page = cast.bob.browser.get(f"/en/contributions/{story_id}/comments/new?quote=1").text
    assert f"> [Rosa M\\.](/stories/{story_id})" in page.replace("&gt;", ">")
    assert SECRET in page
    elsewhere = reply(cast, thread, richtext.quote(f"The {SECRET} jam.", "Rosa M.", f"/stories/{story_id}"))
    with write():
        contributions.withdraw(db.session.get_one(Contribution, story_id))
    assert SECRET not in everywhere(elsewhere)
    assert "Rosa" not in everywhere(elsewhere)
    assert cast.bob.browser.get(f"/en/contributions/{story_id}/comments/new?quote=1").status_code == 404
