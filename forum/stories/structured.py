"""What a story says of itself in the words of schema.org: an Article, signed as its author signed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from forum.core.settings import the_settings
from forum.stories.models import Story


def _address(story: Story) -> str:
    return f"{the_settings().origin}/{story.language}/stories/{story.id}"


def article(story: Story, translations: Sequence[Story]) -> dict[str, Any]:
    """The Article of a published story, its author loaded; `translations` are the others of its set.

    Nobody is named who did not sign: a story without a name has no author, and a name leads to a page only where the
    member's own page is public.
    """
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Article",
        "@id": _address(story),
        "url": _address(story),
        "headline": story.title,
        "inLanguage": story.language,
        "isAccessibleForFree": True,
        "publisher": {"@type": "Organization", "name": the_settings().site_name, "url": the_settings().origin},
    }
    if story.published_at is not None:
        came = story.provenance
        first = came.told_on if came is not None and came.how == "import" else None
        found["datePublished"] = str(first) if first else story.published_at.isoformat()  # no more than is known
        found["dateModified"] = (story.updated_at or story.published_at).isoformat()
    if (author := _author(story)) is not None:
        found["author"] = author
    if story.translator:
        found["translator"] = {"@type": "Person", "name": story.translator}
    others = [{"@type": "Article", "@id": _address(one), "inLanguage": one.language} for one in translations]
    root = story.translation_of_id
    if root is not None:
        original = next((other for one, other in zip(translations, others, strict=True) if one.id == root), None)
        if original is not None:
            found["translationOfWork"] = original
    elif others:
        found["workTranslation"] = others
    return found


def _author(story: Story) -> dict[str, Any] | None:
    if story.attribution == "pseudonym":
        return {"@type": "Person", "name": story.byline}
    if story.attribution == "member" and story.author is not None:
        person = {"@type": "Person", "name": story.author.display_name}
        if story.author.is_page_public:
            person["url"] = f"{the_settings().origin}/{story.language}/members/{story.author_id}"
        return person
    return None
