"""What somebody typed is there after logging in again in between, in a real browser."""

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.browser.seed import PASSWORD
from tests.browser.trouble import ANNA, open_member
from tests.browser.walk import Walk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.parametrize("walk", ["nl"], indirect=True),
]
SAID = "You had to log in again, so this was not saved yet. What you typed is here: look at it and send it once more."


def type_a_city(walk: Walk, city: str) -> Page:
    page = open_member(walk, ANNA)
    walk.link("Edit", within=page).click()
    page.locator("input[name=city]").fill(city)
    return page


def log_in_again(walk: Walk, page: Page) -> None:
    page.locator("input[name=login]").fill(f"secretary@{walk.language}.example")
    page.locator("input[name=password]").fill(PASSWORD)
    walk.button("Log in", within=page).click()


def test_a_form_sent_after_the_session_ended_is_as_it_was_typed_after_logging_in(walk: Walk) -> None:
    page = type_a_city(walk, "Typstad")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    walk.button("Save", within=page).click()
    log_in_again(walk, page)
    walk.reads(SAID, page=page)
    expect(page.locator("input[name=city]")).to_have_value("Typstad")
    walk.picture("typed", page=page)
    walk.button("Save", within=page).click()
    expect(page.get_by_text("Typstad").first).to_be_visible()


def test_a_form_that_another_window_made_too_old_is_as_it_was_typed_on_the_way_back(walk: Walk) -> None:
    page = type_a_city(walk, "Vensterstad")
    page.context.clear_cookies()
    other = page.context.new_page()
    other.goto(walk.house.url)
    log_in_again(walk, other)
    expect(other.get_by_role("heading", name=walk.say("Overview"))).to_be_visible()
    walk.button("Save", within=page).click()
    expect(page.get_by_role("heading", name=walk.say("This page was open too long"))).to_be_visible()
    page.go_back()
    expect(page.locator("input[name=city]")).to_have_value("Vensterstad")
    walk.button("Save", within=page).click()
    expect(page.get_by_text("Vensterstad").first).to_be_visible()
