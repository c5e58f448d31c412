"""The words of letters and of the statements of reasons below them, by the words of the code."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

# How a letter begins. The moderator's own words follow, then the guideline.
OPENINGS = {
    "approve": _l("We have published what you sent. Thank you for it."),
    "ask_for_changes": _l("This is not published yet. We would like to ask you for a change."),
    "decline": _l("We haven’t published this yet. Here is why, and what would change it."),
    "hide": _l("We have taken this out of sight. Nobody but you and the moderators can read it now. Here is why."),
    "restore": _l("What you wrote can be read again, as it was."),
    "edit": _l("We have changed something in what you wrote. A line below it says so. Here is why."),
    "redact": _l("We have taken a few words out of what you wrote, for good. Here is why."),
    "content_notes": _l("We have put a note before what you wrote, so that readers know what is coming. Here is why."),
    "lock": _l("We have closed this discussion to new answers. What is there can still be read. Here is why."),
    "unlock": _l("This discussion is open to answers again."),
    "slow": _l("For a while everybody has to wait between two answers in this discussion. Here is why."),
    "move": _l("We have moved this to where its readers are. Every word of it is there. Here is why."),
    "split": _l("We have moved this, with its answers, to a discussion of its own. Here is why."),
    "merge": _l("We have joined this to a discussion about the same thing. Every word of it is there. Here is why."),
    "topics": _l("We have changed the topics this is listed under. Your words are as they were. Here is why."),
    "warn": _l(
        "There is something we would like to tell you. This letter takes nothing from you. Here is what it’s about."
    ),
    "silence": _l("For a while you can read here, but not write. Here is why."),
    "limit": _l("For a while what you write waits until a moderator has read it. Here is why."),
    "ban": _l("Your account is closed. You can read your letters and take back what you wrote. Here is why."),
    "lift": _l("You can write here again."),
    "open_seal": _l("Two of us have looked at who wrote this, though you wrote it without your name. Here is why."),
}
OPENING_OF_EDIT = {
    "approve": _l("We have published your change. Thank you for it."),
    "ask_for_changes": _l(
        "Your change is not published yet. What was there before stays. We would like to ask you for something."
    ),
    "decline": _l("We haven’t published your change yet. What was there before stays. Here is why."),
}
OPENING_BY_THE_SITE = {
    "hide": _l(
        "The site has taken this out of sight by itself, before a person read it. Nobody but you and the moderators "
        "can read it now. Here is why."
    ),
}

# What was decided, as the statement of reasons says it.
MEASURES = {
    "ask_for_changes": _l("Not published until it is changed"),
    "decline": _l("Not published"),
    "hide": _l("Hidden: only you and the moderators can read it"),
    "edit": _l("Words changed by a moderator, with a line that says so"),
    "redact": _l("Words taken out for good"),
    "content_notes": _l("A content note put before it"),
    "lock": _l("Closed to new answers"),
    "slow": _l("A wait between two answers"),
    "move": _l("Moved to another place on the site"),
    "split": _l("Moved to a discussion of its own"),
    "merge": _l("Put together with another discussion"),
    "topics": _l("Listed under other topics"),
    "warn": _l("A warning, which stays in your record"),
    "silence": _l("You can read, not write"),
    "limit": _l("What you write waits until a moderator has read it"),
    "ban": _l("Your account is closed"),
}
NARROWED = _l("Moved to where only members can read it")
MEASURES_OF_EDIT = {
    "ask_for_changes": _l("Your change is not published until it is changed again"),
    "decline": _l("Your change is not published"),
}
SCOPES = {
    "this": _l("Only what this letter is about. Nothing else of yours changes."),
    "discussion": _l("This discussion, for everybody who writes in it."),
    "everywhere": _l("Everything you write, everywhere on this site."),
}
FACTS = {
    "notice": _l("A reader told us about it. We don’t say who."),
    "signal": _l("The site noticed something and showed it to a moderator."),
    "review": _l("A moderator reads it before others do."),
    "own": _l("A moderator came across it. Nobody reported it."),
}
HOWS = {
    ("person", "person"): _l("No machine took part. A person found it and a person decided."),
    ("site", "person"): _l("The site found it by itself. A person decided."),
    ("person", "site"): _l("A person found it. The site decided by a fixed rule."),
    ("site", "site"): _l("The site found it and decided by a fixed rule, without a person."),
}
APPEALS = {
    "upheld": _l("It stays as it was decided"),
    "overturned": _l("The decision is taken back"),
    "partly": _l("Something milder takes its place"),
}
