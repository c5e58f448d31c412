"""What a discussion says of itself in the words of schema.org: a DiscussionForumPosting and its comments.

Nobody is named who did not sign with her own name: what stands under an alias, or under none, has no author.
"""

from __future__ import annotations

from typing import Any

from forum.core import richtext
from forum.core.settings import the_settings
from forum.discussions.rows import PostPage, PostRow, ThreadRow
from forum.discussions.words import FOLDED


def posting(thread: ThreadRow, page: PostPage) -> dict[str, Any] | None:
    """The posting of a thread with the answers of a page that shows it; None elsewhere, and of what isn't public."""
    first = page.posts[0] if page.posts else None
    is_public = thread.audience == "everyone" and thread.status == "published" and thread.title is not None
    if first is None or first.id != thread.opening_id or not is_public:
        return None
    origin = the_settings().origin
    address = f"{origin}/{thread.language}/threads/{thread.id}"
    made = _entry(first, origin) | {
        "@context": "https://schema.org",
        "@type": "DiscussionForumPosting",
        "@id": address,
        "url": address,
        "headline": thread.title,
        "commentCount": thread.answer_count,
    }
    if comments := _comments(page.posts[1:], origin):
        made["comment"] = comments
    return made


def _comments(posts: list[PostRow], origin: str) -> list[dict[str, Any]]:
    """The answers as they are nested on the page; what is gone lends its place to what answers it."""
    top: list[dict[str, Any]] = []
    above: list[tuple[str, list[dict[str, Any]]]] = []
    for post in posts:
        while above and not (len(post.path) > len(above[-1][0]) and post.path.startswith(above[-1][0])):
            above.pop()
        siblings = above[-1][1] if above else top
        if post.status == "published":
            entry = {"@type": "Comment", **_entry(post, origin)}
            siblings.append(entry)
            siblings = entry.setdefault("comment", [])
        above.append((post.path, siblings))
    return _without_empty(top)


def _without_empty(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for entry in entries:
        if not _without_empty(entry["comment"]):
            del entry["comment"]
    return entries


def _entry(post: PostRow, origin: str) -> dict[str, Any]:
    """What is said of a post: where, when, in which language, its words unless they are folded, who signed it."""
    entry: dict[str, Any] = {
        "url": f"{origin}/{post.language}/posts/{post.id}",
        "datePublished": post.told(post.written_at).isoformat(),
        "inLanguage": post.language,
    }
    if post.updated_at is not None:
        entry["dateModified"] = post.told(post.updated_at).isoformat()
    if post.html and not any(note in FOLDED for note in post.content_notes.split()):
        entry["text"] = richtext.plain(post.html)
    if post.author_id is not None and post.name:
        entry["author"] = {"@type": "Person", "name": post.name}
    return entry
