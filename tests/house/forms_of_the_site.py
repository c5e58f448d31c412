"""Every form of the site filled well, so that a test can spoil it: who sends it, with what, and on what.

A value with a space in it is somebody's words: a refusal gives it back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update

from forum.accounts import recovery
from forum.accounts.models import MailboxRecovery, Member, MemberSession
from forum.appeals.models import Appeal
from forum.contributions import actions as contributions
from forum.contributions import ledger
from forum.contributions.models import Bookmark, Contribution, Draft, Wish
from forum.core import clock
from forum.core.db import db
from forum.core.tokens import digest, seal_text, token_for
from forum.core.unit_of_work import write
from forum.core.wordings import Wording
from forum.moderation.guideline_models import Guideline
from forum.moderation.member_models import SecondPerson
from forum.moderation.models import Case, CasePass, Decision, Letter, Report, ReviewMessage, SuggestedEdit
from forum.notifications.models import KINDS, Mute
from forum.photos.models import Photo
from forum.site.models import Page
from forum.stories.models import Claim, Provenance, Story
from tests.cast import NAMES, Cast, session_row
from tests.house.test_routes import World, value_for

Fields = dict[str, str]


def nothing(_cast: Cast, _world: World) -> None:
    """There is nothing to bring back."""


@dataclass(frozen=True)
class Form:
    """Who sends it, its fields filled well, and what brings the things it acts on back to where they were."""

    who: str
    fields: Callable[[World], Fields] = lambda _: {}
    before: Callable[[Cast, World], None] = nothing
    values: Callable[[World], Fields | dict[str, int]] = lambda _: {}


def _in_a_year() -> str:
    return (clock.today() + timedelta(days=365)).isoformat()


def _soon() -> str:
    return (clock.today() + timedelta(days=9)).isoformat()


def _stand(status: str) -> Callable[[Cast, World], None]:
    def before(_cast: Cast, world: World) -> None:
        moment = clock.now() if status == "withdrawn" else None
        keys = (world.story, world.post, world.photo, world.chapter, world.translation)
        with write():
            db.session.execute(
                update(Contribution.__table__)  # type: ignore[arg-type]
                .where(Contribution.id.in_(keys))
                .values(status=status, withdrawn_at=moment)
            )

    return before


def _begun(cast: Cast, world: World) -> None:
    """What Alice has begun is there."""
    with write():
        if db.session.get(Draft, world.draft) is None:
            begun = {"place": "board:1", "source": "How do you open jars?", "saved_at": clock.now()}
            db.session.add(Draft(id=world.draft, member_id=cast.alice.id, **begun))


def _kept(cast: Cast, world: World) -> None:
    """Alice's bookmark is there, with its note."""
    with write():
        if db.session.get(Bookmark, world.bookmark) is None:
            db.session.add(
                Bookmark(
                    id=world.bookmark, member_id=cast.alice.id, contribution_id=world.story, note="Read again.",
                    made_at=clock.now(),
                )
            )  # fmt: skip


def _photo_made(cast: Cast, world: World) -> None:
    """Alice's photo is shown, its sizes made."""
    _stand("published")(cast, world)
    with write():
        db.session.get_one(Photo, world.photo).state = "ready"


def _waiting(_cast: Cast, world: World) -> None:
    """Alice's second story waits to be read, and its case is open to everybody."""
    with write():
        story = Contribution.__table__
        db.session.execute(update(story).where(story.c.id == world.waiting_story).values(status="pending"))  # type: ignore[arg-type]
        case = db.session.get_one(Case, world.case)
        case.closed_at = case.claimed_by = case.claimed_until = None
        db.session.execute(delete(CasePass))  # and nobody knows her


def _sealed(cast: Cast, world: World) -> None:
    """The story that waits bears no name."""
    _waiting(cast, world)
    with write():
        contributions.sign(db.session.get_one(Contribution, world.waiting_story), cast.alice.id, "anonymous")


def _asked(cast: Cast, _world: World) -> None:
    """Ada asked whether Bob's account should be closed, and nobody answered."""
    with write():
        db.session.execute(delete(SecondPerson))
        db.session.add(
            SecondPerson(
                id=1, second_for="ban", member_id=cast.bob.id, asked_by=cast.ada.id, asked_at=clock.now(),
                reason="The third time.", expires_at=clock.now() + timedelta(days=7),
            )
        )  # fmt: skip


