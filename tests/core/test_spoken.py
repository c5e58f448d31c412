"""Templates hold the words of the language in which they were compiled, and no other's."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask, render_template
from flask_babel import force_locale
from jinja2 import DictLoader

from forum.core.dates import date_in, day
from forum.core.languages import current_language, in_language

PAGES = {
    "page.html": '{{ _("Stories") }}{% include "part.html" %} {{ _("Answer %(name)s", name=name) }}',
    "part.html": '{% set words = _("Stories") %}, {{ words }}, {{ _(word) }}',
}
SAID = {
    "en": "Stories, Stories, Stories Answer &lt;b&gt;",
    "it": "Storie, Storie, Storie Rispondi a &lt;b&gt;",
    "es": "Historias, Historias, Historias ",
}


@pytest.fixture
def spoken(app: Flask) -> Flask:
    app.jinja_env.loader = DictLoader(PAGES)
    return app


def test_each_language_has_its_own_words_in_any_order(spoken: Flask) -> None:
    for language in ("it", "en", "es", "it", "en"):
        with spoken.test_request_context(f"/{language}/"), force_locale(language):
            page = render_template("page.html", name="<b>", word="Stories")
        assert page.startswith(SAID[language]), "compiled once for each, and escaped as before"


def test_a_letter_writes_its_dates_in_its_own_language(app: Flask) -> None:
    with app.test_request_context("/en/"):
        for language, words in (("it", "14 maggio 2026"), ("es", "14 de mayo de 2026"), ("en", "14 May 2026")):
            with in_language(language):
                assert day(date(2026, 5, 14)) == date_in(date(2026, 5, 14), language) == words
        assert current_language() == "en", "the page around it speaks its own again"
