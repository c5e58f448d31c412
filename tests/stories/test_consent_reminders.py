"""Once a year an author is led to her choices; silence changes nothing, and no row tells who she is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from forum.accounts.models import Member
from forum.contributions import ledger
from forum.contributions.models import Consent, Wish
from forum.core import clock, mail
from forum.core.db import Base, db
from forum.core.mail import LocalMail
from forum.core.outbox import HANDLERS, OutboxJob
from forum.core.unit_of_work import write
from forum.core.worker import work_all
from forum.stories import reminders
from forum.stories.models import Story
from tests.cast import Cast
from tests.stories.conftest import MakeStory


def long_ago(story_id: int, days: int = 400) -> int:
    """Let everything about a story have been said so many days ago."""
    moment = clock.now() - timedelta(days=days)
    with write():
        db.session.execute(update(Consent).where(Consent.contribution_id == story_id).values(given_at=moment))
        db.session.get_one(Story, story_id).published_at = moment
    db.session.rollback()
    return story_id


def a_day_passes(monkeypatch: pytest.MonkeyPatch, days: float = 0) -> list[LocalMail]:
    """Run the day's job and send the mails. Returns all mails there are."""
    if days:
        moment = clock.now() + timedelta(days=days)
        monkeypatch.setattr(clock, "now", lambda: moment)
    with write():
        HANDLERS["stories.remind_of_choices"].work({})
    work_all()
    db.session.rollback()
    return list(mail.local_mails())


def asked(story_id: int) -> bool:
    db.session.rollback()
    return db.session.scalar(select(Wish.asked_at).where(Wish.contribution_id == story_id)) is not None


def test_a_year_after_she_is_asked_once_by_one_mail(
    cast: Cast, make_story: MakeStory, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = long_ago(make_story(title="The jar lid"))
    second = long_ago(make_story(title="Morphea and me", attribution="anonymous"))
    before = {key: ledger.allowed(key) for key in (first, second)}
    mails = a_day_passes(monkeypatch)
    assert [one.to for one in mails] == ["alice@example.org"]
    assert asked(first)
    assert asked(second)
    said = mails[0].subject + mails[0].text
    assert "/en/me/choices" in said
    for word in ("jar lid", "Morphea", "sclero", f"stories/{first}", f"stories/{second}"):
        assert word not in said
    assert len(a_day_passes(monkeypatch)) == 1
    assert len(a_day_passes(monkeypatch, days=300)) == 1
    assert {key: ledger.allowed(key) for key in (first, second)} == before
    assert db.session.get_one(Story, first).status == "published"
    assert len(a_day_passes(monkeypatch, days=80)) == 2


@pytest.mark.parametrize("days", [1, 200, 364])
def test_not_before(cast: Cast, make_story: MakeStory, monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    story_id = long_ago(make_story(), days)
    assert a_day_passes(monkeypatch) == []
    assert not asked(story_id)


def test_what_she_said_since_puts_it_off(cast: Cast, make_story: MakeStory, monkeypatch: pytest.MonkeyPatch) -> None:
    given, taken, wished = (long_ago(make_story()) for _ in range(3))
    cast.alice.browser.post(f"/en/stories/{given}/consents", data={"use": "print"})
    cast.alice.browser.post(f"/en/stories/{taken}/consents/withdrawal", data={"use": "translation:it"})
    cast.alice.browser.post(f"/en/stories/{wished}/wish", data={"if_unreachable": "remove", "deputy": ""})
    assert a_day_passes(monkeypatch) == []


def test_who_was_led_there_this_year_is_not_led_again_for_another_story(
    cast: Cast, make_story: MakeStory, monkeypatch: pytest.MonkeyPatch
) -> None:
    long_ago(make_story())
    other = long_ago(make_story(attribution="anonymous"), 350)
    assert len(a_day_passes(monkeypatch)) == 1
    assert len(a_day_passes(monkeypatch, days=30)) == 1
    assert not asked(other)
    assert len(a_day_passes(monkeypatch, days=340)) == 2
    assert asked(other)


def test_a_sealed_authors_name_stands_in_no_row(
    cast: Cast, make_story: MakeStory, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(cast.ada.id):
        make_story(cast.bob, status="draft")  # so that no id of a story is hers by chance
    story_id = long_ago(make_story(cast.alice, attribution="pseudonym", byline="Rosa M."))
    with write():
        HANDLERS["stories.remind_of_choices"].work({})
    db.session.rollback()
    job = db.session.scalars(select(OutboxJob).where(OutboxJob.name == reminders.MAIL)).one()
    assert job.payload == {"contribution_id": story_id}
    assert job.dedupe_key is not None
    assert "alice" not in job.dedupe_key
    for table in Base.metadata.tables.values():
        if "contribution_id" in table.c and table.name != "seals":
            rows = db.session.execute(text(f"SELECT * FROM {table.name} WHERE contribution_id = {story_id}")).mappings()
            for row in rows:
                people = {
                    name: value for name, value in row.items() if name.endswith(("member_id", "author_id", "_by"))
                }
                assert cast.alice.id not in people.values(), table.name


@pytest.mark.parametrize("why", ["no address", "erased", "withdrawn", "no author"])
def test_nobody_is_mailed_who_should_not_be(
    cast: Cast, make_story: MakeStory, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    story_id = long_ago(make_story(attribution="anonymous"))
    with write():
        member = db.session.get_one(Member, cast.alice.id)
        if why == "no address":
            member.email = None
        elif why == "erased":
            member.erased_at = clock.now()
        elif why == "no author":
            db.session.execute(text("DELETE FROM seals"))
    if why == "withdrawn":
        cast.alice.browser.post(f"/en/stories/{story_id}/withdrawal")
    assert a_day_passes(monkeypatch) == []
    assert not asked(story_id)


def test_taken_back_before_the_mail_goes_out_none_goes(
    cast: Cast, make_story: MakeStory, monkeypatch: pytest.MonkeyPatch
) -> None:
    story_id = long_ago(make_story())
    with write():
        HANDLERS["stories.remind_of_choices"].work({})
    cast.alice.browser.post(f"/en/stories/{story_id}/withdrawal")
    assert a_day_passes(monkeypatch) == []


def test_in_the_year_in_which_a_child_comes_of_age_she_is_asked_once(
    cast: Cast, make_story: MakeStory, monkeypatch: pytest.MonkeyPatch
) -> None:
    this_year = clock.today().year
    make_story(about_whom="child", of_age_year=this_year + 2)
    make_story(about_whom="adult", of_age_year=this_year)
    assert a_day_passes(monkeypatch) == []
    child = make_story(about_whom="child", of_age_year=this_year)
    mails = a_day_passes(monkeypatch)
    assert len(mails) == 1
    assert "is of age now" in mails[0].text
    assert asked(child)
    assert len(a_day_passes(monkeypatch)) == 1
    assert db.session.get_one(Story, child).status == "published"
    cast.alice.browser.post(f"/en/stories/{child}/coming-of-age", data={"answer": "yes"})
    assert len(a_day_passes(monkeypatch, days=300)) == 1  # nothing more to ask, and no year has gone by
