"""Importing: what good lines become, repeating, changing, dry runs, being killed."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.archive import publishing, queries
from forum.archive.models import Archive, ArchiveLine
from forum.contributions import actions as contributions
from forum.contributions import ledger
from forum.contributions.models import Consent, Contribution, Revision
from forum.core import tokens
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.moderation.models import Case
from forum.search.models import SearchDocument
from forum.stories.models import OldAddress, Provenance, Story, StoryUpdate
from forum.topics import queries as topics
from tests.archive.conftest import MakeFile, outcomes, row, take
from tests.cast import Cast
from tests.services import nursery, shared

SHEETS = 500


def the_story(key: str) -> Story:
    story = db.session.scalar(
        select(Story).join(Provenance, Provenance.story_id == Story.id).where(Provenance.archive_key == key)
    )
    assert story is not None
    return story


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def publish_all() -> None:
    archive_id = db.session.scalar(select(Archive.id))
    db.session.rollback()
    for _ in range(50):
        with write():
            if not publishing.publish_some(archive_id):
                return
    raise AssertionError("It never ends.")


FULL = row(
    "rosa",
    language="it",
    byline="Rosa M.",
    teaser="Le mani a marzo.",
    condition_words="CREST",
    relation="patient",
    country="Italia",
    region="Parma",
    topics="Raynaud’s DISEASE; Fenómeno de Raynaud; calcinosis; warm stones",
    treatments="a spoonful of patience",
    first_symptoms="1998",
    diagnosed="2001-05",
    content_notes="surgery",
    date="2004-03-14",
    address="http://Old.example.org/Storie/ros%61.html?b=2&a=1",
    contact="rosa@example.org",
    consent="site, translation",
)


@pytest.mark.parametrize("name", ["old.jsonl", "old.csv"])
def test_a_line_becomes_a_story_that_waits(app: Flask, make_file: MakeFile, name: str) -> None:
    told = take(make_file([FULL], name))
    assert outcomes(told) == ["imported"]
    assert "no topic is called “warm stones”" in told[0].note
    assert "--attest" in told[0].note
    story = the_story("rosa")
    db.session.refresh(story, ["topics"])
    assert (story.status, story.attribution, story.byline, story.author_id) == ("pending", "pseudonym", "Rosa M.", None)
    assert (story.language, story.country, story.region, story.relation) == ("it", "IT", "Parma", "patient")
    assert (str(story.first_symptoms), str(story.diagnosed), story.notes) == ("1998", "2001-05", ("surgery",))
    assert (story.other_words, story.other_treatments) == ("warm stones", "a spoonful of patience")
    assert set(topics.find("calcinosis", "en")) <= {topic.id for topic in story.topics}
    assert "<p>It was winter, rosa.</p>" in story.html
    came = db.session.scalars(select(Provenance)).one()
    assert (came.how, came.archive, str(came.told_on)) == ("import", "Old pages", "2004-03-14")
    assert came.contact != "rosa@example.org"
    assert tokens.open_text(came.contact) == "rosa@example.org"
    assert db.session.scalars(select(OldAddress.path)).one() == "/Storie/rosa.html?a=1&b=2"
    case = db.session.scalars(select(Case)).one()
    assert (case.opened_for, case.contribution_id, case.closed_at) == ("import", story.id, None)
    assert ledger.allowed(story.id) == set()
    assert count(SearchDocument) == (db.session.scalar(select(func.count()).where(SearchDocument.kind != "story")) or 0)


def test_without_a_byline_a_story_has_no_name(app: Flask, make_file: MakeFile) -> None:
    take(make_file([row("a")]))
    assert (the_story("a").attribution, the_story("a").byline) == ("anonymous", None)


def test_html_becomes_markdown_and_nothing_else_of_it_stays(app: Flask, make_file: MakeFile) -> None:
    page = (
        "<h2>Winter</h2><p>It was <b>cold</b>, 5 * 3 _degrees_.</p><script>alert(1)</script><style>p {}</style>"
        "<p onclick='x()'>Then <a href='javascript:alert(1)'>spring</a><img src=x onerror=alert(1)></p>"
        "<ul><li>one</li></ul>"
    )
    take(make_file([{**row("a"), "text": None, "html": page}]))
    made = str(the_story("a").html)
    assert "<strong>cold</strong>" in made
    assert "5 * 3 _degrees_" in made
    assert "<li>one</li>" in made
    for bad in ("alert", "script", "onclick", "<img", "p {}"):
        assert bad not in made


def test_updates_and_translations_hang_on_their_story_wherever_they_stand_in_the_file(
    app: Flask, make_file: MakeFile
) -> None:
    rows = [
        row("later", update_of="rosa", dated="2009", language="", title="Five years on"),
        row("rosa-en", translation_of="rosa", translator="Bea", title="March"),
        row("rosa", language="it", byline="Rosa M."),
    ]
    assert outcomes(take(make_file(rows))) == ["imported"] * 3
    story = the_story("rosa")
    chapter = db.session.scalars(select(StoryUpdate)).one()
    assert (chapter.story_id, chapter.language, chapter.byline, str(chapter.dated)) == (
        story.id,
        "it",
        "Rosa M.",
        "2009",
    )
    translation = the_story("rosa-en")
    assert (translation.translation_of_id, translation.translator, translation.language) == (story.id, "Bea", "en")
    assert count(Case) == 3


def test_again_changes_nothing_and_a_changed_line_is_brought_up_to_date(app: Flask, make_file: MakeFile) -> None:
    rows = [FULL, row("b", address="/b.html"), row("late", update_of="b", dated="2010")]
    take(make_file(rows))
    before = [count(table) for table in (Contribution, Revision, Case, ArchiveLine, OldAddress)]
    assert outcomes(take(make_file(rows))) == ["unchanged"] * 3
    rows[1] = row("b", text="It was spring.", title="Spring", address="/b2.html", byline="Bea", topics="calcinosis")
    rows[2] = row("late", update_of="b", dated="2011", text="Later still.")
    assert outcomes(take(make_file(rows))) == ["unchanged", "updated", "updated"]
    assert [count(table) for table in (Contribution, Revision, Case, ArchiveLine, OldAddress)] == before
    story = the_story("b")
    assert (story.title, story.byline, "It was spring." in story.html) == ("Spring", "Bea", True)
    assert db.session.scalars(select(Revision.source).where(Revision.contribution_id == story.id)).one() == story.source
    assert db.session.scalars(select(OldAddress.path).where(OldAddress.story_id == story.id)).one() == "/b2.html"
    assert str(db.session.scalars(select(StoryUpdate)).one().dated) == "2011"
    assert outcomes(take(make_file(rows))) == ["unchanged"] * 3


def test_csv_and_json_lines_say_the_same(app: Flask, make_file: MakeFile) -> None:
    take(make_file([FULL], "a.csv"))
    assert outcomes(take(make_file([FULL], "a.jsonl"))) == ["unchanged"]


def test_what_its_author_took_back_never_comes_back(app: Flask, cast: Cast, make_file: MakeFile) -> None:
    rows = [row(key, consent="site") for key in ("published", "withdrawn", "erased", "thrown-away", "hers")]
    take(make_file(rows), attest="Ada: signed sheets")
    publish_all()
    keys = {one["key"]: the_story(one["key"]).id for one in rows}
    with write():
        contributions.withdraw(db.session.get_one(Story, keys["withdrawn"]))
        contributions.withdraw(db.session.get_one(Story, keys["erased"]))
        contributions.erase(db.session.get_one(Story, keys["erased"]))
        thrown = db.session.get_one(Story, keys["thrown-away"])
        thrown.shown_revision_id = None
        db.session.flush()
        db.session.delete(thrown)
        hers = db.session.get_one(Story, keys["hers"])
        contributions.sign(hers, cast.alice.id, "anonymous")
        hers.status = "pending"
    changed = [one | {"text": "Other words."} for one in rows]
    assert outcomes(take(make_file(changed), attest="Ada")) == ["left"] * 5
    assert db.session.scalar(select(func.count()).where(Contribution.source == "Other words.")) == 0
    assert db.session.get_one(Story, keys["withdrawn"]).status == "withdrawn"


def test_a_dry_run_says_the_same_and_changes_nothing(app: Flask, make_file: MakeFile) -> None:
    rows = [
        FULL,
        row("b", address="/b"),
        row("c", address="/b"),
        row("d", language="xx"),
        row("e", update_of="b", dated="2010"),
        row("f", translation_of="b", language="es"),
        row("g", translation_of="f"),
        row("h", update_of="nowhere", dated="2010"),
    ]
    path = make_file(rows)
    dry = take(path, is_dry=True)
    assert [count(table) for table in (Contribution, Archive, ArchiveLine, Case)] == [0, 0, 0, 0]
    assert take(path) == dry
    assert "imported" in outcomes(dry)
    assert "refused" in outcomes(dry)


def test_attested_consent_is_recorded_only_where_the_line_names_it(app: Flask, make_file: MakeFile) -> None:
    rows = [row("a", consent="site;translation:it"), row("b")]
    take(make_file(rows), attest="Ada: signed sheets of 2003")
    a, b = the_story("a"), the_story("b")
    assert ledger.allowed(a.id) == {("site", None), ("translation", "it")}
    assert ledger.allowed(b.id) == set()
    consent = db.session.scalars(select(Consent).where(Consent.use == "site")).one()
    assert (consent.given_how, consent.note) == ("attested", "Ada: signed sheets of 2003")
    publish_all()
    assert (the_story("a").status, the_story("b").status) == ("published", "pending")


def test_published_as_publishing_one_by_one_would(app: Flask, make_file: MakeFile) -> None:
    fields = {"consent": "site", "topics": "calcinosis", "date": "2004-03", "teaser": "Winter.", "language": "it"}
    rows = [row("a", **fields), row("b", **fields) | {"text": "It was winter, a.", "title": "Story a"}]
    rows.append(row("a2", update_of="a", dated="2009-02", consent="site", language=""))
    take(make_file(rows), attest="Ada")
    with write():
        one_by_one = the_story("b")
        contributions.publish(one_by_one)
    publish_all()
    bulk, one_by_one = the_story("a"), the_story("b")
    assert bulk.published_at is not None
    assert bulk.published_at.isoformat() == "2004-03-01T12:00:00+00:00"
    assert bulk.updated_at is not None
    assert bulk.updated_at.isoformat() == "2009-02-01T12:00:00+00:00"
    same = ("status", "html", "audience", "is_listed", "title", "teaser", "source")
    assert [getattr(bulk, name) for name in same] == [getattr(one_by_one, name) for name in same]
    shown = db.session.get_one(Revision, bulk.shown_revision_id)
    assert (shown.contribution_id, shown.shown_at is not None) == (bulk.id, True)
    documents = {
        one.object_id: one for one in db.session.scalars(select(SearchDocument).where(SearchDocument.kind == "story"))
    }
    same = ("title", "text", "terms", "title_terms", "synonym_terms", "audience", "language", "address")
    assert [getattr(documents[bulk.id], name) for name in same] == [
        getattr(documents[one_by_one.id], name) for name in same
    ]
    assert db.session.scalar(select(func.count()).where(Case.closed_at.is_(None), Case.contribution_id == bulk.id)) == 0


def test_an_administrator_vouches_for_an_archive(app: Flask, cast: Cast, make_file: MakeFile) -> None:
    take(make_file([row("a"), row("b", update_of="a", dated="2009"), row("c", translation_of="a", language="es")]))
    for actor, name, note, status in (
        (cast.visitor.viewer, "Old pages", "sheets", 401),
        (cast.cora.viewer, "Old pages", "sheets", 403),
        (cast.ada.viewer, "Nothing", "sheets", 404),
        (cast.ada.viewer, "Old pages", "  ", 422),
    ):
        with write():
            verdict = publishing.attest(actor=actor, name=name, note=note)
        assert (bool(verdict), verdict.status) == (False, status)
    with write():
        assert publishing.attest(actor=cast.ada.viewer, name="Old pages", note="Signed sheets")
    publish_all()
    assert {one.status for one in db.session.scalars(select(Contribution))} == {"published"}
    consents = db.session.scalars(select(Consent)).all()
    assert {(one.given_how, one.recorded_by, one.note) for one in consents} == {
        ("attested", cast.ada.id, "Signed sheets")
    }
    with write():
        assert publishing.attest(actor=cast.ada.viewer, name="Old pages", note="Again").status == 409
    listed = queries.archives()[0]
    assert (listed.waiting, listed.published, listed.gone) == (0, 3, 0)


def test_what_came_after_the_vouching_waits(app: Flask, cast: Cast, make_file: MakeFile) -> None:
    take(make_file([row("a")]))
    with write():
        publishing.attest(actor=cast.ada.viewer, name="Old pages", note="Signed sheets")
    take(make_file([row("a"), row("b")]))
    publish_all()
    assert (the_story("a").status, the_story("b").status) == ("published", "pending")


def test_killed_midway_and_repeated_it_is_complete_without_doubles(app: Flask, make_file: MakeFile) -> None:
    path = make_file([row(f"k{number}", text="Winter. " * 800) for number in range(SHEETS)])
    settings = app.extensions["settings"]
    words = ("archive", "import-stories", str(path), "--archive", "Old pages")
    process = nursery.serve(nursery.environment_of(settings), settings.data_dir, *words)

    def has_begun() -> bool:
        db.session.rollback()
        return count(Story) > 0

    shared.wait_until(has_begun, what="The import", directory=settings.data_dir)
    nursery.kill(process)
    db.session.rollback()
    left = count(Story)
    assert 0 < left < SHEETS
    told = take(path)
    assert outcomes(told).count("unchanged") == left
    assert count(Story) == count(ArchiveLine) == count(Provenance) == count(Case) == count(Revision) == SHEETS
    assert db.session.scalar(select(func.count(func.distinct(Provenance.archive_key)))) == SHEETS


def test_two_archives_may_use_the_same_keys(app: Flask, make_file: MakeFile) -> None:
    path = make_file([row("a")])
    assert outcomes(take(path)) == ["imported"]
    assert outcomes(take(path, archive="Another")) == ["imported"]


def test_the_commands(app: Flask, cast: Cast, make_file: MakeFile, tmp_path: Path) -> None:
    path = make_file([row("a", consent="site", address="/a.html", mood="blue"), row("=b", language="xx")])
    runner = app.test_cli_runner()
    report = tmp_path / "report.csv"
    dry = runner.invoke(args=["archive", "import-stories", str(path), "--archive", "Old", "--dry-run"])
    assert dry.exit_code == 1
    assert "this was a dry run" in dry.output
    done = runner.invoke(args=["archive", "import-stories", str(path), "--archive", "Old", "--report", str(report)])
    assert done.exit_code == 1
    assert "Old: 1 imported, 1 refused." in done.output
    assert "Not read: mood" in done.output
    assert "line 2 (=b): refused: “xx” isn’t a language of this site" in done.output
    assert [line.split(",")[:3] for line in report.read_text("utf-8").splitlines()] == [
        ["line", "key", "outcome"], ["2", "'=b", "refused"], ["1", "a", "imported"],
    ]  # fmt: skip
    nobody = runner.invoke(args=["archive", "attest", "Old", "--by", "nobody@example.org", "--note", "x"])
    assert nobody.exit_code == 2
    mere = runner.invoke(args=["archive", "attest", "Old", "--by", "cora@example.org", "--note", "x"])
    assert mere.exit_code == 1
    attested = runner.invoke(args=["archive", "attest", "Old", "--by", "ada@example.org", "--note", "Sheets"])
    assert attested.exit_code == 0, attested.output
    publish_all()
    listed = runner.invoke(args=["archive", "addresses"])
    assert listed.output.splitlines() == ["old,new", f"/a.html,/en/stories/{the_story('a').id}"]
    again = runner.invoke(args=["archive", "import-stories", str(make_file([row("a")], "x.txt"))])
    assert again.exit_code == 2
    assert "--format" in again.output