def _moving(cast: Cast, _world: World) -> None:
    """Another mailbox is to take over Alice's account."""
    with write():
        db.session.execute(delete(MailboxRecovery))
        row = MailboxRecovery(
            id=999, member_id=cast.alice.id, address_sealed=seal_text("new@example.org"), nonce="0" * 32,
            asked_at=clock.now(), takes_effect_at=clock.now(),
        )  # fmt: skip
        db.session.add(row)
        recovery.begin(row)


def _its_token(_world: World) -> Fields:
    return {"token": token_for(recovery.STOP, 999, "0" * 32)}


def _appealable(cast: Cast, world: World) -> None:
    """Alice's letter tells of a restriction that nobody has looked at again."""
    with write():
        letter = db.session.get_one(Letter, world.letter)
        letter.appeal_until, letter.nonce = clock.now() + timedelta(days=9), "0" * 32
        db.session.execute(delete(Appeal).where(Appeal.decision_id == letter.decision_id))


def _of_the_letter(world: World) -> Fields:
    return {"token": token_for("letter", world.letter, "0" * 32)}


def _reported_in_vain(cast: Cast, world: World) -> None:
    """Bob's report of Alice's waiting story led to nothing, and he has not asked for another look."""
    with write():
        db.session.execute(delete(Appeal).where(Appeal.appellant == "reporter"))
        db.session.execute(delete(Report).where(Report.id == 999))
        decision = Decision(case_id=world.case, decision="no_action", made_at=clock.now())
        db.session.add(decision)
        db.session.flush()
        db.session.add(
            Report(
                id=999, case_id=world.case, contribution_id=world.waiting_story, reporter_id=cast.bob.id,
                reason="spam", words="", address="/en/", snapshot="", language="en", nonce="0" * 32,
                token_hash=digest(token_for("report", 999, "0" * 32)), made_at=clock.now(), decision_id=decision.id,
            )
        )  # fmt: skip


def _of_the_report(_world: World) -> Fields:
    return {"token": token_for("report", 999, "0" * 32)}


def _to_be_heard(_cast: Cast, world: World) -> None:
    """Alice's appeal waits past its day, and somebody outside is asked to hear it."""
    with write():
        appeal = db.session.get_one(Appeal, world.appeal)
        appeal.outcome = appeal.heard_at = appeal.heard_by = appeal.claimed_by = appeal.claimed_until = None
        appeal.answer, appeal.due_at = "", clock.now() - timedelta(days=1)
        appeal.outside_name, appeal.outside_nonce = "Dr Weiss", "0" * 32
        appeal.outside_token_hash = digest(_of_the_outsider(world)["token"])
        appeal.outside_until = clock.now() + timedelta(days=1)


def _of_the_outsider(world: World) -> Fields:
    return {"token": token_for("appeal-outside", world.appeal, "0" * 32)}


def _rule() -> str:
    """A guideline in force."""
    db.session.rollback()
    return str(db.session.scalar(select(Guideline.id).where(Guideline.number == 1, Guideline.replaced_at.is_(None))))


def _about_a_member(_world: World) -> Fields:
    rule = _rule()
    return {"decision": "warn", "guideline": rule, "letter": "Please read guideline 1.", "note": "", "until": ""}


def _unsent(_cast: Cast, world: World) -> None:
    with write():
        story = Contribution.__table__
        db.session.execute(update(story).where(story.c.id == world.waiting_story).values(status="draft"))  # type: ignore[arg-type]


def _resting(_cast: Cast, world: World) -> None:
    """Alice's second story was sent and nobody reads it yet."""
    with write():
        story = Contribution.__table__
        values = {"status": "sent", "visible_from": clock.now() + timedelta(hours=6)}
        db.session.execute(update(story).where(story.c.id == world.waiting_story).values(values))  # type: ignore[arg-type]


def _of_age(cast: Cast, world: World) -> None:
    """Alice's first story is about a child who is of age now."""
    _stand("published")(cast, world)
    with write():
        story = db.session.get_one(Story, world.story)
        story.about_whom, story.of_age_year = "child", 2020


def _wished(is_done: bool) -> Callable[[Cast, World], None]:
    """What Alice wished, done by an administrator or not yet."""

    def before(cast: Cast, world: World) -> None:
        _stand("published")(cast, world)
        with write():
            db.session.execute(delete(Wish).where(Wish.contribution_id == world.story))
            done = clock.now() if is_done else None
            wish = Wish(contribution_id=world.story, if_unreachable="unlist", changed_at=clock.now())
            wish.deputy, wish.reason, wish.carried_out_at = "My sister Pia", "Two letters sent", done
            db.session.add(wish)

    return before


