"""What a writer is shown before her words are sent: how they will look, and what in them may say who somebody is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from forum.accounts.viewer import Viewer
from forum.contributions import pointed_out, quotations
from forum.contributions.models import Contribution
from forum.contributions.pointed_out import PointedOut
from forum.core import richtext
from forum.discussions import mentioning

MOST_MEANT = 100  # digests of one form
LONGEST_MEANT = 200


@dataclass(frozen=True, slots=True)
class Before:
    """`html` and `title`: a preview, where it was asked for. `details`: what is pointed out, once; `meant`: the digests
    of what the writer was shown and sends all the same."""

    html: Markup | None = None
    title: str = ""
    language: str = ""
    details: tuple[PointedOut, ...] = ()
    meant: tuple[str, ...] = ()

    @property
    def status(self) -> int:
        """Of the page that shows it: nothing was sent."""
        return 422 if self.details else 200


def meant_in(values: Sequence[str]) -> tuple[str, ...]:
    """The digests that a form carries, bounded."""
    return tuple(value for value in values[:MOST_MEANT] if len(value) <= LONGEST_MEANT)


def look(
    viewer: Viewer, form: Any, language: str, thread_id: int | None, post: Contribution | None = None
) -> Before | None:
    """What is to be shown before the words of a valid form are sent, or change `post`; None when they can go."""
    title = form.title.data or "" if "title" in form else ""
    meant = meant_in(form.meant.data or ())
    if form.do.data == "preview":
        words = richtext.clean_text(form.source.data or "").strip()
        words = mentioning.ready(viewer.id if _is_signed(form, post) else None, viewer, words, thread_id)
        shown = richtext.clean_text(title, single_line=True)
        return Before(quotations.rendered(words, language), shown, language, meant=meant)
    texts = [("title", title), ("source", richtext.clean_text(form.source.data or ""))]
    found = pointed_out.not_meant(texts, language, meant, post)
    known = dict.fromkeys((*meant, *(one.digest for one in found)))
    return Before(details=tuple(found), meant=tuple(known)) if found else None


def _is_signed(form: Any, post: Contribution | None) -> bool:
    if post is not None:
        return post.author_id is not None
    return bool(form.attribution.data == "member")
