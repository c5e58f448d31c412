"""Every address × everybody: who is let in and who is not. An address that isn't in the table fails.

Each address declares its rule; a rule says who passes. To be let in means any answer but a refusal (401, 403, 404, 410,
or being sent to sign in); an empty form that is answered with 422 was let in. Never a 500.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any

from flask import Flask
from sqlalchemy import delete

from forum.appeals.models import Appeal
from forum.archive.models import Archive, ArchiveLine
from forum.cli import DEFAULTS
from forum.contributions import actions as contributions
from forum.contributions import ledger, wording
from forum.contributions.models import Bookmark, Draft
from forum.core import clock
from forum.core.db import db
from forum.core.outbox import OutboxJob
from forum.core.partial_date import PartialDate
from forum.core.storage import the_storage
from forum.core.tokens import seal_text
from forum.core.unit_of_work import write
from forum.discussions import actions as discussions
from forum.discussions.models import Board, BoardText
from forum.messages import actions as messages
from forum.moderation import actions as moderation
from forum.moderation.models import CasePass, Decision, Letter, SuggestedEdit
from forum.notifications.models import Notification
from forum.photos.making import names_of, new_key, place
from forum.photos.models import Photo
from forum.rota.models import Duty
from forum.site.transparency import quarter_of
from forum.stories import told
from forum.stories.models import Claim, Provenance, Story, StoryUpdate
from tests.cast import Cast

EVERYBODY = {"visitor", "alice", "bob", "nia", "sam", "mona", "cora", "ada"}
MEMBERS = EVERYBODY - {"visitor"}
RULES: dict[str, set[str]] = {
    "everybody": EVERYBODY,
    "members": MEMBERS,
    "writers": MEMBERS - {"sam"},  # he is silenced
    "author": {"alice"},
    "the two": {"alice", "bob"},  # between whom a conversation is
    "correspondents": {"bob", "mona", "cora", "ada"},  # who may write to Alice
    "others with an account": MEMBERS - {"alice"},  # what they type to her is kept, whether they may send it or not
    "others": EVERYBODY - {"alice"},  # nobody reports her own
    "other writers": MEMBERS - {"sam", "alice"},  # nobody writes an afterword to her own story
    "moderators": {"mona", "ada"},
    "whose duty it is": {"mona"},
    "curators": {"cora", "ada"},
    "moderators and curators": {"mona", "cora", "ada"},
    "administrators": {"ada"},
    "nobody": set(),  # a private address with a token that isn't one, or a door that is shut on this site
}

# Endpoint → rule. What only Alice may do is tried on what Alice wrote.
TABLE = {
    "appeals.appeal_claim_create": "moderators",
    "appeals.appeal_claim_delete": "moderators",
    "appeals.appeal_index": "moderators",
    "appeals.appeal_show": "moderators",
    "appeals.author_appeal_create": "author",
    "appeals.author_appeal_new": "author",
    "appeals.letter_appeal_create": "nobody",
    "appeals.letter_show": "nobody",
    "appeals.outside_create": "administrators",
    "appeals.outside_show": "nobody",
    "appeals.outside_verdict_create": "nobody",
    "appeals.reporter_appeal_create": "nobody",
    "appeals.reporter_appeal_new": "nobody",
    "appeals.verdict_create": "moderators",
    "archives.archive_index": "administrators",
    "archives.attestation_create": "administrators",
    "claims.answer_create": "moderators and curators",
    "claims.claim_answer": "moderators and curators",
    "claims.claim_create": "everybody",
    "claims.claim_index": "moderators and curators",
    "claims.claim_new": "everybody",
    "claims.claim_sent": "everybody",
    "claims.claim_show": "nobody",
    "claims.confirmation_create": "nobody",
    "claims.contact_show": "moderators and curators",
    "claims.taking_create": "nobody",
    "claims.words_create": "nobody",
    "told.consent_create": "curators",
    "told.sending_create": "curators",
    "told.told_create": "curators",
    "told.told_index": "curators",
    "told.told_new": "curators",
    "told.told_show": "curators",
    "accounts.code_create": "everybody",
    "accounts.kept_show": "nobody",
    "accounts.link_create": "nobody",
    "accounts.link_show": "nobody",
    "accounts.me": "members",
    "accounts.other_sessions_ending_create": "members",
    "accounts.own_password_create": "members",
    "accounts.password": "everybody",
    "accounts.password_create": "everybody",
    "accounts.password_removal_create": "members",
    "accounts.session_ending_create": "author",  # whose session it is
    "accounts.sessions": "members",
    "accounts.settings": "members",
    "accounts.settings_create": "members",
    "accounts.sign_in": "everybody",
    "accounts.sign_in_check": "nobody",
    "accounts.shared_phone_create": "members",
    "accounts.sign_in_create": "everybody",
    "accounts.sign_out_create": "everybody",
    "accounts.sign_up": "everybody",
    "accounts.sign_up_create": "everybody",
    "admin.board": "administrators",
    "admin.board_change_create": "administrators",
    "admin.board_create": "administrators",
    "admin.board_list": "administrators",
    "admin.board_new": "administrators",
    "admin.job_list": "administrators",
    "admin.member": "administrators",
    "admin.members": "administrators",
    "admin.overview": "administrators",
    "admin.page": "administrators",
    "admin.page_list": "administrators",
    "admin.page_version_create": "administrators",
    "admin.profession": "administrators",
    "admin.profession_create": "administrators",
    "admin.profession_ending_create": "administrators",
    "admin.profession_list": "administrators",
    "admin.retry_create": "administrators",
    "admin.role_create": "administrators",
    "admin.role_removal_create": "administrators",
    "admin.session_ending_create": "administrators",
    "demo.cast": "nobody",  # there are no examples on this site
    "demo.mailbox": "everybody",
    "demo.remove_create": "administrators",
    "demo.sign_in_create": "nobody",
    "guides.helpline_create": "curators",
    "guides.helpline_edit": "curators",
    "guides.helpline_index": "curators",
    "guides.helpline_new": "curators",
    "guides.helpline_update": "curators",
    "guides.retirement_create": "curators",
    "guides.return_create": "curators",
    "guides.verification_create": "curators",
    "probes.favicon": "everybody",
    "probes.health": "everybody",
    "probes.ready": "everybody",
    "probes.robots": "everybody",
    "sitemap.sitemap": "everybody",
    "sitemap.sitemap_pages": "everybody",
    "sitemap.sitemap_part": "everybody",
    "feeds.board_feed": "everybody",
    "feeds.stories_feed": "everybody",
    "feeds.thread_feed": "everybody",
    "feeds.topic_feed": "everybody",
    "short.story_short": "everybody",
    "chapters.afterword_create": "other writers",
    "chapters.afterword_new": "other writers",
    "chapters.chapter_check": "author",
    "chapters.chapter_create": "author",
    "chapters.chapter_draft_create": "author",
    "chapters.chapter_edit": "author",
    "chapters.chapter_new": "author",
    "chapters.chapter_admission_create": "author",
    "chapters.chapter_kept_detail_create": "author",
    "chapters.chapter_recall_create": "author",
    "chapters.chapter_refusal_create": "author",  # of the story below which the lines are to stand
    "chapters.chapter_removal_create": "author",
    "chapters.chapter_return_create": "author",
    "chapters.chapter_sending_create": "author",
    "chapters.chapter_show": "everybody",
    "chapters.chapter_withdrawal_create": "author",
    "follows.following_create": "members",
    "follows.following_index": "members",
    "notifications.address_create": "members",
    "notifications.choices": "members",
    "notifications.choices_create": "members",
    "notifications.index": "members",
    "notifications.reading_create": "author",  # whom it tells
    "notifications.readings_create": "members",
    "notifications.unsubscribe_create": "nobody",
    "notifications.unsubscribe_show": "nobody",
    "translations.difference_show": "everybody",
    "translations.leaving_create": "author",
    "translations.taking_create": "writers",
    "translations.translation_check": "author",  # Alice translated it
    "translations.translation_create": "writers",
    "translations.translation_draft_create": "author",
    "translations.translation_edit": "author",
    "translations.translation_new": "members",
    "translations.translation_kept_detail_create": "author",
    "translations.translation_recall_create": "author",
    "translations.translation_removal_create": "author",
    "translations.translation_sending_create": "author",
    "translations.translation_show": "author",
    "translations.translation_withdrawal_create": "author",
    "consent.admission_create": "author",
    "consent.choices_show": "author",
    "consent.coming_of_age_create": "author",
    "consent.consent_create": "author",
    "consent.consent_withdrawal_create": "author",
    "consent.mine_show": "members",
    "consent.wish_fulfilment_create": "administrators",
    "consent.wish_show": "administrators",
    "consent.wish_undoing_create": "administrators",
    "consent.wish_update": "author",
    "contributions.member_show": "everybody",
    "contributions.own": "members",
    "contributions.bookmark_create": "members",
    "contributions.bookmark_index": "members",
    "contributions.bookmark_note_create": "author",  # whose bookmark it is
    "contributions.bookmark_removal_create": "author",
    "contributions.member_following_create": "members",
    "contributions.member_mute_create": "members",
    "contributions.reaction_create": "writers",
    "contributions.topic_following_create": "members",
    "contributions.topic_mute_create": "members",
    "discussions.board_following_create": "members",
    "discussions.board_mute_create": "members",
    "discussions.thread_following_create": "members",
    "discussions.thread_mute_create": "members",
    "discussions.answer_new": "writers",
    "discussions.board_index": "everybody",
    "discussions.board_show": "everybody",
    "discussions.comment_create": "writers",
    "discussions.comment_draft_create": "members",  # whoever is silenced keeps what was typed
    "discussions.comment_new": "writers",
    "discussions.board_read_create": "members",
    "discussions.branch_show": "everybody",
    "discussions.edit_draft_create": "author",
    "discussions.lock_create": "moderators",
    "discussions.newer_show": "everybody",
    "discussions.pause_create": "moderators",
    "discussions.mention_index": "writers",
    "discussions.pin_create": "moderators",
    "discussions.post_edit": "author",
    "discussions.post_show": "everybody",
    "discussions.reply_create": "writers",
    "discussions.reply_draft_create": "members",
    "discussions.return_create": "author",
    "discussions.revision_create": "author",
    "discussions.revision_index": "everybody",
    "discussions.thread_create": "writers",
    "discussions.thread_draft_create": "members",
    "discussions.thread_new": "writers",
    "discussions.thread_show": "everybody",
    "discussions.read_create": "members",
    "discussions.unread_show": "everybody",
    "discussions.view_create": "members",
    "discussions.withdrawal_create": "author",
    "discussions.withdrawal_show": "author",
    "guides.reference_create": "curators",
    "guides.reference_new": "curators",
    "guides.text_create": "curators",
    "guides.text_edit": "curators",
    "guides.topic_index": "everybody",
    "guides.topic_show": "everybody",
    "helplines.help_show": "everybody",
    "incoming.address_create": "nobody",  # this site takes no mail
    "incoming.address_show": "nobody",
    "messages.choices_create": "members",
    "messages.choices_show": "members",
    "messages.conversation_create": "correspondents",
    "messages.conversation_index": "members",
    "messages.conversation_show": "the two",
    "messages.draft_create": "the two",
    "messages.first_draft_create": "others with an account",
    "messages.message_create": "the two",
    "messages.message_new": "correspondents",
    "messages.message_show": "the two",
    "messages.place_create": "the two",
    "messages.reading_create": "the two",
    "messages.withdrawal_create": "author",
    "care.closing_create": "members",
    "care.help_show": "members",
    "care.protocol_show": "moderators",
    "care.wording_create": "moderators",
    "care.wording_index": "moderators",
    "care.wording_show": "moderators",
    "moderation.case_create": "moderators",
    "moderation.case_show": "moderators",
    "moderation.claim_create": "moderators",
    "moderation.claim_delete": "moderators",
    "moderation.decision_create": "moderators",
    "moderation.undoing_create": "moderators",
    "moderation.letter_draft": "moderators",
    "moderation.guidelines": "everybody",
    "moderation.letter_preview": "moderators",
    "moderation.letter_read": "author",
    "moderation.letters": "members",
    "moderation.log_index": "moderators",
    "moderation.look_create": "moderators",
    "moderation.pass_create": "moderators",
    "moderation.shortcuts_create": "moderators",
    "moderation.turn_create": "moderators",
    "moderation.closed": "members",
    "moderation.trust": "everybody",
    "moderation.member_show": "moderators",
    "moderation.member_decision_create": "moderators",
    "moderation.member_note_create": "moderators",
    "moderation.note_create": "moderators",
    "moderation.recovery_new": "moderators",
    "moderation.recovery_create": "moderators",
    "moderation.recovery_delete": "moderators",
    "moderation.own_recovery": "nobody",  # where no other mailbox is to take over
    "moderation.own_recovery_stop": "nobody",
    "moderation.recovery_show": "nobody",
    "moderation.recovery_stop": "nobody",
    "moderation.seal_show": "moderators",
    "moderation.seal_create": "moderators",
    "moderation.second_index": "moderators",
    "moderation.second_answer_create": "moderators",
    "moderation.spam_create": "moderators",
    "moderation.spam_preview": "moderators",
    "moderation.queue": "moderators",
    "moderation.reply_create": "moderators",
    "moderation.reply_edit": "moderators",
    "moderation.reply_index": "moderators",
    "moderation.reply_new": "moderators",
    "moderation.reply_retirement_create": "moderators",
    "moderation.reply_return_create": "moderators",
    "moderation.reply_update": "moderators",
    "moderation.reversal_create": "moderators",
    "moderation.signal_index": "moderators",
    "moderation.word_create": "moderators",
    "moderation.word_index": "moderators",
    "moderation.word_list_create": "moderators",
    "moderation.word_list_new": "moderators",
    "moderation.word_retire": "moderators",
    "moderation.word_show": "moderators",
    "moderation.edit_recall_create": "author",
    "moderation.message_create": "moderators",
    "moderation.message_draft": "moderators",
    "moderation.message_read": "moderators",
    "moderation.review_draft": "author",
    "moderation.review_message_create": "author",
    "moderation.review_read": "author",
    "moderation.review_show": "author",
    "moderation.suggestion_answer": "author",
    "moderation.suggestion_create": "moderators",
    "moderation.suggestion_draft": "moderators",
    "moderation.suggestion_new": "moderators",
    "moderation.report_create": "others",
    "moderation.report_index": "members",
    "moderation.report_new": "others",
    "moderation.report_receipt": "nobody",
    "media.photo_file": "everybody",
    "media.preview_file": "nobody",  # the photo is made already
    "photos.edges_create": "author",
    "photos.edges_show": "author",
    "photos.file_create": "author",
    "photos.library_show": "everybody",
    "photos.move_create": "author",
    "photos.photo_create": "writers",
    "photos.photo_edit": "author",
    "photos.post_photo_create": "author",
    "photos.post_photos": "author",
    "photos.photo_new": "writers",
    "photos.photo_show": "everybody",
    "photos.recall_create": "author",
    "photos.removal_create": "author",
    "photos.return_create": "author",
    "photos.story_photo_create": "author",
    "photos.story_photos": "author",
    "photos.withdrawal_create": "author",
    "photos.words_create": "author",
    "site.transparency_show": "everybody",
    "admin.guideline_list": "administrators",
    "admin.guideline_new": "administrators",
    "admin.guideline_create": "administrators",
    "admin.guideline": "administrators",
    "admin.guideline_change_create": "administrators",
    "admin.guideline_retirement_create": "administrators",
    "admin.health_show": "administrators",
    "admin.mail_show": "administrators",
    "admin.setting_list": "administrators",
    "admin.setting_change_create": "administrators",
    "tonight.tonight_show": "moderators and curators",
    "tonight.away_create": "moderators",
    "tonight.away_end_create": "moderators",
    "tonight.note_create": "moderators",
    "tonight.rota_show": "moderators",
    "tonight.duty_create": "moderators",
    "tonight.duty_removal_create": "whose duty it is",
    "tonight.line_index": "administrators",
    "tonight.line_create": "administrators",
    "tonight.line_removal_create": "administrators",
    "site.home": "everybody",
    "site.just_told": "everybody",
    "site.page": "everybody",
    "site.reading": "everybody",
    "site.search": "everybody",
    "site.unsent_index": "members",
    "site.unsent_removal_create": "author",  # whose words they are
    "static": "everybody",
    "stories.archive_show": "everybody",
    "stories.story_show": "everybody",
    "vocabulary.names_index": "everybody",
    "writing.check_show": "author",
    "writing.draft_create": "author",
    "writing.kept_detail_create": "author",
    "writing.mine_show": "members",
    "writing.recall_create": "author",
    "writing.removal_create": "author",
    "writing.return_create": "author",
    "writing.sending_create": "author",
    "writing.sent_show": "author",
    "writing.story_create": "writers",
    "writing.story_edit": "author",
    "writing.story_new": "everybody",
    "writing.widening_create": "author",
    "writing.withdrawal_create": "author",
    "writing.withdrawal_show": "author",
}


@dataclass(frozen=True)
class World:
    """What the addresses lead to: all of it written by Alice."""

    story: int
    waiting_story: int
    post: int
    thread: int
    case: int
    letter: int
    alice: int
    job: int
    photo: int = 0
    suggestion: int = 0
    chapter: int = 0
    afterword: int = 0
    translation: int = 0
    imported: int = 0  # published, from an old archive
    told: int = 0  # to a curator, not sent yet
    claim: int = 0
    archive: int = 0
    notification: int = 0  # Alice is told of her own chapter
    bookmark: int = 0  # Alice keeps her own story
    draft: int = 0  # what she has begun on the board
    conversation: int = 0  # of Alice and Bob
    message: int = 0  # Alice's in it
    appeal: int = 0  # Alice's, against what the site itself decided about her waiting story
    duty: int = 0  # Mona's, today


def make_world(cast: Cast) -> World:
    """A story, a waiting one with its case, a thread on a board, and a letter to Alice."""
    for room in DEFAULTS:
        with write():
            room.load_defaults()
    with write():
        board = Board(slug="hands", texts=[BoardText(language="en", name="Hands")])
        db.session.add(board)
        db.session.flush()
        written = discussions.start_thread(
            actor=cast.alice.viewer, board_id=board.id, title="Jars", source="How do you open yours?", language="en"
        )
        assert written.verdict
        post_id, thread_id = written.post_id, written.thread_id
    with write():
        discussions.edit(actor=cast.alice.viewer, post_id=post_id, title="Jars", source="How do you open yours now?")
    stories = []
    for is_waiting in (False, True):
        with write():
            story = Story(language="en", created_at=clock.now(), status="sent")
            contributions.set_words(story, title="The jar lid", source="It was plum jam.")
            contributions.sign(story, cast.alice.id, "member")
            ledger.give(story, "site", version=1, language="en", how="site")
            contributions.add_revision(story)
            if is_waiting:
                moderation.admit(actor=cast.alice.viewer, contribution=story)
            else:
                contributions.publish(story)
            stories.append(story.id)
    with write():
        case = moderation.open_case(db.session.get_one(Story, stories[1]), "review")
        case_id = case.id
        job = OutboxJob(name="core.sweep_outbox", payload={}, run_at=clock.now(), attempts=3, last_error="OSError")
        db.session.add(job)
        suggestion = SuggestedEdit(
            contribution_id=stories[0], moderator_id=cast.mona.id, base_title="The jar lid", title="The jar lid",
            base_source="It was plum jam.", source="It was quince jam.", made_at=clock.now(),
        )  # fmt: skip
        db.session.add(suggestion)
        db.session.flush()
        job_id, suggestion_id = job.id, suggestion.id
    cast.mona.browser.post(f"/en/moderation/cases/{case_id}/claim")
    cast.mona.browser.post(f"/en/moderation/cases/{case_id}/release")
    letter_id = letter_to_alice(cast, stories[1], case_id)
    photo_id = photo_of_alice(cast, stories[0])
    return World(
        stories[0], stories[1], post_id, thread_id, case_id, letter_id, cast.alice.id, job_id,
        suggestion=suggestion_id, photo=photo_id, chapter=chapter_of_alice(cast, stories[0]),
        afterword=afterword_of_bob(cast, stories[0]), translation=translation_of_alice(cast),
        notification=told_to_alice(cast, stories[0]), bookmark=kept_by_alice(cast, stories[0]),
        draft=begun_by_alice(cast), **from_elsewhere(cast), **between_two(cast),
        appeal=appeal_of_alice(cast, stories[1], case_id), duty=duty_of_mona(cast),
    )  # fmt: skip


def appeal_of_alice(cast: Cast, story_id: int, case_id: int) -> int:
    """Her asking for another look at what no moderator decided: each can hear it."""
    with write():
        decision = Decision(
            case_id=case_id, decision="content_notes", is_automatic=True, made_at=clock.now(),
            data={"before": "", "after": "loss"},
        )  # fmt: skip
        db.session.add(decision)
        db.session.flush()
        appeal = Appeal(
            decision_id=decision.id, appellant="author", member_id=cast.alice.id, contribution_id=story_id,
            language="en", words="It needs no note.", made_at=clock.now(),
        )  # fmt: skip
        db.session.add(appeal)
        db.session.flush()
        return appeal.id


def duty_of_mona(cast: Cast) -> int:
    """Hours of hers in the rota that have begun."""
    with write():
        begun, ended = clock.now() - timedelta(hours=1), clock.now() + timedelta(hours=3)
        duty = Duty(moderator_id=cast.mona.id, starts_at=begun, ends_at=ended)
        db.session.add(duty)
        db.session.flush()
        return duty.id


def begun_by_alice(cast: Cast) -> int:
    """Words of hers that are not sent."""
    with write():
        begun = Draft(member_id=cast.alice.id, place="board:1", source="How do you open jars?", saved_at=clock.now())
        db.session.add(begun)
        db.session.flush()
        return begun.id


def kept_by_alice(cast: Cast, story_id: int) -> int:
    """A bookmark of hers, with a note."""
    with write():
        row = Bookmark(member_id=cast.alice.id, contribution_id=story_id, note="Read again.", made_at=clock.now())
        db.session.add(row)
        db.session.flush()
        return row.id


def told_to_alice(cast: Cast, story_id: int) -> int:
    """Something new for her."""
    with write():
        row = Notification(
            member_id=cast.alice.id, kind="story", key="test:1", contribution_id=story_id, made_at=clock.now(),
            changed_at=clock.now(),
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        return row.id


def from_elsewhere(cast: Cast) -> dict[str, int]:
    """A story of an archive that somebody claims, another that waits for consent, and one told to Cora."""
    with write():
        archive = Archive(name="Old pages", begun_at=clock.now(), attested_note="")
        db.session.add(archive)
        db.session.flush()
        made = []
        for key in ("read", "waiting"):
            story = Story(language="en", created_at=clock.now(), status="pending", attribution="anonymous", topics=[])
            contributions.set_words(story, title="An old page", source="It was plum jam.")
            db.session.add(story)
            db.session.flush()
            db.session.add(Provenance(story_id=story.id, how="import", entered_at=clock.now(), archive="Old pages"))
            line = ArchiveLine(archive_id=archive.id, key_digest=key, line_digest=key, contribution_id=story.id)
            db.session.add(line)
            contributions.add_revision(story)
            made.append(story)
        ledger.give(made[0], "site", version=1, language="en", how="attested")
        contributions.publish(made[0])
        moderation.open_case(made[1], "import")
        claim = Claim(
            story_id=made[0].id, wish="change", words="The town is wrong.", email=seal_text("rosa@example.org"),
            language="en", nonce="x", made_at=clock.now(), confirmed_at=clock.now(),
        )  # fmt: skip
        db.session.add(claim)
        told_story, _verdict = told.begin(actor=cast.cora.viewer, telling=told.Telling("phone", None, "", "", "en"))
        assert told_story is not None
        db.session.flush()
        return {"imported": made[0].id, "told": told_story.id, "claim": claim.id, "archive": archive.id}


def between_two(cast: Cast) -> dict[str, int]:
    """What Bob and Alice write to each other; everybody takes messages."""
    with write():
        for name in MEMBERS:
            messages.choose(actor=cast[name].viewer, is_open=True)
        words = messages.Words("How do your hands do?", "en")
        sent = messages.begin(actor=cast.bob.viewer, other_id=cast.alice.id, words=words)
        assert sent.verdict
    with write():
        words = messages.Words("They opened a jar.", "en")
        sent = messages.send(actor=cast.alice.viewer, conversation_id=sent.conversation_id, words=words)
        assert sent.verdict
    return {"conversation": sent.conversation_id, "message": sent.message_id}


def chapter_of_alice(cast: Cast, story_id: int) -> int:
    """A later chapter of her story that readers see."""
    with write():
        chapter = _below(story_id, "chapter")
        contributions.sign(chapter, cast.alice.id, "member")
        contributions.publish(chapter)
        return chapter.id


def afterword_of_bob(cast: Cast, story_id: int) -> int:
    """Bob's lines below her story, which wait: she may refuse them. Her story may be translated into Italian."""
    with write():
        ledger.give(
            db.session.get_one(Story, story_id), "translation", for_language="it", version=1, language="en", how="site"
        )
        afterword = _below(story_id, "afterword")
        afterword.relation = "friend"
        contributions.sign(afterword, cast.bob.id, "member")
        ledger.give(afterword, "site", version=1, language="en", how="site")
        contributions.add_revision(afterword)
        contributions.decline(afterword)
        return afterword.id


