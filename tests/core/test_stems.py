"""Terms: the same for what is written and what is asked, whichever language either is in."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.core.stems import LANGUAGES, fold, phrase_terms, query_terms, stem, terms, words


def is_found(question: str, text: str, *, asked_in: str, written_in: str) -> bool:
    """Whether every word of the question meets the text, as the index would answer."""
    held = set(terms(text, written_in))
    return all(held & set(forms) for forms in query_terms(question, asked_in))


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Perché", "perche"), ("CANCIÓN", "cancion"), ("Straße", "strasse"), ("e\u0301", "e"), ("ﬁn", "fin"),
     ("Año", "ano"), ("İ", "i"), ("Ελλάδα", "ελλαδα"), ("한국", "한국")],
)  # fmt: skip
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("  –  !", []),
        ("Raynaud's fingers", ["raynaud", "fingers"]),
        ("Raynaud’s", ["raynaud"]),
        ("l'ulcera dell’anca", ["l", "ulcera", "dell", "anca"]),
        ("anti-Scl-70 (x2)", ["anti", "scl", "70", "x2"]),
        ("snake_case", ["snake", "case"]),
        ("a" * 100, ["a" * 64]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("question", "text", "asked_in", "written_in"),
    [
        ("ulcer", "Digital ulcers on both hands", "en", "en"),
        ("ulcers", "an ulcer", "en", "en"),
        ("ulcere", "un'ulcera al dito", "it", "it"),
        ("ulcera", "le ulcere digitali", "en", "it"),
        ("ulceras", "una úlcera digital", "es", "es"),
        ("ULCERA", "úlceras digitales", "it", "es"),
        ("calcinosis", "mi hanno detto calcinosis, in inglese", "en", "it"),
        ("perche", "Perché proprio io", "it", "it"),
        ("manos frías", "la mano fría", "es", "es"),
        ("manos frias", "la mano fría", "es", "es"),
        ("Raynaud's", "fenomeno di Raynaud", "en", "it"),
        ("raynaud", "Raynaud's phenomenon", "it", "en"),
        ("fingers", "les fingers du monde", "en", "fr"),
        ("why do my fingers hurt", "hurting finger", "en", "en"),
    ],
)
def test_found(question: str, text: str, asked_in: str, written_in: str) -> None:
    assert is_found(question, text, asked_in=asked_in, written_in=written_in)


def test_not_found() -> None:
    assert not is_found("calcinosis", "an ulcer", asked_in="en", written_in="en")
    assert not is_found("ulcer calcinosis", "an ulcer", asked_in="en", written_in="en")
    # Italian for "hands", whose stem is an English word.
    assert not is_found("mani", "a happy man", asked_in="it", written_in="en")
    assert is_found("mani", "una mano sola", asked_in="it", written_in="it")


def test_questions_leave_little_words_out_unless_there_are_no_others() -> None:
    assert [forms[0] for forms in query_terms("what is the calcinosis of the", "en")] == ["0encalcinosi"]
    assert [forms[0] for forms in query_terms("to be or not to be", "en")] == ["0ento", "0enbe", "0enor", "0ennot"]
    assert query_terms(" ?! ", "en") == []


def test_the_readers_language_comes_first_and_the_word_itself_is_there() -> None:
    (forms,) = query_terms("ulcers", "en")
    assert forms[0] == "0enulcer"
    assert "0xxulcers" in forms
    (forms,) = query_terms("ulcers", "fr")
    assert forms[0] == "0xxulcers"


def test_a_phrase_keeps_its_order_in_each_language() -> None:
    found = phrase_terms("digital ulcers")
    assert tuple(terms("digital ulcers", "en")) in found
    assert ("0xxdigital", "0xxulcers") in found
    assert len(found) == len(set(found))
    assert phrase_terms("") == []


@given(st.text(max_size=60), st.sampled_from([*LANGUAGES, "", "fr"]), st.sampled_from([*LANGUAGES, ""]))
def test_a_text_finds_itself(text: str, written_in: str, asked_in: str) -> None:
    held = terms(text, written_in)
    assert len(held) == len(words(text))
    assert is_found(text, text, asked_in=asked_in, written_in=written_in)
    assert words(" ".join(words(text))) == words(text)
    if written_in in (*LANGUAGES, ""):
        assert tuple(held) in phrase_terms(text) or not held


def test_threads_do_not_mix_their_words() -> None:
    samples = {"en": "happiness", "it": "felicita", "es": "alegrias"}
    expected = {code: stem.__wrapped__(word, code) for code, word in samples.items()}
    wrong: list[str] = []

    def work(code: str) -> None:
        wrong.extend({stem.__wrapped__(samples[code], code) for _ in range(2000)} - {expected[code]})

    threads = [threading.Thread(target=work, args=(code,)) for code in (*samples, *samples)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
