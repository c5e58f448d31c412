"""The public page of a member, and the list of all that she wrote, which only she sees."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from forum.accounts import queries as accounts
from forum.accounts.login import the_viewer
from forum.accounts.policy import can_have_pages
from forum.accounts.refusal import refused
from forum.contributions import queries
from forum.contributions.cloth import cloth
from forum.contributions.models import Contribution
from forum.core.kinds import kind_of
from forum.core.languages import PREFIX, current_language
from forum.core.partial_date import PartialDate
from forum.core.richtext import excerpt
from forum.core.templates import with_query

bp = Blueprint("contributions", __name__, url_prefix=PREFIX)
PAGE = 20
ID = "int(max=2147483647)"
STATUS_WORDS = {
    "sent": (_l("Sent"), "waiting"),
    "pending": (_l("Being read"), "waiting"),
    "changes_asked": (_l("A change was asked for"), "note"),
    "published": (_l("Published"), "good"),
    "hidden": (_l("Hidden by a moderator"), "stop"),
    "declined": (_l("Not published yet"), "note"),
    "withdrawn": (_l("Taken back"), "plain"),
}


def _row(contribution: Contribution) -> dict[str, object]:
    kind = kind_of(contribution)
    return {
        "id": contribution.id,
        "address": kind.address(contribution, current_language()),
        "title": contribution.title or excerpt(contribution.html, 90) or kind.label,
        "quote": contribution.teaser if contribution.title else "",
        "label": kind.label,
        "language": contribution.language,
        "at": contribution.published_at or contribution.created_at,
        "status": STATUS_WORDS[contribution.status],
        "byline": contribution.byline if contribution.attribution == "pseudonym" else "",
        "attribution": contribution.attribution,
        "weave": cloth(contribution.cloth_seed) if contribution.title else None,
    }


@bp.get("/members/<int:member_id>")
def member_show(member_id: int) -> ResponseReturnValue:
    """A member as others see her. Without a public page and without anything signed, she isn't found."""
    viewer, member = the_viewer(), accounts.member_by_id(member_id) or abort(404)
    is_own = viewer.id == member.id
    before = request.args.get("before", type=int)
    found = queries.public_contributions(member.id, viewer, limit=PAGE + 1, before=before)
    if not (member.is_page_public or found or is_own):
        abort(404)
    return render_template(
        "contributions/member.html",
        member=member,
        is_own=is_own,
        since=PartialDate(f"{member.joined_at:%Y-%m}") if member.is_page_public else None,
        about=[part for part in member.about.split("\n") if part.strip()] if member.is_page_public else [],
        rows=[_row(contribution) for contribution in found[:PAGE]],
        more=with_query(before=found[PAGE - 1].id) if len(found) > PAGE else None,
    )


@bp.get("/me/contributions")
def own() -> ResponseReturnValue:
    """Everything the viewer sent, under whatever name, and how it stands."""
    viewer = the_viewer()
    if not (verdict := can_have_pages(viewer)):
        return refused(verdict)
    found = queries.own_contributions(viewer, limit=PAGE + 1, before=request.args.get("before", type=int))
    return render_template(
        "contributions/own.html",
        rows=[_row(contribution) for contribution in found[:PAGE]],
        more=with_query(before=found[PAGE - 1].id) if len(found) > PAGE else None,
    )