def _below(story_id: int, part: str) -> StoryUpdate:
    dated = PartialDate.parse("2024")
    one = StoryUpdate(
        story_id=story_id, part=part, dated=dated, language="en", created_at=clock.now(), status="sent", topics=[]
    )
    contributions.set_words(one, title="Later on", source="It opens now.")
    return one


def translation_of_alice(cast: Cast) -> int:
    """A translation that she made of a story of hers, which has changed since."""
    with write():
        story = Story(language="en", created_at=clock.now(), status="sent")
        contributions.set_words(story, title="Another jar", source="It was plum jam.")
        contributions.sign(story, cast.alice.id, "member")
        ledger.give(story, "site", version=1, language="en", how="site")
        ledger.give(story, "translation", for_language="es", version=1, language="en", how="site")
        contributions.publish(story)
        translation = Story(
            language="es", created_at=clock.now(), status="sent", translation_of_id=story.id,
            translated_from_revision_id=story.shown_revision_id, translator_id=cast.alice.id, translator="Alice",
        )  # fmt: skip
        contributions.set_words(translation, title="Otro tarro", source="Era de ciruelas.")
        contributions.sign(translation, cast.alice.id, "member")
        ledger.give(translation, "site", version=1, language="en", how="site")
        contributions.publish(translation)
        contributions.publish(story, contributions.add_revision(story, source="It was quince jam."))
        return translation.id


