"""the first tables

Revision: 0001, after . Made 2026-11-21 07:57:16.469270.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('boards',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('audience', sa.String(), nullable=False),
    sa.Column('who_may_start', sa.String(), nullable=False),
    sa.Column('is_reviewed_first', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('allows_anonymous', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('is_archived', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('is_demo', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.CheckConstraint("audience IN ('everyone', 'members')", name=op.f('ck_boards_audience_word')),
    sa.CheckConstraint("who_may_start IN ('everyone', 'moderators')", name=op.f('ck_boards_who_may_start_word')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_boards')),
    sa.UniqueConstraint('slug', name=op.f('uq_boards_slug')),
    sqlite_autoincrement=True
    )
    op.create_table('guidelines',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('key', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('in_force_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('replaced_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guidelines')),
    sa.UniqueConstraint('number', 'version', name=op.f('uq_guidelines_number_version')),
    sqlite_autoincrement=True
    )
    op.create_table('members',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(), nullable=True),
    sa.Column('display_name', sa.String(), nullable=False),
    sa.Column('password_hash', sa.String(), nullable=True),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('about', sa.String(), nullable=False),
    sa.Column('is_page_public', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('standing', sa.String(), nullable=False),
    sa.Column('restriction', sa.String(), nullable=True),
    sa.Column('restricted_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('joined_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('is_demo', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.CheckConstraint("restriction IN ('silenced', 'banned')", name=op.f('ck_members_restriction_word')),
    sa.CheckConstraint("standing IN ('new', 'established', 'trusted')", name=op.f('ck_members_standing_word')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_members')),
    sa.UniqueConstraint('email', name=op.f('uq_members_email')),
    sqlite_autoincrement=True
    )
    op.create_table('outbox',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('payload', sa.JSON(), nullable=False),
    sa.Column('dedupe_key', sa.String(), nullable=True),
    sa.Column('run_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('last_error', sa.String(), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox')),
    sa.UniqueConstraint('dedupe_key', name=op.f('uq_outbox_dedupe_key')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.create_index('ix_outbox_waiting', ['done_at', 'run_at'], unique=False)

    op.create_table('pages',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('html_policy', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pages')),
    sa.UniqueConstraint('slug', 'language', name=op.f('uq_pages_slug_language')),
    sqlite_autoincrement=True
    )
    op.create_table('parked_texts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(), nullable=False),
    sa.Column('path', sa.String(), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_parked_texts')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_parked_texts_token_hash')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('parked_texts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_parked_texts_expires_at'), ['expires_at'], unique=False)

    op.create_table('public_generation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.Column('has_examples', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_public_generation')),
    sqlite_autoincrement=True
    )
    op.create_table('references',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=True),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('published', sa.String(length=10), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('doi', sa.String(), nullable=True),
    sa.Column('pmid', sa.String(), nullable=True),
    sa.Column('pmcid', sa.String(), nullable=True),
    sa.Column('url', sa.String(), nullable=True),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('link_state', sa.String(), nullable=False),
    sa.CheckConstraint("link_state IN ('unchecked', 'alive', 'dead')", name=op.f('ck_references_link_state_word')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_references')),
    sa.UniqueConstraint('key', name=op.f('uq_references_key')),
    sqlite_autoincrement=True
    )
    op.create_table('sign_in_requests',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.String(), nullable=False),
    sa.Column('address_sealed', sa.String(), nullable=True),
    sa.Column('display_name', sa.String(), nullable=True),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.Column('token_hash', sa.String(), nullable=True),
    sa.Column('parked_token_hash', sa.String(), nullable=True),
    sa.Column('guesses', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("purpose IN ('in', 'up')", name=op.f('ck_sign_in_requests_purpose_word')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_requests')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_sign_in_requests_token_hash')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('sign_in_requests', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_in_requests_expires_at'), ['expires_at'], unique=False)

    op.create_table('topics',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('broader_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("kind IN ('condition', 'symptom', 'treatment')", name=op.f('ck_topics_kind_word')),
    sa.ForeignKeyConstraint(['broader_id'], ['topics.id'], name=op.f('fk_topics_broader_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_topics')),
    sa.UniqueConstraint('slug', name=op.f('uq_topics_slug')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('topics', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_topics_broader_id'), ['broader_id'], unique=False)

    op.create_table('board_slugs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('board_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['board_id'], ['boards.id'], name=op.f('fk_board_slugs_board_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_board_slugs')),
    sa.UniqueConstraint('slug', name=op.f('uq_board_slugs_slug')),
    sqlite_autoincrement=True
    )
    op.create_table('board_texts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('board_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('description', sa.String(), nullable=False),
    sa.Column('rules', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['board_id'], ['boards.id'], name=op.f('fk_board_texts_board_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_board_texts')),
    sa.UniqueConstraint('board_id', 'language', name=op.f('uq_board_texts_board_id_language')),
    sqlite_autoincrement=True
    )
    op.create_table('contributions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('attribution', sa.String(), nullable=False),
    sa.Column('byline', sa.String(), nullable=True),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('teaser', sa.String(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('html_policy', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('audience', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('is_listed', sa.Boolean(), server_default=sa.true(), nullable=False),
    sa.Column('content_notes', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('visible_from', sa.DateTime(timezone=True), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('shown_revision_id', sa.Integer(), nullable=True),
    sa.Column('cloth_seed', sa.BigInteger(), nullable=False),
    sa.Column('is_demo', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(attribution = 'member') = (author_id IS NOT NULL)", name=op.f('ck_contributions_author')),
    sa.CheckConstraint("(attribution = 'pseudonym') = (byline IS NOT NULL)", name=op.f('ck_contributions_byline')),
    sa.CheckConstraint("attribution IN ('member', 'pseudonym', 'anonymous')", name=op.f('ck_contributions_attribution_word')),
    sa.CheckConstraint("audience IN ('everyone', 'members', 'participants')", name=op.f('ck_contributions_audience_word')),
    sa.CheckConstraint("status IN ('draft', 'sent', 'pending', 'changes_asked', 'published', 'hidden', 'declined', 'withdrawn', 'erased')", name=op.f('ck_contributions_status_word')),
    sa.ForeignKeyConstraint(['author_id'], ['members.id'], name=op.f('fk_contributions_author_id')),
    sa.ForeignKeyConstraint(['shown_revision_id'], ['revisions.id'], name='fk_contributions_shown_revision_id', use_alter=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contributions')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('contributions', schema=None) as batch_op:
        batch_op.create_index('ix_contributions_author', ['author_id', 'published_at'], unique=False)
        batch_op.create_index('ix_contributions_listed', ['kind', 'status', 'published_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_contributions_shown_revision_id'), ['shown_revision_id'], unique=False)

    op.create_table('guide_texts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('topic_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('author', sa.String(), nullable=False),
    sa.Column('reviewer', sa.String(), nullable=False),
    sa.Column('reviewed_on', sa.Date(), nullable=True),
    sa.Column('in_short', sa.String(), nullable=False),
    sa.Column('in_short_html', sa.Text(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('is_demo', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.ForeignKeyConstraint(['topic_id'], ['topics.id'], name=op.f('fk_guide_texts_topic_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guide_texts')),
    sa.UniqueConstraint('topic_id', 'language', name=op.f('uq_guide_texts_topic_id_language')),
    sqlite_autoincrement=True
    )
    op.create_table('guideline_texts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('guideline_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('to_author', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['guideline_id'], ['guidelines.id'], name=op.f('fk_guideline_texts_guideline_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guideline_texts')),
    sa.UniqueConstraint('guideline_id', 'language', name=op.f('uq_guideline_texts_guideline_id_language')),
    sqlite_autoincrement=True
    )
    op.create_table('helplines',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=True),
    sa.Column('operator', sa.String(), nullable=False),
    sa.Column('country', sa.String(), nullable=False),
    sa.Column('languages', sa.String(), nullable=False),
    sa.Column('group_key', sa.String(), nullable=False),
    sa.Column('is_emergency', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('cost', sa.String(), nullable=False),
    sa.Column('time_zone', sa.String(), nullable=False),
    sa.Column('verified_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('verified_by', sa.Integer(), nullable=True),
    sa.CheckConstraint("cost IN ('free', 'local', 'paid', 'unknown')", name=op.f('ck_helplines_cost_word')),
    sa.CheckConstraint("group_key IN ('now', 'illness', 'money', 'family')", name=op.f('ck_helplines_group_key_word')),
    sa.ForeignKeyConstraint(['verified_by'], ['members.id'], name=op.f('fk_helplines_verified_by'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_helplines')),
    sa.UniqueConstraint('key', name=op.f('uq_helplines_key')),
    sqlite_autoincrement=True
    )
    op.create_table('log_entries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('act', sa.String(), nullable=False),
    sa.Column('object_kind', sa.String(), nullable=False),
    sa.Column('object_id', sa.Integer(), nullable=False),
    sa.Column('guideline_id', sa.Integer(), nullable=True),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.Column('previous_hash', sa.String(), nullable=False),
    sa.Column('hash', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['members.id'], name=op.f('fk_log_entries_actor_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['guideline_id'], ['guidelines.id'], name=op.f('fk_log_entries_guideline_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_log_entries')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('log_entries', schema=None) as batch_op:
        batch_op.create_index('ix_log_entries_object', ['object_kind', 'object_id'], unique=False)

    op.create_table('member_roles',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.CheckConstraint("role IN ('moderator', 'curator', 'admin')", name=op.f('ck_member_roles_role_word')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_member_roles_member_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_member_roles')),
    sa.UniqueConstraint('member_id', 'role', name=op.f('uq_member_roles_member_id_role')),
    sqlite_autoincrement=True
    )
    op.create_table('page_versions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('page_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('replaced_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('replaced_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['page_id'], ['pages.id'], name=op.f('fk_page_versions_page_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['replaced_by'], ['members.id'], name=op.f('fk_page_versions_replaced_by'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_page_versions')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('page_versions', schema=None) as batch_op:
        batch_op.create_index('ix_page_versions_page', ['page_id', 'version'], unique=False)

    op.create_table('reference_texts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('what_it_says', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['reference_id'], ['references.id'], name=op.f('fk_reference_texts_reference_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reference_texts')),
    sa.UniqueConstraint('reference_id', 'language', name=op.f('uq_reference_texts_reference_id_language')),
    sqlite_autoincrement=True
    )
    op.create_table('reference_topics',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference_id', sa.Integer(), nullable=False),
    sa.Column('topic_id', sa.Integer(), nullable=False),
    sa.Column('section', sa.String(), nullable=False),
    sa.CheckConstraint("section IN ('about', 'causes', 'diagnosis', 'treatment', 'research')", name=op.f('ck_reference_topics_section_word')),
    sa.ForeignKeyConstraint(['reference_id'], ['references.id'], name=op.f('fk_reference_topics_reference_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['topic_id'], ['topics.id'], name=op.f('fk_reference_topics_topic_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reference_topics')),
    sa.UniqueConstraint('topic_id', 'reference_id', name=op.f('uq_reference_topics_topic_id_reference_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('reference_topics', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reference_topics_reference_id'), ['reference_id'], unique=False)

    op.create_table('sessions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('device', sa.String(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_seen_on', sa.Date(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_sessions_member_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sessions')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_sessions_token_hash')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('sessions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sessions_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_sessions_member_id'), ['member_id'], unique=False)

    op.create_table('topic_codes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('topic_id', sa.Integer(), nullable=False),
    sa.Column('system', sa.String(), nullable=False),
    sa.Column('version', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['topic_id'], ['topics.id'], name=op.f('fk_topic_codes_topic_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_topic_codes')),
    sa.UniqueConstraint('topic_id', 'system', 'code', name=op.f('uq_topic_codes_topic_id_system_code')),
    sqlite_autoincrement=True
    )
    op.create_table('topic_relations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('topic_id', sa.Integer(), nullable=False),
    sa.Column('relation', sa.String(), nullable=False),
    sa.Column('other_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("relation IN ('symptom_of', 'treats', 'related')", name=op.f('ck_topic_relations_relation_word')),
    sa.ForeignKeyConstraint(['other_id'], ['topics.id'], name=op.f('fk_topic_relations_other_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['topic_id'], ['topics.id'], name=op.f('fk_topic_relations_topic_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_topic_relations')),
    sa.UniqueConstraint('topic_id', 'relation', 'other_id', name=op.f('uq_topic_relations_topic_id_relation_other_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('topic_relations', schema=None) as batch_op:
        batch_op.create_index('ix_topic_relations_other', ['other_id'], unique=False)

    op.create_table('topic_slugs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('topic_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['topic_id'], ['topics.id'], name=op.f('fk_topic_slugs_topic_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_topic_slugs')),
    sa.UniqueConstraint('slug', name=op.f('uq_topic_slugs_slug')),
    sqlite_autoincrement=True
    )
    op.create_table('topic_synonyms',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('topic_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('key', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.ForeignKeyConstraint(['topic_id'], ['topics.id'], name=op.f('fk_topic_synonyms_topic_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_topic_synonyms')),
    sa.UniqueConstraint('topic_id', 'language', 'key', name=op.f('uq_topic_synonyms_topic_id_language_key')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('topic_synonyms', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_topic_synonyms_key'), ['key'], unique=False)

    op.create_table('topic_texts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('topic_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('key', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.ForeignKeyConstraint(['topic_id'], ['topics.id'], name=op.f('fk_topic_texts_topic_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_topic_texts')),
    sa.UniqueConstraint('topic_id', 'language', name=op.f('uq_topic_texts_topic_id_language')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('topic_texts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_topic_texts_key'), ['key'], unique=False)

    op.create_table('cases',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('contribution_id', sa.Integer(), nullable=True),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('opened_for', sa.String(), nullable=False),
    sa.Column('urgency', sa.Integer(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('claimed_by', sa.Integer(), nullable=True),
    sa.Column('claimed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("opened_for IN ('care', 'private_details', 'report', 'review')", name=op.f('ck_cases_opened_for_word')),
    sa.CheckConstraint('(contribution_id IS NULL) <> (member_id IS NULL)', name=op.f('ck_cases_about')),
    sa.ForeignKeyConstraint(['claimed_by'], ['members.id'], name=op.f('fk_cases_claimed_by'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['contribution_id'], ['contributions.id'], name=op.f('fk_cases_contribution_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_cases_member_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cases')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_cases_contribution_id'), ['contribution_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_cases_member_id'), ['member_id'], unique=False)
        batch_op.create_index('ix_cases_queue', ['closed_at', 'urgency', 'opened_at'], unique=False)
        batch_op.create_index('uq_cases_open', ['contribution_id'], unique=True, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))

    op.create_table('consents',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('contribution_id', sa.Integer(), nullable=False),
    sa.Column('use', sa.String(), nullable=False),
    sa.Column('wording_version', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('given_how', sa.String(), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("use IN ('site', 'translation', 'print', 'research', 'photo')", name=op.f('ck_consents_use_word')),
    sa.ForeignKeyConstraint(['contribution_id'], ['contributions.id'], name=op.f('fk_consents_contribution_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consents')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('consents', schema=None) as batch_op:
        batch_op.create_index('ix_consents_contribution', ['contribution_id', 'use'], unique=False)

    op.create_table('contribution_topics',
    sa.Column('contribution_id', sa.Integer(), nullable=False),
    sa.Column('topic_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['contribution_id'], ['contributions.id'], name=op.f('fk_contribution_topics_contribution_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['topic_id'], ['topics.id'], name=op.f('fk_contribution_topics_topic_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('contribution_id', 'topic_id', name=op.f('pk_contribution_topics'))
    )
    with op.batch_alter_table('contribution_topics', schema=None) as batch_op:
        batch_op.create_index('ix_contribution_topics_topic', ['topic_id', 'contribution_id'], unique=False)

    op.create_table('drafts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('contribution_id', sa.Integer(), nullable=True),
    sa.Column('place', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('teaser', sa.String(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('(member_id IS NULL) <> (contribution_id IS NULL)', name=op.f('ck_drafts_owner')),
    sa.ForeignKeyConstraint(['contribution_id'], ['contributions.id'], name=op.f('fk_drafts_contribution_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_drafts_member_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_drafts')),
    sa.UniqueConstraint('member_id', 'place', name=op.f('uq_drafts_member_id_place')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('drafts', schema=None) as batch_op:
        batch_op.create_index('uq_drafts_contribution', ['contribution_id', 'place'], unique=True, sqlite_where=sa.text('contribution_id IS NOT NULL'), postgresql_where=sa.text('contribution_id IS NOT NULL'))

    op.create_table('guide_sections',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('guide_text_id', sa.Integer(), nullable=False),
    sa.Column('section', sa.String(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('html_policy', sa.Integer(), nullable=False),
    sa.CheckConstraint("section IN ('about', 'causes', 'diagnosis', 'treatment', 'research')", name=op.f('ck_guide_sections_section_word')),
    sa.ForeignKeyConstraint(['guide_text_id'], ['guide_texts.id'], name=op.f('fk_guide_sections_guide_text_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guide_sections')),
    sa.UniqueConstraint('guide_text_id', 'section', name=op.f('uq_guide_sections_guide_text_id_section')),
    sqlite_autoincrement=True
    )
    op.create_table('helpline_methods',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('helpline_id', sa.Integer(), nullable=False),
    sa.Column('method', sa.String(), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.Column('has_hours', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.CheckConstraint("method IN ('phone', 'sms', 'chat', 'email', 'web')", name=op.f('ck_helpline_methods_method_word')),
    sa.ForeignKeyConstraint(['helpline_id'], ['helplines.id'], name=op.f('fk_helpline_methods_helpline_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_helpline_methods')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('helpline_methods', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_helpline_methods_helpline_id'), ['helpline_id'], unique=False)

    op.create_table('helpline_texts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('helpline_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('audience', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['helpline_id'], ['helplines.id'], name=op.f('fk_helpline_texts_helpline_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_helpline_texts')),
    sa.UniqueConstraint('helpline_id', 'language', name=op.f('uq_helpline_texts_helpline_id_language')),
    sqlite_autoincrement=True
    )
    op.create_table('revisions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('contribution_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('teaser', sa.String(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('html_policy', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('shown_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('made_by', sa.String(), nullable=False),
    sa.Column('editor_id', sa.Integer(), nullable=True),
    sa.Column('note', sa.String(), nullable=False),
    sa.CheckConstraint("made_by = 'editor' OR editor_id IS NULL", name=op.f('ck_revisions_editor')),
    sa.CheckConstraint("made_by IN ('author', 'editor')", name=op.f('ck_revisions_made_by_word')),
    sa.ForeignKeyConstraint(['contribution_id'], ['contributions.id'], name=op.f('fk_revisions_contribution_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['editor_id'], ['members.id'], name=op.f('fk_revisions_editor_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_revisions')),
    sa.UniqueConstraint('contribution_id', 'number', name=op.f('uq_revisions_contribution_id_number')),
    sqlite_autoincrement=True
    )
    op.create_table('seals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('contribution_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['contribution_id'], ['contributions.id'], name=op.f('fk_seals_contribution_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_seals_member_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_seals')),
    sa.UniqueConstraint('contribution_id', name=op.f('uq_seals_contribution_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('seals', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_seals_member_id'), ['member_id'], unique=False)

    op.create_table('search_documents',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('object_id', sa.Integer(), nullable=False),
    sa.Column('contribution_id', sa.Integer(), nullable=True),
    sa.Column('audience', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('title_terms', sa.String(), server_default='', nullable=False),
    sa.Column('terms', sa.String(), nullable=False),
    sa.Column('synonym_terms', sa.String(), server_default='', nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['contribution_id'], ['contributions.id'], name=op.f('fk_search_documents_contribution_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_documents')),
    sa.UniqueConstraint('kind', 'object_id', name=op.f('uq_search_documents_kind_object_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('search_documents', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_search_documents_contribution_id'), ['contribution_id'], unique=False)

    op.create_table('threads',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('board_id', sa.Integer(), nullable=True),
    sa.Column('opening_id', sa.Integer(), nullable=True),
    sa.Column('about_id', sa.Integer(), nullable=True),
    sa.Column('is_pinned', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('is_locked', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('bumped_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('post_count', sa.Integer(), nullable=False),
    sa.CheckConstraint('(board_id IS NOT NULL AND opening_id IS NOT NULL AND about_id IS NULL) OR (board_id IS NULL AND opening_id IS NULL AND about_id IS NOT NULL)', name=op.f('ck_threads_place')),
    sa.ForeignKeyConstraint(['about_id'], ['contributions.id'], name=op.f('fk_threads_about_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['board_id'], ['boards.id'], name=op.f('fk_threads_board_id')),
    sa.ForeignKeyConstraint(['opening_id'], ['contributions.id'], name=op.f('fk_threads_opening_id'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_threads')),
    sa.UniqueConstraint('about_id', name=op.f('uq_threads_about_id')),
    sa.UniqueConstraint('opening_id', name=op.f('uq_threads_opening_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('threads', schema=None) as batch_op:
        batch_op.create_index('ix_threads_board', ['board_id', 'is_pinned', 'bumped_at', 'id'], unique=False)
        batch_op.create_index('ix_threads_newest', ['bumped_at', 'id'], unique=False)

    op.create_table('decisions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('moderator_id', sa.Integer(), nullable=True),
    sa.Column('decision', sa.String(), nullable=False),
    sa.Column('guideline_id', sa.Integer(), nullable=True),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("decision IN ('approve', 'ask_for_changes', 'decline', 'hide', 'restore', 'no_action', 'silence', 'lift')", name=op.f('ck_decisions_decision_word')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_decisions_case_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['guideline_id'], ['guidelines.id'], name=op.f('fk_decisions_guideline_id')),
    sa.ForeignKeyConstraint(['moderator_id'], ['members.id'], name=op.f('fk_decisions_moderator_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decisions')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('decisions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_decisions_case_id'), ['case_id'], unique=False)

    op.create_table('helpline_hours',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('method_id', sa.Integer(), nullable=False),
    sa.Column('weekday', sa.Integer(), nullable=False),
    sa.Column('opens', sa.Integer(), nullable=False),
    sa.Column('closes', sa.Integer(), nullable=False),
    sa.CheckConstraint('opens >= 0 AND opens < 1440 AND closes > opens AND closes <= opens + 1440', name=op.f('ck_helpline_hours_interval')),
    sa.CheckConstraint('weekday BETWEEN 0 AND 6', name=op.f('ck_helpline_hours_weekday')),
    sa.ForeignKeyConstraint(['method_id'], ['helpline_methods.id'], name=op.f('fk_helpline_hours_method_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_helpline_hours')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('helpline_hours', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_helpline_hours_method_id'), ['method_id'], unique=False)

    op.create_table('posts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('thread_id', sa.Integer(), nullable=False),
    sa.Column('answers_id', sa.Integer(), nullable=True),
    sa.Column('path', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.ForeignKeyConstraint(['answers_id'], ['posts.id'], name=op.f('fk_posts_answers_id')),
    sa.ForeignKeyConstraint(['id'], ['contributions.id'], name=op.f('fk_posts_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['thread_id'], ['threads.id'], name=op.f('fk_posts_thread_id'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_posts'))
    )
    with op.batch_alter_table('posts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_posts_answers_id'), ['answers_id'], unique=False)
        batch_op.create_index('ix_posts_flat', ['thread_id', 'id'], unique=False)
        batch_op.create_index('ix_posts_nested', ['thread_id', 'path'], unique=False)

    op.create_table('reading_views',
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('view', sa.String(), nullable=False),
    sa.CheckConstraint("view IN ('nested', 'flat')", name=op.f('ck_reading_views_view_word')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_reading_views_member_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', name=op.f('pk_reading_views'))
    )
    op.create_table('stories',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('condition_words', sa.String(), nullable=False),
    sa.Column('relation', sa.String(), nullable=True),
    sa.Column('country', sa.String(), nullable=True),
    sa.Column('region', sa.String(), nullable=False),
    sa.Column('first_symptoms', sa.String(length=10), nullable=True),
    sa.Column('diagnosed', sa.String(length=10), nullable=True),
    sa.Column('translation_of_id', sa.Integer(), nullable=True),
    sa.Column('translated_from_revision_id', sa.Integer(), nullable=True),
    sa.Column('translator', sa.String(), nullable=False),
    sa.CheckConstraint("relation IN ('patient', 'parent', 'partner', 'child', 'surviving_relative', 'friend', 'professional')", name=op.f('ck_stories_relation_word')),
    sa.CheckConstraint('translation_of_id IS NULL OR translation_of_id <> id', name=op.f('ck_stories_own_translation')),
    sa.ForeignKeyConstraint(['id'], ['contributions.id'], name=op.f('fk_stories_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['translated_from_revision_id'], ['revisions.id'], name=op.f('fk_stories_translated_from_revision_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['translation_of_id'], ['stories.id'], name=op.f('fk_stories_translation_of_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stories'))
    )
    with op.batch_alter_table('stories', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_stories_country'), ['country'], unique=False)
        batch_op.create_index(batch_op.f('ix_stories_relation'), ['relation'], unique=False)
        batch_op.create_index(batch_op.f('ix_stories_translation_of_id'), ['translation_of_id'], unique=False)

    op.create_table('letters',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('decision_id', sa.Integer(), nullable=False),
    sa.Column('contribution_id', sa.Integer(), nullable=True),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('(contribution_id IS NULL) <> (member_id IS NULL)', name=op.f('ck_letters_recipient')),
    sa.ForeignKeyConstraint(['contribution_id'], ['contributions.id'], name=op.f('fk_letters_contribution_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['decision_id'], ['decisions.id'], name=op.f('fk_letters_decision_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_letters_member_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letters')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('letters', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_letters_contribution_id'), ['contribution_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_letters_decision_id'), ['decision_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_letters_member_id'), ['member_id'], unique=False)

    op.create_table('reports',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('contribution_id', sa.Integer(), nullable=False),
    sa.Column('reporter_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('snapshot_title', sa.String(), nullable=False),
    sa.Column('snapshot', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.Column('token_hash', sa.String(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decision_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("reason IN ('hurtful', 'unsafe_advice', 'spam', 'private_details', 'illegal', 'worried', 'other')", name=op.f('ck_reports_reason_word')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_reports_case_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['contribution_id'], ['contributions.id'], name=op.f('fk_reports_contribution_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['decision_id'], ['decisions.id'], name=op.f('fk_reports_decision_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['reporter_id'], ['members.id'], name=op.f('fk_reports_reporter_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reports')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_reports_token_hash')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('reports', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reports_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reports_contribution_id'), ['contribution_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reports_reporter_id'), ['reporter_id'], unique=False)

    op.create_table('sanctions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('contribution_id', sa.Integer(), nullable=True),
    sa.Column('sanction', sa.String(), nullable=False),
    sa.Column('decision_id', sa.Integer(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lifted_by', sa.Integer(), nullable=True),
    sa.CheckConstraint("sanction IN ('warning', 'silence', 'ban')", name=op.f('ck_sanctions_sanction_word')),
    sa.CheckConstraint('(contribution_id IS NULL) <> (member_id IS NULL)', name=op.f('ck_sanctions_whom')),
    sa.ForeignKeyConstraint(['contribution_id'], ['contributions.id'], name=op.f('fk_sanctions_contribution_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['decision_id'], ['decisions.id'], name=op.f('fk_sanctions_decision_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['lifted_by'], ['members.id'], name=op.f('fk_sanctions_lifted_by'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_sanctions_member_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sanctions')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('sanctions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sanctions_contribution_id'), ['contribution_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_sanctions_member_id'), ['member_id'], unique=False)

    op.create_table('story_updates',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('story_id', sa.Integer(), nullable=False),
    sa.Column('dated', sa.String(length=10), nullable=False),
    sa.ForeignKeyConstraint(['id'], ['contributions.id'], name=op.f('fk_story_updates_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['story_id'], ['stories.id'], name=op.f('fk_story_updates_story_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_story_updates'))
    )
    with op.batch_alter_table('story_updates', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_story_updates_story_id'), ['story_id'], unique=False)
    # A revision belongs to a contribution and a contribution shows a revision: PostgreSQL is told once both are there.
    if op.get_bind().dialect.name == "postgresql":
        op.create_foreign_key("fk_contributions_shown_revision_id", "contributions", "revisions", ["shown_revision_id"], ["id"])
    op.execute("INSERT INTO public_generation (id, generation, has_examples) VALUES (1, 1, false)")
    make_search()


def make_search() -> None:
    """What each database searches with: FTS5 beside the table, kept by triggers; or a tsvector made from `terms`."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "ALTER TABLE search_documents ADD COLUMN vector tsvector"
            " GENERATED ALWAYS AS (setweight(to_tsvector('simple', title_terms), 'A')"
            " || setweight(to_tsvector('simple', terms), 'C') || setweight(to_tsvector('simple', synonym_terms), 'D')"
            # Its stretch of ids: a common word is looked up in the newest stretches only (forum/search/newest.py).
            " || array_to_tsvector(ARRAY['0near' || (id / 2048)::text, '0far' || (id / 32768)::text])) STORED"
        )
        # A short pending list: every search reads all of it.
        op.execute(
            "CREATE INDEX ix_search_documents_vector ON search_documents USING gin (vector)"
            " WITH (gin_pending_list_limit = 512)"
        )
        return
    op.execute(
        "CREATE VIRTUAL TABLE search_fts USING fts5(title_terms, terms, synonym_terms,"
        " content='search_documents', content_rowid='id', tokenize='unicode61')"
    )
    gone = (
        "INSERT INTO search_fts (search_fts, rowid, title_terms, terms, synonym_terms)"
        " VALUES ('delete', old.id, old.title_terms, old.terms, old.synonym_terms);"
    )
    come = (
        "INSERT INTO search_fts (rowid, title_terms, terms, synonym_terms)"
        " VALUES (new.id, new.title_terms, new.terms, new.synonym_terms);"
    )
    op.execute(f"CREATE TRIGGER search_documents_insert AFTER INSERT ON search_documents BEGIN {come} END")
    op.execute(f"CREATE TRIGGER search_documents_delete AFTER DELETE ON search_documents BEGIN {gone} END")
    op.execute(
        "CREATE TRIGGER search_documents_update AFTER UPDATE OF title_terms, terms, synonym_terms ON search_documents"
        f" BEGIN {gone} {come} END"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("fk_contributions_shown_revision_id", "contributions", type_="foreignkey")
    else:
        op.execute("DROP TABLE search_fts")
    with op.batch_alter_table('story_updates', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_story_updates_story_id'))

    op.drop_table('story_updates')
    with op.batch_alter_table('sanctions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sanctions_member_id'))
        batch_op.drop_index(batch_op.f('ix_sanctions_contribution_id'))

    op.drop_table('sanctions')
    with op.batch_alter_table('reports', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reports_reporter_id'))
        batch_op.drop_index(batch_op.f('ix_reports_contribution_id'))
        batch_op.drop_index(batch_op.f('ix_reports_case_id'))

    op.drop_table('reports')
    with op.batch_alter_table('letters', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_letters_member_id'))
        batch_op.drop_index(batch_op.f('ix_letters_decision_id'))
        batch_op.drop_index(batch_op.f('ix_letters_contribution_id'))

    op.drop_table('letters')
    with op.batch_alter_table('stories', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_stories_translation_of_id'))
        batch_op.drop_index(batch_op.f('ix_stories_relation'))
        batch_op.drop_index(batch_op.f('ix_stories_country'))

    op.drop_table('stories')
    with op.batch_alter_table('posts', schema=None) as batch_op:
        batch_op.drop_index('ix_posts_nested')
        batch_op.drop_index('ix_posts_flat')
        batch_op.drop_index(batch_op.f('ix_posts_answers_id'))

    op.drop_table('posts')
    op.drop_table('reading_views')
    with op.batch_alter_table('helpline_hours', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_helpline_hours_method_id'))

    op.drop_table('helpline_hours')
    with op.batch_alter_table('decisions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_decisions_case_id'))

    op.drop_table('decisions')
    with op.batch_alter_table('threads', schema=None) as batch_op:
        batch_op.drop_index('ix_threads_newest')
        batch_op.drop_index('ix_threads_board')

    op.drop_table('threads')
    with op.batch_alter_table('search_documents', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_search_documents_contribution_id'))

    op.drop_table('search_documents')
    with op.batch_alter_table('seals', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_seals_member_id'))

    op.drop_table('seals')
    op.drop_table('revisions')
    op.drop_table('helpline_texts')
    with op.batch_alter_table('helpline_methods', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_helpline_methods_helpline_id'))

    op.drop_table('helpline_methods')
    op.drop_table('guide_sections')
    with op.batch_alter_table('drafts', schema=None) as batch_op:
        batch_op.drop_index('uq_drafts_contribution', sqlite_where=sa.text('contribution_id IS NOT NULL'), postgresql_where=sa.text('contribution_id IS NOT NULL'))

    op.drop_table('drafts')
    with op.batch_alter_table('contribution_topics', schema=None) as batch_op:
        batch_op.drop_index('ix_contribution_topics_topic')

    op.drop_table('contribution_topics')
    with op.batch_alter_table('consents', schema=None) as batch_op:
        batch_op.drop_index('ix_consents_contribution')

    op.drop_table('consents')
    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.drop_index('uq_cases_open', sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.drop_index('ix_cases_queue')
        batch_op.drop_index(batch_op.f('ix_cases_member_id'))
        batch_op.drop_index(batch_op.f('ix_cases_contribution_id'))

    op.drop_table('cases')
    with op.batch_alter_table('topic_texts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_topic_texts_key'))

    op.drop_table('topic_texts')
    with op.batch_alter_table('topic_synonyms', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_topic_synonyms_key'))

    op.drop_table('topic_synonyms')
    op.drop_table('topic_slugs')
    with op.batch_alter_table('topic_relations', schema=None) as batch_op:
        batch_op.drop_index('ix_topic_relations_other')

    op.drop_table('topic_relations')
    op.drop_table('topic_codes')
    with op.batch_alter_table('sessions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sessions_member_id'))
        batch_op.drop_index(batch_op.f('ix_sessions_expires_at'))

    op.drop_table('sessions')
    with op.batch_alter_table('reference_topics', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reference_topics_reference_id'))

    op.drop_table('reference_topics')
    op.drop_table('reference_texts')
    with op.batch_alter_table('page_versions', schema=None) as batch_op:
        batch_op.drop_index('ix_page_versions_page')

    op.drop_table('page_versions')
    op.drop_table('member_roles')
    with op.batch_alter_table('log_entries', schema=None) as batch_op:
        batch_op.drop_index('ix_log_entries_object')

    op.drop_table('log_entries')
    op.drop_table('helplines')
    op.drop_table('guideline_texts')
    op.drop_table('guide_texts')
    with op.batch_alter_table('contributions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contributions_shown_revision_id'))
        batch_op.drop_index('ix_contributions_listed')
        batch_op.drop_index('ix_contributions_author')

    op.drop_table('contributions')
    op.drop_table('board_texts')
    op.drop_table('board_slugs')
    with op.batch_alter_table('topics', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_topics_broader_id'))

    op.drop_table('topics')
    with op.batch_alter_table('sign_in_requests', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sign_in_requests_expires_at'))

    op.drop_table('sign_in_requests')
    op.drop_table('references')
    op.drop_table('public_generation')
    with op.batch_alter_table('parked_texts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_parked_texts_expires_at'))

    op.drop_table('parked_texts')
    op.drop_table('pages')
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_index('ix_outbox_waiting')

    op.drop_table('outbox')
    op.drop_table('members')
    op.drop_table('guidelines')
    op.drop_table('boards')