def sessions_again(cast: Cast, _world: World) -> None:
    """Everybody is signed in, whoever's sessions were ended."""
    with write():
        there = set(db.session.scalars(select(MemberSession.token_hash)))
        for name in NAMES:
            token = f"session-of-{name}"
            if digest(token) not in there:
                member = db.session.get_one(Member, cast[name].id)
                db.session.add(session_row(member, token))
            cast[name].browser.sign_in(token)


def _version(model: Any, key: int) -> str:
    db.session.rollback()
    return str(db.session.scalar(select(model.version).where(model.id == key)) or 0)


def _talked_about(cast: Cast, world: World) -> None:
    """Alice's second story waits to be read, and her first has a suggestion that she hasn't answered."""
    _waiting(cast, world)
    _stand("published")(cast, world)
    with write():
        db.session.execute(update(SuggestedEdit).values(answered_at=None, changes_taken=None))
        db.session.execute(update(ReviewMessage).values(written_at=clock.now() - timedelta(hours=1)))


def _edit_waits(cast: Cast, world: World) -> None:
    """A change of Alice's first story waits to be read."""
    _stand("published")(cast, world)
    with write():
        contributions.add_revision(db.session.get_one(Contribution, world.story), source="It was quince jam then.")
        db.session.execute(delete(Draft).where(Draft.place == contributions.edit_place(world.story)))


SUGGESTION: Fields = {
    "base": "", "version": "0", "title": "The jar lid", "teaser": "A warm morning.", "source": "It was fig jam.",
    "note": "If you like.",
}  # fmt: skip


_RULE = {
    f"{part}_{code}": "Kindness here, always." for part in ("title", "text", "to_author") for code in ("en", "it", "es")
}


def _about(story: str) -> Callable[[World], dict[str, int]]:
    return lambda world: {"contribution_id": getattr(world, story)}


def _decision(world: World) -> Fields:
    rule = _rule()
    return {
        "version": _version(Case, world.case), "decision": "decline", "guideline": rule,
        "letter": "Thank you for the story.", "until": _soon(), "over": "y", "note": "Read it twice.",
    }  # fmt: skip


def _noted(cast: Cast, world: World) -> None:
    """A moderator has put notes before Alice's second story."""
    _waiting(cast, world)
    with write():
        notes = db.session.get_one(Contribution, world.waiting_story).content_notes
        data = {"before": "loss", "after": notes}
        made = Decision(case_id=world.case, decision="content_notes", data=data, made_at=clock.now())
        db.session.add(made)


def _last_decision(world: World) -> Fields:
    newest = select(Decision.id).where(Decision.case_id == world.case).order_by(Decision.id.desc()).limit(1)
    return {"decision": str(db.session.scalar(newest))}


def _spam(world: World) -> Fields:
    return {"case": f"{world.case}:{_version(Case, world.case)}", "letter": "Nothing is sold here."}


def _letter(world: World) -> Fields:
    return {**_decision(world), "decision": "approve"}


def _page(_world: World) -> Fields:
    db.session.rollback()
    version = db.session.scalar(select(Page.version).where(Page.slug == "about", Page.language == "en"))
    return {"title": "About us here", "source": "We keep this site.", "version": str(version or 0)}


def _session_of_alice(world: World) -> dict[str, int]:
    db.session.rollback()
    key = db.session.scalar(select(MemberSession.id).where(MemberSession.member_id == world.alice))
    return {"session_id": key or 0}


STORY: Fields = {
    "title": "The jar lid", "source": "It was plum jam.", "teaser": "A cold morning.",
    "condition_words": "CREST I think", "relation": "patient", "country": "IT", "region": "Near the lake",
    "first_symptoms": "2009", "diagnosed": "2011-05",
    "about_whom": "child", "subject_consent": "given", "of_age_year": "2031",
    "topic_words": "Purple fingertips", "treatments": "1", "treatment_words": "Goose fat",
    "language": "en", "topics": "1", "content_notes": "loss", "attribution": "member", "byline": "Rosa the elder",
    "version": "1",
}  # fmt: skip


def _story(world: World) -> Fields:
    return STORY | {"version": _version(Contribution, world.waiting_story)}


