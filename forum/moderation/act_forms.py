"""What each act asks for beside the letter: untrusted strings become the `fields` that `decisions.decide` is given."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import wtforms
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms.validators import ValidationError

from forum.accounts.viewer import Viewer
from forum.core.differences import Paragraph, differences
from forum.core.forms import Form, line, text
from forum.core.languages import current_language
from forum.core.richtext import MAX_LENGTH
from forum.moderation import acts, editing
from forum.moderation.forms import DayField, OneOf, key_of
from forum.moderation.queries import CasePage
from forum.moderation.wording import NOTES
from forum.topics.queries import meant_by

_THREAD = re.compile(r"(?:.*/threads/)?(\d{1,10})(?:[/?#].*)?")
COMPARE = _l("Look at what changes, below. If it is right, send it once more.")


class ActForm(Form):
    """The fields of one act. Their names begin with the act's word.

    `is_drawn`: what they are chosen from is there; of a costly one it is asked for once somebody chooses the act.
    """

    is_costly = False
    is_drawn = True
    restricts = False  # as filled in, it takes something from who could read it

    def offer(self, offers: Mapping[str, Any]) -> None:
        """Fill in what can be chosen, and what stands there now."""

    @property
    def fields(self) -> dict[str, Any]:
        """The clean values, as the act reads them."""
        return {}


class LockForm(ActForm):
    """Until when a discussion is locked."""

    until = OneOf(
        _l("Locked until when?"),
        _l("Say until when."),
        choices=[("morning", _l("Until the morning")), ("day", _l("Until a day")), ("open", _l("Until it is opened"))],
    )
    day = DayField(_l("The day on which it opens again"))

    def offer(self, offers: Mapping[str, Any]) -> None:
        if self.until.raw_data is None:
            self.until.data = "morning"

    @property
    def fields(self) -> dict[str, Any]:
        return {"until": self.until.data, "day": self.day.data}

    def validate_day(self, field: wtforms.Field) -> None:
        """Refuses a day that was asked for and not said."""
        if self.until.data == "day" and field.data is None and not field.errors:
            raise ValidationError(_l("Choose the day."))


class SlowForm(ActForm):
    """How long everybody waits between two posts."""

    seconds = wtforms.SelectField(_l("Between two answers of one member"), choices=[], validate_choice=False)

    def offer(self, offers: Mapping[str, Any]) -> None:
        self.seconds.choices = [(str(key), words) for key, words in offers["seconds"].items()]

    @property
    def fields(self) -> dict[str, Any]:
        return {"seconds": 0 if self.seconds.data == "0" else key_of(self.seconds.data)}


class MoveForm(ActForm):
    """The board on which it goes on."""

    is_costly = True

    board = wtforms.SelectField(_l("To which board?"), choices=[], validate_choice=False)

    def offer(self, offers: Mapping[str, Any]) -> None:
        members = _l("for members")
        self.board.choices = [("", _l("Choose a board"))] + [
            (str(key), f"{name} ({members})" if audience == "members" else name)
            for key, name, audience in offers["boards"]
        ]
        closed = {str(key) for key, _name, audience in offers["boards"] if audience != "everyone"}
        self.restricts = offers["is_open"] and self.board.data in closed

    @property
    def fields(self) -> dict[str, Any]:
        return {"board": key_of(self.board.data)}


class SplitForm(ActForm):
    """The new discussion's title."""

    title = line(_l("The new discussion’s title"), 150)

    @property
    def fields(self) -> dict[str, Any]:
        return {"title": self.title.data or ""}


class MergeForm(ActForm):
    """The discussion that it goes into, by its number or address."""

    into = line(
        _l("Into which discussion?"), 300, description=_l("Its number, or its address copied from the browser.")
    )

    @property
    def fields(self) -> dict[str, Any]:
        found = _THREAD.fullmatch(self.into.data or "")
        return {"into": key_of(found[1]) if found else None}


class TopicsForm(ActForm):
    """What it is about, a topic on each line, by any name that the site knows."""

    is_costly = True

    names = text(_l("Its topics, one on each line"), 2000)

    def offer(self, offers: Mapping[str, Any]) -> None:
        if self.names.raw_data is None:
            self.names.data = "\n".join(offers["topics"])

    @property
    def _words(self) -> list[str]:
        return [word for word in ((self.names.data or "").splitlines()) if word.strip()][:40]

    @property
    def fields(self) -> dict[str, Any]:
        return {"topics": sorted(set(meant_by(self._words, current_language()).values()))}

    def validate_names(self, field: wtforms.Field) -> None:
        """Refuses a word that is no topic's name."""
        known = meant_by(self._words, current_language())
        unknown = next((word for word in self._words if word not in known), None)
        if unknown is not None:
            raise ValidationError(str(_l("“%(word)s” is no topic here. Write one of its names.", word=unknown)))


