"""Someone can write it for you: what a curator writes down, reads back, records and sends."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from forum.contributions import ledger
from forum.contributions.models import Consent, Contribution, Seal
from forum.contributions.queries import owner_id
from forum.core import clock, tokens
from forum.core.db import db
from forum.core.partial_date import PartialDate
from forum.core.unit_of_work import write
from forum.moderation.models import Case, LogEntry
from forum.stories import told
from forum.stories.models import Provenance, Story
from tests.cast import Cast
from tests.stories.conftest import MakeStory

TELLING = {"how": "phone", "told_on": "2024-05", "byline": "Gordon", "contact": "07700 900 123", "language": "en"}
AGREED = {"read_back_on": "2024-05-17", "uses": ["site", "translation:it"], "how": "phone", "note": "He said yes."}
WORDS = {"title": "The letterboxes", "source": "I was a postman.", "language": "en", "attribution": "pseudonym",
         "byline": "Gordon"}  # fmt: skip


def anew() -> None:
    db.session.rollback()
    db.session.expire_all()


def begun(cast: Cast, **fields: str) -> int:
    answer = cast.cora.browser.post("/en/stories/told", data=TELLING | fields)
    assert answer.status_code == 303
    anew()
    key = db.session.scalars(select(Story.id).order_by(Story.id.desc())).first()
    assert answer.location == f"/en/stories/{key}/told"
    return key or 0


def written(cast: Cast) -> int:
    key = begun(cast)
    version = str(db.session.get_one(Story, key).version)
    kept = cast.cora.browser.post(f"/en/stories/{key}/draft", data=WORDS | {"version": version, "check": "1"})
    assert kept.status_code == 303
    assert cast.cora.browser.get(kept.location).location == f"/en/stories/{key}/told"
    anew()
    return key


def test_a_story_is_told_written_read_back_sent_and_published(cast: Cast) -> None:
    key = written(cast)
    story, came = db.session.get_one(Story, key), db.session.scalars(select(Provenance)).one()
    assert (story.status, story.title, story.attribution, story.byline) == (
        "draft",
        WORDS["title"],
        "pseudonym",
        "Gordon",
    )
    assert (came.how, str(came.told_on), came.entered_by) == ("phone", "2024-05", cast.cora.id)
    assert tokens.open_text(came.contact) == TELLING["contact"]
    assert owner_id(story) is None
    assert db.session.scalar(select(func.count()).select_from(Seal)) == 0
    early = cast.cora.browser.post(f"/en/stories/{key}/told/sending")
    assert early.status_code == 422
    assert "Read it back" in early.text
    assert cast.cora.browser.post(f"/en/stories/{key}/told/consents", data=AGREED).status_code == 303
    anew()
    assert ledger.allowed(key) == {("site", None), ("translation", "it")}
    consent = db.session.scalars(select(Consent).where(Consent.use == "site")).one()
    assert (consent.given_how, consent.recorded_by, consent.note) == ("phone", cast.cora.id, "He said yes.")
    for _ in range(2):  # the same press twice
        assert cast.cora.browser.post(f"/en/stories/{key}/told/sending").status_code == 303
    anew()
    case = db.session.scalars(select(Case)).one()
    assert (db.session.get_one(Story, key).status, case.opened_for) == ("pending", "review")
    decided = {"decision": "approve", "guideline": "", "letter": "", "version": str(case.version)}
    cast.mona.browser.post(f"/en/moderation/cases/{case.id}/decisions", data=decided)
    page = cast.visitor.browser.get(f"/en/stories/{key}")
    assert page.status_code == 200
    assert "Told by phone, written down by" in page.text
    assert "Gordon" in page.text
    assert "Cora" not in page.text
    assert TELLING["contact"] not in page.text


def test_without_consent_to_the_site_it_isnt_sent(cast: Cast) -> None:
    key = written(cast)
    cast.cora.browser.post(f"/en/stories/{key}/told/consents", data=AGREED | {"uses": ["print"]})
    answer = cast.cora.browser.post(f"/en/stories/{key}/told/sending")
    assert answer.status_code == 422
    assert "agrees to this site" in answer.text
    anew()
    assert db.session.get_one(Story, key).status == "draft"


@pytest.mark.parametrize(
    ("field", "value"),
    [("how", ""), ("how", "telepathy"), ("told_on", "someday"), ("told_on", "2999"), ("byline", "G" * 61),
     ("language", "xx"), ("contact", "c" * 501)],
)  # fmt: skip
def test_a_telling_that_cant_be_read_comes_back_whole(cast: Cast, field: str, value: str) -> None:
    page = cast.cora.browser.post("/en/stories/told", data=TELLING | {"byline": "Gordon of Leith", field: value})
    assert page.status_code == 422
    assert "Gordon of Leith" in page.text or field == "byline"
    assert db.session.scalar(select(func.count()).select_from(Contribution)) == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [("uses", []), ("uses", ["photo"]), ("uses", ["site", "everything"]), ("how", "attested"), ("note", " "),
     ("read_back_on", "2999"), ("read_back_on", "soon")],
)  # fmt: skip
def test_consent_that_cant_be_read_is_none(cast: Cast, field: str, value: object) -> None:
    key = begun(cast)
    page = cast.cora.browser.post(f"/en/stories/{key}/told/consents", data=AGREED | {field: value})
    assert page.status_code == 422
    anew()
    assert db.session.scalar(select(func.count()).select_from(Consent)) == 0


@pytest.mark.parametrize("name", ["visitor", "alice", "sam", "mona"])
def test_only_curators_write_down(cast: Cast, name: str) -> None:
    key, browser = begun(cast), cast[name].browser
    for path in ("/en/me/told", "/en/stories/told/new", f"/en/stories/{key}/told", f"/en/stories/{key}/edit"):
        assert browser.get(path).status_code in (303, 403, 404)
    for path in ("/en/stories/told", f"/en/stories/{key}/told/consents", f"/en/stories/{key}/told/sending"):
        assert browser.post(path, data=AGREED | TELLING).status_code in (303, 403)
    anew()
    assert db.session.scalar(select(func.count()).select_from(Consent)) == 0
    assert db.session.scalar(select(func.count()).select_from(Story)) == 1


def test_only_what_was_told_is_found_there(cast: Cast) -> None:
    with write():
        hers = Story(language="en", created_at=clock.now(), status="draft", author_id=cast.alice.id, topics=[])
        db.session.add(hers)
    for key in (hers.id, 999_999):
        assert cast.cora.browser.get(f"/en/stories/{key}/told").status_code == 404
        assert cast.cora.browser.post(f"/en/stories/{key}/told/consents", data=AGREED).status_code == 404
        assert cast.cora.browser.post(f"/en/stories/{key}/told/sending").status_code == 404


def test_an_imported_story_goes_to_be_read_when_its_consent_is_written_down(cast: Cast) -> None:
    with write():
        story = Story(language="en", created_at=clock.now(), status="pending", attribution="anonymous", topics=[])
        told.contributions.set_words(story, title="An old page", source="It was winter.")
        db.session.add(story)
        db.session.flush()
        db.session.add(Provenance(story_id=story.id, how="import", entered_at=clock.now(), archive="Old pages"))
        db.session.add(Case(contribution_id=story.id, opened_for="import", urgency=5, opened_at=clock.now()))
    assert "1 imported text waits" in cast.mona.browser.get("/en/moderation").text
    path = f"/en/stories/{story.id}/told/consents"
    assert cast.cora.browser.post(path, data=AGREED | {"uses": ["print"]}).status_code == 303
    anew()
    assert db.session.scalars(select(Case)).one().opened_for == "import"
    assert cast.cora.browser.post(path, data=AGREED | {"how": "letter"}).status_code == 303
    anew()
    assert db.session.scalars(select(Case)).one().opened_for == "review"
    assert db.session.scalar(select(func.count()).where(LogEntry.act == "record_consent")) == 2
    page = cast.mona.browser.get("/en/moderation").text
    assert "imported text" not in page
    assert "An old page" in page


def test_the_list_and_the_offer(cast: Cast) -> None:
    key = written(cast)
    assert f"/en/stories/{key}/told" in cast.cora.browser.get("/en/me/told").text
    assert "Would you like someone to write it for you?" in cast.visitor.browser.get("/en/stories/new").text


def test_curators_find_them_from_their_own_pages(cast: Cast) -> None:
    assert 'href="/en/me/told"' in cast.cora.browser.get("/en/me").text
    assert 'href="/en/me/told"' not in cast.alice.browser.get("/en/me").text


def test_of_an_imported_story_no_more_is_dated_than_is_known(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    first = clock.now().replace(year=2009, month=1, day=1)
    with write():
        db.session.get_one(Story, story_id).published_at = first
        row = Provenance(story_id=story_id, how="import", entered_at=clock.now(), archive="Old pages")
        row.told_on = PartialDate.parse("2009")
        db.session.add(row)
    for address in ("/en/stories", f"/en/stories/{story_id}"):
        page = cast.visitor.browser.get(address).text
        assert 'datetime="2009">2009</time>' in page, address
        assert "January 2009" not in page
    assert '"datePublished": "2009"' in cast.visitor.browser.get(f"/en/stories/{story_id}").text
