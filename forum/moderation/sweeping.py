"""Taking words out of every place that holds them: all that `membertext` registers, and what lies beside it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, false, or_, select, update

from forum.accounts.models import Member, ParkedText
from forum.contributions import actions as contributions
from forum.contributions import forgetting, quotations
from forum.contributions.models import Contribution, Draft, Quotation, Revision
from forum.core import clock, membertext
from forum.core.db import db
from forum.core.outbox import OutboxJob
from forum.core.richtext import RenderedHtml
from forum.core.unit_of_work import must_be_writing
from forum.moderation.models import Case, Decision, LegalNotice, Redaction, Report
from forum.rota.models import HandOver
from forum.search.models import SearchDocument

# Their HTML and teasers follow the source: they are made anew.
LARGE = (Contribution, Revision, SearchDocument)
_RUN = re.compile(r"[A-Za-z0-9]+")
SHORTEST_NUMBER = 7  # digits that are a number of somebody's without its country's code
_BETWEEN = "*_~`\\>"
_NUMBER = re.compile(r"[\d\s().+/\-–]{7,}")


def pattern_of(parts: Sequence[str]) -> re.Pattern[str]:
    """What finds these words however they are spaced, emphasised or, of a number, grouped."""
    return re.compile("|".join(_loosely(part) for part in sorted(parts, key=len, reverse=True)), re.IGNORECASE)


def _loosely(part: str) -> str:
    if _NUMBER.fullmatch(part) and (digits := "".join(sign for sign in part if sign.isdigit())):
        return _number(part, digits)
    # The signs that may stand between are none of what is looked for: else one run of them could be read in so many
    # ways that the search would never end.
    words = ([re.escape(sign) for sign in word if sign not in _BETWEEN] for word in part.split())
    return r"[\s>*_~`\\]{1,12}".join(r"[>*_~`\\]{0,3}".join(word) for word in words if word)


def _number(part: str, digits: str) -> str:
    """A number as others may have written it: with a country's code or without, a nought in its place."""
    apart = r"[\s().\-–/*_~`>\\]{0,6}"
    said = [digits]
    if (is_abroad := part.lstrip(" (").startswith("+")) or digits.startswith("00"):
        bare = digits if is_abroad else digits[2:]
        said = [bare, *(bare[code:] for code in (1, 2, 3) if len(bare) - code >= SHORTEST_NUMBER)]
    elif digits.startswith("0"):
        said.append(digits.lstrip("0"))
    ways = "|".join(apart.join(one) for one in said)
    country = rf"(?:(?:\+|00)\(?\d{{1,3}}{apart})?(?:\(?0{{1,2}}{apart})?"
    return rf"(?<!\d){country}[+(]{{0,2}}(?:{ways})(?!\d)"


def take_out(contribution: Contribution, parts: Sequence[str], mark: str) -> None:
    """Put `mark` in place of some words of a contribution, wherever they stand: in it and its revisions, in its
    translations and photos, in who quotes it, in drafts, snapshots, letters, messages, and in the index."""
    must_be_writing()
    db.session.flush()
    pattern, token = pattern_of(parts), [_longest_run(part) for part in parts]
    own = [contribution.id, *membertext.hanging_on(contribution.id)]
    ids = [*own, *db.session.scalars(select(Quotation.quoting_id).where(Quotation.quoted_id.in_(own)))]
    for entry in membertext.registered():
        if entry.model is not SearchDocument:
            columns = tuple(name for name in entry.columns if _is_swept(entry.model, name))
            _rewrite(entry.model, columns, _where(entry, contribution, ids, token), pattern, mark)
    _rewrite(Decision, ("note",), _notes_on(contribution, token), pattern, mark)
    since = and_(HandOver.written_at >= contribution.created_at, _holding(HandOver, ("text",), token))
    _rewrite(HandOver, ("text",), since, pattern, mark)
    _rewrite(OutboxJob, ("last_error",), _holding(OutboxJob, ("last_error",), token), pattern, mark)
    quotations.make_anew(ids, contributions.reindex)  # a teaser that is the text's beginning follows the text
    for model, owner in ((Contribution, "id"), (Revision, "contribution_id")):
        _rewrite(model, ("teaser",), model.__table__.c[owner].in_(ids), pattern, mark)
    _read_again()
    quotations.make_anew(ids, contributions.reindex)
    membertext.forget_derived(contribution.id)
    db.session.refresh(contribution)


def _is_swept(model: type[Any], column: str) -> bool:
    """Whether words are taken out of a column as they stand. Not of the name that a member goes by: hers to change."""
    return (column != "teaser" or model not in LARGE) and (model is not Member or column == "about")


def _read_again() -> None:
    """What was written past the session is seen in it, and kept pages are thrown away."""
    db.session.info["public_changed"] = True
    models = tuple(entry.model for entry in membertext.registered())
    for known in list(db.session.identity_map.values()):
        if isinstance(known, models):
            db.session.expire(known)


def _longest_run(part: str) -> str:
    """What surely stands in one piece wherever a part does: of a number, which may be grouped otherwise, a digit."""
    if _NUMBER.fullmatch(part) and (digits := [sign for sign in part if sign.isdigit()]):
        return digits[-1]
    return max(_RUN.findall(part), key=len, default=part)


