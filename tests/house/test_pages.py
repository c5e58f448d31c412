"""Every page there is, on the demo: valid, accessible in both themes, whole at 320 px, with and without script."""

from __future__ import annotations

import functools
import re
from collections import deque
from collections.abc import Iterator
from typing import Literal
from urllib.parse import urldefrag

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from tests.cast import Browser
from tests.services.browser import Tabs, axe_violations
from tests.services.demo import DemoSite
from tests.services.nu import NuChecker

Theme = Literal["light", "dark"]
# Endpoint → who looks at it, and its address without the language. `{…}` is looked up in the demo.
PAGES = {
    "appeals.appeal_index": ("mona", "/moderation/appeals"),
    "appeals.appeal_show": ("ada", "{appeal}"),
    "appeals.author_appeal_new": ("bob", "{own letter}/appeal"),
    "archives.archive_index": ("ada", "/admin/archives"),
    "claims.claim_answer": ("mona", "{claim}"),
    "claims.claim_index": ("mona", "/moderation/claims"),
    "claims.claim_new": ("visitor", "{claimed story}/claim"),
    "claims.claim_sent": ("visitor", "{claimed story}/claim/sent"),
    "told.told_index": ("cora", "/me/told"),
    "told.told_new": ("cora", "/stories/told/new"),
    "told.told_show": ("cora", "{told story}/told"),
    "accounts.me": ("alice", "/me"),
    "accounts.password": ("visitor", "/sign-in/password"),
    "accounts.sessions": ("alice", "/me/sessions"),
    "accounts.settings": ("alice", "/me/settings"),
    "accounts.sign_in": ("visitor", "/sign-in"),
    "accounts.sign_up": ("visitor", "/sign-up"),
    "admin.board": ("ada", "/admin/boards/1"),
    "admin.board_list": ("ada", "/admin/boards"),
    "admin.board_new": ("ada", "/admin/boards/new"),
    "admin.job_list": ("ada", "/admin/jobs"),
    "admin.member": ("ada", "/admin/members/1"),
    "admin.members": ("ada", "/admin/members"),
    "admin.overview": ("ada", "/admin"),
    "admin.page": ("ada", "/admin/pages/about/en"),
    "admin.page_list": ("ada", "/admin/pages"),
    "admin.profession": ("ada", "/admin/members/1/profession"),
    "admin.profession_list": ("ada", "/admin/professions"),
    "consent.choices_show": ("alice", "/stories/{own story id}/consent"),
    "consent.mine_show": ("alice", "/me/choices"),
    "consent.wish_show": ("ada", "/stories/{story id}/wish"),
    "chapters.afterword_new": ("bob", "/stories/{story id}/afterwords/new"),
    "chapters.chapter_check": ("alice", "/chapters/{own chapter id}/check"),
    "chapters.chapter_edit": ("alice", "/chapters/{own chapter id}/edit"),
    "chapters.chapter_new": ("alice", "/stories/{own story id}/chapters/new"),
    "chapters.chapter_show": ("alice", "/chapters/{own chapter id}"),
    "follows.following_index": ("bob", "/me/following"),
    "translations.difference_show": ("visitor", "/translations/{changed id}/difference"),
    "translations.translation_check": ("cora", "{translation}/check"),
    "translations.translation_edit": ("cora", "{translation}/edit"),
    "translations.translation_new": ("bob", "/stories/{story id}/translations/new"),
    "translations.translation_show": ("cora", "{translation}"),
    "contributions.member_show": ("visitor", "/members/1"),
    "contributions.own": ("alice", "/me/contributions"),
    "contributions.bookmark_index": ("alice", "/me/bookmarks"),
    "demo.cast": ("visitor", "/demo"),
    "demo.mailbox": ("visitor", "/demo/mailbox"),
    "discussions.answer_new": ("bob", "{post}/answer"),
    "discussions.board_index": ("visitor", "/discussions"),
    "discussions.board_show": ("visitor", "/boards/hands"),
    "discussions.comment_new": ("bob", "/contributions/{story id}/comments/new?quote=1"),
    "discussions.post_edit": ("bob", "{own post}/edit"),
    "discussions.thread_new": ("bob", "/boards/hands/threads/new"),
    "discussions.thread_show": ("bob", "{thread}"),
    "guides.helpline_edit": ("cora", "/help/lines/1/edit"),
    "guides.helpline_index": ("cora", "/help/lines"),
    "guides.helpline_new": ("cora", "/help/lines/new"),
    "guides.reference_new": ("cora", "/topics/calcinosis/references/new"),
    "guides.text_edit": ("cora", "/topics/calcinosis/edit"),
    "guides.topic_index": ("visitor", "/topics"),
    "guides.topic_show": ("visitor", "/topics/calcinosis"),
    "helplines.help_show": ("visitor", "/help?country=IT"),
    "messages.choices_show": ("alice", "/me/messages/choices"),
    "messages.conversation_index": ("alice", "/me/messages"),
    "messages.conversation_show": ("alice", "{conversation}"),
    "messages.message_new": ("cora", "{alice}/messages/new"),
    "care.help_show": ("bob", "/me/care?country=IT"),
    "care.protocol_show": ("mona", "/moderation/protocol"),
    "care.wording_index": ("mona", "/moderation/wordings"),
    "care.wording_show": ("mona", "/moderation/wordings/care.card/en"),
    "moderation.case_show": ("mona", "{case}"),
    "moderation.guidelines": ("visitor", "/guidelines"),
    "moderation.letters": ("bob", "/me/letters"),
    "moderation.member_show": ("mona", "/moderation{alice}"),
    "moderation.recovery_new": ("mona", "/moderation{alice}/recovery"),
    "moderation.second_index": ("mona", "/moderation/seconds"),
    "moderation.trust": ("visitor", "/trust"),
    "moderation.log_index": ("mona", "/moderation/log"),
    "admin.guideline": ("ada", "/admin/guidelines/1"),
    "admin.guideline_list": ("ada", "/admin/guidelines"),
    "admin.guideline_new": ("ada", "/admin/guidelines/new"),
    "admin.health_show": ("ada", "/admin/health"),
    "admin.mail_show": ("ada", "/admin/mail"),
    "admin.setting_list": ("ada", "/admin/settings"),
    "tonight.tonight_show": ("mona", "/moderation/tonight"),
    "tonight.rota_show": ("mona", "/moderation/rota"),
    "tonight.line_index": ("ada", "/admin/lines"),
    "site.transparency_show": ("visitor", "/transparency"),
    "moderation.queue": ("mona", "/moderation"),
    "moderation.reply_edit": ("mona", "/moderation/replies/1"),
    "moderation.reply_index": ("mona", "/moderation/replies"),
    "moderation.reply_new": ("mona", "/moderation/replies/new"),
    "moderation.spam_preview": ("mona", "/moderation/spam?case=1&case=2&case=3"),
    "moderation.signal_index": ("mona", "/moderation/signals"),
    "moderation.word_index": ("mona", "/moderation/words"),
    "moderation.word_list_new": ("mona", "/moderation/words/lists"),
    "moderation.word_show": ("mona", "/moderation/words/1"),
    "moderation.review_show": ("alice", "/contributions/{own story id}/review"),
    "moderation.suggestion_new": ("mona", "{waiting case}/suggestions/new"),
    "moderation.report_index": ("bob", "/me/reports"),
    "moderation.report_new": ("visitor", "/report?contribution={story id}"),
    "notifications.choices": ("alice", "/me/notifications/choices"),
    "notifications.index": ("alice", "/me/notifications"),
    "photos.edges_show": ("alice", "{own photo}/edges"),
    "photos.library_show": ("visitor", "/photos"),
    "photos.photo_edit": ("alice", "{own photo}/edit"),
    "photos.photo_new": ("alice", "/photos/new"),
    "photos.photo_show": ("visitor", "{photo}"),
    "photos.post_photos": ("bob", "{own post}/photos"),
    "photos.story_photos": ("alice", "/stories/{own story id}/photos"),
    "site.home": ("visitor", "/"),
    "site.just_told": ("visitor", "/just-told"),
    "site.page": ("visitor", "/privacy"),
    "site.reading": ("visitor", "/reading"),
    "site.search": ("visitor", "/search?q=hands"),
    "site.unsent_index": ("alice", "/me/unsent"),
    "stories.archive_show": ("visitor", "/stories"),
    "stories.story_show": ("visitor", "/stories/{story id}"),
    "writing.check_show": ("alice", "/stories/{unsent story id}/check"),
    "writing.mine_show": ("alice", "/me/stories"),
    "writing.sent_show": ("alice", "/stories/{own story id}/sent"),
    "writing.story_edit": ("alice", "/stories/{unsent story id}/edit"),
    "writing.story_new": ("alice", "/stories/new"),
    "writing.withdrawal_show": ("alice", "/stories/{own story id}/withdrawal"),
}
# Addresses that show no page of their own here, and why.
NO_PAGE = {
    "appeals.letter_show": "a private address; tested with appeals",
    "appeals.outside_show": "a private address; tested with appeals",
    "appeals.reporter_appeal_new": "a private address; tested with appeals",
    "claims.claim_show": "a private address; tested with stories",
    "accounts.kept_show": "a private address; tested with accounts",
    "accounts.link_show": "a private address; tested with accounts",
    "accounts.sign_in_check": "needs a ticket; tested with accounts",
    "vocabulary.names_index": "no page but names for a script; tested with topics",
    "discussions.branch_show": "sends on to its thread, where the post has no such depth",
    "discussions.newer_show": "for scripts: a few words, or nothing",
    "discussions.post_show": "sends on to its thread",
    "discussions.unread_show": "sends on to what is new in its thread",
    "discussions.mention_index": "no page but names for a script; tested with discussions",
    "discussions.withdrawal_show": "only of what was taken back; tested with discussions",
    "discussions.revision_index": "only of an edited post; tested with discussions",
    "feeds.board_feed": "a feed; tested with discussions",
    "feeds.stories_feed": "a feed; tested with the site",
    "feeds.thread_feed": "a feed; tested with discussions",
    "feeds.topic_feed": "a feed; tested with the site",
    "incoming.address_show": "shut where no mail is taken; tested with incoming",
    "messages.message_show": "sends on to its conversation",
    "moderation.closed": "only for whose account is closed; tested with moderation",
    "moderation.own_recovery": "only where another mailbox is to take over; tested with moderation",
    "moderation.recovery_show": "a private address; tested with moderation",
    "moderation.seal_show": "only of what bears no name; tested with moderation",
    "moderation.report_receipt": "a private address; tested with moderation",
}
STILL_OPEN = re.compile(r"(?:href)=\"(/[^\"#]*)")


