"""Words that raise care and words that don't, and the fixtures of moderation."""

from __future__ import annotations

from tests.moderation.conftest import guidelines, make_post, make_story  # noqa: F401

HEAVY = "I don't want to live any more. I have thought about it for weeks."
PLAN = "I have been saving up my pills and I am going to kill myself tonight."
LIGHT = "This heat is killing me, I am dying for an ice cream."
