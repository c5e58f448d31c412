"""Who may use the pages of an account, and who may give and take roles."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask_babel import lazy_gettext as _l

from forum.accounts.viewer import Viewer
from forum.core.dates import day
from forum.core.verdict import YES, Verdict, no

SIGN_IN = _l("Sign in to see your own pages.")
NO_LONGER = _l("This link no longer works. It was used already, or it is too old. Ask for a new one.")
WRONG_CODE = _l("That isn’t the code in the mail. Look again, or ask for a new mail.")
TOO_MANY_CODES = _l("Too many codes were tried. The link in the mail still works, or ask for a new mail.")
WRONG_PASSWORD = _l("Address and password don’t belong together. You can also have a link sent by mail.")
NO_MAIL = _l("Nobody can join yet: this site can’t send mail. Whoever runs it has to set that up first.")
NOBODY = _l("There is no such member or role.")
LAST_ADMIN = _l("There has to be one administrator. Make somebody else one first.")


def can_have_pages(viewer: Viewer) -> Verdict:
    """Whether `viewer` has pages of her own here."""
    return YES if viewer.is_authenticated else no(SIGN_IN, 401)


def restriction_in_words(viewer: Viewer) -> Any:
    """What `viewer` may not do at present, as a sentence; empty when nothing is kept from her."""
    if viewer.active_restriction is None:
        return ""
    date = day(viewer.restricted_until) if viewer.restricted_until is not None else None
    match viewer.active_restriction:
        case "limited" if date is not None:
            return _l("A moderator reads what you send before others see it, until %(date)s.", date=date)
        case "limited":
            return _l("A moderator reads what you send before others see it, until a moderator lifts this.")
        case "banned" if date is not None:
            return _l("Your account is closed until %(date)s.", date=date)
        case "banned":
            return _l("Your account is closed.")
    if date is not None:
        return _l("You can read, not write, until %(date)s.", date=date)
    return _l("You can read, not write, until a moderator lifts this.")


def can_join(*, can_mail: bool) -> Verdict:
    """Whether anybody may sign up: without mail nobody could open the link."""
    return YES if can_mail else no(NO_MAIL)


def no_longer() -> Verdict:
    """The refusal of a link or code that is used, too old or not ours."""
    return no(NO_LONGER, 410)


def can_give_roles(viewer: Viewer) -> Verdict:
    """Whether `viewer` may give and take roles."""
    if not viewer.is_authenticated:
        return no(SIGN_IN, 401)
    return YES if viewer.is_admin else no(_l("Only an administrator gives roles."))


def can_take_role(viewer: Viewer, role: str, admins: Collection[int]) -> Verdict:
    """Whether `viewer` may take `role` from a member; `admins` are the ids of all administrators but that member."""
    verdict = can_give_roles(viewer)
    if verdict and role == "admin" and not admins:
        return no(LAST_ADMIN, 409)
    return verdict
