"""Forms of watched words: one word, a whole list, what a rule held and shall be released."""

from __future__ import annotations

from typing import Any

import wtforms
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from forum.core.forms import Form, Needed, TooLong, choice, line, text
from forum.core.languages import NAMES
from forum.core.settings import LANGUAGES
from forum.moderation.forms import key_of
from forum.moderation.reversing import DAYS, RULES
from forum.screening import words
from forum.screening.words import Lines, Phrase

EVERY = "und"
LIST_LIMIT = 300_000
ACTS = {
    "hold": _l("It waits for a moderator"),
    "note": _l("It is shown at once, with a note on its case"),
    "care": _l("Its author is shown who answers now, and moderators look"),
}
PHRASE_NEEDED = _l("Write the word or phrase to look for.")


def _languages() -> list[tuple[str, Any]]:
    return [(EVERY, _l("Every language")), *((code, NAMES[code]) for code in LANGUAGES)]


class _Watching(Form):
    """What is true of one word and of a list."""

    language = wtforms.SelectField(_l("In texts written in"), choices=_languages, default=EVERY)
    act = choice(_l("What happens to a text that has it"), [*ACTS.items()], default="hold")
    note = line(_l("Why"), 300, description=_l("For the other moderators."))
    seen = wtforms.HiddenField()

    @property
    def phrases(self) -> list[Phrase]:
        """What it asks to watch."""
        return []

    @property
    def key(self) -> str:
        """What was looked at before it is saved: another word, or the same otherwise, is looked at anew."""
        return words.digest_of(self.phrases)

    @property
    def is_seen(self) -> bool:
        """Whether what is sent is what was looked at."""
        return bool(self.seen.data) and self.seen.data == self.key

    def _each(self) -> dict[str, Any]:
        return {"language": self.language.data, "act": self.act.data, "note": self.note.data or ""}


class WordForm(_Watching):
    """One word or phrase."""

    phrase = line(
        _l("Word or phrase"),
        words.LONGEST,
        Needed(PHRASE_NEEDED),
        description=_l("Capitals, accents and letters that look alike don’t matter. It is taken as letters only."),
    )
    is_prefix = wtforms.BooleanField(_l("Also where the word goes on after it"))

    def validate_phrase(self, _field: Any) -> None:
        """Refuses a single letter."""
        if not (verdict := words.can_be_watched(self.phrases[0])):
            raise ValidationError(verdict.reason)

    @property
    def phrases(self) -> list[Phrase]:
        return [Phrase(self.phrase.data or "", is_prefix=bool(self.is_prefix.data), **self._each())]


class ListForm(_Watching):
    """Many at once, one a line; from a file where one is sent."""

    words = text(_l("Words and phrases, one a line"), LIST_LIMIT)
    file = wtforms.FileField(_l("Or a text file"), description=_l("One a line. Lines that begin with # are left out."))

    def take_file(self, content: bytes) -> None:
        """Put what a file holds in place of what was typed."""
        if content.strip():
            try:
                self.words.data = content.decode("utf-8-sig")
            except UnicodeDecodeError:
                self.words.data = content.decode("latin-1")
            self.words.data = self.words.data.replace("\x00", "")

    def validate_words(self, field: Any) -> None:
        """Refuses a list without a single phrase that can be watched."""
        TooLong(LIST_LIMIT)(self, field)
        if not self.lines.phrases:
            raise ValidationError(PHRASE_NEEDED)

    @property
    def lines(self) -> Lines:
        """Its lines, with the numbers of those that can't be watched."""
        return words.lines_of(self.words.data or "", **self._each())

    @property
    def phrases(self) -> list[Phrase]:
        return list(self.lines.phrases)


class ReversalForm(Form):
    """Which rule held things wrongly, and since when."""

    signal = wtforms.HiddenField()
    word = wtforms.HiddenField()
    days = wtforms.SelectField(_l("Of the last"), coerce=int, choices=[(days, str(days)) for days in DAYS], default=7)

    def validate_signal(self, field: Any) -> None:
        """Refuses a rule that isn't one."""
        if field.data not in RULES:
            raise ValidationError(_l("Choose a rule."))

    @property
    def word_id(self) -> int | None:
        return key_of(self.word.data) if self.signal.data == "watched_word" else None
