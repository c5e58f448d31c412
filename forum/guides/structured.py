"""What a guide says of itself in the words of schema.org: a MedicalWebPage, with nothing that its page doesn't show."""

from __future__ import annotations

from typing import Any

from forum.core.settings import the_settings
from forum.guides.models import GuideText
from forum.guides.page import TopicPage
from forum.references.rows import Cited

# A treatment may be a medicine, an operation or a device: the vocabulary doesn't say which.
ENTITIES = {"condition": "MedicalCondition", "symptom": "MedicalSignOrSymptom", "treatment": "MedicalEntity"}


def medical_web_page(page: TopicPage, language: str) -> dict[str, Any] | None:
    """The MedicalWebPage of a topic's guide in `language`; None where nobody has written it in that language."""
    text = page.text
    if text is None or text.language != language:
        return None
    settings, topic = the_settings(), page.topic
    address = f"{settings.origin}/{language}/topics/{topic.slug}"
    about = {"@type": ENTITIES[topic.kind], "name": topic.name}
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "MedicalWebPage",
        "@id": address,
        "url": address,
        "name": topic.name,
        "inLanguage": language,
        "isAccessibleForFree": True,
        "about": about | ({"alternateName": page.also} if page.also else {}),
        "author": {"@type": "Person", "name": text.author},
        "publisher": {"@type": "Organization", "name": settings.site_name, "url": settings.origin},
    }
    found |= _review(text)
    if page.references:
        found["citation"] = [_citation(reference) for reference in page.references]
    return found


def _review(text: GuideText) -> dict[str, Any]:
    """Who reviewed it and when. Nothing without a day, which the page calls not reviewed yet, and nothing of an
    example, whose reviewer is invented."""
    if text.reviewed_on is None or text.is_demo:
        return {}
    found: dict[str, Any] = {"lastReviewed": text.reviewed_on.isoformat()}
    if text.reviewer:
        found["reviewedBy"] = {"@type": "Person", "name": text.reviewer}
    return found


def _citation(reference: Cited) -> dict[str, Any]:
    found = {"@type": "CreativeWork", "name": reference.title, "datePublished": str(reference.published)}
    return found | ({"url": reference.links[0][1]} if reference.links else {})
