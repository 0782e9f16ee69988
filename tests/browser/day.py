"""What a member secretary does on a day, one function each; the test lists them in order."""

from collections import Counter
from collections.abc import Sequence

from playwright.sync_api import Download, Page, expect

from ledenbrug.members.sources.spreadsheet import read
from tests.browser.seed import FIRST_NUMBER
from tests.browser.steps import PAYERS, allow, choose_and_save, connection_page, settled
from tests.browser.walk import Walk
from tests.waiting import until

HEADER = "Lidnummer;Voornaam;Tussenvoegsel;Achternaam;E-mail;Adres;Postcode;Woonplaats;Geboortedatum;Lidstatus"
CLUB = tuple(2001 + at for at in range(12))
CHILDREN = (2013, 2014)
DOUBLE = 2015
REFUSED = (2016, 2017, 2018)
NAMES = ("Onno Onmogelijk", "Fenna Fout", "Sjoerd Scheef")
ANNA, BRAM, DAAN = FIRST_NUMBER, FIRST_NUMBER + 1, FIRST_NUMBER + 3
FIRST_IBAN = "NL91 ABNA 0417 1643 00"
IBANS = ("NL02 ABNA 0123 4567 89", "NL44 RABO 0123 4567 89", "NL20 INGB 0001 2345 67")


def be_connected(walk: Walk) -> None:
    """With mandates going over too."""
    walk.go("settings/integrations/moneybird/")
    allow(walk)
    walk.page.locator("input[name=groups][value=sepa]").check()
    choose_and_save(walk)
    walk.act("Enable")
    until(lambda: len(walk.house.contacts(walk.books[0])) == PAYERS, "the contacts do not come")
    walk.page.goto(connection_page(walk))
    settled(walk)


def the_list(walk: Walk, *, mended: bool) -> bytes:
    """As Excel saves it in Dutch: twelve of a club, two children, somebody who is here already, three with an error."""
    place = "1234 AB;Bruggerveen"
    rows = [
        *(f"{each};Lotte{each};;Twaalfstra;lotte{each}@post.example;Clublaan {each};{place};;Aspirant-lid"
          for each in CLUB),
        *(f"{each};Kind{each};;Verzonnenkind;;Ouderlaan 1;{place};04-05-2015;Aspirant-lid" for each in CHILDREN),
        f"{DOUBLE};Anna;van;Voorbeeld;anna@{walk.language}.example;Nieuwelaan 7;{place};;Lid",
        f"{REFUSED[0]};Onno;;Onmogelijk;onno@post.example;Foutlaan 1;{place};{'28' if mended else '31'}-02-1990;Lid",
        f"{REFUSED[1]};Fenna;;Fout;{'fenna@post.example' if mended else 'geen adres'};Foutlaan 2;{place};;Lid",
        f"{REFUSED[2]};Sjoerd;;Scheef;sjoerd@post.example;Foutlaan 3;{'1234 AC' if mended else '12 XX'};Brug;;Lid",
    ]  # fmt: skip
    return "\r\n".join([HEADER, *rows]).encode("cp1252")


def import_the_list_and_mend_three(walk: Walk) -> None:
    page = walk.secretary
    choose_file(walk, the_list(walk, mended=False))
    expect(page.locator("tbody tr")).to_have_count(len(REFUSED))
    for at, column in enumerate(("Geboortedatum", "E-mail", "Postcode")):
        expect(page.locator("tbody tr").nth(at)).to_contain_text(f"{NAMES[at]}{column}")
    walk.picture("refused", page=page)
    write(walk, 15)
    walk.picture("imported", page=page)
    choose_file(walk, the_list(walk, mended=True))
    expect(page.locator("tbody tr")).to_have_count(len(REFUSED))
    walk.picture("mended", page=page)
    write(walk, len(REFUSED))
    arrives(walk, DOUBLE, *REFUSED)


def choose_file(walk: Walk, content: bytes, *, name: str = "leden.csv") -> None:
    page = walk.secretary
    walk.go("members/import/", page=page)
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    walk.button("See what would happen", within=page).click()
    expect(page.get_by_role("heading", name=walk.say("What would happen"))).to_be_visible()


