"""Reading a still WebP at a smaller size than it has, by the libwebp that Pillow brings.

Pillow draws every WebP on two canvases of its full size and copies it twice: 640 MB for 40 megapixels. libwebp can make
the smaller picture while it reads; its "advanced" interface of 2011 (webp/decode.h) is asked for that here.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import struct
from functools import cache
from pathlib import Path
from typing import Any

VERSION = 0x0209  # of the interface: libwebp compares the upper byte
RGBA = 1
OK, OUT_OF_MEMORY, ENDED = 0, 1, (5, 7)  # of VP8StatusCode
HAS_MOTION = 0x02  # of the flags of VP8X


class Problem(Exception):  # noqa: N818 - what is wrong with a picture, not with the program
    """Why a picture can't be used, as a word of `photos.words.PROBLEMS`."""


class _Features(ctypes.Structure):
    _fields_ = [
        *((name, ctypes.c_int) for name in ("width", "height", "has_alpha", "has_animation", "format")),
        ("pad", ctypes.c_uint32 * 5),
    ]


class _Pixels(ctypes.Structure):
    _fields_ = [("rgba", ctypes.c_void_p), ("stride", ctypes.c_int), ("size", ctypes.c_size_t)]


class _Planes(ctypes.Structure):
    _fields_ = [
        *((name, ctypes.c_void_p) for name in "yuva"),
        *((f"{name}_stride", ctypes.c_int) for name in "yuva"),
        *((f"{name}_size", ctypes.c_size_t) for name in "yuva"),
    ]


class _Either(ctypes.Union):
    _fields_ = [("pixels", _Pixels), ("planes", _Planes)]


class _Output(ctypes.Structure):
    _fields_ = [
        *((name, ctypes.c_int) for name in ("colorspace", "width", "height", "is_external_memory")),
        ("u", _Either),
        ("pad", ctypes.c_uint32 * 4),
        ("private_memory", ctypes.c_void_p),
    ]


class _Options(ctypes.Structure):
    _fields_ = [
        *(
            (name, ctypes.c_int)
            for name in (
                "bypass_filtering", "no_fancy_upsampling", "use_cropping", "crop_left", "crop_top", "crop_width",
                "crop_height", "use_scaling", "scaled_width", "scaled_height", "use_threads", "dithering_strength",
                "flip", "alpha_dithering_strength",
            )
        ),
        ("pad", ctypes.c_uint32 * 5),
    ]  # fmt: skip


class _Config(ctypes.Structure):
    _fields_ = [("input", _Features), ("output", _Output), ("options", _Options)]


@cache
def library() -> Any:
    """libwebp as Pillow brings it, else the system's; None where there is neither."""
    import PIL  # noqa: PLC0415 - loaded by the converter only

    beside = Path(PIL.__file__).parent.parent / "pillow.libs"
    found = next((str(path) for path in sorted(beside.glob("libwebp-*.so*"))), ctypes.util.find_library("webp"))
    if found is None:
        return None
    try:
        loaded = ctypes.CDLL(found)
        loaded.WebPDecode.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.POINTER(_Config)]
        ready = loaded.WebPInitDecoderConfigInternal(ctypes.byref(_Config()), VERSION)
    except (OSError, AttributeError):
        return None
    return loaded if ready else None


def decoded(library: Any, data: bytes, size: tuple[int, int]) -> bytes:
    """The pixels of a still WebP at `size`, four bytes each. Raises Problem."""
    config, stride = _Config(), size[0] * 4
    library.WebPInitDecoderConfigInternal(ctypes.byref(config), VERSION)
    pixels = ctypes.create_string_buffer(stride * size[1])
    config.options.use_scaling = 1
    config.options.scaled_width, config.options.scaled_height = size
    config.output.colorspace, config.output.is_external_memory = RGBA, 1
    config.output.u.pixels.rgba = ctypes.addressof(pixels)
    config.output.u.pixels.stride, config.output.u.pixels.size = stride, stride * size[1]
    status = library.WebPDecode(data, len(data), ctypes.byref(config))
    if status != OK:
        raise Problem("too_large" if status == OUT_OF_MEMORY else "truncated" if status in ENDED else "unreadable")
    return pixels.raw


def stated(data: bytes) -> tuple[tuple[int, int], bool]:
    """The size that a WebP states in its first chunk, and whether it moves. Raises Problem where there is none."""
    try:
        match data[12:16]:
            case b"VP8X":
                size = int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
                return size, bool(data[20] & HAS_MOTION)
            case b"VP8 ":
                width, height = struct.unpack("<HH", data[26:30])
                return (width & 0x3FFF, height & 0x3FFF), False
            case b"VP8L":
                bits = int.from_bytes(data[21:25], "little")
                return ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1), False
    except (IndexError, struct.error) as error:
        raise Problem("truncated") from error
    raise Problem("unreadable")


def words(data: bytes) -> dict[bytes, bytes]:
    """What else a WebP says of itself, by the names of its chunks."""
    found: dict[bytes, bytes] = {}
    place = 12
    while place + 8 <= len(data):
        name, length = data[place : place + 4], int.from_bytes(data[place + 4 : place + 8], "little")
        if name in (b"ICCP", b"EXIF"):
            found.setdefault(name, data[place + 8 : place + 8 + length])
        place += 8 + length + length % 2
    return found
