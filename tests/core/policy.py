"""A second opinion on the gate's output, by the standard library's parser: which elements, attributes, addresses."""

from __future__ import annotations

import unicodedata
from html.parser import HTMLParser
from urllib.parse import urlsplit

TAGS = {"p", "br", "hr", "em", "strong", "a", "blockquote", "ul", "ol", "li", "code", "pre"}
HEADINGS = {"h2", "h3"}
VOID = {"br", "hr"}
OVERRIDES = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Tree(HTMLParser):
    """The elements and texts of a piece of HTML as nested lists: [tag, attributes, children]; `faults` if any."""

    def __init__(self, made: str, *, headings: bool = False) -> None:
        super().__init__(convert_charrefs=True)
        self.allowed = TAGS | HEADINGS if headings else TAGS
        self.root: list = ["", {}, []]
        self.open = [self.root]
        self.faults: list[str] = []
        self.feed(made)
        self.close()
        if len(self.open) != 1:
            self.faults.append(f"left open: {self.open[-1][0]}")
        text = self.text()
        if OVERRIDES & set(text) or any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in text):
            self.faults.append("a control character or a bidirectional override in the text")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.allowed:
            self.faults.append(f"element {tag}")
        given = dict(attrs)
        if len(given) != len(attrs):
            self.faults.append(f"an attribute twice: {attrs}")
        self.check_attributes(tag, given)
        element = [tag, given, []]
        self.open[-1][2].append(element)
        if tag not in VOID:
            self.open.append(element)

    def check_attributes(self, tag: str, given: dict[str, str | None]) -> None:
        allowed = {"a": {"href", "rel"}, "ol": {"start"}}.get(tag, set())
        if set(given) - allowed:
            self.faults.append(f"attributes of {tag}: {sorted(given)}")
        if tag == "a":
            address = given.get("href") or ""
            parts = urlsplit(address)
            fine = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc
            own = address.startswith("/") and address[1:2] not in ("/", "\\") and not parts.netloc
            if not (fine or own or parts.scheme == "mailto") or set(address) & set("\"'<>`\\ \t\n"):
                self.faults.append(f"address {address!r}")
            if given.get("rel") != "nofollow ugc noopener":
                self.faults.append(f"rel {given.get('rel')!r}")
        if "start" in given and not (given["start"] or "").isdigit():
            self.faults.append(f"start {given['start']!r}")

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID or self.open[-1][0] != tag:
            self.faults.append(f"closes {tag} inside {self.open[-1][0]}")
        else:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if data.strip("\n") or self.open[-1][0] in ("pre", "code"):
            self.open[-1][2].append(data.strip("\n"))

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"comment {data!r}")

    def handle_decl(self, decl: str) -> None:
        self.faults.append(f"declaration {decl!r}")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"instruction {data!r}")

    def unknown_decl(self, data: str) -> None:
        self.faults.append(f"declaration {data!r}")

    def text(self) -> str:
        """All text, in order."""

        def walk(node: list) -> str:
            return "".join(child if isinstance(child, str) else walk(child) for child in node[2])

        return walk(self.root)
