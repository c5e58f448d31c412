"""A photo's way in a real browser: sent, looked at, covered, described, approved, seen, taken back."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Page, expect

from forum.contributions import actions as contributions
from forum.core import worker
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.photos.convert import COVER
from forum.photos.models import Photo
from tests.cast import Cast
from tests.photos.conftest import MakePhoto, drawn, encoded
from tests.services.browser import Tabs, axe_violations
from tests.stories.conftest import MakeStory

pytestmark = pytest.mark.sqlite  # what a browser shows doesn't hang on the database


def picture_at(page: Page, selector: str) -> Image.Image:
    """What the browser really shows at a place of the page."""
    page.locator(selector).first.scroll_into_view_if_needed()
    page.wait_for_function(
        "s => [...document.querySelectorAll(s)].every(i => i.complete && i.naturalWidth)", arg=selector
    )
    return Image.open(io.BytesIO(page.locator(selector).first.screenshot())).convert("RGB")


def is_covered(image: Image.Image, x: float, y: float) -> bool:
    seen = image.getpixel((int(image.width * x), int(image.height * y)))
    assert isinstance(seen, tuple)
    return all(abs(one - other) < 20 for one, other in zip(seen, COVER, strict=True))


@pytest.mark.timeout(120)
@pytest.mark.parametrize("scripts", ["on", "off"])
def test_from_the_device_to_a_reader_and_back(
    cast: Cast, tabs: Tabs, make_story: MakeStory, tmp_path: Path, scripts: str
) -> None:
    story_id = make_story()
    file = tmp_path / "IMG_2041.jpg"
    file.write_bytes(encoded(drawn(1600, 1200)))
    page = tabs.open(f"/en/stories/{story_id}/photos", token=cast.alice.token, width=390, scripts=scripts)  # type: ignore[arg-type]
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Send them").click()
    expect(page.get_by_text("It came in whole.")).to_be_visible()
    worker.work_all()
    if scripts == "off":
        page.get_by_role("link", name="Look again").click()
    page.get_by_role("link", name="Look at its edges").click()  # it appears by itself where scripts run
    if scripts == "on":
        assert axe_violations(page) == []
    page.get_by_label("Row 1, column 1", exact=True).check()
    page.get_by_role("button", name="Smaller squares").click()
    expect(page.get_by_label("Row 2, column 2", exact=True)).to_be_checked()
    page.get_by_label("Row 1, column 12", exact=True).focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="That’s all").click()
    worker.work_all()
    if scripts == "off":
        page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("link", name="Cover something in it")).to_be_visible()
    page.get_by_label("What can be seen").fill("A jar of plum jam.")
    page.get_by_label("Caption").fill("The lid")
    page.get_by_role("button", name="Send it to be looked at").click()
    expect(page.get_by_text("we need your consent")).to_be_visible()
    expect(page.get_by_label("Caption")).to_have_value("The lid")
    page.get_by_label("May we show this photo on this site?").check()
    page.get_by_role("button", name="Send it to be looked at").click()
    expect(page.get_by_text("Being looked at by a moderator")).to_be_visible()

    desk = tabs.open("/en/moderation", token=cast.mona.token)
    desk.get_by_role("link", name="The lid").first.click()
    assert is_covered(picture_at(desk, ".case img"), 0.05, 0.05)
    with write():
        photo = db.session.scalars(db.select(Photo)).one()
        contributions.publish(photo)

    reader = tabs.open(f"/en/stories/{story_id}", scripts=scripts)  # type: ignore[arg-type]
    image = picture_at(reader, ".photo img")
    assert is_covered(image, 0.05, 0.05)
    assert is_covered(image, 0.97, 0.03)
    assert not is_covered(image, 0.5, 0.5)
    reader.get_by_role("link", name="The lid").click()
    expect(reader.get_by_text("A jar of plum jam.")).to_be_visible()

    page.reload()
    page.get_by_role("button", name="Take it off the site").click()
    expect(page.get_by_role("heading", name="This photo was taken back")).to_be_visible()
    reader.goto(f"{tabs.site}/en/stories/{story_id}")
    expect(reader.locator(".photo")).to_have_count(0)
    page.get_by_role("button", name="Bring it back").click()
    reader.goto(f"{tabs.site}/en/stories/{story_id}")
    expect(reader.locator(".photo")).to_have_count(1)


def test_what_may_be_hard_to_see_is_shown_when_asked_for(app: Flask, tabs: Tabs, make_photo: MakePhoto) -> None:
    assert app
    photo_id = make_photo(is_graphic=True)
    page = tabs.open(f"/en/photos/{photo_id}")
    expect(page.locator("img")).not_to_be_visible()
    page.locator("summary", has_text="Show it").click()
    expect(page.locator("img")).to_be_visible()


def test_squares_are_large_enough_for_a_finger(cast: Cast, tabs: Tabs, make_photo: MakePhoto) -> None:
    photo_id = make_photo(until="looking", picture=encoded(drawn(900, 1200)))
    page = tabs.open(f"/en/photos/{photo_id}/edges", token=cast.alice.token, width=320)
    box = page.locator(".edges-square").first.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 46
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
