"""What a treasurer does to connect Exact Online: first a key of one's own, then one division, then another one."""

from typing import Any

from playwright.sync_api import Page, expect

from ledenbrug.bookkeeping.exact_online import PACKAGE
from ledenbrug.bookkeeping.exact_online.sandbox.crm_shapes import ACCOUNT
from tests.browser.seed import FIRST_NUMBER, MEMBERS
from tests.browser.steps import choose, figure
from tests.browser.walk import Walk
from tests.waiting import until

NAMED = {"package": PACKAGE.label}
PAYERS = sum(status in ("Lid", "Jeugdlid") for *_, status in MEMBERS) - 1  # the child is paid for
FIRST, SECOND = 900001, 900002
STANDS_THERE = {"Name": "Bram Verzonnen", "Email": "bram@nl.example", "Code": "30", "Status": "C"}


def number(at: int) -> str:
    return str(7_000_000 + FIRST_NUMBER + at)


def accounts(walk: Walk, division: int) -> dict[str, dict[str, Any]]:
    """By code."""
    return {each["Code"].strip(): each for each in list(walk.house.exact.world.accounts(division).values())}


def a_relation_stands_there_already(walk: Walk) -> None:
    world = walk.house.exact.world
    world.books(FIRST).create(ACCOUNT, dict(STANDS_THERE), world.owner())


def find_the_page(walk: Walk) -> None:
    walk.link("Integrations").click()
    walk.picture("integrations")
    walk.page.get_by_role("link", name="Exact Online").first.click()
    walk.reads("No connection with %(package)s yet", **NAMED)
    walk.link("Add connection").click()
    walk.reads("A key of your own at %(package)s", **NAMED)


def register_a_key(walk: Walk) -> tuple[str, str]:
    """At the App Center there, in another tab: what our page says is enough to do it. Id and secret."""
    assert PACKAGE.oauth
    for step in PACKAGE.oauth.key_steps:
        walk.reads(step)
    address = walk.page.locator("#way-back").input_value()
    walk.picture("key")
    there = walk.page.context.new_page()
    there.goto(walk.house.exact.url)
    there.get_by_role("link", name="App Center").click()
    there.locator("#name").fill("Ledenbrug")
    there.locator("#redirect_uri").fill(address)
    there.locator("#terms").check()
    walk.picture("app-center", page=there)
    there.locator("#register").click()
    key = there.locator("#client-id").inner_text(), there.locator("#client-secret").inner_text()
    walk.picture("app-center-key", page=there)
    there.close()
    return key


def paste_a_wrong_secret_and_be_told(walk: Walk, key: tuple[str, str]) -> None:
    connect(walk, (key[0], "mistyped"))
    walk.reads("%(package)s does not know this client id and secret. Look at them again, both whole.", **NAMED)
    walk.picture("wrong-secret")
    walk.link("Add connection").click()


def connect(walk: Walk, key: tuple[str, str]) -> None:
    """Pastes the key, logs in there and allows."""
    page = walk.page
    page.locator("select[name=host]").select_option("nl")
    page.locator("input[name=client_id]").fill(key[0])
    page.locator("input[name=client_secret]").fill(key[1])
    walk.button("Connect").click()
    expect(page.locator("#login")).to_be_visible()
    walk.picture("login")
    page.locator("#login").click()
    expect(page.locator("#application")).to_have_text("Ledenbrug")
    walk.picture("consent")
    page.locator("#allow").click()


def choose_and_save(walk: Walk) -> None:
    page = walk.page
    expect(page.get_by_role("heading", name=walk.say("New connection"))).to_be_visible()
    shown = page.locator("label.choice", has=page.locator("input[name=administration]"))
    expect(shown).to_have_text([f"{name} ({at})" for at, name in enumerate(names(walk), 1)])
    shown.first.click()
    choose(walk, "Algemeen")
    walk.picture("choose")
    walk.button("Save").click()
    walk.reads("Saved, and still off: nothing was written yet. Look at what would happen, then enable it.")


def see_what_would_happen(walk: Walk) -> None:
    figure(walk.page, walk.say("New contacts"), PAYERS - 1)
    figure(walk.page, walk.say("Asks you"), 1)
    walk.picture("preview")
    assert number(0) not in accounts(walk, FIRST), "looking wrote something"


def enable(walk: Walk) -> None:
    walk.act("Enable")
    walk.reads("Enabled. Members go over now; every later change follows by itself.")
    until(lambda: number(0) in accounts(walk, FIRST), "the relations do not come")
    walk.reads("All that goes by itself is there; something waits for your decision.")
    walk.page.reload()
    expect(walk.page.get_by_role("definition").filter(has_text=walk.say("Block it"))).to_be_visible()
    walk.picture("enabled")


def look_at_the_relations_there(walk: Walk) -> None:
    page = walk.page
    page.goto(walk.house.exact.url)
    page.get_by_role("link", name=names(walk)[0]).click()
    expect(page.get_by_role("link", name="Anna van Voorbeeld")).to_be_visible()
    walk.picture("relations-there")
    page.get_by_role("link", name="Anna van Voorbeeld").click()
    expect(page.locator("input[name=Email]")).to_have_value("anna@nl.example")
    walk.picture("relation-there")


def connect_a_second_division(walk: Walk, key: tuple[str, str]) -> None:
    """The same key and the same person: their service ends the earlier tokens, and yet both connections go on."""
    walk.go("settings/integrations/exact_online/")
    walk.link("Add connection").click()
    walk.reads("You allowed this before")
    walk.picture("allowed-before")
    walk.link("Use this permission").click()
    expect(walk.page.locator(f"input[name=administration][value='{SECOND}']")).to_be_checked()
    walk.button("Cancel").click()
    walk.reads("Nothing was connected.")  # and the permission stays, for the first connection lives of it
    walk.link("Add connection").click()
    connect(walk, key)
    page = walk.page
    walk.reads("In use by the connection of %(by)s; two connections would overwrite each other.", by="Algemeen")
    expect(page.locator(f"input[name=administration][value='{SECOND}']")).to_be_checked()
    page.locator("select[name=financial_administration]").select_option(label="Activiteiten")
    page.locator("label.choice", has_text="Aspirant-lid").locator("input[name=statuses]").check()
    walk.button("Save").click()
    walk.reads("Saved, and still off: nothing was written yet. Look at what would happen, then enable it.")
    walk.act("Enable")
    aspirant = next(at for at, (*_, status) in enumerate(MEMBERS) if status == "Aspirant-lid")
    until(lambda: number(aspirant) in accounts(walk, SECOND), "the second connection does not work")
    walk.go("settings/integrations/")
    expect(page.locator(".badge", has_text=walk.say("Enabled"))).to_have_count(2)
    walk.picture("both")


def edit_a_member(walk: Walk, city: str) -> None:
    page: Page = walk.secretary
    walk.go("members/?q=anna", page=page)
    page.locator("#rows").get_by_role("link", name="Anna van Voorbeeld").click()
    walk.link("Edit", within=page).click()
    page.locator("input[name=city]").fill(city)
    walk.button("Save", within=page).click()
    until(lambda: accounts(walk, FIRST)[number(0)]["City"] == city, "the relation does not follow")


def names(walk: Walk) -> list[str]:
    return [each.name for each in walk.house.exact.world.divisions.values()]
