"""What the pages of photos say: what is happening to one, and why one can't be used."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

STATE_WORDS: dict[str, Any] = {
    "received": _l("It came in whole. We are opening it now."),
    "looking": _l("It is open. Look at its edges before anybody else does."),
    "making": _l("We are making the sizes that readers see, without anything else that was in the file."),
    "ready": _l("It is ready."),
    "failed": _l("This one can’t be used as it is."),
}

# Why, and what helps.
PROBLEMS: dict[str, Any] = {
    "too_large": _l("It has more pixels than we can open. Save a smaller copy on your device and send that."),
    "too_long": _l("It took too long to open. Save it as a JPEG on your device and send that."),
    "truncated": _l("The file ends before the picture does. It may have been cut off on the way: send it again."),
    "unreadable": _l("We couldn’t open it. Open it on your device, save it as a JPEG, and send that."),
    "waited": _l("It waited seven days for you to look at it, so what you sent is deleted. Send it again."),
    "lost": _l("The file isn’t here any more. Send it again."),
}

EMPTY = _l("%(name)s is an empty file. Choose it again.")
NO_PICTURE = _l("%(name)s isn’t a photo that we can show. We take JPEG, PNG, WebP, HEIC and AVIF.")
TOO_HEAVY = _l("%(name)s is larger than %(num)s MB. Save a smaller copy on your device and send that.")
NOTHING_CHOSEN = _l("No photo was chosen. Choose one, then send it.")
ALL_TOO_HEAVY = _l("Together these are more than we can take at once. Send them one after another.")
TOO_MANY: dict[str, Any] = {
    "story": _l("A story has room for %(num)s photos. Take one away first."),
    "post": _l("A post has room for %(num)s photos. Take one away first."),
}
AWAY = _l("Photos can’t be kept right now. Everything else works. Try again in a few minutes.")

STATUS_WORDS: dict[str, Any] = {
    "draft": _l("Not sent yet"),
    "sent": _l("Sent"),
    "pending": _l("Being looked at by a moderator"),
    "changes_asked": _l("A change was asked for"),
    "published": _l("Shown"),
    "hidden": _l("Hidden by a moderator"),
    "declined": _l("Not shown yet"),
    "withdrawn": _l("Taken back"),
}
