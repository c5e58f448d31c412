"""Making and changing boards: for administrators, from the panel. A slug that a board once had leads to it for ever."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from forum.accounts.viewer import Viewer
from forum.contributions import actions as contributions
from forum.core import richtext
from forum.core.db import db
from forum.core.settings import LANGUAGES
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.discussions import policy
from forum.discussions.models import STARTERS, Board, BoardSlug, BoardText, Post, Thread
from forum.discussions.words import PAUSE_WORDS
from forum.moderation import log
from forum.photos.audience import settle_on_all

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SETTINGS = (
    "position", "audience", "who_may_start", "is_reviewed_first", "allows_anonymous", "is_archived",
    "slow_seconds", "is_demo",
)  # fmt: skip
Texts = Mapping[str, Mapping[str, str]]


TAKEN = no(_l("Another board has this address, or had it before."), 422)


def make_board(*, actor: Viewer, slug: str, texts: Texts, **settings: Any) -> tuple[Board | None, Verdict]:
    """Make a board. `texts` holds name, description and rules for each language; `settings` are columns of Board."""
    must_be_writing()
    verdict = policy.can_manage_boards(actor)
    verdict = verdict and _judge(None, slug, texts, settings)
    if not verdict:
        return None, verdict
    board = Board(slug=slug, texts=[], **settings)
    try:
        with db.session.begin_nested():
            db.session.add(board)
            _set_texts(board, texts)
    except IntegrityError:  # somebody else took the address in the same moment
        return None, TAKEN
    log.append(actor, "make_board", "board", board.id)
    return board, YES


def change_board(
    *, actor: Viewer, board_id: int, slug: str | None = None, texts: Texts | None = None, **settings: Any
) -> Verdict:
    """Change a board's address, words or settings; what isn't named stays. Its posts follow its audience."""
    must_be_writing()
    verdict = policy.can_manage_boards(actor)
    if not verdict:
        return verdict
    board = db.session.scalar(select(Board).where(Board.id == board_id).with_for_update(key_share=True))
    if board is None:
        return no(_l("This board isn’t here any more."), 404)
    verdict = _judge(board, slug or board.slug, texts, settings)
    if not verdict:
        return verdict
    if slug and slug != board.slug:
        try:
            with db.session.begin_nested():
                db.session.execute(delete(BoardSlug).where(BoardSlug.slug == slug))  # one that it had before
                db.session.add(BoardSlug(slug=board.slug, board_id=board.id))
                board.slug = slug
        except IntegrityError:
            return TAKEN
    if texts is not None:
        db.session.refresh(board, ["texts"])
        _set_texts(board, texts)
    is_moved = settings.get("audience", board.audience) != board.audience
    for name, value in settings.items():
        setattr(board, name, value)
    db.session.flush()
    if is_moved:
        posts = select(Post.id).join(Thread, Thread.id == Post.thread_id).where(Thread.board_id == board.id)
        contributions.set_audience(posts, board.audience)
        settle_on_all(posts, board.audience)
    log.append(actor, "change_board", "board", board.id)
    return YES


def _judge(board: Board | None, slug: str, texts: Texts | None, settings: Mapping[str, Any]) -> Verdict:
    unknown = set(settings) - set(SETTINGS)
    if unknown:
        raise TypeError(f"A board has no {', '.join(sorted(unknown))}.")
    if not SLUG.fullmatch(slug) or len(slug) > 60:
        return no(_l("Use small letters, digits and single hyphens, such as hands-and-skin."), 422)
    if _is_taken(slug, board.id if board else None):
        return TAKEN
    if texts is not None and not any(words.get("name", "").strip() for words in texts.values()):
        return no(_l("Give the board a name in at least one language."), 422)
    if settings.get("audience", "everyone") not in ("everyone", "members"):
        return no(_l("A board is for everyone or for members."), 422)
    if settings.get("who_may_start", "everyone") not in STARTERS:
        return no(_l("Everyone starts discussions there, or moderators do."), 422)
    if settings.get("slow_seconds", 0) not in PAUSE_WORDS:
        return no(_l("Choose one of the pauses."), 422)
    return YES


def _is_taken(slug: str, board_id: int | None) -> bool:
    now = db.session.scalar(select(Board.id).where(Board.slug == slug))
    before = db.session.scalar(select(BoardSlug.board_id).where(BoardSlug.slug == slug))
    return any(holder not in (None, board_id) for holder in (now, before))


def _set_texts(board: Board, texts: Texts) -> None:
    """Set the words of each language given; a language without a name goes."""
    have = {text.language: text for text in board.texts}
    for language, words in texts.items():
        name = richtext.clean_text(words.get("name", ""), single_line=True)
        if language not in LANGUAGES:
            continue
        if not name:
            if language in have:
                board.texts.remove(have[language])
            continue
        text = have.get(language)
        if text is None:
            text = BoardText(language=language)
            board.texts.append(text)
        text.name = name
        text.description = richtext.clean_text(words.get("description", ""), single_line=True)
        text.rules = richtext.clean_text(words.get("rules", "")).strip()
