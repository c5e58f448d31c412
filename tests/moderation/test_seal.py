"""A case about a sealed contribution never says who wrote it; letters and silences find her all the same."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select

from forum.accounts.models import Member
from forum.appeals import actions as asking
from forum.appeals import hearing
from forum.appeals import policy as hearing_policy
from forum.appeals.models import Appeal
from forum.contributions.models import Seal
from forum.core import clock
from forum.core.db import Base, db
from forum.core.unit_of_work import write
from forum.moderation import granting, looking, seals, second_policy, second_queries
from forum.moderation import standing as standings
from forum.moderation.member_models import Sanction, SecondPerson
from forum.moderation.models import Letter
from tests.cast import Cast, Person
from tests.moderation.conftest import Make, case_of, decide, do, fresh, report

HER_ID = 770_077
HER_NAME = "Zuleika Quist"
ALLOWED = {("members", "id"), ("seals", "member_id"), ("sessions", "member_id"), ("member_roles", "member_id")}


@pytest.fixture
def zuleika(cast: Cast) -> Person:
    """A member whose id and name stand out; Alice's browser is not hers."""
    with write():
        db.session.execute(
            insert(Member).values(
                id=HER_ID,
                email="zuleika@example.org",
                display_name=HER_NAME,
                joined_at=clock.now(),
                language="it",
                standing="established",
                about="",
                is_page_public=False,
                is_demo=False,
            )
        )
    from forum.accounts.queries import viewer_of
    from tests.cast import Browser, session_row

    member = fresh(Member, HER_ID)
    viewer = viewer_of(member)
    with write():
        db.session.add(session_row(member, "session-of-zuleika"))
    app = cast.alice.browser.application
    browser = Browser(app, app.response_class, use_cookies=True)
    browser.sign_in("session-of-zuleika")
    return Person("zuleika", viewer, browser, "session-of-zuleika")


def rows_naming_her() -> set[tuple[str, str]]:
    """Table and column of every value in the database that holds her id or name."""
    db.session.rollback()
    found = set()
    for table in Base.metadata.sorted_tables:
        for row in db.session.execute(table.select()).mappings():
            for column, value in row.items():
                if value == HER_ID or (isinstance(value, (str, dict, list)) and _names_her(str(value))):
                    found.add((table.name, column))
    return found


def _names_her(value: str) -> bool:
    return HER_NAME in value or str(HER_ID) in value


@pytest.mark.parametrize(("attribution", "byline"), [("anonymous", None), ("pseudonym", "Rosa M.")])
def test_nothing_but_the_seal_names_her(
    cast: Cast, zuleika: Person, make_story: Make, attribution: str, byline: str | None
) -> None:
    key = make_story(zuleika, attribution=attribution, byline=byline)
    until = clock.today() + timedelta(days=5)
    pages = [f"/en/moderation/cases/{case_of(key).id}", "/en/moderation", "/en/moderation/log"]
    seen = [cast.mona.browser.get(path).text for path in pages]
    assert decide(cast.mona, key, "silence", until=until)
    seen += [cast.mona.browser.get(path).text for path in pages]
    assert "until" in seen[3]
    assert decide(cast.mona, key, "approve")
    token = report(cast.bob, key)
    seen += [cast.mona.browser.get(f"/en/moderation/cases/{case_of(key).id}").text]
    assert decide(cast.ada, key, "hide")
    assert decide(cast.ada, key, "lift")
    seen += [cast.mona.browser.get(path).text for path in pages]
    seen += [cast.bob.browser.get(f"/en/report/{token}").text, cast.ada.browser.get(pages[0]).text]
    for page in seen:
        assert not _names_her(page)
        assert "zuleika" not in page.lower()
    assert (byline or "Without a name") in seen[0]
    assert rows_naming_her() <= ALLOWED | {("members", "display_name")}
    sanction = db.session.scalars(select(Sanction)).one()
    assert (sanction.member_id, sanction.contribution_id) == (None, key)


