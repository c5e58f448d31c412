"""The log outside the site: `flask log verify` and `flask log export`."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from forum.core import outbox, worker
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.moderation import log, log_checks
from forum.moderation.models import LogEntry
from tests.cast import Cast
from tests.moderation.conftest import Make, decide, report


def test_it_holds_together_until_somebody_changes_it(app: Flask, cast: Cast, make_post: Make) -> None:
    for _ in range(2):
        post = make_post()
        report(cast.bob, post)
        decide(cast.mona, post, "no_action")
    run = app.test_cli_runner()
    result = run.invoke(args=["log", "verify"])
    assert result.exit_code == 0
    assert "rows hold together" in result.output
    rows = [json.loads(line) for line in run.invoke(args=["log", "export"]).output.splitlines()]
    assert len(rows) >= 2
    previous = ""
    for row in rows:  # whoever has the file can check it without the site
        canonical = json.dumps(row["content"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert row["previous"] == previous
        assert row["hash"] == hashlib.sha256(f"{previous}\n{canonical}".encode()).hexdigest()
        previous = row["hash"]
    assert previous in result.output
    db.session.rollback()
    with write():
        db.session.execute(text("UPDATE log_entries SET act = 'approve' WHERE id = :id"), {"id": rows[0]["id"]})
    result = run.invoke(args=["log", "verify"])
    assert result.exit_code == 1
    assert f"Row {rows[0]['id']}" in result.output


def test_rows_cut_off_the_end_are_missed(app: Flask, cast: Cast, make_post: Make) -> None:
    for _ in range(2):
        post = make_post()
        report(cast.bob, post)
        decide(cast.mona, post, "no_action")
    run = app.test_cli_runner()
    rows = [json.loads(line) for line in run.invoke(args=["log", "export"]).output.splitlines()]
    last, before = rows[-1], rows[-2]
    assert run.invoke(args=["log", "verify", "--hash", last["hash"]]).exit_code == 0
    assert run.invoke(args=["log", "verify", "--hash", "0" * 64]).exit_code == 1
    db.session.rollback()
    with write():
        db.session.execute(text("DELETE FROM log_entries WHERE id = :id"), {"id": last["id"]})
    for command in (["log", "verify"], ["check"]):
        said = run.invoke(args=command)
        assert f"Row {last['id']} was written and isn’t there any more" in said.output
        assert said.exit_code == 1
    decide(cast.mona, make_post(review_first=True), "approve")
    assert f"Row {last['id']} was" in run.invoke(args=["log", "verify"]).output, "what comes after doesn't cover it"
    (app.extensions["settings"].data_dir / log.MARK).unlink()
    assert run.invoke(args=["log", "verify"]).exit_code == 0
    assert run.invoke(args=["log", "verify", "--hash", before["hash"]]).exit_code == 0
    assert run.invoke(args=["log", "verify", "--hash", last["hash"]]).exit_code == 1, "noted elsewhere, it is missed"


def test_who_writes_to_the_database_alone_is_found_out(app: Flask, cast: Cast, make_post: Make) -> None:
    """Hashes are made over what everybody can read: whoever writes rows by hand can make them follow. Not the seal."""
    run, table = app.test_cli_runner(), LogEntry.__table__

    def verify() -> str:
        db.session.remove()
        said = run.invoke(args=["log", "verify"])
        assert (said.exit_code == 0) == ("hold together" in said.output)
        return said.output

    def by_hand(*changes: Any) -> None:
        db.session.rollback()
        with write():
            for change in changes:
                db.session.execute(change)

    def rehashed() -> None:
        db.session.rollback()
        previous, made = "", []
        for entry in db.session.scalars(select(LogEntry).order_by(LogEntry.id)):
            hashed = log.hash_of(entry, previous)
            made.append((entry.id, previous, hashed))
            previous = hashed
        by_hand(*(update(table).where(table.c.id == key).values(previous_hash=was, hash=now) for key, was, now in made))  # type: ignore[arg-type]

    for _ in range(3):
        decide(cast.mona, make_post(review_first=True), "approve")
    db.session.rollback()
    first, second, third = (dict(row) for row in db.session.execute(table.select().order_by(table.c.id)).mappings())
    assert "3 rows hold together" in verify()
    put_in = {name: second[name] for name in second if name != "id"} | {"act": "restore", "seal": ""}
    by_hand(table.insert().values(put_in))  # type: ignore[attr-defined]
    assert "Row 4 doesn’t follow" in verify()
    rehashed()
    assert "Row 4 doesn’t bear the seal of this site" in verify()
    by_hand(table.update().where(table.c.id == 4).values(seal=third["seal"]))  # type: ignore[attr-defined]
    assert "Row 4 doesn’t bear the seal of this site" in verify(), "another row's seal is none"
    by_hand(table.delete().where(table.c.id == 4))  # type: ignore[attr-defined]
    assert "3 rows hold together" in verify()
    by_hand(table.update().where(table.c.id == second["id"]).values(act="decline"))  # type: ignore[attr-defined]
    assert f"Row {second['id']} doesn’t follow" in verify()
    rehashed()
    assert f"Row {third['id']} was written and isn’t there any more as it was" in verify()
    mark = app.extensions["settings"].data_dir / log.MARK
    kept = mark.read_text()
    mark.unlink()
    assert f"Row {second['id']} doesn’t bear the seal" in verify(), "without the mark, the first that was written anew"
    by_hand(table.update().values(seal=""))  # type: ignore[attr-defined]
    mark.write_text(kept)
    assert f"Row {third['id']} was written" in verify()
    for row in (first, second, third):  # as an administrator puts the right copy back
        by_hand(table.update().where(table.c.id == row["id"]).values({**row, "id": row["id"]}))  # type: ignore[attr-defined]
    assert "3 rows hold together" in verify()


def test_what_was_found_stands_on_the_pages_until_it_is_mended(app: Flask, cast: Cast, make_post: Make) -> None:
    def pages() -> tuple[str, str]:
        return cast.mona.browser.get("/en/moderation/log").text, cast.ada.browser.get("/en/admin/health").text

    post = make_post()
    report(cast.bob, post)
    decide(cast.mona, post, "no_action")
    assert "Last checked" not in pages()[0]
    assert "Not checked yet" in pages()[1]
    with write():
        outbox.enqueue("moderation.verify_log")
    worker.work_all()
    for page in pages():
        assert "Last checked on" in page
        assert "hold together any more" not in page
    with write():
        row = db.session.scalars(select(LogEntry.id)).first()
        db.session.execute(text("UPDATE log_entries SET act = 'approve' WHERE id = :id"), {"id": row})
    assert app.test_cli_runner().invoke(args=["log", "verify"]).exit_code == 1
    for page in pages():
        assert "The log doesn’t hold together any more." in page
        assert f"Row {row} doesn’t follow from the one before it." in page
    assert "All is well" not in pages()[1]
    with write():
        db.session.execute(text("UPDATE log_entries SET act = 'no_action' WHERE id = :id"), {"id": row})
        outbox.enqueue("moderation.verify_log")
    worker.work_all()
    for page in pages():
        assert "hold together any more" not in page


def test_what_is_written_while_somebody_looks_is_not_missed(
    app: Flask, cast: Cast, make_post: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    post, mark = make_post(), app.extensions["settings"].data_dir / log.MARK
    report(cast.bob, post)
    decide(cast.mona, post, "no_action")
    now, seen = mark.read_text(), []

    def cut_off() -> int | None:
        seen.append(mark.write_text("999 abc\n" if not seen else now))  # as if it were written in that very moment
        return real()

    real = log.cut_off
    monkeypatch.setattr(log, "cut_off", cut_off)
    assert log_checks.look()[1] is None
    assert len(seen) == 2
