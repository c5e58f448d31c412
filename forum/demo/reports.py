"""What readers of the demo reported: a number that the site's own check found, one reader's three, a legal notice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from forum.accounts.models import Member
from forum.accounts.queries import viewer_of
from forum.accounts.viewer import VISITOR
from forum.core import clock, limits
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.demo import content
from forum.demo.desk import reported_post
from forum.discussions.models import Thread
from forum.moderation import reporting
from forum.moderation.models import Case, Report

Entry = dict[str, Any]


def make_reports(members: Mapping[str, Member], threads: Mapping[str, Thread]) -> None:
    """Report what the content says; moments are counted back from now."""
    must_be_writing()
    told = content.reports()
    for entry in told["about_posts"]:
        post = reported_post(entry, members, threads)
        for one in entry["reports"]:
            said = _said(one, f"/en/posts/{post.id}")
            row, _token = reporting.report_contribution(reporter=_reporter(one, members), contribution=post, said=said)
            _set_back(row, one)
    for entry in told["about_members"]:
        member = members[entry["member"]]
        for one in entry["reports"]:
            said = _said(one, f"/en/members/{member.id}")
            row, _token = reporting.report_member(reporter=_reporter(one, members), member=member, said=said)
            _set_back(row, one)


def _reporter(entry: Entry, members: Mapping[str, Member]) -> Any:
    return viewer_of(members[entry["by"]]) if "by" in entry else VISITOR


def _said(entry: Entry, address: str) -> reporting.Said:
    stated = entry.get("legal")
    legal = reporting.Legal(**{name: text.strip() for name, text in stated.items()}) if stated else None
    source = limits.source_of(f"demo {entry['place']}") if "place" in entry else None
    return reporting.Said(entry["reason"], entry["words"].strip(), address, "en", source, legal)


def _set_back(row: Report, entry: Entry) -> None:
    made_at = clock.now() - timedelta(hours=entry["hours"])
    case = db.session.get_one(Case, row.case_id)
    row.made_at, case.opened_at = made_at, min(case.opened_at, made_at)
    db.session.flush()