def photo_of_alice(cast: Cast, story_id: int) -> int:
    """A photo on her story, made and shown, with a file to read."""
    with write():
        photo = Photo(
            key=new_key(), language="en", created_at=clock.now(), status="sent", on_id=story_id, position=1, topics=[],
            description="Three jars.", state="ready", width=480, height=360, widths=[480],
        )  # fmt: skip
        contributions.set_words(photo, title="Jars", source="Three jars.")
        contributions.sign(photo, cast.alice.id, "member")
        ledger.give(photo, "photo", version=wording.VERSION, language="en", how="site")
        contributions.publish(photo)
        key, photo_id = photo.key, photo.id
    for name in names_of([480]):
        the_storage().put(place(key, name), BytesIO(b"a picture"), "image/webp")
    return photo_id


def letter_to_alice(cast: Cast, story_id: int, case_id: int) -> int:
    """A letter about an earlier decision on the same case."""
    with write():
        decision = Decision(case_id=case_id, moderator_id=cast.mona.id, decision="ask_for_changes", made_at=clock.now())
        db.session.add(decision)
        db.session.flush()
        letter = Letter(
            decision_id=decision.id, contribution_id=story_id, language="en", text="Please.", sent_at=clock.now()
        )
        db.session.add(letter)
        db.session.flush()
        return letter.id


