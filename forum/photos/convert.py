"""Make a picture safe: run by the worker as a process of its own, for one picture, with limits on memory and time.

`main(["look", picture, folder])` makes one plain preview, for its author's eyes; `main(["make", picture, folder, rows,
squares])` makes the sizes that readers see, the squares covered. Each prints one line of JSON: the size and what was
made, or `{"problem": word}`. Nothing else of the site is loaded, so that it starts at once and holds little; and what
it writes is drawn anew from pixels, so that nothing else of the file that was sent is left.
"""

from __future__ import annotations

import io
import json
import math
import resource
import sys
import warnings
from pathlib import Path
from typing import Any

from forum.photos import webp
from forum.photos.webp import Problem

MOST_PIXELS, LONGEST_SIDE = 64_000_000, 20_000
WIDTHS, TALLEST = (480, 960, 1920), 2  # a picture is never more than twice as high as its width may be
PREVIEW = 1080
COLUMNS = 12  # of the squares that cover; twice as many rows as half the shape asks for
PAPER, COVER = (0xFB, 0xFA, 0xF4), (0x6A, 0x54, 0x43)
MEGABYTE = 1024 * 1024
MEMORY, SECONDS, FILE = 900 * MEGABYTE, {"look": 60, "make": 120}, 40 * MEGABYTE
MOST_MOVING_PIXELS = 16_000_000  # they are drawn on canvases of their own
ORIENTATION = 0x0112  # of EXIF
STRIP = 1 << 20  # pixels worked on at a time, beside the decoder's own


def rows_for(width: int, height: int) -> int:
    """How many rows of squares cover a picture: an even number, so that four small squares make a large one."""
    return 2 * max(1, min(12, round(COLUMNS / 2 * height / width)))


def sizes_for(width: int, height: int) -> list[tuple[int, int]]:
    """The sizes to make of a picture, the smallest first; it is never enlarged."""
    found = {}
    for wanted in WIDTHS:
        scale = min(1.0, wanted / width, wanted * TALLEST / height)
        size = max(1, round(width * scale)), max(1, round(height * scale))
        found[size[0]] = size
    return [found[key] for key in sorted(found)]


