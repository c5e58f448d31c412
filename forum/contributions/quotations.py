"""Who quotes whom: kept with every revision, so that words taken back leave the texts that quote them, and return.

A reference counts once what it names has been published: to anything else it is a link like others, and tells nothing.
While the quoted can't be read its words are withheld from the quoting HTML, and so from pages, lists, search and
histories; the quoting sources keep them, until they are erased.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import bindparam, delete, or_, select, update
from sqlalchemy.orm import selectin_polymorphic, selectinload

from forum.contributions import mentions, quoting
from forum.contributions.models import Contribution, Draft, Quotation, Revision
from forum.core import kinds, richtext
from forum.core.db import db
from forum.core.languages import in_language
from forum.core.outbox import enqueue
from forum.core.settings import LANGUAGES
from forum.core.unit_of_work import must_be_writing
from forum.search.models import SearchDocument

AT_ONCE = 50  # quoting texts made anew in the transaction itself; the others follow in lots of as many
TEASER = 160  # characters of a teaser that is the beginning of its text
LOT = 500  # rows of HTML read and written together
Reindex = Callable[[Contribution], None]


def withdrawn_words(language: str) -> str:
    """What stands where quoted words were, in the language of the quoting text."""
    with in_language(language if language in LANGUAGES else LANGUAGES[0]):
        return str(_("words withdrawn"))


def rendered(source: str, language: str) -> Markup:
    """Safe HTML of a source, without quoted words that can't be read now, and with today's names of those mentioned."""
    html = mentions.named(richtext.render(source), language)
    if not quoting.may_quote(source):
        return html
    gone = _gone(quoting.quoted_in(html))
    return quoting.without(html, gone, withdrawn_words(language)) if gone else html


def shown_source(source: str, language: str) -> str:
    """A source for a form: without quoted words that can't be read now."""
    if not quoting.may_quote(source):
        return source
    gone = _gone(quoting.quoted_in(richtext.render(source)))
    return quoting.source_without(source, gone, withdrawn_words(language)) if gone else source


def put_back(edited: str, before: str, language: str) -> str:
    """An edited source in which the lines that `shown_source` put for quoted words are those words again.

    So to change a text doesn't lose, for the time when they can be read again, the words that it quotes. Where the
    writer took one of the lines out, or wrote such a line herself, all stay as she left them.
    """
    if not quoting.may_quote(before):
        return edited
    gone = _gone(quoting.quoted_in(richtext.render(before)))
    return quoting.put_back(edited, before, gone, withdrawn_words(language)) if gone else edited


def keep(contribution: Contribution, source: str) -> None:
    """Remember what a contribution quotes in one of its revisions."""
    if not quoting.may_quote(source):
        return
    named = quoting.quoted_in(richtext.render(source)) - {contribution.id}
    known = set(db.session.scalars(select(Quotation.quoted_id).where(Quotation.quoting_id == contribution.id)))
    found = select(Contribution.id).where(Contribution.id.in_(named - known), Contribution.published_at.is_not(None))
    db.session.add_all(
        [Quotation(quoting_id=contribution.id, quoted_id=quoted_id) for quoted_id in db.session.scalars(found)]
    )
    db.session.flush()


def withhold(quoted: Any, reindex: Reindex) -> None:
    """Take the words of contributions (a query of their ids) out of every text that quotes them, at once.

    Texts beyond the first are found by search again when the worker has read them.
    """
    must_be_writing()
    rows = db.session.execute(_quoting(quoted)).all()
    if not rows:
        return
    gone = {row.quoted_id for row in rows}
    ids = sorted({row.quoting_id for row in rows})
    for first in range(0, len(ids), LOT):
        _strip(ids[first : first + LOT], gone)
    _index(ids[:AT_ONCE], reindex)
    rest = ids[AT_ONCE:]
    for first in range(0, len(rest), LOT):
        db.session.execute(delete(SearchDocument).where(SearchDocument.contribution_id.in_(rest[first : first + LOT])))
    _go_on(gone, rest)


def give_back(quoted: Any, reindex: Reindex) -> None:
    """Show the words of contributions that can be read again in the texts that quote them; many follow in lots."""
    must_be_writing()
    rows = db.session.execute(_quoting(quoted)).all()
    ids = sorted({row.quoting_id for row in rows})
    make_anew(ids[:AT_ONCE], reindex)
    _go_on({row.quoted_id for row in rows}, ids[AT_ONCE:])


def go_on(quoted_id: int, after: int, reindex: Reindex) -> None:
    """Make the next lot of texts anew that quote a contribution, and ask for the lot after it."""
    ids = db.session.scalars(
        select(Quotation.quoting_id)
        .where(Quotation.quoted_id == quoted_id, Quotation.quoting_id > after)
        .order_by(Quotation.quoting_id)
        .limit(AT_ONCE + 1)
    ).all()
    if db.session.scalar(select(Contribution.status).where(Contribution.id == quoted_id)) == "erased":
        _erase_in(ids[:AT_ONCE], quoted_id)
    make_anew(ids[:AT_ONCE], reindex)
    _go_on({quoted_id}, ids[AT_ONCE:])


