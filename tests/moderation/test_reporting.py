"""Reports of members, legal notices, private details held at once, voices and their weight, what reporters read."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from forum.accounts.models import Member
from forum.accounts.viewer import VISITOR
from forum.contributions import actions as contributions
from forum.contributions.models import Contribution
from forum.core import clock, limits
from forum.core.db import db
from forum.core.partial_date import PartialDate
from forum.core.unit_of_work import write
from forum.moderation import actions, outcomes, receipts, reporting, voices
from forum.moderation.models import (
    DECISIONS,
    OPENED_FOR,
    REASONS,
    Case,
    Decision,
    LegalNotice,
    Letter,
    LogEntry,
    Report,
    Signal,
)
from forum.moderation.report_policy import can_report_member
from forum.stories.models import StoryUpdate
from tests.cast import Cast, Person
from tests.mails import mails
from tests.moderation.conftest import Make, case_of, decide, do, fresh, report, thing
from tests.querylog import recorded

LEGAL = {
    "reason": "illegal", "grounds": "It names my sister as a thief.", "notifier": "Bea Bianchi",
    "email": "Bea@Example.org", "good_faith": "y",
}  # fmt: skip
PHONE = "Call her on +39 333 123 4567 whenever you like."


def send(person: Person, place: str = "198.51.100.7", **fields: Any) -> Any:
    return person.browser.post(
        "/en/report", data={"reason": "hurtful", "words": "", **fields}, environ_base={"REMOTE_ADDR": place}
    )


def rows(model: type[Any]) -> list[Any]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(model).order_by(model.id)))


def open_page(key: int, about: str = "I knit with stiff hands.") -> None:
    with write():
        db.session.execute(update(Member).where(Member.id == key).values(is_page_public=True, about=about))


# ---- a member's page


def test_a_member_is_reported_from_her_page(cast: Cast) -> None:
    assert cast.visitor.browser.get(f"/en/report?member={cast.alice.id}").status_code == 404  # nothing of hers is shown
    open_page(cast.alice.id)
    page = cast.visitor.browser.get(f"/en/members/{cast.alice.id}")
    assert f"/en/report?member={cast.alice.id}" in page.text
    form = cast.visitor.browser.get(f"/en/report?member={cast.alice.id}")
    assert form.status_code == 200
    assert "Set-Cookie" not in form.headers
    assert f"/en/members/{cast.alice.id}" in form.text
    assert send(cast.bob, member=cast.alice.id, words="She writes to everybody.").status_code == 303
    assert send(cast.visitor, member=cast.alice.id, reason="spam").status_code == 303
    first, second = rows(Report)
    (case,) = rows(Case)
    assert (case.member_id, case.contribution_id, case.opened_for) == (cast.alice.id, None, "report")
    assert (first.case_id, second.case_id, first.member_id) == (case.id, case.id, cast.alice.id)
    assert (first.snapshot_title, first.snapshot) == ("Alice", "I knit with stiff hands.")
    assert first.address == f"/en/members/{cast.alice.id}"
    receipt = cast.bob.browser.get(f"/en/report/{receipts.token_of(first)}")
    assert "We have your report" in receipt.text


def test_who_reports_whom(cast: Cast) -> None:
    open_page(cast.alice.id)
    assert not can_report_member(cast.alice.viewer, cast.alice.id)
    for name in ("visitor", "bob", "nia", "sam", "mona"):
        assert can_report_member(cast[name].viewer, cast.alice.id)
    assert cast.alice.browser.get(f"/en/report?member={cast.alice.id}").status_code == 403
    assert "Report this member" not in cast.alice.browser.get(f"/en/members/{cast.alice.id}").text
    assert send(cast.alice, member=cast.alice.id).status_code == 403
    for key in ("0", "999", "-1", str(2**31), "x", "\x00", "١", str(cast.nia.id)):  # Nia has no page
        assert cast.bob.browser.get("/en/report", query_string={"member": key}).status_code == 404
        assert send(cast.bob, member=key).status_code == 404
    assert rows(Report) == []


def test_what_is_gone_meanwhile_is_said_and_longer_words_are_kept(cast: Cast, make_post: Make) -> None:
    key = make_post()
    with write():
        contributions.hide(db.session.get_one(Contribution, key))
    words = "What I wrote about it took me the better part of an evening."
    answer = send(cast.bob, contribution=key, words=words)
    assert answer.status_code == 404
    assert "nothing left to report" in answer.text
    assert words in answer.text
    assert rows(Report) == []


# ---- a notice of something illegal


def test_a_legal_notice_is_confirmed_and_answered(cast: Cast, make_post: Make) -> None:
    key = make_post()
    answer = send(cast.visitor, contribution=key, **LEGAL)
    assert answer.status_code == 303
    (notice,) = rows(LegalNotice)
    assert (notice.grounds, notice.name, notice.email, notice.is_in_good_faith) == (
        "It names my sister as a thief.", "Bea Bianchi", "bea@example.org", True,
    )  # fmt: skip
    (confirmed,) = mails()
    assert (confirmed.to, confirmed.subject) == ("bea@example.org", "We have your legal notice")
    assert f"/en/posts/{key}" in confirmed.text
    assert answer.headers["Location"] in confirmed.text
    assert decide(cast.mona, key, "hide")
    told = [one for one in mails() if one.to == "bea@example.org"]
    assert len(told) == 2
    decided = next(one for one in told if one.subject == "What became of your report")
    assert "took it out of sight" in decided.text
    assert "or to a court" in decided.text
    page = cast.visitor.browser.get(answer.headers["Location"]).text
    assert "or to a court" in page
    case = cast.ada.browser.get(f"/en/moderation/cases/{case_of(key).id}").text
    assert "Bea Bianchi" in case
    assert "It names my sister as a thief." in case


def test_a_legal_notice_needs_what_the_law_asks(cast: Cast, make_post: Make) -> None:
    key = make_post()
    for missing, says in (
        ("grounds", "Say why it is against the law"),
        ("notifier", "needs a name"),
        ("email", "Write an email address"),
        ("good_faith", "Tick this if it is so"),
    ):
        fields = {**LEGAL, missing: ""}
        answer = send(cast.visitor, contribution=key, **fields)
        assert answer.status_code == 422
        assert says in answer.text
        for name in {"grounds", "notifier", "email"} - {missing}:
            assert fields[name].casefold() in answer.text.casefold()
    assert rows(Report) == []


def test_about_children_no_name_is_asked_and_other_reasons_keep_no_notice(cast: Cast, make_post: Make) -> None:
    key = make_post()
    nameless = {**LEGAL, "notifier": "", "email": "", "is_of_children": "y"}
    assert send(cast.visitor, contribution=key, **nameless).status_code == 303
    (notice,) = rows(LegalNotice)
    assert (notice.name, notice.email) == ("", "")
    assert case_of(key).urgency == OPENED_FOR.index("private_details")
    assert send(cast.bob, contribution=key, **{**LEGAL, "reason": "spam", "email": "no address"}).status_code == 303
    assert len(rows(LegalNotice)) == 1
    assert mails() == []
    # A legal notice is never joined to what the same member said before; twice the same press is one.
    for _press in range(2):
        assert send(cast.bob, contribution=key, **LEGAL).status_code == 303
    assert [row.reason for row in rows(Report) if row.reporter_id == cast.bob.id] == ["spam", "illegal"]
    assert len(rows(LegalNotice)) == 2


# ---- private details


def test_private_details_that_our_check_confirms_are_held_at_once(cast: Cast, make_post: Make) -> None:
    key = make_post(source=PHONE)
    answer = send(cast.visitor, contribution=key, reason="private_details")
    assert thing(key).status == "hidden"
    assert cast.visitor.browser.get(f"/en/posts/{key}", follow_redirects=True).text.count("333 123") == 0
    assert "out of sight until a moderator has read it" in cast.visitor.browser.get(answer.headers["Location"]).text
    (decision,) = rows(Decision)
    assert (decision.decision, decision.is_automatic, decision.moderator_id) == ("hide", True, None)
    (signal,) = rows(Signal)
    assert (signal.signal, signal.is_hold, signal.data) == ("private_details", True, {"found": ["phone"]})
    (letter,) = rows(Letter)
    assert "This looks like a phone number." in letter.text
    assert letter.text.count("Here is why.") == 1, "the reason is announced once"
    assert "333" not in letter.text
    assert "333" not in str([entry.data for entry in rows(LogEntry)])
    assert rows(Report)[0].is_confirmed
    assert case_of(key).opened_for == "private_details"
    assert (
        "Our own check found private details" in cast.mona.browser.get(f"/en/moderation/cases/{case_of(key).id}").text
    )
    # A moderator brings it back, and the same words are not taken away by the next who points at them.
    assert decide(cast.mona, key, "restore")
    assert "left it on the site" in cast.visitor.browser.get(answer.headers["Location"]).text
    report(cast.bob, key, "private_details")
    assert thing(key).status == "published"
    assert case_of(key).opened_for == "private_details"


def test_no_number_of_reports_hides_anything(cast: Cast, make_post: Make) -> None:
    key = make_post(source="My doctor at the clinic in Pisa was born in 1960. 300 mg, 2009-05-14.")
    for turn, reason in enumerate((*REASONS, *REASONS)):
        fields = LEGAL if reason == "illegal" else {"reason": reason}
        answer = send(cast.visitor, f"203.0.113.{turn}", contribution=key, words=f"Turn {turn}.", **fields)
        assert answer.status_code == 303
    assert thing(key).status == "published"
    assert not rows(Signal)
    assert not any(row.is_confirmed for row in rows(Report))


# ---- voices


def test_one_persons_many_reports_are_one_voice() -> None:
    counted = voices.of_each(
        [(7, "a", 1), (7, "b", 2), (None, "a", 3), (None, "c", 4), (None, "c", 5), (None, None, 6)]
    )
    assert counted == Counter({"member 7": 3, "source c": 2, "report 6": 1})
    assert voices.few_among(Counter({"a": 5, "b": 4, "c": 1, "d": 1})) == voices.Few(2, 9, 11)
    assert voices.few_among(Counter({"a": 6, "b": 1, "c": 1})) == voices.Few(1, 6, 8)
    assert voices.few_among(Counter({"a": 2, "b": 2})) is None  # too few to say anything
    assert voices.few_among(Counter(dict.fromkeys("abcd", 2))) is None
    assert voices.few_among(Counter(dict.fromkeys("abcdef", 1))) is None


def test_the_case_says_from_how_many_readers_it_comes(cast: Cast, make_post: Make) -> None:
    keys = [make_post() for _turn in range(3)]
    for key in keys:
        for words in ("One.", "Two.", "Three."):
            assert send(cast.visitor, contribution=key, words=words).status_code == 303
    send(cast.bob, "203.0.113.9", contribution=keys[0])
    address = f"/en/moderation/cases/{case_of(keys[0]).id}"
    page = re.sub(r"\s+", " ", cast.mona.browser.get(address).text)
    assert "4 reports from 2 readers" in page
    assert "One reader filed most of the reports on this member (9 of 10)." in page
    assert "3 reports from one reader" in cast.mona.browser.get(f"/en/moderation/cases/{case_of(keys[1]).id}").text
    assert "198.51.100.7" not in str([row.source for row in rows(Report)])
    # Of what is sealed only what was said of the thing itself counts: nothing links it to the member.
    sealed = make_post(attribution="anonymous")
    send(cast.bob, "203.0.113.9", contribution=sealed)
    assert "reports on this member" not in cast.mona.browser.get(f"/en/moderation/cases/{case_of(sealed).id}").text
    with write():
        spoken = voices.voices(case_of(sealed), [one for one in rows(Report) if one.contribution_id == sealed])
    assert (spoken.reports, spoken.few) == (1, None)


def test_reports_made_to_hurt_weigh_less_and_hide_nothing(cast: Cast, make_post: Make) -> None:
    key = make_post()
    report(cast.bob, key, "hurtful", "She is a liar.")
    report(cast.nia, key, "worried", "Is she all right?")
    assert decide(cast.mona, key, "made_to_hurt")
    assert [row.is_made_to_hurt for row in rows(Report)] == [True, False]
    assert thing(key).status == "published"
    assert rows(Letter) == []
    for row in rows(Report):
        page = cast.bob.browser.get(f"/en/report/{receipts.token_of(row)}").text
        assert "goes against the guidelines. It stays." in page
        assert "hurt" not in page.replace("It is hurtful", "")
    light, usual, worried = make_post(), make_post(), make_post()
    report(cast.bob, light, "spam")
    report(cast.cora, usual, "spam")
    report(cast.bob, worried, "worried")
    assert [case_of(one).urgency for one in (light, usual, worried)] == [
        OPENED_FOR.index("review"), OPENED_FOR.index("report"), OPENED_FOR.index("care"),
    ]  # fmt: skip
    assert case_of(light).opened_for == "report"
    assert case_of(light).due_at > case_of(usual).due_at
    edited = make_post(review_first=True)  # what waits to be read doesn't swallow a report that weighs little
    assert decide(cast.mona, edited, "approve")
    with write():
        post = db.session.get_one(Contribution, edited)
        contributions.add_revision(post, source="Changed.")
        actions.open_case(post, "review")
    report(cast.bob, edited, "spam", "Weighs little.")
    assert (case_of(edited).opened_for, case_of(edited).urgency) == ("report", OPENED_FOR.index("review"))
    assert "Weighs little." in cast.mona.browser.get(f"/en/moderation/cases/{case_of(edited).id}").text
    report(cast.cora, light, "spam")  # another voice: it waits no longer than any other
    assert case_of(light).urgency == OPENED_FOR.index("report")


def test_weights() -> None:
    assert voices.weight(0, 0) == voices.weight(0, 9) == 1
    assert 0 < voices.weight(1, 0) < voices.LIGHT <= voices.weight(1, 1)
    for reason in REASONS:
        is_weakened = voices.urgency(reason, 0.1) > voices.urgency(reason)
        assert is_weakened is (reason not in ("worried", "private_details"))


def test_a_visitors_weight_is_her_places_and_is_forgotten(cast: Cast, make_post: Make) -> None:
    key = make_post()
    source = limits.source_of("198.51.100.7")
    send(cast.visitor, contribution=key)
    assert decide(cast.mona, key, "made_to_hurt")
    assert voices.weight_of(None, source) < voices.LIGHT
    assert voices.weight_of(None, limits.source_of("198.51.100.8")) == 1
    assert limits.source_of("2001:db8::1") == limits.source_of("2001:db8::ffff") != limits.source_of("2001:db8:0:1::1")
    send(cast.visitor, contribution=make_post(), **LEGAL)
    with write():
        long_ago = clock.now() - timedelta(days=40)
        db.session.execute(update(Report).values(made_at=long_ago))
        db.session.execute(update(Case).where(Case.contribution_id == key).values(closed_at=clock.now()))
    do(reporting.forget_sources)
    assert [row.source for row in rows(Report)] == [None, None]
    assert len(rows(LegalNotice)) == 1
    with write():
        db.session.execute(update(Case).values(closed_at=clock.now() - timedelta(days=366)))
    do(reporting.forget_sources)
    assert rows(LegalNotice) == []


# ---- what reporters read


def test_who_is_worried_after_another_word_is_worried(cast: Cast, make_post: Make) -> None:
    key = make_post()
    report(cast.bob, key, "spam", "It sells.")
    token = report(cast.bob, key, "worried", "No: she says goodbye.")
    (row,) = rows(Report)
    assert (row.reason, row.words) == ("worried", "It sells.\n\nNo: she says goodbye.")
    assert case_of(key).opened_for == "care"
    page = cast.bob.browser.get(f"/en/report/{token}?country=IT").text
    assert "If you are worried about somebody" in page
    assert "Who answers now" in page
    for address in ("/en/moderation", f"/en/moderation/cases/{case_of(key).id}"):
        assert "Somebody is worried about this person" in cast.mona.browser.get(address).text


def test_every_decision_has_its_sentence_for_who_reported() -> None:
    assert set(outcomes.OUTCOMES) == set(DECISIONS)
    assert str(outcomes.outcome("no_action", "hidden")) == str(outcomes.OUTCOMES["hide"])
    assert str(outcomes.outcome("no_action", None)) == str(outcomes.OUTCOMES["no_action"])


def test_her_own_reports_stand_in_one_place(cast: Cast, make_post: Make) -> None:
    first = make_post()
    tokens = [report(cast.bob, first, words="The first."), report(cast.nia, first, words="Nia's.")]
    assert decide(cast.mona, first, "hide")
    with recorded() as few:
        page = cast.bob.browser.get("/en/me/reports")
    assert page.status_code == 200
    assert f'href="/en/report/{tokens[0]}"' in page.text
    assert tokens[1] not in page.text
    assert "took it out of sight" in page.text
    for turn in range(receipts.PAGE):
        report(cast.bob, make_post(source=f"Post {turn}."), words=str(turn))
    with recorded() as many:
        page = cast.bob.browser.get("/en/me/reports")
    assert tokens[0] not in page.text
    older = re.search(r"\?before=\d+", page.text)
    assert older
    assert tokens[0] in cast.bob.browser.get(f"/en/me/reports{older[0]}").text
    assert len(few) == len(many) <= 12
    assert cast.visitor.browser.get("/en/me/reports").status_code == 303
    assert "reported nothing so far" in cast.cora.browser.get("/en/me/reports?before=x").text


def test_hidden_characters_and_huge_words_in_a_legal_notice(cast: Cast, make_post: Make) -> None:
    key = make_post()
    assert send(cast.visitor, contribution=key, **{**LEGAL, "grounds": "a\x00b\u202ec"}).status_code == 303
    assert rows(LegalNotice)[0].grounds == "abc"
    answer = send(cast.visitor, contribution=key, **{**LEGAL, "grounds": "é" * 4001, "notifier": "N" * 201})
    assert answer.status_code == 422
    assert "é" * 4001 in answer.text
    assert len(rows(Report)) == 1


def test_the_reported_never_learns_who_reported(cast: Cast, make_post: Make) -> None:
    open_page(cast.alice.id)
    key = make_post(source=PHONE)
    said = "Words that only Bob would choose."
    send(cast.bob, contribution=key, reason="private_details", words=said)
    send(cast.bob, member=cast.alice.id, words=said)
    assert decide(cast.mona, key, "restore")
    send(cast.visitor, contribution=key, words=said, **LEGAL)
    assert decide(cast.mona, key, "hide")
    hers = [one for one in mails() if one.to == "alice@example.org"]
    assert hers
    read = "\n".join(f"{one.subject}\n{one.text}" for one in hers)
    for rule in cast.alice.browser.application.url_map.iter_rules():
        is_open = "GET" in (rule.methods or ()) and not set(rule.arguments) - {"language"}
        if not is_open or rule.endpoint.startswith(("static", "demo.")):  # the demo's mailbox shows everybody's mails
            continue
        answer = cast.alice.browser.get(str(rule).replace("<any(en, it, es):language>", "en"), follow_redirects=True)
        read += answer.text if answer.mimetype.startswith(("text", "application/json")) else ""
    for path in (f"/en/posts/{key}", f"/en/contributions/{key}/review", f"/en/members/{cast.alice.id}"):
        read += cast.alice.browser.get(path, follow_redirects=True).text
    assert "/me/letters" in read
    for secret in (said, "Bea", "bea@example.org", "Bob"):
        place = read.find(secret)
        assert place < 0, read[max(0, place - 200) : place + 100]
    assert fresh(Contribution, key).status == "hidden"


def test_reports_of_a_member_are_answered_on_her_page_for_moderators(cast: Cast) -> None:
    open_page(cast.alice.id)
    address = send(cast.visitor, member=cast.alice.id, words="She is a fraud.").headers["Location"]
    send(cast.visitor, member=cast.alice.id, words="A fraud, I say.")
    desk = f"/en/moderation/members/{cast.alice.id}"
    page = cast.mona.browser.get(desk).text
    assert "2 reports from one reader" in page
    assert "I knit with stiff hands." in page
    assert "made to hurt" in page
    (case,) = rows(Case)
    answer = cast.mona.browser.post(f"{desk}/decisions", data={"decision": "made_to_hurt", "version": case.version})
    assert answer.status_code == 303
    assert [row.is_made_to_hurt for row in rows(Report)] == [True, True]
    assert rows(Case)[0].closed_at is not None
    assert "goes against the guidelines" in cast.visitor.browser.get(address).text
    assert rows(Letter) == []


def test_every_kind_leads_to_a_report_away_from_thank_you(cast: Cast, make_post: Make, make_story: Make) -> None:
    post, story = make_post(), make_story()
    assert decide(cast.mona, story, "approve")
    with write():
        chapter = StoryUpdate(
            story_id=story, part="chapter", dated=PartialDate("2026"), language="en", created_at=clock.now(),
            status="sent", audience="everyone",
        )  # fmt: skip
        contributions.set_words(chapter, title="Later", source="The lid came off.")
        contributions.sign(chapter, cast.alice.id, "member")
        contributions.publish(chapter, contributions.add_revision(chapter))
        chapter_id = chapter.id
    for path, keys in ((f"/en/posts/{post}", [post]), (f"/en/stories/{story}", [story, chapter_id])):
        for name in ("visitor", "bob"):
            page = cast[name].browser.get(path, follow_redirects=True).text
            for key in keys:
                assert page.count(f'/en/report?contribution={key}"') == 1, (path, name)
                before = page[: page.index(f'/en/report?contribution={key}"')]
                assert before.rindex("<details") > before.rfind("/reactions")
                assert cast[name].browser.get(f"/en/report?contribution={key}").status_code == 200
        own = cast.alice.browser.get(path, follow_redirects=True).text
        assert "/en/report?contribution=" not in own


def test_a_crowd_hides_neither_it_nor_each_other(cast: Cast, make_post: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Very many reports: nothing is taken out of sight, and those that matter most stand on the page at once."""
    monkeypatch.setattr(voices, "NEWEST", 100)
    key = make_post()
    legal = send(cast.visitor, contribution=key, **LEGAL, words="").headers["Location"]
    report(cast.nia, key, "worried", "Is she all right?")
    with write():
        contribution = db.session.get_one(Contribution, key)
        for number in range(150):
            said = reporting.Said("hurtful", f"Bad, says {number}.", f"/en/posts/{key}", "en", source=f"place {number}")
            reporting.report_contribution(reporter=VISITOR, contribution=contribution, said=said)
    assert thing(key).status == "published"
    assert (case_of(key).opened_for, len(rows(Case))) == ("care", 1)
    address = f"/en/moderation/cases/{case_of(key).id}"
    page = cast.mona.browser.get(address).text
    assert page.count('class="letter-words"') <= voices.AT_ONCE + 3
    assert "152 reports" in page
    for words in ("Is she all right?", LEGAL["grounds"], "bea@example.org", "Bad, says 149."):
        assert words in page, words
    assert "Bad, says 0." not in page
    assert "Bad, says 0." in cast.mona.browser.get(f"{address}?reports=all").text
    # What is left of all that when the thing is erased: the receipts, and nobody's words.
    with write():
        contributions.erase(db.session.get_one(Contribution, key))
    assert {(row.words, row.snapshot, row.snapshot_title) for row in rows(Report)} == {("", "", "")}
    assert cast.visitor.browser.get(legal).status_code == 200
    assert "Bad, says" not in cast.mona.browser.get(f"{address}?reports=all").text
