"""The list of members without a mouse, and a selection that is kept, in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.browser.walk import Walk

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_secretary_ticks_opens_and_keeps_a_selection_without_a_mouse(walk: Walk) -> None:
    page = walk.secretary
    walk.go("members/?sort=-number", page=page)
    for key in ("/", "ArrowDown", "ArrowDown", "Space", "ArrowUp", "Space"):
        page.keyboard.press(key)
    expect(page.locator("#chosen")).to_have_text(f"2 {walk.say('chosen')}")
    expect(page.locator("tbody tr").nth(0).get_by_role("checkbox")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Imke van Voorbeeld")
    walk.go("members/?city=Bruggerveen&sort=-number", page=page)
    page.get_by_text(walk.say("Keep this selection")).click()
    page.get_by_label(walk.say("Name of the selection")).fill("Bruggerveners")
    walk.button("Keep", within=page).click()
    kept = page.get_by_role("link", name="Bruggerveners", exact=True)
    expect(kept).to_have_attribute("aria-current", "true")
    walk.picture("selection-kept", page=page)
    walk.go("members/", page=page)
    kept.click()
    expect(page.locator("th[aria-sort=descending]")).to_be_visible()
