"""What nobody may be called: a name that claims an office or a profession, or that can be taken for another's.

Display names needn't differ: two people called Anna are both called Anna. What is refused is a name made to look like
another with other letters, the name of somebody with a role here, the site's, and those that aliases are drawn from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, select

from forum.accounts.models import Member, MemberRole
from forum.core.db import db
from forum.core.lookalikes import folded, skeleton, without_accents
from forum.core.settings import the_settings
from forum.core.verdict import YES, Verdict, no

# English, Italian, Spanish; without accents, in small letters; whole words.
_CLAIMS = """
admin administrator amministratore amministratrice administrador administradora staff support webmaster redazione
moderator moderators mod moderatore moderatrice moderador moderadora moderation moderazione moderacion
dr dra drs dott dottor dottore dottoressa dssa dott.ssa doc doctor doctora doctors physician medico medica
prof prof.ssa professor professore professoressa profesor profesora primario
nurse nurses infermiere infermiera infermieri enfermero enfermera
rheumatologist reumatologo reumatologa dermatologist dermatologo dermatologa
"""


def _whole_words(words: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(map(re.escape, words), key=len, reverse=True)
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(longest_first)})(?![^\W_])")


_SAYS, _LOOKS = _whole_words(_CLAIMS.split()), _whole_words(map(skeleton, _CLAIMS.split()))
CLAIMS = no(_l("A name can’t say doctor, nurse, moderator or the like: people would rely on it. Take another."), 422)
LOOKS_LIKE = no(_l("This looks just like the name of somebody else here. Take another, or add to it."), 422)
IS_OURS = no(_l("This is a name of ours. Take another, or add to it."), 422)

_reserved: set[str] = set()


def reserve(names: Iterable[str]) -> None:
    """Keep names from being anybody's: those that the rooms above give out themselves."""
    _reserved.update(skeleton(name) for name in names)


def claims_something(name: str) -> bool:
    """Whether a name says that its owner is a doctor, a nurse, a professor, or has an office here."""
    return bool(_SAYS.search(without_accents(name)) or _LOOKS.search(without_accents(skeleton(name))))


def is_ours(name: str) -> bool:
    """Whether a name is, or looks like, the site's or one that it gives out: "Heron", "Heron 2"."""
    looks = skeleton(name)
    site = skeleton(the_settings().site_name)
    return looks.rstrip("0123456789 ") in _reserved or looks in _reserved or bool(site and site in looks)


def looks_like_anothers(name: str, member_id: int | None) -> bool:
    """Whether a name can be taken for another member's, or is that of somebody who has a role here."""
    has_role = exists().where(MemberRole.member_id == Member.id)
    alike = select(Member.display_name, has_role).where(Member.name_key == skeleton(name), Member.erased_at.is_(None))
    if member_id is not None:
        alike = alike.where(Member.id != member_id)
    return any(is_staff or folded(other) != folded(name) for other, is_staff in db.session.execute(alike.limit(50)))


def may_be_called(name: str, member_id: int | None = None) -> Verdict:
    """Whether somebody may take a name; `member_id` is hers where she has an account already."""
    if claims_something(name):
        return CLAIMS
    if is_ours(name):
        return IS_OURS
    return LOOKS_LIKE if looks_like_anothers(name, member_id) else YES