OF_A_STORY = ("translations.translation_create", "translations.translation_new")


def value_for(name: str, endpoint: str, world: World) -> Any:
    """What stands in an address for one of its parts."""
    if name == "story_id" and endpoint.startswith("translations.") and endpoint not in OF_A_STORY:
        return world.translation
    if name == "story_id" and endpoint.startswith("told."):
        return world.told
    if name == "story_id" and endpoint.startswith("claims."):
        return world.imported
    if name == "chapter_id" and endpoint == "chapters.chapter_refusal_create":
        return world.afterword
    if name == "story_id" and endpoint == "writing.recall_create":
        return world.waiting_story
    if endpoint == "site.transparency_show" and name != "language":
        present = quarter_of(clock.today())
        return {"year": present.year, "number": present.number}[name]
    if name == "number" and endpoint.startswith("admin.guideline"):
        return 1
    if name == "slug" and endpoint == "feeds.board_feed":
        return "hands"
    if name == "slug":
        slugs = dict.fromkeys(("guides", "feeds", "contributions"), "calcinosis") | {"discussions": "hands"}
        return slugs.get(endpoint.split(".", maxsplit=1)[0], "about")
    known = {
        "language": "en",
        "story_id": world.story,
        "contribution_id": world.story,
        "post_id": world.post,
        "chapter_id": world.chapter,
        "thread_id": world.thread,
        "case_id": world.case,
        "word_id": 1,
        "reply_id": 1,
        "appeal_id": world.appeal,
        "letter_id": world.letter,
        "suggestion_id": world.suggestion,
        "member_id": world.alice,
        "conversation_id": world.conversation,
        "message_id": world.message,
        "session_id": 1,
        "second_id": 1,
        "photo_id": world.photo,
        "width": 480,
        "kind": "webp",
        "board_id": 1,
        "line_id": 1,
        "job_id": world.job,
        "claim_id": world.claim,
        "archive_id": world.archive,
        "notification_id": world.notification,
        "bookmark_id": world.bookmark,
        "draft_id": world.draft,
        "duty_id": world.duty,
        "number": 0,
        "key": "care.card",
        "code": "en",
        "role": "curator",
        "token": "1-" + "x" * 43,
        "path": "site.css",
    }
    return known[name]


