"""The interface speaks each language wholly: no message without words, every placeholder kept."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from forum.core.settings import LANGUAGES, ROOT

FOLDER = ROOT / "forum" / "translations"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|\{\w+\}")
METHODS = [("forum/**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}


def catalogue(language: str) -> Catalog:
    with (FOLDER / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def said() -> set[str]:
    """Every message of code and templates, by its singular."""
    found = extract_from_dir(ROOT, METHODS, keywords=KEYWORDS)
    return {message[0] if isinstance(message, tuple) else message for _, _, message, _, _ in found}


def forms(message: Message) -> list[tuple[str, str]]:
    """Each translated form beside the English that it stands for."""
    if isinstance(message.id, tuple):
        return [(message.id[min(at, 1)], form) for at, form in enumerate(message.string)]
    return [(message.id, message.string)]


OTHERS = [language for language in LANGUAGES if language != "en"]


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_has_words_that_keep_its_placeholders(language: str) -> None:
    wrong = []
    for message in catalogue(language):
        for english, words in forms(message) if message.id else []:
            kept = set(PLACEHOLDER.findall(words)) == set(PLACEHOLDER.findall(english))
            # A plural may leave out its number: "one day".
            kept = kept or set(PLACEHOLDER.findall(english)) - set(PLACEHOLDER.findall(words)) <= {"%(num)d"}
            if not words or not kept or message.fuzzy or (words.strip() != words and english.strip() == english):
                wrong.append((english, words))
    assert wrong == []


@pytest.mark.parametrize("language", OTHERS)
def test_the_catalogue_knows_what_the_site_says(language: str) -> None:
    known = {message.id[0] if isinstance(message.id, tuple) else message.id for message in catalogue(language)}
    assert said() - known == set()


def test_the_messages_are_found() -> None:
    assert len(said()) > 800
    assert Path(FOLDER / "GLOSSARY.md").exists()


def test_apostrophes_and_quotation_marks_are_those_of_books() -> None:
    straight = re.compile(r"\w'|'\w|\"")
    shown = said() | {words for language in OTHERS for one in catalogue(language) for _, words in forms(one) if one.id}
    assert sorted(words for words in shown if straight.search(words)) == []
    pages = [*ROOT.glob("forum/site/content/**/*.md"), *ROOT.glob("forum/moderation/content/*.yaml")]
    assert [page.name for page in pages if re.search(r"^[^#]*[^\W\d]'[^\W\d]", page.read_text(), re.MULTILINE)] == []