def erase(quoted_id: int) -> None:
    """Erase the words of a contribution from the sources that quote it: texts, revisions, drafts."""
    must_be_writing()
    db.session.execute(delete(Quotation).where(Quotation.quoting_id == quoted_id))
    named = or_(*(Draft.source.contains(f"{mark}{quoted_id})", autoescape=True) for mark in "/-"))
    for draft in db.session.scalars(select(Draft).where(named)):
        draft.source = quoting.source_without(draft.source, {quoted_id}, withdrawn_words(LANGUAGES[0]))
    ids = sorted(row.quoting_id for row in db.session.execute(_quoting([quoted_id])))
    _erase_in(ids[:AT_ONCE], quoted_id)
    _go_on({quoted_id}, ids[AT_ONCE:])


def make_anew(ids: Sequence[int], reindex: Reindex) -> None:
    """Render some contributions and their revisions anew, each without what can't be read now, and index them."""
    for model, owner in ((Contribution, Contribution.id), (Revision, Revision.contribution_id)):
        rows = db.session.execute(_texts(model, owner, ids)).all()
        _write(model, [(row, rendered(row.source, row.language)) for row in rows])
    _index(ids, reindex)


def _quoting(quoted: Any) -> Any:
    return select(Quotation.quoting_id, Quotation.quoted_id).where(Quotation.quoted_id.in_(quoted))


def _gone(ids: Collection[int]) -> set[int]:
    """Of the ids that a text names, those of what was published and can't be read now."""
    if not ids:
        return set()
    found = select(Contribution.id).where(
        Contribution.id.in_(ids),
        Contribution.published_at.is_not(None),
        or_(Contribution.status != "published", Contribution.audience == "participants"),
    )
    return set(db.session.scalars(found))


def _texts(model: type[Any], owner: Any, ids: Iterable[int]) -> Any:
    texts = select(model.id, model.source, model.html, model.teaser, Contribution.language)
    if model is Revision:
        texts = texts.join(Contribution, Contribution.id == owner)
    return texts.where(owner.in_(ids)).order_by(model.id)


def _strip(ids: Sequence[int], gone: Collection[int]) -> None:
    for model, owner in ((Contribution, Contribution.id), (Revision, Revision.contribution_id)):
        rows = db.session.execute(_texts(model, owner, ids)).all()
        words = {row.language: withdrawn_words(row.language) for row in rows}
        _write(model, [(row, quoting.without(row.html, gone, words[row.language])) for row in rows])


def _write(model: type[Any], made: Sequence[tuple[Any, Markup]]) -> None:
    """Write new HTML, and a teaser where it is the beginning of the text. No version rises: nobody changed a word."""
    changed = [(row, html) for row, html in made if html != row.html]
    if not changed:
        return
    table: Any = model.__table__
    statement = (
        update(table)
        .where(table.c.id == bindparam("key"))
        .values(html=bindparam("made", type_=table.c.html.type), teaser=bindparam("words", type_=table.c.teaser.type))
    )
    values = [{"key": row.id, "made": html, "words": _teaser(row, html)} for row, html in changed]
    db.session.connection().execute(statement, values)
    _reload(model, {row.id for row, _html in changed})


def _reload(model: type[Any], ids: Collection[int]) -> None:
    """What was written past the session is seen in it, and kept pages are thrown away."""
    db.session.info["public_changed"] = True
    for known in list(db.session.identity_map.values()):
        if isinstance(known, model) and known.id in ids:
            db.session.refresh(known, ["html", "teaser", "source"])


def _teaser(row: Any, html: Markup) -> str:
    """A teaser that is the beginning of the old HTML becomes that of the new; one that the author chose stays."""
    begins = richtext.excerpt(row.html, TEASER)
    return richtext.excerpt(html, TEASER) if row.teaser and row.teaser == begins else str(row.teaser)


def _erase_in(ids: Sequence[int], quoted_id: int) -> None:
    """Rewrite the sources of some quoting texts; after that nothing of the quoted stands in them, not its id either."""
    for model, owner in ((Contribution, Contribution.id), (Revision, Revision.contribution_id)):
        rows = db.session.execute(_texts(model, owner, ids)).all()
        for row in rows:
            left = quoting.source_without(row.source, {quoted_id}, withdrawn_words(row.language))
            if left != row.source:
                db.session.execute(
                    update(model)
                    .where(model.id == row.id)
                    .values(source=left)
                    .execution_options(synchronize_session=False)
                )
        _reload(model, {row.id for row in rows})
    db.session.execute(delete(Quotation).where(Quotation.quoted_id == quoted_id, Quotation.quoting_id.in_(ids)))


def _index(ids: Sequence[int], reindex: Reindex) -> None:
    """Put those of some texts that can be read into the index as they stand now."""
    rows = db.session.scalars(
        select(Contribution)
        .where(Contribution.id.in_(ids), Contribution.status == "published")
        .options(
            selectin_polymorphic(Contribution, [kind.model for kind in kinds.all_kinds().values()]),
            selectinload(Contribution.topics),
        )
        .execution_options(populate_existing=True)
    ).all()
    for row in rows:
        reindex(row)


def _go_on(quoted: Iterable[int], rest: Sequence[int]) -> None:
    """Leave the texts beyond the first to the worker."""
    if rest:
        for quoted_id in quoted:
            enqueue("contributions.quotations", {"quoted_id": quoted_id, "after": rest[0] - 1})
