"""What a case shows of the words themselves: as sent, compared with earlier ones, looked through; and of consent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlalchemy import select

from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.contributions import details, ledger
from forum.contributions.details import Detail
from forum.contributions.models import Consent, Contribution, Revision
from forum.core import richtext
from forum.core.db import db
from forum.core.differences import Paragraph, differences
from forum.core.verdict import Verdict
from forum.helplines.queries import published_numbers
from forum.moderation import exchange
from forum.moderation import review_policy as rules
from forum.moderation.exchange import Entry
from forum.moderation.queries import CasePage, Decided

AROUND = 40  # letters shown on each side of a personal detail
AS_THEY_STAND = ("pending", "published", "hidden")  # where the row holds what was sent; else it is her desk


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two revisions and all that differs between them."""

    before: Revision
    after: Revision
    title: Sequence[Paragraph]
    teaser: Sequence[Paragraph]
    text: Sequence[Paragraph]
    facts: Sequence[tuple[Any, str, str]]

    @property
    def is_nothing(self) -> bool:
        """Whether the two say the same."""
        return not self.title and not self.teaser and not self.facts and all(one.is_same for one in self.text)


@dataclass(frozen=True, slots=True)
class Found:
    """A personal detail with the words around it."""

    detail: Detail
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class CaseReview:
    """What a moderator reads and writes on a case beside deciding."""

    title: str
    teaser: str
    html: Markup
    comparison: Comparison | None
    found: Sequence[Found]
    consents: Sequence[tuple[Consent, str | None]]
    entries: Sequence[Entry]
    talk: rules.Talk
    can_write: Verdict

    @property
    def unread(self) -> int:
        """How many answers of the author's no moderator has marked read."""
        return sum(entry.is_unread and entry.is_from_author for entry in self.entries)

    @property
    def unanswered(self) -> int:
        """How many suggestions wait for her."""
        return sum(entry.is_unread for entry in self.entries if entry.what == "suggestion")


def review_for(viewer: Viewer, page: CasePage, compared: tuple[int | None, int | None] = (None, None)) -> CaseReview:
    """What the page of a case shows of the words. `compared`: the numbers of the two revisions asked for."""
    file = page.file
    contribution, newest = file.contribution, page.revisions[-1] if page.revisions else None
    sent = file.edit or (newest if newest and contribution.status not in AS_THEY_STAND else contribution)
    talk = exchange.talk_about(contribution, file.edit, file.past.rulings if file.past else None)
    return CaseReview(
        title=sent.title,
        teaser=_own_teaser(sent.teaser, sent.html),
        html=sent.html,
        comparison=_comparison(page, compared),
        found=_found(sent, contribution.language) if contribution.status != "erased" else (),
        consents=_consents(contribution) if file.kind.asks_consent else (),
        entries=exchange.entries_about(contribution),
        talk=talk,
        can_write=rules.can_write_to_author(viewer, file.matter, talk),
    )


def _own_teaser(teaser: str, html: Markup) -> str:
    """The line that the author chose for lists; empty where it is no more than the beginning of the words."""
    begins = teaser.rstrip("…").strip()[:40]
    return "" if richtext.excerpt(html, 300).startswith(begins) else teaser


def _comparison(page: CasePage, asked: tuple[int | None, int | None]) -> Comparison | None:
    """The revisions asked for; else what is shown and the change that waits, or the words once refused and the new."""
    by_number = {revision.number: revision for revision in page.revisions}
    before, after = by_number.get(asked[0] or 0), by_number.get(asked[1] or 0)
    if before is None or after is None:
        before, after = _usual(page)
    if before is None or after is None or before.id == after.id:
        return None
    file = page.file
    return Comparison(
        before,
        after,
        differences(before.title, after.title) if before.title != after.title else (),
        differences(before.teaser, after.teaser) if before.teaser != after.teaser else (),
        differences(before.source, after.source),
        file.kind.changed_facts(file.contribution, before, after),
    )


def _usual(page: CasePage) -> tuple[Revision | None, Revision | None]:
    file, newest = page.file, page.revisions[-1] if page.revisions else None
    if file.edit is not None:
        shown = next((one for one in page.revisions if one.id == file.contribution.shown_revision_id), None)
        return shown, file.edit
    refused = [one for one in page.decided if one.decision.decision in ("ask_for_changes", "decline")]
    if file.contribution.status != "pending" or not refused or newest is None:
        return None, None
    return _read_when(page.revisions, refused[-1]), newest


def _read_when(revisions: Sequence[Revision], decided: Decided) -> Revision | None:
    read = [revision for revision in revisions if revision.made_at <= decided.decision.made_at]
    return read[-1] if read else None


def _found(sent: Contribution | Revision, language: str) -> Sequence[Found]:
    text = f"{sent.title}\n\n{sent.teaser}\n\n{sent.source}"
    found = details.found_in(text, language)
    if any(one.kind == "phone" for one in found):
        found = details.found_in(text, language, public_numbers=published_numbers())
    return [
        Found(one, _line(text[: one.start])[-AROUND:], _line(text[one.end :][::-1])[::-1][:AROUND]) for one in found
    ]


def _line(text: str) -> str:
    """What stands in the last paragraph of a text."""
    return text.rpartition("\n")[2]


def _consents(contribution: Contribution) -> Sequence[tuple[Consent, str | None]]:
    """All that was ever allowed and taken back, with who wrote it down where the author didn't herself."""
    rows = ledger.history(contribution.id)
    recorders = {row.recorded_by for row in rows if row.recorded_by is not None}
    names: dict[int, str] = {}
    if recorders:
        found = db.session.execute(select(Member.id, Member.display_name).where(Member.id.in_(recorders)))
        names = {key: name for key, name in found if name}
    return [(row, names.get(row.recorded_by or 0)) for row in rows]