def test_the_letter_reaches_her_through_the_seal(cast: Cast, zuleika: Person, make_story: Make) -> None:
    key = make_story(zuleika, attribution="anonymous")
    assert decide(cast.mona, key, "ask_for_changes", letter="Take the street out, please.")
    page = zuleika.browser.get("/it/me/letters").text
    assert "Take the street out, please." in page
    assert "Take the street out" not in cast.bob.browser.get("/en/me/letters").text
    assert "Take the street out" not in cast.alice.browser.get("/en/me/letters").text


def test_the_silence_reaches_her_through_the_seal_and_counts_on_her_next_case(
    cast: Cast, zuleika: Person, make_story: Make
) -> None:
    key = make_story(zuleika, attribution="anonymous")
    assert decide(cast.mona, key, "silence", until=clock.today() + timedelta(days=2))
    assert fresh(Member, HER_ID).restriction == "silenced"
    next_key = make_story(zuleika, attribution="pseudonym", byline="R.")
    page = cast.mona.browser.get(f"/en/moderation/cases/{case_of(next_key).id}").text
    assert "<dt>Sanctions so far</dt><dd>1</dd>" in page
    assert decide(cast.mona, next_key, "lift").status == 409, "it would tell that both are by one person"
    assert decide(cast.mona, key, "lift")
    assert fresh(Member, HER_ID).restriction is None


def test_a_silence_through_the_seal_shows_on_no_page_that_names_her(
    cast: Cast, zuleika: Person, make_post: Make, make_story: Make
) -> None:
    signed, other = make_post(zuleika), make_story(zuleika, attribution="anonymous")
    member = f"/en/moderation/members/{HER_ID}"
    under_her_name = (member, f"/en/admin/members/{HER_ID}", "/en/admin/members?q=Zul")
    report(cast.bob, signed)
    key = make_story(zuleika, attribution="anonymous")
    on_cases = [f"/en/moderation/cases/{case_of(one).id}" for one in (signed, other)]
    before = [cast.ada.browser.get(path).text for path in under_her_name]
    assert decide(cast.mona, signed, "silence", until=clock.today() + timedelta(days=6))
    named = [cast.ada.browser.get(path).text for path in under_her_name]
    for page in named:
        assert "Can read, not write, until" in page
    assert decide(cast.mona, key, "silence", until=clock.today() + timedelta(days=3))
    assert [cast.ada.browser.get(path).text for path in under_her_name] == named, "the older one under her name stays"
    assert decide(cast.mona, signed, "lift")
    assert fresh(Member, HER_ID).restriction == "silenced", "the other still holds"
    assert [cast.ada.browser.get(path).text for path in under_her_name[1:]] == before[1:]
    assert "No restriction" in cast.ada.browser.get(member).text
    for path in on_cases:
        assert "Can read, not write" not in cast.ada.browser.get(path).text
    assert "Can read, not write" in cast.ada.browser.get(f"/en/moderation/cases/{case_of(key).id}").text
    assert decide(cast.mona, key, "lift")
    assert fresh(Member, HER_ID).restriction is None


def test_an_author_who_is_gone_is_judged_all_the_same(cast: Cast, zuleika: Person, make_story: Make) -> None:
    key = make_story(zuleika, attribution="anonymous")
    with write():
        db.session.execute(delete(Seal))
    assert decide(cast.mona, key, "silence", until=clock.today() + timedelta(days=2)).status == 409
    assert decide(cast.mona, key, "approve")


