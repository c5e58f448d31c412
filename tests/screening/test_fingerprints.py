"""Texts that are nearly the same have nearly the same fingerprint; what is kept of links tells nothing."""

from __future__ import annotations

import random

from flask import Flask

from forum.screening import fingerprints, links

WORDS = [
    "morning", "hands", "cold", "doctor", "years", "walk", "garden", "letter", "hospital", "sleep", "kitchen", "rain",
    "window", "sister", "train", "paper", "blue", "slow", "winter", "bread", "answer", "night", "shoes", "street",
]  # fmt: skip


def text_of(seed: int, length: int = 220) -> str:
    chosen = random.Random(seed)
    return " ".join(chosen.choice(WORDS) + str(chosen.randrange(9)) for _ in range(length))


def bits(text: str) -> int:
    found = fingerprints.bits_of(text)
    assert found is not None
    return found


def test_nearly_the_same_text_is_near(app: Flask) -> None:
    text = text_of(1)
    assert fingerprints.distance(bits(text), bits(text.upper() + " !!")) == 0
    near = [fingerprints.distance(bits(text), bits(f"{text} one{at}")) for at in range(12)]
    assert max(near) <= fingerprints.NEAR
    far = [
        fingerprints.distance(bits(text_of(one)), bits(text_of(other))) for one in range(8) for other in range(8, 16)
    ]
    assert min(far) > fingerprints.NEAR
    assert fingerprints.bits_of("Thank you so much for telling this.") is None


def test_near_ones_share_a_part(app: Flask) -> None:
    one = bits(text_of(2))
    chosen = random.Random(3)
    for _ in range(50):
        other = one
        for bit in chosen.sample(range(64), fingerprints.NEAR):
            other ^= 1 << bit
        assert any(a == b for a, b in zip(fingerprints.bands_of(one), fingerprints.bands_of(other), strict=True))
    assert all(0 <= band < 1 << 16 for band in fingerprints.bands_of(-1))


def test_quotations_do_not_count(app: Flask) -> None:
    text = text_of(4)
    quoted = "> " + text_of(5).replace(" ", "\n> ")
    assert fingerprints.bits_of(f"{quoted}\n\n{text}") == bits(text)
    assert fingerprints.bits_of(f"{quoted}\n\nSo true.") is None
    assert links.links_in("> https://shop.example.org/x\n\nDon't click.") == []


def test_links_are_compared_without_what_does_not_matter(app: Flask) -> None:
    found = links.links_in(
        "https://www.Shop.example.org/x/ http://shop.example.org/x#top (www.shop.example.org/x). "
        "https://shop.example.org/y?a=1, http://localhost/x http://[::1 https://"
    )
    assert [link.address for link in found] == ["shop.example.org/x", "shop.example.org/y?a=1"]
    assert links.digest("shop.example.org/x") != links.digest("shop.example.org/y")
    assert "shop" not in links.digest("shop.example.org/x")
