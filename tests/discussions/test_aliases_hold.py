"""Nothing leads from an alias to the member: not what others mute, follow, are told or see, nor any row but a seal."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from forum.accounts.actions import change_settings
from forum.accounts.models import Member
from forum.accounts.queries import viewer_of
from forum.accounts.viewer import Viewer
from forum.contributions import follows
from forum.contributions.models import Draft, Follow, Revision
from forum.core import clock, worker
from forum.core.db import db
from forum.core.kinds import all_kinds
from forum.core.unit_of_work import end_reading, write
from forum.discussions import actions, mentioning, queries
from forum.discussions.models import ThreadRead
from forum.discussions.rows import BoardRow, ThreadRow
from forum.moderation.actions import load_defaults
from forum.moderation.member_models import Sanction
from forum.notifications import mutes
from forum.notifications.models import Notification, NotificationChoice
from tests.cast import Cast, Person
from tests.discussions.conftest import do, post, replied, started
from tests.moderation.conftest import case_of, decide, report
from tests.moderation.test_seal import ALLOWED, HER_ID, HER_NAME, rows_naming_her, zuleika
from tests.notifications.test_mails import due_now

__all__ = ["zuleika"]  # the fixture

HERS = ALLOWED | {("members", name) for name in ("display_name", "name_key", "email")}


@pytest.fixture
def talk(cast: Cast, make_board: Callable[..., BoardRow]) -> ThreadRow:
    """A discussion of Alice's where one may write without one's name."""
    return started(cast.alice.viewer, make_board("open", allows_anonymous=True), title="Who would know")


def sealed(person: Person, thread: ThreadRow, source: str, answers: int | None = None) -> int:
    return replied(person.viewer, thread, source, answers, attribution="anonymous")


def names_her(page: str) -> bool:
    return HER_NAME in page or str(HER_ID) in page or "zuleika" in page.lower()


def told(person: Person) -> str:
    return person.browser.get("/en/me/notifications").text


def test_no_row_but_her_seals_names_her_whatever_happens_to_what_she_wrote(
    cast: Cast, zuleika: Person, talk: ThreadRow
) -> None:
    before = rows_naming_her()
    do(follows.follow, actor=cast.bob.viewer, what="thread", key=talk.id, is_on=True)
    first = sealed(zuleika, talk, "I would rather not say who I am, @Alice.")
    draft = {"source": "I would rather", "version": "0", "attribution": "anonymous"}
    assert zuleika.browser.post(f"/en/threads/{talk.id}/drafts", data=draft).status_code == 200
    kept = db.session.scalars(select(Draft).where(Draft.member_id == HER_ID)).one()
    assert kept.place == f"reply:{talk.id}"  # not sent yet: hers alone, and gone when it is
    second = sealed(zuleika, talk, "And another thing.")
    answer = replied(cast.bob.viewer, talk, "Then don't.", first)
    replied(cast.alice.viewer, talk, "> I would rather not\n\nNor would I.", second)
    assert do(actions.edit, actor=zuleika.viewer, post_id=first, source="I would rather not say it.").verdict
    cast.cora.browser.post(f"/en/contributions/{first}/reactions", data={"reaction": "thanks"})
    cast.cora.browser.post(f"/en/contributions/{first}/bookmark")
    worker.work_all()
    start = started(zuleika.viewer, queries.board_for(zuleika.viewer, "open"), title="Mine", attribution="anonymous")  # type: ignore[arg-type]
    assert do(actions.withdraw, actor=zuleika.viewer, post_id=second).verdict
    assert do(actions.bring_back, actor=zuleika.viewer, post_id=second).verdict
    worker.work_all()
    assert rows_naming_her() - before <= {("seals", "member_id")}
    assert rows_naming_her() <= HERS
    hers = db.session.scalars(select(Notification).where(Notification.sealed_id == first)).all()
    assert {(row.member_id, row.contribution_id) for row in hers if row.kind == "answer"} == {(None, answer)}
    for table in (Follow, ThreadRead):
        assert db.session.scalar(select(table).where(table.member_id == HER_ID)) is None
    assert "Then don" in cast.bob.browser.get(f"/en/threads/{talk.id}").text
    pages = (
        f"/en/threads/{talk.id}", f"/en/threads/{talk.id}?view=flat", f"/en/threads/{start.id}", "/en/boards/open",
        "/en/discussions", "/en/", f"/en/posts/{first}/revisions", "/en/search?q=rather", f"/en/posts/{first}/answer",
        f"/en/threads/{talk.id}/feed", "/en/boards/open/feed", "/en/me/notifications", "/en/moderation/log",
        "/en/me/bookmarks", f"/en/members/{HER_ID}",
    )  # fmt: skip
    for person in (cast.visitor, cast.alice, cast.cora, cast.mona):
        for path in pages:
            page = person.browser.get(path, follow_redirects=True)
            assert page.status_code < 500, path
            if path.endswith(str(HER_ID)):
                assert "rather" not in page.text
            else:
                assert not names_her(page.text), (person.name, path)


def test_mute_block_and_follow_know_nothing_of_her_alias(cast: Cast, zuleika: Person, talk: ThreadRow) -> None:
    do(mutes.mute, actor=cast.bob.viewer, what="member", key=HER_ID, is_on=True, is_block=True)
    do(follows.follow, actor=cast.cora.viewer, what="member", key=HER_ID, is_on=True)
    do(follows.follow, actor=cast.bob.viewer, what="thread", key=talk.id, is_on=True)
    signed, nameless = replied(zuleika.viewer, talk, "With my name."), sealed(zuleika, talk, "Without it.")
    worker.work_all()
    end_reading()
    rows = db.session.scalars(select(Notification)).all()
    told_of = {(row.member_id, row.contribution_id) for row in rows}
    assert (cast.bob.id, nameless) in told_of  # a block would keep this from him, if it knew
    assert (cast.bob.id, signed) not in told_of
    assert (cast.cora.id, nameless) not in told_of  # who follows her isn't told either
    assert (cast.cora.id, signed) in told_of
    unmuted = cast.alice.browser.get(f"/en/threads/{talk.id}").text
    muted = cast.bob.browser.get(f"/en/threads/{talk.id}").text
    for page in (muted, unmuted):
        assert page.count("Without it.") == 1
    alias = post(nameless).byline or ""
    assert muted.split(f'id="post-{nameless}"')[1].split("</header>")[0].count(alias) >= 1


def test_completion_counts_and_exports_know_nothing_of_it(cast: Cast, zuleika: Person, talk: ThreadRow) -> None:
    nameless = sealed(zuleika, talk, "Without it.")
    alias = post(nameless).byline or ""
    assert all(one.id != HER_ID for one in mentioning.completions(cast.bob.viewer, HER_NAME[:2], talk.id))
    assert not mentioning.completions(cast.bob.viewer, alias, talk.id)
    exported = str([kind.export_for(HER_ID) for kind in all_kinds().values()])
    assert alias not in exported
    assert "Without it." not in exported
    assert "Without it." not in cast.bob.browser.get(f"/en/members/{HER_ID}").text
    own = zuleika.browser.get("/en/me/contributions").text
    assert alias in own  # she alone finds it
    assert f"/posts/{nameless}/edit" in zuleika.browser.get(f"/en/threads/{talk.id}").text
    assert f"/posts/{nameless}/edit" not in cast.mona.browser.get(f"/en/threads/{talk.id}").text


def test_moderators_warn_and_limit_through_the_alias_unopened(cast: Cast, zuleika: Person, talk: ThreadRow) -> None:
    do(load_defaults)
    nameless = sealed(zuleika, talk, "Buy my cure.")
    alias = post(nameless).byline or ""
    report(cast.bob, nameless)
    address = f"/en/moderation/cases/{case_of(nameless).id}"
    page = cast.mona.browser.get(address).text
    assert alias in page
    assert "<dt>Sanctions so far</dt><dd>0</dd>" in page
    assert not names_her(page)
    assert decide(cast.mona, nameless, "silence", until=clock.today() + timedelta(days=3))
    assert decide(cast.mona, nameless, "hide", letter="No cures here, please.")
    end_reading()
    sanction = db.session.scalars(select(Sanction)).one()
    assert (sanction.member_id, sanction.contribution_id) == (None, nameless)
    assert "No cures here, please." in zuleika.browser.get("/en/me/letters").text
    assert "No cures here" not in cast.bob.browser.get("/en/me/letters").text
    silenced = do(actions.reply, actor=viewer_now(), thread_id=talk.id, source="More", attribution="anonymous")
    assert silenced.verdict.status == 403
    page = cast.mona.browser.get(address).text
    assert "<dt>Sanctions so far</dt><dd>1</dd>" in page
    assert not names_her(page)
    assert not names_her(cast.mona.browser.get("/en/moderation/log").text)
    assert rows_naming_her() <= HERS | {("drafts", "member_id")}  # what she couldn't send is kept for her


def test_digests_feeds_and_marks_of_an_edit_tell_nothing(
    app: Flask, cast: Cast, zuleika: Person, talk: ThreadRow, make_board: Callable[..., BoardRow]
) -> None:
    elsewhere = started(cast.bob.viewer, make_board("elsewhere"), title="Something else")
    with write():
        daily = [{"member_id": cast.alice.id, "kind": kind, "mail": "daily"} for kind in ("answer", "thread", "quote")]
        db.session.add_all([NotificationChoice(**choice, is_listed=True) for choice in daily])
    signed, nameless = replied(zuleika.viewer, elsewhere, "With my name."), sealed(zuleika, talk, "Without it.")
    alias = post(nameless).byline or ""
    worker.work_all()
    due_now()
    worker.work_all()
    mails = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in (Path(app.extensions["settings"].data_dir) / "mailbox" / "new").glob("*")
    ]
    to_alice = [one for one in mails if one["To"] == "alice@example.org"]
    digests = [one for one in to_alice if str(one["Message-ID"]).startswith("<digest-")]
    assert digests == to_alice != []
    parts = [part.get_content() for one in digests for part in one.walk() if part.get_content_maintype() == "text"]  # type: ignore[attr-defined]
    assert all("Who would know" in part for part in parts)
    assert alias in parts[0]
    for words in (*parts, *(str(value) for one in digests for value in one.values())):
        assert not names_her(words)

    def marks(key: int) -> tuple[object, ...]:
        end_reading()
        one = post(key)
        revisions = db.session.scalars(select(Revision.shown_at).where(Revision.contribution_id == key)).all()
        return (one.published_at, one.updated_at, one.shown_at, one.html, *revisions)

    sealed_before, signed_before = marks(nameless), marks(signed)
    settings = {"display_name": "Zuleika the second", "about": "", "is_page_public": False, "language": "it"}
    do(change_settings, actor=viewer_now(), **settings)
    assert do(actions.edit, actor=viewer_now(), post_id=signed, source="With my new name.").verdict
    worker.work_all()
    assert marks(nameless) == sealed_before  # nothing that she does elsewhere moves it
    signed_before = marks(signed)
    assert do(actions.edit, actor=viewer_now(), post_id=nameless, source="Without any name.").verdict
    worker.work_all()
    assert marks(signed) == signed_before
    # Of what is sealed readers learn the day, never the minute, of its writing and of its changes.
    clock_time = re.compile(r"\d\d:\d\d")
    feed = cast.visitor.browser.get(f"/en/threads/{talk.id}/feed")
    assert feed.status_code == 200
    entry = next(one for one in feed.text.split("<entry") if "Without any name." in one)
    assert set(re.findall(r"T(\d\d:\d\d:\d\d)", entry)) == {"00:00:00"}
    history = cast.visitor.browser.get(f"/en/posts/{nameless}/revisions").text
    assert "Now, since" in history
    assert not clock_time.search(history.split("<main")[1].split("</main>")[0])
    page = cast.visitor.browser.get(f"/en/threads/{talk.id}").text
    said = page.split(f'id="post-{nameless}"')[1].split("</article>")[0]
    assert "edited" in said
    assert not clock_time.search(said)
    posting = page.split("application/ld+json")[1].split("</script>")[0]
    of_it = posting.split("Without any name.")[1].split("@type")[0] + posting.split("Without any name.")[0][-300:]
    assert "T00:00:00" in of_it
    for words in (feed.text, history, page, cast.visitor.browser.get("/en/boards/open/feed").text):
        assert not names_her(words)


def viewer_now() -> Viewer:
    """Her as the database has her now."""
    end_reading()
    return viewer_of(db.session.get_one(Member, HER_ID))


def test_mails_about_what_she_wrote_reach_her_and_say_nothing_to_others(
    cast: Cast, zuleika: Person, talk: ThreadRow
) -> None:
    nameless = sealed(zuleika, talk, "Without it.")
    replied(cast.bob.viewer, talk, "An answer to you.", nameless)
    worker.work_all()
    assert "An answer" in told(zuleika) or post(nameless).byline in told(zuleika)
    for person in (cast.alice, cast.bob, cast.mona):
        assert not names_her(told(person))
    assert rows_naming_her() <= HERS
