"""An account that is only spam: all that was signed goes, however much, and comes back when that was a mistake."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from forum.accounts.models import Member
from forum.contributions import actions as contributions
from forum.contributions.models import Contribution
from forum.core import clock, mail, worker
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.core.verdict import Verdict
from forum.moderation import granting, log, member_sanctions, spam_accounts, undoing
from forum.moderation.member_models import SecondPerson
from forum.moderation.models import Case, Decision, Letter
from tests.cast import Cast, Person
from tests.moderation.conftest import Make, case_of, decide, do, edit, fresh, report, rule, thing


@pytest.fixture(autouse=True)
def _few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spam_accounts, "AT_ONCE", 3)


def about_bob(cast: Cast, by: Person, decision: str) -> Verdict:
    verdict: Verdict = do(
        member_sanctions.decide, actor=by.viewer, member_id=cast.bob.id, decision=decision, guideline_id=rule(1),
        letter="Please read guideline 1.",
    )  # fmt: skip
    return verdict


def close_bob(cast: Cast) -> None:
    assert about_bob(cast, cast.mona, "close_spam")
    key = db.session.scalar(select(func.max(SecondPerson.id)))
    db.session.rollback()
    assert do(granting.answer, actor=cast.ada.viewer, second_id=key, answer="granted", words="I have looked.")


def statuses(keys: list[int]) -> set[str]:
    db.session.rollback()
    found = set(db.session.scalars(select(Contribution.status).where(Contribution.id.in_(keys))))
    db.session.rollback()
    return found


def undo_closing(cast: Cast) -> Verdict:
    """As an appeal does that is heard."""
    with write():
        return undoing.undo(
            cast.ada.viewer, db.session.scalars(select(Decision).where(Decision.decision == "ban")).one()
        )


def test_all_goes_in_lots_and_all_comes_back(cast: Cast, make_post: Make) -> None:
    posts = [make_post(cast.bob) for _ in range(8)]
    waiting, other = make_post(cast.bob), make_post(cast.alice)
    with write():
        contributions.hold(db.session.get_one(Contribution, waiting))
    report(cast.mona, posts[0])  # who asked can't decide about it alone
    report(cast.alice, posts[1])
    with write():
        case = db.session.scalars(select(Case).where(Case.contribution_id == posts[1])).one()
        case.claimed_by, case.claimed_until = cast.ada.id, clock.now() + timedelta(days=9999)
    assert edit(cast.bob, posts[2], "Buy my cream, it is cheap, here.") is not None
    close_bob(cast)
    gone = [key for key in posts if thing(key).status == "hidden"]
    assert len(gone) + (thing(waiting).status == "hidden") == 3, "one lot at a time"
    worker.work_all()
    assert statuses([*posts, waiting]) == {"hidden"}
    assert thing(other).status == "published"
    assert case_of(posts[1]).closed_at is not None
    assert log.first_broken() is None
    letters = db.session.scalars(select(Letter).where(Letter.contribution_id.in_(posts))).all()
    assert len(letters) == 8
    assert all(letter.appeal_until is not None for letter in letters)
    mails = [one for one in mail.local_mails() if one.to == "bob@example.org"]
    assert len(mails) == 1, "one mail about all of it"
    assert "under your name has been taken out of sight" in mails[0].text

    assert decide(cast.ada, posts[3], "restore"), "somebody has shown one again meanwhile"
    assert undo_closing(cast)
    worker.work_all()
    assert statuses(posts) == {"published"}
    assert thing(waiting).status == "pending", "what nobody had read waits again"
    assert fresh(Member, cast.bob.id).restriction is None
    assert log.first_broken() is None
    assert undo_closing(cast).status == 409


def test_undone_in_the_middle_nothing_more_goes(cast: Cast, make_post: Make) -> None:
    posts = [make_post(cast.bob) for _ in range(7)]
    close_bob(cast)
    assert undo_closing(cast)
    worker.work_all()
    assert statuses(posts) == {"published"}


def test_lifted_first_it_can_still_be_taken_back(cast: Cast, make_post: Make) -> None:
    posts = [make_post(cast.bob) for _ in range(4)]
    close_bob(cast)
    worker.work_all()
    assert about_bob(cast, cast.mona, "lift")
    assert statuses(posts) == {"hidden"}
    assert about_bob(cast, cast.mona, "reopen").status == 409
    assert undo_closing(cast)
    worker.work_all()
    assert statuses(posts) == {"published"}


@pytest.mark.sqlite
def test_the_pages_say_how_many_and_take_it_back(cast: Cast, make_post: Make) -> None:
    posts = [make_post(cast.bob) for _ in range(5)]
    page = cast.mona.browser.get(f"/en/moderation/members/{cast.bob.id}").text
    assert "5 contributions signed by the member leave readers’ sight." in page
    assert 'value="reopen"' not in page
    assert about_bob(cast, cast.mona, "close_spam")
    assert "5 contributions signed by the member" in cast.ada.browser.get("/en/moderation/seconds").text
    key = db.session.scalar(select(func.max(SecondPerson.id)))
    db.session.rollback()
    cast.ada.browser.post(f"/en/moderation/seconds/{key}/answers", data={"answer": "granted"})
    worker.work_all()
    assert statuses(posts) == {"hidden"}
    address = f"/en/moderation/members/{cast.bob.id}"
    assert 'value="reopen"' in cast.mona.browser.get(address).text
    fields = {"decision": "reopen", "letter": "We mistook you for somebody else."}
    assert cast.mona.browser.post(f"{address}/decisions", data=fields).status_code == 303
    assert cast.mona.browser.post(f"{address}/decisions", data=fields).status_code == 422  # it isn't offered any more
    worker.work_all()
    assert statuses(posts) == {"published"}
    last = db.session.scalars(select(Letter).where(Letter.member_id == cast.bob.id).order_by(Letter.id.desc())).first()
    assert last is not None
    assert "Your account is open again." in last.text
    assert "mistook" in last.text
