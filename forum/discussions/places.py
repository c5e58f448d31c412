"""Where unsent words are kept: one draft of a member's for each place."""

from __future__ import annotations

from forum.discussions.rows import ThreadRow


def board_place(board_id: int) -> str:
    """The place of an unsent thread."""
    return f"board:{board_id}"


def comment_place(contribution_id: int) -> str:
    """The place of an unsent comment."""
    return f"comment:{contribution_id}"


def reply_place(thread: ThreadRow, answers_id: int | None = None) -> str:
    """The place of an unsent answer: in a thread or to one of its posts; of a comment: on what it is about."""
    if answers_id is not None and answers_id != thread.opening_id:
        return f"reply:{thread.id}:{answers_id}"
    return f"reply:{thread.id}" if thread.about_id is None else comment_place(thread.about_id)
