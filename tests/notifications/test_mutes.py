"""Muting and blocking: what is muted, by whom, and that what is written without a name has no author to mute."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from forum.core.db import db
from forum.core.unit_of_work import end_reading, write
from forum.notifications import mutes
from forum.notifications.models import Mute
from tests.cast import Cast, Person
from tests.querylog import recorded


def mute(who: Person, what: str, key: int, is_on: bool = True, is_block: bool = False) -> int:
    with write():
        verdict = mutes.mute(actor=who.viewer, what=what, key=key, is_on=is_on, is_block=is_block)
    end_reading()
    return 200 if verdict else verdict.status


def test_a_member_is_muted_once_blocked_and_heard_again(cast: Cast) -> None:
    assert mutes.of(cast.bob.viewer) == mutes.NOTHING
    for _ in range(2):
        assert mute(cast.bob, "member", cast.alice.id) == 200
    assert mutes.of(cast.bob.viewer).members == {cast.alice.id}
    assert not mutes.has_blocked(cast.bob.id, cast.alice.id)
    assert mute(cast.bob, "member", cast.alice.id, is_block=True) == 200
    assert mutes.of(cast.bob.viewer).blocked == {cast.alice.id}
    assert mutes.has_blocked(cast.bob.id, cast.alice.id)
    assert not mutes.has_blocked(cast.alice.id, cast.bob.id)
    assert mute(cast.bob, "member", cast.alice.id) == 200  # the block ends, the mute stays
    assert (mutes.of(cast.bob.viewer).members, mutes.of(cast.bob.viewer).blocked) == ({cast.alice.id}, frozenset())
    for _ in range(2):
        assert mute(cast.bob, "member", cast.alice.id, is_on=False) == 200
    assert mutes.of(cast.bob.viewer) == mutes.NOTHING


def test_who_may_mute_whom(cast: Cast) -> None:
    assert mute(cast.sam, "member", cast.mona.id) == 200  # who may not write may still stop listening
    assert mute(cast.bob, "member", cast.bob.id) == 409
    assert mute(cast.bob, "member", 99_999) == 404
    assert mute(cast.visitor, "member", cast.bob.id) == 401
    assert mutes.of(cast.visitor.viewer) == mutes.NOTHING
    assert len(db.session.scalars(select(Mute)).all()) == 1


def test_only_so_many(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mutes, "MOST", 2)
    assert [mute(cast.bob, "member", key.id) for key in (cast.alice, cast.nia, cast.sam)] == [200, 200, 409]
    assert mute(cast.bob, "member", cast.alice.id, is_block=True) == 200  # what is there can be changed


def test_what_is_muted_is_asked_by_one_query_and_nobody_is_no_author(cast: Cast) -> None:
    mute(cast.bob, "member", cast.alice.id)
    with recorded() as statements:
        assert mutes.is_muted(cast.bob.id, author_id=cast.alice.id, thread_id=7, board_id=1, topic_ids=[1, 2])
        mutes.of(cast.bob.viewer)
    assert len(statements) == 2
    assert not mutes.is_muted(cast.bob.id, author_id=None, thread_id=7, board_id=1, topic_ids=())
    assert not mutes.is_muted(cast.bob.id)
    assert not mutes.is_muted(cast.alice.id, author_id=cast.bob.id)
    hers = Mute.member_id
    muters = select(hers).where(mutes.criterion(hers, author_id=cast.alice.id)).distinct()
    assert db.session.scalars(muters).all() == [cast.bob.id]


def test_who_leaves_is_muted_no_longer_and_takes_her_own_along(cast: Cast) -> None:
    mute(cast.bob, "member", cast.alice.id, is_block=True)
    mute(cast.alice, "member", cast.nia.id)
    (one,) = mutes.export_for(cast.bob.id)
    assert (one["muted"], one["id"], one["is_block"]) == ("member", cast.alice.id, True)
    with write():
        mutes.erase_for(cast.alice.id)
    assert mutes.of(cast.bob.viewer) == mutes.of(cast.alice.viewer) == mutes.NOTHING
