"""The first page, the search page, and the pages of words, as readers get them."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete

from forum import create_app
from forum.contributions import actions as contributions
from forum.contributions.models import Contribution
from forum.core import clock
from forum.core.db import db
from forum.core.public_state import set_has_examples
from forum.core.unit_of_work import write
from forum.discussions import actions as discussions
from forum.discussions import boards
from forum.discussions.models import Thread
from forum.search import actions as search
from forum.site import actions, queries
from forum.site.models import Page
from forum.site.words import FILTERS, PAGES
from forum.stories.models import Story
from tests.cast import Browser, Cast
from tests.querylog import recorded
from tests.search.conftest import Publish


def counted(browser: Browser, address: str) -> int:
    with recorded() as statements:
        assert browser.get(address).status_code == 200
    return len(statements)


def start(cast: Cast, title: str, source: str, *, audience: str = "everyone") -> int:
    """A board with one thread of Bob's; returns the thread's id."""
    slug = f"{audience}-board"
    with write():
        board = boards.make_board(actor=cast.ada.viewer, slug=slug, texts={"en": {"name": slug}}, audience=audience)[0]
        assert board is not None
        key = board.id
    with write():
        written = discussions.start_thread(actor=cast.bob.viewer, board_id=key, title=title, source=source)
    db.session.rollback()
    assert written.verdict
    return written.thread_id


@pytest.fixture
def defaults(app: Flask) -> None:
    """The pages an installation comes with."""
    with write():
        actions.load_defaults()
    db.session.rollback()


# Home


def test_home_is_readable_with_nothing_on_it(client: Browser) -> None:
    page = client.get("/en/")
    assert page.status_code == 200
    for address in ("/en/just-told", "/en/discussions", "/en/stories?relation=", "/en/help", "/en/stories/new"):
        assert f'href="{address}' in page.text


def test_home_shows_stories_and_threads_within_its_queries(publish: Publish, cast: Cast) -> None:
    for number in range(9):
        publish("Words", title=f"Story {number}", condition_words="CREST", country="IE")
    start(cast, "What do you tell a new dentist?", "My mouth opens to two fingers.")
    page = cast.visitor.browser.get("/en/").text
    assert page.count('class="feature-title"') == 1
    assert page.count('class="entry-title"') == queries.NEW_STORIES
    assert "What do you tell a new dentist?" in page
    assert counted(cast.visitor.browser, "/en/") <= 14
    assert counted(cast.bob.browser, "/en/") <= 14


def test_the_story_of_the_day_takes_turns_in_the_readers_language(publish: Publish, cast: Cast, app: Flask) -> None:
    english = {publish("Words", title=f"Story {number}") for number in range(3)}
    italian = publish("Parole", title="Una storia", language="it")
    today = clock.today()
    with app.test_request_context("/en/"):
        app.preprocess_request()
        seen = {queries.home_for(cast.visitor.viewer, today + timedelta(days=day)).feature for day in range(3)}
        assert {story.id for story in seen if story} == english
    with app.test_request_context("/it/"):
        app.preprocess_request()
        feature = queries.home_for(cast.visitor.viewer, today).feature
        assert feature is not None
        assert feature.id == italian
        db.session.rollback()


def test_home_never_shows_what_is_hidden_unlisted_or_for_members(publish: Publish, cast: Cast) -> None:
    hidden, _ = publish("Words", title="Hidden one"), publish("Words", title="Unlisted one", is_listed=False)
    publish("Words", title="Members one", audience="members")
    start(cast, "Members thread", "Only for us", audience="members")
    with write():
        contributions.hide(db.session.get_one(Story, hidden))
    db.session.rollback()
    page = cast.visitor.browser.get("/en/").text
    for title in ("Hidden one", "Unlisted one", "Members one", "Members thread"):
        assert title not in page
    assert "Members thread" in cast.bob.browser.get("/en/").text


# Search


def test_the_search_page_finds_marks_and_names(publish: Publish, cast: Cast) -> None:
    publish("It was plum jam.", title="The jar lid")
    thread = start(cast, "Jars and lids", "Which opener for a lid of jam?")
    page = cast.visitor.browser.get("/en/search?q=jam").text
    assert page.count("<mark>jam</mark>") == 2
    assert "The jar lid" in page
    assert "Jars and lids" in page
    assert "Alice" in page
    assert "Bob" in page
    assert "/en/posts/" in page
    assert thread


def test_the_search_page_stays_within_its_queries(publish: Publish, cast: Cast) -> None:
    for number in range(25):
        publish(f"Thimble {number}")
    start(cast, "A thimble", "Thimble thimble")
    assert counted(cast.visitor.browser, "/en/search?q=thimble") <= 8
    assert counted(cast.bob.browser, "/en/search?q=thimble&page=2") <= 12


def test_a_filter_keeps_the_question_and_a_page_keeps_both(publish: Publish, client: Browser) -> None:
    for number in range(25):
        publish(f"Thimble {number}")
    page = client.get("/en/search?q=thimble&kind=stories").text
    assert "kind=stories&amp;page=2" in page or "page=2" in page
    for kind in FILTERS:
        assert client.get(f"/en/search?q=thimble&kind={kind}").status_code == 200
    assert client.get("/en/search?q=thimble&kind=nonsense").status_code == 404


def test_a_sealed_author_is_never_found_or_named(publish: Publish, cast: Cast) -> None:
    publish("A lamp in the window", attribution="anonymous")
    for person in (cast.visitor, cast.bob, cast.mona):
        assert "Alice" not in person.browser.get("/en/search?q=lamp").text
        assert "A lamp" not in person.browser.get("/en/search?q=Alice").text


def test_what_is_withdrawn_is_gone_from_search_and_home_at_once(publish: Publish, client: Browser) -> None:
    key = publish("A particular wheelbarrow", title="Uphill with it")
    for address in ("/en/search?q=wheelbarrow", "/en/"):
        assert "Uphill with it" in client.get(address).text
    with write():
        contributions.withdraw(db.session.get_one(Story, key))
    db.session.rollback()
    for address in ("/en/search?q=wheelbarrow", "/en/"):
        assert "Uphill with it" not in client.get(address).text


def test_a_hidden_opening_post_gives_its_title_to_no_answer(cast: Cast) -> None:
    thread_id = start(cast, "A shocking title", "Words")
    with write():
        discussions.reply(actor=cast.alice.viewer, thread_id=thread_id, source="About a kettle")
    assert "shocking" in cast.visitor.browser.get("/en/search?q=kettle").text
    with write():
        opening = db.session.get_one(Thread, thread_id).opening_id
        contributions.hide(db.session.get_one(Contribution, opening))
    db.session.rollback()
    page = cast.visitor.browser.get("/en/search?q=kettle").text
    assert "kettle</mark>" in page
    assert "shocking" not in page


@pytest.mark.parametrize(
    "query",
    ["", "q=", "q=%00", "q=%22", "q=%F0%9F%A7%A3", "q=" + "x" * 5000, "q=%E2%80%AEjar", "q=%3Cscript%3E",
     "q=jar&page=0", "q=jar&page=-1", "q=jar&page=99999999999999999999", "q=jar&page=x", "q=%ff",
     "q=jar&kind=", "q=the"],
)  # fmt: skip
def test_any_question_is_answered(publish: Publish, client: Browser, query: str) -> None:
    publish("A jar")
    page = client.get(f"/en/search?{query}")
    assert page.status_code == 200
    assert "<script>" not in page.text


def test_nothing_found_offers_to_take_a_word_away(publish: Publish, client: Browser) -> None:
    publish("A jar")
    page = client.get("/en/search?q=jar+helicopter").text
    assert "/en/search?q=jar" in page
    assert "/en/search?q=helicopter" in page


# Pages of words


@pytest.mark.usefixtures("defaults")
@pytest.mark.parametrize("slug", PAGES)
@pytest.mark.parametrize("language", ["en", "it", "es"])
def test_pages_are_there_in_every_language(client: Browser, slug: str, language: str) -> None:
    page = client.get(f"/{language}/{slug}")
    assert page.status_code == 200
    assert "notice--note" not in page.text


@pytest.mark.usefixtures("defaults")
def test_a_page_in_another_language_says_so(client: Browser, app: Flask) -> None:

    with write():
        db.session.execute(delete(Page).where(Page.slug == "privacy", Page.language == "it"))
    page = client.get("/it/privacy")
    assert page.status_code == 200
    assert "notice--note" in page.text
    assert '<div class="words" lang="en">' in page.text


def test_a_page_nobody_wrote_is_not_there(client: Browser) -> None:
    assert client.get("/en/privacy").status_code == 404
    assert client.get("/en/just-told").status_code == 404


@pytest.mark.usefixtures("defaults")
def test_just_told_shows_three_gentle_stories(publish: Publish, client: Browser) -> None:
    for number in range(4):
        publish("Words", title=f"Gentle {number}")
    publish("Words", title="About a death", content_notes="loss")
    page = client.get("/en/just-told").text
    assert page.count('class="entry-title"') == queries.FIRST_STORIES
    assert "About a death" not in page
    assert counted(client, "/en/just-told") <= 8


def test_reading_settings_need_no_account(client: Browser) -> None:
    page = client.get("/en/reading").text
    assert "data-device-only" in page
    assert page.count("checked") == 7


# What machines ask


def test_health_ready_robots_and_map(publish: Publish, cast: Cast, app: Flask) -> None:
    story = publish("Words")
    publish("Words", title="Members one", audience="members")
    thread = start(cast, "A public question", "Words")
    browser = cast.visitor.browser
    assert browser.get("/health").status_code == 200
    assert browser.get("/ready").status_code == 200
    assert "Sitemap: " in browser.get("/robots.txt").text
    found = browser.get("/sitemap.xml").text
    assert f"/en/stories/{story}<" in found
    assert f"/en/threads/{thread}<" in found
    assert found.count("/stories/") == 1
    assert browser.get("/favicon.ico").status_code == 302


def test_while_examples_are_there_nothing_is_crawled(publish: Publish, client: Browser) -> None:
    publish("Words")
    with write():
        set_has_examples(True)
    db.session.rollback()
    assert "Disallow: /\n" in client.get("/robots.txt").text
    assert "<loc>" not in client.get("/sitemap.xml").text
    assert 'content="noindex"' in client.get("/en/").text


def test_ready_says_when_the_tables_are_not_there(empty_database: object, tmp_path: object) -> None:

    app = create_app(empty_database.settings(tmp_path))  # type: ignore[attr-defined]
    with app.app_context():
        answer = app.test_client().get("/ready", base_url=app.extensions["settings"].origin)
        assert answer.status_code == 503
        assert "flask db upgrade" in answer.text
        db.session.remove()
        db.engine.dispose()


def test_prepare_can_be_repeated(app: Flask) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(args=["prepare"]).exit_code == 0
    counts = db.session.execute(db.text("SELECT count(*) FROM pages")).scalar()
    db.session.rollback()
    assert runner.invoke(args=["prepare"]).exit_code == 0
    assert db.session.execute(db.text("SELECT count(*) FROM pages")).scalar() == counts == 12
    db.session.rollback()
    checked = runner.invoke(args=["check"])
    assert checked.exit_code == 0, checked.output


def test_check_finds_what_disagrees(publish: Publish, cast: Cast, app: Flask) -> None:

    lost, stale = publish("Words"), publish("Words")
    thread_id = start(cast, "A question", "Words")
    runner = app.test_cli_runner()
    assert runner.invoke(args=["check"]).exit_code == 0
    with write():
        search.remove("story", lost)
        db.session.get_one(Story, stale).status = "hidden"
        db.session.get_one(Thread, thread_id).post_count = 7
    db.session.rollback()
    checked = runner.invoke(args=["check"])
    assert checked.exit_code == 1
    assert f"story {lost} is published" in checked.output
    assert f"holds the story {stale}" in checked.output
    assert f"Thread {thread_id} says 7" in checked.output
    assert json.dumps("3 things are wrong.")[1:-1] in checked.output
