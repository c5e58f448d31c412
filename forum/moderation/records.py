"""What a case shows of the record of whoever is behind it. Of a sealed one: what hangs on that contribution alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forum.moderation import ladder, notes
from forum.moderation.ladder import Suggestion
from forum.moderation.notes import Noted
from forum.moderation.queries import CaseFile


@dataclass(frozen=True, slots=True)
class Record:
    """Notes and contacts, and what the record suggests. `member_id`: only of a signed one."""

    notes: Sequence[Noted]
    suggestion: Suggestion | None
    member_id: int | None
    is_sealed: bool


def record_for(file: CaseFile) -> Record:
    """The record that a case's page shows. One query."""
    behind, key = file.behind, file.contribution.id
    is_signed = not behind.is_sealed and behind.writer_id is not None
    return Record(
        notes=notes.of_member(behind.writer_id or 0) if is_signed else notes.of_contribution(key),
        # Where somebody may be in danger, nobody speaks of sanctions.
        suggestion=ladder.suggest(file.author.counted)
        if behind.writer_id is not None and file.case.opened_for != "care"
        else None,
        member_id=behind.writer_id if is_signed else None,
        is_sealed=behind.is_sealed,
    )
