"""Forms of the panel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import wtforms
from flask_babel import lazy_gettext as _l

from forum.accounts.models import ROLES, MemberSession
from forum.core.forms import Form, Needed, choice, line, text
from forum.core.settings import LANGUAGES
from forum.discussions.words import PAUSE_WORDS
from forum.moderation.forms import OneOf
from forum.site import signing_out
from forum.site.words import ROLE_WORDS

TITLE_LIMIT, PAGE_LIMIT = 140, 100_000
NAME_LIMIT, DESCRIPTION_LIMIT, RULES_LIMIT = 80, 300, 4000
BIGGEST = 2**31 - 1


def number_in(value: Any) -> int | None:
    """A whole number that a database takes, from an untrusted string, or None."""
    if not (isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 10):
        return None
    return int(value) if int(value) <= BIGGEST else None


class PageForm(Form):
    """The words of an editable page. `version` is the one that was read before writing; 0 for none."""

    title = line(_l("Title"), TITLE_LIMIT, Needed(_l("Give the page a title.")))
    source = text(
        _l("Words"), PAGE_LIMIT, Needed(_l("Write something on the page.")),
        description=_l("## begins a section, - a list, [words](address) a link."),
    )  # fmt: skip
    version = wtforms.HiddenField(default="0")

    @property
    def seen_version(self) -> int:
        """The version that was read, -1 where the field holds no number."""
        found = number_in(self.version.data)
        return -1 if found is None else found


class RoleForm(Form):
    """One role to give."""

    role = choice(_l("Role"), [(role, ROLE_WORDS[role]) for role in ROLES[1:]])


class SigningOutForm(Form):
    """Which of a member's sessions end, and why."""

    session = OneOf(_l("Where"), signing_out.NO_SESSION, choices=[])
    why = OneOf(_l("Why"), signing_out.NO_WHY, choices=list(signing_out.WHYS.items()))

    def offer(self, sessions: Sequence[MemberSession]) -> SigningOutForm:
        """Fill in the devices that can be chosen."""
        each = [(str(one.id), one.device or _l("A device")) for one in sessions]
        self.session.choices = [("all", _l("On every device")), *each]
        return self

    @property
    def session_id(self) -> int | None:
        """The session chosen; None: all of them."""
        return number_in(self.session.data)


class BoardForm(Form):
    """A board: its address, its rules of the house, and its words in each language."""

    slug = line(
        _l("Address"), 60, Needed(_l("Write how its address ends.")),
        description=_l("Small letters, digits and hyphens: hands-and-skin. The old one leads here when it changes."),
    )  # fmt: skip
    position = line(_l("Place in the list"), 6, description=_l("A number; the smallest stands first."), default="0")
    audience = choice(
        _l("Who may read"), [("everyone", _l("Everyone")), ("members", _l("Members"))], default="everyone"
    )  # fmt: skip
    who_may_start = choice(
        _l("Who begins discussions"), [("everyone", _l("Every member")), ("moderators", _l("Moderators"))],
        default="everyone",
    )  # fmt: skip
    is_reviewed_first = wtforms.BooleanField(_l("A moderator reads everything before others do"))
    allows_anonymous = wtforms.BooleanField(_l("Members may write without their name"))
    slow_seconds = choice(
        _l("Between two posts of one member"), [(str(seconds), words) for seconds, words in PAUSE_WORDS.items()],
        default="0",
    )  # fmt: skip
    is_archived = wtforms.BooleanField(_l("Closed: it can be read, nobody writes"))

    name_en = line(_l("Name"), NAME_LIMIT)
    description_en = line(_l("In one line"), DESCRIPTION_LIMIT)
    rules_en = text(_l("Rules of this board"), RULES_LIMIT)
    name_it = line(_l("Name"), NAME_LIMIT)
    description_it = line(_l("In one line"), DESCRIPTION_LIMIT)
    rules_it = text(_l("Rules of this board"), RULES_LIMIT)
    name_es = line(_l("Name"), NAME_LIMIT)
    description_es = line(_l("In one line"), DESCRIPTION_LIMIT)
    rules_es = text(_l("Rules of this board"), RULES_LIMIT)

    def validate_position(self, field: Any) -> None:
        """Refuses what isn't a small whole number."""
        if number_in(field.data) is None:
            raise wtforms.ValidationError(str(_l("Write a whole number, such as 3.")))

    @property
    def settings(self) -> dict[str, Any]:
        """The columns of the board."""
        return {
            "position": number_in(self.position.data) or 0,
            "audience": self.audience.data,
            "who_may_start": self.who_may_start.data,
            "is_reviewed_first": bool(self.is_reviewed_first.data),
            "allows_anonymous": bool(self.allows_anonymous.data),
            "slow_seconds": number_in(self.slow_seconds.data) or 0,
            "is_archived": bool(self.is_archived.data),
        }

    @property
    def texts(self) -> dict[str, dict[str, str]]:
        """The board's words by language."""
        return {
            code: {part: self[f"{part}_{code}"].data or "" for part in ("name", "description", "rules")}
            for code in LANGUAGES
        }
