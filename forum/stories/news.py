"""What is new about a story becomes a notification: a later chapter for who follows it; an afterword that waits, one
that was refused, a translation, for whom they concern. No mail of them names a story."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from forum.accounts.viewer import Viewer
from forum.contributions.follows import token_of
from forum.contributions.models import Contribution, Follow
from forum.contributions.queries import owned_by, owner_id, recipient_of, visible_to
from forum.core import kinds
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.notifications import actions as notifications
from forum.notifications.models import Notification
from forum.notifications.notices import MailWords, Notice, Told
from forum.notifications.queries import Recipient
from forum.stories.models import Story, StoryUpdate


def of_chapter(chapter_id: int) -> None:
    """Tell each member who follows a chapter's story, in whichever language she reads it; never who wrote it."""
    must_be_writing()
    chapter = db.session.get(StoryUpdate, chapter_id)
    story = db.session.get(Story, chapter.story_id) if chapter is not None else None
    if chapter is None or story is None:
        return
    root = story.translation_of_id or story.id
    same = select(Story.id).where(or_(Story.id == root, Story.translation_of_id == root))
    followers = select(Follow.member_id).where(Follow.contribution_id.in_(same), Follow.ended_at.is_(None)).distinct()
    writer = owner_id(chapter)
    told = [Recipient(member_id=key) for key in db.session.scalars(followers) if key != writer]
    notifications.notify_all(told, "story", key=f"chapter:{chapter_id}", contribution_id=chapter_id)


def of_afterword(chapter_id: int) -> None:
    """Tell a story's author that somebody wrote an afterword, so that she can say no before anybody reads it."""
    must_be_writing()
    afterword = db.session.get(StoryUpdate, chapter_id)
    if afterword is not None and _waits(afterword):
        _tell(db.session.get(Story, afterword.story_id), f"afterword:{chapter_id}", chapter_id)


def of_refusal(chapter_id: int) -> None:
    """Tell the writer of an afterword that the story's author doesn't want it there."""
    must_be_writing()
    afterword = db.session.get(StoryUpdate, chapter_id)
    if afterword is not None and afterword.is_refused:
        _tell(afterword, f"refused:{chapter_id}", chapter_id)


def of_translation(story_id: int) -> None:
    """Tell a story's author that it can be read in another language; not where she translated it herself."""
    must_be_writing()
    translation = db.session.get(Story, story_id)
    if translation is None or not _is_read(translation) or owner_id(translation) == translation.translator_id:
        return
    _tell(translation, f"translation:{story_id}", story_id)


def _tell(about: Contribution | None, key: str, contribution_id: int) -> None:
    recipient = recipient_of(about) if about is not None else None
    if recipient is not None:
        notifications.notify(recipient, "review", key=key, contribution_id=contribution_id)


def _waits(afterword: StoryUpdate) -> bool:
    return afterword.status == "pending" and not afterword.is_refused


def _is_read(translation: Story) -> bool:
    return translation.status == "published" and not translation.is_in_memory


# How it reads


def _say_chapters(viewer: Viewer, rows: Sequence[Notification], language: str) -> dict[int, Told]:
    """Of chapters: those she may read, of stories that she may read and follows still. One query."""
    story = aliased(Story)
    followed = (
        select(func.coalesce(Story.translation_of_id, Story.id))
        .join(Follow, Follow.contribution_id == Story.id)
        .where(Follow.member_id == viewer.id, Follow.ended_at.is_(None))
        .correlate(None)
    )
    read = select(Contribution.id).where(visible_to(viewer)).correlate(None)
    found = db.session.execute(
        select(StoryUpdate, story.title, story.language)
        .join(story, story.id == StoryUpdate.story_id)
        .where(StoryUpdate.id.in_([row.contribution_id for row in rows]), visible_to(viewer))
        .where(story.id.in_(read), func.coalesce(story.translation_of_id, story.id).in_(followed))
    )
    there = {
        chapter.id: Told(
            _chapter_line(chapter), f"/{language}/stories/{chapter.story_id}#chapter-{chapter.id}", place=title,
            language=spoken, author_id=chapter.author_id,
        )
        for chapter, title, spoken in found
        if kinds.kind_of(chapter).can_see(viewer, chapter)
    }  # fmt: skip
    return {row.id: there[row.contribution_id] for row in rows if row.contribution_id in there}


