"""Mentions: the member's id in the source, her present name on the page, whoever may not be mentioned left as text."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from forum.accounts import actions as accounts
from forum.accounts.models import Member
from forum.contributions import mentions, renaming
from forum.contributions.models import Draft, Mention, Revision
from forum.core import clock, worker
from forum.core.db import db
from forum.core.outbox import OutboxJob
from forum.core.unit_of_work import end_reading, write
from forum.discussions import actions, mentioning
from forum.discussions.rows import BoardRow, ThreadRow
from forum.notifications.models import Mute
from tests.cast import Cast
from tests.discussions.conftest import do, post, replied, started


def rename(cast: Cast, who: str, name: str) -> None:
    with write():
        accounts.change_settings(
            actor=cast[who].viewer, display_name=name, about="", is_page_public=False, language="en"
        )
    worker.work_all()
    end_reading()


def mentioned(post_id: int) -> list[int]:
    end_reading()
    rows = select(Mention.member_id).where(Mention.contribution_id == post_id).order_by(Mention.member_id)
    return list(db.session.scalars(rows))


@pytest.mark.parametrize("name", ["Bob", "Bo*b [x] \\ `y`", "O’Neill-Rossi", "..", "https://x.org"])
def test_a_form_names_its_member_whatever_her_name(name: str) -> None:
    assert mentions.named_in(f"Ask {mentions.form(name, 7)}, please.") == [7]


def test_what_is_quoted_tells_nobody() -> None:
    source = "> [@Bob](/members/2) knows\n\nSo does [@Mona](/members/5)."
    assert mentions.named_in(source) == [2, 5]
    assert mentions.told_in(source) == [5]


def test_a_typed_name_of_the_thread_becomes_a_mention(cast: Cast, thread: ThreadRow) -> None:
    replied(cast.bob.viewer, thread, "Here I am")
    words = "@alice and @Bob, `@Bob` [@Bob](https://example.org) bob@Bob.org @Bobby\n> @Bob said"
    key = replied(cast.mona.viewer, thread, words)
    alice, bob = mentions.form("Alice", cast.alice.id), mentions.form("Bob", cast.bob.id)
    assert post(key).source == words.replace("@alice", alice, 1).replace("@Bob,", f"{bob},", 1)
    assert mentioned(key) == sorted([cast.alice.id, cast.bob.id])
    assert f'<a href="/members/{cast.bob.id}" rel="nofollow ugc noopener">@Bob</a>,' in post(key).html


def test_who_is_not_there_or_shares_a_name_stays_text(cast: Cast, thread: ThreadRow) -> None:
    assert post(replied(cast.bob.viewer, thread, "Ask @Cora")).source == "Ask @Cora"
    replied(cast.mona.viewer, thread, "I am here")
    rename(cast, "mona", "alice")
    assert post(replied(cast.bob.viewer, thread, "Ask @Alice")).source == "Ask @Alice"


def test_the_id_counts_not_the_text(cast: Cast, thread: ThreadRow) -> None:
    key = replied(cast.bob.viewer, thread, f"[@The moderator](/members/{cast.alice.id}) and [@Nobody](/members/9999)")
    assert post(key).source == f"{mentions.form('Alice', cast.alice.id)} and @Nobody"
    assert "moderator" not in post(key).html
    assert mentioned(key) == [cast.alice.id]


def test_ten_are_mentioned_and_a_thousand_stay_text(cast: Cast, thread: ThreadRow) -> None:
    with write():
        people = [Member(display_name=f"Person {n}", joined_at=clock.now()) for n in range(12)]
        db.session.add_all(people)
        db.session.flush()
        ids = [one.id for one in people]
    words = " ".join(f"[@x](/members/{key})" for key in ids) + " [@y](/members/7777)" * 1000
    key = replied(cast.bob.viewer, thread, words)
    assert mentioned(key) == ids[: mentions.MOST]
    assert post(key).html.count("<a ") == mentions.MOST
    assert post(key).html.count("@y") == 1000
    raw = mentions.named(post(key).html + post(key).html, "en")  # what came in otherwise is bounded on the page too
    assert raw.count("<a ") == 2 * mentions.MOST


def test_banned_and_blocking_members_are_not_mentioned(cast: Cast, thread: ThreadRow) -> None:
    for who in ("bob", "mona", "cora"):
        replied(cast[who].viewer, thread, f"I am {who}")
    with write():
        bob = update(Member).where(Member.id == cast.bob.id)
        db.session.execute(bob.values(restriction="banned", restricted_until=clock.now() + timedelta(days=1)))
        db.session.add(Mute(member_id=cast.mona.id, muted_id=cast.alice.id, is_block=True, made_at=clock.now()))
    assert post(replied(cast.alice.viewer, thread, "@Bob @Mona @Cora")).source == (
        f"@Bob @Mona {mentions.form('Cora', cast.cora.id)}"
    )
    assert [one.name for one in mentioning.completions(cast.alice.viewer, "M", thread.id)] == []
    assert [one.name for one in mentioning.completions(cast.ada.viewer, "m", thread.id)] == ["Mona"]
    assert mentioning.completions(cast.ada.viewer, "B", thread.id) == []


def test_a_block_says_nothing_of_who_writes_without_a_name(cast: Cast, thread: ThreadRow) -> None:
    board_id = thread.board_id
    assert board_id is not None
    do(actions.change_board, actor=cast.ada.viewer, board_id=board_id, allows_anonymous=True)
    replied(cast.mona.viewer, thread, "I am here")
    with write():
        db.session.add(Mute(member_id=cast.mona.id, muted_id=cast.bob.id, is_block=True, made_at=clock.now()))
    key = replied(cast.bob.viewer, thread, "@Mona", attribution="anonymous")
    assert post(key).source == mentions.form("Mona", cast.mona.id)
    assert mentioned(key) == [cast.mona.id]


def test_an_alias_is_never_completed_nor_resolved(cast: Cast, thread: ThreadRow) -> None:
    board_id = thread.board_id
    assert board_id is not None
    do(actions.change_board, actor=cast.ada.viewer, board_id=board_id, allows_anonymous=True)
    key = replied(cast.bob.viewer, thread, "Without my name", attribution="anonymous")
    name = post(key).byline or "Bob"
    assert mentioning.completions(cast.cora.viewer, name[:3], thread.id) == []
    assert mentioning.completions(cast.cora.viewer, "Bob", thread.id) == []
    assert post(replied(cast.cora.viewer, thread, f"@{name} @Bob")).source == f"@{name} @Bob"
    rename(cast, "alice", name)  # then a name of the thread is nobody's for sure
    assert post(replied(cast.cora.viewer, thread, f"Ask @{name}")).source == f"Ask @{name}"


def test_a_new_name_reaches_every_text(cast: Cast, thread: ThreadRow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renaming, "AT_ONCE", 1)
    keys = [replied(cast.alice.viewer, thread, f"{n} [@Bob](/members/{cast.bob.id})") for n in range(3)]
    do(actions.edit, actor=cast.alice.viewer, post_id=keys[0], source="No longer")
    do(actions.keep_draft, actor=cast.alice.viewer, place="reply:9", source=f"[@Bob](/members/{cast.bob.id}) half")
    rename(cast, "bob", "Roberta [B.]")
    form = mentions.form("Roberta [B.]", cast.bob.id)
    for key in keys[1:]:
        assert form in post(key).source
        assert "@Roberta [B.]</a>" in post(key).html
        assert post(key).teaser.endswith("@Roberta [B.]")
    assert [one.source for one in db.session.scalars(select(Revision).order_by(Revision.id)) if form in one.source]
    assert not db.session.scalars(select(Revision.id).where(Revision.source.contains("@Bob"))).all()
    assert db.session.scalars(select(Draft.source)).all() == [f"{form} half"]
    with write():
        db.session.execute(update(Member).where(Member.id == cast.bob.id).values(erased_at=clock.now()))
        renaming.name_anew(cast.bob.id)
    worker.work_all()
    assert post(keys[2]).source == "2 a former member"
    assert "a former member" in post(keys[2]).html
    assert mentioned(keys[2]) == []
    assert db.session.scalars(select(Draft.source)).all() == ["a former member half"]


def test_the_same_name_again_makes_no_work(cast: Cast) -> None:
    rename(cast, "bob", "Bob")
    assert not db.session.scalar(select(OutboxJob.id).where(OutboxJob.name == renaming.JOB))


def test_completion(cast: Cast, thread: ThreadRow, board: BoardRow) -> None:
    started(cast.bob.viewer, board, title="Another", source="Elsewhere")
    address = f"/en/mentions?thread={thread.id}&q="
    assert cast.visitor.browser.get(address + "b").status_code == 401
    assert cast.sam.browser.get(address + "b").status_code == 403
    found = cast.mona.browser.get(address + "b")
    assert found.json == [{"name": "Bob", "form": mentions.form("Bob", cast.bob.id), "here": False}]
    assert "private" in found.headers["Cache-Control"] or "no-store" in found.headers["Cache-Control"]
    assert [one["here"] for one in cast.mona.browser.get(address + "AL").json or []] == [True]
    for nothing in ("", "%", "_", "c", "%00", "b" * 500):  # Cora has an account and wrote nothing: she isn't named
        assert cast.mona.browser.get(address + nothing).json == []
    assert cast.mona.browser.get("/en/mentions?q=b&thread=99999999999").json
    assert cast.bob.browser.get(address + "b").json == []  # not oneself
