"""Quoting with the buttons, in a browser: what is put into the box says what it quotes."""

from __future__ import annotations

import pytest

from forum.contributions import actions as contributions
from forum.core import clock
from forum.core.unit_of_work import write
from forum.discussions.rows import ThreadRow
from forum.stories.models import Story
from tests.cast import Cast
from tests.discussions.conftest import replied
from tests.services.browser import Tabs

pytestmark = pytest.mark.sqlite  # what a browser does with a page does not depend on the database
SELECT = """(selector) => { const node = document.querySelector(selector);
  getSelection().selectAllChildren(node); }"""


def test_a_post_without_what_it_quotes_itself(cast: Cast, thread: ThreadRow, tabs: Tabs) -> None:
    inner = replied(cast.alice.viewer, thread, "Inner words.")
    outer = replied(cast.bob.viewer, thread, f"> [Alice](/posts/{inner})\n>\n> Inner words.\n\nOuter *words*.\n\nTwo.")
    page = tabs.open(f"/en/threads/{thread.id}", token=cast.mona.token)
    page.locator(f"#post-{outer} summary.more-word").click()
    page.click(f"a[data-quote='post-{outer}']")
    box = page.locator("textarea[data-quote-into]")
    assert box.input_value() == f"> [Bob](/posts/{outer})\n>\n> Outer words.\n>\n> Two.\n\n"
    box.fill("")
    page.wait_for_timeout(800)  # a second tap on the same link within 700 ms is ignored
    page.evaluate(SELECT, f"#post-{outer} blockquote p:last-child")
    page.click(f"a[data-quote='post-{outer}']")
    assert box.input_value() == f"> [Alice](/posts/{inner})\n>\n> Inner words.\n\n"


def test_a_passage_of_a_story(cast: Cast, tabs: Tabs) -> None:
    with write():
        story = Story(language="en", created_at=clock.now(), status="sent")
        contributions.set_words(story, title="A jar", source="First.\n\nThe plum jam.")
        contributions.sign(story, cast.alice.id, "pseudonym", "Rosa M.")
        contributions.publish(story)
        story_id = story.id
    page = tabs.open(f"/en/stories/{story_id}", token=cast.bob.token)
    page.evaluate(SELECT, ".words--story p:last-child")
    page.click("a[data-quote-story]")
    assert page.locator("textarea[data-quote-into]").input_value() == (
        f"> [Rosa M\\.](/stories/{story_id})\n>\n> The plum jam.\n\n"
    )
    page = tabs.open(f"/en/stories/{story_id}", token=cast.bob.token, scripts="blocked")
    page.click("a[data-quote-story]")
    assert f"> [Rosa M\\.](/stories/{story_id})\n>\n> First." in page.locator("textarea").input_value()
