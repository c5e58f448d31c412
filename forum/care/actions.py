"""The verbs of care: change the words of the card and of the protocol. Those of the card itself stand in `cards`."""

from __future__ import annotations

from forum.accounts.viewer import Viewer
from forum.care import policy
from forum.core import wordings
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no


def change_words(*, actor: Viewer, key: str, language: str, text: str, seen_version: int) -> Verdict:
    """Keep a new version of a text; refused where somebody else's is newer than what `actor` had read."""
    must_be_writing()
    if not (verdict := policy.can_change_words(actor)):
        return verdict
    kept = wordings.save(made_by=actor.id, key=key, language=language, text=text, seen_version=seen_version)
    return YES if kept is not None else no(policy.CHANGED_MEANWHILE, 409)
