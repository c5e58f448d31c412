"""Verifying professions, in the administrator's panel: the list, and a member's own form."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forum.accounts import professions
from forum.accounts import queries as accounts
from forum.accounts.login import the_viewer
from forum.accounts.models import Member
from forum.core import clock
from forum.core.forms import Form, Needed, choice, line
from forum.core.unit_of_work import write
from forum.site import actions
from forum.site.admin_views import ID, _after, bp

HOW_LIMIT = 300
MEMBER = f"/members/{ID}member_id>/profession"


class ProfessionForm(Form):
    """What an administrator saw proof of, how, and until when it holds."""

    profession = choice(_l("Profession"), [*professions.WORDS.items()])
    how = line(
        _l("What you saw"), HOW_LIMIT, Needed(_l("Write what you saw, so that others can judge it later.")),
        description=_l("Such as: the entry in the public register, and a mail from their hospital’s address."),
    )  # fmt: skip
    expires_on = line(_l("Verified until"), 10, description=_l("A day within the next two years."))

    @property
    def day(self) -> date | None:
        """The day that was typed, or None where it is none."""
        try:
            return date.fromisoformat(self.expires_on.data or "")
        except ValueError:
            return None


@bp.get("/professions")
def profession_list() -> ResponseReturnValue:
    """Every verified profession, the first to run out first."""
    return render_template("site/admin/professions.html", kept=professions.all_kept(), **_shown())


@bp.get(MEMBER)
def profession(member_id: int) -> ResponseReturnValue:
    """A member's profession: what is noted of it, and the form."""
    found = accounts.member_by_id(member_id) or abort(404)
    kept = professions.kept_of(member_id)
    words = {"profession": kept.profession, "how": kept.how, "expires_on": kept.expires_on.isoformat()} if kept else {}
    return _page(found, ProfessionForm(data=words))


@bp.post(MEMBER)
def profession_create(member_id: int) -> ResponseReturnValue:
    """Note that proof of a profession was seen."""
    form, viewer = ProfessionForm(request.form), the_viewer()
    found = accounts.member_by_id(member_id) or abort(404)
    if not form.validate():
        return _page(found, form, 422)
    with write():
        verdict = actions.verify_profession(
            actor=viewer, member_id=member_id, profession=form.profession.data or "", how=form.how.data or "",
            expires_on=form.day,
        )  # fmt: skip
    if verdict.status == 422 and not verdict:
        form.expires_on.errors = [verdict.reason]
        return _page(found, form, 422)
    return _after(verdict, _("Kept."), url_for("admin.profession_list"))


@bp.post(f"{MEMBER}/ending")
def profession_ending_create(member_id: int) -> ResponseReturnValue:
    """Take a profession back: from now on no post shows it."""
    with write():
        verdict = actions.end_profession(actor=the_viewer(), member_id=member_id)
    return _after(verdict, _("Taken back."), url_for("admin.profession_list"))


def _page(member: Member, form: ProfessionForm, status: int = 200) -> ResponseReturnValue:
    kept = professions.kept_of(member.id)
    return render_template("site/admin/profession.html", member=member, kept=kept, form=form, **_shown()), status


def _shown() -> dict[str, Any]:
    return {"profession_words": professions.WORDS, "today": clock.today()}
