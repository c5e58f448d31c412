"""The post as tests see it: who asked, what came, and the link and code in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from forum.core import mail, worker
from forum.core.db import db
from forum.core.mail import LocalMail

NEW = {"email": "new@example.org", "display_name": "Ines", "is_old_enough": "y"}


def delivered() -> list[LocalMail]:
    """All mails so far, newest first, after the worker has done what waits."""
    db.session.rollback()
    worker.work_all()
    return list(mail.local_mails())


@dataclass(frozen=True)
class Letter:
    """The one mail that came: its link as a path, its code, its words."""

    path: str
    code: str
    text: str


def only_letter() -> Letter:
    """The link and code of the only mail that came."""
    (found,) = delivered()
    link = re.search(r"http://\S+?(/\w\w/sign-in/\S+)", found.text)
    code = re.search(r"\b(\d{3}) (\d{3})\b", found.text)
    return Letter(link[1] if link else "", code[1] + code[2] if code else "", found.text)


def ticket_of(location: str) -> str:
    """The browser's ticket in the address of the page that takes the code."""
    found = re.search(r"request=([^&]+)", location)
    assert found is not None
    return found[1]


def count(model: Any) -> int:
    """How many rows a table has, as they stand now."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0
