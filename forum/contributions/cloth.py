"""The cloth of a contribution: a small striped textile, the same for ever, drawn from its own seed.

In: the contribution's `cloth_seed` (32 random bits, used nowhere else, so a cloth says nothing about its member).
Out: a `Cloth`, plain numbers and names of yarns, which `templates/contributions/_cloth.html` sets as SVG. Colours
live in `static/css/components/cloth.css`. Nothing here knows HTML.
"""

from dataclasses import dataclass
from functools import lru_cache
from random import Random

HEIGHT = 100
"""The cloth is drawn on a square of this side, then stretched to the place it gets."""

NARROWEST = 6
"""A band thinner than this would be under 3 px at 44 px and read as a code."""

FINENESS = 1.4
"""How much narrower than its share a narrow band is drawn when the cloth is large."""

PAIRS = (
    ("sea", "slate"),
    ("sea", "indigo"),
    ("sea", "moss"),
    ("sea", "bark"),
    ("sea", "rust"),
    ("madder", "rust"),
    ("madder", "heather"),
    ("madder", "bark"),
    ("madder", "slate"),
    ("indigo", "heather"),
    ("indigo", "slate"),
    ("indigo", "bark"),
    ("heather", "slate"),
    ("heather", "bark"),
    ("heather", "moss"),
    ("moss", "bark"),
    ("moss", "slate"),
    ("rust", "bark"),
)
"""Yarns that lie well beside each other; either may be the ground."""

RHYTHMS = (
    (52, 10, 8, 30),
    (24, 8, 8, 8, 52),
    (14, 46, 10, 30),
    (44, 8, 12, 8, 28),
    (20, 8, 42, 8, 22),
    (8, 30, 8, 40, 14),
    (36, 14, 8, 8, 8, 26),
    (12, 8, 48, 8, 8, 16),
    (30, 8, 8, 8, 8, 8, 30),
    (10, 10, 40, 8, 8, 10, 14),
    (58, 8, 12, 22),
    (26, 22, 8, 44),
)
"""Heights of the bands, in hundredths: a wide field or two, and narrow bands that gather."""


@dataclass(frozen=True, slots=True)
class Band:
    """One flat horizontal band."""

    yarn: str
    top: float
    height: float


@dataclass(frozen=True, slots=True)
class Cloth:
    """Bands from the upper edge down, and the height of the one stitched line."""

    bands: tuple[Band, ...]
    stitch: float
    is_undyed: bool = False

    @property
    def large(self) -> "Cloth":
        """The same cloth seen close: the field widens, the narrow bands stay narrow."""
        weights = [band.height**FINENESS for band in self.bands]
        scale = HEIGHT / sum(weights)
        bands: list[Band] = []
        top, stitch = 0.0, 0.0
        for band, weight in zip(self.bands, weights, strict=True):
            height = round(weight * scale, 1)
            if band.top <= self.stitch < band.top + band.height:
                stitch = round(top + height * (self.stitch - band.top) / band.height, 1)
            bands.append(Band(band.yarn, round(top, 1), height))
            top += height
        return Cloth(tuple(bands), stitch, self.is_undyed)


@lru_cache(maxsize=4096)
def cloth(seed: int, *, undyed: bool = False) -> Cloth:
    """The cloth of this seed. `undyed` is for remembrance: no dye, one thread."""
    draw = Random(seed)
    heights = _heights(draw)
    yarns = list(draw.choice(PAIRS))
    draw.shuffle(yarns)
    bands: list[Band] = []
    top = 0
    for place, height in enumerate(heights):
        bands.append(Band("undyed" if undyed else yarns[place % 2], top, height))
        top += height
    return Cloth(tuple(bands), _stitch(draw, bands), undyed)


def _heights(draw: Random) -> list[int]:
    """A rhythm, either way up, each band a little wider or narrower by hand; the sum stays whole."""
    heights = list(draw.choice(RHYTHMS))
    if draw.random() < 0.5:
        heights.reverse()
    widest = max(range(len(heights)), key=heights.__getitem__)
    for place in range(len(heights)):
        if place != widest:
            heights[place] = max(NARROWEST, heights[place] + draw.randint(-2, 2))
    heights[widest] += HEIGHT - sum(heights)
    return heights


def _stitch(draw: Random, bands: list[Band]) -> float:
    """Where the thread runs: in the widest band, at a third of it, never at the middle of the cloth."""
    field = max(bands, key=lambda band: band.height)
    third = max(3, round(field.height * draw.choice((0.28, 0.72))))
    place = field.top + third
    if abs(place - HEIGHT // 2) < 6:
        place = field.top + field.height - third
    return place
