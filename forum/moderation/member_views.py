"""A member as moderators know her: her record, deciding about her, notes, a lost mailbox."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.login import the_viewer
from forum.accounts.refusal import refused
from forum.accounts.viewer import Viewer
from forum.core.limits import slow_down
from forum.core.settings import LANGUAGES, the_settings
from forum.core.unit_of_work import write
from forum.core.verdict import Verdict
from forum.moderation import (
    member_policy,
    member_queries,
    member_sanctions,
    notes,
    notices,
    policy,
    recovering,
    voices,
    wording,
)
from forum.moderation.forms import DecisionForm
from forum.moderation.member_forms import MemberDecisionForm, NoteForm, RecoveryForm, hints_for
from forum.moderation.member_queries import MemberFile
from forum.moderation.views import CASE, bp, case_page, offered, open_case

MEMBER = f"/moderation/members/<int(max={2**31 - 1}):member_id>"


def _open(viewer: Viewer, member_id: int) -> tuple[MemberFile | None, Verdict]:
    if not (verdict := policy.can_work(viewer)):
        return None, verdict
    file = member_queries.file_of(viewer, member_id) or abort(404)
    verdict = member_policy.can_see(viewer, file.about)
    return (file if verdict else None), verdict


@bp.get(MEMBER)
def member_show(member_id: int) -> ResponseReturnValue:
    """What moderators know of a member; `?decision=silence` begins a decision."""
    viewer = the_viewer()
    file, refusal = _open(viewer, member_id)
    if file is None:
        return refused(refusal)
    return _page(viewer, file, MemberDecisionForm(data={"decision": request.args.get("decision", "")}))


def _page(
    viewer: Viewer,
    file: MemberFile,
    form: MemberDecisionForm,
    *,
    note: NoteForm | None = None,
    refusal: Verdict | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    g.is_private = True
    language = file.member.language if file.member.language in LANGUAGES else LANGUAGES[0]
    decisions = member_policy.decisions_for(viewer, file.about)
    return render_template(
        "moderation/member.html",
        file=file,
        form=form.offer(decisions, notices.guidelines_in(language)),
        decisions=decisions,
        hints=hints_for(file.signed),
        letter_language=language,
        can_judge=member_policy.can_judge(viewer, file.about),
        notes=notes.of_member(file.member.id),
        note=note or NoteForm(),
        contact_words=notes.CONTACT_WORDS,
        may_recover=recovering.can_start(viewer, file.about),
        spoken=voices.voices(file.case, file.reports) if file.case is not None else None,
        refusal=refusal,
    ), refusal.status if refusal is not None else status


@bp.post(f"{MEMBER}/decisions")
def member_decision_create(member_id: int) -> ResponseReturnValue:
    """Decide about a member. What can't be decided as sent comes back whole, with the letter in it."""
    viewer = the_viewer()
    slow_down("decisions", limit=300, seconds=600, value=str(viewer.id))
    file, refusal = _open(viewer, member_id)
    if file is None:
        return refused(refusal)
    form = MemberDecisionForm(request.form)
    form.offer(member_policy.decisions_for(viewer, file.about), notices.guidelines_in(LANGUAGES[0]))
    if not form.validate():
        return _page(viewer, file, form, status=422)
    with write():
        verdict = _decide(viewer, member_id, form)
    if not verdict:
        file, refusal = _open(viewer, member_id)
        return refused(refusal) if file is None else _page(viewer, file, form, refusal=verdict)
    flash(verdict.reason or _("Decided: %(decision)s.", decision=wording.DECIDED[form.decision.data]), "good")
    return redirect(url_for("moderation.member_show", member_id=member_id), 303)


def _decide(viewer: Viewer, member_id: int, form: MemberDecisionForm) -> Verdict:
    return member_sanctions.decide(
        actor=viewer,
        member_id=member_id,
        decision=form.decision.data or "",
        guideline_id=form.guideline_id,
        letter=form.letter.data or "",
        note=form.note.data or "",
        until=form.until.data,
        is_lasting=form.lasting.data,
        seen=form.seen.data or None,
    )


