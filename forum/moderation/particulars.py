"""The particulars of a letter: what the Digital Services Act, Article 17(3), wants said of every restriction.

They are kept as words of the code and ids, and said in the reader's language whenever she reads them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from forum.core.dates import date_in
from forum.core.db import db
from forum.core.settings import LANGUAGES
from forum.moderation import letter_words as words
from forum.moderation.guideline_models import Guideline, GuidelineText
from forum.moderation.models import Case, Decision, Letter, Report, Signal

HEARD_FOR = timedelta(days=183)  # six months (Article 20(1))
EVERYWHERE = ("warn", "silence", "limit", "ban")
DISCUSSION = ("lock", "slow", "merge")
# What only places a thing, or says what it is about: its author is told of it, as of everything. It restricts nothing,
# unless fewer people can read it afterwards (`narrows` in the decision's data).
PLACES = ("content_notes", "move", "split", "merge", "topics")
RESTRICTS = tuple(word for word in words.MEASURES if word not in PLACES)  # these want a statement of reasons


def of(row: Decision, *, is_edit: bool = False) -> dict[str, Any]:
    """The particulars of a decision as they are kept with its letter; none for one that restricts nothing."""
    narrows = row.decision in PLACES and row.data is not None and bool(row.data.get("narrows"))
    if row.decision not in RESTRICTS and not narrows:
        return {}
    facts, detected = _facts(row)
    return {
        "measure": row.decision,
        "is_edit": is_edit,
        "scope": "everywhere" if row.decision in EVERYWHERE else "discussion" if row.decision in DISCUSSION else "this",
        "from": row.made_at.isoformat(),
        "until": row.until.isoformat() if row.until is not None else None,
        "facts": facts,
        "detected": detected,
        "decided": "site" if row.is_automatic else "person",
        "guideline": row.guideline_id,
        "has_law": bool(row.law),
    } | ({"narrows": True} if narrows else {})


def _facts(row: Decision) -> tuple[str, str]:
    """What led to it: a notice, a signal of the site's own, the reading of everything first, or a moderator's eye."""
    if db.session.scalar(select(Report.id).where(Report.case_id == row.case_id).limit(1)) is not None:
        return "notice", "person"
    signal = select(Signal.id).where(Signal.case_id == row.case_id, Signal.signal.not_in(("new_member", "board")))
    if db.session.scalar(signal.limit(1)) is not None:
        return "signal", "site"
    opened_for = db.session.scalar(select(Case.opened_for).where(Case.id == row.case_id))
    return ("review" if opened_for in ("review", "import") else "own"), "person"


@dataclass(frozen=True, slots=True)
class Cited:
    """A guideline in the version that a decision rests on."""

    number: int
    version: int
    title: str
    text: str
    language: str
    is_in_force: bool


def cited_by(letters: Iterable[Letter], language: str) -> dict[int, Cited]:
    """The guidelines that letters cite, by id, in a language or the first that has them. One query."""
    ids = {letter.particulars.get("guideline") for letter in letters} - {None}
    if not ids:
        return {}
    order = [language, *LANGUAGES]
    rows = db.session.execute(
        select(Guideline, GuidelineText)
        .join(GuidelineText, GuidelineText.guideline_id == Guideline.id)
        .where(Guideline.id.in_(ids))
    ).all()
    found: dict[int, Cited] = {}
    for one, text in sorted(rows, key=lambda row: order.index(row[1].language), reverse=True):
        found[one.id] = Cited(one.number, one.version, text.title, text.text, text.language, one.replaced_at is None)
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a statement: what it is about, and what is to be said. `language`: where it isn't the page's."""

    label: str
    value: str
    language: str = ""


def lines_of(letter: Letter, cited: dict[int, Cited], language: str, *, law: str = "") -> list[Line]:
    """The statement of reasons in words, in `language` (which gettext must speak too). `law`: of the decision."""
    kept = letter.particulars
    if kept.get("measure") not in words.MEASURES:
        return []
    measure = (words.MEASURES_OF_EDIT if kept.get("is_edit") else {}).get(kept["measure"])
    measure = words.NARROWED if kept.get("narrows") else measure or words.MEASURES[kept["measure"]]
    return [
        Line(_("What was decided"), str(measure)),
        Line(_("What it covers"), str(words.SCOPES[kept["scope"]])),
        Line(_("When it begins"), date_in(datetime.fromisoformat(kept["from"]).date(), language)),
        Line(_("When it ends"), _until(kept, language)),
        Line(_("How we came to it"), str(words.FACTS[kept["facts"]])),
        Line(_("Person or machine"), str(words.HOWS[kept["detected"], kept["decided"]])),
        *_ground(kept, cited, law),
        Line(_("If you disagree"), _redress(letter, language)),
    ]


def _until(kept: dict[str, Any], language: str) -> str:
    if kept["until"] is not None:
        return date_in(datetime.fromisoformat(kept["until"]).date(), language)
    match kept["measure"]:
        case "ask_for_changes" | "decline":
            return str(_("When you have changed it and sent it again, and a moderator has read it"))
        case "warn":
            return str(_("It is said once. Nothing is taken from you."))
        case "redact" | "edit" | "move" | "split" | "merge":
            return str(_("It stays like this"))
    return str(_("When a moderator lifts it"))


def _ground(kept: dict[str, Any], cited: dict[int, Cited], law: str) -> list[Line]:
    said: list[Line] = []
    rule = cited.get(kept["guideline"] or 0)
    if rule is not None:
        name = _(
            "%(number)s. %(title)s (version %(version)s)", number=rule.number, title=rule.title, version=rule.version
        )
        said.append(Line(_("The guideline it rests on"), name, rule.language))
        said.append(Line(_("What the guideline says"), rule.text, rule.language))
    if kept["has_law"] and law:
        said.append(Line(_("The law it rests on"), law, "und"))
    said.append(Line(_("Why"), _("The letter says which of your words, or which act, this is about.")))
    return said


def _redress(letter: Letter, language: str) -> str:
    if letter.appeal_until is None:
        return str(_("You can go to court."))
    words = _(
        "Until %(date)s you can ask us to look again. Somebody else will decide, and it costs nothing. "
        "You can also go to a certified body for settling disputes out of court, or to a court.",
        date=date_in(letter.appeal_until.date(), language),
    )
    return str(words)
