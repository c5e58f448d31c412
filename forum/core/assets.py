"""Static files: styles joined in layer order and scripts joined into one, each named by its content, kept compressed.

Their comments are left out. Served as `/static/<name>.<hash>.<ext>` and immutable; under its plain name a file is asked
for again each time.
"""

from __future__ import annotations

import hashlib
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, abort, request
from werkzeug.wrappers import Response as BaseResponse

from forum.core.compression import SMALLEST, TEXT, compress, encoding_for

LAYERS = ("reset", "tokens", "base", "layout", "components", "utilities")
PUBLISHED = (".woff2", ".svg", ".png", ".ico", ".webmanifest", ".txt")
# In a script only lines of nothing else; in styles the indentation as well. A quarter of what styles weigh on the wire.
STYLE_COMMENT, SCRIPT_COMMENT, BREAK = r"(?s)/\*.*?\*/", r"(?m)^[ \t]*//.*\n?", r"\s*\n\s*"
mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("application/manifest+json", ".webmanifest")


@dataclass(frozen=True, slots=True)
class Asset:
    """One published file, in the encodings it is served in."""

    address: str
    mimetype: str
    bodies: dict[str, bytes]

    @property
    def etag(self) -> str:
        return self.address.rsplit("/", 1)[-1]


class Assets:
    """All published files of a folder, read at start."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.by_path: dict[str, Asset] = {}
        self.by_name: dict[str, Asset] = {}
        self.load()

    def load(self) -> None:
        """Read, join and name everything anew."""
        self.by_path.clear()
        self.by_name.clear()
        for path in sorted(self.folder.rglob("*")):
            name = path.relative_to(self.folder).as_posix()
            if path.is_file() and path.suffix in PUBLISHED and not name.startswith(("css/", "js/")):
                self._publish(name, path.read_bytes())
        self._publish("site.css", self._styles().encode())
        self._publish("site.js", self._scripts().encode())
        self._publish("early.js", self._joined("js/early").encode())  # runs before the first paint

    def _publish(self, name: str, body: bytes) -> None:
        stem, _, ending = name.rpartition(".")
        mark = hashlib.blake2b(body, digest_size=6).hexdigest()
        mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
        bodies = {"": body}
        if mimetype.startswith(TEXT) and len(body) >= SMALLEST:
            bodies |= {encoding: compress(body, encoding, once=True) for encoding in ("br", "gzip")}
        asset = Asset(f"/static/{stem}.{mark}.{ending}", mimetype, bodies)
        self.by_name[name] = asset
        self.by_path[asset.address.removeprefix("/static/")] = asset

    def _styles(self) -> str:
        parts = [f"@layer {', '.join(LAYERS)};"]
        for layer in LAYERS:
            single = self.folder / "css" / f"{layer}.css"
            parts += [path.read_text("utf-8") for path in ([single] if single.exists() else [])]
            parts += [path.read_text("utf-8") for path in sorted((self.folder / "css" / layer).glob("*.css"))]
        lean = re.sub(BREAK, "\n", re.sub(STYLE_COMMENT, "", "\n".join(parts)))
        return re.sub(r"/static/([\w./-]+)", lambda found: self.address(found[1]), lean)

    def _scripts(self) -> str:
        vendored = [path.read_text("utf-8") for path in sorted((self.folder / "vendor").glob("*.js"))]
        return ";\n".join([*vendored, self._joined("js")])

    def _joined(self, folder: str) -> str:
        # Each file in a block of its own, so that their names don't meet.
        paths = sorted((self.folder / folder).glob("*.js"))
        return "\n".join(f"{{\n{re.sub(SCRIPT_COMMENT, '', path.read_text('utf-8'))}\n}}" for path in paths)

    def address(self, name: str) -> str:
        """The fingerprinted address of a file by its plain name. Raises KeyError when there is none."""
        return self.by_name[name].address


def init_assets(app: Flask, folder: Path, *, reload: bool = False) -> None:
    """Serve the files of `folder` and give templates `asset(name)`."""
    assets = Assets(folder)
    app.extensions["assets"] = assets
    app.jinja_env.globals["asset"] = assets.address

    @app.get("/static/<path:path>", endpoint="static")
    def static_file(path: str) -> BaseResponse:
        if reload:
            assets.load()
        asset = assets.by_path.get(path)
        is_named_by_content = asset is not None
        asset = asset or assets.by_name.get(path) or abort(404)
        encoding = encoding_for(request.headers.get("Accept-Encoding", ""))
        encoding = encoding if encoding in asset.bodies else ""
        response = Response(asset.bodies[encoding], mimetype=asset.mimetype)
        response.vary.add("Accept-Encoding")
        if encoding:
            response.headers["Content-Encoding"] = encoding
        response.set_etag(asset.etag, weak=True)
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if is_named_by_content else "public, max-age=0, must-revalidate"
        )
        return response.make_conditional(request)
