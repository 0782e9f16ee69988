"""What goes otherwise than planned, as people meet it: at Moneybird's own screen, at the secretary's and here."""

from email import message_from_string, policy

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import (
    PACKAGE,
    PAYERS,
    allow,
    allow_administration,
    choose_and_save,
    connection_page,
    number,
    settled,
)
from tests.browser.walk import Walk
from tests.waiting import until

ANNA, BRAM, CARICE, DAAN, ELIF = range(5)
"""By their place among the members of `seed`."""
NAMES = ("Anna van Voorbeeld", "Bram Verzonnen", "Carice de Grap", "Daan Droomer", "Elif Sprookje")


def be_connected(walk: Walk) -> None:
    """By the screens, as the main job does it; a second story finds it done."""
    walk.go("settings/integrations/moneybird/")
    name = walk.house.moneybird.world.administrations[walk.books[0]].name
    if not walk.page.get_by_role("link", name=name).count():
        allow(walk)
        choose_and_save(walk)
        walk.act("Enable")
        until(lambda: len(walk.house.contacts(walk.books[0])) >= PAYERS, "the contacts do not come")
    walk.page.goto(connection_page(walk))
    settled(walk)


def look_now(walk: Walk) -> None:
    """What the night does too: everyone, and what stands at Moneybird."""
    walk.page.goto(connection_page(walk))
    walk.act("Sync now")
    walk.reads("Everyone is looked at again, starting now.")
    settled(walk)


def at_moneybird(walk: Walk, who: int, *, archived: bool = False) -> Page:
    """Opens the contact as the treasurer does, by searching for it there."""
    there = walk.contexts[0].new_page()
    query = f"?archived=yes&query={number(who)}" if archived else f"?query={number(who)}"
    there.goto(f"{walk.house.moneybird.url}/{walk.books[0]}/contacts{query}")
    there.get_by_role("link", name=NAMES[who]).click()
    return there


def edit_there(walk: Walk, who: int, **values: str) -> None:
    there = at_moneybird(walk, who)
    for name, value in values.items():
        there.locator(f"#{name}").fill(value)
    there.locator("#save").click()
    expect(there.get_by_role("status")).to_be_visible()
    there.close()


def press_there(walk: Walk, who: int, button: str, *, archived: bool = False) -> None:
    there = at_moneybird(walk, who, archived=archived)
    with there.expect_navigation():
        there.locator(f"#{button}").click()
    there.close()


def edit_here(walk: Walk, who: int, **values: str) -> None:
    page = open_member(walk, who)
    walk.link("Edit", within=page).click()
    for name, value in values.items():
        page.locator(f"input[name={name}]").fill(value)
    walk.button("Save", within=page).click()
    expect(page.get_by_role("heading", name=walk.say("History"))).to_be_visible()


def change_status(walk: Walk, who: int, status: str) -> None:
    page = open_member(walk, who)
    walk.link("Change status", within=page).click()
    page.locator("select[name=status]").select_option(label=status)
    walk.button("Save", within=page).click()
    expect(page.get_by_role("heading", name=walk.say("History"))).to_be_visible()


def take_over_what_is_proposed(walk: Walk, who: int) -> None:
    """The secretary's yes to what the treasurer says holds; then the member's page, as it is now."""
    page = walk.secretary
    walk.go("members/proposed/", page=page)
    line = page.locator("li", has_text=NAMES[who])
    walk.link("Look and decide", within=line).click()
    walk.picture("proposed", page=page)
    walk.button("Accept", within=page).click()
    expect(page.get_by_role("status").first).to_be_visible()
    open_member(walk, who)


def open_member(walk: Walk, who: int) -> Page:
    page = walk.secretary
    walk.go(f"members/?q={NAMES[who].split()[0].lower()}", page=page)
    page.locator("#rows").get_by_role("link", name=NAMES[who]).click()
    return page


def there(walk: Walk, who: int) -> dict[str, object]:
    """The contact as Moneybird's API tells it; archived ones too."""
    return walk.house.contacts(walk.books[0], archived=True)[number(who)]


def to_do(walk: Walk, who: int, *, of: str = "problems") -> Locator:
    """The member's line among what waits for a decision, or (`drift`) was changed there."""
    return walk.page.locator(f"#{of} li", has_text=NAMES[who])


def see_to_do(walk: Walk, who: int, *, of: str = "problems") -> Locator:
    """Looks until it is there: the page does not load itself anew when nothing was busy."""
    walk.page.goto(connection_page(walk))
    line = to_do(walk, who, of=of)
    until(lambda: line.count() or (walk.page.reload() and None), "the to-do does not come")
    expect(line).to_have_count(1)
    return line


def see_nothing_to_do(walk: Walk, who: int, *, of: str = "problems") -> None:
    walk.page.goto(connection_page(walk))
    line = to_do(walk, who, of=of)
    until(lambda: not line.count() or (walk.page.reload() and None), "the to-do stays")


def so_far(walk: Walk) -> int:
    """To be given to what counts requests."""
    entries = walk.house.moneybird.record.since(0)
    return entries[-1].n if entries else 0


def written(walk: Walk, *, since: int) -> list[str]:
    """What was asked of Moneybird that writes."""
    entries = walk.house.moneybird.record.since(since)
    told = [f"{each.method} {each.path}" for each in entries if each.method != "GET"]
    return [each for each in told if not each.endswith("/synchronization")]


def refused(walk: Walk, *, since: int) -> list[tuple[str, int]]:
    """Where somebody knocked in vain, for want of a permission."""
    entries = walk.house.moneybird.record.since(since)
    return [(each.path, each.status) for each in entries if each.status in (400, 401)]


def give_a_recurring_invoice(walk: Walk, who: int) -> None:
    page = at_moneybird(walk, who)
    page.locator("#kind").select_option("recurring_sales_invoices:active")
    with page.expect_navigation():
        page.locator("#add-document").click()
    page.close()


def withdraw(walk: Walk) -> None:
    page = walk.contexts[0].new_page()
    page.goto(f"{walk.house.moneybird.url}/{walk.books[0]}/applications")
    with page.expect_navigation():
        page.locator("[id^=withdraw-]").last.click()
    page.close()


def see_it_stand_still(walk: Walk) -> Locator:
    """Gives the way on."""
    walk.page.goto(connection_page(walk))
    again = walk.page.get_by_role("alert").get_by_role("link", name=walk.say("Connect again"))
    until(lambda: again.count() or (walk.page.reload() and None), "it does not say so")
    return again


def connect_again(walk: Walk, *, administration: str, as_user: str) -> None:
    """Under somebody's own name at Moneybird."""
    page = walk.page
    walk.button("Connect").click()
    login, consent = page.locator("#login"), page.locator("#allow")
    expect(login.or_(consent).first).to_be_visible()
    if login.is_visible():
        page.locator("#email").select_option(as_user)
        login.click()
    allow_administration(walk, administration)


def notices(walk: Walk, name: str) -> int:
    """How often somebody was mailed that it stands still, in the language of the installation."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = gettext("The connection with %(package)s stands still") % PACKAGE
    mail = walk.house.mail(f"{name}@{walk.language}.example")
    return [message_from_string(each, policy=policy.default)["Subject"] for each in mail].count(subject)
