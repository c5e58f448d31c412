"""What is looked for before a text is shown at once: the signs of screening, and the reasons of the desk."""

from __future__ import annotations

from forum.accounts.viewer import Viewer
from forum.contributions import bylines
from forum.contributions.models import Contribution, Revision
from forum.core.kinds import Kind
from forum.core.settings import the_settings
from forum.moderation import redacting
from forum.screening import looking
from forum.screening.looking import Finding
from forum.screening.sending import Sent


def approvals_needed() -> int:
    """Approved contributions before a member's own are shown at once; 0: nobody waits for being new."""
    settings = the_settings()
    return settings.approvals_until_established


def text_of(contribution: Contribution, revision: Revision | None = None) -> str:
    """All the words of a contribution, or of an edit of it: title, line for lists, text."""
    words = revision or contribution
    return "\n\n".join(part for part in (words.title, words.teaser, words.source) if part)


def found(
    actor: Viewer,
    kind: Kind,
    contribution: Contribution,
    revision: Revision | None,
    sent: Sent,
    *,
    review_first: bool,
    was_refused: bool,
) -> list[Finding]:
    """All that is noticed about something sent, the desk's own reasons first."""
    words = revision or contribution
    findings = []
    if was_refused:
        findings.append(Finding("was_refused", True))
    if review_first:
        findings.append(Finding("board", True))
    if revision is not None and redacting.may_return(contribution, revision):
        findings.append(Finding("private_details", True))
    if bylines.must_wait(actor, contribution):
        findings.append(Finding("lookalike", True))
    return findings + looking.look(
        actor, kind, contribution, words.source, sent=sent, title=f"{words.title}\n{words.teaser}"
    )
