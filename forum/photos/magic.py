"""What kind of picture a file is, by its first bytes: never by its name or what the sender says. Nothing is decoded."""

from __future__ import annotations

LENGTH = 64  # bytes that `media_type` wants to see
HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
AVIF = {b"avif", b"avis"}


def media_type(head: bytes) -> str | None:
    """The media type of a JPEG, PNG, WebP, HEIC or AVIF by the first bytes of it; None for anything else."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        brands = {head[8:12], *(head[place : place + 4] for place in range(16, min(_length(head), len(head)), 4))}
        if brands & AVIF:
            return "image/avif"
        if brands & HEIC:
            return "image/heic"
    return None


def _length(head: bytes) -> int:
    return int.from_bytes(head[:4], "big")