def write(walk: Walk, number: int) -> None:
    words = walk.count("Write %(counter)s member", "Write %(counter)s members", number)
    walk.secretary.get_by_role("button", name=words, exact=True).click()
    expect(walk.secretary.get_by_role("status").first).to_be_visible()


def add_a_parent_who_pays_for_two(walk: Walk) -> int:
    page = walk.secretary
    walk.go("members/", page=page)
    walk.link("Add member", within=page).click()
    page.locator("input[name=given_name]").fill("Petra")
    page.locator("input[name=last_name]").fill("Ouder")
    page.locator("input[name=email]").fill("petra@post.example")
    page.locator("select[name=status]").select_option(label="Lid")
    walk.picture("add", page=page)
    walk.button("Add member", within=page).click()
    expect(page.get_by_role("heading", name="Petra Ouder")).to_be_visible()
    number = int(page.get_by_role("heading", name="Petra Ouder").locator("span.numbers").inner_text())
    for each in CHILDREN:
        open_member(walk, each)
        act(walk, "Invoice to…")
        page.locator("input[name=who][value=member]").check()
        page.locator("input[name=payer]").fill("petra ouder")
        walk.picture("payer", page=page)
        walk.button("Save", within=page).click()
        expect(page.get_by_role("link", name="Petra Ouder")).to_be_visible()
    arrives(walk, number)
    return number


def give_a_status_from_next_year(walk: Walk, number: int) -> None:
    page = open_member(walk, number)
    act(walk, "Change status")
    page.locator("select[name=status]").select_option(label="Oud-lid")
    page.locator("input[name=start]").fill("2099-01-01")
    walk.button("Save", within=page).click()
    expect(page.get_by_text(walk.say("to come"), exact=True)).to_be_visible()
    walk.picture("to-come", page=page)


def change_twelve_at_once(walk: Walk) -> None:
    page = walk.secretary
    walk.go("members/?q=twaalfstra", page=page)
    expect(page.locator("#rows tbody tr")).to_have_count(len(CLUB))
    page.locator("input[name=all]").check()
    walk.button("Change status", within=page).click()
    page.locator("select[name=to]").select_option(label="Lid")
    walk.button("Show what would happen", within=page).click()
    words = walk.count("Change %(counter)s member", "Change %(counter)s members", len(CLUB))
    yes = page.get_by_role("button", name=words, exact=True)
    expect(yes).to_be_visible()
    walk.picture("twelve", page=page)
    yes.click()
    expect(walk.button("Undo", within=page)).to_be_visible()
    arrives(walk, *CLUB)


def merge_a_double(walk: Walk) -> None:
    """The first registration stays; the new address is right."""
    page = walk.secretary
    walk.go("members/", page=page)
    walk.button("More", within=page).click()
    walk.link("Double registrations", within=page).click()
    line = page.locator("li.line", has_text=str(DOUBLE))
    walk.picture("doubles", page=page)
    walk.link("Compare", within=line).click()
    walk.picture("compare", page=page)
    page.locator("input[name=address][value=theirs]").check()
    walk.button("Merge", within=page).click()
    expect(page.get_by_text("Nieuwelaan 7").first).to_be_visible()
    until(lambda: contact(walk, ANNA)["address1"] == "Nieuwelaan 7", "the address does not come")


def delete_and_restore(walk: Walk, number: int) -> None:
    page = open_member(walk, number)
    act(walk, "Delete")
    walk.button("Delete", within=page).click()
    walk.button("More", within=page).click()
    walk.link("Deleted members", within=page).click()
    walk.picture("deleted", page=page)
    walk.button("Restore", within=page.locator("li.line", has_text=str(number))).click()
    expect(page.get_by_role("heading", name=str(number))).to_be_visible()


def sign_end_and_sign_again(walk: Walk, number: int) -> None:
    page = open_member(walk, number)
    walk.link("Edit", within=page).click()
    page.locator("input[name=iban]").fill(FIRST_IBAN)
    page.locator("input[name=account_holder]").fill("B. Verzonnen")
    walk.button("Save", within=page).click()
    add_mandate(walk, "M-1")
    walk.link("End", within=page).first.click()
    walk.picture("end-mandate", page=page)
    walk.button("End mandate", within=page).click()
    expect(page.get_by_role("heading", name=walk.say("Mandates"))).to_be_visible()
    add_mandate(walk, "M-2")
    walk.picture("mandates", page=page)