def is_refused(answer: Any) -> bool:
    return answer.status_code in (401, 403, 404, 410) or "/sign-in" in answer.headers.get("Location", "")


def routes(app: Flask) -> list[Any]:
    return sorted(app.url_map.iter_rules(), key=lambda rule: str(rule.endpoint))


def test_every_address_declares_its_rule(app: Flask) -> None:
    assert {str(rule.endpoint) for rule in routes(app)} == set(TABLE)
    assert set(TABLE.values()) <= set(RULES)


def test_everybody_is_let_in_where_the_table_says_and_nowhere_else(app: Flask, cast: Cast) -> None:
    """Every address by everybody; on PostgreSQL by one of either kind, since who may is asked of no database."""
    world = make_world(cast)
    wrong = []
    # What changes things last, and what takes them away last of all, so that each finds what it is tried on.
    for rule in sorted(routes(app), key=lambda rule: ORDER(str(rule.endpoint))):
        endpoint = str(rule.endpoint)
        values = {name: value_for(name, endpoint, world) for name in rule.arguments}
        with app.test_request_context("/en/"):
            address = app.url_for(endpoint, **values, **QUERY.get(endpoint, lambda _: {})(world))
        form = FORMS[endpoint](world) if endpoint in FORMS else None
        methods = {"GET"} if "GET" in (rule.methods or ()) else {"POST"}
        for method in methods:
            # Those who are refused go first: what they must not do is still there for those who may.
            tried = sorted(EVERYBODY, key=lambda who: who in RULES[TABLE.get(endpoint, "nobody")])
            for who in tried if db.engine.dialect.name == "sqlite" else dict.fromkeys((tried[0], tried[-1])):
                answer = cast[who].browser.open(address, method=method, data=form)
                is_allowed = who in RULES[TABLE.get(endpoint, "nobody")]
                if answer.status_code >= 500 or is_refused(answer) == is_allowed:
                    wrong.append(
                        f"{method} {address} as {who}: {answer.status_code} {answer.headers.get('Location', '')}"
                    )
                if endpoint in RESET:
                    RESET[endpoint](world)
        if endpoint in RESET:
            shown_again(world)
    assert not wrong, "\n" + "\n".join(wrong)


