"""The verbs of accounts: ask to sign in or up, open the link or code, sessions, settings, roles, the daily sweep."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from forum.accounts import passwords, policy, queries
from forum.accounts.models import ROLES, Member, MemberRole, MemberSession, ParkedText, SignInRequest
from forum.accounts.viewer import Viewer
from forum.core import clock, outbox, tokens
from forum.core.db import db
from forum.core.richtext import clean_text
from forum.core.settings import LANGUAGES
from forum.core.unit_of_work import end_reading, must_be_writing, write
from forum.core.verdict import YES, Verdict, no

LINK_FOR = timedelta(hours=2)
KEPT_FOR = timedelta(days=1)
GUESSES = 5
MOST_PARKED = 500_000  # characters; the longest story has 60,000


# --- What was typed when a session had ended ---


def park(path: str, fields: Sequence[Sequence[str]]) -> str | None:
    """Keep a posted form for a day, in a transaction of its own. Returns the token that opens it, or None: too much."""
    if sum(len(name) + len(value) for name, value in fields) > MOST_PARKED:
        return None
    with write():
        return _park(path, [[clean_text(name), clean_text(value)] for name, value in fields])


def _park(path: str, fields: list[list[str]]) -> str:
    token = secrets.token_urlsafe(32)
    db.session.add(
        ParkedText(token_hash=tokens.digest(token), path=path, fields=fields, expires_at=clock.now() + KEPT_FOR)
    )
    db.session.flush()
    return token


# --- Asking ---


def ask_to_sign_in(address: str, language: str, *, parked: str | None = None, path: str = "") -> str:
    """Ask for the mail that signs an address in. The same rows are written whether anybody has it or not.

    parked: the token of a parked form, path: an address of this site; either is where she goes on afterwards.
    Returns the token of the page that takes the mailed code, for this browser.
    """
    return _ask("in", address, language, name=None, parked=parked, path=path)


def ask_to_sign_up(address: str, display_name: str, language: str, *, parked: str | None = None, path: str = "") -> str:
    """Ask for the mail that makes an account; otherwise as `ask_to_sign_in`."""
    return _ask("up", address, language, name=display_name, parked=parked, path=path)


def _ask(purpose: str, address: str, language: str, *, name: str | None, parked: str | None, path: str) -> str:
    must_be_writing()
    parked = parked or (_park(path, []) if path else None)
    now = clock.now()
    request = SignInRequest(
        purpose=purpose,
        address_sealed=tokens.seal_text(address),
        display_name=tokens.seal_text(name) if name else None,
        language=language,
        nonce=tokens.new_nonce(),
        parked_token_hash=tokens.digest(parked) if parked else None,
        asked_at=now,
        expires_at=now + LINK_FOR,
    )
    db.session.add(request)
    db.session.flush()
    request.token_hash = tokens.digest(tokens.token_for(queries.LINK, request.id, request.nonce))
    outbox.enqueue("accounts.mail_sign_in", {"request_id": request.id})
    return tokens.token_for(queries.BROWSER, request.id, request.nonce)


# --- Opening ---


@dataclass(frozen=True, slots=True)
class Opening:
    """What came of a link, a code or a password: a refusal, or the member and where she goes on."""

    verdict: Verdict
    member_id: int | None = None
    is_new: bool = False
    path: str = ""  # a page of this site
    kept: str = ""  # the token of a parked form


def open_link(token: str) -> Opening:
    """Sign in or up by the mailed link, once."""
    must_be_writing()
    request = queries.request_by_link(token, lock=True)
    return _open(request) if request is not None and queries.is_open(request) else Opening(policy.no_longer())


def open_code(ticket: str, code: str) -> Opening:
    """Sign in or up by the code of the mail, on the page that `ticket` opens; five guesses for each mail."""
    must_be_writing()
    request = queries.request_by_ticket(ticket, lock=True)
    if request is None or not queries.is_open(request):
        return Opening(policy.no_longer())
    if request.guesses >= GUESSES:
        return Opening(no(policy.TOO_MANY_CODES, 422))
    request.guesses += 1
    if not tokens.is_same(tokens.code_for(queries.LINK, request.id, request.nonce), code):
        return Opening(no(policy.WRONG_CODE if request.guesses < GUESSES else policy.TOO_MANY_CODES, 422))
    return _open(request)


def _open(request: SignInRequest) -> Opening:
    address = tokens.open_text(request.address_sealed or "")
    name = tokens.open_text(request.display_name or "")
    member = queries.member_by_address(address) if address else None
    is_new = member is None
    if member is None and address and name and request.purpose == "up":
        member = _join(address, name, request.language)
    if member is None:
        return Opening(policy.no_longer())
    request.used_at = clock.now()
    request.address_sealed = request.display_name = None
    path, kept = _take_parked(request.parked_token_hash)
    return Opening(YES, member.id, is_new, path, kept)


def _join(address: str, display_name: str, language: str) -> Member:
    member = Member(email=address, display_name=display_name, language=language, joined_at=clock.now())
    try:
        with db.session.begin_nested():
            db.session.add(member)
    except IntegrityError:  # two links of one address, opened in the same moment: the first has made her account
        return db.session.scalars(select(Member).where(Member.email == address)).one()
    return member


def _take_parked(token_hash: str | None) -> tuple[str, str]:
    """Where a request goes on: a page, or a parked form under a new token (only the old one's hash is known here)."""
    row = queries.parked_by_hash(token_hash) if token_hash else None
    if row is None:
        return "", ""
    if not row.fields:
        return row.path, ""
    token = secrets.token_urlsafe(32)
    row.token_hash = tokens.digest(token)
    return "", token


def member_by_password(address: str, password: str) -> int | None:
    """The id of the member whose address and password these are. Costs the same for an address nobody has."""
    member = queries.member_by_address(address)
    member_id, kept = (member.id, member.password_hash) if member is not None else (None, None)
    end_reading()
    return member_id if passwords.is_right(password, kept) else None


# --- Sessions ---


def start_session(member_id: int, device: str = "", *, days: int = 60, instead_of: int | None = None) -> str:
    """Sign a member in on a device. Returns the token for its cookie; `instead_of` is a session that ends now."""
    must_be_writing()
    token = secrets.token_urlsafe(32)
    now = clock.now()
    if instead_of is not None:
        db.session.execute(delete(MemberSession).where(MemberSession.id == instead_of))
    db.session.add(
        MemberSession(
            token_hash=tokens.digest(token),
            member_id=member_id,
            device=device,
            started_at=now,
            last_seen_on=now.date(),
            expires_at=now + timedelta(days=days),
        )
    )
    db.session.flush()
    return token


def end_session(*, actor: Viewer, session_id: int) -> bool:
    """Sign a member out on one of her devices; False when it wasn't hers or had ended."""
    must_be_writing()
    mine = (MemberSession.id == session_id, MemberSession.member_id == actor.id)
    return db.session.scalar(delete(MemberSession).where(*mine).returning(MemberSession.id)) is not None


def end_other_sessions(*, actor: Viewer) -> None:
    """Sign a member out everywhere but here."""
    must_be_writing()
    others = (MemberSession.member_id == actor.id, MemberSession.id != actor.session_id)
    db.session.execute(delete(MemberSession).where(*others))


def end_sessions_of(member_id: int, session_id: int | None = None) -> list[int]:
    """Sign a member out on one device or, without one, everywhere; the ids of what ended. The caller has judged who
    does it, tells her and writes the log."""
    must_be_writing()
    hers = [MemberSession.member_id == member_id]
    if session_id is not None:
        hers.append(MemberSession.id == session_id)
    return list(db.session.scalars(delete(MemberSession).where(*hers).returning(MemberSession.id)))


def touch_session(session_id: int) -> None:
    """Note that a session was used today."""
    must_be_writing()
    db.session.execute(update(MemberSession).where(MemberSession.id == session_id).values(last_seen_on=clock.today()))


# --- Settings ---


def change_settings(*, actor: Viewer, display_name: str, about: str, is_page_public: bool, language: str) -> None:
    """Change what a member says of herself and the language we write to her in."""
    must_be_writing()
    member = db.session.get_one(Member, actor.id)
    if member.display_name != display_name:
        outbox.enqueue("contributions.mentions", {"member_id": member.id, "after": 0})  # her old name goes everywhere
    member.display_name, member.about, member.is_page_public = display_name, about, is_page_public
    member.language = language if language in LANGUAGES else member.language


def set_password(*, actor: Viewer, password_hash: str | None) -> None:
    """Set a password by its hash (made outside the transaction), or take it away; a mail tells her."""
    must_be_writing()
    member = db.session.get_one(Member, actor.id)
    member.password_hash = password_hash
    outbox.enqueue("accounts.mail_password", {"member_id": member.id, "mark": tokens.new_nonce()})


# --- Roles ---


def make_admin(address: str, display_name: str) -> Member:
    """Make the member with this address an administrator, and the member too where there is none."""
    must_be_writing()
    member = queries.member_by_address(address) or _join(address, display_name, LANGUAGES[0])
    _add_role(member.id, "admin")
    return member


def give_role(*, actor: Viewer, member_id: int, role: str) -> Verdict:
    """Give a member a role. The caller writes the log."""
    must_be_writing()
    verdict = policy.can_give_roles(actor)
    if verdict and (role not in ROLES[1:] or queries.member_by_id(member_id) is None):
        return no(policy.NOBODY, 404)
    if verdict:
        _add_role(member_id, role)
    return verdict


def _add_role(member_id: int, role: str) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(MemberRole(member_id=member_id, role=role))
    except IntegrityError:  # she has it
        return


def take_role(*, actor: Viewer, member_id: int, role: str) -> Verdict:
    """Take a role from a member; the last administrator keeps hers. The caller writes the log."""
    must_be_writing()
    others = [admin for admin in queries.lock_admins() if admin != member_id]
    verdict = policy.can_take_role(actor, role, others)
    if verdict:
        db.session.execute(delete(MemberRole).where(MemberRole.member_id == member_id, MemberRole.role == role))
    return verdict


# --- The daily sweep ---


def sweep() -> None:
    """Forget sessions and parked forms that are over, the addresses of requests that are, and requests after a day."""
    must_be_writing()
    now = clock.now()
    db.session.execute(delete(MemberSession).where(MemberSession.expires_at < now))
    db.session.execute(delete(ParkedText).where(ParkedText.expires_at < now))
    db.session.execute(delete(SignInRequest).where(SignInRequest.asked_at < now - KEPT_FOR))
    db.session.execute(
        update(SignInRequest).where(SignInRequest.expires_at < now).values(address_sealed=None, display_name=None)
    )
