"""A moderator changes the words themselves: a revision of hers, with a line that every reader sees below them."""

from __future__ import annotations

import hashlib
from typing import Any

from flask_babel import lazy_gettext as _l

from forum.accounts.viewer import Viewer
from forum.contributions import actions as contributions
from forum.contributions import quotations
from forum.contributions.models import Contribution, Revision
from forum.core import richtext
from forum.core.db import db
from forum.core.kinds import Act, Asked
from forum.core.verdict import YES, Verdict, no
from forum.moderation.models import Decision
from forum.moderation.policy import CHANGED_SINCE

TEASER = 160  # characters of a teaser that is the beginning of its text
EMPTY = _l("The text is empty. To take all of it away, hide it.")
NO_NOTE = _l("Say in a sentence what you changed and why. Readers see it below the text.")
SAME = _l("Nothing is changed yet.")
OTHER_WORDS = _l("Its author changed the words while you were reading. Look again; yours are kept here.")


def digest(*words: str) -> str:
    """What says that two sets of words are the same: what was compared is what is sent."""
    return hashlib.sha256("\x1f".join(words).encode()).hexdigest()[:32]


def _words(asked: Asked) -> tuple[str, str]:
    title = richtext.clean_text(str(asked.fields.get("title", "")), single_line=True)
    source = richtext.clean_text(str(asked.fields.get("source", ""))).strip()
    contribution = asked.contribution
    # Whatever can't be read now stood in her form as one line: it is put back as it was.
    return title if contribution.title else "", quotations.put_back(source, contribution.source, contribution.language)


def _judge(asked: Asked) -> Verdict:
    title, source = _words(asked)
    contribution = asked.contribution
    if not source or (contribution.title and not title):
        return no(EMPTY, 422)
    if asked.fields.get("base") != contribution.shown_revision_id:
        return no(OTHER_WORDS, 409)
    if (title, source) == (contribution.title, contribution.source):
        return no(SAME, 422)
    if not str(asked.fields.get("note", "")).strip():
        return no(NO_NOTE, 422)
    return YES


def _perform(asked: Asked) -> dict[str, Any]:
    contribution, (title, source) = asked.contribution, _words(asked)
    before = contribution.shown_revision_id
    note = richtext.clean_text(str(asked.fields["note"]), single_line=True)
    revision = _revised(contribution, title, source, editor_id=asked.actor.id, note=note)
    _show(contribution, revision)
    return {"before": before, "revision": revision.id}


def _revised(contribution: Contribution, title: str, source: str, **more: Any) -> Revision:
    begins = richtext.excerpt(contribution.html, TEASER)
    is_beginning = contribution.teaser == begins
    shown = db.session.get(Revision, contribution.shown_revision_id) if contribution.shown_revision_id else None
    facts = shown.facts if shown is not None else None
    revision = contributions.add_revision(contribution, source=source, title=title, facts=facts, **more)
    if is_beginning:
        revision.teaser = richtext.excerpt(revision.html, TEASER)
    return revision


def _show(contribution: Contribution, revision: Revision) -> None:
    if contribution.status == "published":
        contributions.publish(contribution, revision)
    else:  # hidden: it is what readers will see once it is shown again
        contributions.show(contribution, revision)
    db.session.flush()


def _undo(_actor: Viewer | None, contribution: Contribution, decision: Decision) -> Verdict:
    """The words of before are shown again, as a revision of the author's: they are hers."""
    before = db.session.get(Revision, decision.data["before"])
    if contribution.shown_revision_id != decision.data["revision"] or before is None:
        return no(CHANGED_SINCE, 409)
    revision = contributions.add_revision(
        contribution, source=before.source, title=before.title, teaser=before.teaser, facts=before.facts
    )
    _show(contribution, revision)
    return YES


def _offers(_viewer: Viewer, contribution: Contribution) -> dict[str, Any]:
    return {
        "title": contribution.title,
        "source": quotations.shown_source(contribution.source, contribution.language),
        "base": contribution.shown_revision_id,
    }


ACT = Act(_perform, _undo, _judge, _offers)