def _bounded(width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise Problem("unreadable")
    if width > LONGEST_SIDE or height > LONGEST_SIDE or width * height > MOST_PIXELS:
        raise Problem("too_large")


def _factor(width: int) -> int:
    # A whole number to divide by while reading, leaving twice the largest width for the fine work after it.
    return max(1, width // (2 * WIDTHS[-1]))


def picture(path: Path) -> Any:
    """A picture as a small, upright Pillow image in sRGB without transparency. Raises Problem."""
    from PIL import Image  # noqa: PLC0415 - the limits stand before anything is loaded

    with path.open("rb") as file:
        head = file.read(64)
    Image.MAX_IMAGE_PIXELS = None  # sizes are judged here, before anything is decoded
    try:
        if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
            image = _webp(path)
        elif head[4:8] == b"ftyp" and b"avi" not in head[8:32]:
            image = _heif(path)
        else:
            image = _plain(path)
        return _on_paper(_in_srgb(_upright(image)))
    except Problem:
        raise
    except MemoryError as error:
        raise Problem("too_large") from error
    except Exception as error:  # a decoder may raise anything at all on a broken file
        raise Problem("truncated" if "truncated" in str(error).lower() else "unreadable") from error


def _plain(path: Path) -> Any:
    """JPEG, PNG and AVIF, by Pillow."""
    from PIL import Image  # noqa: PLC0415

    image: Any = Image.open(path, formats=("JPEG", "PNG", "AVIF"))
    width, height = image.size
    _bounded(width, height)
    info = _about(image)
    if image.format == "AVIF":
        decoder = image._decoder  # noqa: SLF001 - Pillow's own loading makes one more large copy
        data = decoder.get_frame(0)[0]
        image._decoder = decoder = None  # noqa: SLF001
        return _from_rows(data, image.mode, (width, height), width * len(image.mode), info)
    if image.format != "PNG":  # libjpeg gives half or a quarter of the size for half or a quarter of the memory
        image.draft(None, (max(1, width // _factor(width)), max(1, height // _factor(width))))
    image.load()
    return _reduced(image, info)


def _about(image: Any) -> dict[str, Any]:
    """What of a file's own words matters for its pixels: the colour profile, and which side is up."""
    try:
        turned = int(image.getexif().get(ORIENTATION, 1))
    except Exception:  # noqa: BLE001 - broken words about a picture are no reason to refuse it
        turned = 1
    return {"icc_profile": image.info.get("icc_profile"), "turned": turned}


def _reduced(image: Any, info: dict[str, Any]) -> Any:
    """A smaller copy of an image, made strip by strip so that no second large one exists."""
    from PIL import Image  # noqa: PLC0415

    width, height = image.size
    factor, mode = _factor(width), _mode(image)
    step = max(1, STRIP // (width * factor)) * factor
    small = Image.new(mode, (math.ceil(width / factor), math.ceil(height / factor)))
    small.info.update(info)
    for top in range(0, height, step):
        strip = _in_mode(image.crop((0, top, width, min(top + step, height))), mode)
        small.paste(strip.reduce(factor) if factor > 1 else strip, (0, top // factor))
    return small


def _mode(image: Any) -> str:
    if image.mode == "P":
        return "RGBA" if "transparency" in image.info else "RGB"
    if image.mode in ("1", "L", "I", "F") or image.mode.startswith("I;16"):
        return "RGBA" if "transparency" in image.info and image.mode in ("1", "L") else "L"
    if image.mode == "RGB" and "transparency" in image.info:
        return "RGBA"
    others = {"LA": "RGBA", "La": "RGBA", "PA": "RGBA", "RGBa": "RGBA", "YCbCr": "RGB"}
    return others.get(image.mode, str(image.mode))


def _in_mode(strip: Any, mode: str) -> Any:
    if strip.mode.startswith("I;16") or strip.mode == "I":
        # Sixteen bits of grey: the upper eight are what a screen shows.
        return strip.convert("I").point(lambda value: value * (1 / 256) + 0).convert("L")
    return strip if strip.mode == mode else strip.convert(mode)


def _from_rows(data: Any, mode: str, size: tuple[int, int], stride: int, info: dict[str, Any]) -> Any:
    """A reduced image from a decoder's own rows, without a large image of Pillow's beside them."""
    from PIL import Image  # noqa: PLC0415

    width, height = size
    factor = _factor(width)
    step = max(1, STRIP // (width * factor)) * factor
    small = Image.new(mode, (math.ceil(width / factor), math.ceil(height / factor)))
    small.info.update(info)
    rows: Any = memoryview(data)
    for top in range(0, height, step):
        count = min(step, height - top)
        some = rows[top * stride : (top + count) * stride]
        part = Image.frombuffer(mode, (width, count), some, "raw", mode, stride, 1)
        small.paste(part.reduce(factor) if factor > 1 else part, (0, top // factor))
    return small


def _heif(path: Path) -> Any:
    import pillow_heif  # noqa: PLC0415

    pillow_heif.options.DECODE_THREADS = 1
    file = pillow_heif.open_heif(path, convert_hdr_to_8bit=True)
    image = file[file.primary_index]
    _bounded(*image.size)
    data = image.data  # decoded here, and turned already
    _bounded(*image.size)
    return _from_rows(data, image.mode, image.size, image.stride, {"icc_profile": image.info.get("icc_profile")})


def _webp(path: Path) -> Any:
    """Still WebP by libwebp itself, which makes the smaller picture while it reads; moving ones by Pillow."""
    from PIL import Image  # noqa: PLC0415

    data = path.read_bytes()
    size, is_moving = webp.stated(data)
    _bounded(*size)
    if is_moving and size[0] * size[1] > MOST_MOVING_PIXELS:
        raise Problem("too_large")
    if not is_moving and (library := webp.library()) is not None:
        factor = _factor(size[0])
        small = math.ceil(size[0] / factor), math.ceil(size[1] / factor)
        pixels = webp.decoded(library, data, small)
        image = Image.frombytes("RGBA", small, pixels)
        words = webp.words(data)
        image.info.update(exif=words.get(b"EXIF", b""), icc_profile=words.get(b"ICCP"))
        image.info.update(_about(image))
        return image
    image = Image.open(io.BytesIO(data), formats=("WEBP",))
    image.load()
    return _reduced(image, _about(image))


def _upright(image: Any) -> Any:
    from PIL import Image  # noqa: PLC0415

    turn = Image.Transpose
    turns = {
        2: turn.FLIP_LEFT_RIGHT, 3: turn.ROTATE_180, 4: turn.FLIP_TOP_BOTTOM, 5: turn.TRANSPOSE,
        6: turn.ROTATE_270, 7: turn.TRANSVERSE, 8: turn.ROTATE_90,
    }  # fmt: skip
    info, method = image.info, turns.get(image.info.get("turned", 1))
    if method is not None:
        image = image.transpose(method)
        image.info = info
    return image


def _in_srgb(image: Any) -> Any:
    """The image in the colours that every screen understands; a profile that can't be read is passed over."""
    from PIL import ImageCms  # noqa: PLC0415

    profile = image.info.get("icc_profile")
    image.info = {}
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    flat = image.convert("RGB") if alpha is not None else image
    if profile and flat.mode in ("L", "RGB", "CMYK"):
        try:
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            flat = ImageCms.profileToProfile(flat, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass
    flat = flat.convert("RGB")
    flat.info = {}
    if alpha is not None:
        flat.putalpha(alpha)
    return flat


def _on_paper(image: Any) -> Any:
    """The image without transparency, on the colour of the site's paper."""
    from PIL import Image  # noqa: PLC0415

    if image.mode != "RGBA":
        return image
    paper = Image.new("RGB", image.size, PAPER)
    paper.paste(image, mask=image.getchannel("A"))
    return paper


def cover(image: Any, rows: int, squares: list[list[int]]) -> None:
    """Paint over the squares, each given as row and column from nought; every pixel they touch is gone."""
    from PIL import ImageDraw  # noqa: PLC0415

    draw = ImageDraw.Draw(image)
    for row, column in squares:
        draw.rectangle(
            (
                column * image.width // COLUMNS,
                row * image.height // rows,
                max(1, math.ceil((column + 1) * image.width / COLUMNS)) - 1,
                max(1, math.ceil((row + 1) * image.height / rows)) - 1,
            ),
            fill=COVER,
        )


def look(path: Path, folder: Path) -> dict[str, Any]:
    """Make the plain preview. Returns its size."""
    from PIL import Image  # noqa: PLC0415

    image = picture(path)
    scale = min(1.0, PREVIEW / image.width, PREVIEW * TALLEST / image.height)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    image = image.resize(size, Image.Resampling.LANCZOS)
    image.save(folder / "preview.webp", "WEBP", quality=80, method=2)
    return {"width": size[0], "height": size[1]}


def make(path: Path, folder: Path, rows: int, squares: list[list[int]]) -> dict[str, Any]:
    """Make the sizes that readers see. Returns the largest's size, and their widths."""
    from PIL import Image  # noqa: PLC0415

    image = picture(path)
    cover(image, rows, squares)
    sizes = sizes_for(*image.size)
    for size in reversed(sizes):  # the larger is what the smaller is made of
        image = image.resize(size, Image.Resampling.LANCZOS)
        image.save(folder / f"{size[0]}.webp", "WEBP", quality=80, method=4)
        image.save(folder / f"{size[0]}.avif", "AVIF", quality=60, speed=8, max_threads=2)
    return {"width": sizes[-1][0], "height": sizes[-1][1], "widths": [size[0] for size in sizes]}


def _limit(seconds: int) -> None:
    """What this process may use at most. A decoder that wants more ends, and only it."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, FILE),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(what, (most, most))


def main(arguments: list[str]) -> int:
    """Do what the command line asks and print what came of it."""
    act, path, folder = arguments[0], Path(arguments[1]), Path(arguments[2])
    _limit(SECONDS[act])
    warnings.simplefilter("ignore")
    try:
        if act == "look":
            made = look(path, folder)
        else:
            made = make(path, folder, int(arguments[3]), json.loads(arguments[4]))
    except Problem as problem:
        made = {"problem": str(problem)}
    except MemoryError:
        made = {"problem": "too_large"}
    sys.stdout.write(json.dumps(made) + "\n")
    return 0
