"""Names that nobody takes: what claims an office or a profession, what looks like another's or like the site's."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from forum.accounts import names
from forum.accounts.models import Member
from forum.core.db import db
from forum.core.lookalikes import skeleton
from forum.core.unit_of_work import end_reading, write
from forum.discussions import aliases
from forum.moderation.models import Case
from tests.cast import Cast
from tests.discussions.conftest import board, make_board, replied, thread  # noqa: F401 - fixtures


@pytest.mark.parametrize(
    "name",
    [
        "Dr Rossi", "dr. Rossi", "Rossi, Prof.", "Dott.ssa Bianchi", "Prof.ssa Neri", "Doctora Ruiz", "Médico Luis",
        "Nurse Joy", "infermiera Pia", "Enfermero", "Mоderator", "M0derator", "ＳＴＡＦＦ", "mona_admin", "Moderación",
    ],
)  # fmt: skip
def test_names_that_claim_something(name: str) -> None:
    assert names.claims_something(name)


@pytest.mark.parametrize("name", ["Drusilla", "Andrea", "Stafford", "Modesto", "Medici", "Pedro", "Profeta", "Nursen"])
def test_names_that_claim_nothing(name: str) -> None:
    assert not names.claims_something(name)


@pytest.mark.parametrize(
    ("name", "other"), [("Моnа", "Mona"), ("M0na", "Mona"), ("rnona", "Mona"), ("lris", "Iris"), ("ΑLICE", "Alice")]
)
def test_names_that_look_alike_have_one_skeleton(name: str, other: str) -> None:
    assert skeleton(name) == skeleton(other)
    assert skeleton("Anna") != skeleton("Hanna")


def test_who_may_be_called_what(cast: Cast) -> None:
    word = aliases.names_in("en")[0]
    told = {
        "Alice": None,  # two people may be called the same
        "alice": None,
        "Аlice": names.LOOKS_LIKE,  # with a letter of another alphabet
        "Mona": names.LOOKS_LIKE,  # a moderator
        "Dr Bob": names.CLAIMS,
        word: names.IS_OURS,
        f"{word} 2": names.IS_OURS,
        f"{word} Jones": None,
        "Common Thread": names.IS_OURS,
        "Rosa": None,
    }
    for name, refusal in told.items():
        verdict = names.may_be_called(name)
        assert (None if verdict else verdict) == refusal, name
    assert names.may_be_called("Mona", cast.mona.id)


def test_joining_and_renaming_ask_for_another_name_and_keep_what_was_typed(cast: Cast) -> None:
    fields = {"email": "new@example.org", "display_name": "Dr Bоb", "is_old_enough": "y"}
    page = cast.visitor.browser.post("/en/sign-up", data=fields)
    assert page.status_code == 422
    assert "Dr Bоb" in page.text
    assert str(names.CLAIMS.reason) in page.text.replace("&#39;", "'")
    settings = {"display_name": "Аlice", "about": "Three lines of mine", "language": "en"}
    page = cast.bob.browser.post("/en/me/settings", data=settings)
    assert page.status_code == 422
    assert "Three lines of mine" in page.text
    assert cast.bob.browser.post("/en/me/settings", data=settings | {"display_name": "Roberta"}).status_code == 303
    end_reading()
    row = db.session.get_one(Member, cast.bob.id)
    assert (row.display_name, row.name_key) == ("Roberta", skeleton("Roberta"))


def test_a_name_from_before_the_rule_stays_and_what_it_signs_waits(cast: Cast, thread: object) -> None:  # noqa: F811
    with write():
        db.session.execute(update(Member).where(Member.id == cast.bob.id).values(display_name="Dr Bob"))
    page = cast.bob.browser.post("/en/me/settings", data={"display_name": "Dr Bob", "about": "x", "language": "en"})
    assert page.status_code == 303
    doctor = replace(cast.bob.viewer, display_name="Dr Bob")
    held = replied(doctor, thread, "Take two")  # type: ignore[arg-type]
    case = db.session.scalars(select(Case).where(Case.contribution_id == held)).one()
    page = cast.mona.browser.get(f"/en/moderation/cases/{case.id}")
    assert "Nobody has verified that" in page.text
