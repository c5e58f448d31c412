"""Two moderators read the same case. Whatever the first decides, whatever the second had in mind: one thing is done."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from forum.accounts.models import Member
from forum.contributions.models import Contribution
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.core.verdict import Verdict
from forum.discussions.models import Board, Post
from forum.moderation import actions, reporting, spam, taking_back
from forum.moderation.member_models import Sanction, SecondPerson
from forum.moderation.models import Case, Decision, Letter, LogEntry, Redaction
from forum.moderation.wording import DECIDED
from forum.topics.models import Topic
from tests.cast import Cast, Person
from tests.moderation.conftest import Make, case_of, do, fresh, report, rule, thing

NUMBER = "333 456 7890"


def state(key: int) -> tuple[Any, ...]:
    """All that a decision could change."""
    counts = [
        db.session.scalar(select(func.count()).select_from(model))
        for model in (Decision, Letter, LogEntry, Redaction, Sanction, SecondPerson, Case)
    ]
    post = db.session.get_one(Post, key)
    thread = db.session.execute(select(Post.__table__).where(Post.__table__.c.id == key)).one()
    return (*counts, tuple(thread), post.status, post.source, post.title, post.notes)


def possible(key: int, into: int) -> dict[str, dict[str, Any]]:
    """Every act on a reported post that opens a discussion, with what it asks for."""
    post, week = thing(key), {"until": clock.today() + timedelta(days=5)}
    with write():
        board, topic = Board(slug=f"other-{key}"), Topic(slug=f"topic-{key}", kind="symptom")
        db.session.add_all([board, topic])
        db.session.flush()
        board_id, topic_id = board.id, topic.id
    fields: dict[str, dict[str, Any]] = {
        "edit": {"base": post.shown_revision_id, "title": post.title, "source": "Six.", "note": "A name."},
        "redact": {"parts": [NUMBER]}, "content_notes": {"notes": ("loss",)}, "lock": {"until": "open"},
        "slow": {"seconds": 300}, "move": {"board": board_id}, "merge": {"into": into},
        "topics": {"topics": [topic_id]},
    }  # fmt: skip
    plain = ("no_action", "hide", "made_to_hurt", "warn")
    return (
        {word: {} for word in plain} | dict.fromkeys(("silence", "limit", "ban"), week)
        | {word: {"fields": more} for word, more in fields.items()}
    )  # fmt: skip


def attempt(by: Person, case_id: int, version: int, decision: str, **more: Any) -> Verdict:
    arguments = {"guideline_id": rule(3), "letter": "Because.", "note": "Why.", **more}
    verdict: Verdict = do(
        actions.decide, actor=by.viewer, case_id=case_id, seen_version=version, decision=decision, **arguments
    )
    return verdict


@pytest.mark.sqlite
def test_whatever_the_first_decides_the_second_changes_nothing(cast: Cast, make_post: Make) -> None:
    into = fresh(Post, make_post(cast.bob, "Zips.")).thread_id
    for at, first in enumerate(possible(make_post(), into)):
        key = make_post(source=f"All seven buttons. {NUMBER}")
        acts = possible(key, into)
        report(cast.bob, key)
        case = case_of(key)
        case_id, version = case.id, case.version
        assert attempt(cast.mona, case_id, version, first, **acts[first]), first
        db.session.rollback()
        after, is_closed = state(key), fresh(Case, case_id).closed_at is not None
        for second, more in list(acts.items())[at % 3 :: 3]:  # a third of all pairs, each act in both places
            verdict = attempt(cast.ada, case_id, version, second, **more)
            assert (bool(verdict), verdict.status) == (False, 409), (first, second)
            if is_closed:  # where more is to be decided, the page says what was, and the sentence that it changed
                assert "by Mona" in str(verdict.reason), (first, second)
                assert str(DECIDED[first]) in str(verdict.reason), (first, second)
        assert do(spam.take_away, actor=cast.ada.viewer, seen={case_id: version}, letter="Spam.") == (0, 1)
        db.session.rollback()
        assert state(key) == after, first
        if first in ("silence", "limit"):
            with write():
                undone = taking_back.take_back(actor=cast.mona.viewer, case_id=case_id, decision_id=_last())
            assert undone, first
            with write():
                again = taking_back.take_back(actor=cast.ada.viewer, case_id=case_id, decision_id=_last())
            assert not again, "once"
    assert fresh(Contribution, key).status == "published"


def _last() -> int:
    return int(db.session.scalar(select(func.max(Decision.id))) or 0)


def test_what_the_second_wrote_is_there_still(cast: Cast, make_post: Make) -> None:
    """By the pages: her letter stands where she wrote it, with who decided what."""
    key = make_post()
    report(cast.bob, key)
    case = case_of(key)
    path = f"/en/moderation/cases/{case.id}"
    sent = {
        "seen_version": str(case.version),
        "decision": "hide",
        "guideline": str(rule(3)),
        "letter": "Dear Alice, kept.",
    }
    version = case.version
    assert attempt(cast.mona, case.id, version, "no_action")
    page = cast.ada.browser.post(f"{path}/decisions", data=sent)
    assert page.status_code == 409
    for words in ("Somebody decided this while you were reading", "by Mona", "Dear Alice, kept."):
        assert words in page.text
    assert thing(key).status == "published"


def test_on_a_members_page_as_well_and_a_button_pressed_twice_sends_one_letter(cast: Cast) -> None:
    path = f"/en/moderation/members/{cast.bob.id}"
    week = (clock.today() + timedelta(days=5)).isoformat()
    sent = {"decision": "silence", "guideline": str(rule(3)), "letter": "Dear Bob, kept.", "until": week}

    def seen(by: Person) -> str:
        found = re.search(r'name="seen" value="([^"]*)"', by.browser.get(path).text)
        assert found is not None
        return found[1]

    def count(model: type[Any]) -> int:
        db.session.rollback()
        return db.session.scalar(select(func.count()).select_from(model)) or 0

    before = seen(cast.ada)
    for _press in range(2):
        assert cast.mona.browser.post(f"{path}/decisions", data=sent | {"seen": before}).status_code == 303
    assert (count(Sanction), count(Letter)) == (1, 1)
    for decision in ("silence", "warn"):
        page = cast.ada.browser.post(f"{path}/decisions", data=sent | {"seen": before, "decision": decision})
        assert page.status_code == 409
        assert "Somebody decided this while you were reading" in page.text
        assert "by Mona" in page.text
        assert "Dear Bob, kept." in page.text
    assert (count(Sanction), count(Letter)) == (1, 1)
    assert f'name="seen" value="{seen(cast.ada)}"' in page.text, "now she knows, and may decide all the same"
    before = seen(cast.ada)
    with write():
        said = reporting.Said("hurtful", "Again.", "/en/members/1", "en")
        bob = db.session.get_one(Member, cast.bob.id)
        reporting.report_member(reporter=cast.alice.viewer, member=bob, said=said)
    page = cast.ada.browser.post(f"{path}/decisions", data=sent | {"seen": before, "decision": "warn"})
    assert page.status_code == 409
    assert "Something new came in while you were reading." in page.text
    assert cast.ada.browser.post(f"{path}/decisions", data=sent | {"seen": seen(cast.ada)}).status_code == 303
    assert count(Letter) == 2
