"""The one door by which consequences go up: each kind of contribution registers what others need to know of it.

Moderation, search, notifications and archive ask the kind; they never import the room it lives in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import current_app

from forum.core.verdict import YES, Verdict


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of facts on a case: a label (lazy translated) and its value."""

    label: Any
    value: Any


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a contribution, for a case: a template of its room and what it shows."""

    template: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """An act as a moderator asks for it: who, on what, with which fields, until when; `decision` is its row, once the
    act is carried out (its `until` may be set then)."""

    actor: Any
    contribution: Any
    fields: Mapping[str, Any] = field(default_factory=dict)
    until: datetime | None = None
    decision: Any = None


@dataclass(frozen=True, slots=True)
class Act:
    """What a decision does beyond saying whether something is shown, and how that is undone.

    judge(asked): whether it can be done as asked, before anything is written.
    perform(asked): does it; returns what it takes to undo it, ids and words of the code only.
    undo(actor, contribution, decision): brings back what was before; a refusal says why it can't. `actor` is None where
    the decision ends by itself.
    offers(viewer, contribution): what its fields are chosen from, by their names, for the page that asks for them.
    restricts(asked): whether, as asked, it takes something from who could read it: then it rests on a guideline.
    """

    perform: Callable[[Asked], dict[str, Any]]
    undo: Callable[[Any, Any, Any], Verdict]
    judge: Callable[[Asked], Verdict] = lambda _asked: YES
    offers: Callable[[Any, Any], dict[str, Any]] = lambda _viewer, _contribution: {}
    restricts: Callable[[Asked], bool] = lambda _asked: False


def _nothing(*_args: Any, **_kwargs: Any) -> None:
    return None


def _no_facts(*_args: Any) -> list[Fact]:
    return []


@dataclass(frozen=True, slots=True)
class Kind:
    """What one kind of contribution tells the rooms below it.

    name: the word in `contributions.kind`. model: its class. label: lazy translated noun.
    address(contribution, language): its path, without a query where the row suffices.
    title(contribution): what a list calls it. text(contribution): what search reads, title first, plain.
    topics(contribution): slugs are not needed; search adds them through the contribution's topics.
    is_always_reviewed: every first sending waits for approval, whoever writes.
    asks_consent: each use of it is allowed by its author, in the ledger.
    beside: what a case loads together with it, the name of a relationship of its class ("" for nothing).
    facts(contribution): lines for a case. around(viewer, contribution): its context, or None.
    decisions: words of decisions beyond approve, decline, hide, restore that a case of this kind offers.
    shows_edits: its pages say so where a moderator changed the words; of other kinds only authors change them.
    all_acts: what else can be decided about such a contribution (lock, move, split…), by the decision's word.
    acts(contribution): those of them that can be decided as it stands; one query at most.
    country(contribution): where it says it was written, for the helplines of who worries about its author.
    can_see(viewer, contribution): what its room adds to visible_to (a board for members only).
    shared_with(viewer): for what is written to some members alone, a query of the ids of those that `viewer` reads.
    No list, page, count or search shows this kind; who reads one can report it, and a case shows that one and no more.
    on_published / on_hidden(contribution): consequences in the same transaction (recount, notify).
    on_shown(contribution, revision): what else a revision holds of this kind (`revision.facts`) becomes what is shown.
    on_erased(contribution): before its words are erased for good, what else its kind keeps of it goes too.
    worked_on_by(contribution): the member who writes it and hears of decisions, where that isn't its author (a
    translator, a curator who writes down what was told); None: its author. work_of(member_id): a query of the ids of
    all that somebody works on so.
    changed_facts(contribution, before, after): what two revisions say differently beside the words, each a label with
    both values.
    can_publish(contribution): whether anything but a moderator's reading stands in the way (a consent, a description).
    set_aside(): a query of the ids of those that hang on something that was taken back or hidden: until it returns the
    desk has nothing to decide about them.
    send_again(viewer, contribution): its author sends it once more as it stands now; None: it can't be done for her.
    erase_for / export_for(member_id): what erasure does and a personal export holds.
    """

    name: str
    model: type[Any]
    label: Any
    address: Callable[[Any, str], str]
    title: Callable[[Any], str]
    text: Callable[[Any], str]
    is_always_reviewed: bool = False
    asks_consent: bool = False
    beside: str = ""
    facts: Callable[[Any], list[Fact]] = _no_facts
    around: Callable[[Any, Any], Around | None] = _nothing
    decisions: tuple[str, ...] = field(default=())
    shows_edits: bool = False
    all_acts: Mapping[str, Act] = field(default_factory=dict)
    acts: Callable[[Any], Mapping[str, Act]] = lambda _contribution: {}
    country: Callable[[Any], str | None] = lambda _contribution: None
    can_see: Callable[[Any, Any], bool] = lambda _viewer, _contribution: True
    shared_with: Callable[[Any], Any] | None = None
    on_published: Callable[[Any], None] = _nothing
    on_hidden: Callable[[Any], None] = _nothing
    on_shown: Callable[[Any, Any], None] = _nothing
    on_erased: Callable[[Any], None] = _nothing
    worked_on_by: Callable[[Any], int | None] = lambda _contribution: None
    work_of: Callable[[int], Any] | None = None
    changed_facts: Callable[[Any, Any, Any], list[tuple[Any, str, str]]] = lambda _contribution, _before, _after: []
    can_publish: Callable[[Any], Verdict] = lambda _contribution: YES
    set_aside: Callable[[], Any] | None = None
    send_again: Callable[[Any, Any], Verdict] | None = None
    erase_for: Callable[[int], None] = _nothing
    export_for: Callable[[int], list[dict[str, Any]]] = lambda _member_id: []


def register(kind: Kind) -> None:
    """Register a kind with the current application. Raises ValueError when its name is taken."""
    kinds = all_kinds()
    if kind.name in kinds:
        raise ValueError(f"The kind {kind.name} is registered twice.")
    kinds[kind.name] = kind


def all_kinds() -> dict[str, Kind]:
    """Every registered kind by name."""
    kinds: dict[str, Kind] = current_app.extensions.setdefault("kinds", {})
    return kinds


def kind_of(contribution: Any) -> Kind:
    """The kind of a contribution. Raises KeyError for a kind that nobody registered."""
    return all_kinds()[contribution.kind]