@bp.post(f"{MEMBER}/notes")
def member_note_create(member_id: int) -> ResponseReturnValue:
    """Keep a note about a member."""
    viewer = the_viewer()
    slow_down("notes", limit=120, seconds=3600, value=str(viewer.id))
    file, refusal = _open(viewer, member_id)
    if file is None:
        return refused(refusal)
    form = NoteForm(request.form)
    if not form.validate():
        return _page(viewer, file, MemberDecisionForm(), note=form, status=422)
    with write():
        verdict = notes.add_about_member(
            actor=viewer, member_id=member_id, contact=form.contact.data, text=form.text.data or ""
        )
    if not verdict:
        return refused(verdict)
    return redirect(url_for("moderation.member_show", member_id=member_id, _anchor="notes"), 303)


@bp.post(f"{CASE}/notes")
def note_create(case_id: int) -> ResponseReturnValue:
    """Keep a note on a case: about its author, or hung on what she sealed."""
    viewer = the_viewer()
    slow_down("notes", limit=120, seconds=3600, value=str(viewer.id))
    page, refusal = open_case(viewer, case_id)
    if page is None:
        return refused(refusal)
    form = NoteForm(request.form)
    if not form.validate():
        return case_page(viewer, page, offered(viewer, page, DecisionForm()), note=form, status=422)
    with write():
        verdict = notes.add_on_case(actor=viewer, case_id=case_id, contact=form.contact.data, text=form.text.data or "")
    if not verdict:
        return case_page(viewer, page, offered(viewer, page, DecisionForm()), note=form, refusal=verdict)
    return redirect(url_for("moderation.case_show", case_id=case_id, _anchor="notes"), 303)


@bp.get(f"{MEMBER}/recovery")
def recovery_new(member_id: int) -> ResponseReturnValue:
    """The form that gives an account with a lost mailbox another one."""
    return _recovery_page(the_viewer(), member_id, RecoveryForm())


def _recovery_page(
    viewer: Viewer, member_id: int, form: RecoveryForm, *, refusal: Verdict | None = None, status: int = 200
) -> ResponseReturnValue:
    g.is_private = True
    file, verdict = _open(viewer, member_id)
    verdict = verdict and recovering.can_start(viewer, file.about) if file is not None else verdict
    if file is None or not verdict:
        return refused(verdict)
    return render_template(
        "moderation/recovery.html", member=file.member, form=form, refusal=refusal, days=the_settings().recovery_days
    ), refusal.status if refusal is not None else status


@bp.post(f"{MEMBER}/recovery")
def recovery_create(member_id: int) -> ResponseReturnValue:
    """Ask a second moderator to give an account another mailbox."""
    viewer = the_viewer()
    slow_down("recoveries", limit=20, seconds=3600, value=str(viewer.id))
    form = RecoveryForm(request.form)
    if not policy.can_work(viewer) or not form.validate():
        return _recovery_page(viewer, member_id, form, status=422)
    with write():
        verdict = recovering.start(
            actor=viewer, member_id=member_id, address=form.email.data or "", reason=form.reason.data or ""
        )
    if not verdict:
        return _recovery_page(viewer, member_id, form, refusal=verdict)
    flash(verdict.reason, "good")
    return redirect(url_for("moderation.member_show", member_id=member_id), 303)


@bp.post(f"{MEMBER}/recovery/stop")
def recovery_delete(member_id: int) -> ResponseReturnValue:
    """Stop giving an account another mailbox."""
    viewer = the_viewer()
    if not (verdict := policy.can_work(viewer)):
        return refused(verdict)
    with write():
        verdict = recovering.stop_by_moderator(actor=viewer, member_id=member_id)
    if not verdict:
        return refused(verdict)
    flash(_("Stopped. The account stays as it was."), "good")
    return redirect(url_for("moderation.member_show", member_id=member_id), 303)
