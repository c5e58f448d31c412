"""Jobs of stories: who is told of a later chapter, of an afterword that waits or was refused, of a translation."""

from __future__ import annotations

from forum.core import outbox
from forum.core.outbox import Payload
from forum.stories import news


@outbox.handler("stories.tell_followers")
def tell_followers(payload: Payload) -> None:
    """Tell every follower of a story of its new chapter."""
    news.of_chapter(payload["chapter_id"])


@outbox.handler("stories.ask_author")
def ask_author(payload: Payload) -> None:
    """Tell a story's author of an afterword that waits."""
    news.of_afterword(payload["chapter_id"])


@outbox.handler("stories.tell_writer")
def tell_writer(payload: Payload) -> None:
    """Tell the writer of an afterword that it was refused."""
    news.of_refusal(payload["chapter_id"])


@outbox.handler("stories.tell_of_translation")
def tell_of_translation(payload: Payload) -> None:
    """Tell a story's author of its translation."""
    news.of_translation(payload["story_id"])
