"""What goes otherwise than planned, from the treasurer's seat: every to-do says what to do, and ends when it is done.

Everything is real but Moneybird; what happens there is done by hand on its own screen.
"""

import pytest
from playwright.sync_api import expect

from tests.browser import trouble
from tests.browser.steps import PACKAGE
from tests.browser.trouble import ANNA, BRAM, CARICE, DAAN, ELIF
from tests.browser.walk import Walk
from tests.waiting import until

pytestmark = pytest.mark.browser
in_dutch = pytest.mark.parametrize("walk", ["nl"], indirect=True)
in_both = pytest.mark.parametrize("walk", ["nl", pytest.param("en", marks=pytest.mark.slow)], indirect=True)


@in_both
def test_an_edit_in_moneybird_is_listed_and_settled_both_ways(walk: Walk) -> None:
    trouble.be_connected(walk)
    trouble.edit_there(walk, ANNA, city="Elders")
    trouble.edit_there(walk, BRAM, zipcode="9999 ZZ", city="Verweg")
    trouble.edit_there(walk, CARICE, send_invoices_to_email="carice@elders.example")
    trouble.look_now(walk)
    ours = trouble.see_to_do(walk, ANNA, of="drift")
    expect(ours).to_contain_text("Bruggerveen")
    expect(ours).to_contain_text("Elders")
    walk.picture("changed-there")

    walk.button("Ours holds", within=ours).click()
    until(lambda: trouble.there(walk, ANNA)["city"] == "Bruggerveen", "ours does not come back")
    trouble.see_nothing_to_do(walk, ANNA, of="drift")

    walk.button("Theirs holds", within=trouble.see_to_do(walk, BRAM, of="drift")).click()
    walk.picture("theirs-holds")
    trouble.see_nothing_to_do(walk, BRAM, of="drift")
    walk.button("Ignore this field", within=trouble.see_to_do(walk, CARICE, of="drift")).click()
    trouble.see_nothing_to_do(walk, CARICE, of="drift")

    trouble.take_over_what_is_proposed(walk, BRAM)
    expect(walk.secretary.get_by_text("9999 ZZ Verweg").first).to_be_visible()
    trouble.look_now(walk)
    expect(walk.page.locator("#drift")).to_have_count(0)
    assert trouble.there(walk, BRAM)["city"] == "Verweg"
    assert trouble.there(walk, CARICE)["email"] == "carice@elders.example"


@in_dutch
def test_an_address_that_cannot_receive_mail_is_told_and_mended_in_the_record(walk: Walk) -> None:
    trouble.be_connected(walk)
    walk.house.moneybird.arm("bad_domain", domain="geen-post.example")
    stands = str(trouble.there(walk, DAAN)["email"])
    trouble.edit_here(walk, DAAN, email="daan@geen-post.example", city="Overbrugge")
    until(lambda: trouble.there(walk, DAAN)["city"] == "Overbrugge", "the rest does not go over")
    assert trouble.there(walk, DAAN)["email"] == stands
    told = trouble.see_to_do(walk, DAAN)
    expect(told).to_contain_text(stands)
    expect(told).to_contain_text("daan@geen-post.example")
    walk.picture("cannot-receive")
    walk.secretary.reload()
    walk.picture("cannot-receive-member", page=walk.secretary)

    trouble.edit_here(walk, DAAN, email="daan@wel-post.example")
    until(lambda: trouble.there(walk, DAAN)["email"] == "daan@wel-post.example", "it does not go over")
    trouble.see_nothing_to_do(walk, DAAN)


