"""The verbs of the site's own pages: load what an installation comes with, change a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from forum.accounts import actions as accounts
from forum.accounts import professions
from forum.accounts.models import MemberRole
from forum.accounts.viewer import Viewer
from forum.core import chosen, clock, richtext
from forum.core.db import db
from forum.core.outbox import OutboxJob
from forum.core.settings import LANGUAGES
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.moderation import log, promises
from forum.site import policy, queries
from forum.site.models import Page, PageVersion
from forum.site.words import PAGES

CONTENT = Path(__file__).parent / "content" / "pages"


@dataclass(frozen=True, slots=True)
class Change:
    """What came of changing a page. `page` is how it stands now, also where somebody else was first."""

    verdict: Verdict
    page: Page | None = None


def load_defaults() -> int:
    """Make the pages an installation comes with, where they are missing. Returns how many were made."""
    must_be_writing()
    have = {(row.slug, row.language) for row in db.session.execute(select(Page.slug, Page.language))}
    made = 0
    for slug in PAGES:
        for language in LANGUAGES:
            file = CONTENT / f"{slug}.{language}.md"
            if (slug, language) not in have and file.exists():
                title, source = read_page(file.read_text("utf-8"))
                db.session.add(_new_page(slug, language, title, source))
                made += 1
    db.session.flush()
    return made


def read_page(text: str) -> tuple[str, str]:
    """Title and words of a page's file: a head between lines of ---, then Markdown."""
    _, head, source = text.split("---\n", 2)
    title = next(line.removeprefix("title:").strip() for line in head.splitlines() if line.startswith("title:"))
    return title.strip("\"'"), source.strip()


def change_page(*, actor: Viewer, slug: str, language: str, title: str, source: str, seen_version: int) -> Change:
    """Put new words on a page; the replaced ones are kept as a version. `seen_version`: what the writer had read,
    0 where there was no page in this language."""
    must_be_writing()
    verdict = policy.can_administer(actor)
    if not verdict:
        return Change(verdict)
    if slug not in PAGES or language not in LANGUAGES:
        return Change(no(policy.NO_PAGE, 404))
    page = queries.page_exactly(slug, language, lock=True)
    if (page.version if page else 0) != seen_version:
        return Change(no(policy.CHANGED_MEANWHILE, 409), page)
    if page is None:
        page = _first(slug, language, title, source)
        if page is None:
            return Change(no(policy.CHANGED_MEANWHILE, 409), queries.page_exactly(slug, language))
    elif (page.title, page.source) == (title, source):
        return Change(YES, page)
    else:
        _replace(page, actor, title, source)
    log.append(actor, "change_page", "page", page.id, data={"version": page.version})
    return Change(YES, page)


def _first(slug: str, language: str, title: str, source: str) -> Page | None:
    """The page's first version, or None when somebody made it in the same moment."""
    page = _new_page(slug, language, title, source)
    try:
        with db.session.begin_nested():
            db.session.add(page)
    except IntegrityError:
        return None
    return page


def _new_page(slug: str, language: str, title: str, source: str) -> Page:
    return Page(
        slug=slug,
        language=language,
        title=title,
        source=source,
        html=richtext.render(source, headings=True),
        html_policy=richtext.POLICY_VERSION,
        updated_at=clock.now(),
    )


def _replace(page: Page, actor: Viewer, title: str, source: str) -> None:
    now = clock.now()
    db.session.add(
        PageVersion(
            page_id=page.id,
            version=page.version,
            title=page.title,
            source=page.source,
            replaced_at=now,
            replaced_by=actor.id,
        )
    )
    page.title, page.source = title, source
    page.html, page.html_policy = richtext.render(source, headings=True), richtext.POLICY_VERSION
    page.updated_at = now
    db.session.flush()


# What the panel does with members and jobs: judged and done by their rooms, noted here in the log.


def give_role(*, actor: Viewer, member_id: int, role: str) -> Verdict:
    """Give a member a role, and say so in the log."""
    verdict = accounts.give_role(actor=actor, member_id=member_id, role=role)
    if verdict:
        log.append(actor, "give_role", "member", member_id, data={"role": role})
    return verdict


def verify_profession(*, actor: Viewer, member_id: int, profession: str, how: str, expires_on: date | None) -> Verdict:
    """Note that `actor` saw proof of a member's profession, and say so in the log."""
    verdict = professions.verify(
        actor=actor, member_id=member_id, profession=profession, how=how, expires_on=expires_on
    )
    if verdict and expires_on is not None:
        data = {"profession": profession, "until": expires_on.isoformat()}
        log.append(actor, "verify_profession", "member", member_id, data=data)
    return verdict


def end_profession(*, actor: Viewer, member_id: int) -> Verdict:
    """Take a member's profession back, and say so in the log."""
    had = professions.kept_of(member_id) is not None
    verdict = professions.end(actor=actor, member_id=member_id)
    if verdict and had:
        log.append(actor, "end_profession", "member", member_id)
    return verdict


def take_role(*, actor: Viewer, member_id: int, role: str) -> Verdict:
    """Take a role from a member, and say so in the log; the last administrator keeps hers."""
    had = role in db.session.scalars(select(MemberRole.role).where(MemberRole.member_id == member_id)).all()
    verdict = accounts.take_role(actor=actor, member_id=member_id, role=role)
    if verdict and had:
        log.append(actor, "take_role", "member", member_id, data={"role": role})
    return verdict


def retry(*, actor: Viewer, job_id: int) -> Verdict:
    """Let a job that failed be tried again now."""
    must_be_writing()
    verdict = policy.can_administer(actor)
    if not verdict:
        return verdict
    job = db.session.scalar(select(OutboxJob).where(OutboxJob.id == job_id).with_for_update())
    if job is None or job.done_at is not None:
        return no(policy.NO_JOB, 409)
    job.run_at = clock.now()
    log.append(actor, "retry_job", "job", job.id)
    return YES


def choose_settings(*, actor: Viewer, values: Mapping[str, int | None]) -> Verdict:
    """Change settings while the site runs; None goes back to the usual value. What was promised is reckoned anew."""
    must_be_writing()
    if not (verdict := policy.can_administer(actor)):
        return verdict
    changed = chosen.choose(actor.id, values)
    for name, value in changed.items():
        log.append(actor, "choose_setting", "site", 1, data={"setting": name, "value": value})
    if changed.keys() & {"report_hours", "review_days"}:
        promises.set_again()
    return YES