def browser_of(demo_site: DemoSite, who: str) -> Browser:
    browser = Browser(demo_site.app, demo_site.app.response_class, use_cookies=True)
    if demo_site.tokens[who]:
        browser.sign_in(demo_site.tokens[who])
    return browser


def first(demo_site: DemoSite, who: str, page: str, pattern: str) -> str:
    """The first match of a pattern on a page as somebody sees it."""
    found = re.search(pattern, browser_of(demo_site, who).get(page).text)
    assert found, f"{pattern} on {page}"
    return found[1]


def own_post(demo_site: DemoSite) -> str:
    """A post of Bob's that he may still edit: its thread is open."""
    browser = browser_of(demo_site, "bob")
    posts = re.findall(r'href="/en(/posts/\d+)', browser.get("/en/me/contributions").text)
    return next(post for post in posts if browser.get(f"/en{post}/edit").status_code == 200)


def unsent_story(demo_site: DemoSite) -> str:
    """A story of Alice's that she may change: nobody is reading it."""
    browser = browser_of(demo_site, "alice")
    stories = re.findall(r'href="/en/stories/(\d+)', browser.get("/en/me/stories").text)
    return next(story for story in stories if browser.get(f"/en/stories/{story}/edit").status_code == 200)


def address_of(demo_site: DemoSite, endpoint: str, language: str = "en") -> str:
    """A page's address in the demo."""
    path = PAGES[endpoint][1]
    look = {
        "{thread}": lambda: first(demo_site, "visitor", "/en/boards/newly-diagnosed", r'href="/en(/threads/\d+)'),
        "{post}": lambda: first(demo_site, "bob", f"/en{look['{thread}']()}", r'href="/en(/posts/\d+)/answer'),
        "{own post}": lambda: own_post(demo_site),
        "{appeal}": lambda: first(demo_site, "ada", "/en/moderation/appeals", r'href="/en(/moderation/appeals/\d+)"'),
        "{own letter}": lambda: first(demo_site, "bob", "/en/me/letters", r'href="/en(/me/letters/\d+)/appeal"'),
        "{case}": lambda: first(demo_site, "mona", "/en/moderation", r'href="/en(/moderation/cases/\d+)[#"]'),
        "{waiting case}": lambda: first(
            demo_site, "mona", "/en/moderation?show=review", r'href="/en(/moderation/cases/\d+)[?"]'
        ),
        "{claim}": lambda: first(demo_site, "mona", "/en/moderation/claims", r'href="/en(/moderation/claims/\d+)"'),
        "{claimed story}": lambda: first(demo_site, "mona", f"/en{look['{claim}']()}", r'href="/en(/stories/\d+)"'),
        "{told story}": lambda: first(demo_site, "cora", "/en/me/told", r'href="/en(/stories/\d+)/told"'),
        "{jar lid id}": lambda: first(demo_site, "alice", "/en/me/stories", r'/stories/(\d+)">The jar lid'),
        "{own chapter id}": lambda: first(
            demo_site, "alice", f"/en/stories/{look['{jar lid id}']()}", r'id="chapter-(\d+)"'
        ),
        "{translation}": lambda: first(demo_site, "cora", "/en/me/stories", r'href="/en(/translations/\d+)'),
        "{changed id}": lambda: first(
            demo_site, "visitor", "/en/search?q=vasche", r'href="/en/stories/(\d+)[^"]*">[^<]*(?:<mark>)?Contare'
        ),
        "{story id}": lambda: first(demo_site, "visitor", "/en/stories", r'href="/en/stories/(\d+)"'),
        "{photo}": lambda: first(demo_site, "visitor", "/en/photos", r'href="/en(/photos/\d+)"'),
        "{own photo}": lambda: first(demo_site, "alice", "/en/me/contributions", r'href="/en(/photos/\d+)"'),
        "{conversation}": lambda: first(demo_site, "alice", "/en/me/messages", r'href="/en(/me/messages/\d+)"'),
        "{alice}": lambda: first(demo_site, "alice", "/en/me", r'href="/en(/members/\d+)"'),
        "{unsent story id}": lambda: unsent_story(demo_site),
        "{own story id}": lambda: first(demo_site, "alice", "/en/me/stories", r'href="/en/stories/(\d+)'),
    }
    for name, found in look.items():
        if name in path:
            path = path.replace(name, found())
    return f"/{language}{path}"


