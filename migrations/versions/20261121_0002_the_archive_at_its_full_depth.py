"""the archive at its full depth

Revision: 0002, after 0001. Made 2026-11-21 10:46:49.102433.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


SITE_LANGUAGES = ("en", "it", "es")
HOWS = "given_how IN ('site', 'letter', 'phone', 'voice', 'attested')"
WRITERS = "('parent', 'partner', 'child', 'surviving_relative', 'friend', 'professional')"
OPENED_FOR_BEFORE = "opened_for IN ('care', 'private_details', 'report', 'review')"
OPENED_FOR = "opened_for IN ('care', 'private_details', 'report', 'claim', 'review', 'import')"


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
    op.add_column('public_generation', sa.Column('shelves', sa.Integer(), server_default='1', nullable=False))
    op.create_table('follows',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('contribution_id', sa.Integer(), nullable=False),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['contribution_id'], ['contributions.id'], name=op.f('fk_follows_contribution_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_follows_member_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_follows')),
    sa.UniqueConstraint('member_id', 'contribution_id', name=op.f('uq_follows_member_id_contribution_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('follows', schema=None) as batch_op:
        batch_op.create_index('ix_follows_followed', ['contribution_id'], unique=False)

    op.create_table('kept_details',
    sa.Column('contribution_id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['contribution_id'], ['contributions.id'], name=op.f('fk_kept_details_contribution_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('contribution_id', 'digest', name=op.f('pk_kept_details'))
    )
    op.create_table('photos',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('on_id', sa.Integer(), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('description', sa.String(), nullable=False),
    sa.Column('credit', sa.String(), nullable=False),
    sa.Column('is_in_library', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('problem', sa.String(), nullable=True),
    sa.Column('key', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('covers', sa.JSON(), nullable=True),
    sa.Column('width', sa.Integer(), nullable=True),
    sa.Column('height', sa.Integer(), nullable=True),
    sa.Column('widths', sa.JSON(), nullable=True),
    sa.CheckConstraint("state <> 'ready' OR (width IS NOT NULL AND height IS NOT NULL)", name=op.f('ck_photos_size')),
    sa.CheckConstraint("state IN ('received', 'looking', 'making', 'ready', 'failed')", name=op.f('ck_photos_state_word')),
    sa.ForeignKeyConstraint(['id'], ['contributions.id'], name=op.f('fk_photos_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['on_id'], ['contributions.id'], name=op.f('fk_photos_on_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_photos')),
    sa.UniqueConstraint('key', name=op.f('uq_photos_key'))
    )
    with op.batch_alter_table('photos', schema=None) as batch_op:
        batch_op.create_index('ix_photos_on', ['on_id', 'position'], unique=False)

    op.create_table('quotations',
    sa.Column('quoting_id', sa.Integer(), nullable=False),
    sa.Column('quoted_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['quoted_id'], ['contributions.id'], name=op.f('fk_quotations_quoted_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['quoting_id'], ['contributions.id'], name=op.f('fk_quotations_quoting_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('quoting_id', 'quoted_id', name=op.f('pk_quotations'))
    )
    with op.batch_alter_table('quotations', schema=None) as batch_op:
        batch_op.create_index('ix_quotations_quoted', ['quoted_id'], unique=False)

    op.create_table('review_messages',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('contribution_id', sa.Integer(), nullable=False),
    sa.Column('is_from_author', sa.Boolean(), nullable=False),
    sa.Column('moderator_id', sa.Integer(), nullable=True),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('NOT is_from_author OR moderator_id IS NULL', name=op.f('ck_review_messages_writer')),
    sa.ForeignKeyConstraint(['contribution_id'], ['contributions.id'], name=op.f('fk_review_messages_contribution_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['moderator_id'], ['members.id'], name=op.f('fk_review_messages_moderator_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_messages')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('review_messages', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_review_messages_contribution_id'), ['contribution_id'], unique=False)

    op.create_table('suggested_edits',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('contribution_id', sa.Integer(), nullable=False),
    sa.Column('moderator_id', sa.Integer(), nullable=True),
    sa.Column('base_title', sa.String(), nullable=False),
    sa.Column('base_teaser', sa.String(), nullable=False),
    sa.Column('base_source', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('teaser', sa.String(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('changes_taken', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['contribution_id'], ['contributions.id'], name=op.f('fk_suggested_edits_contribution_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['moderator_id'], ['members.id'], name=op.f('fk_suggested_edits_moderator_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_suggested_edits')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('suggested_edits', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_suggested_edits_contribution_id'), ['contribution_id'], unique=False)

    op.create_table('wishes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('contribution_id', sa.Integer(), nullable=False),
    sa.Column('if_unreachable', sa.String(), nullable=False),
    sa.Column('deputy', sa.String(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('carried_out_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('carried_out_by', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.CheckConstraint("if_unreachable IN ('keep', 'unlist', 'remove')", name=op.f('ck_wishes_if_unreachable_word')),
    sa.ForeignKeyConstraint(['carried_out_by'], ['members.id'], name=op.f('fk_wishes_carried_out_by'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['contribution_id'], ['contributions.id'], name=op.f('fk_wishes_contribution_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wishes')),
    sa.UniqueConstraint('contribution_id', name=op.f('uq_wishes_contribution_id')),
    sqlite_autoincrement=True
    )
    op.create_table('claims',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('story_id', sa.Integer(), nullable=False),
    sa.Column('wish', sa.String(), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.Column('token_hash', sa.String(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by', sa.Integer(), nullable=True),
    sa.Column('outcome', sa.String(), nullable=True),
    sa.Column('answer', sa.String(), nullable=False),
    sa.CheckConstraint("outcome IN ('handed_over', 'changed', 'removed', 'declined')", name=op.f('ck_claims_outcome_word')),
    sa.CheckConstraint("wish IN ('own', 'change', 'remove')", name=op.f('ck_claims_wish_word')),
    sa.ForeignKeyConstraint(['answered_by'], ['members.id'], name=op.f('fk_claims_answered_by'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['story_id'], ['stories.id'], name=op.f('fk_claims_story_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claims')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_claims_token_hash')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('claims', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_claims_story_id'), ['story_id'], unique=False)

    op.create_table('old_addresses',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('path', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('story_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['story_id'], ['stories.id'], name=op.f('fk_old_addresses_story_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_old_addresses')),
    sa.UniqueConstraint('path', name=op.f('uq_old_addresses_path')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('old_addresses', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_old_addresses_story_id'), ['story_id'], unique=False)

    op.create_table('provenances',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('story_id', sa.Integer(), nullable=False),
    sa.Column('how', sa.String(), nullable=False),
    sa.Column('entered_by', sa.Integer(), nullable=True),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('told_on', sa.String(length=10), nullable=True),
    sa.Column('read_back_on', sa.String(length=10), nullable=True),
    sa.Column('contact', sa.String(), nullable=False),
    sa.Column('archive', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=True),
    sa.Column('archive_key', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=True),
    sa.Column('original_address', sa.String(), nullable=False),
    sa.CheckConstraint("how IN ('letter', 'phone', 'voice', 'import')", name=op.f('ck_provenances_how_word')),
    sa.ForeignKeyConstraint(['entered_by'], ['members.id'], name=op.f('fk_provenances_entered_by'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['story_id'], ['stories.id'], name=op.f('fk_provenances_story_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_provenances')),
    sa.UniqueConstraint('archive', 'archive_key', name=op.f('uq_provenances_archive_archive_key')),
    sa.UniqueConstraint('story_id', name=op.f('uq_provenances_story_id')),
    sqlite_autoincrement=True
    )
    op.create_table('archives',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('begun_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('attested_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attested_by', sa.Integer(), nullable=True),
    sa.Column('attested_note', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['attested_by'], ['members.id'], name=op.f('fk_archives_attested_by'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_archives')),
    sa.UniqueConstraint('name', name=op.f('uq_archives_name')),
    sqlite_autoincrement=True
    )
    op.create_table('archive_lines',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('archive_id', sa.Integer(), nullable=False),
    sa.Column('key_digest', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('line_digest', sa.String(), nullable=False),
    sa.Column('contribution_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['archive_id'], ['archives.id'], name=op.f('fk_archive_lines_archive_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['contribution_id'], ['contributions.id'], name=op.f('fk_archive_lines_contribution_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_archive_lines')),
    sa.UniqueConstraint('archive_id', 'key_digest', name=op.f('uq_archive_lines_archive_id_key_digest')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('archive_lines', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_archive_lines_contribution_id'), ['contribution_id'], unique=False)

    consents()
    for table in ('drafts', 'revisions'):
        op.add_column(table, sa.Column('facts', sa.JSON(), nullable=True))

    with rebuilt('stories', counts=False) as batch_op:
        batch_op.add_column(sa.Column('translator_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('about_whom', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('subject_consent', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('of_age_year', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('other_words', sa.String(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('other_treatments', sa.String(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('is_in_memory', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.create_index(batch_op.f('ix_stories_of_age_year'), ['of_age_year'], unique=False)
        batch_op.create_index(batch_op.f('ix_stories_translator_id'), ['translator_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_stories_translator_id'), 'members', ['translator_id'], ['id'], ondelete='SET NULL')
        batch_op.create_check_constraint(batch_op.f('ck_stories_about_whom_word'), "about_whom IN ('myself', 'adult', 'child', 'deceased')")
        batch_op.create_check_constraint(batch_op.f('ck_stories_subject_consent_word'), "subject_consent IN ('given', 'not_possible', 'not_asked')")

    with rebuilt('story_updates', counts=False) as batch_op:
        batch_op.add_column(sa.Column('part', sa.String(), server_default='chapter', nullable=False))
        batch_op.add_column(sa.Column('relation', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('is_memorial', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('died', sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column('is_refused', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.create_check_constraint(batch_op.f('ck_story_updates_part_word'), "part IN ('chapter', 'afterword')")
        batch_op.create_check_constraint(batch_op.f('ck_story_updates_relation_word'), f"relation IN {WRITERS}")

    with rebuilt('cases') as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_cases_opened_for_word'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_cases_opened_for_word'), OPENED_FOR)
    op.execute(sa.text("UPDATE cases SET urgency = 4 WHERE opened_for = 'review'"))


def consents() -> None:
    """How a consent was given becomes a word of a closed set; a translation is allowed language by language."""
    with rebuilt('consents') as batch_op:
        batch_op.add_column(sa.Column('for_language', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('recorded_by', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('note', sa.String(), server_default='', nullable=False))
        batch_op.create_foreign_key(batch_op.f('fk_consents_recorded_by'), 'members', ['recorded_by'], ['id'], ondelete='SET NULL')
    op.execute(sa.text("UPDATE consents SET given_how = 'site' WHERE given_how = 'on the site'"))
    # The site wrote no other words; somebody else's are kept beside.
    op.execute(sa.text(f"UPDATE consents SET note = given_how, given_how = 'attested' WHERE NOT ({HOWS})"))
    # Until now one yes stood for every language of the site but the story's own.
    connection = op.get_bind()
    rows = connection.execute(
        sa.text(
            "SELECT consents.id, consents.contribution_id, wording_version, consents.language, given_how, given_at,"
            " consents.withdrawn_at, contributions.language AS own FROM consents"
            " JOIN contributions ON contributions.id = consents.contribution_id WHERE use = 'translation'"
        )
    ).all()
    for row in rows:
        first, *others = [language for language in SITE_LANGUAGES if language != row.own]
        connection.execute(
            sa.text("UPDATE consents SET for_language = :first WHERE id = :id"), {"first": first, "id": row.id}
        )
        for language in others:
            connection.execute(
                sa.text(
                    "INSERT INTO consents (contribution_id, use, for_language, wording_version, language, given_how,"
                    " given_at, withdrawn_at, note) SELECT contribution_id, use, :other, wording_version, language,"
                    " given_how, given_at, withdrawn_at, note FROM consents WHERE id = :id"
                ),
                {"other": language, "id": row.id},
            )
    with rebuilt('consents') as batch_op:
        batch_op.create_check_constraint(batch_op.f('ck_consents_given_how_word'), HOWS)
        batch_op.create_check_constraint(
            batch_op.f('ck_consents_for_language'), "(use = 'translation') = (for_language IS NOT NULL)"
        )


def consents_before() -> None:
    """One yes for all languages again; where only some were allowed there is no such yes, and it reads as withdrawn."""
    connection = op.get_bind()
    rows = connection.execute(
        sa.text(
            "SELECT consents.id, consents.contribution_id, for_language, wording_version, consents.language, given_how,"
            " given_at, consents.withdrawn_at, contributions.language AS own FROM consents"
            " JOIN contributions ON contributions.id = consents.contribution_id WHERE use = 'translation'"
            " ORDER BY consents.id"
        )
    ).all()
    together: dict[Any, list[Any]] = {}
    for row in rows:
        same = (row.contribution_id, row.wording_version, row.language, row.given_how, row.given_at, row.withdrawn_at)
        together.setdefault(same, []).append(row)
    for first, *others in together.values():
        for row in others:
            connection.execute(sa.text("DELETE FROM consents WHERE id = :id"), {"id": row.id})
        if {row.for_language for row in (first, *others)} < {code for code in SITE_LANGUAGES if code != first.own}:
            connection.execute(
                sa.text("UPDATE consents SET withdrawn_at = coalesce(withdrawn_at, given_at) WHERE id = :id"),
                {"id": first.id},
            )


def downgrade() -> None:
    op.drop_column('public_generation', 'shelves')
    op.execute(sa.text("UPDATE cases SET opened_for = 'report' WHERE opened_for = 'claim'"))
    op.execute(sa.text("UPDATE cases SET opened_for = 'review' WHERE opened_for = 'import'"))
    op.execute(sa.text("UPDATE cases SET urgency = 3 WHERE opened_for = 'review'"))
    with rebuilt('cases') as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_cases_opened_for_word'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_cases_opened_for_word'), OPENED_FOR_BEFORE)

    with rebuilt('story_updates', counts=False) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_story_updates_part_word'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_story_updates_relation_word'), type_='check')
        batch_op.drop_column('is_refused')
        batch_op.drop_column('died')
        batch_op.drop_column('is_memorial')
        batch_op.drop_column('relation')
        batch_op.drop_column('part')

    with rebuilt('stories', counts=False) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_stories_about_whom_word'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_stories_subject_consent_word'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_stories_translator_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_stories_translator_id'))
        batch_op.drop_index(batch_op.f('ix_stories_of_age_year'))
        batch_op.drop_column('is_in_memory')
        batch_op.drop_column('other_treatments')
        batch_op.drop_column('other_words')
        batch_op.drop_column('of_age_year')
        batch_op.drop_column('subject_consent')
        batch_op.drop_column('about_whom')
        batch_op.drop_column('translator_id')

    for table in ('revisions', 'drafts'):
        op.drop_column(table, 'facts')

    consents_before()
    with rebuilt('consents') as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_consents_given_how_word'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_consents_for_language'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_consents_recorded_by'), type_='foreignkey')
        batch_op.drop_column('note')
        batch_op.drop_column('recorded_by')
        batch_op.drop_column('for_language')
    op.execute(sa.text("UPDATE consents SET given_how = 'on the site' WHERE given_how = 'site'"))

    with op.batch_alter_table('archive_lines', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_archive_lines_contribution_id'))

    op.drop_table('archive_lines')
    op.drop_table('archives')
    op.drop_table('provenances')
    with op.batch_alter_table('old_addresses', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_old_addresses_story_id'))

    op.drop_table('old_addresses')
    with op.batch_alter_table('claims', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_claims_story_id'))

    op.drop_table('claims')
    op.drop_table('wishes')
    with op.batch_alter_table('suggested_edits', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_suggested_edits_contribution_id'))

    op.drop_table('suggested_edits')
    with op.batch_alter_table('review_messages', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_review_messages_contribution_id'))

    op.drop_table('review_messages')
    with op.batch_alter_table('quotations', schema=None) as batch_op:
        batch_op.drop_index('ix_quotations_quoted')

    op.drop_table('quotations')
    with op.batch_alter_table('photos', schema=None) as batch_op:
        batch_op.drop_index('ix_photos_on')

    op.drop_table('photos')
    op.drop_table('kept_details')
    with op.batch_alter_table('follows', schema=None) as batch_op:
        batch_op.drop_index('ix_follows_followed')

    op.drop_table('follows')
