"""One walk through the screens: a language, people logged in, the words they read, the pictures taken on the way."""

import os
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext, ngettext
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

from tests.browser.house import BOOKS, ROOT, House
from tests.browser.seed import PASSWORD

SAME = {"Contact in %(package)s"}
"""Reads the same in both languages."""
PATIENCE = 60_000
"""Milliseconds for what a page shows; what is there is not waited for."""
LOCALES = {"nl": "nl-NL", "en": "en-GB"}
PICTURES = Path(os.environ.get("LEDENBRUG_PICTURES") or ROOT / "var" / "pictures")


@dataclass
class Walk:
    """`page` is the treasurer's, `secretary` the member secretary's. `story` names the folder of the pictures."""

    house: House
    browser: Browser
    language: str
    story: str = ""
    complaints: list[str] = field(default_factory=list)
    taken: int = 0
    contexts: list[BrowserContext] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pictures = PICTURES / self.language / self.story
        shutil.rmtree(self.pictures, ignore_errors=True)
        self.page = self.log_in("treasurer")
        self.secretary = self.log_in("secretary")

    @property
    def books(self) -> tuple[str, str]:
        return BOOKS[self.language]

    def say(self, msgid: str, **params: Any) -> str:
        """The words on the screen, in the language of the walk."""
        with translation.override(self.language):
            words = gettext(msgid)
        assert self.language == "en" or words != msgid or msgid in SAME, f"no Dutch for {msgid!r}"
        return words % params if params else words

    def count(self, singular: str, plural: str, number: int) -> str:
        with translation.override(self.language):
            return ngettext(singular, plural, number) % {"counter": number}

    def go(self, path: str, *, page: Page | None = None) -> None:
        (page or self.page).goto(f"{self.house.url}/{self.language}/{path}")

    def link(self, msgid: str, *, within: Locator | Page | None = None, **params: Any) -> Locator:
        return (within or self.page).get_by_role("link", name=self.say(msgid, **params), exact=True).first

    def button(self, msgid: str, *, within: Locator | Page | None = None, **params: Any) -> Locator:
        return (within or self.page).get_by_role("button", name=self.say(msgid, **params), exact=True).first

    def act(self, msgid: str) -> None:
        """Something of the *Actions* menu."""
        self.button("Actions").click()
        item = self.page.locator(".dropdown-menu.show").get_by_text(self.say(msgid), exact=True)
        item.click()

    def reads(self, msgid: str, *, page: Page | None = None, **params: Any) -> None:
        expect((page or self.page).get_by_text(self.say(msgid, **params)).first).to_be_visible()

    def picture(self, name: str, *, page: Page | None = None) -> None:
        self.taken += 1
        self.pictures.mkdir(parents=True, exist_ok=True)
        where = self.pictures / f"{self.taken:02}-{name}.png"
        (page or self.page).screenshot(path=where, animations="disabled", full_page=True)

    def close(self, *, failed: bool) -> None:
        if failed:
            self.picture("failed")
            self.picture("failed-secretary", page=self.secretary)
        for context in self.contexts:
            context.close()

    def log_in(self, name: str) -> Page:
        context = self.browser.new_context(locale=LOCALES[self.language], viewport={"width": 1280, "height": 900})
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", self.listen)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(self.house.url)
        page.get_by_label(self.say("E-mail address")).or_(page.locator("input[name=login]")).first.fill(
            f"{name}@{self.language}.example"
        )
        page.locator("input[name=password]").fill(PASSWORD)
        page.get_by_role("button", name=self.say("Log in"), exact=True).click()
        expect(page.get_by_role("heading", name=self.say("Overview"))).to_be_visible()
        return page

    def listen(self, message: ConsoleMessage) -> None:
        """Refused scripts, styles and forms end up here; an answer with 4xx does too and is meant."""
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)


def number_in(text: str) -> int:
    found = re.search(r"\d+", text)
    assert found, text
    return int(found.group())
