"""A member secretary's work with many members, in both languages, in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.browser.walk import Walk

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_secretary_narrows_the_list_changes_many_takes_it_back_and_sees_a_double(walk: Walk) -> None:
    page = walk.secretary
    walk.go("members/", page=page)
    page.get_by_label(walk.say("Member status")).select_option(label="Lid")
    expect(page.locator("tbody tr")).to_have_count(6)
    page.get_by_role("checkbox", name=walk.say("Choose %(name)s", name="Daan Droomer"), exact=True).check()
    walk.picture("members-ticked", page=page)
    walk.button("Change status", within=page).click()
    page.get_by_label(walk.say("New status")).select_option(label="Oud-lid")
    walk.button("Show what would happen", within=page).click()
    page.get_by_role("button", name=walk.count("Change %(counter)s member", "Change %(counter)s members", 1)).click()
    walk.button("Undo", within=page).click()
    expect(page.get_by_role("status").first).to_be_visible()
    walk.go("members/add/", page=page)
    page.get_by_label(walk.say("E-mail address"), exact=True).press_sequentially(f"daan@{walk.language}.example")
    expect(page.get_by_text(walk.say("Perhaps here already:"))).to_be_in_viewport()
    walk.go("members/export/?all=1", page=page)
    with page.expect_download() as download:
        walk.button("Export", within=page).click()
    assert download.value.suggested_filename.endswith(".xlsx")
