"""What a person does on the way, one function each; the test lists them in order."""

import time

from playwright.sync_api import Page, expect

from tests.browser.seed import FIRST_NUMBER, MEMBERS
from tests.browser.walk import Walk
from tests.waiting import until

SELECTED = ("Lid", "Jeugdlid")
PAYERS = sum(status in SELECTED for *_, status in MEMBERS) - 1  # the child is paid for
PACKAGE = {"package": "Moneybird"}


def number(at: int) -> str:
    return f"LID-{FIRST_NUMBER + at}"


def contacts_stand_there_already(walk: Walk) -> None:
    """A certain one by number and name, a likely one by e-mail address, and one that is nobody's."""
    books = walk.books[0]
    walk.house.add_contact(books, customer_id=number(1), firstname="Bram", lastname="Verzonnen", city="Oeverstad")
    walk.house.add_contact(
        books, customer_id="20017", lastname="de Grap", send_invoices_to_email=f"carice@{walk.language}.example"
    )
    walk.house.add_contact(books, customer_id="20018", company_name="Drukkerij Verzonnen B.V.")


def find_the_page(walk: Walk) -> None:
    walk.picture("overview")
    walk.link("Integrations").click()
    walk.page.get_by_role("link", name="Moneybird").first.click()
    walk.reads("No connection with %(package)s yet", **PACKAGE)
    walk.picture("moneybird")


def refuse_and_be_told(walk: Walk) -> None:
    to_moneybird(walk)
    page = walk.page
    expect(page.locator("#application")).to_have_text("Ledenbrug")
    walk.picture("consent")
    page.locator("#refuse").click()
    walk.reads(
        "Permission was not given at %(package)s, so nothing was connected and nothing is saved. "
        "You can try again whenever you like.",
        **PACKAGE,
    )
    walk.picture("refused")
    expect(walk.link("Add connection")).to_be_visible()


def allow(walk: Walk) -> None:
    to_moneybird(walk)
    allow_administration(walk, walk.books[0])
    expect(walk.page.get_by_role("heading", name=walk.say("New connection"))).to_be_visible()


def choose_and_save(walk: Walk) -> None:
    page = walk.page
    expect(page.locator(f"input[name=administration][value='{walk.books[0]}']")).to_be_checked()
    choose(walk, "Algemeen")
    walk.picture("choose")
    walk.button("Save").click()
    walk.reads("Saved, and still off: nothing was written yet. Look at what would happen, then enable it.")
    expect(walk.button("Enable")).to_be_visible()


def see_what_would_happen(walk: Walk) -> None:
    page = walk.page
    figure(page, walk.say("New contacts"), PAYERS - 2)
    figure(page, walk.say("Found there"), 1)
    figure(page, walk.say("Asks you"), 1)
    figure(page, walk.say("In step"), 0)
    walk.picture("preview")
    walk.link("See everything").click()
    page.get_by_role("searchbox").fill("anna")
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    expect(page.locator("#rows").get_by_text(f"anna@{walk.language}.example")).to_be_visible()
    page.get_by_role("searchbox").fill("")
    expect(page.locator("#rows tbody tr")).not_to_have_count(1)
    walk.picture("preview-rows")
    assert len(walk.house.contacts(walk.books[0])) == 3, "looking wrote something"
    page.go_back()


def enable(walk: Walk) -> None:
    walk.page.goto(connection_page(walk))
    walk.act("Enable")
    walk.reads("Enabled. Members go over now; every later change follows by itself.")
    expect(walk.page.locator("#progress")).to_be_visible()
    walk.picture("progress")
    until(lambda: len(walk.house.contacts(walk.books[0])) == 3 + PAYERS - 2, "the contacts do not come")
    walk.reads("All that goes by itself is there; something waits for your decision.")
    walk.page.reload()
    walk.reads("Waits for a decision")
    walk.picture("enabled")


def find_the_contacts_there(walk: Walk) -> None:
    found = walk.house.contacts(walk.books[0])
    assert found[number(0)]["lastname"] == "van Voorbeeld"
    assert found[number(0)]["send_invoices_to_email"] == f"anna@{walk.language}.example"
    assert number(7) not in found  # gone before
    assert number(8) not in found  # a child, paid for
    walk.page.goto(f"{walk.house.moneybird.url}/{walk.books[0]}/contacts")
    expect(walk.page.get_by_text(number(0))).to_be_visible()
    walk.picture("contacts-there")


