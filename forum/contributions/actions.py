"""The verbs of all contributions: sign, set words, revise, publish, hide, restore, withdraw, bring back, erase.

They change rows and tell search and the kind; whether somebody may is judged before, by policies.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select, update

from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.contributions import forgetting, ledger, mentions, queries, quotations
from forum.contributions.models import Contribution, Draft, Follow, KeptDetail, Mention, Reaction, Revision, Seal, Wish
from forum.core import clock, kinds, membertext, richtext
from forum.core.db import db
from forum.core.outbox import enqueue
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.search import actions as search
from forum.search.models import SearchDocument
from forum.topics.queries import searchable_names

BACK_FOR = timedelta(days=30)


def sign(contribution: Contribution, member_id: int, attribution: str, byline: str | None = None) -> None:
    """Set who a contribution says wrote it: the member, a pseudonym, or nobody. The seal keeps who did.

    For a sealed contribution no row but the seal names the member. `byline` is needed for a pseudonym only.
    """
    must_be_writing()
    contribution.attribution = attribution
    contribution.byline = byline if attribution == "pseudonym" else None
    contribution.author_id = member_id if attribution == "member" else None
    db.session.add(contribution)
    db.session.flush()
    seal = db.session.scalar(select(Seal).where(Seal.contribution_id == contribution.id))
    if attribution == "member":
        if seal is not None:
            db.session.delete(seal)
    elif seal is None:
        db.session.add(Seal(contribution_id=contribution.id, member_id=member_id))
    _hang_drafts(contribution, member_id)
    db.session.flush()


def _hang_drafts(contribution: Contribution, member_id: int) -> None:
    # An unsent edit or answer names the member by its row: of a sealed contribution it hangs on that instead.
    places = (edit_place(contribution.id), answer_place(contribution.id))
    owner = Draft.member_id == member_id if contribution.author_id is None else Draft.contribution_id == contribution.id
    for draft in db.session.scalars(select(Draft).where(owner, Draft.place.in_(places))):
        draft.member_id, draft.contribution_id = (
            (None, contribution.id) if contribution.author_id is None else (member_id, None)
        )


def edit_place(contribution_id: int) -> str:
    """The place under which an unsent edit of a contribution is kept."""
    return f"edit:{contribution_id}"


def answer_place(contribution_id: int) -> str:
    """The place under which its author's unsent answer to the moderators is kept."""
    return f"answer:{contribution_id}"


def set_words(contribution: Contribution, *, source: str, title: str = "", teaser: str = "") -> None:
    """Set what a contribution says; its HTML is made here, once."""
    contribution.title, contribution.teaser, contribution.source = title, teaser, source
    contribution.html = quotations.rendered(source, contribution.language)
    contribution.html_policy = richtext.POLICY_VERSION


def add_revision(
    contribution: Contribution,
    *,
    source: str | None = None,
    title: str | None = None,
    teaser: str | None = None,
    editor_id: int | None = None,
    note: str = "",
    facts: dict[str, Any] | None = None,
) -> Revision:
    """Keep a state of a contribution's words: the present ones, or newer ones that wait for approval.

    `facts`: what else its kind keeps of this state, which `Kind.on_shown` applies when the revision is shown.
    """
    must_be_writing()
    db.session.flush()
    last = db.session.scalar(
        select(func.coalesce(func.max(Revision.number), 0)).where(Revision.contribution_id == contribution.id)
    )
    is_new = source is not None
    revision = Revision(
        contribution_id=contribution.id,
        number=(last or 0) + 1,
        title=contribution.title if title is None else title,
        teaser=contribution.teaser if teaser is None else teaser,
        source=source if source is not None else contribution.source,
        html=quotations.rendered(source, contribution.language) if source is not None else contribution.html,
        html_policy=richtext.POLICY_VERSION if is_new else contribution.html_policy,
        made_at=clock.now(),
        made_by="editor" if editor_id else "author",
        editor_id=editor_id,
        note=note,
        facts=facts,
    )
    db.session.add(revision)
    db.session.flush()
    quotations.keep(contribution, revision.source)
    mentions.keep(contribution, revision.source)
    return revision


