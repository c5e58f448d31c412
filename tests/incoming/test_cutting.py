"""What is hers in an answer: not what it quotes, not her signature, and never a word less."""

# ruff: noqa: E501 - mails stand here as they come in

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.incoming import bodies
from forum.incoming.cutting import own_words

QUOTE = "> How do you do the top one?\n> I never manage.\n"
ANSWERS = {
    "plain": ("With a hook.", "With a hook."),
    "gmail": (f"With a hook.\n\nOn Sat, 21 Nov 2026 at 10:12, Bob <n@in.example.org> wrote:\n\n{QUOTE}", "With a hook."),
    "gmail, wrapped": (f"With a hook.\n\nOn Sat, 21 Nov 2026 at 10:12, Bob\n<n@in.example.org> wrote:\n\n{QUOTE}", "With a hook."),
    "italian": (f"Con un gancio.\n\nIl giorno sab 21 nov 2026 alle ore 10:12 Bob <n@x.org> ha scritto:\n\n{QUOTE}", "Con un gancio."),
    "spanish": (f"Con un gancho.\n\nEl sáb, 21 nov 2026 a las 10:12, Bob escribió:\n\n{QUOTE}", "Con un gancho."),
    "unknown language": (f"With a hook.\n\nLe sam. 21 nov. 2026 à 10:12, Bob a écrit :\n{QUOTE}", "With a hook."),
    "outlook": (
        "With a hook.\n\n-----Original Message-----\nFrom: Bob <n@x.org>\nSent: Saturday\nTo: Alice\nSubject: An answer\n\nHow do you?",
        "With a hook.",
    ),
    "outlook, italian": (
        "Con un gancio.\n\nDa: Bob <n@x.org>\nInviato: sabato 21 novembre 2026 10:12\nA: Alice\nOggetto: Una risposta\n\nCome fai?",
        "Con un gancio.",
    ),
    "below": (f"On Sat, 21 Nov 2026, Bob wrote:\n{QUOTE}\nWith a hook.", "With a hook."),
    "between": (
        "On Sat, 21 Nov 2026, Bob wrote:\n> How do you do the top one?\n\nWith a hook.\n\n> And the\nlast one?\n\nWith patience.",
        "With a hook.\n\nWith patience.",
    ),
    "phone": ("With a hook.\n\nSent from my iPhone", "With a hook."),
    "phone, italian": ("Con un gancio.\n\nInviato da iPhone", "Con un gancio."),
    "delimiter": ("With a hook.\n\n-- \nAlice Rossi\nVia Roma 1\n+39 06 1234", "With a hook."),
    "formula": ("With a hook.\n\nBest regards,\nAlice Rossi\n+39 06 1234", "With a hook."),
    "formula and name": ("Con un gancio.\n\nUn abbraccio, Alice", "Con un gancio."),
    "name": ("With a hook.\n\nAlice", "With a hook."),
    "no formula": ("I tried.\nThanks, that helped me a lot.\nNow I do all seven.", "I tried.\nThanks, that helped me a lot.\nNow I do all seven."),
    "a list": ("I use:\n\n- a hook\n- a ribbon\n- patience", "I use:\n\n- a hook\n- a ribbon\n- patience"),
    "a long end": (
        "Well.\n\nThanks,\n" + "and here begins what I really wanted to say, at some length, to all of you here\n" * 9,
        "Well.\n\nThanks,\n" + "and here begins what I really wanted to say, at some length, to all of you here\n" * 9,
    ),
    "a colon": ("It rests on:\n> one thing\nand another", "It rests on:\n\nand another"),
    "on": ("On Sundays I rest.\nOn Mondays not.", "On Sundays I rest.\nOn Mondays not."),
    "nothing": (f"On Sat, 21 Nov 2026, Bob wrote:\n{QUOTE}", ""),
    "signature alone": ("-- \nAlice", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_her_own_words(name: str) -> None:
    text, own = ANSWERS[name]
    assert own_words(text, "Alice Rossi") == own.strip()
    assert own_words(text.replace("\n", "\r\n"), "Alice Rossi") == own.strip()


def test_long_lines_stay_whole_and_cost_nothing() -> None:
    long = "One line, as telephones write it. " * 200
    assert own_words(f"{long}\n\nOn Sat, 21 Nov 2026, Bob wrote:\n{QUOTE}") == long.strip()
    begun = time.process_time()
    for spoilt in ("On " * 30_000, "On a\n" * 20_000, "> " * 50_000, "From: \n" * 20_000, "-" * 90_000, " \n" * 90_000,
                   "On Thanks, Best regards Sent from my mail CAUTION: mail " * 2_000, "_" * 31 + "\n", "\ue0007\ue001" * 9,
                   "Disclaimer: mail mail " * 400 + "\n" * 400, ("* " * 150 + "\n") * 2_000):  # fmt: skip
        own_words(spoilt)
    assert time.process_time() - begun < 20


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([
    "On Sat, Bob wrote:", "> quoted", "hers", "", "-- ", "Thanks,", "Sent from my iPhone", "From: x", "Sent: y", "To: z",
    "- a", "________________________________", "On", "wrote:", "Il giorno x ha scritto:", "Alice", " ",
]), max_size=30))  # fmt: skip
def test_no_order_of_lines_breaks_it(lines: list[str]) -> None:
    words = own_words("\n".join(lines), "Alice")
    assert "> quoted" not in words
    assert set(words.split("\n")) <= {line.strip() for line in lines} | {""}


def test_html_becomes_markdown_without_what_it_quotes() -> None:
    gmail = (
        '<div dir="ltr">With a <b>hook</b>.<br><ul><li>steel</li></ul></div><style>p{}</style><script>x()</script>'
        '<div class="gmail_quote"><div>On Sat, Bob wrote:</div><blockquote>How do you?</blockquote></div>'
    )
    assert bodies.from_html(gmail) == "With a **hook**.\n\n- steel"
    outlook = "<p>With a hook.</p><div id='divRplyFwdMsg'>From: Bob</div><div>How do you?</div>"
    assert bodies.from_html(outlook) == "With a hook."
    assert bodies.from_html("<p>One</p>" + "<div>" * 5_000 + "x") in ("", "One\n\nx")
    assert bodies.from_html("<<<>&#0;<p") is not None