def test_every_page_is_in_the_list(demo_site: DemoSite) -> None:
    shown = {
        str(rule.endpoint)
        for rule in demo_site.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and "language" in rule.arguments
    }
    assert shown == set(PAGES) | set(NO_PAGE)


@pytest.mark.parametrize("language", ["en", "it", "es"])
@pytest.mark.parametrize("endpoint", PAGES)
def test_a_page_is_valid_and_has_one_heading_and_a_title(
    demo_site: DemoSite, html_checker: NuChecker, endpoint: str, language: str
) -> None:
    answer = browser_of(demo_site, PAGES[endpoint][0]).get(address_of(demo_site, endpoint, language))
    assert answer.status_code == 200
    assert answer.text.count("<h1") == 1
    assert re.search(r"<title>\s*\S.* · Common Thread</title>", answer.text)
    assert html_checker.errors(answer.data) == []


class Looks:
    """Pages that go on from address to address: a new one takes a second of a processor before it shows anything."""

    def __init__(self, demo_site: DemoSite, tabs: Tabs) -> None:
        self.tokens, self.tabs = demo_site.tokens, tabs
        self._open = functools.cache(self._opened)

    def at(self, address: str, who: str, theme: Theme) -> Page:
        """Go there: narrow, dark and without script, or wide, light and with it."""
        page = self._open(who, theme)
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200
        return page

    def _opened(self, who: str, theme: Theme) -> Page:
        width, scripts = (320, "blocked") if theme == "dark" else (1280, "on")
        return self.tabs.open(token=self.tokens[who], theme=theme, width=width, scripts=scripts)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def looks(demo_site: DemoSite, chromium: Chromium) -> Iterator[Looks]:
    tabs = Tabs(chromium, demo_site.url)
    yield Looks(demo_site, tabs)
    tabs.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("endpoint", PAGES)
