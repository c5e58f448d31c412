"""How the site runs, for its administrator: mail that went out, came back or failed; database, worker, disk."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import and_, func, or_, select, text

from forum.accounts.models import Member
from forum.core import clock
from forum.core.db import db
from forum.core.outbox import OutboxJob
from forum.core.settings import the_settings
from forum.moderation import log, log_checks
from forum.moderation.models import LogCheck
from forum.notifications.models import MailChoice, Notification, ReceivedMail

DAY, WEEK = timedelta(days=1), timedelta(days=7)
WORKER_LATE = timedelta(minutes=10)  # a job that waits longer than this has nobody who does it
LITTLE_ROOM = 1024**3  # bytes left on the disk under which the administrator is told
MOST = 50
MAILS = OutboxJob.name.like("%mail%")


@dataclass(frozen=True, slots=True)
class Bounced:
    """A member whose mails came back."""

    member_id: int
    name: str
    bounces: int
    bounced_at: datetime | None
    paused_at: datetime | None


@dataclass(frozen=True, slots=True)
class Mails:
    """Mail of the last week. Numbers of the day and of the week; no address and no subject."""

    told: tuple[int, int]
    sent: tuple[int, int]
    received: Sequence[tuple[str, int]]
    failing: Sequence[OutboxJob]
    bounced: Sequence[Bounced]
    is_local: bool


def mails() -> Mails:
    """What became of mail. Five queries."""
    now = clock.now()
    told = db.session.execute(
        select(func.count().filter(Notification.mailed_at > now - DAY), func.count()).where(
            Notification.mailed_at > now - WEEK
        )
    ).one()
    sent = db.session.execute(
        select(func.count().filter(OutboxJob.done_at > now - DAY), func.count()).where(
            MAILS, OutboxJob.done_at > now - WEEK
        )
    ).one()
    received = db.session.execute(
        select(ReceivedMail.outcome, func.count())
        .where(ReceivedMail.received_at > now - WEEK)
        .group_by(ReceivedMail.outcome)
        .order_by(ReceivedMail.outcome)
    ).all()
    failing = select(OutboxJob).where(MAILS, OutboxJob.done_at.is_(None), OutboxJob.last_error.is_not(None))
    bounced = db.session.execute(
        select(Member.id, Member.display_name, MailChoice.bounces, MailChoice.bounced_at, MailChoice.paused_at)
        .join(MailChoice, MailChoice.member_id == Member.id)
        .where(or_(MailChoice.bounces > 0, MailChoice.paused_at.is_not(None)), Member.erased_at.is_(None))
        .order_by(MailChoice.paused_at.is_(None), MailChoice.bounced_at.desc().nulls_last(), Member.id)
        .limit(MOST)
    ).all()
    return Mails(
        told=(told[0], told[1]),
        sent=(sent[0], sent[1]),
        received=[(row[0], row[1]) for row in received],
        failing=db.session.scalars(failing.order_by(OutboxJob.id.desc()).limit(MOST)).all(),
        bounced=[Bounced(*row) for row in bounced],
        is_local=not the_settings().mail_url,
    )


@dataclass(frozen=True, slots=True)
class Health:
    """How the site stands underneath."""

    database: str
    revision: str
    bytes_used: int
    bytes_free: int
    last_job_at: datetime | None
    oldest_waiting: datetime | None
    log_rows: int
    log_hash: str
    log_check: LogCheck | None

    @property
    def is_worker_late(self) -> bool:
        """Whether something waits that a worker would have done long ago."""
        return self.oldest_waiting is not None and self.oldest_waiting < clock.now() - WORKER_LATE

    @property
    def log_trouble(self) -> Any:
        """What was wrong with the log when it was last looked through, in a sentence; empty when nothing was."""
        return log_checks.in_words(self.log_check) if self.log_check is not None else ""

    @property
    def has_little_room(self) -> bool:
        """Whether the disk is nearly full."""
        return self.bytes_free < LITTLE_ROOM


def health() -> Health:
    """How the site stands underneath. Seven queries."""
    kind = db.engine.dialect.name
    pages = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    size = pages if kind == "sqlite" else "SELECT pg_database_size(current_database())"
    number = text("SELECT sqlite_version()" if kind == "sqlite" else "SHOW server_version")
    waiting = and_(OutboxJob.done_at.is_(None), OutboxJob.last_error.is_(None), OutboxJob.run_at <= clock.now())
    rows, last = log.head()
    return Health(
        database=f"{'SQLite' if kind == 'sqlite' else 'PostgreSQL'} {db.session.scalar(number)}",
        revision=str(db.session.scalar(text("SELECT version_num FROM alembic_version"))),
        bytes_used=int(db.session.scalar(text(size)) or 0),
        bytes_free=shutil.disk_usage(_existing(the_settings().data_dir)).free,
        last_job_at=db.session.scalar(select(func.max(OutboxJob.done_at))),
        oldest_waiting=db.session.scalar(select(func.min(OutboxJob.run_at)).where(waiting)),
        log_rows=rows,
        log_hash=last,
        log_check=log_checks.last(),
    )


def _existing(path: Path) -> Path:
    return path if path.exists() else _existing(path.parent)
