"""The words of moderation that several pages, letters and mails share, by the words of the code."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

REASONS = {
    "hurtful": _l("It is hurtful"),
    "unsafe_advice": _l("It gives medical advice that isn’t safe"),
    "spam": _l("It sells something, or is spam"),
    "private_details": _l("It shows private details, mine or somebody’s"),
    "illegal": _l("I think it is against the law"),
    "worried": _l("I’m worried about this person"),
    "other": _l("Something else"),
}

OPENED_FOR = {
    "care": _l("Somebody may be in danger"),
    "private_details": _l("Private details may show"),
    "report": _l("Reported"),
    "claim": _l("Somebody says this is theirs"),
    "review": _l("To be read first"),
    "import": _l("Waits for its author’s consent"),
}

WORRIED = _l("Somebody is worried about this person")

URGENCY = {
    "care": (_l("Now"), "now"),
    "private_details": (_l("Today"), "today"),
    "report": (_l("Soon"), "soon"),
    "claim": (_l("Soon"), "soon"),
    "review": (_l("When you can"), "later"),
    "import": (_l("Not yet"), "later"),
}

DECISIONS = {
    "approve": _l("Publish it"),
    "ask_for_changes": _l("Ask for changes"),
    "decline": _l("Don’t publish it yet"),
    "hide": _l("Hide it"),
    "restore": _l("Show it again"),
    "no_action": _l("Leave it as it is"),
    "edit": _l("Change the words, with a line that says so"),
    "redact": _l("Take personal data out, for good"),
    "content_notes": _l("Change the notes before it"),
    "lock": _l("Lock the discussion"),
    "unlock": _l("Open the discussion again"),
    "slow": _l("Slow the discussion down"),
    "move": _l("Move the discussion to another board"),
    "split": _l("Move this and its answers to a new discussion"),
    "merge": _l("Put the discussion into another one"),
    "topics": _l("Change its topics"),
    "made_to_hurt": _l("Leave it: the report was made to hurt"),
    "false_alarm": _l("False alarm: nobody is in danger"),
    "warn": _l("Warn the author"),
    "limit": _l("Read everything of the author’s first"),
    "silence": _l("Silence the author"),
    "ban": _l("Close the author’s account"),
    "lift": _l("Lift the author’s restriction"),
}

# What a case is mostly decided by; the rest is folded beside it.
USUAL = (
    *("approve", "no_action", "ask_for_changes", "decline", "hide", "restore", "redact", "made_to_hurt", "false_alarm"),
)
# The keys of the desk, the same in every language.
KEYS = {
    "approve": "A",
    "no_action": "L",
    "ask_for_changes": "Q",
    "decline": "N",
    "hide": "H",
    "restore": "U",
    "redact": "R",
    "made_to_hurt": "M",
    "false_alarm": "F",
    "edit": "E",
    "content_notes": "T",
}

DECISIONS_OF_EDIT = {
    "approve": _l("Publish the change"),
    "decline": _l("Keep the words of before"),
}

DECIDED = {
    "approve": _l("published"),
    "ask_for_changes": _l("changes asked for"),
    "decline": _l("not published"),
    "hide": _l("hidden"),
    "restore": _l("shown again"),
    "no_action": _l("left as it is"),
    "edit": _l("words changed"),
    "redact": _l("personal data taken out"),
    "content_notes": _l("notes changed"),
    "lock": _l("locked"),
    "unlock": _l("opened again"),
    "slow": _l("slowed down"),
    "move": _l("moved to another board"),
    "split": _l("made a discussion of its own"),
    "merge": _l("put into another discussion"),
    "topics": _l("topics changed"),
    "made_to_hurt": _l("left; the report was made to hurt"),
    "false_alarm": _l("false alarm"),
    "warn": _l("member warned"),
    "limit": _l("member’s contributions read first"),
    "silence": _l("member silenced"),
    "ban": _l("member’s account closed"),
    "lift": _l("restriction lifted"),
    "open_seal": _l("seal opened"),
}

# What other rooms write into the log.
ACTS = {
    "end_decision": _l("ended by itself"),
    "undo_decision": _l("undone"),
    "appeal": _l("another look asked for"),
    "appeal_upheld": _l("looked at again: stays as decided"),
    "appeal_overturned": _l("looked at again: taken back"),
    "appeal_partly": _l("looked at again: made milder"),
    "appeal_outside": _l("somebody outside asked to decide an appeal"),
    "reply_made": _l("canned reply written"),
    "reply_changed": _l("canned reply changed"),
    "reply_retired": _l("canned reply retired"),
    "reply_returned": _l("canned reply brought back"),
    "unlock_by_itself": _l("opened again by itself"),
    "pin": _l("pinned"),
    "pause": _l("set the pause"),
    "unpin": _l("unpinned"),
    "make_guideline": _l("put into force"),
    "retire_guideline": _l("taken out of force"),
    "say_line": _l("put up"),
    "end_line": _l("taken down"),
    "choose_setting": _l("setting changed"),
    "go_away": _l("left the desk"),
    "come_back": _l("came back"),
    "make_board": _l("made"),
    "change_board": _l("changed"),
    "change_page": _l("changed"),
    "give_role": _l("given a role"),
    "verify_profession": _l("profession verified"),
    "end_profession": _l("profession taken back"),
    "take_role": _l("a role taken back"),
    "end_sessions": _l("signed out by an administrator"),
    "retry_job": _l("tried again"),
    "watch_word": _l("watched from now on"),
    "retire_word": _l("not watched any more"),
    "reverse_signal": _l("what it held was released"),
    "guide_written": _l("guide written"),
    "attest": _l("consent vouched for"),
    "publish_attested": _l("published as vouched for"),
    "record_consent": _l("consent written down"),
    "open_contact": _l("addresses compared"),
    "claim_handed_over": _l("handed over to its author"),
    "claim_changed": _l("changed as its author asked"),
    "claim_removed": _l("removed as its author asked"),
    "claim_declined": _l("left as it is, though somebody claims it"),
    "claim_taken": _l("taken over by its author"),
    "wish_carried_out": _l("its author can’t be reached: done as they wished"),
    "ask_second": _l("a second moderator asked"),
    "second_granted": _l("agreed as the second moderator"),
    "second_refused": _l("not agreed as the second moderator"),
    "second_override": _l("decided alone by an administrator"),
    "second_taken_back": _l("request taken back"),
    "sanction_ended": _l("a restriction ended by itself"),
    "note": _l("a note kept"),
    "mailbox_recovered": _l("another mailbox took over"),
    "recovery_stopped": _l("another mailbox stopped"),
    "wish_undone": _l("what was done as its author wished, undone"),
}
OBJECTS = {
    "contribution": _l("Contribution"),
    "thread": _l("Thread"),
    "board": _l("Board"),
    "page": _l("Page"),
    "topic": _l("Topic"),
    "member": _l("Member"),
    "job": _l("Job"),
    "archive": _l("Archive"),
    "guideline": _l("Guideline"),
    "reply": _l("Canned reply"),
    "notice_line": _l("Line for every page"),
    "site": _l("The site"),
    "word": _l("Watched word"),
    "signal": _l("Rule of the site"),
}

HINTS = {
    "decline": _l("With a reason and a way back."),
    "hide": _l("Out of everybody’s sight, until somebody shows it again."),
    "no_action": _l("The author hears nothing. Who reported it does."),
    "edit": _l("You see every change before it is sent. Readers see your line below the text."),
    "redact": _l("Out of the text, every version, reports, letters, search, backups to come. Nobody can undo it."),
    "content_notes": _l("What readers are told before they open it."),
    "lock": _l("Everybody can read it, nobody can answer: until the morning, a day, or until you open it."),
    "slow": _l("Everybody waits between two answers."),
    "move": _l("With all its answers. Its address stays the same."),
    "split": _l("Followers come along. Everything stays readable."),
    "merge": _l("Its address leads there from then on."),
    "made_to_hurt": _l("The author hears nothing. It counts against whoever reports like this."),
    "false_alarm": _l("What was noticed is erased after 30 days."),
    "warn": _l("A letter, and a line in the record. Nothing is kept from the author. This leaves the case open."),
    "limit": _l("What the author sends waits to be read, and only a few a day. This leaves the case open."),
    "silence": _l("The author can read, not write. This leaves the case open."),
    "ban": _l("The author can’t come in any more. A second moderator has to agree."),
}

STATUSES = {
    "sent": _l("Sent, not yet shown"),
    "pending": _l("Waiting to be read"),
    "changes_asked": _l("Changes asked for"),
    "published": _l("Published"),
    "hidden": _l("Hidden"),
    "declined": _l("Not published"),
    "withdrawn": _l("Withdrawn by its author"),
    "erased": _l("Erased"),
    "draft": _l("Draft"),
}

NOTES = {
    "loss": _l("Loss"),
    "surgery": _l("Surgery"),
    "self_harm": _l("Self-harm"),
    "graphic": _l("Graphic pictures"),
}

USES = {
    "site": _l("This site"),
    "translation": _l("Translation"),
    "print": _l("Print"),
    "research": _l("Research"),
    "photo": _l("The photo"),
}

HOWS = {
    "site": _l("on this site"),
    "letter": _l("by letter"),
    "phone": _l("by phone"),
    "voice": _l("in person"),
    "attested": _l("attested by an administrator"),
}

# What is kept from a member, as moderators read it.
RESTRICTIONS = {
    "limited": _l("Everything is read first"),
    "silenced": _l("Can read, not write"),
    "banned": _l("The account is closed"),
}
SANCTIONS = {
    "warning": _l("A warning"),
    "limit": _l("Everything read first"),
    "silence": _l("Silenced"),
    "ban": _l("Account closed"),
}
SECOND_FOR = {
    "ban": _l("To close an account"),
    "silence": _l("A silence longer than a week"),
    "limit": _l("To read everything first, longer than a week"),
    "open_seal": _l("To open a seal"),
    "close_spam": _l("To close an account that is only spam"),
    "recover_mailbox": _l("Another mailbox for an account"),
}
SECOND_ANSWERS = {
    "granted": _l("agreed"),
    "refused": _l("not agreed"),
    "override": _l("decided alone by an administrator"),
    "lapsed": _l("lapsed"),
}
ROLES = {
    "moderator": _l("Moderator"),
    "curator": _l("Curator"),
    "admin": _l("Administrator"),
}

STANDINGS = {
    "new": _l("New member"),
    "established": _l("Established"),
    "trusted": _l("Trusted"),
}


def heading(opened_for: str, is_worried: object) -> Any:
    """What a case is opened for, as its heading. `is_worried`: a reader said so; else the site noticed it by itself."""
    return WORRIED if opened_for == "care" and is_worried else OPENED_FOR[opened_for]
