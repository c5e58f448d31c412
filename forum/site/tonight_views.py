"""Tonight, being away, the rota and notes handed over; the line at the top of every page."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.login import the_viewer
from forum.accounts.refusal import refused
from forum.core import clock
from forum.core.languages import PREFIX
from forum.core.limits import slow_down
from forum.core.settings import LANGUAGES, the_settings
from forum.core.unit_of_work import write
from forum.core.verdict import Verdict
from forum.moderation import log, looking, promises
from forum.rota import actions as rota
from forum.rota import aways, policy
from forum.rota import queries as duties
from forum.site import lines, tonight
from forum.site.tonight_forms import AwayForm, DutyForm, HandOverForm, LineForm

bp = Blueprint("tonight", __name__, url_prefix=PREFIX)
bp.add_app_template_global(lines.lines_now, "site_lines")
ID = f"<int(max={2**31 - 1}):"


def next_monday(today: date) -> date:
    """The Monday after a day."""
    return today + timedelta(days=7 - today.weekday())


def morning_of(day: date) -> datetime:
    """Eight in the morning of a day, where the site is at home."""
    return datetime.combine(day, time(8), ZoneInfo(the_settings().time_zone)).astimezone(UTC)


def _page(status: int = 200, **forms: object) -> ResponseReturnValue:
    g.is_private = True
    viewer = the_viewer()
    today = clock.now().astimezone(ZoneInfo(the_settings().time_zone)).date()
    page = render_template(
        "site/tonight.html",
        waits=tonight.tonight_for(viewer),
        hard=looking.hard_today(viewer) if viewer.is_moderator else 0,
        enough=looking.ENOUGH,
        away=aways.now_away(),
        notes=duties.notes() if viewer.is_moderator else [],
        **{"away_form": AwayForm(data={"until": next_monday(today)}), "note_form": HandOverForm(), **forms},
    )
    return page, status


@bp.get("/moderation/tonight")
def tonight_show() -> ResponseReturnValue:
    """What waits, by the viewer's roles, and how long it may take."""
    viewer = the_viewer()
    if not viewer.is_curator and not (verdict := policy.can_keep_rota(viewer)):
        return refused(verdict)
    return _page()


@bp.post("/moderation/aways")
def away_create() -> ResponseReturnValue:
    """Leave the desk to nobody until the morning of a day: a line says so, and what was promised waits."""
    viewer, form = the_viewer(), AwayForm(request.form)
    if not (verdict := policy.can_keep_rota(viewer)):
        return refused(verdict)
    if not form.validate():
        return _page(422, away_form=form)
    with write():
        verdict = rota.go_away(actor=viewer, until=morning_of(form.until.day))
        if verdict:
            _follow("go_away")
    if not verdict:
        form.until.errors = [*form.until.errors, str(verdict.reason)]
        return _page(422, away_form=form)
    flash(_("Rest well. A line says that nobody is here until then, and what was promised waits."), "good")
    return redirect(url_for("tonight.tonight_show"), 303)


@bp.post("/moderation/aways/end")
def away_end_create() -> ResponseReturnValue:
    """Be back."""
    with write():
        verdict = rota.come_back(actor=the_viewer())
        if verdict:
            _follow("come_back")
    return _after(verdict, _("Welcome back. The line is gone."), "tonight.tonight_show")


def _follow(act: str) -> None:
    promises.set_again()
    lines.keep()
    log.append(the_viewer(), act, "site", 1)


@bp.post("/moderation/notes")
def note_create() -> ResponseReturnValue:
    """Hand a note over to whoever comes next."""
    viewer, form = the_viewer(), HandOverForm(request.form)
    slow_down("hand-over", limit=60, seconds=3600, value=str(viewer.id))
    if not (verdict := policy.can_keep_rota(viewer)):
        return refused(verdict)
    if not form.validate():
        return _page(422, note_form=form)
    with write():
        verdict = rota.hand_over(actor=viewer, text=form.note.data or "")
    return _after(verdict, _("Handed over."), "tonight.tonight_show")


# The rota


def _rota_page(form: DutyForm, status: int = 200) -> ResponseReturnValue:
    g.is_private = True
    page = render_template("site/rota.html", duties=duties.coming(), balance=tonight.balance(), form=form)
    return page, status


@bp.get("/moderation/rota")
def rota_show() -> ResponseReturnValue:
    """Who looks after the desk and when."""
    if not (verdict := policy.can_keep_rota(the_viewer())):
        return refused(verdict)
    return _rota_page(DutyForm())


@bp.post("/moderation/rota")
def duty_create() -> ResponseReturnValue:
    """Take a duty: from a day and hour to another, where the site is at home."""
    viewer, form = the_viewer(), DutyForm(request.form)
    if not (verdict := policy.can_keep_rota(viewer)):
        return refused(verdict)
    if not form.validate():
        return _rota_page(form, 422)
    starts_at, ends_at = form.span(ZoneInfo(the_settings().time_zone))
    with write():
        verdict = rota.take_duty(actor=viewer, starts_at=starts_at, ends_at=ends_at)
    if not verdict:
        form.ends.errors = [*form.ends.errors, str(verdict.reason)]
        return _rota_page(form, 422)
    flash(_("You are in the rota."), "good")
    return redirect(url_for("tonight.rota_show"), 303)


@bp.post(f"/moderation/rota/{ID}duty_id>/removal")
def duty_removal_create(duty_id: int) -> ResponseReturnValue:
    """Take one's own duty out of the rota."""
    with write():
        verdict = rota.leave_duty(actor=the_viewer(), duty_id=duty_id)
    return _after(verdict, _("Taken out of the rota."), "tonight.rota_show")


# The line at the top of every page


def _lines_page(form: LineForm, status: int = 200) -> ResponseReturnValue:
    g.is_private = True
    return render_template("site/admin/lines.html", lines=lines.present(), form=form), status


@bp.get("/admin/lines")
def line_index() -> ResponseReturnValue:
    """The lines that stand at the top of every page, and a form for another."""
    if not (verdict := tonight.can_say(the_viewer())):
        return refused(verdict)
    return _lines_page(LineForm())


@bp.post("/admin/lines")
def line_create() -> ResponseReturnValue:
    """Put a line at the top of every page until a day."""
    viewer, form = the_viewer(), LineForm(request.form)
    if not (verdict := tonight.can_say(viewer)):
        return refused(verdict)
    if not form.validate():
        return _lines_page(form, 422)
    texts = {code: form[f"text_{code}"].data or "" for code in LANGUAGES}
    with write():
        verdict = lines.say(actor=viewer, texts=texts, ends_at=morning_of(form.until.day))
    if not verdict:
        form.text_en.errors = [*form.text_en.errors, str(verdict.reason)]
        return _lines_page(form, 422)
    flash(_("The line stands at the top of every page."), "good")
    return redirect(url_for("tonight.line_index"), 303)


@bp.post(f"/admin/lines/{ID}line_id>/removal")
def line_removal_create(line_id: int) -> ResponseReturnValue:
    """Take a line down."""
    with write():
        verdict = lines.take_down(actor=the_viewer(), line_id=line_id)
    return _after(verdict, _("Taken down."), "tonight.line_index")


def _after(verdict: Verdict, words: str, endpoint: str) -> ResponseReturnValue:
    if not verdict:
        return refused(verdict)
    flash(words, "good")
    return redirect(url_for(endpoint), 303)
