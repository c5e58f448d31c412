"""Acts in a browser: only the chosen one's fields are seen; its boards come once it is chosen."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.moderation.conftest import Make, case_of, report
from tests.services.browser import Tabs


@pytest.mark.sqlite
def test_only_the_chosen_acts_fields_are_seen(cast: Cast, make_post: Make, tabs: Tabs) -> None:
    key = make_post(source="Call +39 333 456 7890 now. Seven buttons, *and* a zip.\n\nThe coat is warm.")
    make_post()
    report(cast.bob, key)
    page = tabs.open(f"/en/moderation/cases/{case_of(key).id}", token=cast.mona.token)
    page.locator("#decision-more summary").click()
    for word in ("lock", "edit", "redact", "move"):
        page.locator(f"input[name=decision][value={word}]").check()
        page.locator(f"#act-{word}").wait_for(state="visible")
        if word == "move":
            page.locator("select[name=move-board]").wait_for(state="visible")
        assert [part.get_attribute("id") for part in page.locator(".act").all() if part.is_visible()] == [f"act-{word}"]
    page.locator("input[name=decision][value=edit]").check()
    page.locator("[name=edit-source]").fill("Seven buttons, *and* a zip.")
    page.locator("[name=edit-note]").fill("A number taken out.")
    page.locator("select[name=guideline]").select_option(index=2)
    page.locator("textarea[name=letter]").fill("A number of a person.")
    page.get_by_role("button", name="Decide and send").click()
    page.locator("#act-edit .differences-out").first.wait_for(state="visible")
    assert page.locator("input[name=decision][value=edit]").is_checked()
    page.get_by_role("button", name="Decide and send").click()
    page.get_by_text("Decided: words changed.").wait_for()
