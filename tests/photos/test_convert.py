"""The converter on what people send and on what nobody should: a correct picture or a word for why not, never more."""

from __future__ import annotations

import json
import random
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from forum.photos import conversion, convert, webp
from forum.photos.conversion import ENVIRONMENT, HOUSE
from forum.photos.webp import Problem
from forum.photos.words import PROBLEMS
from tests.photos.conftest import drawn, encoded

pillow_heif.register_heif_opener()
KINDS = ("JPEG", "PNG", "WEBP", "HEIF", "AVIF")
MEGABYTE = 1024 * 1024
RED, GREEN, BLUE = (200, 30, 30), (30, 160, 60), (40, 60, 160)


def looked(data: bytes, folder: Path) -> Image.Image:
    """The preview that comes of a file, as readers' devices draw it."""
    path = folder / "picture"
    path.write_bytes(data)
    size = convert.look(path, folder)
    image = Image.open(folder / "preview.webp")
    assert image.size == (size["width"], size["height"])
    return image.convert("RGB")


def near(seen: object, wanted: tuple[int, int, int], by: int = 30) -> bool:
    assert isinstance(seen, tuple)
    return all(abs(one - other) <= by for one, other in zip(seen, wanted, strict=True))


def corners(image: Image.Image) -> dict[str, object]:
    width, height = image.size
    return {
        "nw": image.getpixel((width // 10, height // 10)),
        "ne": image.getpixel((width * 9 // 10, height // 10)),
        "sw": image.getpixel((width // 10, height * 9 // 10)),
        "se": image.getpixel((width * 9 // 10, height * 9 // 10)),
    }


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_becomes_the_same_picture(kind: str, tmp_path: Path) -> None:
    seen = corners(looked(encoded(drawn(), kind), tmp_path))
    assert near(seen["nw"], RED)
    assert near(seen["se"], GREEN)
    assert near(seen["ne"], BLUE)


# What red's corner becomes when EXIF says that the camera was turned.
TURNED = {1: "nw", 2: "ne", 3: "se", 4: "sw", 5: "nw", 6: "ne", 7: "se", 8: "sw"}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_stands_upright(orientation: int, kind: str, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = looked(encoded(drawn(), kind, exif=exif), tmp_path)
    assert (image.width < image.height) == (orientation > 4)
    assert near(corners(image)[TURNED[orientation]], RED)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_but_the_picture_is_left(kind: str, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x9286] = "SECRETCAMERA", "SECRETWORDS"
    exif.get_ifd(0x8825).update({1: "N", 2: (45.0, 30.0, 0.0)})
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    more: dict[str, object] = {"exif": exif, "icc_profile": profile}
    if kind == "JPEG":
        more |= {"comment": b"SECRETCOMMENT"}
    if kind == "PNG":
        words = PngImagePlugin.PngInfo()
        words.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>SECRETXMP</x:xmpmeta>")
        words.add_text("Comment", "SECRETCOMMENT")
        more |= {"pnginfo": words}
    else:
        more |= {"xmp": b"<x:xmpmeta>SECRETXMP</x:xmpmeta>"}
    data = encoded(drawn(), kind, **more) + b"SECRETTAIL<script>alert(1)</script>"
    assert b"SECRET" in data
    (tmp_path / "picture").write_bytes(data)
    made = convert.make(tmp_path / "picture", tmp_path, 8, [])
    convert.look(tmp_path / "picture", tmp_path)
    files = [path for path in tmp_path.iterdir() if path.suffix in (".webp", ".avif")]
    assert len(files) == 2 * len(made["widths"]) + 1
    for path in files:
        content = path.read_bytes()
        for word in (b"SECRET", b"script", b"Exif", b"EXIF", b"xmp", b"XMP ", b"ICCP", b"GPS"):
            assert word not in content, (path.name, word)
        info = Image.open(path).info
        assert not {"exif", "xmp", "icc_profile", "comment"} & {key for key, value in info.items() if value}


def test_the_embedded_thumbnail_and_photoshop_words_go(tmp_path: Path) -> None:
    data = encoded(drawn())
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x10\x1c\x02\x78\0\x0bSECRETIPTC!"
    segment = b"\xff\xed" + struct.pack(">H", len(iptc) + 2) + iptc
    (tmp_path / "picture").write_bytes(data[:2] + segment + data[2:])
    convert.make(tmp_path / "picture", tmp_path, 8, [])
    assert not any(b"SECRETIPTC" in path.read_bytes() for path in tmp_path.glob("*.*"))


def test_a_profile_is_applied_before_it_is_dropped(tmp_path: Path) -> None:
    """Red and green are told the other way round by a profile: what readers see is what was meant."""
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = bytearray(plain)
    places = {name: plain.find(name, 128) + 4 for name in (b"rXYZ", b"gXYZ")}
    red, green = (plain[place : place + 8] for place in places.values())
    swapped[places[b"rXYZ"] : places[b"rXYZ"] + 8], swapped[places[b"gXYZ"] : places[b"gXYZ"] + 8] = green, red
    image = Image.new("RGB", (64, 64), (220, 20, 20))
    for kind in ("PNG", "JPEG", "WEBP"):
        assert near(looked(encoded(image, kind, icc_profile=plain), tmp_path).getpixel((32, 32)), (220, 20, 20), 12)
        seen = looked(encoded(image, kind, icc_profile=bytes(swapped)), tmp_path).getpixel((32, 32))
        assert near(seen, (20, 220, 20), 40), (kind, seen)


def test_a_profile_that_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    grey = Image.new("RGB", (64, 64), (128, 128, 128))
    seen = looked(encoded(grey, "PNG", icc_profile=b"no profile at all"), tmp_path)
    assert near(seen.getpixel((32, 32)), (128, 128, 128), 3)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_every_colour_space_is_understood(mode: str, tmp_path: Path) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    image = drawn(mode="L" if mode == "I;16" else mode)
    if mode == "I;16":
        image = Image.frombytes(
            "I;16", image.size, b"".join(struct.pack("<H", v * 257) for v in drawn(mode="L").tobytes())
        )
    seen = corners(looked(encoded(image, kind), tmp_path))
    if mode in ("P", "RGBA", "CMYK"):
        assert near(seen["nw"], RED, 45)
        assert near(seen["se"], GREEN, 45)
    else:
        grey = drawn().convert("1" if mode == "1" else "L").convert("RGB")
        assert near(seen["nw"], corners(grey)["nw"], 12)  # type: ignore[arg-type]


def test_what_is_transparent_becomes_paper(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (80, 80), (255, 0, 0, 0))
    for kind in ("PNG", "WEBP", "AVIF", "HEIF"):
        assert near(looked(encoded(clear, kind), tmp_path).getpixel((40, 40)), convert.PAPER, 6), kind
    palette = drawn().convert("P", palette=Image.Palette.ADAPTIVE)
    index = palette.getpixel((5, 5))
    seen = looked(encoded(palette, "PNG", transparency=index), tmp_path)
    assert near(seen.getpixel((20, 20)), convert.PAPER, 20)
    half = encoded(Image.new("RGB", (40, 40), (10, 20, 30)), "PNG", transparency=(10, 20, 30))
    assert near(looked(half, tmp_path).getpixel((20, 20)), convert.PAPER, 6)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
def test_of_what_moves_the_first_picture_is_shown(kind: str, tmp_path: Path) -> None:
    frames = [Image.new("RGB", (60, 60), colour) for colour in (RED, GREEN, BLUE)]
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
    assert near(looked(data, tmp_path).getpixel((30, 30)), RED)


def test_odd_shapes(tmp_path: Path) -> None:
    assert looked(encoded(Image.new("RGB", (1, 1), RED), "PNG"), tmp_path).size == (1, 1)
    assert looked(encoded(Image.new("RGB", (20_000, 1), RED), "PNG"), tmp_path).size == (1080, 1)
    tall = looked(encoded(Image.new("RGB", (1, 20_000), RED), "PNG"), tmp_path)
    assert tall.size == (1, 2160)
    (tmp_path / "picture").write_bytes(encoded(Image.new("RGB", (3, 16_000), RED), "PNG"))
    assert convert.make(tmp_path / "picture", tmp_path, 24, [])["height"] <= 3840


@pytest.mark.parametrize(
    ("width", "height", "sizes"),
    [
        (4000, 3000, [(480, 360), (960, 720), (1920, 1440)]),
        (700, 500, [(480, 343), (700, 500)]),
        (480, 480, [(480, 480)]),
        (100, 50, [(100, 50)]),
    ],
)
def test_it_is_never_enlarged(width: int, height: int, sizes: list[tuple[int, int]]) -> None:
    assert convert.sizes_for(width, height) == sizes


def test_squares_are_painted_over_in_every_size(tmp_path: Path) -> None:
    (tmp_path / "picture").write_bytes(encoded(drawn(3000, 2000), quality=95))
    rows = convert.rows_for(3000, 2000)
    assert rows == 8
    made = convert.make(tmp_path / "picture", tmp_path, rows, [[row, column] for row in (0, 1) for column in (0, 1, 2)])
    assert made["widths"] == [480, 960, 1920]
    for path in [*tmp_path.glob("*.webp"), *tmp_path.glob("*.avif")]:
        image = Image.open(path).convert("RGB")
        width, height = image.size
        for x in range(0, width // 4 - 3, 7):
            for y in range(0, height // 4 - 3, 7):
                assert near(image.getpixel((x, y)), convert.COVER, 24), (path.name, x, y)
        assert near(corners(image)["se"], GREEN)


# What nobody should send


def png_header(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 100_000)) + chunk(b"IEND", b"")


def webp_header(width: int, height: int) -> bytes:
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = (
        b"WEBPVP8X"
        + struct.pack("<I", 10)
        + b"\0\0\0\0"
        + size
        + b"VP8L"
        + struct.pack("<I", 20)
        + b"\x2f"
        + b"\0" * 19
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def stretched(kind: str) -> bytes:
    """A HEIC or AVIF that says in its `ispe` box that it is enormous."""
    data = bytearray(encoded(drawn(64, 64), kind))
    place = data.find(b"ispe")
    assert place > 0
    while place > 0:
        data[place + 8 : place + 16] = struct.pack(">II", 60_000, 60_000)
        place = data.find(b"ispe", place + 4)
    return bytes(data)


HOSTILE = {
    "png_bomb": png_header(50_000, 50_000),
    "png_long": png_header(30_000, 1),
    "png_lies": png_header(7000, 9000),
    "webp_bomb": webp_header(16_777_215, 16_777_215),
    "webp_lies": webp_header(8000, 8000),
    "heic_bomb": stretched("HEIF"),
    "avif_bomb": stretched("AVIF"),
    "empty": b"",
    "html": b"<!doctype html><script>alert(1)</script>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "gif": b"GIF89a" + b"\0" * 200,
    "magic_only_jpeg": b"\xff\xd8\xff\xe0" + b"\0" * 500,
    "magic_only_png": b"\x89PNG\r\n\x1a\n",
    "magic_only_webp": b"RIFF\x10\0\0\0WEBPVP8 ",
    "magic_only_heic": b"\0\0\0\x18ftypheic\0\0\0\0heicmif1",
    "magic_only_avif": b"\0\0\0\x18ftypavif\0\0\0\0avifmif1",
    "tiff_inside_a_jpeg_name": b"II*\0" + b"\0" * 100,
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gets_a_word_and_little_memory(name: str, tmp_path: Path) -> None:
    (tmp_path / "picture").write_bytes(HOSTILE[name])
    made = conversion.look(tmp_path / "picture", tmp_path)
    assert made.get("problem") in PROBLEMS, made
    assert not (tmp_path / "preview.webp").exists()
    _, peak = measured("look", tmp_path / "picture", tmp_path)
    assert peak < 400 * MEGABYTE


@pytest.mark.parametrize("name", ["png_bomb", "png_long", "webp_bomb"])
def test_too_large_is_said_before_anything_is_decoded(name: str, tmp_path: Path) -> None:
    (tmp_path / "picture").write_bytes(HOSTILE[name])
    assert conversion.look(tmp_path / "picture", tmp_path) == {"problem": "too_large"}


def word_for(folder: Path) -> str:
    """Why a picture can't be used; nothing when it can. Anything unforeseen is raised."""
    try:
        convert.look(folder / "picture", folder)
    except Problem as problem:
        return str(problem)
    return ""


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_cut_off_anywhere_gets_a_word(kind: str, tmp_path: Path) -> None:
    data = encoded(drawn(200, 150), kind)
    for end in sorted({*range(0, 64, 7), *(len(data) * part // 20 for part in range(1, 20))}):
        (tmp_path / "picture").write_bytes(data[:end])
        assert word_for(tmp_path) in {"", *PROBLEMS}


def test_a_photo_cut_off_in_the_middle_says_so(tmp_path: Path) -> None:
    for kind in ("JPEG", "WEBP"):
        data = encoded(drawn(), kind)
        (tmp_path / "picture").write_bytes(data[: len(data) // 2])
        assert conversion.look(tmp_path / "picture", tmp_path) == {"problem": "truncated"}, kind


MANY = """
import sys, types, json
forum = types.ModuleType("forum")
forum.__path__ = [sys.argv[1]]
sys.modules["forum"] = forum
from pathlib import Path
from forum.photos import convert
convert._limit(120)
found = {}
for path in sorted(Path(sys.argv[2]).glob("*.bad")):
    sys.stderr.write(path.name + chr(10))
    try:
        convert.look(path, Path(sys.argv[2]))
        found["made"] = found.get("made", 0) + 1
    except convert.Problem as problem:
        found[str(problem)] = found.get(str(problem), 0) + 1
print(json.dumps(found))
"""


@pytest.mark.parametrize("kind", KINDS)
def test_files_with_wrong_bytes_in_them_are_made_or_refused(kind: str, tmp_path: Path) -> None:
    """Eighty of each kind, in one process with the converter's limits: a crash or anything unforeseen ends it."""
    luck = random.Random(kind)
    whole = encoded(drawn(96, 64), kind)
    for number in range(80):
        data = bytearray(whole)
        for _ in range(luck.choice((1, 2, 8, 40))):
            data[luck.randrange(len(data))] = luck.choice((0, 255, 127, 128, luck.randrange(256)))
        if luck.random() < 0.2:
            del data[luck.randrange(len(data)) :]
        if luck.random() < 0.2:
            place = luck.randrange(len(data) or 1)
            data[place:place] = luck.randbytes(luck.randrange(1, 50))
        (tmp_path / f"{number:03}.bad").write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-I", "-c", MANY, str(HOUSE), str(tmp_path)],
        capture_output=True, text=True, env=ENVIRONMENT, check=False, timeout=150,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-600:]
    found = json.loads(done.stdout)
    assert sum(found.values()) == 80
    assert set(found) <= {"made", *PROBLEMS}


def test_a_picture_with_a_page_behind_it_comes_out_clean(tmp_path: Path) -> None:
    page = b"<!doctype html><script>alert(document.domain)</script>"
    archive = b"PK\x03\x04" + b"\0" * 26
    data = encoded(drawn())
    comment = b"\xff\xfe" + struct.pack(">H", len(page) + 2) + page
    image = looked(data[:2] + comment + data[2:] + page + archive, tmp_path)
    assert near(corners(image)["nw"], RED)
    assert b"script" not in (tmp_path / "preview.webp").read_bytes()


def test_a_decoder_that_hangs_or_dies_takes_nothing_with_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "picture").write_bytes(encoded(drawn()))
    monkeypatch.setattr(conversion, "START", "import os; os.kill(os.getpid(), 11)")
    assert conversion.look(tmp_path / "picture", tmp_path) == {"problem": "unreadable"}
    monkeypatch.setattr(conversion, "START", "import time; time.sleep(30)")
    monkeypatch.setitem(convert.SECONDS, "look", 0.2)
    assert conversion.look(tmp_path / "picture", tmp_path) == {"problem": "too_long"}


def test_webp_is_read_at_a_smaller_size(tmp_path: Path) -> None:
    library = webp.library()
    assert library is not None, "libwebp is not found beside Pillow: large WebP would take 640 MB"
    data = encoded(drawn(), "WEBP")
    pixels = Image.frombytes("RGBA", (60, 40), webp.decoded(library, data, (60, 40))).convert("RGB")
    assert near(corners(pixels)["nw"], RED)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("kind", ["JPEG", "progressive", "PNG", "RGBA", "WEBP", "lossless", "AVIF"])
def test_forty_megapixels_stay_below_400_megabytes(kind: str, tmp_path: Path) -> None:
    image = drawn(7760, 5160, "RGBA" if kind == "RGBA" else "RGB")
    options: dict[str, tuple[str, dict[str, object]]] = {
        "progressive": ("JPEG", {"progressive": True, "subsampling": 0, "quality": 90}),
        "RGBA": ("PNG", {"compress_level": 1}),
        "PNG": ("PNG", {"compress_level": 1}),
        "lossless": ("WEBP", {"lossless": True, "method": 0, "quality": 0}),
        "WEBP": ("WEBP", {"method": 0}),
        "AVIF": ("AVIF", {"speed": 10}),
    }
    name, more = options.get(kind, (kind, {}))
    path = tmp_path / "picture"
    image.save(path, name, **more)
    del image
    assert peak_of("make", path, tmp_path) < 400 * MEGABYTE


@pytest.mark.timeout(180)
def test_forty_megapixels_of_heic_stay_below_400_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "picture"
    pillow_heif.from_pillow(drawn(7760, 5160)).save(path, quality=30, enc_params={"preset": "ultrafast"})
    assert peak_of("make", path, tmp_path) < 400 * MEGABYTE


def peak_of(act: str, path: Path, folder: Path) -> int:
    """The most memory that the converter held at once while it made what it should."""
    printed, peak = measured(act, path, folder)
    made = json.loads(printed)
    assert "problem" not in made, made
    return peak


WATCHED = """
import json, resource, subprocess, sys
done = subprocess.run(sys.argv[1:], capture_output=True, text=True)
print(json.dumps([done.stdout, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss]))
"""


def measured(act: str, path: Path, folder: Path) -> tuple[str, int]:
    """What the converter printed, and the most memory that it held at once.

    A small process starts it: until it is itself, a child counts with what its parent holds, and this one holds much.
    """
    more = ["8", "[[0,0]]"] if act == "make" else []
    command = [sys.executable, "-I", "-c", conversion.START, str(HOUSE), act, str(path), str(folder), *more]
    done = subprocess.run(
        [sys.executable, "-I", "-c", WATCHED, *command], capture_output=True, text=True, check=True, env=ENVIRONMENT
    )
    printed, kilobytes = json.loads(done.stdout)
    return printed, kilobytes * 1024


def test_the_measure_sees_what_the_converter_holds_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ballast = bytearray(500 * MEGABYTE)  # in this process
    ballast[::4096] = b"x" * len(ballast[::4096])
    monkeypatch.setattr(conversion, "START", "pass")
    assert measured("look", tmp_path, tmp_path)[1] < 50 * MEGABYTE
    monkeypatch.setattr(conversion, "START", "print(len(b'x' * 300_000_000))")
    printed, peak = measured("look", tmp_path, tmp_path)
    assert (printed, peak > 300_000_000) == ("300000000\n", True)
    del ballast
