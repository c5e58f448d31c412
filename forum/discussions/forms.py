"""The forms of discussion: an answer, a new thread, an edit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import wtforms
from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms.validators import ValidationError

from forum.core.forms import Form, Needed, choice, line, text
from forum.core.languages import NAMES
from forum.core.settings import LANGUAGES
from forum.discussions.before_sending import meant_in
from forum.discussions.resting import Basis, can_rest
from forum.discussions.words import BASIS_WORDS, NAMELESS, NOTE_WORDS
from forum.screening.sending import of_form
from forum.topics.forms import OwnTopicsField

TITLE_LIMIT, WORDS_LIMIT = 140, 20_000
BIGGEST_ID = 2**31 - 1


def id_in(value: str | None) -> int | None:
    """An id from an untrusted string, or None."""
    found = value.isascii() and value.isdigit() and len(value) <= 10 if value else False
    return int(value) if value and found and int(value) <= BIGGEST_ID else None


class Resting:
    """What a form says of what a post rests on; beside the fields `basis`, `reference` and `do`."""

    basis: Any
    reference: Any
    do: Any

    @property
    def signed_as(self) -> str:
        """How the post is signed."""
        raise NotImplementedError

    @property
    def rests_on(self) -> Basis:
        """What was chosen; a paper once it is named, and none for anything else."""
        reference_id = id_in(self.reference.data) if self.basis.data == "paper" else None
        return Basis(self.basis.data or None, reference_id)

    def validate_basis(self, _field: Any) -> None:
        """Refuses a profession beside an alias, and a paper that isn't chosen, or that somebody goes on to search."""
        is_chosen = id_in(self.reference.data) is not None and self.do.data != "paper"
        verdict = can_rest(self.signed_as, self.rests_on, has_profession=True, has_paper=is_chosen)
        if not verdict:
            raise ValidationError(verdict.reason)


class ReplyForm(Resting, Form):
    """One box. How it is signed and what it touches on stand under *More choices*."""

    source = text(_l("Your answer"), WORDS_LIMIT, Needed())
    attribution = choice(_l("Sign as"), [], default="member")
    content_notes = wtforms.SelectMultipleField(
        _l("What a reader may want to know first"), choices=lambda: [*NOTE_WORDS.items()]
    )
    basis = choice(_l("What it rests on"), [("", _l("Nothing to say of it")), *BASIS_WORDS.items()], default="")
    paper = line(_l("Search for the paper"), 200, description=_l("Words of its title, or its DOI."))
    reference = wtforms.HiddenField()
    answers = wtforms.HiddenField()
    version = wtforms.HiddenField(default="0")
    do = wtforms.HiddenField()
    then = wtforms.HiddenField()
    meant = wtforms.SelectMultipleField(validate_choice=False)

    @classmethod
    def offering(
        cls, display_name: str, allows_anonymous: bool, kept: MultiDict[str, str] | None = None, **defaults: Any
    ) -> ReplyForm:
        """The form of this request, or of what was `kept`, with the ways to sign that its place allows."""
        form = cls(request.form if request.method == "POST" else kept, data=defaults or None)
        form.attribution.choices = signatures(display_name, allows_anonymous)
        return form

    def words(self) -> dict[str, Any]:
        """What was written and chosen, as actions take it; for a form that is valid."""
        return {
            "source": self.source.data,
            "attribution": self.attribution.data,
            "content_notes": self.content_notes.data or (),
            "meant": meant_in(self.meant.data or ()),
            "rests_on": self.rests_on,
            "sent": of_form(request.form),
        }

    @property
    def signed_as(self) -> str:
        return self.attribution.data or ""

    @property
    def answers_id(self) -> int | None:
        return id_in(self.answers.data)


class ThreadForm(ReplyForm):
    """A new thread: a title and the opening post."""

    unknown: tuple[str, ...] = ()  # words typed for topics that the vocabulary doesn't know
    title = line(
        _l("Title"),
        TITLE_LIMIT,
        Needed(_l("Give it a title, so that people can find it.")),
        description=_l("A question is a good title."),
    )
    source = text(_l("What you want to say"), WORDS_LIMIT, Needed())
    topics = wtforms.SelectMultipleField(_l("What it is about"), coerce=int, choices=[])
    topic_words = OwnTopicsField(_l("Type a word for it"))
    language = wtforms.SelectField(_l("Written in"), choices=lambda: [(code, NAMES[code]) for code in LANGUAGES])

    def take_in(self, known: Mapping[str, int]) -> None:
        """Choose the topics that typed words mean; what nobody knows among them is left to be said."""
        typed = self.topic_words.data or []
        self.unknown = tuple(word for word in typed if word not in known)
        self.topics.data = [*dict.fromkeys([*(self.topics.data or ()), *known.values()])]
        self.topic_words.data = []

    def validate_topics(self, _field: Any) -> None:
        """Says once which typed words nobody knows: a discussion keeps none of its own."""
        if self.unknown and self.do.data != "preview":
            words = ", ".join(self.unknown)
            raise ValidationError(_("We don’t know “%(words)s” here. Try another word, or choose below.", words=words))

    def words(self) -> dict[str, Any]:
        """What was written and chosen, as `start_thread` takes it."""
        more = {"title": self.title.data, "topics": self.topics.data or (), "language": self.language.data}
        return super().words() | more


class EditForm(Resting, Form):
    """New words for a post, and what it rests on. `revision` is the one the writer had before her."""

    source = text(_l("Your words"), WORDS_LIMIT, Needed())
    basis = choice(_l("What it rests on"), [("", _l("Nothing to say of it")), *BASIS_WORDS.items()], default="")
    paper = line(_l("Search for the paper"), 200, description=_l("Words of its title, or its DOI."))
    reference = wtforms.HiddenField()
    revision = wtforms.HiddenField()
    version = wtforms.HiddenField(default="0")
    signed_as = "member"  # of her alias: said where the form is made
    do = wtforms.HiddenField()
    meant = wtforms.SelectMultipleField(validate_choice=False)


class OpeningEditForm(EditForm):
    """New words for the opening post of a thread, which holds its title."""

    title = line(_l("Title"), TITLE_LIMIT, Needed(_l("Give it a title, so that people can find it.")))


def signatures(display_name: str, allows_anonymous: bool) -> list[tuple[str, Any]]:
    """The ways to sign: her display name, and without one where that is allowed."""
    return [("member", display_name), *([("anonymous", NAMELESS)] if allows_anonymous else [])]