def show(contribution: Contribution, revision: Revision) -> None:
    """Make a revision what readers see."""
    contribution.title, contribution.teaser = revision.title, revision.teaser
    contribution.source, contribution.html = revision.source, revision.html
    contribution.html_policy = revision.html_policy
    contribution.shown_revision_id = revision.id
    revision.shown_at = revision.shown_at or clock.now()
    kinds.kind_of(contribution).on_shown(contribution, revision)


def publish(contribution: Contribution, revision: Revision | None = None) -> None:
    """Let readers see a contribution in its newest revision (or the one given), now."""
    must_be_writing()
    revision = revision or queries.latest_revision(contribution.id) or add_revision(contribution)
    is_change = contribution.shown_revision_id not in (None, revision.id) and contribution.published_at is not None
    is_back = contribution.published_at is not None and contribution.status != "published"
    show(contribution, revision)
    now = clock.now()
    contribution.status = "published"
    contribution.published_at = contribution.published_at or now
    if is_change:
        contribution.updated_at = now
    _appear(contribution, is_back=is_back)


def hold(contribution: Contribution) -> None:
    """Keep a contribution waiting for approval."""
    contribution.status = "pending"
    db.session.flush()


def hide(contribution: Contribution) -> None:
    """Take a contribution out of every reader's sight; restore brings it back."""
    contribution.status = "hidden"
    _vanish(contribution)


def restore(contribution: Contribution) -> None:
    """Show a hidden contribution again, as it was."""
    contribution.status = "published"
    contribution.published_at = contribution.published_at or clock.now()
    _appear(contribution, is_back=True)


def ask_for_changes(contribution: Contribution) -> None:
    """Give a waiting contribution back to its author, who may change it and send it again."""
    contribution.status = "changes_asked"
    db.session.flush()


def decline(contribution: Contribution) -> None:
    """Say no to a waiting contribution; its author may still change it and send it again."""
    contribution.status = "declined"
    db.session.flush()


def withdraw(contribution: Contribution) -> None:
    """Take a contribution back for its author: at once everywhere; the text is erased after 30 days."""
    contribution.status = "withdrawn"
    contribution.withdrawn_at = clock.now()
    ledger.take_all_back(contribution, contribution.withdrawn_at)
    enqueue(
        "contributions.erase_withdrawn",
        {"contribution_id": contribution.id},
        run_at=contribution.withdrawn_at + BACK_FOR,
        dedupe_key=f"erase:{contribution.id}:{contribution.withdrawn_at.timestamp():.0f}",
    )
    membertext.forget_derived(contribution.id)
    _vanish(contribution)


def bring_back(contribution: Contribution) -> None:
    """Give a withdrawn contribution back to its author as it was; the caller lets `admit` decide who sees it."""
    ledger.bring_all_back(contribution, contribution.withdrawn_at)
    contribution.withdrawn_at = None
    contribution.status = "sent"
    db.session.flush()


def erase_withdrawn(contribution_id: int) -> bool:
    """Erase what its author took back 30 days ago, or longer. What she brought back, or took back anew, stays."""
    must_be_writing()
    contribution = db.session.scalar(
        select(Contribution).where(Contribution.id == contribution_id).with_for_update(key_share=True)
    )
    if contribution is None or contribution.status != "withdrawn" or contribution.withdrawn_at is None:
        return False
    if contribution.withdrawn_at + BACK_FOR > clock.now():
        return False  # taken back anew: that withdrawal has a job of its own
    erase(contribution)
    return True


