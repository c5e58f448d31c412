"""What an older policy rendered, and an index that holds other words, are made anew."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select, update

from forum.contributions.models import Contribution, Revision
from forum.core.db import db
from forum.core.richtext import POLICY_VERSION, stored
from forum.core.unit_of_work import write
from forum.discussions import actions as discussions
from forum.discussions.models import Board, BoardText
from forum.search.models import SearchDocument
from tests.cast import Cast


def test_old_html_and_a_lost_index_are_made_anew(app: Flask, cast: Cast) -> None:
    with write():
        board = Board(slug="hands", texts=[BoardText(language="en", name="Hands")])
        db.session.add(board)
        db.session.flush()
        written = discussions.start_thread(
            actor=cast.alice.viewer, board_id=board.id, title="Jars", source="With *rubber* gloves.", language="en"
        )
    with write():
        for table in (Contribution, Revision):
            db.session.execute(update(table).values(html=stored("<p>old</p>"), html_policy=0))
        db.session.execute(update(SearchDocument).values(terms="old", title_terms="old"))
    done = app.test_cli_runner().invoke(args=["remake"])
    assert done.exit_code == 0, done.output
    db.session.rollback()
    post = db.session.get_one(Contribution, written.post_id)
    assert "<em>rubber</em>" in post.html
    assert post.html_policy == POLICY_VERSION
    assert "<em>rubber</em>" in db.session.scalars(select(Revision.html)).one()
    assert "0englov" in db.session.scalars(select(SearchDocument.terms)).one()
    assert "2 texts rendered" in done.output
    again = app.test_cli_runner().invoke(args=["remake"])
    assert "rendered" not in again.output
