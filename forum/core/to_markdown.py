"""HTML that came from elsewhere as the Markdown that members write."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdownify import MarkdownConverter


@cache
def _converter() -> MarkdownConverter:
    from markdownify import MarkdownConverter  # noqa: PLC0415 - several megabytes; only mail and imports need it

    return MarkdownConverter(heading_style="ATX", bullets="-", escape_misc=True)


def to_markdown(page: str) -> str:
    """HTML, sanitised already, as Markdown. Raises RecursionError where it is nested ever deeper."""
    made: str = _converter().convert(page)
    return made
