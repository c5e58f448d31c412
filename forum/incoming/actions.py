"""The verbs of incoming mail: receive, make a new address for stories.

Reading a stranger's mail takes its time and stands outside any transaction; what follows from it is one.
"""

from __future__ import annotations

from forum.accounts.viewer import Viewer
from forum.core import tokens
from forum.core.db import db
from forum.core.limits import throttle
from forum.core.settings import the_settings
from forum.core.unit_of_work import end_reading, must_be_writing, write
from forum.core.verdict import Verdict
from forum.incoming import addresses, answers, beginnings, opening, pictures, policy, queries, returned
from forum.incoming.addresses import Token
from forum.incoming.answers import Outcome, Received
from forum.incoming.opening import Mail
from forum.notifications.models import MailChoice, Notification

__all__ = ["Outcome", "new_story_address", "receive"]

UNKNOWN = Outcome("refused", "unknown")
IGNORED = Outcome("ignored")
LATER = Outcome("later")
HOUR = 3600


def receive(raw: bytes, *, envelope_to: str, envelope_from: str) -> Outcome:
    """Take in one mail for one of our private addresses, and say what became of it.

    Whoever isn't known by a genuine address is never answered, and neither is a machine. Raises what the database
    raises when it is away; the mail should come again then.
    """
    token = addresses.read(envelope_to)
    member_id = queries.owner_of(token) if token is not None else None
    end_reading()
    if token is None or member_id is None:
        return UNKNOWN
    if not throttle("mail-in", str(member_id), limit=the_settings().mail_in_hourly, seconds=HOUR):
        return LATER
    if token.purpose in (addresses.BOUNCE, addresses.DIGEST_BOUNCE):
        return _come_back(raw, envelope_to, member_id)
    mail = opening.opened(raw, envelope_to=envelope_to, envelope_from=envelope_from)
    if mail.is_automatic or mail.is_ours:
        return IGNORED
    keys = pictures.stored(pictures.worth_keeping(mail.pictures))
    try:
        with write():
            outcome = _act(token, mail, member_id, keys)
    except BaseException:
        pictures.forget(keys)
        raise
    if outcome.contribution_id is None:
        pictures.forget(keys)
    return outcome


def _come_back(raw: bytes, envelope_to: str, member_id: int) -> Outcome:
    report = returned.read(raw)
    mail = opening.opened(raw, envelope_to=envelope_to, envelope_from="")
    with write():
        row = queries.take_in(mail.digest)
        if row is not None and report is not None:
            row.outcome = "bounce"
            returned.count(member_id, report)
    return Outcome("bounce", report.kind) if report is not None else IGNORED


def _act(token: Token, mail: Mail, member_id: int, keys: list[str]) -> Outcome:
    row = queries.take_in(mail.digest)
    if row is None:
        return Outcome(queries.outcome_of(mail.digest), "again")
    member = queries.member(member_id)
    if member is None:
        return UNKNOWN
    received = Received(row.id, member, mail)
    if token.purpose == addresses.STORY:
        outcome = beginnings.begin(received, keys)
    else:
        outcome = answers.answer(received, db.session.get_one(Notification, token.row_id), keys)
    row.outcome = outcome.what
    return outcome


def new_story_address(*, actor: Viewer) -> Verdict:
    """Give a member an address for stories by mail; one she had before takes none any more."""
    must_be_writing()
    verdict = policy.can_have_address(actor)
    if verdict:
        choice = db.session.get(MailChoice, actor.id, with_for_update=True)
        if choice is None:
            db.session.add(MailChoice(member_id=actor.id, nonce=tokens.new_nonce()))
        else:
            choice.nonce = tokens.new_nonce()
    return verdict
