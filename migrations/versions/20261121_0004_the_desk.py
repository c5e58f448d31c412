"""the desk

Revision: 0004, after 0003. Made 2026-11-21 17:32:39.560782.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

# What stands in a CHECK: Alembic doesn't see a new word in one.
DECISIONS = (
    "decision IN ('approve', 'ask_for_changes', 'decline', 'hide', 'restore', 'no_action', 'edit', 'redact',"
    " 'content_notes', 'lock', 'unlock', 'slow', 'move', 'split', 'merge', 'topics', 'warn', 'silence', 'limit', 'ban',"
    " 'lift', 'open_seal', 'made_to_hurt', 'false_alarm')"
)
DECISIONS_BEFORE = (
    "decision IN ('approve', 'ask_for_changes', 'decline', 'hide', 'restore', 'no_action', 'silence', 'lift')"
)
SANCTIONS = "sanction IN ('warning', 'silence', 'limit', 'ban')"
SANCTIONS_BEFORE = "sanction IN ('warning', 'silence', 'ban')"
RESTRICTIONS = "restriction IN ('limited', 'silenced', 'banned')"
RESTRICTIONS_BEFORE = "restriction IN ('silenced', 'banned')"
ABOUT = "(contribution_id IS NULL) <> (member_id IS NULL)"


@contextmanager
def rebuilt(name: str, *, counts: bool = True) -> Iterator[Any]:
    """Change a table's constraints. SQLite makes it anew: what its reflection forgets (AUTOINCREMENT, the sequence) is
    put back here."""
    connection = op.get_bind()
    is_sqlite = connection.dialect.name == "sqlite"
    last = sa.text("SELECT seq FROM sqlite_sequence WHERE name = :name")
    before = connection.execute(last, {"name": name}).scalar() if is_sqlite and counts else None
    with op.batch_alter_table(
        name,
        table_kwargs={"sqlite_autoincrement": True} if counts else {},
        recreate="always" if is_sqlite else "auto",
    ) as batch_op:
        yield batch_op
    if before is not None:
        connection.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": name})
        connection.execute(
            sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :seq)"), {"name": name, "seq": before}
        )


def upgrade() -> None:
    op.create_table('replies',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('decision', sa.String(), nullable=True),
    sa.Column('guideline_key', sa.String(), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_replies')),
    sa.UniqueConstraint('key', name=op.f('uq_replies_key')),
    sqlite_autoincrement=True
    )
    op.create_table('aways',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=True),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('starts_at < ends_at', name=op.f('ck_aways_order')),
    sa.ForeignKeyConstraint(['made_by'], ['members.id'], name=op.f('fk_aways_made_by'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_aways')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('aways', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_aways_ends_at'), ['ends_at'], unique=False)

    op.create_table('chosen_settings',
    sa.Column('name', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('value', sa.JSON(), nullable=False),
    sa.Column('chosen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('chosen_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['chosen_by'], ['members.id'], name=op.f('fk_chosen_settings_chosen_by'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_chosen_settings'))
    )
    op.create_table('desk_choices',
    sa.Column('member_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('has_shortcuts', sa.Boolean(), server_default=sa.true(), nullable=False),
    sa.Column('paused_until', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_desk_choices_member_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', name=op.f('pk_desk_choices'))
    )
    op.create_table('duties',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('moderator_id', sa.Integer(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('starts_at < ends_at', name=op.f('ck_duties_order')),
    sa.ForeignKeyConstraint(['moderator_id'], ['members.id'], name=op.f('fk_duties_moderator_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_duties')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('duties', schema=None) as batch_op:
        batch_op.create_index('ix_duties_ends', ['ends_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_duties_moderator_id'), ['moderator_id'], unique=False)

    op.create_table('hand_overs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('moderator_id', sa.Integer(), nullable=True),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['moderator_id'], ['members.id'], name=op.f('fk_hand_overs_moderator_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hand_overs')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('hand_overs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_hand_overs_written_at'), ['written_at'], unique=False)

    op.create_table('mailbox_recoveries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('address_sealed', sa.String(), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.Column('token_hash', sa.String(), nullable=True),
    sa.Column('asked_by', sa.Integer(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('takes_effect_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['asked_by'], ['members.id'], name=op.f('fk_mailbox_recoveries_asked_by'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_mailbox_recoveries_member_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mailbox_recoveries')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_mailbox_recoveries_token_hash')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('mailbox_recoveries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mailbox_recoveries_member_id'), ['member_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mailbox_recoveries_takes_effect_at'), ['takes_effect_at'], unique=False)

    op.create_table('notice_lines',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=True),
    sa.CheckConstraint('starts_at < ends_at', name=op.f('ck_notice_lines_order')),
    sa.ForeignKeyConstraint(['made_by'], ['members.id'], name=op.f('fk_notice_lines_made_by'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice_lines')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('notice_lines', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_notice_lines_ends_at'), ['ends_at'], unique=False)

    op.create_table('reply_texts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reply_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('edited_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['reply_id'], ['replies.id'], name=op.f('fk_reply_texts_reply_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reply_texts')),
    sa.UniqueConstraint('reply_id', 'language', name=op.f('uq_reply_texts_reply_id_language')),
    sqlite_autoincrement=True
    )
    op.create_table('watched_words',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('phrase', sa.String(), nullable=False),
    sa.Column('folded', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('act', sa.String(), nullable=False),
    sa.Column('is_prefix', sa.Boolean(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("act IN ('hold', 'note', 'care')", name=op.f('ck_watched_words_act_word')),
    sa.ForeignKeyConstraint(['made_by'], ['members.id'], name=op.f('fk_watched_words_made_by'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_watched_words')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('watched_words', schema=None) as batch_op:
        batch_op.create_index('ix_watched_words_phrase', ['phrase'], unique=False)

    op.create_table('wordings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['made_by'], ['members.id'], name=op.f('fk_wordings_made_by'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wordings')),
    sa.UniqueConstraint('key', 'language', 'version', name=op.f('uq_wordings_key_language_version')),
    sqlite_autoincrement=True
    )
    op.create_table('care_cards',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('contribution_id', sa.Integer(), nullable=True),
    sa.Column('place', sa.String(), nullable=False),
    sa.Column('shown_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("place IN ('contribution', 'draft', 'message')", name=op.f('ck_care_cards_place_word')),
    sa.CheckConstraint('(member_id IS NULL) <> (contribution_id IS NULL)', name=op.f('ck_care_cards_whom')),
    sa.ForeignKeyConstraint(['contribution_id'], ['contributions.id'], name=op.f('fk_care_cards_contribution_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_care_cards_member_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_care_cards')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('care_cards', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_care_cards_contribution_id'), ['contribution_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_care_cards_member_id'), ['member_id'], unique=False)

    op.create_table('fingerprint_bands',
    sa.Column('contribution_id', sa.Integer(), nullable=False),
    sa.Column('band', sa.Integer(), nullable=False),
    sa.Column('value', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['contribution_id'], ['contributions.id'], name=op.f('fk_fingerprint_bands_contribution_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('contribution_id', 'band', name=op.f('pk_fingerprint_bands'))
    )
    with op.batch_alter_table('fingerprint_bands', schema=None) as batch_op:
        batch_op.create_index('ix_fingerprint_bands_value', ['band', 'value'], unique=False)

    op.create_table('fingerprints',
    sa.Column('contribution_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('bits', sa.BigInteger(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['contribution_id'], ['contributions.id'], name=op.f('fk_fingerprints_contribution_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('contribution_id', name=op.f('pk_fingerprints'))
    )
    with op.batch_alter_table('fingerprints', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fingerprints_made_at'), ['made_at'], unique=False)

    op.create_table('links_seen',
    sa.Column('contribution_id', sa.Integer(), nullable=False),
    sa.Column('link', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('host', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['contribution_id'], ['contributions.id'], name=op.f('fk_links_seen_contribution_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('contribution_id', 'link', name=op.f('pk_links_seen'))
    )
    with op.batch_alter_table('links_seen', schema=None) as batch_op:
        batch_op.create_index('ix_links_seen_host', ['host', 'seen_at'], unique=False)
        batch_op.create_index('ix_links_seen_link', ['link', 'seen_at'], unique=False)

    op.create_table('member_notes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('contribution_id', sa.Integer(), nullable=True),
    sa.Column('moderator_id', sa.Integer(), nullable=True),
    sa.Column('contact', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("contact IN ('note', 'message', 'mail', 'phone', 'in_person')", name=op.f('ck_member_notes_contact_word')),
    sa.CheckConstraint('(member_id IS NULL) <> (contribution_id IS NULL)', name=op.f('ck_member_notes_whom')),
    sa.ForeignKeyConstraint(['contribution_id'], ['contributions.id'], name=op.f('fk_member_notes_contribution_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_member_notes_member_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['moderator_id'], ['members.id'], name=op.f('fk_member_notes_moderator_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_member_notes')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('member_notes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_member_notes_contribution_id'), ['contribution_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_member_notes_member_id'), ['member_id'], unique=False)

    op.create_table('notice_line_texts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('notice_line_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['notice_line_id'], ['notice_lines.id'], name=op.f('fk_notice_line_texts_notice_line_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice_line_texts')),
    sa.UniqueConstraint('notice_line_id', 'language', name=op.f('uq_notice_line_texts_notice_line_id_language')),
    sqlite_autoincrement=True
    )
    op.create_table('case_looks',
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('moderator_id', sa.Integer(), nullable=False),
    sa.Column('first_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('is_hard', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_case_looks_case_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['moderator_id'], ['members.id'], name=op.f('fk_case_looks_moderator_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('case_id', 'moderator_id', name=op.f('pk_case_looks'))
    )
    with op.batch_alter_table('case_looks', schema=None) as batch_op:
        batch_op.create_index('ix_case_looks_moderator', ['moderator_id', 'seen_at'], unique=False)

    op.create_table('case_passes',
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('moderator_id', sa.Integer(), nullable=False),
    sa.Column('passed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_case_passes_case_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['moderator_id'], ['members.id'], name=op.f('fk_case_passes_moderator_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('case_id', 'moderator_id', name=op.f('pk_case_passes'))
    )
    op.create_table('merged_threads',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('thread_id', sa.Integer(), nullable=False),
    sa.Column('merged_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['thread_id'], ['threads.id'], name=op.f('fk_merged_threads_thread_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_merged_threads')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('merged_threads', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_merged_threads_thread_id'), ['thread_id'], unique=False)

    op.create_table('second_persons',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('second_for', sa.String(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('contribution_id', sa.Integer(), nullable=True),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('asked_by', sa.Integer(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('letter', sa.String(), nullable=False),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.Column('answered_by', sa.Integer(), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answer', sa.String(), nullable=True),
    sa.Column('answer_words', sa.String(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("answer IN ('granted', 'refused', 'override', 'lapsed')", name=op.f('ck_second_persons_answer_word')),
    sa.CheckConstraint("second_for IN ('ban', 'silence', 'limit', 'open_seal', 'close_spam', 'recover_mailbox')", name=op.f('ck_second_persons_second_for_word')),
    sa.ForeignKeyConstraint(['answered_by'], ['members.id'], name=op.f('fk_second_persons_answered_by'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['asked_by'], ['members.id'], name=op.f('fk_second_persons_asked_by'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_second_persons_case_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['contribution_id'], ['contributions.id'], name=op.f('fk_second_persons_contribution_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_second_persons_member_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_second_persons')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('second_persons', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_second_persons_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_second_persons_contribution_id'), ['contribution_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_second_persons_member_id'), ['member_id'], unique=False)
        batch_op.create_index('ix_second_persons_open', ['answered_at', 'expires_at'], unique=False)

    op.create_table('signals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('contribution_id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('signal', sa.String(), nullable=False),
    sa.Column('is_hold', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('word_id', sa.Integer(), nullable=True),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reversed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("signal IN ('new_member', 'watched_word', 'many_links', 'burst', 'near_duplicate', 'repeated_link', 'hurry', 'honeypot', 'lookalike', 'crisis', 'private_details', 'was_refused', 'board', 'limited')", name=op.f('ck_signals_signal_word')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_signals_case_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['contribution_id'], ['contributions.id'], name=op.f('fk_signals_contribution_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['word_id'], ['watched_words.id'], name=op.f('fk_signals_word_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signals')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('signals', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_signals_case_id'), ['case_id'], unique=False)
        batch_op.create_index('ix_signals_contribution', ['contribution_id', 'signal'], unique=False)
        batch_op.create_index(batch_op.f('ix_signals_made_at'), ['made_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_signals_word_id'), ['word_id'], unique=False)

    op.create_table('redactions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('contribution_id', sa.Integer(), nullable=False),
    sa.Column('decision_id', sa.Integer(), nullable=True),
    sa.Column('commitment', sa.String(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('swept_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['contribution_id'], ['contributions.id'], name=op.f('fk_redactions_contribution_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['decision_id'], ['decisions.id'], name=op.f('fk_redactions_decision_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_redactions')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('redactions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_redactions_contribution_id'), ['contribution_id'], unique=False)

    op.create_table('appeals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('decision_id', sa.Integer(), nullable=False),
    sa.Column('appellant', sa.String(), nullable=False),
    sa.Column('report_id', sa.Integer(), nullable=True),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('contribution_id', sa.Integer(), nullable=True),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('claimed_by', sa.Integer(), nullable=True),
    sa.Column('claimed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outside_name', sa.String(), nullable=False),
    sa.Column('outside_address', sa.String(), nullable=True),
    sa.Column('outside_nonce', sa.String(), nullable=True),
    sa.Column('outside_token_hash', sa.String(), nullable=True),
    sa.Column('outside_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('heard_by', sa.Integer(), nullable=True),
    sa.Column('heard_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.String(), nullable=True),
    sa.Column('answer', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(appellant = 'reporter') = (report_id IS NOT NULL)", name=op.f('ck_appeals_report')),
    sa.CheckConstraint("appellant IN ('author', 'reporter')", name=op.f('ck_appeals_appellant_word')),
    sa.CheckConstraint("outcome IN ('upheld', 'overturned', 'partly')", name=op.f('ck_appeals_outcome_word')),
    sa.ForeignKeyConstraint(['claimed_by'], ['members.id'], name=op.f('fk_appeals_claimed_by'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['contribution_id'], ['contributions.id'], name=op.f('fk_appeals_contribution_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['decision_id'], ['decisions.id'], name=op.f('fk_appeals_decision_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['heard_by'], ['members.id'], name=op.f('fk_appeals_heard_by'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_appeals_member_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['report_id'], ['reports.id'], name=op.f('fk_appeals_report_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appeals')),
    sa.UniqueConstraint('decision_id', 'appellant', name=op.f('uq_appeals_decision_id_appellant')),
    sa.UniqueConstraint('outside_token_hash', name=op.f('uq_appeals_outside_token_hash')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('appeals', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_appeals_contribution_id'), ['contribution_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_appeals_heard_at'), ['heard_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_appeals_member_id'), ['member_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_appeals_report_id'), ['report_id'], unique=False)

    op.create_table('legal_notices',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('grounds', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('is_in_good_faith', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['report_id'], ['reports.id'], name=op.f('fk_legal_notices_report_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_legal_notices')),
    sa.UniqueConstraint('report_id', name=op.f('uq_legal_notices_report_id')),
    sqlite_autoincrement=True
    )
    op.create_table('log_checks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('trouble', sa.String(), nullable=True),
    sa.Column('row_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("trouble IN ('changed', 'cut_off', 'forged')", name=op.f('ck_log_checks_trouble_word')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_log_checks')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('log_checks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_log_checks_checked_at'), ['checked_at'], unique=False)

    with op.batch_alter_table('log_entries', schema=None) as batch_op:
        batch_op.add_column(sa.Column('seal', sa.String(), server_default='', nullable=False))

    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.add_column(sa.Column('looked_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('due_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f('ix_cases_due_at'), ['due_at'], unique=False)
        batch_op.create_index('uq_cases_open_member', ['member_id'], unique=True, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))

    with rebuilt('decisions') as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_decisions_decision_word'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_decisions_decision_word'), DECISIONS)
        batch_op.add_column(sa.Column('law', sa.String(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('is_automatic', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('until', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('data', sa.JSON(), server_default='{}', nullable=False))
        batch_op.add_column(sa.Column('second_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('overturned_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f('ix_decisions_until'), ['until'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_decisions_second_id'), 'second_persons', ['second_id'], ['id'], ondelete='SET NULL')

    with op.batch_alter_table('letters', schema=None) as batch_op:
        batch_op.add_column(sa.Column('particulars', sa.JSON(), server_default='{}', nullable=False))
        batch_op.add_column(sa.Column('appeal_until', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('nonce', sa.String(), nullable=True))

    with rebuilt('reports') as batch_op:
        batch_op.add_column(sa.Column('member_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('source', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('is_confirmed', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('is_made_to_hurt', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.alter_column('contribution_id',
               existing_type=sa.INTEGER(),
               nullable=True)
        batch_op.create_index(batch_op.f('ix_reports_member_id'), ['member_id'], unique=False)
        batch_op.create_index('ix_reports_source', ['source', 'made_at'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_reports_member_id'), 'members', ['member_id'], ['id'], ondelete='CASCADE')
        batch_op.create_check_constraint(batch_op.f('ck_reports_about'), ABOUT)

    with op.batch_alter_table('public_generation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('lines', sa.JSON(), server_default='[]', nullable=False))
        batch_op.add_column(sa.Column('chosen', sa.JSON(), server_default='{}', nullable=False))

    with op.batch_alter_table('threads', schema=None) as batch_op:
        batch_op.add_column(sa.Column('locked_until', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f('ix_threads_locked_until'), ['locked_until'], unique=False)

    with rebuilt('sanctions') as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_sanctions_sanction_word'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_sanctions_sanction_word'), SANCTIONS)

    with rebuilt('members') as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_members_restriction_word'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_members_restriction_word'), RESTRICTIONS)


def downgrade() -> None:
    # Whoever is limited is let write again; the record keeps a row.
    op.execute("UPDATE members SET restriction = NULL, restricted_until = NULL WHERE restriction = 'limited'")
    with rebuilt('members') as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_members_restriction_word'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_members_restriction_word'), RESTRICTIONS_BEFORE)

    op.execute("UPDATE sanctions SET sanction = 'warning' WHERE sanction = 'limit'")
    with rebuilt('sanctions') as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_sanctions_sanction_word'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_sanctions_sanction_word'), SANCTIONS_BEFORE)

    with op.batch_alter_table('public_generation', schema=None) as batch_op:
        batch_op.drop_column('chosen')
        batch_op.drop_column('lines')

    with op.batch_alter_table('threads', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_threads_locked_until'))
        batch_op.drop_column('locked_until')

    op.execute("DELETE FROM reports WHERE contribution_id IS NULL")
    with rebuilt('log_entries') as batch_op:
        batch_op.drop_column('seal')

    op.drop_table('log_checks')

    with rebuilt('reports') as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_reports_about'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_reports_member_id'), type_='foreignkey')
        batch_op.drop_index('ix_reports_source')
        batch_op.drop_index(batch_op.f('ix_reports_member_id'))
        batch_op.alter_column('contribution_id',
               existing_type=sa.INTEGER(),
               nullable=False)
        batch_op.drop_column('is_made_to_hurt')
        batch_op.drop_column('is_confirmed')
        batch_op.drop_column('source')
        batch_op.drop_column('member_id')

    with op.batch_alter_table('letters', schema=None) as batch_op:
        batch_op.drop_column('nonce')
        batch_op.drop_column('appeal_until')
        batch_op.drop_column('particulars')

    # Not deleted: letters and sanctions hang on them. What was said in a letter stays as it was said.
    op.execute("UPDATE decisions SET decision = 'silence' WHERE decision = 'ban'")
    op.execute(f"UPDATE decisions SET decision = 'no_action' WHERE NOT ({DECISIONS_BEFORE})")
    with rebuilt('decisions') as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_decisions_decision_word'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_decisions_decision_word'), DECISIONS_BEFORE)
        batch_op.drop_constraint(batch_op.f('fk_decisions_second_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_decisions_until'))
        batch_op.drop_column('overturned_at')
        batch_op.drop_column('second_id')
        batch_op.drop_column('data')
        batch_op.drop_column('ended_at')
        batch_op.drop_column('until')
        batch_op.drop_column('is_automatic')
        batch_op.drop_column('law')

    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.drop_index('uq_cases_open_member', sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_cases_due_at'))
        batch_op.drop_column('due_at')
        batch_op.drop_column('looked_at')

    op.drop_table('legal_notices')
    with op.batch_alter_table('appeals', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_appeals_report_id'))
        batch_op.drop_index(batch_op.f('ix_appeals_member_id'))
        batch_op.drop_index(batch_op.f('ix_appeals_heard_at'))
        batch_op.drop_index(batch_op.f('ix_appeals_contribution_id'))

    op.drop_table('appeals')
    with op.batch_alter_table('redactions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_redactions_contribution_id'))

    op.drop_table('redactions')
    with op.batch_alter_table('signals', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_signals_word_id'))
        batch_op.drop_index(batch_op.f('ix_signals_made_at'))
        batch_op.drop_index('ix_signals_contribution')
        batch_op.drop_index(batch_op.f('ix_signals_case_id'))

    op.drop_table('signals')
    with op.batch_alter_table('second_persons', schema=None) as batch_op:
        batch_op.drop_index('ix_second_persons_open')
        batch_op.drop_index(batch_op.f('ix_second_persons_member_id'))
        batch_op.drop_index(batch_op.f('ix_second_persons_contribution_id'))
        batch_op.drop_index(batch_op.f('ix_second_persons_case_id'))

    op.drop_table('second_persons')
    with op.batch_alter_table('merged_threads', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_merged_threads_thread_id'))

    op.drop_table('merged_threads')
    op.drop_table('case_passes')
    with op.batch_alter_table('case_looks', schema=None) as batch_op:
        batch_op.drop_index('ix_case_looks_moderator')

    op.drop_table('case_looks')
    op.drop_table('notice_line_texts')
    with op.batch_alter_table('member_notes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_member_notes_member_id'))
        batch_op.drop_index(batch_op.f('ix_member_notes_contribution_id'))

    op.drop_table('member_notes')
    with op.batch_alter_table('links_seen', schema=None) as batch_op:
        batch_op.drop_index('ix_links_seen_link')
        batch_op.drop_index('ix_links_seen_host')

    op.drop_table('links_seen')
    with op.batch_alter_table('fingerprints', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_fingerprints_made_at'))

    op.drop_table('fingerprints')
    with op.batch_alter_table('fingerprint_bands', schema=None) as batch_op:
        batch_op.drop_index('ix_fingerprint_bands_value')

    op.drop_table('fingerprint_bands')
    with op.batch_alter_table('care_cards', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_care_cards_member_id'))
        batch_op.drop_index(batch_op.f('ix_care_cards_contribution_id'))

    op.drop_table('care_cards')
    op.drop_table('wordings')
    with op.batch_alter_table('watched_words', schema=None) as batch_op:
        batch_op.drop_index('ix_watched_words_phrase')

    op.drop_table('watched_words')
    op.drop_table('reply_texts')
    with op.batch_alter_table('notice_lines', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_notice_lines_ends_at'))

    op.drop_table('notice_lines')
    with op.batch_alter_table('mailbox_recoveries', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mailbox_recoveries_takes_effect_at'))
        batch_op.drop_index(batch_op.f('ix_mailbox_recoveries_member_id'))

    op.drop_table('mailbox_recoveries')
    with op.batch_alter_table('hand_overs', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_hand_overs_written_at'))

    op.drop_table('hand_overs')
    with op.batch_alter_table('duties', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_duties_moderator_id'))
        batch_op.drop_index('ix_duties_ends')

    op.drop_table('duties')
    op.drop_table('desk_choices')
    op.drop_table('chosen_settings')
    with op.batch_alter_table('aways', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_aways_ends_at'))

    op.drop_table('aways')
    op.drop_table('replies')