def edit_a_member(walk: Walk) -> float:
    """Gives the seconds from pressing *Save* to the request at Moneybird: to be looked at, not to be held to here."""
    page, address = walk.secretary, f"anna.nieuw@{walk.language}.example"
    walk.go("members/", page=page)
    page.get_by_role("searchbox").fill("anna")
    page.locator("#rows").get_by_role("link", name="Anna van Voorbeeld").click()
    walk.link("Edit", within=page).click()
    page.locator("input[name=email]").fill(address)
    since = len(walk.house.moneybird.record.since(0))
    pressed = time.time()
    walk.button("Save", within=page).click()
    until(lambda: walk.house.contacts(walk.books[0])[number(0)]["send_invoices_to_email"] == address, "no change came")
    (sent,) = [each for each in walk.house.moneybird.record.since(since) if each.method in ("POST", "PATCH")]
    assert (sent.method, sent.status) == ("PATCH", 200)
    return sent.at - pressed


def look_at_the_member(walk: Walk) -> None:
    page = walk.secretary
    expect(page.get_by_role("heading", name=walk.say("In the books"))).to_be_visible()
    page.reload()
    card = page.locator("section", has=page.get_by_role("heading", name=walk.say("In the books")))
    expect(card.get_by_text(walk.say("In step"))).to_be_visible()
    there = walk.house.contacts(walk.books[0])[number(0)]["id"]
    link = walk.link("Contact in %(package)s", within=card, **PACKAGE)
    expect(link).to_have_attribute("href", f"{walk.house.moneybird.url}/{walk.books[0]}/contacts/{there}")
    walk.picture("member", page=page)


def import_a_file(walk: Walk) -> None:
    """As Excel saves it in Dutch: semicolons, Windows-1252. One new, one changed, one the same, two refused."""
    rows = [
        "Lidnummer;Voornaam;Tussenvoegsel;Achternaam;E-mail;Postcode;Woonplaats;Geboortedatum",
        f"{FIRST_NUMBER + 3};Daan;;Dröomer;daan@{walk.language}.example;1234 AB;Bruggerveen;",
        f"{FIRST_NUMBER + 4};Elif;;Sprookje;elif@{walk.language}.example;1234 AB;Bruggerveen;",
        f"2001;Zoë;;Nieuwkomer;zoe@{walk.language}.example;1234 AB;Bruggerveen;03-04-1990",
        f"2002;Onno;;Onmogelijk;onno@{walk.language}.example;1234 AB;Bruggerveen;31-02-1990",
        "2003;Fout;;Adres;geen adres;1234 AB;Bruggerveen;",
    ]
    page = walk.secretary
    walk.go("members/import/", page=page)
    content = "\r\n".join(rows).encode("cp1252")
    page.locator("input[type=file]").set_input_files({"name": "leden.csv", "mimeType": "text/csv", "buffer": content})
    page.locator("select[name=status]").select_option(label="Lid")
    walk.button("See what would happen", within=page).click()
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.locator("tbody tr").first).to_contain_text("Geboortedatum")
    walk.picture("import", page=page)
    assert "LID-2001" not in walk.house.contacts(walk.books[0]), "looking wrote something"
    page.get_by_role("button", name=walk.count("Write %(counter)s member", "Write %(counter)s members", 2)).click()
    expect(page.get_by_role("status").first).to_be_visible()
    found = until(
        lambda: "LID-2001" in (there := walk.house.contacts(walk.books[0])) and there,
        "the new member does not come",
    )
    assert found["LID-2001"]["firstname"] == "Zoë"
    until(lambda: walk.house.contacts(walk.books[0])[number(3)]["lastname"] == "Dröomer", "no change came")


def be_refused_a_taken_administration(walk: Walk) -> None:
    walk.go("settings/integrations/moneybird/")
    to_moneybird(walk)
    allow_administration(walk, walk.books[0])
    walk.reads("In use by the connection of %(by)s; two connections would overwrite each other.", by="Algemeen")
    expect(walk.page.locator(f"input[name=administration][value='{walk.books[0]}']")).to_be_disabled()
    expect(walk.button("Save")).to_be_disabled()
    walk.picture("taken")
    walk.button("Cancel").click()
    walk.reads("Nothing was connected. The permission is thrown away.")