class NotesForm(ActForm):
    """The notes that stand before it."""

    notes = wtforms.SelectMultipleField(
        _l("What readers are told before they open it"), choices=list(NOTES.items()), validate_choice=False
    )

    def offer(self, offers: Mapping[str, Any]) -> None:
        if self.notes.raw_data is None and self.notes.data is None:
            self.notes.data = list(offers["notes"])

    @property
    def fields(self) -> dict[str, Any]:
        return {"notes": tuple(self.notes.data or ())}


class SeenForm(ActForm):
    """An act that is looked at once more before it is sent: `seen` says which words were compared."""

    seen = wtforms.HiddenField(_l("Once more"))

    @property
    def digest(self) -> str:
        """What stands for the words as they are now."""
        return editing.digest(*self._said())

    def _said(self) -> tuple[str, ...]:
        return ()

    @property
    def is_compared(self) -> bool:
        """Whether the words as they are now were looked at."""
        return self.seen.data == self.digest

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuses words that nobody has compared yet; the next time they have been."""
        is_fine, is_compared = bool(super().validate(extra_validators)), self.is_compared
        self.seen.data = self.digest
        if is_fine and not is_compared:
            self.seen.errors = [COMPARE]
        return is_fine and is_compared


class EditForm(SeenForm):
    """Other words, with the line that readers see below them."""

    base = wtforms.HiddenField()
    title = line(_l("Title"), 150)
    source = text(_l("The text"), MAX_LENGTH)
    note = line(
        _l("The line that readers see below it"),
        300,
        description=_l("What you changed and why: “Edited by a moderator: …”"),
    )
    before: tuple[str, str] = ("", "")

    def offer(self, offers: Mapping[str, Any]) -> None:
        self.before = (offers["title"], offers["source"])
        if self.source.raw_data is None:
            self.title.data, self.source.data, self.base.data = offers["title"], offers["source"], str(offers["base"])

    def _said(self) -> tuple[str, ...]:
        return (self.title.data or "", self.source.data or "", self.note.data or "")

    @property
    def compared(self) -> list[Paragraph]:
        """All that changes, word by word; nothing while nothing does."""
        title, source = self.before
        before, after = f"{title}\n\n{source}".strip(), f"{self.title.data or ''}\n\n{self.source.data or ''}".strip()
        return list(differences(before, after)) if before != after else []

    @property
    def fields(self) -> dict[str, Any]:
        return {
            "title": self.title.data or "",
            "source": self.source.data or "",
            "note": self.note.data or "",
            "base": key_of(self.base.data),
        }


class RedactForm(SeenForm):
    """What is taken out: ticked from what the check found, or copied, a part on each line.

    What was found stands on the page ready ticked: whoever sends that, or some of it, has looked at it. Copied parts
    are shown once more.
    """

    found = wtforms.SelectMultipleField(_l("Found in it: what is ticked goes"), choices=[], validate_choice=False)
    words = text(_l("Other words, one part on each line"), 8000)

    def offer(self, offers: Mapping[str, Any]) -> None:
        self.found.choices = [(one.text, one.text) for one in offers["found"]]
        self.hints = {one.text: one.words for one in offers["found"]}
        self.offered = tuple(one.text for one in offers["found"])
        if self.seen.raw_data is None:
            self.found.data, self.seen.data = list(offers["ticked"]), editing.digest(*self.offered)

    @property
    def is_compared(self) -> bool:
        is_of_it = not (self.words.data or "").strip() and set(self.found.data or ()) <= set(self.offered)
        return super().is_compared or (is_of_it and self.seen.data == editing.digest(*self.offered))

    @property
    def parts(self) -> list[str]:
        """All parts that are to go."""
        return [
            *(self.found.data or ()),
            *(part.strip() for part in (self.words.data or "").splitlines() if part.strip()),
        ]

    def _said(self) -> tuple[str, ...]:
        return tuple(self.parts)

    @property
    def fields(self) -> dict[str, Any]:
        return {"parts": self.parts}


FORMS: dict[str, type[ActForm]] = {
    "edit": EditForm,
    "redact": RedactForm,
    "content_notes": NotesForm,
    "lock": LockForm,
    "slow": SlowForm,
    "move": MoveForm,
    "split": SplitForm,
    "merge": MergeForm,
    "topics": TopicsForm,
}


def forms_for(
    viewer: Viewer,
    page: CasePage,
    decisions: tuple[str, ...],
    posted: MultiDict[str, str] | None = None,
    chosen: str | None = None,
) -> dict[str, ActForm]:
    """The form of each act that can be decided, with what was typed into it. `chosen`: the decision begun so far."""
    contribution, there = page.file.contribution, acts.acts_on(page.file.contribution)
    made: dict[str, ActForm] = {}
    for word in decisions:
        if word in FORMS:
            is_typed = posted is not None and (word == chosen or any(name.startswith(f"{word}-") for name in posted))
            made[word] = FORMS[word](posted if is_typed else None, prefix=f"{word}-")
            made[word].is_drawn = not made[word].is_costly or is_typed or word == chosen
            if made[word].is_drawn:
                made[word].offer(there[word].offers(viewer, contribution))
    return made


def is_ready(form: ActForm | None) -> bool:
    """Whether an act's own fields, where it has any, say all that it needs."""
    return form is None or form.validate()
