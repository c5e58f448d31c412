"""Settings that can be changed while the site runs, in the administrator's panel."""

from __future__ import annotations

from typing import Any

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forum.accounts.login import the_viewer
from forum.core import chosen
from forum.core.settings import installed_settings, the_settings
from forum.core.unit_of_work import write
from forum.site import actions
from forum.site.admin_views import _after, bp
from forum.site.setting_words import PARTS, WORDS

BETWEEN = _l("A whole number from %(low)s to %(high)s, or nothing.", low="{low}", high="{high}")


def _rows(typed: dict[str, str] | None = None, errors: dict[str, str] | None = None) -> list[dict[str, Any]]:
    present, installed = the_settings(), installed_settings()
    rows = []
    for name in chosen.CHOOSABLE:
        low, high = chosen.bounds_of(name)
        value, usual = getattr(present, name), getattr(installed, name)
        shown = (typed or {}).get(name, "" if value == usual else str(value))
        label, words = WORDS[name]
        rows.append(
            {
                "name": name, "label": label, "help": words, "value": shown, "usual": usual, "low": low, "high": high,
                "error": (errors or {}).get(name, ""),
            }
        )  # fmt: skip
    return rows


def _parts(rows: list[dict[str, Any]]) -> list[tuple[Any, list[dict[str, Any]]]]:
    parts: list[tuple[Any, list[dict[str, Any]]]] = []
    for row in rows:
        if row["name"] in PARTS:
            parts.append((PARTS[row["name"]], []))
        parts[-1][1].append(row)
    return parts


def _read(typed: dict[str, str]) -> tuple[dict[str, int | None], dict[str, str]]:
    values: dict[str, int | None] = {}
    errors: dict[str, str] = {}
    for name, text in typed.items():
        low, high = chosen.bounds_of(name)
        is_number = text.isascii() and text.isdigit() and len(text) < 10
        if not text:
            values[name] = None
        elif is_number and low <= int(text) <= high:
            values[name] = int(text)
        else:
            errors[name] = str(BETWEEN).format(low=low, high=high)
    return values, errors


@bp.get("/settings")
def setting_list() -> ResponseReturnValue:
    """Each setting with its usual value and what was chosen instead."""
    g.is_private = True
    return render_template("site/admin/settings.html", parts=_parts(_rows()))


@bp.post("/settings")
def setting_change_create() -> ResponseReturnValue:
    """Keep what was chosen; an empty field goes back to the usual value."""
    typed = {name: request.form[name].strip()[:40] for name in chosen.CHOOSABLE if name in request.form}
    values, errors = _read(typed)
    if errors:
        g.is_private = True
        return render_template("site/admin/settings.html", parts=_parts(_rows(typed, errors))), 422
    with write():
        verdict = actions.choose_settings(actor=the_viewer(), values=values)
    return _after(verdict, _("Kept. It counts from now on."), url_for("admin.setting_list"))
