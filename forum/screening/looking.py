"""Looking a text through before it is shown: what is noticed, and whether it waits for a moderator because of it.

It only reads. Whoever is trusted here, and moderators, are looked through for care alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from forum.accounts.viewer import Viewer
from forum.contributions.models import Contribution
from forum.core import clock
from forum.core.kinds import Kind
from forum.core.settings import Settings, the_settings
from forum.screening import fingerprints, links, matching, queries
from forum.screening.matching import Watched
from forum.screening.sending import Sent

FEW = 2  # writers: a link that more than these share is of use to people
LONG = 200  # characters that nobody types in a few seconds
TELLING = ("watched_word", "many_links", "burst", "near_duplicate", "repeated_link", "honeypot")
OF_ACT = {"care": "crisis", "hold": "watched_word", "note": "watched_word"}  # what asks for most, first
MOST_NAMED = 20  # watched words of one text that are kept


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was noticed. signal: its word. is_hold: it waits because of this. word_id: of the watched word.
    data: numbers and ids, never a text."""

    signal: str
    is_hold: bool
    word_id: int | None = None
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Look:
    """What one look is about. `key` is of the contribution, which is never compared with itself."""

    viewer: Viewer
    key: int
    is_edit: bool
    source: str
    sent: Sent
    settings: Settings

    @property
    def is_new(self) -> bool:
        return self.viewer.standing == "new"


def look(
    viewer: Viewer, kind: Kind, contribution: Contribution, source: str, *, sent: Sent, title: str = ""
) -> list[Finding]:
    """What is noticed about a text that `viewer` sends. Each signal at most once, but for watched words.

    `title`: what stands above the text; the same text under another title is the same text.
    """
    is_limited = viewer.active_restriction == "limited"
    is_exempt = (viewer.is_moderator or viewer.standing == "trusted") and not is_limited
    named = matching.the_matcher().found_in(f"{contribution.byline or ''}\n{title}\n{source}", contribution.language)
    found = [Finding(OF_ACT[word.act], word.act == "hold", word.id) for word in _telling_most(named)]
    if is_exempt:
        return [one for one in found if one.signal == "crisis"]
    settings = the_settings()
    is_edit = contribution.shown_revision_id is not None
    one_look = _Look(viewer, contribution.id, is_edit, source, sent, settings)
    if is_limited:
        found.append(Finding("limited", True))
    if one_look.is_new and settings.approvals_until_established > 0 and not kind.is_always_reviewed:
        found.append(Finding("new_member", True))
    found += [*_of_links(one_look), *_of_number(one_look), *_of_doubles(one_look), *_of_form(one_look)]
    return _with_hurry(found)


def _telling_most(named: Sequence[Watched]) -> Sequence[Watched]:
    """Of very many watched words in one text those that ask for most: each is a row that a moderator reads."""
    if len(named) <= MOST_NAMED:
        return named
    return sorted(named, key=lambda word: (list(OF_ACT).index(word.act), word.id))[:MOST_NAMED]


def holds(findings: Iterable[Finding]) -> bool:
    """Whether something waits because of what was noticed."""
    return any(finding.is_hold for finding in findings)


def _of_links(one: _Look) -> Iterator[Finding]:
    there = links.links_in(one.source)
    if not there:
        return
    hosts = len({link.host for link in there})
    if one.is_new and not queries.has_published(one.viewer):
        yield Finding("many_links", True, data={"links": len(there), "first": True})
    elif one.is_new and len(there) > one.settings.links_when_new:
        yield Finding("many_links", True, data={"links": len(there)})
    elif hosts > one.settings.links_when_established:
        yield Finding("many_links", True, data={"hosts": hosts})
    before, writers = queries.repeated([links.digest(link.address) for link in there], one.key)
    if before + 1 >= one.settings.same_link_contributions and writers <= FEW:
        yield Finding("repeated_link", one.is_new, data={"times": before + 1})


def _of_number(one: _Look) -> Iterator[Finding]:
    if not one.is_new or one.is_edit or not one.settings.burst_contributions:
        return
    minutes = one.settings.burst_minutes
    times = queries.sent_since(one.viewer, clock.now() - timedelta(minutes=minutes), one.key) + 1
    if times > one.settings.burst_contributions:
        yield Finding("burst", True, data={"times": times, "minutes": minutes})


def _of_doubles(one: _Look) -> Iterator[Finding]:
    bits = fingerprints.bits_of(one.source)
    alike = queries.nearly_the_same(bits, one.key) if bits is not None else []
    if alike:
        # Her own only where both bear her name: nothing may tell whose a text without one is.
        is_hers = all(author is not None and author == one.viewer.id for _key, author in alike)
        yield Finding("near_duplicate", not is_hers, data={"like": alike[0][0], "times": len(alike)})


def _of_form(one: _Look) -> Iterator[Finding]:
    if one.sent.is_trapped:
        yield Finding("honeypot", True)
    seconds = one.sent.seconds
    if one.is_new and seconds is not None and seconds < one.settings.hurry_seconds and len(one.source) >= LONG:
        yield Finding("hurry", False, data={"seconds": round(seconds, 1)})


def _with_hurry(found: list[Finding]) -> list[Finding]:
    """Hurry alone holds nothing back: only beside another sign."""
    tells = any(one.signal in TELLING for one in found)
    return [replace(one, is_hold=tells) if one.signal == "hurry" else one for one in found]
