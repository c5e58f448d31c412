"""How well the detection does on sentences that we wrote: precision and recall, by language and by class."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import yaml

from forum.care import learning
from forum.care.detection import find
from forum.care.reading import CLASSES, CONTENT

NONE = "none"
HALVES = ("tuning", "held out")
EXAMS = ("first", "second")  # nothing was chosen by the second


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence, what it is to raise (a class, or `none`), and whether it is among those held out."""

    language: str
    label: str
    text: str
    is_held_out: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What was raised by a labelled sentence. What is gentle raises nothing: a quiet link is all that comes of it."""

    sentence: Labelled
    raised: str
    is_linked: bool = False  # the quiet link comes of it

    @property
    def is_right(self) -> bool:
        """Whether something was raised where it should be, and nothing where it shouldn't."""
        return (self.raised == NONE) == (self.sentence.label == NONE)


@dataclass(frozen=True, slots=True)
class Figures:
    """How often it was right. precision: of what was raised; recall: of what should have been."""

    hits: int
    false_alarms: int
    missed: int
    quiet: int

    @property
    def precision(self) -> float:
        """The part of what was raised that should have been; 1 where nothing was."""
        raised = self.hits + self.false_alarms
        return self.hits / raised if raised else 1.0

    @property
    def recall(self) -> float:
        """The part of what should have been raised that was; 1 where nothing should."""
        wanted = self.hits + self.missed
        return self.hits / wanted if wanted else 1.0


def labelled() -> Iterator[Labelled]:
    """The sentences that we wrote: of each group every second is held out, where its language is without a +."""
    content: dict[str, dict[str, str]] = yaml.safe_load((CONTENT / "labelled.yaml").read_text("utf-8"))
    for language, groups in content.items():
        for label, lines in groups.items():
            for number, text in enumerate(lines.splitlines()):
                is_held_out = bool(number % 2) and not language.endswith("+")
                yield Labelled(language.rstrip("+"), label, text, is_held_out)


def exam(name: str) -> list[Labelled]:
    """Sentences of an exam: those of a hand that nothing was learnt from."""
    return [
        Labelled(one.language, NONE if one.label == learning.GENTLE else one.label, one.text, is_held_out=True)
        for one in learning.examples(CONTENT / "exam" / name)
    ]


def answers(sentences: Iterable[Labelled]) -> list[Answer]:
    """What each sentence raises."""
    found = []
    for sentence in sentences:
        raised = find(sentence.text, sentence.language)
        is_linked = raised is not None and raised.is_gentle
        found.append(Answer(sentence, NONE if raised is None or is_linked else raised.what, is_linked))
    return found


def or_linked(given: Iterable[Answer]) -> list[Answer]:
    """The same answers, where the quiet link counts as raised too."""
    return [replace(one, raised=learning.GENTLE) if one.is_linked else one for one in given]


def figures(given: Sequence[Answer]) -> Figures:
    """How often some answers were right."""
    should = [one for one in given if one.sentence.label != NONE]
    hits = sum(one.is_right for one in should)
    quiet = sum(one.is_right for one in given if one.sentence.label == NONE)
    return Figures(hits, len(given) - len(should) - quiet, len(should) - hits, quiet)


def recall_of(given: Sequence[Answer], label: str) -> float:
    """The part of a class's sentences that raised anything at all."""
    return figures([one for one in given if one.sentence.label == label]).recall


def report() -> Iterator[str]:
    """The figures as lines, by language and altogether: for each half, then for each exam; then the recall by class."""
    everything = answers(labelled())
    for is_held_out, half in enumerate(HALVES):
        given = [one for one in everything if one.sentence.is_held_out == bool(is_held_out)]
        yield f"{half}: {len(given)} sentences"
        yield from _lines(given)
    for name in EXAMS:
        given = answers(exam(name))
        yield f"{name} exam: {len(given)} sentences"
        yield from _lines(given)
        yield f"{name} exam, where the quiet link counts too"
        yield from _lines(or_linked(given))


def _lines(given: Sequence[Answer]) -> Iterator[str]:
    for name in (*sorted({one.sentence.language for one in given}), "all"):
        found = figures([one for one in given if name in (one.sentence.language, "all")])
        yield (
            f"  {name:<4} precision {found.precision:.2f}  recall {found.recall:.2f}  "
            f"({found.hits} raised, {found.false_alarms} false alarms, {found.missed} missed, {found.quiet} quiet)"
        )
    yield "  recall by class: " + ", ".join(f"{name} {recall_of(given, name):.2f}" for name in CLASSES)


def misses() -> Iterator[str]:
    """Each sentence that was judged wrongly, as a line."""
    for one in answers(labelled()):
        if not one.is_right:
            half = HALVES[one.sentence.is_held_out]
            yield f"{half} · {one.sentence.language} · {one.sentence.label} → {one.raised}: {one.sentence.text}"