def be_refused_two_for_one_set_of_books(walk: Walk) -> None:
    to_moneybird(walk)
    allow_administration(walk, walk.books[1])
    choose(walk, "Algemeen")
    walk.button("Save").click()
    walk.reads("Saved, and still off: nothing was written yet. Look at what would happen, then enable it.")
    name = walk.page.get_by_role("heading", level=1)
    expect(name).to_be_visible()
    walk.act("Enable")
    first = walk.house.moneybird.world.administrations[walk.books[0]].name
    walk.reads(
        "This financial administration has an enabled connection already: %(by)s. Disable that one first.", by=first
    )
    walk.act("Remove")
    walk.button("Remove").click()
    expect(walk.page.get_by_role("heading", name="Moneybird")).to_be_visible()


def disable_enable_and_hold(walk: Walk) -> None:
    page = walk.page
    page.goto(connection_page(walk))
    walk.act("Disable")
    walk.reads("Disabled. Nothing goes over until you enable it again; contacts stay as they are.")
    edit_city(walk, "Overbrugge")
    walk.act("Enable")
    walk.reads("Enabled. Members go over now; every later change follows by itself.")
    until(lambda: walk.house.contacts(walk.books[0])[number(0)]["city"] == "Overbrugge", "it was forgotten")
    settled(walk)
    walk.act("Hold until…")
    page.locator("input[name=until]").fill("2099-01-01T12:00")
    walk.button("Hold").click()
    walk.reads("On hold")
    walk.picture("on-hold")
    edit_city(walk, "Oeverstad")
    walk.act("Sync now")
    walk.reads("Everyone is looked at again, starting now.")
    until(lambda: walk.house.contacts(walk.books[0])[number(0)]["city"] == "Oeverstad", "it was forgotten")
    settled(walk)


def be_told_that_the_module_is_off(walk: Walk) -> None:
    walk.house.operate("module", walk.language, "moneybird", "off")
    walk.go("settings/integrations/moneybird/")
    walk.reads("The %(package)s module is off for your association.", **PACKAGE)
    expect(walk.page.get_by_text("hulp@ledenbrug.example")).to_be_visible()
    expect(walk.page.get_by_role("link", name=walk.say("Add connection"))).to_have_count(0)
    walk.picture("module-off")
    walk.house.operate("module", walk.language, "moneybird", "on")


def remove(walk: Walk) -> None:
    before = walk.house.contacts(walk.books[0])
    walk.page.goto(connection_page(walk))
    walk.act("Remove")
    walk.picture("remove")
    walk.button("Remove").click()
    walk.reads("No connection with %(package)s yet", **PACKAGE)
    assert walk.house.contacts(walk.books[0]).keys() == before.keys()


def settled(walk: Walk) -> None:
    """The page of a connection loads itself anew when all is done; a click before that would be lost."""
    expect(walk.page.locator("#progress h2")).to_have_text(walk.say("In step"))


def to_moneybird(walk: Walk) -> None:
    """From the page of the package to the consent page there, logging in where that was not done yet."""
    page = walk.page
    walk.link("Add connection").click()
    walk.reads(
        "Only an owner of the %(package)s administration can allow this. "
        "Are you not one? Ask the owner to do this step with you.",
        **PACKAGE,
    )
    walk.button("Connect").click()
    login, consent = page.locator("#login"), page.locator("#refuse")
    expect(login.or_(consent).first).to_be_visible()
    if login.is_visible():
        login.click()
    expect(consent).to_be_visible()


def allow_administration(walk: Walk, administration: str) -> None:
    walk.page.locator("select[name=administration]").select_option(administration)
    walk.page.locator("#allow").click()


def choose(walk: Walk, books: str) -> None:
    page = walk.page
    page.locator("select[name=financial_administration]").select_option(label=books)
    for status in SELECTED:
        page.locator("label.choice", has_text=status).filter(has_not_text="Aspirant").locator(
            "input[name=statuses]"
        ).first.check()


def connection_page(walk: Walk) -> str:
    """The one connection there is, by way of the page of the package."""
    walk.go("settings/integrations/moneybird/")
    first = walk.house.moneybird.world.administrations[walk.books[0]].name
    address = walk.page.get_by_role("link", name=first).get_attribute("href")
    return f"{walk.house.url}{address}"


def edit_city(walk: Walk, city: str) -> None:
    page = walk.secretary
    walk.go("members/?q=anna", page=page)
    page.locator("#rows").get_by_role("link", name="Anna van Voorbeeld").click()
    walk.link("Edit", within=page).click()
    page.locator("input[name=city]").fill(city)
    walk.button("Save", within=page).click()
    expect(page.get_by_text(city).first).to_be_visible()


def figure(page: Page, label: str, value: int) -> None:
    shown = page.locator("dl.figures > div", has=page.get_by_text(label, exact=True)).locator("dd")
    expect(shown).to_have_text(str(value))
