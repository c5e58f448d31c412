"""Who may do what with a photo, in every state of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from forum.accounts.viewer import VISITOR, Viewer
from forum.contributions.models import STATUSES, Contribution
from forum.photos import magic, policy
from forum.photos.models import STATES, Photo

ALICE = Viewer(
    id=1, display_name="Alice", language="en", roles=frozenset(), standing="established", restriction=None,
    restricted_until=None, session_id=1, seen_on=None,
)  # fmt: skip
SILENCED = replace(ALICE, restriction="silenced")


def photo(status: str = "draft", state: str = "ready", description: str = "A mug.", **more: object) -> Photo:
    return Photo(status=status, state=state, description=description, **more)


@pytest.mark.parametrize("state", STATES)
def test_a_photo_is_sent_when_it_is_ready(state: str) -> None:
    assert bool(policy.can_send(ALICE, photo(state=state), True, has_consent=True)) == (state == "ready")


def test_it_is_sent_described_and_allowed_and_with_its_story() -> None:
    assert policy.can_send(ALICE, photo(description=" "), True, has_consent=True).reason == policy.NO_DESCRIPTION
    assert policy.can_send(ALICE, photo(), True, has_consent=False).reason == policy.NO_CONSENT
    for status in STATUSES:
        verdict = policy.can_send(ALICE, photo(), True, has_consent=True, story=Contribution(status=status))
        assert bool(verdict) == (status not in ("draft", "changes_asked", "declined")), status


@pytest.mark.parametrize("status", STATUSES)
def test_covering_is_always_allowed_to_its_author_while_there_is_something_to_cover(status: str) -> None:
    is_there = status not in ("withdrawn", "erased")
    for viewer in (ALICE, SILENCED):
        assert bool(policy.can_cover(viewer, photo(status), True)) == is_there
        assert not policy.can_cover(viewer, photo(status), False)
    assert policy.can_cover(VISITOR, photo(status), False).status == 401
    for state in ("received", "making", "failed"):
        assert not policy.can_cover(ALICE, photo(status, state), True)


@pytest.mark.parametrize("status", STATUSES)
def test_only_what_nobody_saw_is_thrown_away(status: str) -> None:
    assert bool(policy.can_discard(ALICE, photo(status), True)) == (status in policy.UNSENT)
    assert not policy.can_discard(ALICE, photo(status), False)


def test_who_is_silenced_offers_nothing() -> None:
    assert policy.can_offer(ALICE)
    assert policy.can_offer(SILENCED).status == 403
    assert policy.can_offer(VISITOR).status == 401


@pytest.mark.parametrize(("kind", "most"), [("story", 20), ("post", 4)])
def test_there_is_room_for_so_many(kind: str, most: int) -> None:
    holder = Contribution(kind=kind, status="draft")
    assert policy.can_add(ALICE, holder, True, most - 1)
    refused = policy.can_add(ALICE, holder, True, most)
    assert (refused.allowed, refused.status) == (False, 409)
    assert f"A {kind} has room for {most} photos." in str(refused.reason)
    assert not policy.can_add(ALICE, Contribution(kind=kind, status="withdrawn"), True)
    assert not policy.can_add(ALICE, holder, False)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe1", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "image/heic"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1miafavif", "image/avif"),
        (b"\0\0\0\x18ftypavif\0\0\0\0mif1avif", "image/avif"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0isommp42", None),
        (b"GIF89a", None),
        (b"<svg", None),
        (b"RIFF\0\0\0\0WAVEfmt ", None),
        (b"II*\0", None),
        (b"", None),
        (b"\xff\xd8", None),
    ],
)
def test_a_file_is_known_by_its_first_bytes(head: bytes, kind: str | None) -> None:
    assert magic.media_type(head) == kind
