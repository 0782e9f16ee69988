"""A secretary asks by mail, a member fills in on a phone and without an account, and the record tells who it was."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.seed import FIRST_NUMBER
from tests.browser.walk import LOCALES, Walk
from tests.waiting import until

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


def on_a_phone(walk: Walk, link: str) -> Page:
    context = walk.browser.new_context(
        locale=LOCALES[walk.language], viewport=PHONE, is_mobile=True, has_touch=True, device_scale_factor=2
    )  # fmt: skip
    walk.contexts.append(context)
    page = context.new_page()
    page.on("console", walk.listen)
    page.on("pageerror", lambda error: walk.complaints.append(str(error)))
    page.goto(link)
    return page


def ask(walk: Walk) -> str:
    """The link in the mail that Anna gets; who left gets none."""
    page = walk.secretary
    walk.go("members/", page=page)
    for name in ("Anna van Voorbeeld", "Hessel Testman"):
        page.get_by_role("checkbox", name=walk.say("Choose %(name)s", name=name), exact=True).check()
    walk.button("Ask to fill in", within=page).click()
    walk.reads("By their status: left out", page=page)
    page.locator("textarea[name=why]").fill("Nieuwe shirts." if walk.language == "nl" else "New shirts.")
    walk.picture("ask", page=page)
    page.get_by_role("button", name=walk.count("Mail %(counter)s member", "Mail %(counter)s members", 1)).click()
    expect(page.get_by_role("status").first).to_be_visible()
    (mail,) = until(lambda: walk.house.mail(f"anna@{walk.language}.example"), "no mail comes")
    assert f"Reply-To: secretary@{walk.language}.example" in mail
    found = re.search(r"http://\S+/fill-in/\S+", mail)
    assert found
    return found.group()


def own(page: Page, name: str) -> Locator:
    return page.get_by_label(name, exact=True)


def anna(walk: Walk) -> Page:
    walk.go(f"members/?q={FIRST_NUMBER}", page=walk.secretary)
    walk.secretary.locator("#rows").get_by_role("link", name="Anna van Voorbeeld").click()
    return walk.secretary


def test_a_member_fills_in_on_a_phone_and_the_record_tells_who_it_was(walk: Walk) -> None:
    walk.house.operate("fields", walk.language)
    link = ask(walk)
    phone = on_a_phone(walk, link)
    assert re.search(r"/fill-in/\d+/$", phone.url), "the address still has the secret in it"
    expect(phone.get_by_role("heading", name=walk.say("Hello %(name)s", name="Anna"))).to_be_visible()
    walk.picture("page", page=phone)

    own(phone, "Shirtmaat").select_option(label="L")
    own(phone, "Bijdrage").fill("veel")
    walk.button("Save", within=phone).click()
    walk.reads("This is not an amount, such as 1.234,56.", page=phone)
    walk.picture("refused", page=phone)
    secretary = anna(walk)
    walk.link("Edit", within=secretary).click()
    own(secretary, "Allergie").fill("Noten")
    walk.button("Save", within=secretary).click()
    expect(secretary.get_by_text("Noten").first).to_be_visible()

    own(phone, "Bijdrage").fill("25")
    walk.button("Save", within=phone).click()
    walk.reads("Something was changed here while you were busy. Nothing of yours is saved yet.", page=phone)
    expect(own(phone, "Allergie")).to_have_value("Noten")
    walk.picture("changed-meanwhile", page=phone)
    walk.button("Save", within=phone).click()
    walk.reads("It is saved. You can close this page.", page=phone)
    walk.picture("thanks", page=phone)

    secretary = anna(walk)
    walk.reads("Answered", page=secretary)
    told = secretary.locator("section", has=secretary.get_by_role("heading", name=walk.say("History"))).locator("li")
    expect(told.first).to_contain_text(walk.say("by the member, with a link of their own"))
    expect(told.first).to_contain_text("Shirtmaat")
    walk.picture("answered", page=secretary)

    walk.button("Withdraw", within=secretary).click()
    walk.reads("Withdrawn. The link opens no more.", page=secretary)
    phone.goto(link)
    walk.reads("This link does not open", page=phone)
    walk.picture("closed", page=phone)
    phone.locator("button[name=language]:not([aria-current])").click()
    expect(phone.locator("html")).to_have_attribute("lang", "en" if walk.language == "nl" else "nl")


def figure(page: Page, name: str) -> Locator:
    return page.locator(".figures div", has=page.get_by_text(name, exact=True)).locator("dd")


def test_a_round_tells_who_did_not_answer_and_its_links_are_withdrawn_together(walk: Walk) -> None:
    walk.house.operate("fields", walk.language)
    page = walk.secretary
    walk.go("members/bulk/ask/?city=Bruggerveen&all=1", page=page)
    page.locator("textarea[name=why]").fill("Nieuwe shirts." if walk.language == "nl" else "New shirts.")
    page.get_by_role("button", name=walk.count("Mail %(counter)s member", "Mail %(counter)s members", 8)).click()
    walk.reads("Mail on its way", page=page)
    walk.picture("on-its-way", page=page)
    expect(figure(page, walk.say("Not answered"))).to_have_text("8")  # by itself
    (mail,) = walk.house.mail(f"bram@{walk.language}.example")
    found = re.search(r"http://\S+/fill-in/\S+", mail.partition(f"To: bram@{walk.language}.example")[2])
    assert found
    phone = on_a_phone(walk, found.group())
    own(phone, "Shirtmaat").select_option(label="L")
    walk.button("Save", within=phone).click()
    walk.reads("It is saved. You can close this page.", page=phone)

    page.reload()
    expect(figure(page, walk.say("Answered"))).to_have_text("1")
    walk.picture("round", page=page)
    figure(page, walk.say("Not answered")).get_by_role("link").click()
    expect(page.locator("#rows tbody tr")).to_have_count(7)
    walk.picture("not-answered", page=page)
    page.go_back()
    walk.link("Ask again who did not answer", within=page).click()
    walk.picture("again", page=page)
    page.get_by_role("button", name=walk.count("Mail %(counter)s member", "Mail %(counter)s members", 7)).click()
    expect(figure(page, walk.say("Not answered"))).to_have_text("7")
    walk.link("Withdraw links", within=page).click()
    walk.picture("withdraw", page=page)
    page.get_by_role("button", name=re.compile("7 links")).click()
    expect(figure(page, walk.say("Link ended without an answer"))).to_have_text("7")
    walk.picture("withdrawn", page=page)
    walk.link("Asked to fill in", within=page).click()
    expect(page.locator(".rows li")).to_have_count(2)
    walk.picture("rounds", page=page)