def _chapter_line(chapter: StoryUpdate) -> str:
    if chapter.part == "afterword":
        return str(_("Below a story that you follow somebody has written an afterword."))
    return str(_("A story that you follow has a later chapter."))


def _ending(row: Notification, member_id: int) -> str | None:
    chapter = db.session.get(StoryUpdate, row.contribution_id)
    if chapter is None:
        return None
    root = select(func.coalesce(Story.translation_of_id, Story.id)).where(Story.id == chapter.story_id)
    same = select(Story.id).where(or_(Story.id.in_(root), Story.translation_of_id.in_(root)))
    follow = db.session.scalar(
        select(Follow)
        .where(Follow.member_id == member_id, Follow.contribution_id.in_(same), Follow.ended_at.is_(None))
        .order_by(Follow.id)
        .limit(1)
    )
    return token_of(follow) if follow is not None else None


def _say_own(viewer: Viewer, rows: Sequence[Notification], language: str) -> dict[int, Told]:
    """Of afterwords and translations: those that still concern her. One query."""
    every, chapter, story = Contribution.__table__, StoryUpdate.__table__, Story.__table__
    hers = select(Contribution.id).where(owned_by(viewer)).correlate(None)
    found = db.session.execute(
        select(
            every.c.id, every.c.status, every.c.id.in_(hers).label("is_hers"), chapter.c.is_refused,
            chapter.c.story_id.in_(hers).label("is_of_hers"), story.c.is_in_memory,
        )
        .select_from(every.outerjoin(chapter, chapter.c.id == every.c.id).outerjoin(story, story.c.id == every.c.id))
        .where(every.c.id.in_([row.contribution_id for row in rows]))
    )  # fmt: skip
    stands = {one.id: one for one in found}
    told: dict[int, Told] = {}
    for row in rows:
        what, one = row.key.partition(":")[0], stands.get(row.contribution_id or 0)
        if one is not None and (line := _own_line(what, one)):
            told[row.id] = Told(line, f"/{language}/{'stories' if what == 'translation' else 'chapters'}/{one.id}")
    return told


def _own_line(what: str, one: Any) -> str:
    """What is to be said of an afterword or a translation; nothing where it concerns her no more."""
    if what == "afterword" and one.status == "pending" and one.is_refused is False and one.is_of_hers:
        return str(_("Somebody wrote an afterword for one of your stories."))
    if what == "refused" and one.is_refused and one.is_hers:
        return str(_("The author decided not to have the afterword that you wrote."))
    if what == "translation" and one.is_in_memory is False and one.status == "published" and one.is_hers:
        return str(_("One of your stories can be read in another language."))
    return ""


def _mail_chapter(viewer: Viewer, row: Notification) -> MailWords | None:
    chapter = db.session.get(StoryUpdate, row.contribution_id)
    if chapter is None:
        return None
    path = f"/{viewer.language}/stories/{chapter.story_id}#chapter-{chapter.id}"
    return MailWords("chapter", {"path": path, "is_afterword": chapter.part == "afterword"})


def _mail_own(viewer: Viewer, row: Notification) -> MailWords | None:
    what, key = row.key.partition(":")[0], row.contribution_id
    path = f"/{viewer.language}/chapters/{key}"
    if what == "translation":
        story = db.session.get(Story, key)
        into = story.language if story is not None else ""
        return MailWords("translation", {"path": f"/{viewer.language}/stories/{key}", "into": into})
    return MailWords("afterword" if what == "afterword" else "afterword_refused", {"path": path})


CHAPTER_NOTICE = Notice(
    kind="story",
    label=_l("A story that you follow goes on"),
    subject=_l("Something new from somebody you follow"),
    tell=_say_chapters,
    mail=_mail_chapter,
    ending=_ending,
)
OWN_NOTICES = tuple(
    Notice(kind="review", label="", subject=subject, tell=_say_own, mail=_mail_own, about=about)
    for about, subject in (
        ("afterword", _l("Somebody wrote a few lines for your page")),
        ("refused", _l("About the lines you wrote")),
        ("translation", _l("Your words in another language")),
    )
)
