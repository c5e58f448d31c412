"""The consent ledger: what an author allows to be done with what she wrote, use by use.

Every use in the code asks here, and only here are rows of `consents` read. A use is allowed by a row that is whole:
a known use and wording, a language where one is needed and none where not, given in the past, never withdrawn. Any
other row, whatever is wrong with it, allows nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select

from forum.contributions import wording
from forum.contributions.models import HOWS, USES, Consent, Contribution
from forum.core import clock
from forum.core.db import db
from forum.core.settings import LANGUAGES
from forum.core.unit_of_work import must_be_writing

Use = tuple[str, str | None]
"""A use and, for a translation, the language."""


def _is_whole(now: Any = None) -> ColumnElement[bool]:
    return and_(
        Consent.withdrawn_at.is_(None),
        Consent.given_at <= (clock.now() if now is None else now),
        Consent.given_how.in_(HOWS),
        Consent.wording_version.in_(wording.VERSIONS),
        Consent.language.in_(LANGUAGES),
        or_(
            and_(Consent.use == "translation", Consent.for_language.in_(LANGUAGES)),
            and_(Consent.use.in_(USES), Consent.use != "translation", Consent.for_language.is_(None)),
        ),
    )


def criterion(use: str, for_language: Any = None, *, of: Any = Contribution.id, now: Any = None) -> ColumnElement[bool]:
    """The criterion on a list for what may be used so. `of`: the column with the contribution's id.

    `for_language` may be a column: a list of translations asks each for its own. `now`: the parameter of a statement
    that is made once and gets the moment when it runs.
    """
    language = Consent.for_language.is_(None) if for_language is None else Consent.for_language == for_language
    return exists().where(Consent.contribution_id == of, Consent.use == use, language, _is_whole(now))


def allows(contribution_id: int, use: str, for_language: str | None = None) -> bool:
    """Whether its author allows a contribution to be used so; a translation is asked for with its language."""
    return (use, for_language) in allowed(contribution_id)


def allowed(contribution_id: int) -> set[Use]:
    """Every use that its author allows, translations with their language. One query."""
    rows = db.session.execute(
        select(Consent.use, Consent.for_language).where(Consent.contribution_id == contribution_id, _is_whole())
    )
    return {(use, for_language) for use, for_language in rows}


def allowed_by_each(contribution_ids: Sequence[int]) -> dict[int, set[Use]]:
    """The same for several contributions. One query."""
    found: dict[int, set[Use]] = {key: set() for key in contribution_ids}
    rows = db.session.execute(
        select(Consent.contribution_id, Consent.use, Consent.for_language).where(
            Consent.contribution_id.in_(contribution_ids), _is_whole()
        )
    )
    for key, use, for_language in rows:
        found[key].add((use, for_language))
    return found


def history(contribution_id: int) -> Sequence[Consent]:
    """All that was ever given and taken back, oldest first. For its author, and for whoever reads it at the desk."""
    return db.session.scalars(
        select(Consent).where(Consent.contribution_id == contribution_id).order_by(Consent.given_at, Consent.id)
    ).all()


def give(
    contribution: Contribution,
    use: str,
    *,
    for_language: str | None = None,
    version: int,
    language: str,
    how: str,
    recorded_by: int | None = None,
    note: str = "",
    given_at: datetime | None = None,
) -> Consent:
    """Write down that its author allows a use: in which wording, read in which language, given how.

    The same again is one row. `recorded_by`: the member who wrote it down for her; `note`: in which words.
    Raises ValueError for what could never be read as consent.
    """
    must_be_writing()
    row = Consent(
        contribution_id=contribution.id,
        use=use,
        for_language=for_language,
        wording_version=version,
        language=language,
        given_how=how,
        given_at=given_at or clock.now(),
        recorded_by=recorded_by,
        note=note,
    )
    _must_make_sense(contribution, row)
    _one_at_a_time(contribution)
    same = _of(contribution, use, for_language)
    before = db.session.scalar(select(Consent).where(*same, Consent.wording_version == version, _is_whole()).limit(1))
    if before is not None:
        return before
    db.session.add(row)
    db.session.flush()
    return row


def keep_to(
    contribution: Contribution, wanted: AbstractSet[Use], *, language: str, how: str = "site", note: str = ""
) -> set[Use]:
    """Let her choices be exactly these, in the wording that is asked now. Returns what she no longer allows."""
    before = allowed(contribution.id)
    for use, for_language in sorted(wanted - before, key=str):
        give(
            contribution, use, for_language=for_language, version=wording.VERSION, language=language, how=how, note=note
        )
    for use, for_language in before - wanted:
        take_back(contribution, use, for_language)
    return before - wanted


def _must_make_sense(contribution: Contribution, row: Consent) -> None:
    if row.use not in USES or (row.use == "translation") != (row.for_language is not None):
        raise ValueError(f"There is no use {row.use!r} for the language {row.for_language!r}.")
    if row.use == "translation" and (row.for_language not in LANGUAGES or row.for_language == contribution.language):
        raise ValueError(f"Nothing is translated from {contribution.language} into {row.for_language}.")
    if row.given_how not in HOWS or not wording.is_known(row.wording_version, row.use, row.language):
        raise ValueError(f"Nobody was asked for {row.use} in wording {row.wording_version} in {row.language}.")
    if row.given_at > clock.now():
        raise ValueError("A consent can’t be given tomorrow.")


def _of(contribution: Contribution, use: str, for_language: str | None) -> tuple[ColumnElement[bool], ...]:
    language = Consent.for_language.is_(None) if for_language is None else Consent.for_language == for_language
    return Consent.contribution_id == contribution.id, Consent.use == use, language


def _one_at_a_time(contribution: Contribution) -> None:
    db.session.flush()
    db.session.execute(
        select(Contribution.id).where(Contribution.id == contribution.id).with_for_update(key_share=True)
    )


def take_back(contribution: Contribution, use: str, for_language: str | None = None) -> bool:
    """Write down that its author no longer allows a use. True if she did until now."""
    must_be_writing()
    _one_at_a_time(contribution)
    rows = db.session.scalars(
        select(Consent).where(*_of(contribution, use, for_language), Consent.withdrawn_at.is_(None))
    ).all()
    for row in rows:
        row.withdrawn_at = clock.now()
    db.session.flush()
    return bool(rows)


def annotate(contribution: Contribution, use: str, for_language: str | None, note: str) -> None:
    """Add a line to the note of a use that is allowed now: what was said about it since."""
    must_be_writing()
    row = db.session.scalar(
        select(Consent).where(*_of(contribution, use, for_language), _is_whole()).order_by(Consent.id.desc()).limit(1)
    )
    if row is not None:
        row.note = f"{row.note}\n{note}".strip()
        db.session.flush()


def is_quiet_since(moment: datetime, *, of: Any = Contribution.id) -> ColumnElement[bool]:
    """The criterion on a list for what its author has said something about, but nothing after a moment."""
    said = exists().where(Consent.contribution_id == of)
    return and_(said, ~said.where(or_(Consent.given_at > moment, Consent.withdrawn_at > moment)))


def take_all_back(contribution: Contribution, at: datetime) -> None:
    """Write down that its author took the whole contribution back at that moment."""
    must_be_writing()
    for row in db.session.scalars(
        select(Consent).where(Consent.contribution_id == contribution.id, Consent.withdrawn_at.is_(None))
    ):
        row.withdrawn_at = at
    db.session.flush()


def bring_all_back(contribution: Contribution, at: datetime | None) -> None:
    """Let stand again what was taken back with the whole contribution at that moment, and nothing else."""
    must_be_writing()
    for row in db.session.scalars(
        select(Consent).where(Consent.contribution_id == contribution.id, Consent.withdrawn_at == at)
    ):
        row.withdrawn_at = None
    db.session.flush()
