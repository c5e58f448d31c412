"""The panel's page of archives: what was imported, how it stands, and vouching for its authors' consent."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.login import the_viewer
from forum.accounts.refusal import refused
from forum.archive import policy, publishing, queries
from forum.archive.forms import AttestForm
from forum.core.languages import PREFIX
from forum.core.limits import slow_down
from forum.core.unit_of_work import write

bp = Blueprint("archives", __name__, url_prefix=PREFIX)
ID = f"<int(max={2**31 - 1}):"


@bp.get("/admin/archives")
def archive_index() -> ResponseReturnValue:
    """Every archive that was imported."""
    if not (verdict := policy.can_attest(the_viewer())):
        return refused(verdict)
    return _page(AttestForm())


def _page(form: AttestForm, about: int | None = None) -> str:
    g.is_private = True
    return render_template("archive/archives.html", rows=queries.archives(), form=form, about=about)


@bp.post(f"/admin/archives/{ID}archive_id>/attestations")
def attestation_create(archive_id: int) -> ResponseReturnValue:
    """Vouch for the authors of all that waits in an archive."""
    viewer = the_viewer()
    slow_down("attest", limit=60, seconds=3600)
    if not (verdict := policy.can_attest(viewer)):
        return refused(verdict)
    name = queries.archive_name(archive_id) or abort(404)
    form = AttestForm(request.form)
    if not form.validate():
        return _page(form, archive_id), 422
    with write():
        verdict = publishing.attest(actor=viewer, name=name, note=form.note.data or "")
    if not verdict:
        return refused(verdict)
    flash(_("Noted. What waits is published over the next minutes."), "good")
    return redirect(url_for("archives.archive_index"), 303)