def test_a_page_is_accessible_and_fits(demo_site: DemoSite, looks: Looks, endpoint: str, theme: Theme) -> None:
    page = looks.at(address_of(demo_site, endpoint, "it" if theme == "dark" else "en"), PAGES[endpoint][0], theme)
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    problems, looks.tabs.problems = looks.tabs.problems, []
    assert problems == []


@pytest.mark.parametrize("who", ["visitor", "alice", "nia", "sam", "mona", "cora", "ada"])
def test_no_link_breaks_whoever_follows_it(demo_site: DemoSite, who: str) -> None:
    browser = browser_of(demo_site, who)
    waiting, seen, wrong = deque(["/en/"]), {"/en/"}, []
    while waiting and len(seen) < 400:
        address = waiting.popleft()
        answer = browser.get(address)
        if answer.status_code >= 400:
            wrong.append(f"{answer.status_code} {address}")
        if "&amp;#" in answer.text or "&amp;amp;" in answer.text:
            wrong.append(f"escaped twice: {address}")
        if answer.mimetype == "text/html" and answer.status_code == 200:
            for link in STILL_OPEN.findall(answer.text):
                target = urldefrag(link.replace("&amp;", "&"))[0]
                if target not in seen and target.startswith("/en/"):
                    seen.add(target)
                    waiting.append(target)
    assert wrong == []
    assert len(seen) > 100
