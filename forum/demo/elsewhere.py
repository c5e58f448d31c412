"""The demo's stories from elsewhere: an old archive, imported; a story told by phone; somebody who says one is hers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import delete, exists, select, update

from forum.accounts.models import Member
from forum.accounts.queries import viewer_of
from forum.archive import appearing, importing
from forum.archive import queries as archive_queries
from forum.archive.models import Archive, ArchiveLine
from forum.contributions import actions as contributions
from forum.contributions.models import Contribution
from forum.core import clock, tokens
from forum.core.db import db
from forum.core.partial_date import PartialDate
from forum.core.unit_of_work import must_be_writing
from forum.demo.content import FOLDER
from forum.moderation import actions as moderation
from forum.stories import told
from forum.stories.models import Claim, Provenance, Story
from forum.stories.provenance import token_of

FILE = FOLDER / "old-pages.jsonl"
ARCHIVE = "The Glove Drawer"
ATTESTED = "Letters of 2004 to 2006, in the association’s files"
TOLD = (
    "I can’t type this, so Cora is doing it for me. I talk and she waits.\n\n"
    "I was a postman. You’d think the cold would be the worst of it. It was the letterboxes: those with the springs. "
    "My wife says I should have complained. To whom? To the letterboxes?\n\n"
    "When the ulcers came I had to stop. They gave me a clock. I gave it to my grandson; he takes things apart."
)


def bring(members: Mapping[str, Member]) -> None:
    """Import the old pages, publish those whose authors' consent is attested, and open the rest of the desk's work."""
    must_be_writing()
    importing.run_here(FILE, "jsonl", ARCHIVE, attest=ATTESTED)
    archive = db.session.scalars(select(Archive).where(Archive.name == ARCHIVE)).one()
    imported = select(ArchiveLine.contribution_id).where(ArchiveLine.archive_id == archive.id)
    db.session.execute(
        update(Contribution).where(Contribution.id.in_(imported)).values(is_demo=True),
        execution_options={"synchronize_session": False},
    )
    while ids := archive_queries.ready_to_publish(archive, 100):
        appearing.appear(archive_queries.to_publish(ids))
    _claim(archive)
    _tell(members["cora"])


def _claim(archive: Archive) -> None:
    story = db.session.scalars(
        select(Story)
        .join(Provenance, Provenance.story_id == Story.id)
        .where(Provenance.archive == archive.name, Provenance.archive_key == "glove-drawer")
    ).one()
    asked_at = clock.now() - timedelta(days=1)
    claim = Claim(
        story_id=story.id,
        wish="change",
        words="This is mine, from when the children were small. Could “Cork” go? My son can be found by it.",
        email=tokens.seal_text("wilma.new@example.org"),
        language="en",
        nonce=tokens.new_nonce(),
        made_at=asked_at,
        confirmed_at=asked_at + timedelta(minutes=20),
    )
    db.session.add(claim)
    db.session.flush()
    claim.token_hash = tokens.digest(token_of(claim))
    moderation.open_case(story, "claim").opened_at = asked_at + timedelta(minutes=20)
    db.session.flush()


def _tell(curator: Member) -> None:
    actor, day = viewer_of(curator), PartialDate.of(clock.today() - timedelta(days=2))
    telling = told.Telling("phone", PartialDate.of(clock.today() - timedelta(days=9)), "Gordon", "", "en")
    story, _verdict = told.begin(actor=actor, telling=telling)
    assert story is not None  # a curator
    story.is_demo = True
    contributions.set_words(story, title="The letterboxes", source=TOLD, teaser="I talk and she waits.")
    told.record(
        actor=actor, story_id=story.id, uses=frozenset({("site", None)}), how="phone",
        note="Read back to him on the phone. He said: “Yes, put it up.”", read_back_on=day, language="en",
    )  # fmt: skip


def take_away() -> None:
    """Remove the archives of which nothing is left. Call when the examples are gone."""
    must_be_writing()
    left = exists().where(ArchiveLine.archive_id == Archive.id, ArchiveLine.contribution_id.is_not(None))
    db.session.execute(delete(Archive).where(Archive.name == ARCHIVE, ~left))