def shown_again(world: World) -> None:
    """Bring Alice's story and post back to where they were."""
    with write():
        for key in (world.story, world.post, world.photo, world.chapter, world.translation):
            contribution = db.session.get_one(contributions.Contribution, key)
            contribution.status, contribution.withdrawn_at = "published", None
            contribution.audience = "everyone"


def decision_on(case_id: int) -> int:
    """A decision on a case that can be taken back."""
    with write():
        data = {"before": "", "after": "loss"}
        made = Decision(case_id=case_id, decision="content_notes", data=data, made_at=clock.now())
        db.session.add(made)
        db.session.flush()
        return made.id


def open_to_all(_world: World) -> None:
    """Nobody has said that she knows the person."""
    with write():
        db.session.execute(delete(CasePass))


def made_again(world: World) -> None:
    """Alice's photo, its sizes made."""
    with write():
        db.session.get_one(Photo, world.photo).state = "ready"


def withdrawn(world: World) -> None:
    """Alice's story and post, withdrawn, so that they can be brought back."""
    with write():
        for key in (world.story, world.post, world.photo, world.chapter, world.translation):
            contribution = db.session.get_one(contributions.Contribution, key)
            contribution.status, contribution.withdrawn_at = "withdrawn", clock.now()


def ORDER(endpoint: str) -> tuple[int, str]:  # noqa: N802 - it belongs to the tables
    """Signing out ends the sessions the others need: last."""
    late = {
        "accounts.own_password_create": 1,
        "accounts.other_sessions_ending_create": 2,
        "accounts.session_ending_create": 3,
        "accounts.sign_out_create": 4,
    }
    return late.get(endpoint, 0), endpoint