def _where(
    entry: membertext.MemberText, contribution: Contribution, ids: Collection[int], tokens: Sequence[str]
) -> ColumnElement[bool]:
    """The rows that hold words of a contribution or of who quotes it, and her own that say the same elsewhere. What
    other people wrote of themselves is nobody's to change here."""
    table: Any = entry.model.__table__
    if entry.contribution_column is None:
        return _beside(entry, contribution, tokens)
    found = table.c[entry.contribution_column].in_(ids)
    if entry.member_column is not None and contribution.author_id is not None:
        hers = table.c[entry.member_column] == contribution.author_id
        found = or_(found, and_(hers, _holding(entry.model, entry.columns, tokens)))
    return or_(found, _drafts_about(contribution.id)) if entry.model is Draft else found


def _cases_of(contribution_id: int) -> Any:
    return select(Case.id).where(Case.contribution_id == contribution_id)


def _notes_on(contribution: Contribution, tokens: Sequence[str]) -> ColumnElement[bool]:
    """The moderators' notes with decisions about it, and those that say the same about whoever signed it."""
    on_it = Decision.case_id.in_(_cases_of(contribution.id))
    if contribution.author_id is None:
        return on_it
    signed = select(Contribution.id).where(Contribution.author_id == contribution.author_id)
    hers = select(Case.id).where(or_(Case.member_id == contribution.author_id, Case.contribution_id.in_(signed)))
    return or_(on_it, and_(Decision.case_id.in_(hers), _holding(Decision, ("note",), tokens)))


def _drafts_about(contribution_id: int) -> ColumnElement[bool]:
    """Anybody's unsent words about a contribution: letters, messages, suggestions, an answer that quotes it."""
    places = [f"{what}:{contribution_id}" for what in ("edit", "answer", "message", "suggestion")]
    letters = [f"case:{key}" for key in db.session.scalars(_cases_of(contribution_id))]
    quotes = or_(*(Draft.source.contains(f"{mark}{contribution_id})", autoescape=True) for mark in "/-"))
    return or_(Draft.place.in_([*places, *letters]), quotes)


def _beside(entry: membertext.MemberText, contribution: Contribution, tokens: Sequence[str]) -> ColumnElement[bool]:
    """The same of tables whose rows don't name the contribution itself."""
    model, contribution_id = entry.model, contribution.id
    if model is LegalNotice:
        on_it = LegalNotice.report_id.in_(select(Report.id).where(Report.contribution_id == contribution_id))
        if contribution.author_id is None:
            return on_it
        on_her = LegalNotice.report_id.in_(select(Report.id).where(Report.member_id == contribution.author_id))
        return or_(on_it, and_(on_her, _holding(model, entry.columns, tokens)))
    if model is ParkedText:
        cases = [f"/cases/{key}/" for key in db.session.scalars(_cases_of(contribution_id))]
        paths = [f"/contributions/{contribution_id}/", f"/posts/{contribution_id}/", f"/stories/{contribution_id}/"]
        is_about = or_(*(ParkedText.path.contains(part, autoescape=True) for part in (*cases, *paths)))
        quotes = (cast(ParkedText.fields, String).contains(f"{mark}{contribution_id})") for mark in "/-")
        return or_(is_about, *quotes)
    if entry.member_column is None or contribution.author_id is None:
        return false()
    hers = model.__table__.c[entry.member_column] == contribution.author_id
    return and_(hers, _holding(model, entry.columns, tokens))


def _holding(model: type[Any], columns: Sequence[str], tokens: Sequence[str]) -> ColumnElement[bool]:
    table: Any = model.__table__
    return or_(*(cast(table.c[name], String).icontains(token, autoescape=True) for name in columns for token in tokens))


def _rewrite(
    model: type[Any], columns: Sequence[str], where: ColumnElement[bool], pattern: re.Pattern[str], mark: str
) -> None:
    """Rewrite some columns of some rows. HTML follows its source later; no version rises: nobody said anything new."""
    table: Any = model.__table__
    texts = [name for name in columns if not isinstance(table.c[name].type, RenderedHtml)]
    keys = list(table.primary_key.columns)
    for row in db.session.execute(select(*keys, *(table.c[name] for name in texts)).where(where)).mappings().all():
        made = {name: _without(row[name], pattern, mark) for name in texts}
        changed = {name: value for name, value in made.items() if value != row[name]}
        if changed:
            here = [key == row[key.name] for key in keys]
            db.session.connection().execute(update(table).where(*here).values(changed))


def _without(value: Any, pattern: re.Pattern[str], mark: str) -> Any:
    if isinstance(value, str):
        return pattern.sub(mark, value)
    if isinstance(value, list):
        return [_without(one, pattern, mark) for one in value]
    if isinstance(value, dict):
        return {key: _without(one, pattern, mark) for key, one in value.items()}
    return value


# What a database keeps of what it deleted


def clean_up() -> None:
    """Rid the database's own files of what was written over. Outside any transaction."""
    registered = [entry.model for entry in membertext.registered()]
    forgetting.rid_files_of_leftovers([*registered, Decision, HandOver, OutboxJob])


def unswept() -> list[int]:
    """The ids of the redactions whose words may still stand in the database's own files."""
    return list(db.session.scalars(select(Redaction.id).where(Redaction.swept_at.is_(None))))


def note_swept(redaction_ids: Collection[int]) -> None:
    """Note that the database's files are clean of these."""
    must_be_writing()
    unswept_yet = (Redaction.id.in_(redaction_ids), Redaction.swept_at.is_(None))
    db.session.execute(update(Redaction).where(*unswept_yet).values(swept_at=clock.now()))
