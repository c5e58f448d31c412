"""What somebody who reported something is told of a decision: what became of it, and nothing about whom it concerns."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

_STAYS = _l("A moderator read it and left it on the site.")
_OUT_OF_SIGHT = _l("A moderator read it and took it out of sight.")
_ACTED = _l("A moderator read it and acted on it.")
_CHANGED = _l("A moderator read it and changed a part of it.")

OUTCOMES: dict[str, Any] = {
    "approve": _STAYS,
    "ask_for_changes": _l("A moderator read it and asked the author for changes."),
    "decline": _l("A moderator read it. The change is not published."),
    "hide": _OUT_OF_SIGHT,
    "restore": _STAYS,
    "no_action": _STAYS,
    "edit": _CHANGED,
    "redact": _l("A moderator read it and took private details out of it."),
    "content_notes": _l("A moderator read it. Readers now hear what it is about before they open it."),
    "lock": _l("A moderator read it and closed the discussion."),
    "unlock": _ACTED,
    "slow": _l("A moderator read it and slowed the discussion down."),
    "move": _l("A moderator read it and moved it to where it belongs."),
    "split": _l("A moderator read it and moved it to where it belongs."),
    "merge": _l("A moderator read it and moved it to where it belongs."),
    "topics": _l("A moderator read it and moved it to where it belongs."),
    "warn": _ACTED,
    "silence": _ACTED,
    "limit": _ACTED,
    "ban": _ACTED,
    "lift": _ACTED,
    "open_seal": _ACTED,
    # Sober, and without a word against anybody: whoever reported in good faith may read it too.
    "made_to_hurt": _l("A moderator read it and found nothing in it that goes against the guidelines. It stays."),
    "false_alarm": _STAYS,
}
LEFT_HIDDEN = _OUT_OF_SIGHT
HELD = _l("Our own check found private details in it. It is out of sight until a moderator has read it.")


def outcome(decision: str, status: str | None) -> Any:
    """What a reporter is told of a decision, given how the contribution stands (None: it was about a member)."""
    return LEFT_HIDDEN if decision == "no_action" and status == "hidden" else OUTCOMES[decision]
