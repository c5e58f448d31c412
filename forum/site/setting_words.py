"""What the panel says of each setting that can be chosen there."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

# name → label, help
WORDS = {
    "approvals_until_established": (
        _l("Approved contributions before a member’s own are shown at once"),
        _l("0: nobody waits for being new."),
    ),
    "trusted_approvals": (
        _l("Published contributions before a member is trusted"),
        _l("What trust unlocks stands on the page about trust."),
    ),
    "trusted_days": (
        _l("Days with an account before a member is trusted"),
        _l("And as many days without anything removed."),
    ),
    "story_reviewers": (_l("How many people read a story first"), _l("As its author is told. 0 says nothing.")),
    "review_days": (
        _l("Days within which an author gets an answer"),
        _l("Promise what you can keep. 0 promises nothing."),
    ),
    "report_hours": (
        _l("Hours within which a report is looked at"),
        _l("Readers are told, and the public page shows how it went. 0 promises nothing."),
    ),
    "appeal_days": (_l("Days within which an appeal is answered"), _l("0 promises nothing.")),
    "recovery_days": (
        _l("Days that an account with a lost mailbox waits"),
        _l("During that time the old address can stop it."),
    ),
    "links_when_new": (
        _l("Links of one contribution by a new member"),
        _l("With more a moderator reads it first."),
    ),
    "links_when_established": (
        _l("Sites that anybody’s contribution links to"),
        _l("With more a moderator reads it first. Whoever is trusted is not held."),
    ),
    "same_link_contributions": (
        _l("Contributions with the same link before it is noticed"),
        _l("Within 30 days, by one or two writers."),
    ),
    "burst_contributions": (
        _l("Contributions of a new member in a short time"),
        _l("More wait for a moderator. 0: any number."),
    ),
    "burst_minutes": (_l("How many minutes a short time has"), ""),
    "hurry_seconds": (
        _l("Seconds that a long text takes to be written"),
        _l("Sent sooner it is a sign beside others, never alone. 0: none."),
    ),
    "limited_a_day": (_l("Contributions a day while a member is limited"), ""),
    "messages_opened_a_day": (_l("Conversations that one member may begin in a day"), ""),
    "mail_in_hourly": (_l("Mails of one member taken in within an hour"), _l("More are asked to come back later.")),
}

# The parts of the page: a heading and the name it stands before.
PARTS = {
    "approvals_until_established": _l("How trust grows"),
    "story_reviewers": _l("What is promised"),
    "links_when_new": _l("What waits for a moderator"),
    "limited_a_day": _l("How much is taken in"),
}
