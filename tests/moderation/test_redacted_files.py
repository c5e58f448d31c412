"""The files of a PostgreSQL database after personal data was taken out: in which of them it still stands."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from forum.contributions import forgetting
from forum.core import worker
from forum.core.db import db
from forum.core.unit_of_work import end_reading
from forum.moderation import actions, sweeping
from forum.moderation.models import Redaction
from tests.cast import Cast
from tests.moderation.conftest import Make, case_of, do, report, rule

NUMBER = "333 456 7890"


def statement(sql: str) -> None:
    end_reading()
    options = {"isolation_level": "AUTOCOMMIT", "postgresql_readonly": False}
    with db.engine.connect().execution_options(**options) as connection:
        connection.execute(text(sql))


def in_files() -> set[str]:
    """The tables, indexes and overflow tables whose files hold the number, read as bytes."""
    end_reading()
    options = {"isolation_level": "AUTOCOMMIT", "postgresql_readonly": False}
    found = set()
    with db.engine.connect().execution_options(**options) as connection:
        connection.execute(text("CHECKPOINT"))
        names = connection.execute(
            text("SELECT oid::regclass::text, pg_relation_filepath(oid) FROM pg_class WHERE relfilenode <> 0")
        ).all()
        for name, path in names:
            if NUMBER.encode() in bytes(connection.scalar(text("SELECT pg_read_binary_file(:path)"), {"path": path})):
                found.add(name)
    return found


@pytest.mark.postgresql
def test_no_file_of_a_table_holds_it_any_more(cast: Cast, make_post: Make) -> None:
    key = make_post(source=f"Call me: {NUMBER}, or write.")
    report(cast.bob, key, words=f"Her number is {NUMBER}.")
    statement("ANALYZE")  # samples of the texts are kept beside the tables
    before = in_files()
    assert {"contributions", "revisions", "reports", "search_documents"} <= before
    case = case_of(key)
    assert do(
        actions.decide, actor=cast.mona.viewer, case_id=case.id, seen_version=case.version, decision="redact",
        guideline_id=rule(3), letter="We took it out.", note="", fields={"parts": [NUMBER]},
    )  # fmt: skip
    assert {"contributions", "revisions", "reports"} <= in_files(), "what was written over stands there as bytes"
    worker.work_all()
    assert in_files() == set()
    assert db.session.scalars(select(Redaction)).one().swept_at is not None


@pytest.mark.postgresql
def test_a_table_that_somebody_reads_for_long_is_cleaned_later(
    cast: Cast, make_post: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_post()
    end_reading()
    with db.engine.connect() as reader, monkeypatch.context() as hasty:
        hasty.setattr(forgetting, "PATIENCE", 1)  # only here: what the database tidies by itself may be in the way too
        reader.execute(text("SELECT count(*) FROM contributions"))
        with pytest.raises(OperationalError):
            sweeping.clean_up()
        reader.rollback()
    sweeping.clean_up()
    monkeypatch.setattr(forgetting, "WRITTEN_ANEW", 0)  # as if every table were large
    with db.engine.connect() as reader:
        reader.execute(text("SELECT count(*) FROM contributions"))
        sweeping.clean_up()
        reader.rollback()
