"""Reading what waits for a second person. What concerns a moderator herself is not there for her."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, or_, select
from sqlalchemy.orm import aliased

from forum.accounts.models import Member, MemberRole
from forum.accounts.viewer import Viewer
from forum.contributions.models import Contribution, Seal
from forum.core import clock
from forum.core.db import db
from forum.moderation import authors, colleagues
from forum.moderation.guideline_models import Guideline
from forum.moderation.member_models import SecondPerson
from forum.moderation.models import CasePass
from forum.moderation.second_policy import Wish, answers_for
from forum.moderation.spam_accounts import is_signed_spam

PAGE = 25
SHOWN_FOR = timedelta(days=30)
IN_DANGER = timedelta(minutes=30)  # somebody's life: so long the only other moderator is waited for
_Asker, _Answerer, _Concerned = aliased(Member), aliased(Member), aliased(Member)


@dataclass(frozen=True, slots=True)
class Second:
    """What was asked, as the page shows it; `member` is whom it is about, never who is behind a seal."""

    row: SecondPerson
    asker: str | None
    answerer: str | None
    member: str | None
    guideline: int | None
    answers: tuple[str, ...] = ()
    signed: int = 0  # contributions that leave readers' sight with an account that is only spam

    @property
    def until(self) -> date | None:
        """The day on which a restriction would end."""
        return date.fromisoformat(self.row.data["until"]) if self.row.data.get("until") else None


def concerning(viewer: Viewer) -> ColumnElement[bool]:
    """The criterion for what is about `viewer`, or about what she wrote or works on, or a case that she passed on."""
    hers = select(Contribution.id).where(authors.involving(viewer))
    passed = select(CasePass.case_id).where(CasePass.moderator_id == viewer.id)
    return or_(
        and_(SecondPerson.case_id.is_not(None), SecondPerson.case_id.in_(passed)),
        and_(SecondPerson.member_id.is_not(None), SecondPerson.member_id == viewer.id),
        and_(SecondPerson.contribution_id.is_not(None), SecondPerson.contribution_id.in_(hers)),
    )


def _seconds(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    # Whom it is about, and whether it bears no name: for the rule that asks whether anybody else could answer.
    of_it = select(Contribution.author_id).where(Contribution.id == SecondPerson.contribution_id)
    signed = of_it.correlate(SecondPerson).scalar_subquery()  # said aloud: it stands inside another subquery too
    is_admin = exists().where(
        MemberRole.role == "admin", or_(MemberRole.member_id == SecondPerson.member_id, MemberRole.member_id == signed)
    )
    sealed = exists().where(Seal.contribution_id == SecondPerson.contribution_id)
    spam = select(func.count()).where(SecondPerson.second_for == "close_spam", is_signed_spam(SecondPerson.member_id))
    return (
        select(
            SecondPerson, _Asker.display_name, _Answerer.display_name, _Concerned.display_name, Guideline.number,
            is_admin, func.coalesce(SecondPerson.member_id, signed), sealed, spam.scalar_subquery(),
        )
        .outerjoin(_Asker, _Asker.id == SecondPerson.asked_by)
        .outerjoin(_Answerer, _Answerer.id == SecondPerson.answered_by)
        .outerjoin(_Concerned, _Concerned.id == SecondPerson.member_id)
        .outerjoin(Guideline, Guideline.id == SecondPerson.data["guideline"].as_integer())
        .where(not_(concerning(viewer)))
    )  # fmt: skip


def waiting_for(viewer: Viewer, after: int | None = None) -> Sequence[Second]:
    """What waits for an answer, the oldest first, with what `viewer` may answer; one more than a page if there are."""
    query = _seconds(viewer).where(SecondPerson.answered_at.is_(None), SecondPerson.expires_at > clock.now())
    if after is not None:
        query = query.where(SecondPerson.id > after)
    rows = db.session.execute(query.order_by(SecondPerson.id).limit(PAGE + 1)).all()
    return [
        Second(row, asker, answerer, member, guideline, answers_for(viewer, wish), spam)
        for (row, asker, answerer, member, guideline, *_about, spam), wish in zip(
            rows, _wishes(viewer, rows), strict=True
        )
    ]


def answered_lately(viewer: Viewer) -> Sequence[Second]:
    """What was answered in the last month, the newest first: a page of it."""
    query = _seconds(viewer).where(SecondPerson.answered_at > clock.now() - SHOWN_FOR)
    rows = db.session.execute(query.order_by(SecondPerson.answered_at.desc(), SecondPerson.id.desc()).limit(PAGE))
    return [Second(row, asker, answerer, name, number) for row, asker, answerer, name, number, *_more in rows]


def count_waiting(viewer: Viewer) -> int:
    """How much waits for an answer that `viewer` may give. One query."""
    asked = SecondPerson.asked_by.is_(None) | (SecondPerson.asked_by != viewer.id)
    query = select(SecondPerson.id).where(
        SecondPerson.answered_at.is_(None), SecondPerson.expires_at > clock.now(), asked, not_(concerning(viewer))
    )
    return len(db.session.scalars(query.limit(100)).all())


def wish_of(viewer: Viewer, row: SecondPerson) -> Wish:
    """What was asked, as a rule judges it for `viewer`."""
    found = db.session.execute(_seconds(viewer).where(SecondPerson.id == row.id)).all()
    return next(iter(_wishes(viewer, found)), Wish(concerns_viewer=True))


def _wishes(viewer: Viewer, rows: Sequence[Any]) -> list[Wish]:
    """Each row of `_seconds` as a rule judges it. Two queries more where the viewer asked: who else could answer."""
    own = [row[0] for row in rows if row[0].asked_by == viewer.id]
    able, passed = (colleagues.able(), _passed(own)) if own else (set(), {})
    return [
        Wish(
            is_own=row.asked_by == viewer.id,
            is_about_admin=bool(is_admin),
            is_late=row.expires_at <= clock.now(),
            is_alone=_is_alone(row, able - {viewer.id, concerned} - passed.get(row.case_id, set()), bool(is_sealed)),
            may_be_alone=_may_be_alone(row),
        )
        for row, *_names, is_admin, concerned, is_sealed, _spam in rows
    ]


def _passed(rows: Sequence[SecondPerson]) -> dict[int | None, set[int]]:
    """Who left which of these cases to the others. One query."""
    ids = [row.case_id for row in rows if row.case_id is not None]
    found: dict[int | None, set[int]] = {}
    for case_id, key in db.session.execute(
        select(CasePass.case_id, CasePass.moderator_id).where(CasePass.case_id.in_(ids))
    ):
        found.setdefault(case_id, set()).add(key)
    return found


def _is_alone(row: SecondPerson, left: set[int], is_sealed: bool) -> bool:
    patience = IN_DANGER if row.data.get("why") == "danger" else colleagues.PATIENCE
    return colleagues.is_alone(left, is_sealed=is_sealed, since=row.asked_at, patience=patience)


def _may_be_alone(row: SecondPerson) -> bool:
    """Whether an administrator may ever decide it alone: a seal only for a life, or where the law orders it."""
    return row.second_for != "open_seal" or row.data.get("why") in ("danger", "legal")


def answered_already(row: SecondPerson) -> Any:
    """What a second moderator who answers at once is told."""
    name = db.session.scalar(select(Member.display_name).where(Member.id == row.answered_by)) or "–"
    match row.answer:
        case "refused":
            return _l("%(name)s has refused this in the meantime.", name=name)
        case "lapsed":
            return _l("This has lapsed. Nothing happened.")
    return _l("%(name)s has agreed to this in the meantime. It is done.", name=name)
