"""A publication as a page shows it: plain values, in the language of the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from forum.core.partial_date import PartialDate

DOI = "https://doi.org/"
PUBMED = "https://pubmed.ncbi.nlm.nih.gov/"
PMC = "https://www.ncbi.nlm.nih.gov/pmc/articles/"


@dataclass(frozen=True, slots=True)
class Cited:
    """A publication in its place in a topic's guide, with what it says in `language`."""

    id: int
    title: str
    what_it_says: str
    language: str
    source: str
    published: PartialDate
    kind: str
    section: str
    doi: str | None = None
    pmid: str | None = None
    pmcid: str | None = None
    url: str | None = None
    link_state: str = "unchecked"
    checked_at: datetime | None = None

    @property
    def links(self) -> list[tuple[str, str]]:
        """Where it can be read, the best first: the name of the place and the address. None for a dead link."""
        if self.link_state == "dead":
            return []
        found = [
            ("DOI", f"{DOI}{self.doi}" if self.doi else ""),
            ("PubMed", f"{PUBMED}{self.pmid}/" if self.pmid else ""),
            ("PubMed Central", f"{PMC}{self.pmcid}/" if self.pmcid else ""),
            ("", self.url or ""),
        ]
        return [(name, address) for name, address in found if address]
