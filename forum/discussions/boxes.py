"""What a page reads for writing: the box for an answer with what was kept of it, and the comments on a contribution."""

from __future__ import annotations

from dataclasses import replace

from forum.accounts import queries as accounts
from forum.accounts.viewer import Viewer
from forum.contributions import policy as contributions_policy
from forum.contributions import quotations
from forum.contributions.models import Contribution, Draft
from forum.contributions.queries import draft_for
from forum.core import kinds, richtext
from forum.discussions import policy, queries, reading, signing
from forum.discussions.forms import ReplyForm
from forum.discussions.keeping import fields_of
from forum.discussions.places import comment_place, reply_place
from forum.discussions.rows import Comments, PostPage, PostRow, ReplyBox, ThreadRow
from forum.discussions.signing import NO_SIGNING
from forum.discussions.words import ATTRIBUTION_WORDS
from forum.moderation import policy as moderation_policy
from forum.moderation import screening

COMMENTS_ON_A_PAGE = 20
LONGEST_QUOTE = 600  # characters of a story's first paragraph


def waits(viewer: Viewer, review_first: bool) -> bool:
    """Whether what `viewer` writes is read by a moderator before others see it, as far as is known beforehand."""
    return moderation_policy.must_wait(
        viewer,
        kinds.all_kinds()["post"],
        approvals_needed=screening.approvals_needed(),
        review_first=review_first,
    )


def reply_box(viewer: Viewer, thread: ThreadRow, answered: PostRow | None = None) -> ReplyBox:
    """The box at the end of a thread, or for one of its posts, with the words kept for it. One query at most."""
    verdict = policy.can_reply(viewer, thread)
    answers_id = answered.id if answered else None
    address = f"/threads/{thread.id}"
    box = ReplyBox(
        verdict=verdict,
        action=f"{address}/replies",
        drafts=f"{address}/drafts",
        allows_anonymous=thread.allows_anonymous,
        waits=verdict.allowed and waits(viewer, thread.is_reviewed_first),
        answers_id=answers_id,
        answering=answered.name if answered else None,
        thread_id=thread.id,
        signing=signing.signing_in(viewer, thread) if verdict else NO_SIGNING,
    )
    return _with_draft(box, draft_for(viewer, reply_place(thread, answers_id)) if verdict else None)


def comment_box(viewer: Viewer, contribution_id: int) -> ReplyBox:
    """The box for the first comment on something, with the words kept for it. One query at most."""
    verdict = contributions_policy.can_write(viewer)
    profession, draft = queries.kept_for(viewer, comment_place(contribution_id)) if verdict else (None, None)
    address = f"/contributions/{contribution_id}/comments"
    box = ReplyBox(
        verdict=verdict,
        action=address,
        drafts=f"{address}/drafts",
        allows_anonymous=True,
        waits=verdict.allowed and waits(viewer, False),
        signing=signing.signing_new(viewer, True, profession) if verdict else NO_SIGNING,
    )
    return _with_draft(box, draft)


def _with_draft(box: ReplyBox, draft: Draft | None) -> ReplyBox:
    if draft is None:
        return box
    box = replace(box, source=draft.source, version=draft.version)
    if not draft.facts:
        return box
    form = ReplyForm(fields_of(draft))
    return replace(
        box, signing=signing.chosen(box.signing, form), content_notes=tuple(form.content_notes.data or ()),
        then=form.then.data or "",
    )  # fmt: skip


def with_more(box: ReplyBox, words: str) -> ReplyBox:
    """The box with words put at the end of what is in it already."""
    return replace(box, source=f"{box.source.rstrip()}\n\n{words}" if box.source.strip() else words)


def comment_box_for(contribution: Contribution, viewer: Viewer) -> ReplyBox:
    """The box for a comment, whether it is the first or not."""
    thread = queries.comments_thread_for(viewer, contribution.id)
    return reply_box(viewer, thread) if thread else comment_box(viewer, contribution.id)


def quoting(box: ReplyBox, contribution: Contribution) -> ReplyBox:
    """The box with the first paragraph of what is commented on quoted in it; the writer cuts out what she means."""
    source = quotations.shown_source(contribution.source, contribution.language)
    paragraphs = [part.strip() for part in source.split("\n\n")]
    first = next((part for part in paragraphs if part and not part.startswith(">")), "")
    if len(first) > LONGEST_QUOTE:
        first = f"{first[:LONGEST_QUOTE].rsplit(None, 1)[0]}…"
    address = kinds.kind_of(contribution).address(contribution, "")[1:]
    return with_more(box, richtext.quote(first, _name_of(contribution), address)) if first else box


def _name_of(contribution: Contribution) -> str:
    if contribution.attribution == "pseudonym":
        return contribution.byline or ""
    author = accounts.member_by_id(contribution.author_id) if contribution.author_id else None
    return author.display_name if author else str(ATTRIBUTION_WORDS["anonymous"])


def comments_of(contribution: Contribution, viewer: Viewer, limit: int = COMMENTS_ON_A_PAGE) -> Comments:
    """The first comments on a contribution that `viewer` may read, for its page. Three queries at most.

    The rest stand on the thread's own page, `/threads/<thread.id>`.
    """
    thread = queries.comments_thread_for(viewer, contribution.id)
    if thread is None:
        return Comments(None, PostPage([], "nested", None, None), comment_box(viewer, contribution.id))
    page = reading.posts_in(thread, viewer, limit=limit)
    return Comments(thread, page, reply_box(viewer, thread))
