"""What is typed to choose topics."""

from __future__ import annotations

import re
from typing import Any

import wtforms

from forum.core.richtext import clean_text

MOST_OWN_TOPICS, OWN_TOPIC_LIMIT = 12, 60  # words of one field, characters of one


class OwnTopicsField(wtforms.SelectMultipleField):
    """Words typed for topics: one field or several, words apart by commas, semicolons or lines."""

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(label, choices=[], validate_choice=False, **more)

    def process_formdata(self, valuelist: list[Any]) -> None:
        words = [" ".join(clean_text(part).split()) for value in valuelist for part in re.split(r"[,;\n]", value)]
        self.data = list(dict.fromkeys(word[:OWN_TOPIC_LIMIT] for word in words if word))[:MOST_OWN_TOPICS]