def erase(contribution: Contribution) -> None:
    """Erase a contribution's words from it and from all that holds them; its place stays, without them."""
    must_be_writing()
    kinds.kind_of(contribution).on_erased(contribution)
    contribution.status = "erased"
    contribution.byline = None
    contribution.attribution = "anonymous"
    contribution.author_id = None
    set_words(contribution, source="")
    db.session.refresh(contribution, ["topics"])
    contribution.topics = []
    contribution.content_notes = ""
    contribution.shown_revision_id = None
    db.session.flush()
    for table in (Revision, Draft, Seal, Wish, KeptDetail, Follow, Mention, Reaction):
        db.session.execute(delete(table).where(table.contribution_id == contribution.id))
    db.session.execute(delete(Draft).where(Draft.place == edit_place(contribution.id)))
    _vanish(contribution)
    quotations.erase(contribution.id)
    membertext.erase_of_contribution(contribution.id)
    forgetting.forget_tonight()


def hold_drafts(actor: Viewer) -> None:
    """One window of a member's at a time keeps a draft: the second of two meets what the first has kept."""
    must_be_writing()
    db.session.execute(select(Member.id).where(Member.id == actor.id).with_for_update(key_share=True))


def save_draft(
    *,
    actor: Viewer,
    place: str,
    source: str,
    title: str = "",
    version: int = 0,
    facts: dict[str, Any] | None = None,
) -> tuple[Draft, Verdict]:
    """Keep unsent text. `version` is what the writer last saw; another device's newer text is never written over.

    `facts`: what is chosen beside the words; None leaves what is kept. Returns the draft as it stands and YES, or a
    refusal (409) when somebody else's words are newer.
    """
    hold_drafts(actor)
    draft = queries.draft_for(actor, place)
    if draft is None:
        draft = Draft(
            member_id=actor.id, place=place, title=title, source=source, facts=facts, version=1, saved_at=clock.now()
        )
        db.session.add(draft)
        db.session.flush()
        return draft, YES
    kept, new = (draft.source, draft.title, draft.facts), (source, title, draft.facts if facts is None else facts)
    if draft.version != version and kept != new:
        return draft, no("", 409)
    if kept != new:
        draft.source, draft.title, draft.facts = new
        draft.saved_at = clock.now()
        draft.version += 1
    return draft, YES


def drop_draft(*, actor: Viewer, place: str) -> None:
    """Forget the unsent text of a place: it was sent."""
    db.session.execute(delete(Draft).where(Draft.member_id == actor.id, Draft.place == place))


def set_audience(ids: Any, audience: str) -> None:
    """Set who may read some contributions, given as a query of their ids, in them and in the index."""
    must_be_writing()
    for table, key in ((Contribution, Contribution.id), (SearchDocument, SearchDocument.contribution_id)):
        db.session.execute(
            update(table).where(key.in_(ids.scalar_subquery())).values(audience=audience),
            execution_options={"synchronize_session": "fetch"},
        )
    if audience == "participants":
        quotations.withhold(ids, reindex)
    else:
        quotations.give_back(ids, reindex)


def reindex(contribution: Contribution) -> None:
    """Put a published contribution into the index as it stands; what no list shows isn't found either."""
    kind = kinds.kind_of(contribution)
    if contribution.is_listed is False:
        search.remove(contribution.kind, contribution.id)
        return
    topic_ids = sorted(topic.id for topic in contribution.topics)
    search.index(
        contribution.kind,
        contribution.id,
        language=contribution.language,
        title=kind.title(contribution),
        text=kind.text(contribution),
        synonyms=searchable_names(topic_ids),
        contribution_id=contribution.id,
        audience=contribution.audience,
        written_at=contribution.published_at,
    )


def _appear(contribution: Contribution, *, is_back: bool) -> None:
    db.session.flush()
    db.session.refresh(contribution, ["topics"])
    reindex(contribution)
    if is_back:
        quotations.give_back([contribution.id], reindex)
    kinds.kind_of(contribution).on_published(contribution)


def _vanish(contribution: Contribution) -> None:
    db.session.flush()
    search.remove(contribution.kind, contribution.id)
    quotations.withhold([contribution.id], reindex)
    kinds.kind_of(contribution).on_hidden(contribution)
