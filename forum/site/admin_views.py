"""The administrator's panel: overview, members and roles, boards, pages, jobs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts import queries as accounts
from forum.accounts.login import the_viewer
from forum.accounts.models import Member
from forum.accounts.refusal import refused
from forum.core.languages import PREFIX
from forum.core.limits import slow_down
from forum.core.settings import LANGUAGES
from forum.core.unit_of_work import write
from forum.core.verdict import Verdict
from forum.discussions import boards
from forum.site import actions, panel, policy, queries, words
from forum.site.forms import BoardForm, PageForm, RoleForm, SigningOutForm, number_in

bp = Blueprint("admin", __name__, url_prefix=f"{PREFIX}/admin")
ID = f"<int(max={2**31 - 1}):"
PAGE = f"/pages/<any({', '.join(repr(slug) for slug in words.PAGES)}):slug>/<any({', '.join(LANGUAGES)}):code>"


@bp.before_request
def _gate() -> ResponseReturnValue | None:
    """Nobody but administrators comes in, whatever the address."""
    if request.method == "POST":
        slow_down("admin", limit=600, seconds=3600)
    verdict = policy.can_administer(the_viewer())
    return None if verdict else refused(verdict)


@bp.context_processor
def _words() -> dict[str, Any]:
    return {"site_words": words}


def _after(verdict: Verdict, words_of_success: str, address: str) -> ResponseReturnValue:
    if not verdict:
        return refused(verdict)
    flash(words_of_success, "good")
    return redirect(address, 303)


@bp.get("")
def overview() -> ResponseReturnValue:
    """How the site stands."""
    return render_template("site/admin/overview.html", numbers=panel.overview())


# Members


@bp.get("/members")
def members() -> ResponseReturnValue:
    """Members by address or the beginning of a name, newest first."""
    asked = request.args.get("q", "")[: panel.LONGEST_SEARCH].replace("\0", "")
    found, before = panel.members_found(asked, number_in(request.args.get("before")))
    kept = panel.restrictions_of(found)
    return render_template("site/admin/members.html", asked=asked, members=found, kept=kept, before=before)


@bp.get(f"/members/{ID}member_id>")
def member(member_id: int) -> ResponseReturnValue:
    """One member, with her roles to give and take."""
    return member_page(accounts.member_by_id(member_id) or abort(404))


def member_page(found: Member, *, form: RoleForm | None = None, signing_out: SigningOutForm | None = None) -> str:
    """The page of one member, with what was typed in one of its forms."""
    sessions = accounts.sessions_of(found.id)
    return render_template(
        "site/admin/member.html", member=found, kept=panel.restrictions_of([found]), form=form or RoleForm(),
        sessions=sessions, signing_out=signing_out or SigningOutForm().offer(sessions),
        can_sign_out=policy.can_sign_out(the_viewer(), found.id),
    )  # fmt: skip


@bp.post(f"/members/{ID}member_id>/roles")
def role_create(member_id: int) -> ResponseReturnValue:
    """Give a role."""
    form, viewer = RoleForm(request.form), the_viewer()
    if not form.validate():
        return member_page(accounts.member_by_id(member_id) or abort(404), form=form), 422
    with write():
        verdict = actions.give_role(actor=viewer, member_id=member_id, role=form.role.data)
    return _after(verdict, _("Given."), url_for("admin.member", member_id=member_id))


@bp.post(f"/members/{ID}member_id>/roles/<any('moderator', 'curator', 'admin'):role>/removal")
def role_removal_create(member_id: int, role: str) -> ResponseReturnValue:
    """Take a role back."""
    viewer = the_viewer()
    with write():
        verdict = actions.take_role(actor=viewer, member_id=member_id, role=role)
    is_out = viewer.id == member_id and role == "admin"
    address = url_for("site.home") if is_out else url_for("admin.member", member_id=member_id)
    return _after(verdict, _("Taken back."), address)


# Boards


@bp.get("/boards")
def board_list() -> ResponseReturnValue:
    """Every board."""
    return render_template("site/admin/boards.html", boards=panel.all_boards())


@bp.get("/boards/new")
def board_new() -> ResponseReturnValue:
    """An empty form for a board."""
    return render_template("site/admin/board.html", form=BoardForm(), board=None)


@bp.post("/boards")
def board_create() -> ResponseReturnValue:
    """Make a board."""
    form, viewer = BoardForm(request.form), the_viewer()
    if not form.validate():
        return render_template("site/admin/board.html", form=form, board=None), 422
    with write():
        _board, verdict = boards.make_board(actor=viewer, slug=form.slug.data or "", texts=form.texts, **form.settings)
    return _board_answer(form, verdict, None)


@bp.get(f"/boards/{ID}board_id>")
def board(board_id: int) -> ResponseReturnValue:
    """A board's form, filled."""
    found = panel.board_by_id(board_id)
    if found is None:
        abort(404)
    texts = {
        f"{part}_{text.language}": getattr(text, part)
        for text in found.texts
        for part in ("name", "description", "rules")
    }
    settings = {name: getattr(found, name) for name in BoardForm().settings} | {
        "position": str(found.position), "slow_seconds": str(found.slow_seconds),
    }  # fmt: skip
    return render_template(
        "site/admin/board.html", form=BoardForm(data={"slug": found.slug, **settings, **texts}), board=found
    )


