"""Takes the pictures of README anew, in a demo of their own: `make pictures`.

It walks as README tells it. What a picture must show is waited for, so that none shows half of it.
"""

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import open_chromium
from tests.browser.house import ROOT
from tests.browser.seed import PASSWORD
from tests.site.programs import running_command

PICTURES = ROOT / "docs" / "pictures"
BOOKS, STATUSES = "Algemeen", ("Lid", "Jeugdlid")


def take(page: Page, name: str) -> None:
    page.mouse.move(0, 0)
    page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")


@contextmanager
def a_demo() -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="ledenbrug-pictures-"))
    folder.chmod(0o711)  # the database of a home that root made runs under another account
    try:
        with running_command("demo", "--port", "0", home=folder / "home") as program:
            yield program.url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def log_in(browser: Browser, site: str, name: str) -> Page:
    page = browser.new_context(locale="en-GB", viewport={"width": 1200, "height": 820}).new_page()
    page.set_default_timeout(30_000)
    page.goto(site)
    page.locator("input[name=login]").fill(f"{name}@de-brug.example")
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    return page


def connect(page: Page) -> None:
    """Up to the connection that is saved and off."""
    page.get_by_role("link", name="Integrations", exact=True).click()
    page.get_by_role("link", name="Moneybird").first.click()
    page.get_by_role("link", name="Add connection").first.click()
    page.get_by_role("button", name="Connect", exact=True).click()
    page.locator("#login").click()
    page.locator("select[name=administration]").select_option(index=0)
    page.locator("#allow").click()
    page.locator("select[name=financial_administration]").select_option(label=BOOKS)
    for status in STATUSES:
        page.get_by_role("checkbox", name=re.compile(f"^{status}\\b")).check()
    take(page, "choose")
    page.get_by_role("button", name="Save", exact=True).click()


def enable(page: Page) -> None:
    button = page.locator("#preview-summary").get_by_role("button", name="Enable", exact=True)
    expect(button).to_be_visible()
    take(page, "preview")
    button.click()
    expect(page.locator("#progress progress")).to_be_visible()
    page.reload()  # what waits for a person stands there from the next page on
    expect(page.locator("#problems")).to_be_visible()
    take(page, "enabled")


def look_there(page: Page) -> None:
    page.locator("#problems a[rel=noreferrer]").first.click()
    page.get_by_role("link", name="Contacts", exact=True).click()
    take(page, "sandbox")


def edit_a_member(page: Page) -> None:
    page.get_by_role("link", name="Members", exact=True).click()
    page.get_by_role("searchbox").fill("anna oefening")
    page.get_by_role("link", name="Anna Oefening").click()
    page.get_by_role("link", name="Edit", exact=True).click()
    page.locator("input[name=city]").fill("Overbrugge")
    page.get_by_role("button", name="Save", exact=True).click()
    there = page.locator("section", has=page.get_by_role("heading", name="In the books")).get_by_text("In step")
    while not there.count():
        page.wait_for_timeout(1_000)
        page.reload()
    take(page, "member")


def main() -> None:
    expect.set_options(timeout=60_000)
    PICTURES.mkdir(exist_ok=True)
    with a_demo() as site, open_chromium() as browser:
        treasurer = log_in(browser, site, "penningmeester")
        connect(treasurer)
        enable(treasurer)
        edit_a_member(log_in(browser, site, "ledenadministratie"))
        look_there(treasurer)


if __name__ == "__main__":
    main()
