"""Canned replies: the default set, what fits, writing and changing, putting one into a letter without script."""

from __future__ import annotations

from typing import Any

import yaml
from flask import Flask
from sqlalchemy import func, select

from forum.core.db import db
from forum.core.settings import LANGUAGES
from forum.moderation import canned, replies
from forum.moderation.guideline_models import Guideline, Reply, ReplyText
from forum.moderation.models import DECISIONS, LogEntry
from tests.cast import Cast
from tests.moderation.conftest import Make, case_of, do, report, rule
from tests.querylog import recorded

HIDE_DETAILS = "We have taken it out of sight so that nobody copies them."


def form(**more: str) -> dict[str, Any]:
    return {"decision": "hide", "guideline": "kindness", "title_en": "Mine", "text_en": "Say it once more.", **more}


def reply(key: str) -> Reply:
    db.session.rollback()
    return db.session.scalars(select(Reply).where(Reply.key == key)).one()


def test_the_default_set_is_whole_and_loaded_once(app: Flask) -> None:
    do(replies.load_defaults)
    before = db.session.scalar(select(func.count()).select_from(ReplyText))
    do(replies.load_defaults)
    assert db.session.scalar(select(func.count()).select_from(ReplyText)) == before
    content = yaml.safe_load(replies.CONTENT.read_text("utf-8"))
    keys = set(db.session.scalars(select(Guideline.key)))
    for entry in content["replies"]:
        assert entry["decision"] in DECISIONS, entry
        assert entry.get("guideline") in {None, *keys}, entry
    for language in LANGUAGES:
        assert set(content["texts"][language]) == {entry["key"] for entry in content["replies"]}
        assert all(one.language == language for one in canned.replies_in(language))
    restricts = {"ask_for_changes", "decline", "hide", "edit", "redact", "warn", "limit", "silence", "ban"}
    assert restricts <= {entry["decision"] for entry in content["replies"]}


def test_what_fits_comes_first(app: Flask) -> None:
    do(replies.load_defaults)
    found = canned.offered("hide", "private_details", "en", ("warn", "hide"))
    assert list(found) == ["hide", "warn"], "what is chosen first, and nothing that can't be decided"
    assert found["hide"][0].key == "hide_details"
    assert {one.decision for one in found["hide"]} == {"hide"}
    assert list(canned.offered("", None, "it", ("warn", "hide"))) == ["hide", "warn"], "in their own order"
    details = canned.reply_in("en", reply("hide_details").id)
    selling = canned.reply_in("en", reply("hide_selling").id)
    assert details
    assert selling
    assert canned.reply_in("en", 10**6) is None
    words = canned.with_reply("Dear Alice,", details, "en")
    assert words.startswith("Dear Alice,\n\nIt shows details")
    assert canned.with_reply(words, details, "en") == words
    assert canned.with_reply(words, selling, "en").startswith("Dear Alice,\n\nIt sells something")
    # A guideline's words that came with its choice give way; a moderator's own stay.
    assert canned.with_reply("The rule.", details, "en", brought=["The rule."]) == details.text
    rows = canned.replies_in("it")
    assert [one.key for one in canned.with_words(rows, "PERSONA malattia", lambda _one: "")] == ["decline_others"]
    assert len(canned.with_words(rows, "nascosto", lambda one: "nascosto" if one.decision == "hide" else "")) == 7
    assert canned.with_words(rows, "x" * 300, lambda _one: "") == []