def test_no_answer_tells_that_the_only_other_moderator_wrote_it(
    cast: Cast, make_story: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ada and Mona are alone. One story is Mona's, the other Alice's, neither bears a name: Ada is told the same."""
    now = clock.now()

    def at(passed: timedelta) -> None:
        monkeypatch.setattr(clock, "now", lambda: now + passed)

    def alone(second_id: int) -> list[bool]:
        """Whether Ada may decide it alone: at once, in an hour, after a day."""
        said = []
        for passed in (timedelta(), timedelta(hours=1), timedelta(hours=25)):
            at(passed)
            wish = second_queries.wish_of(cast.ada.viewer, fresh(SecondPerson, second_id))
            said.append(bool(second_policy.can_answer(cast.ada.viewer, wish, "override", "Nobody else.")))
        at(timedelta())
        do(granting.answer, actor=cast.ada.viewer, second_id=second_id, answer="taken_back", words="")
        return said

    def newest(model: type[Any]) -> int:
        db.session.rollback()
        return int(db.session.scalar(select(func.max(model.id))) or 0)

    def tried(author: Person) -> list[Any]:
        at(timedelta())
        key = make_story(author, attribution="anonymous")
        case = case_of(key).id
        said: list[Any] = [do(looking.pass_on, actor=cast.ada.viewer, case_id=case)]
        for why in ("other", "danger", "legal"):
            assert do(seals.ask, actor=cast.ada.viewer, case_id=case, why=why, reason="She says goodbye.")
            page = cast.ada.browser.get("/en/moderation/seconds").text
            said += [alone(newest(SecondPerson)), 'value="override"' in page]
        assert decide(cast.ada, key, "ban", note="Threats.")
        said.append(alone(newest(SecondPerson)))
        assert decide(cast.ada, key, "decline")
        appeal, verdict = do(
            asking.appeal_as_author, actor=author.viewer, letter_id=newest(Letter), words="No.", language="en"
        )
        assert appeal is not None, verdict.reason
        for days in (0, 8):
            at(timedelta(days=days))
            file = hearing.file_of(cast.ada.viewer, newest(Appeal))
            assert file is not None
            said.append(hearing_policy.is_alone(cast.ada.viewer, file.hearing))
        at(timedelta())
        other = make_story(author, attribution="anonymous")
        assert decide(cast.ada, other, "approve")
        report(cast.ada, other)
        said.append(bool(decide(cast.ada, other, "no_action")))
        return said

    hers, others = tried(cast.mona), tried(cast.alice)
    assert hers == others
    assert not hers[0], "passed on, it might lie there for good"
    never, danger, later = [False] * 3, [False, True, True], [False, False, True]
    assert hers[1:8] == [never, False, danger, False, later, False, later]
    assert hers[8:] == [False, True, True], "an appeal after a week; what she reported, at once"


def test_an_account_closed_through_the_seal_shows_on_no_page_that_names_her(
    cast: Cast, zuleika: Person, make_story: Make
) -> None:
    """Who looks at members' pages before and after sees nothing move: nor the devices on which she is signed in."""
    key = make_story(zuleika, attribution="anonymous")
    pages = [f"/en/moderation/members/{HER_ID}", f"/en/admin/members/{HER_ID}", "/en/admin/members?q=Zul"]
    before = [cast.ada.browser.get(path).text for path in pages]
    assert decide(cast.mona, key, "ban", note="Threats.")
    db.session.rollback()
    asked = db.session.scalar(select(func.max(SecondPerson.id)))
    assert do(granting.answer, actor=cast.ada.viewer, second_id=asked, answer="granted", words="")
    assert fresh(Member, HER_ID).restriction == "banned"
    assert [cast.ada.browser.get(path).text for path in pages] == before
    for path in ("/it/", "/it/me", "/it/discussions", "/it/me/notifications"):
        assert zuleika.browser.get(path).headers.get("Location") == "/it/me/closed", path


def test_an_approval_through_the_seal_raises_nobody_before_the_night(
    cast: Cast, make_story: Make, make_post: Make
) -> None:
    """Who approves a text without a name, and looks at once whose standing has risen, finds nobody's."""

    def standing() -> str:
        return str(fresh(Member, cast.nia.id).standing)

    keys = [make_story(cast.nia, attribution="anonymous") for _ in range(3)]
    for key in keys[:2]:
        assert decide(cast.mona, key, "approve")
    assert standing() == "new"
    signed = make_post(cast.nia)
    assert decide(cast.mona, signed, "approve")
    assert standing() == "new", "one under her name, and it would tell that there are others"
    do(standings.review)
    assert standing() == "established"