@in_dutch
def test_who_comes_back_to_an_archived_contact_goes_on_when_it_is_taken_out_of_the_archive(walk: Walk) -> None:
    trouble.be_connected(walk)
    trouble.change_status(walk, ELIF, "Oud-lid")
    trouble.see_to_do(walk, ELIF)
    trouble.press_there(walk, ELIF, "archive")
    trouble.look_now(walk)
    trouble.see_nothing_to_do(walk, ELIF)
    since, contact = trouble.so_far(walk), trouble.there(walk, ELIF)["id"]

    trouble.change_status(walk, ELIF, "Lid")
    trouble.edit_here(walk, ELIF, city="Terugstad")
    told = trouble.see_to_do(walk, ELIF)
    expect(walk.link("Contact in %(package)s", within=told, **PACKAGE)).to_be_visible()
    walk.picture("archived-there")
    assert trouble.written(walk, since=since) == []

    trouble.press_there(walk, ELIF, "activate", archived=True)
    walk.house.operate("later", walk.language)
    until(lambda: trouble.there(walk, ELIF)["city"] == "Terugstad", "it does not go on")
    assert trouble.there(walk, ELIF)["id"] == contact
    assert trouble.written(walk, since=since) == ["PATCH /api/v2/{administration_id}/contacts/{id}"]
    trouble.see_nothing_to_do(walk, ELIF)


@in_dutch
def test_a_leaver_with_a_recurring_invoice_is_one_to_do_that_lists_it(walk: Walk) -> None:
    trouble.be_connected(walk)
    trouble.give_a_recurring_invoice(walk, CARICE)
    since, before = trouble.so_far(walk), trouble.there(walk, CARICE)

    trouble.change_status(walk, CARICE, "Oud-lid")
    told = trouble.see_to_do(walk, CARICE)
    recurring = told.get_by_role("link", name=walk.say("Recurring invoice"))
    until(lambda: recurring.count() or (walk.page.reload() and None), "the invoice is not listed")
    walk.picture("leaver")
    assert trouble.written(walk, since=since) == []
    assert trouble.there(walk, CARICE) == before
    recurring.click()
    expect(walk.page.get_by_role("heading", name=trouble.NAMES[CARICE])).to_be_visible()
    walk.picture("leaver-there")


@in_both
def test_a_withdrawn_permission_is_told_once_and_given_again_by_somebody_else(walk: Walk) -> None:
    trouble.be_connected(walk)
    contacts, since = walk.house.contacts(walk.books[0]), trouble.so_far(walk)
    trouble.withdraw(walk)
    trouble.edit_here(walk, ANNA, city="Eerstens")
    trouble.see_it_stand_still(walk)
    walk.picture("withdrawn")
    once = trouble.refused(walk, since=since)
    trouble.edit_here(walk, ANNA, city="Tweedens")
    trouble.edit_here(walk, BRAM, city="Derdens")
    until(lambda: trouble.notices(walk, "treasurer"), "nobody is told")
    assert trouble.refused(walk, since=since) == once
    assert once == [("/api/v2/{administration_id}/contacts/{id}", 401), ("/oauth/token", 400)]

    walk.page = walk.log_in("successor")
    trouble.see_it_stand_still(walk).click()
    trouble.connect_again(walk, administration=walk.books[1], as_user="bram@debrug.example")
    ours, other = (walk.house.moneybird.world.administrations[each].name for each in walk.books)
    walk.reads(
        "This connection belongs to the administration %(expected)s at %(package)s, and the permission you gave "
        "reaches %(administration)s. Nothing was changed. Log in at %(package)s as somebody who can reach "
        "%(expected)s.",
        expected=ours,
        administration=other,
        **PACKAGE,
    )
    walk.picture("another-administration")
    trouble.connect_again(walk, administration=walk.books[0], as_user="bram@debrug.example")
    walk.reads("Connected again. Everything goes on where it was.")
    walk.picture("connected-again")

    until(lambda: trouble.there(walk, ANNA)["city"] == "Tweedens", "it does not go on")
    until(lambda: trouble.there(walk, BRAM)["city"] == "Derdens", "it does not go on")
    after = walk.house.contacts(walk.books[0])
    assert {key: each["id"] for key, each in after.items()} == {key: each["id"] for key, each in contacts.items()}
    assert trouble.notices(walk, "treasurer") == 1
