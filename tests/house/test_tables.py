"""What is true of every table: ids are never reused, members' words are registered, visitors' pages hear of changes."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import String, Table, Text

from forum import rooms  # noqa: F401 - reads every room's tables
from forum.core import membertext
from forum.core.db import Base
from forum.core.richtext import RenderedHtml

MAPPERS = sorted(Base.registry.mappers, key=lambda mapper: mapper.class_.__name__)
TABLES: list[Table] = sorted(Base.metadata.tables.values(), key=lambda table: table.name)

# Columns of text that never hold a member's words: who writes them instead.
NOT_MEMBER_TEXT = {
    "board_slugs.slug", "board_texts.description", "board_texts.language", "board_texts.name", "board_texts.rules",
    "boards.audience", "boards.slug", "boards.who_may_start", "cases.opened_for", "consents.given_how",
    "consents.for_language", "consents.language", "consents.use", "contributions.attribution", "contributions.audience",
    "contributions.content_notes", "contributions.kind", "contributions.language", "contributions.status",
    "decisions.decision", "drafts.place", "guide_sections.html", "guide_sections.section", "guide_sections.source",
    "guide_texts.author", "guide_texts.in_short", "guide_texts.in_short_html", "guide_texts.language",
    "guide_texts.reviewer", "guideline_texts.language", "guideline_texts.text", "guideline_texts.title",
    "guideline_texts.to_author", "guidelines.key", "helpline_methods.method", "helpline_methods.value",
    "helpline_texts.audience", "helpline_texts.language", "helpline_texts.name", "helpline_texts.note",
    "helplines.cost", "helplines.country", "helplines.group_key", "helplines.key", "helplines.languages",
    "helplines.operator", "helplines.time_zone", "letters.language", "log_checks.trouble", "log_entries.act",
    "log_entries.hash", "log_entries.object_kind", "log_entries.previous_hash", "log_entries.seal", "member_roles.role",
    "members.language", "members.restriction", "members.standing", "outbox.dedupe_key", "outbox.last_error",
    "outbox.name",
    "page_versions.source", "page_versions.title", "pages.html", "pages.language", "pages.slug", "pages.source",
    "pages.title", "parked_texts.path", "parked_texts.token_hash", "posts.path", "reading_views.view",
    "reference_texts.language", "reference_texts.what_it_says", "reference_topics.section", "references.doi",
    "references.key", "references.kind", "references.link_state", "references.pmcid", "references.pmid",
    "references.source", "references.title", "references.url", "reports.address", "reports.language",
    "reports.nonce", "reports.reason", "reports.token_hash", "revisions.made_by", "sanctions.sanction",
    "search_documents.address", "search_documents.audience", "search_documents.kind", "search_documents.language",
    "sessions.device", "sessions.token_hash", "sign_in_requests.language", "sign_in_requests.nonce",
    "sign_in_requests.parked_token_hash", "sign_in_requests.purpose", "sign_in_requests.token_hash",
    "stories.country", "stories.relation", "topic_codes.code", "topic_codes.system", "topic_codes.version",
    "topic_relations.relation", "topic_slugs.slug", "topic_synonyms.key", "topic_synonyms.language",
    "topic_synonyms.name", "topic_texts.key",
    "topic_texts.language", "topic_texts.name", "topics.kind", "topics.slug",
    "claims.language", "claims.nonce", "claims.outcome", "claims.token_hash", "claims.wish", "follows.nonce",
    "kept_details.digest", "old_addresses.path", "photos.key", "photos.problem", "photos.state",
    "provenances.archive", "provenances.archive_key", "provenances.how",
    "provenances.original_address", "review_messages.language", "stories.about_whom", "stories.subject_consent",
    "story_updates.part", "story_updates.relation", "wishes.if_unreachable",
    "aliases.name", "digests.nonce", "digests.period", "mail_choices.nonce", "notification_choices.kind",
    "notification_choices.mail", "notifications.key", "notifications.kind", "notifications.mail",
    "notifications.nonce", "posts.basis", "professions.profession", "reactions.reaction", "received_mails.digest",
    "received_mails.outcome", "appeals.appellant", "appeals.language", "appeals.outcome", "appeals.outside_nonce",
    "appeals.outside_token_hash", "care_cards.place", "chosen_settings.name", "decisions.law", "letters.nonce",
    "links_seen.host", "links_seen.link", "mailbox_recoveries.nonce", "mailbox_recoveries.token_hash",
    "member_notes.contact", "notice_line_texts.language", "notice_line_texts.text", "redactions.commitment",
    "replies.decision", "replies.guideline_key", "replies.key", "reply_texts.language", "reply_texts.text",
    "reply_texts.title", "reports.source", "second_persons.answer", "second_persons.second_for", "signals.signal",
    "watched_words.act", "watched_words.folded", "watched_words.language", "watched_words.phrase", "wordings.key",
    "wordings.language", "wordings.text",
    # Of the account itself: erased with its row.
    "members.email", "members.password_hash",
    "archives.name", "archive_lines.key_digest", "archive_lines.line_digest",
    # A moderator's own words to her colleagues, an administrator's to hers.
    "decisions.note", "archives.attested_note", "hand_overs.text", "watched_words.note",
    # Who hears an appeal from outside: not a member; the address goes once it is heard.
    "appeals.outside_address", "appeals.outside_name",
}  # fmt: skip

DATES = (".dated", ".diagnosed", ".died", ".first_symptoms", ".published", ".read_back_on", ".told_on")

# Whose rows visitors never see: a change of them leaves kept pages as they are.
NEVER_PUBLIC = {
    "Appeal", "Archive", "ArchiveLine", "BoardRead", "BoardSlug", "Bookmark", "CareCard", "Case", "CaseLook",
    "CasePass", "Claim", "Consent", "Conversation", "ConversationPlace", "Decision", "DeskChoice", "Digest", "Draft",
    "Duty", "Fingerprint", "FingerprintBand", "Follow", "HandOver", "KeptDetail", "LegalNotice", "Letter",
    "LinkSeen", "LogCheck", "LogEntry", "MailChoice", "MailboxRecovery", "MemberNote", "MemberRole", "MemberSession",
    "Mention", "MergedThread", "Message", "MessageChoice", "Mute", "Notification", "NotificationChoice", "OldAddress",
    "OutboxJob", "PageVersion", "ParkedText", "PublicGeneration", "Quotation", "ReadingView", "ReceivedMail",
    "Redaction", "Report", "ReviewMessage", "Sanction", "Seal", "SecondPerson",
    "SignInRequest", "Signal", "SuggestedEdit", "ThreadRead", "TopicSlug", "WatchedWord", "Wish",
}  # fmt: skip

# What becomes of a member's rows where the database itself does not delete or empty them.
ERASED_BY_HAND = {
    "contributions.author_id": "contributions.actions.erase, or kept without a name as she chooses",
    "seals.member_id": "contributions.actions.erase, or the seal alone",
}


def is_text(column: Any) -> bool:
    return isinstance(column.type, String | Text | RenderedHtml)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_no_id_is_ever_used_again(table: Table) -> None:
    keys = list(table.primary_key.columns)
    is_own = len(keys) == 1 and keys[0].type.python_type is int and not keys[0].foreign_keys
    assert bool(table.dialect_options["sqlite"]["autoincrement"]) == is_own


def test_every_column_with_a_members_words_is_registered() -> None:
    registered = {
        f"{entry.model.__mapper__.local_table.name}.{column}"
        for entry in membertext.registered()
        for column in entry.columns
    }
    texts = {f"{table.name}.{column.name}" for table in TABLES for column in table.columns if is_text(column)}
    dates = {name for name in texts if name.endswith(DATES)}
    assert texts - registered - NOT_MEMBER_TEXT - dates == set()
    assert registered & NOT_MEMBER_TEXT == set()


def test_the_lists_above_name_only_what_is_there() -> None:
    columns = {f"{table.name}.{column.name}" for table in TABLES for column in table.columns}
    assert columns >= NOT_MEMBER_TEXT
    assert {mapper.class_.__name__ for mapper in MAPPERS} >= NEVER_PUBLIC


@pytest.mark.parametrize("mapper", MAPPERS, ids=lambda mapper: mapper.class_.__name__)
def test_every_class_says_whether_visitors_see_it(mapper: Any) -> None:
    assert getattr(mapper.class_, "is_public", False) == (mapper.class_.__name__ not in NEVER_PUBLIC)


def test_erasing_a_member_reaches_every_row_that_names_her() -> None:
    uncovered = {
        f"{table.name}.{column.name}"
        for table in TABLES
        for column in table.columns
        for key in column.foreign_keys
        if key.target_fullname == "members.id" and key.ondelete not in ("CASCADE", "SET NULL")
    }
    assert uncovered == set(ERASED_BY_HAND)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_foreign_key_is_indexed_where_deleting_would_search_it(table: Table) -> None:
    firsts = {next(iter(index.columns)).name for index in table.indexes if len(index.columns)}
    firsts |= {
        next(iter(key.columns)).name for key in table.constraints if getattr(key, "columns", None) and len(key.columns)
    }
    for column in table.columns:
        for key in column.foreign_keys:
            if key.target_fullname == "contributions.id":
                assert column.name in firsts, f"{table.name}.{column.name}"
