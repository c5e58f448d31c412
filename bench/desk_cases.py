"""A desk with a hundred mixed cases, made by what members, readers and moderators do, and what is decided about each.

What is decided hangs on the case alone, so that two runs decide the same.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select

from forum.accounts.models import Member
from forum.accounts.queries import viewer_of
from forum.accounts.viewer import VISITOR, Viewer
from forum.appeals import actions as appeals
from forum.contributions import actions as contributions
from forum.contributions import ledger
from forum.contributions.models import Contribution
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.core.verdict import Verdict
from forum.demo import content, people, photos
from forum.discussions import actions as discussions
from forum.moderation import actions as moderation
from forum.moderation.guideline_models import Guideline
from forum.moderation.models import Case, Letter
from forum.photos.models import Photo
from forum.stories.models import Story

REASONS = ("hurtful", "unsafe_advice", "spam", "illegal", "worried", "other")
RULE_OF = {"hurtful": 1, "unsafe_advice": 2, "spam": 4, "illegal": 5, "other": 7}
SELLS = (
    "I was like you until I found warm gloves at https://gloves.example.org/{n} and now my hands are fine. "
    "Use the code HANDS{n} before Sunday, they only sell the rest of this week."
)
HEAVY = (
    "Most mornings this week I wish I wouldn't wake up. I went as far as the {place} and came back.",
    "I don't want to live like this any more. The {place} was shut when I got there.",
)
PLACES = ("pharmacy", "library", "bakery", "post office", "ticket office", "allotment")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a case is, as the report names it, and what the bench decides about it.

    rule: the number of the guideline it rests on. words: what the moderator types herself, beside the suggested words.
    """

    sort: str
    decision: str
    rule: int | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """The plans by the contribution's id, the desk's two moderators, and how much waits beside the queue."""

    plans: dict[int, Plan]
    moderators: list[int]
    appeals: int
    seconds: int


def make() -> Desk:
    """Make everything, in an application's context; how many of each sort, `counted` says."""
    pictures = photos.make_pictures()
    with write():
        return _Maker(pictures).make()


def counted(desk: Desk) -> Counter[str]:
    """How many of each sort."""
    return Counter(plan.sort for plan in desk.plans.values())


