"""What the mails say that answer a mail: for each word of an outcome one sentence."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

WHY_WORDS: dict[str, Any] = {
    "empty": _l(
        "We found no words of yours in your answer, only what it quotes. Write above the quoted text, or answer on the"
        " site."
    ),
    "large": _l(
        "Your answer is larger than %(megabytes)d MB, so we did not read it. Send it without the pictures, or answer on"
        " the site."
    ),
    "foreign": _l(
        "Somebody answered one of our mails to you from another address. It was not posted. If it was you, write from"
        " the address of your account, or answer on the site."
    ),
    "gone": _l("What you answered isn’t here any more. Your words are kept, in case it returns."),
    "answered-gone": _l(
        "What you answered was taken down meanwhile. Your words are kept; you can still answer the discussion itself."
    ),
    "refused": _l("Your answer is not posted. Your words are kept."),
    "long": _l("Your answer is longer than fits in one post. Your words are kept, so that you can shorten them."),
    "details": _l(
        "Your answer is not posted yet, because something in it may say who you are. Did you mean to share this? Your"
        " words are kept: look at them and send them, or take it out."
    ),
    "named": _l(
        "Your answer is not posted yet: a name of yours stands in it, and in this discussion you write without it. Did"
        " you mean to share this? Your words are kept."
    ),
    "unnamed": _l(
        "Your answer is not posted yet. In this discussion you have not written before, so choose on the site how to"
        " sign it. Your words are kept."
    ),
    "waits": _l("We have your answer. A moderator will see it before others do."),
    "posted": _l("Your answer is posted, as you wrote it."),
    "pictures": _l("Your answer is posted. Your pictures wait for you: say what can be seen in them, and send them."),
    "waits-pictures": _l(
        "We have your answer. A moderator will see it before others do. Your pictures wait for you: say what can be"
        " seen in them, and send them."
    ),
}
STORY_WORDS: dict[str, Any] = {
    "begun": _l("We began a story with your words. It is a draft: only you see it, until you send it."),
    "empty": _l("We found no words in your mail, so there is nothing to begin a story with."),
    "large": _l("Your mail is larger than %(megabytes)d MB, so we did not read it. Send it without the pictures."),
    "long": _l("Your mail is longer than a story can be. Send it in two parts, or bring it in on the site."),
    "foreign": _l(
        "Somebody sent a mail to your private address for stories, from another address than yours. We kept nothing of"
        " it. If it was not you, make a new address on your pages."
    ),
    "refused": _l("We could not begin a story with your mail. It is still among the mails you sent."),
}
