"""The verbs of accounts, on both databases."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from forum.accounts import actions, passwords, queries
from forum.accounts.models import Member, MemberRole, MemberSession, ParkedText, SignInRequest
from forum.core import clock, tokens
from forum.core.db import db
from forum.core.outbox import OutboxJob
from forum.core.unit_of_work import NotWritingError, write
from tests import querylog
from tests.accounts.post import count
from tests.cast import Cast


def link_of(request: SignInRequest) -> str:
    return tokens.token_for(queries.LINK, request.id, request.nonce)


def asked(purpose: str = "in", address: str = "alice@example.org") -> SignInRequest:
    with write():
        if purpose == "in":
            actions.ask_to_sign_in(address, "en")
        else:
            actions.ask_to_sign_up(address, "Ines", "it")
    return db.session.scalars(select(SignInRequest).order_by(SignInRequest.id.desc()).limit(1)).one()


def opened(token: str) -> actions.Opening:
    with write():
        return actions.open_link(token)


@pytest.mark.parametrize("purpose", ["in", "up"])
def test_known_and_unknown_addresses_cost_the_same(cast: Cast, purpose: str) -> None:
    costs = []
    for address in ("alice@example.org", "nobody@example.org"):
        with querylog.recorded() as statements:
            asked(purpose, address)
        costs.append([" ".join(statement.split()[:3]) for statement in statements])
    assert costs[0] == costs[1]
    assert count(SignInRequest) == count(OutboxJob) == 2


def test_the_address_is_kept_only_sealed(app: Flask) -> None:
    request = asked(address="nobody@example.org")
    assert "nobody" not in (request.address_sealed or "")
    assert tokens.open_text(request.address_sealed or "") == "nobody@example.org"
    assert request.token_hash == tokens.digest(link_of(request))


def test_a_link_signs_in_once(cast: Cast) -> None:
    request = asked()
    opening = opened(link_of(request))
    assert opening.verdict
    assert opening.member_id == cast.alice.id
    assert not opening.is_new
    again = opened(link_of(request))
    assert again.verdict.status == 410
    assert again.member_id is None
    db.session.rollback()
    assert db.session.get_one(SignInRequest, request.id).address_sealed is None


def test_a_link_ends_after_two_hours(cast: Cast) -> None:
    request = asked()
    with time_machine.travel(clock.now() + timedelta(hours=2, seconds=1)):
        assert opened(link_of(request)).verdict.status == 410


def test_a_link_of_another_purpose_opens_nothing(cast: Cast) -> None:
    request = asked()
    for purpose in ("receipt", "unsubscribe", queries.BROWSER):
        assert opened(tokens.token_for(purpose, request.id, request.nonce)).verdict.status == 410


@pytest.mark.parametrize("token", ["", "x", "1-", "1-x", "0-x", "999999999999999-x", "9" * 40 + "-x", "1-" + "é" * 50])
def test_what_is_no_link_opens_nothing(cast: Cast, token: str) -> None:
    asked()
    assert opened(token).verdict.status == 410


def test_five_wrong_codes_close_the_code_but_not_the_link(cast: Cast) -> None:
    request = asked()
    ticket = tokens.token_for(queries.BROWSER, request.id, request.nonce)
    code = tokens.code_for(queries.LINK, request.id, request.nonce)
    wrong = "000000" if code != "000000" else "000001"
    for _ in range(5):
        with write():
            assert actions.open_code(ticket, wrong).verdict.status == 422
    with write():
        assert not actions.open_code(ticket, code).verdict
    assert opened(link_of(request)).member_id == cast.alice.id


def test_the_code_needs_the_page_that_asked(cast: Cast) -> None:
    request = asked()
    code = tokens.code_for(queries.LINK, request.id, request.nonce)
    with write():
        assert actions.open_code(link_of(request), code).verdict.status == 410
        assert actions.open_code(f"{request.id}-", code).verdict.status == 410
        assert actions.open_code(tokens.token_for(queries.BROWSER, request.id, request.nonce), code).verdict


def test_signing_up_makes_a_member_who_is_new(app: Flask) -> None:
    opening = opened(link_of(asked("up", "ines@example.org")))
    assert opening.is_new
    db.session.rollback()
    member = db.session.get_one(Member, opening.member_id)
    assert (member.email, member.display_name, member.language) == ("ines@example.org", "Ines", "it")
    assert (member.standing, member.restriction, member.roles) == ("new", None, [])
    assert not member.is_page_public


def test_signing_up_with_a_known_address_signs_in_and_changes_nothing(cast: Cast) -> None:
    opening = opened(link_of(asked("up")))
    assert opening.member_id == cast.alice.id
    assert not opening.is_new
    db.session.rollback()
    assert db.session.get_one(Member, cast.alice.id).display_name == "Alice"


def test_signing_in_with_an_unknown_address_makes_nobody(app: Flask) -> None:
    assert opened(link_of(asked("in", "nobody@example.org"))).verdict.status == 410
    assert count(Member) == 0


def test_signing_up_twice_at_once_makes_one_member(app: Flask) -> None:
    links = [link_of(asked("up", "ines@example.org")) for _ in range(2)]
    db.session.rollback()
    start, found, errors = threading.Barrier(2), [], []

    def open_one(link: str) -> None:
        with app.app_context():
            start.wait()
            try:
                found.append(opened(link).member_id)
            except Exception as error:  # noqa: BLE001 - reported by the assertion below
                errors.append(error)

    threads = [threading.Thread(target=open_one, args=(link,)) for link in links]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert found[0] == found[1] is not None
    assert count(Member) == 1


def test_one_link_opened_twice_at_once_opens_once(cast: Cast, app: Flask) -> None:
    link = link_of(asked())
    db.session.rollback()
    start, verdicts = threading.Barrier(2), []

    def open_one() -> None:
        with app.app_context():
            start.wait()
            verdicts.append(bool(opened(link).verdict))

    threads = [threading.Thread(target=open_one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(verdicts) == [False, True]


def test_a_session_is_found_by_its_token_until_it_ends(cast: Cast) -> None:
    with write():
        token = actions.start_session(cast.bob.id, "Firefox · Linux", days=3)
    assert db.session.scalar(select(MemberSession).where(MemberSession.token_hash == token)) is None
    viewer = queries.viewer_by_token(token)
    assert viewer is not None
    assert viewer.id == cast.bob.id
    assert queries.viewer_by_token(token + "x") is None
    with time_machine.travel(clock.now() + timedelta(days=3, seconds=1)):
        assert queries.viewer_by_token(token) is None


def test_signing_in_again_ends_the_session_it_replaces(cast: Cast) -> None:
    with write():
        first = actions.start_session(cast.bob.id)
    viewer = queries.viewer_by_token(first)
    assert viewer is not None
    with write():
        second = actions.start_session(cast.bob.id, instead_of=viewer.session_id)
    assert second != first
    assert queries.viewer_by_token(first) is None


def test_a_member_ends_only_her_own_sessions(cast: Cast) -> None:
    mine = queries.viewer_by_token(cast.bob.token)
    assert mine is not None
    assert mine.session_id is not None
    with write():
        assert not actions.end_session(actor=cast.alice.viewer, session_id=mine.session_id)
    assert queries.viewer_by_token(cast.bob.token) is not None
    with write():
        other = actions.start_session(cast.bob.id)
        actions.end_other_sessions(actor=mine)
    assert queries.viewer_by_token(other) is None
    assert queries.viewer_by_token(cast.bob.token) is not None
    assert queries.viewer_by_token(cast.alice.token) is not None
    with write():
        assert actions.end_session(actor=mine, session_id=mine.session_id)
    assert queries.viewer_by_token(cast.bob.token) is None


def test_password_sign_in_costs_the_same_for_everybody(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with write():
        actions.set_password(actor=cast.alice.viewer, password_hash=passwords.hash_of("kettle moss fiddle"))
    checked: list[bool] = []
    real = passwords._hasher.verify

    class Counting:
        def verify(self, kept: str, password: str) -> bool:
            checked.append(db.session().in_transaction())
            return real(kept, password)

    monkeypatch.setattr(passwords, "_hasher", Counting())
    costs = []
    # Alice has a password, Bob has none, nobody has the third address.
    for address in ("alice@example.org", "bob@example.org", "nobody@example.org"):
        db.session.rollback()
        with querylog.recorded() as statements:
            assert actions.member_by_password(address, "wrong and long") is None
        costs.append(sum(" members" in statement for statement in statements))
    assert checked == [False, False, False]  # one hash each, outside any transaction
    assert costs == [1, 1, 1]
    assert actions.member_by_password("alice@example.org", "kettle moss fiddle") == cast.alice.id


def test_what_was_typed_is_kept_a_day(app: Flask) -> None:
    token = actions.park(
        "/en/threads/4/replies", [["source", "Nul\x00 and \u202eback"], ["topics", "1"], ["topics", "2"]]
    )
    assert token is not None
    row = queries.parked(token)
    assert row is not None
    assert row.path == "/en/threads/4/replies"
    assert row.fields == [["source", "Nul and back"], ["topics", "1"], ["topics", "2"]]
    assert queries.parked(row.token_hash) is None
    with time_machine.travel(clock.now() + timedelta(days=1, seconds=1)):
        assert queries.parked(token) is None


def test_too_much_is_not_parked(app: Flask) -> None:
    assert actions.park("/en/x", [["source", "a" * (actions.MOST_PARKED + 1)]]) is None
    assert count(ParkedText) == 0


def test_a_mailed_link_leads_to_the_parked_form_under_a_new_token(cast: Cast) -> None:
    parked = actions.park("/en/threads/4/replies", [["source", "Mine"]])
    assert parked is not None
    with write():
        actions.ask_to_sign_in("alice@example.org", "en", parked=parked)
    opening = opened(link_of(db.session.scalars(select(SignInRequest)).one()))
    assert opening.kept != parked
    row = queries.parked(opening.kept)
    assert row is not None
    assert row.fields == [["source", "Mine"]]


def test_a_mailed_link_leads_back_to_where_she_was(cast: Cast) -> None:
    with write():
        actions.ask_to_sign_in("alice@example.org", "en", path="/en/threads/4")
    opening = opened(link_of(db.session.scalars(select(SignInRequest)).one()))
    assert (opening.path, opening.kept) == ("/en/threads/4", "")


def test_roles_are_given_once_and_taken(cast: Cast) -> None:
    for _ in range(2):
        with write():
            assert actions.give_role(actor=cast.ada.viewer, member_id=cast.bob.id, role="moderator")
    roles = db.session.scalars(select(MemberRole.role).where(MemberRole.member_id == cast.bob.id)).all()
    assert roles == ["moderator"]
    with write():
        assert actions.take_role(actor=cast.ada.viewer, member_id=cast.bob.id, role="moderator")
    assert db.session.scalars(select(MemberRole.role).where(MemberRole.member_id == cast.bob.id)).all() == []


def test_roles_that_nobody_may_give_are_refused(cast: Cast) -> None:
    with write():
        assert actions.give_role(actor=cast.mona.viewer, member_id=cast.mona.id, role="admin").status == 403
        assert actions.give_role(actor=cast.ada.viewer, member_id=cast.bob.id, role="king").status == 404
        assert actions.give_role(actor=cast.ada.viewer, member_id=10**9, role="admin").status == 404
        assert actions.take_role(actor=cast.ada.viewer, member_id=cast.ada.id, role="admin").status == 409
        assert actions.take_role(actor=cast.bob.viewer, member_id=cast.ada.id, role="admin").status == 403


def test_the_first_admin_is_made_and_made_again(app: Flask) -> None:
    for _ in range(2):
        with write():
            member = actions.make_admin("root@example.org", "Root")
    db.session.rollback()
    viewer = queries.viewer_of(db.session.get_one(Member, member.id))
    assert viewer.is_admin
    assert count(Member) == count(MemberRole) == 1


def test_actions_want_a_writing_transaction(cast: Cast) -> None:
    with pytest.raises(NotWritingError):
        actions.start_session(cast.bob.id)
    with pytest.raises(NotWritingError):
        actions.ask_to_sign_in("alice@example.org", "en")
    with pytest.raises(NotWritingError):
        actions.give_role(actor=cast.ada.viewer, member_id=cast.bob.id, role="moderator")


def test_the_sweep_forgets_what_is_over_and_nothing_else(cast: Cast) -> None:
    old = asked()
    with write():
        actions.start_session(cast.bob.id, days=1)
    actions.park("/en/x", [["source", "old"]])
    begin = clock.now()
    with time_machine.travel(begin + timedelta(hours=3)):
        young = asked("in", "bob@example.org")
        with write():
            actions.sweep()
        db.session.rollback()
        assert db.session.get_one(SignInRequest, old.id).address_sealed is None
        assert db.session.get_one(SignInRequest, young.id).address_sealed is not None
        assert count(ParkedText) == 1
    with time_machine.travel(begin + timedelta(days=1, minutes=1)):
        with write():
            actions.sweep()
        db.session.rollback()
        assert db.session.scalars(select(SignInRequest.id)).all() == [young.id]
        assert count(ParkedText) == 0
        assert count(MemberSession) == 7  # the cast's