class _Maker:
    def __init__(self, pictures: dict[str, photos.Picture]) -> None:
        self.pictures = pictures
        self.plans: dict[int, Plan] = {}
        self.posts = iter(
            [post.source for thread in content.threads() for post in thread.posts if len(post.source) > 90]
        )
        self.stories = iter(content.stories())
        self.boards = people.make_boards()
        self.moderators = self._members("moderator", 3, standing="trusted", roles=["moderator"])
        self.old = self._members("old", 30)
        self.new = self._members("new", 60, standing="new")
        self.next_new, self.next_old = iter(self.new), 0

    def make(self) -> Desk:
        """All of it, the least urgent first."""
        self._first_posts()
        self._stories()
        self._changes()
        self._spam()
        self._reports()
        self._details()
        self._photos()
        self._heavy()
        waiting = self._appeals(), self._seconds()
        return Desk(self.plans, [member.id for member in self.moderators[:2]], *waiting)

    def _members(self, word: str, number: int, **more: object) -> list[Member]:
        told = [
            {"key": f"{word}-{n}", "display_name": f"{word.title()} {n}", "language": "en", "about": "", "roles": [],
             "joined": "2026-02-01", **more}
            for n in range(number)
        ]  # fmt: skip
        return list(people.make_members(told).values())

    def _writer(self) -> Viewer:
        return viewer_of(next(self.next_new))

    def _regular(self) -> Viewer:
        self.next_old += 1
        return viewer_of(self.old[self.next_old % len(self.old)])

    def _post(self, by: Viewer, source: str, *, board: str | None = None, attribution: str = "member") -> int:
        """An opening post as it is sent through the form."""
        boards = [one for one in self.boards.values() if not one.is_reviewed_first and one.audience == "everyone"]
        there = self.boards[board] if board else boards[len(self.plans) % len(boards)]
        title = " ".join(source.replace("#", "").replace("*", "").split()[:6]).rstrip(".,;:")
        written = discussions.start_thread(
            actor=by, board_id=there.id, title=title, source=source, attribution=attribution
        )
        assert written.post_id is not None, written.verdict.reason
        return written.post_id

    def _report(self, key: int, reason: str, words: str, *, by: Viewer) -> None:
        thing = db.session.get_one(Contribution, key)
        moderation.report(
            reporter=by, contribution=thing, reason=reason, words=words, address=f"/en/posts/{key}", language="en"
        )

    def _first_posts(self) -> None:
        for _ in range(30):
            self.plans[self._post(self._writer(), next(self.posts))] = Plan("first post, good", "approve")
        for n in range(6):
            unkind = f"{next(self.posts)}\n\nWhoever writes otherwise is a fool, and number {n} of them is the worst."
            self.plans[self._post(self._writer(), unkind)] = Plan("first post, unkind", "decline", 1)

    def _stories(self) -> None:
        for n in range(10):
            told = next(self.stories)
            author = viewer_of(self.old[n])
            attribution, byline = (("member", None), ("pseudonym", "Wren"), ("anonymous", None))[n % 3]
            story = Story(language=told.language, created_at=clock.now(), status="sent")
            contributions.set_words(story, title=told.title, source=told.source, teaser=told.teaser)
            contributions.sign(story, author.id, attribution, byline)
            ledger.give(story, "site", version=2, language="en", how="site")
            moderation.admit(actor=author, contribution=story, revision=contributions.add_revision(story))
            asked = "Would you say a little more about the first day? Readers will ask."
            self.plans[story.id] = (
                Plan("story, something to ask", "ask_for_changes", 10, asked)
                if n % 5 == 4
                else Plan("story", "approve")
            )

    def _changes(self) -> None:
        """Changes to published stories, which are always read first."""
        decided = 0
        for key, plan in list(self.plans.items()):
            if plan.sort != "story" or decided == 3:
                continue
            decided += 1
            self._decide(key, "approve")
            story = db.session.get_one(Contribution, key)
            revision = contributions.add_revision(story, source=f"{story.source}\n\nIt is a year ago now.")
            moderation.admit(actor=viewer_of(self.old[0]), contribution=story, revision=revision)
            self.plans[key] = Plan("change to a story", "approve")

    def _spam(self) -> None:
        for n in range(12):
            key = self._post(self._writer(), SELLS.format(n=n))
            self.plans[key] = Plan("spam of a run", "spam", 4)

    def _reports(self) -> None:
        for n in range(22):
            reason = REASONS[n % len(REASONS)]
            attribution = "anonymous" if n in (0, 7, 13) else "member"
            board = next(slug for slug, one in self.boards.items() if one.allows_anonymous) if n in (0, 7, 13) else None
            key = self._post(self._regular(), next(self.posts), board=board, attribution=attribution)
            for _ in range(1 + n % 3):
                self._report(key, reason, f"Look at the second line of it, please ({n}).", by=self._regular())
            if n % 4 == 0:
                self._report(key, reason, "I read this as a visitor.", by=VISITOR)
            sort = "report, sealed" if attribution == "anonymous" else f"report: {reason}"
            stands = n % 3 == 0 or reason == "worried"
            self.plans[key] = Plan(sort, "no_action") if stands else Plan(sort, "hide", RULE_OF[reason])

    def _details(self) -> None:
        for n in range(5):
            source = f"{next(self.posts)}\n\nRing my sister on +39 333 456 78{n}0, she knows which tram."
            key = self._post(self._regular(), source)
            self._report(key, "private_details", "That is a number.", by=self._regular())
            self.plans[key] = Plan("private details", "redact", 3, "A number of somebody else stood in it.")

    def _photos(self) -> None:
        for n, file in enumerate(content.photos()[:6]):
            before = set(db.session.scalars(select(Photo.id)))
            photos.hang_one(file, self.old[n].id, None, self.pictures[file.name])
            db.session.flush()
            key = next(key for key in db.session.scalars(select(Photo.id)) if key not in before)
            self._report(key, "other", "I don't think she knows that she is on it.", by=self._regular())
            self.plans[key] = Plan("photo", "hide", 6) if n % 2 else Plan("photo", "no_action")

    def _heavy(self) -> None:
        for n in range(6):
            key = self._post(self._regular(), HEAVY[n % 2].format(place=PLACES[n]))
            self.plans[key] = Plan("care", "false_alarm" if n % 3 == 2 else "no_action")

    def _appeals(self) -> int:
        for n in range(4):
            by = self._regular()
            key = self._post(by, next(self.posts))
            self._report(key, "hurtful", "It is aimed at somebody.", by=self._regular())
            self._decide(key, "hide", by=self.moderators[2])
            letter = db.session.scalars(select(Letter.id).where(Letter.contribution_id == key)).one()
            appeal, verdict = appeals.appeal_as_author(
                actor=by,
                letter_id=letter,
                words=f"I meant the weather, number {n}. Please read it again.",
                language="en",
            )
            assert appeal is not None, verdict.reason
        return 4

    def _seconds(self) -> int:
        for n in range(3):
            key = self._post(self._regular(), f"{next(self.posts)}\n\nYou are nobody ({n}).")
            self._report(key, "hurtful", "Third time.", by=self._regular())
            self._decide(key, "ban", by=self.moderators[2])
            self.plans[key] = Plan("a second person is asked", "hide", 1)
        return 3

    def _decide(self, key: int, decision: str, *, by: Member | None = None) -> None:
        db.session.flush()
        case = db.session.scalars(select(Case).where(Case.contribution_id == key).order_by(Case.id.desc())).first()
        assert case is not None
        rule = db.session.scalars(select(Guideline).where(Guideline.number == 1)).one()
        refused = decision != "approve"
        verdict: Verdict = moderation.decide(
            actor=viewer_of(by or self.moderators[2]), case_id=case.id, seen_version=case.version, decision=decision,
            guideline_id=rule.id if refused else None, letter="It is aimed at a person." if refused else "", note="",
        )  # fmt: skip
        assert verdict, verdict.reason
        db.session.expire_all()