POST: Fields = {
    "source": "With a rubber glove.", "attribution": "member", "content_notes": "loss", "answers": "", "version": "0",
}  # fmt: skip
HEARING = {f"{kind}_mail": "daily" for kind in KINDS} | {
    "answer_listed": "y", "time_zone": "Europe/Rome", "quiet_from": "22:00", "quiet_until": "07:00",
}  # fmt: skip
THREAD: Fields = {**POST, "title": "How about jars", "topics": "1", "language": "en"}
BOARD: Fields = {
    "slug": "feet", "position": "3", "audience": "everyone", "who_may_start": "everyone", "is_reviewed_first": "y",
    "allows_anonymous": "y", "is_archived": "", "name_en": "Cold feet", "description_en": "About socks too.",
    "rules_en": "No adverts here.", "name_it": "Piedi freddi", "description_it": "Anche calze.",
    "rules_it": "Senza annunci qui.",
}  # fmt: skip
LINE: Fields = {
    "operator": "The league of ears", "country": "IT", "languages": "it en", "group": "now", "is_emergency": "",
    "cost": "free", "time_zone": "Europe/Rome", "name_en": "Somebody who listens", "audience_en": "For all of us.",
    "note_en": "Ring it twice.", "method_1": "phone", "value_1": "06 1111 2222", "hours_1": "daily 09:00–24:00",
    "name_it": "Qualcuno che ascolta",
}  # fmt: skip
GUIDE: Fields = {
    "in_short": "Lumps of calcium.", "author": "Ann of Ferrara", "reviewer": "Dr. Ben Serra",
    "reviewed_on": "2026-05-17", "seen": "", "section_about": "What it is about.",
    "section_research": "What is tried now.",
}  # fmt: skip
PUBLICATION: Fields = {
    "title": "Calcium and skin", "source": "A journal of skin", "published": "2009-05", "kind": "study",
    "section": "about", "doi": "10.1136/ard.2010.130658", "pmid": "20805294", "pmcid": "PMC3329234",
    "url": "https://www.example.org/page", "says_en": "It says so.", "says_it": "Dice di sì.",
}  # fmt: skip


PHOTO: Fields = {
    "caption": "Three old jars", "description": "Jars on a shelf.", "credit": "By my sister", "graphic": "y",
    "topics": "1", "in_library": "y", "consent": "y", "seen": "", "do": "keep",
}  # fmt: skip


def _on(story: str) -> Callable[[World], dict[str, int]]:
    return lambda world: {"story_id": getattr(world, story)}


def _just(**fields: str) -> Callable[[World], Fields]:
    return lambda _: fields


CANNED: Fields = {
    "decision": "hide", "guideline": "kindness", "title_en": "Said once more", "text_en": "We have said it before.",
    "title_it": "", "text_it": "", "title_es": "", "text_es": "",
}  # fmt: skip
TRANSLATION: Fields = {
    "title": "Otro tarro más", "teaser": "Una mañana fría.", "source": "Era de ciruelas.",
    "condition_words": "CREST creo", "region": "Cerca del lago", "credit": "other", "credit_name": "Una lectora",
    "is_current": "y", "current": "1", "version": "0",
}  # fmt: skip


def _no_wording(_cast: Cast, _world: World) -> None:
    """The card reads as it came."""
    with write():
        db.session.execute(delete(Wording))


def _chapter(_world: World) -> Fields:
    return {"title": "Later on", "source": "It opens now.", "dated": "2024-05", "version": "0"}


def _claim_waits(_cast: Cast, world: World) -> None:
    """Nobody has answered the claim yet."""
    with write():
        claim = db.session.get_one(Claim, world.claim)
        claim.answered_at = claim.outcome = None
        claim.answer = ""


def _told_whole(_cast: Cast, world: World) -> None:
    """What was told to Cora has its words, was read back, and may stand on this site."""
    with write():
        story = db.session.get_one(Story, world.told)
        story.status = "draft"
        contributions.set_words(story, title="The letterboxes", source="I was a postman.")
        db.session.execute(update(Provenance).where(Provenance.story_id == story.id).values(read_back_on="2024-05-17"))
        ledger.give(story, "site", version=1, language="en", how="phone")


def _message_there(_cast: Cast, world: World) -> None:
    """Alice's message to Bob stands there."""
    with write():
        table = Contribution.__table__
        values = {"status": "published", "withdrawn_at": None}
        db.session.execute(update(table).where(table.c.id == world.message).values(values))  # type: ignore[arg-type]


