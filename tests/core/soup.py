"""Random texts of pieces that mean something to Markdown, to HTML or to an address."""

from __future__ import annotations

from hypothesis import strategies as st

# Pieces that mean something to Markdown, to HTML or to an address, to be thrown together.
PIECES = st.sampled_from(
    [
        *"<>&\"'`*_[]()!#|~\\/:;=?@%+-. \n\t",
        "\n\n",
        "> ",
        "- ",
        "1. ",
        "```",
        "](",
        "![",
        "<a href=",
        "<!--",
        "-->",
        "<script>",
        "</script>",
        "<svg>",
        "<style>",
        "javascript:",
        "data:",
        "http://",
        "https://a.example/",
        "www.",
        "mailto:",
        "&#x6a;",
        "&colon;",
        "&#0;",
        "%0a",
        "onerror=",
        "\0",
        "\u202e",
        "\u200b",
        "\ud800",
        "é",
        "word",
        "x",
    ]
)
SOUP = st.lists(PIECES | st.text(max_size=4), max_size=40).map("".join)
