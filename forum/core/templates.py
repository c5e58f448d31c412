"""What every template can say: dates in the page's language, the site's name, addresses and icons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from babel import Locale
from babel.dates import format_timedelta
from flask import Flask, request
from flask_babel import gettext as _

from forum.core import clock, trap
from forum.core.dates import day, moment, near
from forum.core.differences import stretches
from forum.core.languages import NAMES, current_language
from forum.core.public_state import public_state
from forum.core.settings import LANGUAGES, Settings


def instant(value: datetime) -> str:
    """A moment for machines, as HTML allows it in `datetime`: to the second."""
    return value.isoformat(timespec="seconds")


def since(value: datetime | None) -> str:
    """How long ago, in words, by the page's language. Only for pages that aren't kept by the visitor cache."""
    return "" if value is None else format_timedelta(value - clock.now(), add_direction=True, locale=current_language())


def country(code: str | None) -> str:
    """A country's name in the page's language, by its ISO 3166-1 code."""
    name: str = Locale.parse(current_language()).territories.get(code or "", code or "")
    return name


def language_name(code: str) -> str:
    """A language's own name for the interface's languages, else its name in the page's language."""
    return NAMES.get(code) or Locale.parse(current_language()).languages.get(code, code)


def with_query(**changes: Any) -> str:
    """This page's address with some query parameters changed; None takes one away. Paging keys are dropped."""
    values = {key: value for key, value in request.args.items() if key not in ("before", "after", "at")}
    for key, value in changes.items():
        if value is None:
            values.pop(key, None)
        else:
            values[key] = str(value)
    return request.path + (f"?{urlencode(values)}" if values else "")


def in_other_language(code: str) -> str:
    """This page's address with its interface in another language."""
    head = request.path.split("/", 2)
    rest = head[2] if len(head) > 2 and head[1] in LANGUAGES else ""
    query = request.query_string.decode("latin-1")
    return f"/{code}/{rest}" + (f"?{query}" if query else "")


def spoken(words: Mapping[str, Any]) -> dict[str, str]:
    """Words in the page's language, looked up once for a loop that says them often."""
    return {key: str(value) for key, value in words.items()}


def init_templates(app: Flask, settings: Settings) -> None:
    """Give templates their words."""
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.auto_reload = settings.development
    app.jinja_env.filters |= {
        "day": day,
        "moment": moment,
        "near": near,
        "instant": instant,
        "since": since,
        "country": country,
        "language_name": language_name,
        "stretches": stretches,
    }
    app.jinja_env.globals |= {
        "site_name": settings.site_name,
        "origin": settings.origin,
        "languages": LANGUAGES,
        "with_query": with_query,
        "in_other_language": in_other_language,
        "lang": current_language,
        "_": _,
        "minimum_age": settings.minimum_age,
        "public_state": public_state,
        "spoken": spoken,
        "sent_back": trap.mark,
    }