QUERY: dict[str, Callable[[World], dict[str, Any]]] = {
    "moderation.report_new": lambda world: {"contribution": world.story},
}
WORDS = {"source": "With a rubber glove.", "title": "Jars"}
FORMS: dict[str, Callable[[World], dict[str, Any]]] = {
    "chapters.afterword_create": lambda _: {"relation": "friend"},
    "translations.translation_create": lambda _: {"into": "it"},
    "contributions.reaction_create": lambda _: {"thanks": "1"},
    "discussions.comment_create": lambda _: WORDS,
    "discussions.reply_create": lambda _: WORDS,
    "discussions.thread_create": lambda _: WORDS,
    "discussions.revision_create": lambda _: WORDS,
    "messages.conversation_create": lambda _: WORDS,
    "messages.message_create": lambda _: WORDS,
    "messages.reading_create": lambda world: {"until": str(world.message)},
    "photos.words_create": lambda _: {"description": "Three jars.", "consent": "y"},
    "moderation.case_create": lambda world: {"contribution": world.story},
    "moderation.undoing_create": lambda world: {"decision": decision_on(world.case)},
    "moderation.report_create": lambda world: {"contribution": world.story, "reason": "other"},
}
RESET: dict[str, Callable[[World], None]] = {
    "chapters.chapter_withdrawal_create": shown_again,
    "chapters.chapter_return_create": withdrawn,
    "translations.translation_withdrawal_create": shown_again,
    "moderation.pass_create": open_to_all,
    "photos.edges_create": made_again,
    "photos.withdrawal_create": shown_again,
    "photos.return_create": withdrawn,
    "writing.withdrawal_create": shown_again,
    "discussions.withdrawal_create": shown_again,
    "writing.return_create": withdrawn,
    "discussions.return_create": withdrawn,
}
