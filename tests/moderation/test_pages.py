"""The desk's pages: who sees them, what they cost, forms that come back whole."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.moderation import actions
from forum.moderation.models import Case
from tests.cast import Cast
from tests.moderation.conftest import Make, case_of, decide, do, edit, report, rule, thing
from tests.querylog import recorded

DESK = ("/en/moderation", "/en/moderation/log", "/en/moderation/cases/{case}")
POSTS = ("claim", "release", "letter", "draft", "decisions")


@pytest.mark.parametrize("path", DESK)
def test_the_desk_is_for_moderators(cast: Cast, make_story: Make, path: str) -> None:
    path = path.format(case=case_of(make_story()).id)
    statuses = {name: cast[name].browser.get(path).status_code for name in (
        "visitor", "alice", "bob", "nia", "sam", "cora", "mona", "ada")}  # fmt: skip
    assert statuses == {
        "visitor": 303, "alice": 403, "bob": 403, "nia": 403, "sam": 403, "cora": 403, "mona": 200, "ada": 200,
    }  # fmt: skip


@pytest.mark.parametrize("verb", POSTS)
@pytest.mark.parametrize("name", ["visitor", "alice", "bob", "sam", "cora"])
def test_nobody_else_posts_to_a_case(cast: Cast, make_story: Make, verb: str, name: str) -> None:
    key = make_story()
    case = case_of(key)
    fields = {
        "version": case.version,
        "decision": "approve",
        "letter": "Sent by the wrong person, about forty letters.",
    }
    answer = cast[name].browser.post(f"/en/moderation/cases/{case.id}/{verb}", data=fields)
    assert answer.status_code == (303 if name == "visitor" else 403)
    assert thing(key).status == "pending"
    assert case_of(key).claimed_by is None


@pytest.mark.parametrize("path", ["", "/claim", "/letter", "/decisions"])
@pytest.mark.parametrize("key", ["999", "0", str(10**12), "x", "-1"])
def test_a_case_that_is_not_there(cast: Cast, path: str, key: str) -> None:
    browser = cast.mona.browser
    address = f"/en/moderation/cases/{key}{path}"
    assert (browser.post(address) if path else browser.get(address)).status_code == 404


def test_her_own_case_stays_shut_and_out_of_her_queue(cast: Cast, make_story: Make) -> None:
    for attribution in ("member", "anonymous"):
        case = case_of(make_story(cast.mona, attribution=attribution)).id
        assert cast.mona.browser.get(f"/en/moderation/cases/{case}").status_code == 403
        assert f"/cases/{case}" not in cast.mona.browser.get("/en/moderation").text
        assert f"/cases/{case}" in cast.ada.browser.get("/en/moderation").text


def test_an_empty_queue_says_good_night(cast: Cast) -> None:
    assert "Nothing is waiting. Good night." in cast.mona.browser.get("/en/moderation").text


def test_the_queue_is_most_urgent_first_then_oldest(cast: Cast, make_post: Make, make_story: Make) -> None:
    story, hurt, details, worry = make_story(), make_post(), make_post(), make_post()
    old_story = make_story(cast.bob)
    report(cast.bob, hurt, "hurtful")
    report(cast.bob, details, "private_details")
    report(cast.bob, worry, "worried")
    with write():
        db.session.execute(
            update(Case)
            .where(Case.contribution_id == old_story)
            .values(opened_at=clock.now() - timedelta(days=3), due_at=clock.now() + timedelta(days=4))
        )
    page = cast.mona.browser.get("/en/moderation").text
    order = [int(key) for key in re.findall(r'queue-title"><a href="/en/moderation/cases/(\d+)[#"]', page)]
    assert order == [case_of(key).id for key in (worry, details, hurt, old_story, story)]
    assert "5 things are waiting" in page
    shown = cast.mona.browser.get("/en/moderation?show=review").text
    assert re.findall(r'queue-title"><a href="/en/moderation/cases/(\d+)\?show=review[#"]', shown) == [
        str(case_of(key).id) for key in (old_story, story)
    ]
    assert cast.mona.browser.get("/en/moderation?show=nonsense").status_code == 404


def test_the_queue_goes_on_by_key(cast: Cast, make_story: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    from forum.moderation import queries

    monkeypatch.setattr(queries, "PAGE", 2)
    keys = [make_story() for _ in range(5)]
    seen: list[str] = []
    path = "/en/moderation"
    for _page in range(3):
        page = cast.mona.browser.get(path).text
        seen += re.findall(r'queue-title"><a href="/en/moderation/cases/(\d+)[#"]', page)
        found = re.search(r'rel="next" href="([^"]+)"', page)
        path = found[1].replace("&amp;", "&") if found else ""
    assert path == ""
    assert [int(key) for key in seen] == [case_of(key).id for key in keys]


@pytest.mark.parametrize("after", ["", "x", "-1", str(10**12), "999", "\x00"])
def test_a_key_that_is_nonsense_shows_the_first_page(cast: Cast, make_story: Make, after: str) -> None:
    make_story()
    assert cast.mona.browser.get("/en/moderation", query_string={"after": after}).status_code == 200
    assert cast.mona.browser.get("/en/moderation/log", query_string={"before": after}).status_code == 200


def test_taking_a_case_and_leaving_it(cast: Cast, make_story: Make) -> None:
    case = case_of(make_story())
    answer = cast.mona.browser.post(f"/en/moderation/cases/{case.id}/claim")
    assert answer.headers["Location"] == f"/en/moderation/cases/{case.id}"
    assert "Mona is looking at this" in cast.ada.browser.get("/en/moderation").text
    page = cast.ada.browser.get(f"/en/moderation/cases/{case.id}").text
    assert "Take it over from Mona" in page
    assert cast.ada.browser.post(f"/en/moderation/cases/{case.id}/claim").status_code == 409
    assert 'show=mine" aria-current="true"' in cast.mona.browser.get("/en/moderation?show=mine").text
    assert cast.mona.browser.post(f"/en/moderation/cases/{case.id}/release").status_code == 303
    assert "is looking at this" not in cast.ada.browser.get("/en/moderation").text


def test_a_case_shows_all_that_matters(cast: Cast, make_post: Make) -> None:
    key = make_post()
    report(cast.bob, key, words="The second line.")
    page = cast.mona.browser.get(f"/en/moderation/cases/{case_of(key).id}").text
    for words in (
        "Buttons",
        "seven",
        "The second line.",
        "It is hurtful",
        "Alice",
        "Established",
        "Hide it",
        "Leave it as it is",
        "Keep private details private",
    ):
        assert words in page, words
    assert "Bob" not in page, "not even a moderator needs to know who"


def test_hard_words_stay_folded(cast: Cast, make_post: Make) -> None:
    key = make_post(cast.nia, content_notes=("self_harm",))
    page = cast.mona.browser.get(f"/en/moderation/cases/{case_of(key).id}").text
    assert re.search(r'<details class="fold">\s*<summary[^>]*><span class="fold-name">Self-harm', page)
    queue = cast.mona.browser.get("/en/moderation").text
    assert "seven" not in queue


def test_a_guideline_and_decision_in_the_address_begin_the_letter(cast: Cast, make_story: Make) -> None:
    case = case_of(make_story())
    page = cast.mona.browser.get(f"/en/moderation/cases/{case.id}?decision=decline&guideline={rule(3)}").text
    assert "Your text holds details that could lead a stranger to you" in page
    assert 'value="decline" checked' in page
    for query in ("decision=explode&guideline=999", "decision=%00&guideline=x", f"guideline={10**20}"):
        assert cast.mona.browser.get(f"/en/moderation/cases/{case.id}?{query}").status_code == 200


def test_the_guidelines_words_go_into_the_letter_and_nothing_typed_is_lost(cast: Cast, make_story: Make) -> None:
    case = case_of(make_story())
    address = f"/en/moderation/cases/{case.id}/letter"
    fields = {"version": case.version, "decision": "decline", "letter": "Dear Alice.", "note": "She asked."}
    page = cast.mona.browser.post(address, data={**fields, "guideline": rule(3)}).text
    assert "Dear Alice.\n\nYour text holds details" in page
    assert "She asked." in page
    assert "We haven’t published this yet. Here is why" in page
    again = cast.mona.browser.post(
        address, data={**fields, "guideline": rule(1), "letter": "Dear Alice.\n\n" + WORDS_OF_3}
    )
    assert "Dear Alice.\n\nSome lines in your text" in again.text
    assert case_of(thing(case.contribution_id or 0).id).version == case.version


WORDS_OF_3 = (
    "Your text holds details that could lead a stranger to you, or to someone you know. Once they are public we can’t "
    "call them back. Take them out, or tell us to, and the rest can stay as you wrote it."
)


def test_a_letter_is_kept_while_it_is_written(cast: Cast, make_story: Make) -> None:
    case = case_of(make_story())
    address = f"/en/moderation/cases/{case.id}"
    for words in ("Dear A", "Dear Alice", "Dear Alice,"):
        kept = cast.mona.browser.post(f"{address}/draft", data={"letter": words, "version": "9"})
        assert (kept.status_code, kept.json) == (200, {})
    assert "Dear Alice,</textarea>" in cast.mona.browser.get(address).text
    assert "Dear Alice" not in cast.ada.browser.get(address).text
    assert "Dear Alice,\n\nYour text holds" in cast.mona.browser.get(f"{address}?guideline={rule(3)}").text
    assert case_of(case.contribution_id or 0).version == case.version
    assert decide(cast.mona, case.contribution_id or 0, "approve")
    assert "Dear Alice" not in cast.mona.browser.get(address).text
    assert cast.mona.browser.post("/en/moderation/cases/999/draft", data={"letter": "x"}).status_code == 404


def test_deciding_in_the_browser(cast: Cast, make_story: Make) -> None:
    key = make_story()
    case = case_of(key)
    fields = {
        "version": case.version,
        "decision": "decline",
        "guideline": rule(3),
        "letter": "Take it out.",
        "note": "",
    }
    answer = cast.mona.browser.post(f"/en/moderation/cases/{case.id}/decisions", data=fields)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/en/moderation?before={case.id}#queue")
    assert thing(key).status == "declined"
    assert "Decided: not published." in cast.mona.browser.get(answer.location.partition("#")[0]).text
    late = cast.ada.browser.post(
        f"/en/moderation/cases/{case.id}/decisions", data={**fields, "letter": "My own letter."}
    )
    assert late.status_code == 409
    assert "Somebody decided this while you were reading: not published, by Mona." in late.text
    assert "My own letter." in late.text
    log = cast.ada.browser.get(f"/en/moderation/log?contribution={key}").text
    assert "not published" in log
    assert "Mona" in log


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"decision": ""}, "Choose what to do"),
        ({"decision": "explode"}, "Choose what to do"),
        ({"decision": "hide"}, "Choose what to do"),
        ({"guideline": ""}, "Choose the guideline this rests on"),
        ({"guideline": "999"}, "no longer in force"),
        ({"guideline": "\x00"}, "no longer in force"),
        ({"letter": "  \u202e "}, "Write the author why"),
        ({"letter": "x" * 5001}, "1 character too long"),
        ({"note": "x" * 2001}, "1 character too long"),
        ({"decision": "silence", "until": ""}, "Choose the day it ends"),
        ({"decision": "silence", "until": "tomorrow"}, "Write the day like this"),
        ({"decision": "silence", "until": "99999-01-01"}, "Write the day like this"),
        ({"decision": "silence", "until": "2001-01-01"}, "Choose a day after today"),
        ({"decision": "silence", "until": "9999-12-31"}, "Choose a day within a year"),
    ],
)
def test_a_decision_that_cannot_be_read_comes_back_whole(
    cast: Cast, make_story: Make, fields: dict[str, str], says: str
) -> None:
    key = make_story()
    case = case_of(key)
    sent = {"version": case.version, "decision": "decline", "guideline": rule(3), "letter": "<b>Kept</b>", **fields}
    answer = cast.mona.browser.post(f"/en/moderation/cases/{case.id}/decisions", data=sent)
    assert answer.status_code == 422
    assert says in answer.text
    if "letter" not in fields:
        assert "&lt;b&gt;Kept&lt;/b&gt;" in answer.text
    assert thing(key).status == "pending"


@pytest.mark.parametrize("version", ["", "x", "-1", "0", str(10**30), "\x00"])
def test_a_version_that_is_nonsense_decides_nothing(cast: Cast, make_story: Make, version: str) -> None:
    key = make_story()
    fields = {"version": version, "decision": "approve", "letter": "Kept all the same."}
    answer = cast.mona.browser.post(f"/en/moderation/cases/{case_of(key).id}/decisions", data=fields)
    assert answer.status_code == 409
    assert "Kept all the same." in answer.text
    assert thing(key).status == "pending"


def test_a_waiting_change_is_shown_beside_what_readers_see(cast: Cast, make_story: Make) -> None:
    key = make_story()
    assert decide(cast.mona, key, "approve")
    edit(cast.alice, key, "It was quince jam.")
    page = cast.mona.browser.get(f"/en/moderation/cases/{case_of(key).id}").text
    assert page.index("It was quince jam.") < page.index("What readers see now") < page.index("It was plum jam.")
    assert "A change to be read first" in cast.mona.browser.get("/en/moderation").text


def test_a_moderator_whose_role_was_taken_away(cast: Cast, make_story: Make) -> None:
    from forum.accounts.models import Member

    key = make_story()
    case = case_of(key)

    def take_away() -> None:
        member = db.session.get_one(Member, cast.mona.id)
        member.roles.clear()

    do(take_away)
    answer = cast.mona.browser.post(
        f"/en/moderation/cases/{case.id}/decisions", data={"version": case.version, "decision": "approve"}
    )
    assert answer.status_code == 403
    assert thing(key).status == "pending"


def test_guidelines_are_numbered_and_can_be_pointed_at(cast: Cast) -> None:
    for language, title in (("en", "Be kind"), ("it", "Con gentilezza"), ("es", "Con amabilidad")):
        page = cast.visitor.browser.get(f"/{language}/guidelines")
        assert page.status_code == 200
        assert title in page.text
        assert 'id="g10"' in page.text


def test_what_the_pages_cost(cast: Cast, make_post: Make, make_story: Make) -> None:
    key = make_post()
    for name in ("bob", "nia", "visitor", "sam"):
        report(cast[name], key, words=name)
    assert decide(cast.mona, key, "silence", until=clock.today() + timedelta(days=2))
    for _ in range(3):
        make_story(cast.nia, attribution="anonymous")
        make_post(cast.nia)
    sealed = make_post(cast.bob, attribution="anonymous")
    report(cast.nia, sealed)
    edit(cast.nia, sealed, "Other words wait.")
    for claimed in (key, sealed):
        do(actions.claim, actor=cast.mona.viewer, case_id=case_of(claimed).id)
    worst = case_of(sealed).id
    case = case_of(key).id
    story = db.session.scalar(select(Case.id).order_by(Case.id.desc()).limit(1))
    budgets = {
        "/en/moderation": 12, f"/en/moderation/cases/{case}": 18, f"/en/moderation/cases/{story}": 18,
        f"/en/moderation/cases/{worst}": 18,
        f"/en/moderation/cases/{case_of(make_story(cast.nia, attribution='anonymous', country='GB')).id}": 18,
        "/en/moderation/log": 12,
    }  # fmt: skip
    for path, budget in budgets.items():
        cast.ada.browser.get(path)  # guidelines and canned replies are kept in memory until one of them changes
        with recorded() as statements:
            assert cast.ada.browser.get(path).status_code == 200
        assert len(statements) <= budget, (path, len(statements), *statements)
    with recorded() as statements:
        assert cast.alice.browser.get("/en/me/letters").status_code == 200
    assert len(statements) <= 12
    with recorded() as statements:
        assert cast.visitor.browser.get("/en/guidelines").status_code == 200
    assert len(statements) <= 4, statements
