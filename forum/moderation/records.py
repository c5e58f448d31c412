"""What a case shows of the record of whoever is behind it. Of a sealed one: what hangs on that contribution alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forum.moderation import member_queries, notes, seconds
from forum.moderation.ladder import Suggestion
from forum.moderation.member_models import SecondPerson
from forum.moderation.notes import Noted
from forum.moderation.queries import CaseFile


@dataclass(frozen=True, slots=True)
class Record:
    """Notes and contacts, what the record suggests, what waits for a second person. `member_id`: only of a signed one."""

    notes: Sequence[Noted]
    suggestion: Suggestion | None
    seconds: Sequence[SecondPerson]
    member_id: int | None
    is_sealed: bool


def record_for(file: CaseFile) -> Record:
    """The record that a case's page shows. Three queries."""
    behind, key = file.behind, file.contribution.id
    is_signed = not behind.is_sealed and behind.writer_id is not None
    return Record(
        notes=notes.of_member(behind.writer_id or 0) if is_signed else notes.of_contribution(key),
        suggestion=member_queries.suggestion_for(behind.writer_id),
        seconds=seconds.waiting_on(contribution_id=key),
        member_id=behind.writer_id if is_signed else None,
        is_sealed=behind.is_sealed,
    )