def _nobody_blocked(_cast: Cast, _world: World) -> None:
    """Nobody keeps another's messages away."""
    with write():
        db.session.execute(delete(Mute).where(Mute.is_block))


FORMS: dict[str, Form] = {
    "archives.attestation_create": Form("ada", _just(note="Signed sheets, here.")),
    "appeals.appeal_claim_create": Form("mona", before=_to_be_heard),
    "appeals.appeal_claim_delete": Form("mona", before=_to_be_heard),
    "appeals.author_appeal_create": Form("alice", _just(words="The number is public."), _appealable),
    "appeals.letter_appeal_create": Form("visitor", _just(words="The number is public."), _appealable, _of_the_letter),
    "appeals.outside_create": Form("ada", _just(name="Dr Weiss", email="weiss@example.net"), _to_be_heard),
    "appeals.outside_verdict_create": Form(
        "visitor", _just(outcome="upheld", answer="It can stay."), _to_be_heard, _of_the_outsider
    ),
    "appeals.reporter_appeal_create": Form(
        "bob", _just(words="It sells something."), _reported_in_vain, _of_the_report
    ),
    "appeals.verdict_create": Form("ada", _just(outcome="upheld", answer="It can stay."), _to_be_heard),
    "claims.answer_create": Form("mona", _just(outcome="declined", answer="We can't know it."), _claim_waits),
    "claims.claim_create": Form(
        "visitor", _just(wish="change", words="The town is wrong.", email="rosa@example.org", website="")
    ),
    "claims.confirmation_create": Form("visitor"),
    "claims.contact_show": Form("mona"),
    "claims.taking_create": Form("alice"),
    "claims.words_create": Form("visitor", _just(words="It was Parma.")),
    "told.consent_create": Form(
        "cora", _just(read_back_on="2024-05-17", uses="site", how="phone", note="She said yes on the phone.")
    ),
    "told.sending_create": Form("cora", before=_told_whole),
    "told.told_create": Form(
        "cora", _just(how="phone", told_on="2024-05", byline="Rosa of Parma", contact="Ask the baker", language="en")
    ),
    "consent.admission_create": Form("alice", before=_resting, values=_on("waiting_story")),
    "consent.coming_of_age_create": Form("alice", _just(answer="not_possible"), _of_age),
    "consent.consent_create": Form("alice", _just(use="print"), _stand("published")),
    "consent.consent_withdrawal_create": Form("alice", _just(use="print"), _stand("published")),
    "consent.wish_fulfilment_create": Form("ada", _just(reason="Two letters sent"), _wished(False)),
    "consent.wish_undoing_create": Form("ada", before=_wished(True)),
    "consent.wish_update": Form("alice", _just(if_unreachable="unlist", deputy="My sister Pia"), _stand("published")),
    "accounts.code_create": Form("visitor", _just(code="123456", request="1-" + "x" * 43)),
    "accounts.link_create": Form("visitor"),
    "accounts.other_sessions_ending_create": Form("bob", before=sessions_again),
    "accounts.own_password_create": Form("bob", _just(new_password="four-odd-words-here"), sessions_again),
    "accounts.password_create": Form("visitor", _just(email="bob@example.org", password="four-odd-words-here")),
    "accounts.password_removal_create": Form("bob"),
    "accounts.session_ending_create": Form("alice", before=sessions_again, values=_session_of_alice),
    "accounts.settings_create": Form(
        "bob", _just(display_name="Bob the second", about="A few lines.", is_page_public="y", language="en")
    ),
    "accounts.shared_phone_create": Form("alice", _just(shared="1", story="1")),
    "accounts.sign_in_create": Form("visitor", _just(email="bob@example.org", next="/en/me", kept="", shared="1")),
    "accounts.sign_out_create": Form("bob", before=sessions_again),
    "accounts.sign_up_create": Form(
        "visitor", _just(email="eve@example.org", display_name="Eve of all", is_old_enough="y", website="")
    ),
    "admin.board_change_create": Form("ada", _just(**BOARD | {"slug": "hands"})),
    "admin.board_create": Form("ada", _just(**BOARD | {"slug": "cold-feet"})),
    "admin.page_version_create": Form("ada", _page),
    "admin.profession_create": Form(
        "ada", lambda _: {"profession": "nurse", "how": "The public register.", "expires_on": _in_a_year()}
    ),
    "admin.profession_ending_create": Form("ada"),
    "admin.retry_create": Form("ada"),
    "admin.role_create": Form("ada", _just(role="curator")),
    "admin.role_removal_create": Form("ada"),
    "admin.session_ending_create": Form("ada", _just(session="all", why="asked")),
    "chapters.chapter_admission_create": Form("alice", before=_stand("sent")),
    "chapters.chapter_kept_detail_create": Form("alice", _just(detail="1-abc"), _stand("published")),
    "chapters.afterword_create": Form(
        "bob", _just(relation="friend", is_memorial="y", died="2019"), _stand("published")
    ),
    "chapters.chapter_create": Form("alice", before=_stand("published")),
    "chapters.chapter_draft_create": Form("alice", _chapter, _stand("published")),
    "chapters.chapter_recall_create": Form("alice", before=_stand("pending")),
    "chapters.chapter_refusal_create": Form("alice", _just(value="1"), _stand("published")),
    "chapters.chapter_removal_create": Form("alice", before=_stand("published")),
    "chapters.chapter_return_create": Form("alice", before=_stand("withdrawn")),
    "chapters.chapter_sending_create": Form("alice", _just(consent="site"), _stand("published")),
    "chapters.chapter_withdrawal_create": Form("alice", before=_stand("published")),
    "demo.remove_create": Form("ada", _just(with_answers="y")),
    "demo.sign_in_create": Form("visitor", _just(who="alice")),
    "discussions.comment_create": Form("bob", _just(**POST), _stand("published")),
    "discussions.comment_draft_create": Form("bob", _just(**POST), _stand("published")),
    "discussions.board_read_create": Form("bob"),
    "discussions.edit_draft_create": Form(
        "alice", _just(source="And now half of it", title="Jars", revision="", basis="doctor"), _stand("published")
    ),
    "discussions.lock_create": Form("mona", _just(value="0")),
    "discussions.pause_create": Form("mona", _just(value="300")),
    "discussions.read_create": Form("bob"),
    "discussions.pin_create": Form("mona", _just(value="1")),
    "discussions.reply_create": Form("bob", _just(**POST)),
    "discussions.reply_draft_create": Form("bob", _just(**POST)),
    "discussions.return_create": Form("alice", before=_stand("withdrawn")),
    "discussions.revision_create": Form(
        "alice", _just(source="And now so.", title="Jars and lids", revision=""), _stand("published")
    ),
    "care.closing_create": Form("bob"),
    "care.wording_create": Form(
        "mona", _just(text="Should today be heavy\n\nThese people answer.", version="0"), _no_wording
    ),
    "discussions.thread_create": Form("bob", _just(**THREAD)),
    "discussions.thread_draft_create": Form("bob", _just(**THREAD)),
    "discussions.view_create": Form("bob", _just(view="flat")),
    "discussions.withdrawal_create": Form("alice", before=_stand("published")),
    "guides.helpline_create": Form("cora", _just(**LINE)),
    "guides.helpline_update": Form("cora", _just(**LINE | {"value_1": "06 3333 4444"})),
    "guides.reference_create": Form("cora", _just(**PUBLICATION)),
    "guides.retirement_create": Form("cora"),
    "guides.return_create": Form("cora"),
    "guides.text_create": Form("cora", _just(**GUIDE)),
    "guides.verification_create": Form("cora"),
    "incoming.address_create": Form("alice"),
    "contributions.bookmark_create": Form("bob", _just(value="1", note="For Thursday"), _stand("published")),
    "contributions.bookmark_note_create": Form("alice", _just(note="For my next visit"), _kept),
    "contributions.bookmark_removal_create": Form("alice", before=_kept),
    "site.unsent_removal_create": Form("alice", before=_begun),
    "contributions.member_following_create": Form("bob", _just(value="1"), _stand("published")),
    "contributions.member_mute_create": Form("bob", _just(value="block")),
    "contributions.reaction_create": Form("bob", _just(thanks="1"), _stand("published")),
    "contributions.topic_following_create": Form("bob", _just(value="1")),
    "contributions.topic_mute_create": Form("bob", _just(value="1")),
    "discussions.board_following_create": Form("bob", _just(value="1")),
    "discussions.board_mute_create": Form("bob", _just(value="1")),
    "discussions.thread_following_create": Form("bob", _just(value="1"), _stand("published")),
    "discussions.thread_mute_create": Form("bob", _just(value="1"), _stand("published")),
    "follows.following_create": Form("bob", _just(value="1"), _stand("published")),
    "notifications.address_create": Form("alice"),
    "notifications.choices_create": Form("alice", _just(**HEARING)),
    "notifications.reading_create": Form("alice", _just(then="open")),
    "notifications.readings_create": Form("alice"),
    "notifications.unsubscribe_create": Form("visitor", _just(**{"List-Unsubscribe": "One-Click"})),
    "messages.choices_create": Form("nia", _just(accepts="no")),
    "messages.conversation_create": Form("bob", _just(source="And your feet now?", version="0"), _nobody_blocked),
    "messages.draft_create": Form("alice", _just(source="Not sent yet.", version="0")),
    "messages.first_draft_create": Form("cora", _just(source="Dear Alice, hello.", version="0")),
    "messages.message_create": Form("alice", _just(source="And one of pears.", version="0"), _nobody_blocked),
    "messages.place_create": Form("alice", _just(value="1")),
    "messages.reading_create": Form("bob", lambda world: {"until": str(world.message)}),
    "messages.withdrawal_create": Form("alice", before=_message_there),
    "moderation.case_create": Form("mona", lambda world: {"contribution": str(world.story)}, _stand("published")),
    "admin.guideline_create": Form("ada", _just(version="0", **_RULE)),
    "admin.guideline_change_create": Form("ada", _just(version="1", **_RULE), values=lambda _world: {"number": 1}),
    "admin.guideline_retirement_create": Form("ada", values=lambda _world: {"number": 987654}),
    "admin.setting_change_create": Form("ada", _just(report_hours="24", review_days="", burst_minutes="5")),
    "tonight.away_create": Form("mona", lambda _: {"until": _soon()}),
    "tonight.away_end_create": Form("mona"),
    "tonight.note_create": Form("mona", _just(note="Case 7 can wait.")),
    "tonight.duty_create": Form(
        "mona", lambda _: {"day": _soon(), "starts": "18:00", "last_day": _soon(), "ends": "22:00"}
    ),
    "tonight.duty_removal_create": Form("mona"),
    "tonight.line_create": Form(
        "ada",
        lambda _: {
            "text_en": "Still on Sunday.",
            "text_it": "Fermo domenica.",
            "text_es": "Parado.",
            "until": _soon(),
        },
    ),
    "tonight.line_removal_create": Form("ada"),
    "moderation.claim_create": Form("mona", _just(over="y"), _waiting),
    "moderation.claim_delete": Form("mona", before=_waiting),
    "moderation.decision_create": Form("mona", _decision, _waiting),
    "moderation.undoing_create": Form("mona", _last_decision, _noted),
    "moderation.look_create": Form("mona", before=_waiting),
    "moderation.pass_create": Form("mona", before=_waiting),
    "moderation.member_decision_create": Form("mona", _about_a_member),
    "moderation.member_note_create": Form("mona", _just(contact="phone", text="She rang about her photo.")),
    "moderation.note_create": Form("mona", _just(contact="note", text="Reads Italian only."), _waiting),
    "moderation.recovery_create": Form("mona", _just(email="new@example.org", reason="She knew her first thread.")),
    "moderation.recovery_delete": Form("mona", before=_moving),
    "moderation.own_recovery_stop": Form("alice", before=_moving),
    "moderation.recovery_stop": Form("visitor", before=_moving, values=_its_token),
    "moderation.seal_create": Form("mona", _just(why="danger", reason="She writes that she has no way out."), _sealed),
    "moderation.second_answer_create": Form("mona", _just(answer="refused", words="A week is enough."), _asked),
    "moderation.reply_create": Form("mona", lambda _: CANNED),
    "moderation.reply_update": Form("mona", lambda _: CANNED),
    "moderation.reply_retirement_create": Form("mona"),
    "moderation.reply_return_create": Form("mona"),
    "moderation.turn_create": Form("mona", _just(show="everything"), _waiting),
    "moderation.shortcuts_create": Form("mona", _just(on="y")),
    "moderation.spam_create": Form("mona", _spam, _waiting),
    "moderation.letter_draft": Form("mona", _letter, _waiting),
    "moderation.letter_preview": Form("mona", _letter, _waiting),
    "moderation.letter_read": Form("alice"),
    "moderation.edit_recall_create": Form("alice", before=_edit_waits, values=_about("story")),
    "moderation.message_create": Form("mona", _just(message="Is the date right?"), _waiting),
    "moderation.message_draft": Form("mona", _just(message="Is the date right?"), _waiting),
    "moderation.message_read": Form("mona", before=_waiting),
    "moderation.review_draft": Form("alice", _just(message="It is right."), _waiting, _about("waiting_story")),
    "moderation.review_message_create": Form(
        "alice", _just(message="It is right."), _talked_about, _about("waiting_story")
    ),
    "moderation.review_read": Form("alice", values=_about("waiting_story")),
    "moderation.reversal_create": Form("mona", _just(signal="many_links", days="7")),
    "moderation.word_create": Form(
        "mona", _just(phrase="healing crystals", language="en", act="note", note="Sold here")
    ),
    "moderation.word_list_create": Form(
        "mona", _just(words="healing crystals\nlunar water", language="und", act="hold", note="Sold here")
    ),
    "moderation.word_retire": Form("mona"),
    "moderation.suggestion_answer": Form("alice", _just(change="0", do="take"), _talked_about, _about("story")),
    "moderation.suggestion_create": Form("mona", _just(**SUGGESTION), _waiting),
    "moderation.suggestion_draft": Form("mona", _just(**SUGGESTION), _waiting),
    "moderation.report_create": Form(
        "visitor",
        lambda world: {
            "contribution": str(world.story),
            "reason": "illegal",
            "words": "Look at it.",
            "website": "",
            "grounds": "It calls us thieves.",
            "notifier": "Bea Bianchi",
            "email": "bea@example.org",
            "good_faith": "y",
        },
        _stand("published"),
    ),
    "photos.edges_create": Form("alice", _just(large="0-0", do=""), _photo_made),
    "photos.file_create": Form("alice", before=_photo_made),
    "photos.move_create": Form("alice", _just(to="earlier"), _photo_made),
    "photos.photo_create": Form("bob"),
    "photos.post_photo_create": Form("alice", before=_photo_made),
    "photos.recall_create": Form("alice", before=_stand("pending")),
    "photos.removal_create": Form("alice", before=_photo_made),
    "photos.return_create": Form("alice", before=_stand("withdrawn")),
    "photos.story_photo_create": Form("alice", before=_photo_made),
    "photos.withdrawal_create": Form("alice", before=_photo_made),
    "photos.words_create": Form("alice", _just(**PHOTO), _photo_made),
    "translations.leaving_create": Form("alice", before=_stand("published")),
    "translations.taking_create": Form("alice", before=_stand("published")),
    "translations.translation_create": Form("bob", _just(into="it"), _stand("published")),
    "translations.translation_draft_create": Form("alice", _just(**TRANSLATION), _stand("published")),
    "translations.translation_kept_detail_create": Form("alice", _just(detail="1-abc"), _stand("published")),
    "translations.translation_recall_create": Form("alice", before=_stand("pending")),
    "translations.translation_removal_create": Form("alice", before=_stand("published")),
    "translations.translation_sending_create": Form("alice", _just(consent="site"), _stand("published")),
    "translations.translation_withdrawal_create": Form("alice", before=_stand("published")),
    "writing.draft_create": Form("alice", _story, _unsent, _on("waiting_story")),
    "writing.kept_detail_create": Form("alice", _just(detail="1-abc"), _unsent, _on("waiting_story")),
    "writing.recall_create": Form("alice", before=_waiting, values=_on("waiting_story")),
    "writing.removal_create": Form("alice", before=_stand("published")),
    "writing.return_create": Form("alice", before=_stand("withdrawn")),
    "writing.sending_create": Form("alice", _just(consent="site"), _unsent, _on("waiting_story")),
    "writing.story_create": Form("alice"),
    "writing.widening_create": Form("alice", _just(leave_out="country"), _unsent, _on("waiting_story")),
    "writing.withdrawal_create": Form("alice", before=_stand("published")),
}


def address_of(app: Any, rule: Any, world: World, **instead: Any) -> str:
    """The address of a rule, with something else in some of its parts."""
    endpoint = str(rule.endpoint)
    form = FORMS.get(endpoint)
    values = {name: value_for(name, endpoint, world) for name in rule.arguments}
    values |= (form.values(world) if form else {}) | instead
    with app.test_request_context("/en/"):
        return str(app.url_for(endpoint, **values))
