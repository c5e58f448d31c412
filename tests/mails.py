"""The mails that a test has caused, for whoever reads them."""

from __future__ import annotations

from forum.core import mail, worker
from forum.core.db import db


def mails() -> list[mail.LocalMail]:
    """All the mail there is, newest first, after the worker has done its work."""
    db.session.rollback()
    while worker.work_one():
        pass
    return list(mail.local_mails())
