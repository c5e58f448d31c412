"""The form of a mention in a source and in the HTML made of it, and who is mentioned where.

A mention is a link to a member's page whose words begin with @:

    [@Bob](/members/2)

What counts is the id. Wherever it is shown, the name is the one that she has now, whatever was typed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from flask_babel import gettext as _
from markupsafe import Markup, escape
from sqlalchemy import ColumnElement, exists, or_, select

from forum.accounts.models import Member
from forum.contributions.models import Contribution, Mention
from forum.core import clock
from forum.core.db import db
from forum.core.languages import in_language
from forum.core.richtext import LINK_REL, stored
from forum.core.settings import LANGUAGES
from forum.notifications.models import Mute

MOST = 10  # members whom one text mentions; further ones stay text
BIGGEST_ID = 2**31 - 1

_NAME = r"@(?:\\.|[^\[\]\\\n])*"
FORM = re.compile(rf"\[({_NAME})\]\(/(?:[a-z]{{2}}/)?members/(\d{{1,10}})\)")
_LINK = re.compile(r'<a href="/(?:[a-z]{2}/)?members/(\d{1,10})"[^>]*>(@[^<]*)</a>')
_SPECIAL = re.compile(r"([\\`*_\[\]<>#+\-.!~|:@/&()])")
_ESCAPED = re.compile(r"\\(.)")
# What is left alone when typed names are looked for: quoted lines, code, links, addresses.
_APART = (
    r"^[ \t]*>[^\n]*|```[\s\S]*?(?:```|\Z)|`[^`\n]*`|\[(?:\\.|[^\[\]\\\n])*\]\([^()\s]*\)|\w+://\S+|[\w.+-]*\w@[\w.-]+"
)


def form(name: str, member_id: int) -> str:
    """A mention as it stands in a source."""
    said = _SPECIAL.sub(r"\\\1", name)
    return f"[@{said}](/members/{member_id})"


def as_typed(source: str) -> str:
    """A source with the names alone where it mentions somebody, as one types them."""
    return FORM.sub(lambda found: _ESCAPED.sub(r"\1", found[1]), source)


def may_mention(source: str) -> bool:
    """Whether a source can hold a mention at all: a quick look that spares most texts a slow one."""
    return "[@" in source and "members/" in source


def named_in(source: str) -> list[int]:
    """The ids that a source mentions, each once, in its order; at most MOST."""
    found = dict.fromkeys(int(one[2]) for one in FORM.finditer(source)) if may_mention(source) else {}
    return [key for key in found if key <= BIGGEST_ID][:MOST]


def told_in(source: str) -> list[int]:
    """The ids whom a source mentions in its writer's own words: what she quotes was said before."""
    return named_in("\n".join(line for line in source.split("\n") if not line.lstrip().startswith(">")))


def named(html: Markup, language: str) -> Markup:
    """Rendered HTML in which whoever is mentioned stands under the name she has now."""
    if ">@" not in html or "members/" not in html:
        return html
    ids = [key for key in dict.fromkeys(int(one[1]) for one in _LINK.finditer(str(html))) if key <= BIGGEST_ID][:MOST]
    names = names_of(ids)

    def shown(found: re.Match[str]) -> str:
        key = int(found[1])
        if key not in names:
            return found[2]  # nobody, or one too many: the words as they were typed
        name = names[key]
        if name is None:
            return str(escape(former_member(language)))
        return f'<a href="/members/{key}" rel="{LINK_REL}">@{escape(name)}</a>'

    return stored(_LINK.sub(shown, str(html)))


def former_member(language: str) -> str:
    """What stands where somebody was mentioned who left, in the language of the text."""
    with in_language(language if language in LANGUAGES else LANGUAGES[0]):
        return str(_("a former member"))


def names_of(ids: Collection[int]) -> dict[int, str | None]:
    """The names that members have now; None for one who left. Who never was isn't here. One query at most."""
    if not ids:
        return {}
    rows = db.session.execute(select(Member.id, Member.display_name, Member.erased_at).where(Member.id.in_(ids)))
    return {row.id: None if row.erased_at else row.display_name for row in rows}


def can_be_mentioned(writer_id: int | None) -> ColumnElement[bool]:
    """The criterion on `members` for whom a member may mention: there, not banned, and not closed to her."""
    is_banned = (Member.restriction == "banned") & (
        Member.restricted_until.is_(None) | (Member.restricted_until > clock.now())
    )
    has_blocked = exists().where(Mute.member_id == Member.id, Mute.muted_id == writer_id, Mute.is_block)
    return Member.erased_at.is_(None) & or_(Member.restriction.is_(None), ~is_banned) & ~has_blocked


def resolved(source: str, writer_id: int | None, here: Mapping[str, int | None]) -> str:
    """A source ready to be sent: mentions under today's names, and typed names of those `here` made mentions.

    `here`: the names of who writes in the same place with the member's id, or None where a name is not one member's
    alone. Names in quotations, code and links stay as they are, and so does whom the writer may not mention.
    """
    ids = list(dict.fromkeys(int(one[2]) for one in FORM.finditer(source))) if may_mention(source) else []
    may = _may([key for key in ids if key <= BIGGEST_ID][: MOST * 10], writer_id)
    kept = list(dict.fromkeys(key for key in ids if key in may))[:MOST]

    def anew(found: re.Match[str]) -> str:
        key = int(found[2])
        return form(may[key], key) if key in kept else _ESCAPED.sub(r"\1", found[1])

    said = FORM.sub(anew, source) if ids else source
    typed = {name: key for name, key in here.items() if f"@{name}".casefold() in said.casefold()}
    return _with_typed(said, typed, kept, writer_id) if typed else said


def _with_typed(source: str, here: Mapping[str, int | None], kept: list[int], writer_id: int | None) -> str:
    """A source in which typed names are mentions, as long as there is room for them."""
    ids = {name.casefold(): key for name, key in here.items()}
    may = _may([key for key in ids.values() if key is not None], writer_id)
    words = "|".join(re.escape(name) for name in sorted(here, key=len, reverse=True))
    pattern = re.compile(rf"(?P<apart>{_APART})|(?<![\w@])@(?P<name>{words})(?!\w)", re.IGNORECASE | re.MULTILINE)

    def mention(found: re.Match[str]) -> str:
        key = ids.get(found["name"].casefold()) if found["name"] else None
        if key is None or key not in may or (key not in kept and len(kept) >= MOST):
            return found[0]
        if key not in kept:
            kept.append(key)
        return form(may[key], key)

    return pattern.sub(mention, source)


def _may(ids: Collection[int], writer_id: int | None) -> dict[int, str]:
    if not ids:
        return {}
    rows = db.session.execute(
        select(Member.id, Member.display_name).where(Member.id.in_(ids), can_be_mentioned(writer_id))
    )
    return {row.id: row.display_name for row in rows}


def keep(contribution: Contribution, source: str) -> None:
    """Remember whom a contribution mentions in one of its revisions, so that a new name reaches it."""
    ids = named_in(source)
    if not ids:
        return
    known = select(Mention.member_id).where(Mention.contribution_id == contribution.id)
    found = select(Member.id).where(Member.id.in_(ids), Member.erased_at.is_(None), Member.id.not_in(known))
    db.session.add_all([Mention(contribution_id=contribution.id, member_id=key) for key in db.session.scalars(found)])
    db.session.flush()