@bp.post(f"/boards/{ID}board_id>")
def board_change_create(board_id: int) -> ResponseReturnValue:
    """Change a board."""
    form, viewer = BoardForm(request.form), the_viewer()
    found = panel.board_by_id(board_id) or abort(404)
    if not form.validate():
        return render_template("site/admin/board.html", form=form, board=found), 422
    with write():
        verdict = boards.change_board(
            actor=viewer, board_id=board_id, slug=form.slug.data, texts=form.texts, **form.settings
        )
    return _board_answer(form, verdict, found)


def _board_answer(form: BoardForm, verdict: Verdict, board: Any) -> ResponseReturnValue:
    """A refusal of what was typed stands on the form, with all of it."""
    if verdict.status == 422 and not verdict:
        form.slug.errors = [*form.slug.errors, verdict.reason]
        return render_template("site/admin/board.html", form=form, board=board), 422
    return _after(verdict, _("Kept."), url_for("admin.board_list"))


# Pages


@bp.get("/pages")
def page_list() -> ResponseReturnValue:
    """The editable pages, each in its languages."""
    pages = {(page.slug, page.language): page for page in queries.all_pages()}
    return render_template("site/admin/pages.html", pages=pages)


@bp.get(PAGE)
def page(slug: str, code: str) -> ResponseReturnValue:
    """A page's words to change. `?from=` fills the form with an older version's."""
    found = queries.page_exactly(slug, code)
    form = PageForm(data={"title": found.title, "source": found.source} if found else None)
    form.version.data = str(found.version if found else 0)
    return _page_form(slug, code, found, form, older=number_in(request.args.get("from")))


@bp.post(PAGE)
def page_version_create(slug: str, code: str) -> ResponseReturnValue:
    """Keep a new version; where somebody else was first, show both."""
    form, viewer = PageForm(request.form), the_viewer()
    if not form.validate():
        return _page_form(slug, code, queries.page_exactly(slug, code), form, status=422)
    with write():
        change = actions.change_page(
            actor=viewer, slug=slug, language=code, title=form.title.data or "",
            source=form.source.data or "", seen_version=form.seen_version,
        )  # fmt: skip
    if change.verdict.status == 409 and not change.verdict:
        form.version.data = str(change.page.version if change.page else 0)
        return _page_form(slug, code, change.page, form, status=409, refusal=change.verdict.reason)
    return _after(change.verdict, _("Kept. The page now reads so."), url_for("admin.page", slug=slug, code=code))


def _page_form(
    slug: str, code: str, page: Any, form: PageForm, *, status: int = 200, refusal: Any = None, older: int | None = None
) -> ResponseReturnValue:
    versions = queries.versions_of(page) if page else []
    for version, _name in versions:
        if version.version == older:
            form.title.data, form.source.data = version.title, version.source
    shown = {"slug": slug, "code": code, "page": page, "form": form, "versions": versions, "refusal": refusal}
    return render_template("site/admin/page.html", older=older, **shown), status


# Jobs


@bp.get("/jobs")
def job_list() -> ResponseReturnValue:
    """What the worker has still to do, and what failed."""
    return render_template("site/admin/jobs.html", jobs=panel.jobs())


@bp.post(f"/jobs/{ID}job_id>/retries")
def retry_create(job_id: int) -> ResponseReturnValue:
    """Let a failed job be tried now."""
    viewer = the_viewer()
    with write():
        verdict = actions.retry(actor=viewer, job_id=job_id)
    return _after(verdict, _("It will be tried now."), url_for("admin.job_list"))
