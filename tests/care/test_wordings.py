"""The words that moderators may change, and that our own are worded safely."""

from __future__ import annotations

import pytest

from forum.care import own_words
from forum.care import wording as care_words
from forum.core import wordings
from forum.core.settings import LANGUAGES
from forum.core.unit_of_work import write
from tests.cast import Cast

CARD = "/en/moderation/wordings/care.card/it"


def test_our_own_words_are_worded_safely() -> None:
    assert list(own_words.problems()) == []


@pytest.mark.parametrize(
    "text",
    [
        "He committed suicide.",
        "a failed suicide attempt",
        "Ha commesso suicidio.",
        "un gesto estremo",
        "Cometió suicidio.",
        "un intento fallido de suicidio",
    ],
)
def test_what_should_be_said_otherwise_is_found(text: str) -> None:
    assert list(own_words.avoided_in(f"Before it. {text} After it."))


def test_every_default_has_each_language() -> None:
    for default in (care_words.CARD, care_words.WORRIED, care_words.PROTOCOL):
        assert set(default.texts) == set(LANGUAGES)
        assert all(default.texts.values())


def test_a_text_is_changed_shown_and_its_versions_stay(cast: Cast) -> None:
    page = cast.mona.browser.get(CARD).get_data(as_text=True)
    assert "Se oggi è una giornata pesante" in page
    new = "Se oggi pesa\nParole nuove."
    assert cast.mona.browser.post(CARD, data={"text": new, "version": "0"}).status_code == 303
    assert "Se oggi pesa" in cast.alice.browser.get("/it/me/care").get_data(as_text=True)
    assert "In case today is heavy" in cast.alice.browser.get("/en/me/care").get_data(as_text=True)
    late = cast.ada.browser.post(CARD, data={"text": "Mine instead", "version": "0"})
    assert late.status_code == 409
    both = late.get_data(as_text=True)
    assert "Mine instead" in both
    assert "Parole nuove." in both
    assert 'name="version" value="1"' in both
    assert cast.ada.browser.post(CARD, data={"text": "Mine instead", "version": "1"}).status_code == 303
    shown = cast.ada.browser.get(CARD).get_data(as_text=True)
    assert "Version 2" in shown
    assert "Mona" in shown
    assert "Parole nuove." in cast.ada.browser.get(f"{CARD}?from=1").get_data(as_text=True)
    assert "giornata pesante" in cast.ada.browser.get(f"{CARD}?from=0").get_data(as_text=True)
    with write():
        same = wordings.save(made_by=None, key="care.card", language="it", text="Mine instead", seen_version=2)
        assert same is not None
        assert same.version == 2, "the same words again are no version"


def test_bad_input_keeps_the_words(cast: Cast) -> None:
    long_text = "x" * (wordings.LONGEST + 1)
    for text in ("", "   ", long_text):
        answer = cast.mona.browser.post(CARD, data={"text": text, "version": "0"})
        assert answer.status_code == 422
    assert long_text in answer.get_data(as_text=True)
    assert cast.mona.browser.post(CARD, data={"text": "a\x00\u202eb", "version": "0"}).status_code == 303
    assert wordings.newest("care.card", "it").text == "ab"
    for version in ("-1", "x", "9" * 30):
        assert cast.mona.browser.post(CARD, data={"text": "Words", "version": version}).status_code == 409
    for address in ("/en/moderation/wordings/nothing/it", "/en/moderation/wordings/care.card/xx"):
        assert cast.mona.browser.get(address).status_code == 404


def test_members_read_neither_protocol_nor_wordings(cast: Cast) -> None:
    for address in ("/en/moderation/protocol", "/en/moderation/wordings", CARD):
        assert cast.alice.browser.get(address).status_code == 403
        assert cast.mona.browser.get(address).status_code == 200
    assert cast.alice.browser.post(CARD, data={"text": "Mine", "version": "0"}).status_code == 403
    protocol = cast.mona.browser.get("/it/moderation/protocol").get_data(as_text=True)
    assert "Che cosa non scrivere" in protocol