def test_moderators_write_change_and_retire_them(cast: Cast) -> None:
    do(replies.load_defaults)
    mona, path = cast.mona.browser, "/en/moderation/replies"
    for name, status in (("visitor", 303), ("alice", 403), ("cora", 403)):
        assert cast[name].browser.get(path).status_code == status
        assert cast[name].browser.post(path, data=form()).status_code == status
    assert mona.get(f"{path}/new").status_code == 200
    for bad, sentence in (
        ({"text_en": ""}, "or neither"),
        ({"decision": "burn"}, "from the lists"),
        ({"guideline": "unknown"}, "from the lists"),
        ({"text_en": "x" * 5001}, "too long"),
    ):
        answer = mona.post(path, data=form(title_it="Una parola", text_it="Parole mie.") | bad)
        assert answer.status_code == 422
        assert sentence in answer.text
        assert "Parole mie." in answer.text, "nobody loses a word"
    empty = mona.post(path, data=form(title_en="", text_en=""))
    assert (empty.status_code, "in one language at least" in empty.text) == (422, True)
    assert mona.post(path, data=form(text_en="Say it\x00 once \u202emore.")).headers["Location"] == path
    made = db.session.scalars(select(Reply).order_by(Reply.id.desc())).first()
    assert made is not None
    here = f"{path}/{made.id}"
    assert "Say it once more." in mona.get(here).text
    assert mona.post(here, data=form(text_en="Twice.", title_it="Mia", text_it="Due volte.")).status_code == 303
    assert mona.post(here, data=form(title_en="", text_en="", title_it="Mia", text_it="Due volte.")).status_code == 303
    db.session.rollback()
    assert db.session.scalars(select(ReplyText.language).where(ReplyText.reply_id == made.id)).all() == ["it"]
    assert f'href="{here}" lang="it">Mia</a>' in mona.get(path).text, "shown in the language it has"
    assert "Due volte." in mona.get(f"{path}?q=DUE").text
    nothing = mona.get(f"{path}?q=%00<b>%E2%80%AEduex")
    assert nothing.status_code == 200
    assert "Due volte." not in nothing.text
    assert "<b>" not in nothing.text
    assert mona.post(here, data=form(decision="burn", text_en="Kept words.")).status_code == 422
    for _twice in range(2):
        assert mona.post(f"{here}/retirement").headers["Location"] == path
    assert "Due volte." not in mona.get(f"{path}?q=due").text
    assert "Due volte." in mona.get(f"{path}?retired=1&q=due").text
    assert mona.post(f"{here}/return").status_code == 303
    for wrong in (f"{path}/99999", f"{path}/{2**31}"):
        assert mona.get(wrong).status_code == 404
        assert mona.post(wrong, data=form()).status_code in (404, 405)
    assert mona.post(f"{path}/99999/retirement").status_code == 404
    db.session.rollback()
    acts = db.session.scalars(select(LogEntry.act).where(LogEntry.object_kind == "reply").order_by(LogEntry.id)).all()
    assert acts == ["reply_made", "reply_changed", "reply_changed", "reply_retired", "reply_returned"]
    assert "canned reply retired" in mona.get("/en/moderation/log").text
    with recorded() as seen:
        assert mona.get(path).status_code == 200
    assert len(seen) <= 12, seen


def test_one_is_put_into_the_letter_without_script(cast: Cast, make_post: Make) -> None:
    do(replies.load_defaults)
    key = make_post()
    report(cast.bob, key)
    case = case_of(key)
    path = f"/en/moderation/cases/{case.id}"
    assert "Begin the letter with a canned reply" in cast.mona.browser.get(path).text
    sent = {
        "version": str(case.version), "decision": "hide", "guideline": str(rule(3)), "letter": "My own words.",
        "reply": str(reply("hide_details").id),
    }  # fmt: skip
    page = cast.mona.browser.post(f"{path}/letter", data=sent)
    assert page.status_code == 200
    assert HIDE_DETAILS in page.text
    assert "My own words." in page.text
    alone = cast.mona.browser.post(f"{path}/letter", data={"version": sent["version"], "reply": sent["reply"]})
    for begun in ('value="hide" checked', f'<option value="{rule(3)}" selected'):
        assert begun in alone.text, "with it come its decision and its guideline"
    unknown = cast.mona.browser.post(f"{path}/letter", data=sent | {"reply": "x"})
    assert "My own words." in unknown.text
