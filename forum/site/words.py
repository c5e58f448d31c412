"""The words of the site's own pages that code has to know."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

# The editable pages, in the order of the panel; each is served at /<language>/<slug>.
PAGES = {
    "just-told": _l("Just told"),
    "about": _l("About this place"),
    "privacy": _l("Privacy"),
    "disclaimer": _l("Disclaimer"),
}

# What the search page can be narrowed to: the word in its address, its name, and the kinds of documents it means.
FILTERS = {
    "stories": (_l("Stories"), ("story", "story_update")),
    "discussions": (_l("Discussions"), ("post",)),
    "guides": (_l("Guides"), ("guide", "topic")),
    "photos": (_l("Photos"), ("photo",)),
    "help": (_l("Helplines"), ("helpline",)),
}

KIND_WORDS = {
    "story": _l("Story"),
    "story_update": _l("Later chapter"),
    "post": _l("Discussion"),
    "photo": _l("Photo"),
    "guide": _l("Guide"),
    "topic": _l("Guide"),
    "helpline": _l("Helpline"),
}

# The choices of the reading settings: name, legend, values with their words. The empty value is the default.
READING = (
    ("theme", _l("Light or dark"), (
        ("", _l("As this device has it")), ("light", _l("Light")), ("dark", _l("Dark")))),
    ("size", _l("Size of the letters"), (
        ("", _l("As it is")), ("large", _l("Large")), ("larger", _l("Larger")), ("largest", _l("Largest")))),
    ("spacing", _l("Space between lines"), (
        ("", _l("As it is")), ("wide", _l("Wide")), ("wider", _l("Wider")))),
    ("font", _l("Typeface"), (
        ("", _l("As it is")), ("legible", _l("The same plain letters everywhere")),
        ("device", _l("The letters of this device")))),
    ("contrast", _l("Contrast"), (
        ("", _l("As it is")), ("soft", _l("Softer")))),
    ("targets", _l("Buttons"), (
        ("", _l("As they are")), ("big", _l("Bigger")))),
    ("motion", _l("Movement"), (
        ("", _l("As this device has it")), ("reduced", _l("No movement")))),
)  # fmt: skip

ROLE_WORDS = {
    "member": _l("Member"), "moderator": _l("Moderator"), "curator": _l("Curator"), "admin": _l("Administrator"),
}  # fmt: skip
STANDING_WORDS = {"new": _l("New member"), "established": _l("Established"), "trusted": _l("Trusted")}
