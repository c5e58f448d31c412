"""threads at their full depth

Revision: 0003, after 0002. Made 2026-11-21 15:03:41.690206.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import op

from forum.core.lookalikes import skeleton

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

FOLLOWED = ("contribution_id", "thread_id", "board_id", "topic_id", "followed_id")
ONE_FOLLOWED = " + ".join(f"(CASE WHEN {name} IS NULL THEN 0 ELSE 1 END)" for name in FOLLOWED) + " = 1"
BASES = "basis IN ('experience', 'doctor', 'professional', 'paper')"


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
    op.create_table('received_mails',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("outcome IN ('posted', 'held', 'drafted', 'bounce', 'ignored', 'refused')", name=op.f('ck_received_mails_outcome_word')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_received_mails')),
    sa.UniqueConstraint('digest', name=op.f('uq_received_mails_digest')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('received_mails', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_received_mails_received_at'), ['received_at'], unique=False)

    op.create_table('board_reads',
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('board_id', sa.Integer(), nullable=False),
    sa.Column('read_until', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['board_id'], ['boards.id'], name=op.f('fk_board_reads_board_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_board_reads_member_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', 'board_id', name=op.f('pk_board_reads'))
    )
    with op.batch_alter_table('board_reads', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_board_reads_board_id'), ['board_id'], unique=False)

    op.create_table('conversations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('first_id', sa.Integer(), nullable=False),
    sa.Column('second_id', sa.Integer(), nullable=False),
    sa.Column('opened_by', sa.Integer(), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('bumped_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('first_id < second_id', name=op.f('ck_conversations_order')),
    sa.ForeignKeyConstraint(['first_id'], ['members.id'], name=op.f('fk_conversations_first_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['opened_by'], ['members.id'], name=op.f('fk_conversations_opened_by'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['second_id'], ['members.id'], name=op.f('fk_conversations_second_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conversations')),
    sa.UniqueConstraint('first_id', 'second_id', name=op.f('uq_conversations_first_id_second_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('conversations', schema=None) as batch_op:
        batch_op.create_index('ix_conversations_first', ['first_id', 'bumped_at'], unique=False)
        batch_op.create_index('ix_conversations_second', ['second_id', 'bumped_at'], unique=False)

    op.create_table('digests',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('period', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('mailed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_digests_member_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_digests')),
    sa.UniqueConstraint('member_id', 'period', name=op.f('uq_digests_member_id_period')),
    sqlite_autoincrement=True
    )
    op.create_table('mail_choices',
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('is_discreet', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('time_zone', sa.String(), server_default='', nullable=False),
    sa.Column('quiet_from', sa.Integer(), nullable=True),
    sa.Column('quiet_until', sa.Integer(), nullable=True),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.Column('bounces', sa.Integer(), server_default='0', nullable=False),
    sa.Column('bounced_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('paused_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('(quiet_from IS NULL) = (quiet_until IS NULL)', name=op.f('ck_mail_choices_quiet')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_mail_choices_member_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', name=op.f('pk_mail_choices'))
    )
    op.create_table('message_choices',
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('is_open', sa.Boolean(), server_default=sa.true(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_message_choices_member_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', name=op.f('pk_message_choices'))
    )
    op.create_table('notification_choices',
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('is_listed', sa.Boolean(), server_default=sa.true(), nullable=False),
    sa.Column('mail', sa.String(), nullable=False),
    sa.CheckConstraint("kind IN ('answer', 'mention', 'quote', 'reaction', 'thread', 'review', 'decision', 'story', 'message')", name=op.f('ck_notification_choices_kind_word')),
    sa.CheckConstraint("mail IN ('now', 'daily', 'weekly', 'none')", name=op.f('ck_notification_choices_mail_word')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_notification_choices_member_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', 'kind', name=op.f('pk_notification_choices'))
    )
    op.create_table('professions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('profession', sa.String(), nullable=False),
    sa.Column('how', sa.String(), nullable=False),
    sa.Column('verified_by', sa.Integer(), nullable=True),
    sa.Column('verified_on', sa.Date(), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=False),
    sa.CheckConstraint("profession IN ('doctor', 'nurse', 'physiotherapist', 'psychologist', 'pharmacist', 'social_worker', 'other')", name=op.f('ck_professions_profession_word')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_professions_member_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['verified_by'], ['members.id'], name=op.f('fk_professions_verified_by'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_professions')),
    sa.UniqueConstraint('member_id', name=op.f('uq_professions_member_id')),
    sqlite_autoincrement=True
    )
    op.create_table('bookmarks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('contribution_id', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['contribution_id'], ['contributions.id'], name=op.f('fk_bookmarks_contribution_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_bookmarks_member_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bookmarks')),
    sa.UniqueConstraint('member_id', 'contribution_id', name=op.f('uq_bookmarks_member_id_contribution_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('bookmarks', schema=None) as batch_op:
        batch_op.create_index('ix_bookmarks_contribution', ['contribution_id'], unique=False)

    op.create_table('conversation_places',
    sa.Column('conversation_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('read_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('put_away_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_conversation_places_conversation_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_conversation_places_member_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('conversation_id', 'member_id', name=op.f('pk_conversation_places'))
    )
    with op.batch_alter_table('conversation_places', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_conversation_places_member_id'), ['member_id'], unique=False)

    op.create_table('mentions',
    sa.Column('contribution_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['contribution_id'], ['contributions.id'], name=op.f('fk_mentions_contribution_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_mentions_member_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('contribution_id', 'member_id', name=op.f('pk_mentions'))
    )
    with op.batch_alter_table('mentions', schema=None) as batch_op:
        batch_op.create_index('ix_mentions_member', ['member_id'], unique=False)

    op.create_table('messages',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('conversation_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_messages_conversation_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['id'], ['contributions.id'], name=op.f('fk_messages_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_messages'))
    )
    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.create_index('ix_messages_conversation', ['conversation_id', 'id'], unique=False)

    op.create_table('reactions',
    sa.Column('contribution_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('reaction', sa.String(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("reaction IN ('thanks', 'me_too', 'with_you')", name=op.f('ck_reactions_reaction_word')),
    sa.ForeignKeyConstraint(['contribution_id'], ['contributions.id'], name=op.f('fk_reactions_contribution_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_reactions_member_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('contribution_id', 'member_id', 'reaction', name=op.f('pk_reactions'))
    )
    with op.batch_alter_table('reactions', schema=None) as batch_op:
        batch_op.create_index('ix_reactions_member', ['member_id'], unique=False)

    op.create_table('aliases',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('thread_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['thread_id'], ['threads.id'], name=op.f('fk_aliases_thread_id'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_aliases')),
    sa.UniqueConstraint('thread_id', 'name', name=op.f('uq_aliases_thread_id_name')),
    sqlite_autoincrement=True
    )
    op.create_table('mutes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('muted_id', sa.Integer(), nullable=True),
    sa.Column('thread_id', sa.Integer(), nullable=True),
    sa.Column('board_id', sa.Integer(), nullable=True),
    sa.Column('topic_id', sa.Integer(), nullable=True),
    sa.Column('is_block', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('(CASE WHEN muted_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN thread_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN board_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN topic_id IS NULL THEN 0 ELSE 1 END) = 1', name=op.f('ck_mutes_one')),
    sa.CheckConstraint('NOT is_block OR muted_id IS NOT NULL', name=op.f('ck_mutes_block')),
    sa.ForeignKeyConstraint(['board_id'], ['boards.id'], name=op.f('fk_mutes_board_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_mutes_member_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['muted_id'], ['members.id'], name=op.f('fk_mutes_muted_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['thread_id'], ['threads.id'], name=op.f('fk_mutes_thread_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['topic_id'], ['topics.id'], name=op.f('fk_mutes_topic_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mutes')),
    sa.UniqueConstraint('member_id', 'board_id', name=op.f('uq_mutes_member_id_board_id')),
    sa.UniqueConstraint('member_id', 'muted_id', name=op.f('uq_mutes_member_id_muted_id')),
    sa.UniqueConstraint('member_id', 'thread_id', name=op.f('uq_mutes_member_id_thread_id')),
    sa.UniqueConstraint('member_id', 'topic_id', name=op.f('uq_mutes_member_id_topic_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('mutes', schema=None) as batch_op:
        batch_op.create_index('ix_mutes_board', ['board_id'], unique=False)
        batch_op.create_index('ix_mutes_muted', ['muted_id'], unique=False)
        batch_op.create_index('ix_mutes_thread', ['thread_id'], unique=False)
        batch_op.create_index('ix_mutes_topic', ['topic_id'], unique=False)

    op.create_table('notifications',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('sealed_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('key', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('contribution_id', sa.Integer(), nullable=True),
    sa.Column('thread_id', sa.Integer(), nullable=True),
    sa.Column('count', sa.Integer(), server_default='1', nullable=False),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('mail', sa.String(), server_default='none', nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('mailed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('digest_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("kind IN ('answer', 'mention', 'quote', 'reaction', 'thread', 'review', 'decision', 'story', 'message')", name=op.f('ck_notifications_kind_word')),
    sa.CheckConstraint("mail IN ('now', 'daily', 'weekly', 'none')", name=op.f('ck_notifications_mail_word')),
    sa.CheckConstraint('(member_id IS NULL) <> (sealed_id IS NULL)', name=op.f('ck_notifications_recipient')),
    sa.ForeignKeyConstraint(['contribution_id'], ['contributions.id'], name=op.f('fk_notifications_contribution_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['digest_id'], ['digests.id'], name=op.f('fk_notifications_digest_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_notifications_member_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['sealed_id'], ['contributions.id'], name=op.f('fk_notifications_sealed_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['thread_id'], ['threads.id'], name=op.f('fk_notifications_thread_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notifications')),
    sa.UniqueConstraint('member_id', 'key', name=op.f('uq_notifications_member_id_key')),
    sa.UniqueConstraint('sealed_id', 'key', name=op.f('uq_notifications_sealed_id_key')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('notifications', schema=None) as batch_op:
        batch_op.create_index('ix_notifications_contribution', ['contribution_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_notifications_digest_id'), ['digest_id'], unique=False)
        batch_op.create_index('ix_notifications_due', ['mail', 'due_at'], unique=False, sqlite_where=sa.text('mailed_at IS NULL'), postgresql_where=sa.text('mailed_at IS NULL'))
        batch_op.create_index('ix_notifications_listed', ['member_id', 'changed_at', 'id'], unique=False)
        batch_op.create_index('ix_notifications_thread', ['thread_id'], unique=False)
        batch_op.create_index('ix_notifications_unread', ['member_id'], unique=False, sqlite_where=sa.text('read_at IS NULL'), postgresql_where=sa.text('read_at IS NULL'))

    op.create_table('thread_reads',
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('thread_id', sa.Integer(), nullable=False),
    sa.Column('read_until', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_thread_reads_member_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['thread_id'], ['threads.id'], name=op.f('fk_thread_reads_thread_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', 'thread_id', name=op.f('pk_thread_reads'))
    )
    with op.batch_alter_table('thread_reads', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_thread_reads_thread_id'), ['thread_id'], unique=False)

    with op.batch_alter_table('boards', schema=None) as batch_op:
        batch_op.add_column(sa.Column('slow_seconds', sa.Integer(), server_default='0', nullable=False))

    with rebuilt('follows') as batch_op:
        batch_op.add_column(sa.Column('thread_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('board_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('topic_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('followed_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.alter_column('contribution_id',
               existing_type=sa.INTEGER(),
               nullable=True)
        batch_op.create_index('ix_follows_board', ['board_id'], unique=False)
        batch_op.create_index('ix_follows_member', ['followed_id'], unique=False)
        batch_op.create_index('ix_follows_thread', ['thread_id'], unique=False)
        batch_op.create_index('ix_follows_topic', ['topic_id'], unique=False)
        batch_op.create_unique_constraint(batch_op.f('uq_follows_member_id_board_id'), ['member_id', 'board_id'])
        batch_op.create_unique_constraint(batch_op.f('uq_follows_member_id_followed_id'), ['member_id', 'followed_id'])
        batch_op.create_unique_constraint(batch_op.f('uq_follows_member_id_thread_id'), ['member_id', 'thread_id'])
        batch_op.create_unique_constraint(batch_op.f('uq_follows_member_id_topic_id'), ['member_id', 'topic_id'])
        batch_op.create_check_constraint(batch_op.f('ck_follows_one'), ONE_FOLLOWED)
        batch_op.create_check_constraint(batch_op.f('ck_follows_ended'), 'ended_at IS NULL OR thread_id IS NOT NULL')
        batch_op.create_foreign_key(batch_op.f('fk_follows_followed_id'), 'members', ['followed_id'], ['id'], ondelete='CASCADE')
        batch_op.create_foreign_key(batch_op.f('fk_follows_board_id'), 'boards', ['board_id'], ['id'], ondelete='CASCADE')
        batch_op.create_foreign_key(batch_op.f('fk_follows_thread_id'), 'threads', ['thread_id'], ['id'], ondelete='CASCADE')
        batch_op.create_foreign_key(batch_op.f('fk_follows_topic_id'), 'topics', ['topic_id'], ['id'], ondelete='CASCADE')

    with rebuilt('posts', counts=False) as batch_op:
        batch_op.add_column(sa.Column('shown_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('tier', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('alias_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('basis', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('reference_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_posts_alias_id'), ['alias_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_posts_reference_id'), ['reference_id'], unique=False)
        batch_op.create_index('ix_posts_shown', ['thread_id', 'shown_at'], unique=False)
        batch_op.create_index('ix_posts_tier', ['thread_id', 'tier', 'path'], unique=False)
        batch_op.create_check_constraint(batch_op.f('ck_posts_basis_word'), BASES)
        batch_op.create_check_constraint(batch_op.f('ck_posts_reference'), "basis = 'paper' OR reference_id IS NULL")
        batch_op.create_foreign_key(batch_op.f('fk_posts_reference_id'), 'references', ['reference_id'], ['id'], ondelete='SET NULL')
        batch_op.create_foreign_key(batch_op.f('fk_posts_alias_id'), 'aliases', ['alias_id'], ['id'])

    with op.batch_alter_table('threads', schema=None) as batch_op:
        batch_op.add_column(sa.Column('slow_seconds', sa.Integer(), server_default='0', nullable=False))

    # What readers have seen is not new to them.
    op.execute(
        "UPDATE posts SET shown_at = (SELECT published_at FROM contributions WHERE contributions.id = posts.id)"
    )
    op.execute("UPDATE posts SET tier = (length(path) / 8 - 1) / 6 WHERE length(path) > 48")

    with op.batch_alter_table('members', schema=None) as batch_op:
        batch_op.add_column(sa.Column('name_key', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=True))
        batch_op.create_index(batch_op.f('ix_members_name_key'), ['name_key'], unique=False)
    members = sa.table('members', sa.column('id', sa.Integer), sa.column('display_name', sa.String), sa.column('name_key', sa.String))
    connection = op.get_bind()
    for key, name in connection.execute(sa.select(members.c.id, members.c.display_name)).all():
        connection.execute(members.update().where(members.c.id == key).values(name_key=skeleton(name)))


def downgrade() -> None:
    with op.batch_alter_table('members', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_members_name_key'))
        batch_op.drop_column('name_key')

    with op.batch_alter_table('threads', schema=None) as batch_op:
        batch_op.drop_column('slow_seconds')

    with rebuilt('posts', counts=False) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_posts_reference'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_posts_basis_word'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_posts_alias_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_posts_reference_id'), type_='foreignkey')
        batch_op.drop_index('ix_posts_tier')
        batch_op.drop_index('ix_posts_shown')
        batch_op.drop_index(batch_op.f('ix_posts_reference_id'))
        batch_op.drop_index(batch_op.f('ix_posts_alias_id'))
        batch_op.drop_column('reference_id')
        batch_op.drop_column('basis')
        batch_op.drop_column('alias_id')
        batch_op.drop_column('tier')
        batch_op.drop_column('shown_at')

    op.execute('DELETE FROM follows WHERE contribution_id IS NULL')
    with rebuilt('follows') as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_follows_one'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_follows_ended'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_follows_topic_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_follows_thread_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_follows_board_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_follows_followed_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_follows_member_id_topic_id'), type_='unique')
        batch_op.drop_constraint(batch_op.f('uq_follows_member_id_thread_id'), type_='unique')
        batch_op.drop_constraint(batch_op.f('uq_follows_member_id_followed_id'), type_='unique')
        batch_op.drop_constraint(batch_op.f('uq_follows_member_id_board_id'), type_='unique')
        batch_op.drop_index('ix_follows_topic')
        batch_op.drop_index('ix_follows_thread')
        batch_op.drop_index('ix_follows_member')
        batch_op.drop_index('ix_follows_board')
        batch_op.alter_column('contribution_id',
               existing_type=sa.INTEGER(),
               nullable=False)
        batch_op.drop_column('ended_at')
        batch_op.drop_column('followed_id')
        batch_op.drop_column('topic_id')
        batch_op.drop_column('board_id')
        batch_op.drop_column('thread_id')

    with op.batch_alter_table('boards', schema=None) as batch_op:
        batch_op.drop_column('slow_seconds')

    with op.batch_alter_table('thread_reads', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_thread_reads_thread_id'))

    op.drop_table('thread_reads')
    with op.batch_alter_table('notifications', schema=None) as batch_op:
        batch_op.drop_index('ix_notifications_unread', sqlite_where=sa.text('read_at IS NULL'), postgresql_where=sa.text('read_at IS NULL'))
        batch_op.drop_index('ix_notifications_thread')
        batch_op.drop_index('ix_notifications_listed')
        batch_op.drop_index('ix_notifications_due', sqlite_where=sa.text('mailed_at IS NULL'), postgresql_where=sa.text('mailed_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_notifications_digest_id'))
        batch_op.drop_index('ix_notifications_contribution')

    op.drop_table('notifications')
    with op.batch_alter_table('mutes', schema=None) as batch_op:
        batch_op.drop_index('ix_mutes_topic')
        batch_op.drop_index('ix_mutes_thread')
        batch_op.drop_index('ix_mutes_muted')
        batch_op.drop_index('ix_mutes_board')

    op.drop_table('mutes')
    op.drop_table('aliases')
    with op.batch_alter_table('reactions', schema=None) as batch_op:
        batch_op.drop_index('ix_reactions_member')

    op.drop_table('reactions')
    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.drop_index('ix_messages_conversation')

    op.drop_table('messages')
    with op.batch_alter_table('mentions', schema=None) as batch_op:
        batch_op.drop_index('ix_mentions_member')

    op.drop_table('mentions')
    with op.batch_alter_table('conversation_places', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_conversation_places_member_id'))

    op.drop_table('conversation_places')
    with op.batch_alter_table('bookmarks', schema=None) as batch_op:
        batch_op.drop_index('ix_bookmarks_contribution')

    op.drop_table('bookmarks')
    op.drop_table('professions')
    op.drop_table('notification_choices')
    op.drop_table('message_choices')
    op.drop_table('mail_choices')
    op.drop_table('digests')
    with op.batch_alter_table('conversations', schema=None) as batch_op:
        batch_op.drop_index('ix_conversations_second')
        batch_op.drop_index('ix_conversations_first')

    op.drop_table('conversations')
    with op.batch_alter_table('board_reads', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_board_reads_board_id'))

    op.drop_table('board_reads')
    with op.batch_alter_table('received_mails', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_received_mails_received_at'))

    op.drop_table('received_mails')
