"""The log outside the site: `flask log verify` and `flask log export`."""

from __future__ import annotations

import hashlib
import json

from flask import Flask
from sqlalchemy import text

from forum.core.db import db
from forum.core.unit_of_work import write
from forum.moderation import log
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
        assert f"Row {last['id']} was written and is not there any more" in said.output
        assert said.exit_code == 1
    (app.extensions["settings"].data_dir / log.MARK).unlink()
    assert run.invoke(args=["log", "verify"]).exit_code == 0
    assert run.invoke(args=["log", "verify", "--hash", before["hash"]]).exit_code == 0
    assert run.invoke(args=["log", "verify", "--hash", last["hash"]]).exit_code == 1, "noted elsewhere, it is missed"
