"""Text leaves compressed, by the application itself: Brotli (RFC 7932) where the reader takes it, else gzip."""

from __future__ import annotations

import gzip
import re

import brotli
from flask import Flask, Response, request

TEXT = (
    "text/",
    "application/json",
    "application/javascript",
    "application/xml",
    "application/atom+xml",
    "application/manifest+json",
    "image/svg+xml",
)
REFUSED = re.compile(r";\s*q\s*=\s*0(\.0*)?\s*$")
SMALLEST = 600  # bytes; below it the header costs more than it saves


def compress(body: bytes, encoding: str, *, once: bool = False) -> bytes:
    """Compress `body` for `encoding` ("br" or "gzip"); `once` spends more time on what is kept for long."""
    if encoding == "br":
        compressed: bytes = brotli.compress(body, quality=11 if once else 4)
        return compressed
    return gzip.compress(body, 9 if once else 5, mtime=0)


def encoding_for(accept: str) -> str:
    """The best of "br", "gzip" and "" that an Accept-Encoding header allows (RFC 9110, 12.5.3)."""
    parts = [part.strip() for part in accept.lower().split(",")]
    refused = {part.split(";")[0].strip() for part in parts if REFUSED.search(part)}
    offered = {part.split(";")[0].strip() for part in parts} - refused
    return next((name for name in ("br", "gzip") if name in offered), "")


def init_compression(app: Flask) -> None:
    """Compress each answer of text that nobody has compressed yet."""

    @app.after_request
    def _compress(response: Response) -> Response:
        if response.direct_passthrough or response.is_streamed or "Content-Encoding" in response.headers:
            return response
        if not (response.mimetype or "").startswith(TEXT) or response.status_code in (204, 304):
            return response
        response.vary.add("Accept-Encoding")
        body = response.get_data()
        encoding = encoding_for(request.headers.get("Accept-Encoding", ""))
        if encoding and len(body) >= SMALLEST:
            response.set_data(compress(body, encoding))
            response.headers["Content-Encoding"] = encoding
        return response