def add_mandate(walk: Walk, reference: str) -> None:
    page = walk.secretary
    act(walk, "Add mandate")
    page.locator("select[name=financial_administration]").select_option(label="Algemeen")
    page.locator("input[name=reference]").fill(reference)
    page.locator("input[name=signed]").fill("2026-01-15")
    walk.button("Save", within=page).click()
    expect(page.get_by_text(reference).first).to_be_visible()


def change_the_account_in_three_ways(walk: Walk, number: int) -> None:
    """What waits for the treasurer's yes is the last of it."""
    page = open_member(walk, number)
    for how, iban in zip(("typing_error", "same_mandate", "new_mandate"), IBANS, strict=True):
        walk.link("Change IBAN", within=page).click()
        page.locator("input[name=iban]").fill(iban)
        page.locator(f"input[name=how][value={how}]").check()
        if how == "new_mandate":
            page.locator("input[name=reference]").fill("M-3")
            page.locator("input[name=signed]").fill("2026-02-01")
            walk.picture("change-iban", page=page)
        walk.button("Save", within=page).click()
        expect(page.get_by_text(iban).first).to_be_visible()
    walk.picture("account-changed", page=page)


def the_treasurer_says_yes(walk: Walk, number: int) -> None:
    page = walk.page
    page.goto(connection_page(walk))
    line = page.locator("#problems li", has_text="Bram Verzonnen")
    until(lambda: line.count() or (page.reload() and None), "nobody is asked about the account")
    walk.picture("treasurer")
    line.get_by_role("button").first.click()
    wanted = IBANS[-1].replace(" ", "")
    until(lambda: contact(walk, number)["sepa_iban"] == wanted, "the account does not come")
    assert contact(walk, number)["sepa_mandate_id"] == "M-3"


def export_all(walk: Walk) -> list[list[str]]:
    """The rows of the workbook; read back, nothing would change."""
    page = walk.secretary
    walk.go("members/export/?all=1", page=page)
    for each in page.locator("input[name=columns]").all():
        each.check()
    walk.picture("export", page=page)
    with page.expect_download() as download:
        walk.button("Export", within=page).click()
    content = content_of(download.value)
    choose_file(walk, content, name="leden.xlsx")
    walk.picture("round-trip", page=page)
    expect(page.get_by_text(walk.say("There is nothing to write."))).to_be_visible()
    walk.button("Cancel", within=page).click()
    return [cells for _, cells in read(content).rows()]


def content_of(download: Download) -> bytes:
    return download.path().read_bytes()


def contact(walk: Walk, number: int) -> dict[str, str]:
    return walk.house.contacts(walk.books[0])[f"LID-{number}"]


def arrives(walk: Walk, *numbers: int) -> None:
    wanted = {f"LID-{each}" for each in numbers}
    until(lambda: wanted <= walk.house.contacts(walk.books[0]).keys(), "not everybody comes")


def written(walk: Walk, *, since: int) -> Counter[str]:
    """How often what was asked of Moneybird that writes contacts."""
    asked = [each for each in walk.house.moneybird.record.since(since) if "/contacts" in each.path]
    return Counter(each.method for each in asked if each.method != "GET" and "synchronization" not in each.path)


def so_far(walk: Walk) -> int:
    return max((each.n for each in walk.house.moneybird.record.since(0)), default=0)


def open_member(walk: Walk, number: int) -> Page:
    page = walk.secretary
    walk.go(f"members/?q={number}", page=page)
    page.locator("#rows tbody tr", has_text=str(number)).get_by_role("link").click()
    return page


def act(walk: Walk, msgid: str) -> None:
    page = walk.secretary
    walk.button("Actions", within=page).click()
    page.locator(".dropdown-menu.show").get_by_text(walk.say(msgid), exact=True).click()


def numbers(rows: Sequence[Sequence[str]]) -> set[str]:
    return {each[0] for each in rows}
