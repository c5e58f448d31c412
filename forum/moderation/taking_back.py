"""A moderator takes back what was decided: by the site itself, by a colleague, by herself. Its author is told."""

from __future__ import annotations

from flask_babel import gettext as _

from forum.accounts.viewer import Viewer
from forum.core import clock
from forum.core.db import db
from forum.core.languages import in_language
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import Verdict, no
from forum.moderation import policy, queries, slips, statements, undoing
from forum.moderation.models import Decision, Letter


def take_back(*, actor: Viewer, case_id: int, decision_id: int) -> Verdict:
    """Undo one decision of a case, as far as nothing has changed since; its author reads that it was taken back."""
    must_be_writing()
    file = queries.file_of(actor, case_id, lock=True)
    decision = db.session.get(Decision, decision_id)
    if file is None or decision is None or decision.case_id != case_id:
        return no(policy.NOT_FOR_THIS, 404)
    now = clock.now()
    verdict = policy.can_undo(actor, file.matter, decision, now)
    if not verdict or not (verdict := undoing.undo(actor, decision)):
        return verdict
    if policy.is_slip(actor, decision, now) and slips.unsay(decision):
        return verdict
    if file.matter.has_author and decision.decision not in policy.SENDS_NOTHING:
        language = queries.letter_language(file.contribution)
        with in_language(language):
            words = _("We have taken back something that we decided about what you wrote. It is as it was before.")
        statements.post(
            Letter(
                decision_id=decision.id,
                contribution_id=file.contribution.id,
                language=language,
                text=words,
                sent_at=now,
            )
        )
    return verdict
