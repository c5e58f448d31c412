"""How the card reaches the page after sending: by the signed cookie, as flashed messages do, and once. Where a script
keeps words while they are typed, its answer says so, and the quiet link stands below them at once."""

from __future__ import annotations

from flask import Response, g, request, session

from forum.accounts.login import the_viewer
from forum.care import cards, page
from forum.core import clock
from forum.core.languages import current_language

NAME_ON_PAGE = "care"  # where the card stands
NAME = "c"  # says nothing to whoever looks into the cookie
AT_ONCE = "Care"  # a header of the answer to words that a script has kept
_AS = {cards.CARD: 1, cards.QUIET: 2, cards.SOMEONE: 3}


def carry(response: Response) -> Response:
    """Put what an action offered into the cookie of its member, for the next page that she opens."""
    offered = g.pop("care", None)
    if offered is None or response.status_code >= 400 or not the_viewer().is_authenticated:
        return response
    if response.is_json:
        response.headers[AT_ONCE] = "1"  # the page that she writes on may offer the link before she opens another
    if offered != cards.QUIET or NAME not in session:  # a card that nobody has seen yet stays
        session[NAME] = _AS[offered]
    if "#" in (response.location or ""):
        # The card stands at the top; the place of what was sent, further down, would lead past it.
        response.location = f"{str(response.location).partition('#')[0]}#{NAME_ON_PAGE}"
    return response


def care_here() -> page.Card | str | None:
    """What this page shows its member, once: the card, "quiet" for the link alone, or nothing."""
    if not the_viewer().is_authenticated:
        return None
    carried = session.pop(NAME, None)
    if carried == _AS[cards.QUIET]:
        return cards.QUIET
    if carried not in _AS.values():
        return None
    language = current_language()
    country = page.likely_country(None, language, request.accept_languages)
    is_someone = carried == _AS[cards.SOMEONE]
    return page.card(country=country, language=language, now=clock.now(), for_someone=is_someone)
