"""The corpus of hostile texts, for the gate's own tests and for those that post them through a form."""

from __future__ import annotations

import re
from pathlib import Path

_PICTURES = {"␊": "\n", "␉": "\t", "␍": "\r", "␀": "\0", "␌": "\f"}
_POINT = re.compile("⟦([0-9a-f]+)⟧")


def payloads() -> list[str]:
    """Every text of payloads.txt, its pictures of invisible characters replaced by these."""
    lines = Path(__file__).with_name("payloads.txt").read_text(encoding="utf-8").splitlines()
    return [_written(line) for line in lines if line and not line.startswith("## ")]


def _written(line: str) -> str:
    for picture, character in _PICTURES.items():
        line = line.replace(picture, character)
    return _POINT.sub(lambda found: chr(int(found[1], 16)), line)
