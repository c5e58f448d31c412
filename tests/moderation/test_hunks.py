"""Single changes of a suggested edit: what is taken goes in, what isn't stays, and no word is lost on the way."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from forum.moderation.hunks import Words, applied, hunks_of

_paragraph = st.sampled_from(
    ["One here, quite long.", "Two there, also long.", "Three, and more words.", "Four.", "Five!"]
)
_source = st.lists(_paragraph, max_size=7).map("\n\n".join)
_free = st.text(alphabet="ab \n.", max_size=60).map(str.strip)
_words = st.builds(Words, st.sampled_from(["A", "B", ""]), st.sampled_from(["", "t", "u"]), st.one_of(_source, _free))


def _plain(source: str) -> list[str]:
    return source.split()


@given(_words, _words)
@settings(max_examples=300, deadline=None)
def test_all_changes_taken_give_the_suggested_words(base: Words, suggested: Words) -> None:
    hunks = hunks_of(base, suggested)
    result = applied(base, base, hunks, {hunk.number for hunk in hunks})
    assert result.applied == {hunk.number for hunk in hunks}
    assert (result.words.title, result.words.teaser) == (suggested.title, suggested.teaser)
    assert _plain(result.words.source) == _plain(suggested.source)


@given(_words, _words)
@settings(deadline=None)
def test_nothing_taken_changes_nothing(base: Words, suggested: Words) -> None:
    assert applied(base, base, hunks_of(base, suggested), set()).words == base


@given(_words, _words, _words)
@settings(max_examples=300, deadline=None)
def test_a_text_changed_meanwhile_keeps_every_word_it_has_beside_the_places_taken(
    base: Words, suggested: Words, current: Words
) -> None:
    hunks = hunks_of(base, suggested)
    result = applied(current, base, hunks, {hunk.number for hunk in hunks})
    removed = [word for hunk in hunks if hunk.number in result.applied for word in _plain(hunk.before)]
    kept = _plain(current.source)
    for word in removed:
        if word in kept:
            kept.remove(word)
    now = _plain(result.words.source)
    for word in kept:
        assert word in now
        now.remove(word)


BASE = Words("The lid", "", "One was cold.\n\nTwo was warm.\n\nThree was late.")
OTHER = Words("The jar", "", "One was cold.\n\nTwo was very warm.\n\nThree was late.\n\nFour came in the end.")


def test_each_change_can_be_taken_alone() -> None:
    title, second, last = hunks_of(BASE, OTHER)
    assert [hunk.part for hunk in (title, second, last)] == ["title", "text", "text"]
    assert (second.before, second.after) == ("Two was warm.", "Two was very warm.")
    assert (last.before, last.after) == ("", "Four came in the end.")
    taken = applied(BASE, BASE, [title, second, last], {last.number}).words
    assert taken == Words("The lid", "", f"{BASE.source}\n\nFour came in the end.")
    taken = applied(BASE, BASE, [title, second, last], {title.number, second.number}).words
    assert taken == Words("The jar", "", "One was cold.\n\nTwo was very warm.\n\nThree was late.")


def test_a_place_changed_meanwhile_is_left_and_the_others_find_theirs() -> None:
    current = Words("The lid", "", "Before all.\n\nOne was cold.\n\nTwo was hot, I think.\n\nThree was late.")
    hunks = hunks_of(BASE, OTHER)
    result = applied(current, BASE, hunks, {0, 1, 2})
    assert result.applied == {0, 2}
    assert result.words == Words("The jar", "", f"{current.source}\n\nFour came in the end.")


def test_a_paragraph_suggested_away_goes() -> None:
    hunks = hunks_of(BASE, Words("The lid", "", "One was cold.\n\nThree was late."))
    assert applied(BASE, BASE, hunks, {0}).words.source == "One was cold.\n\nThree was late."


def test_everything_written_anew_is_one_change_that_fits_only_the_old_words() -> None:
    new = Words("The lid", "", "Nothing of it remains in any sentence whatever.")
    hunks = hunks_of(BASE, new)
    assert applied(BASE, BASE, hunks, {hunk.number for hunk in hunks}).words.source == new.source
    assert applied(Words("", "", "Mine."), BASE, hunks, {hunk.number for hunk in hunks}).words.source == "Mine."
