"""What only Moneybird does, over real HTTP against the sandbox; what every package does is in `tests/contract`."""

from datetime import date, timedelta

import pytest

from ledenbrug.bookkeeping.moneybird import MEMBER_NUMBER, PACKAGE, STATUS
from ledenbrug.bookkeeping.moneybird.client import MoneybirdBooks
from ledenbrug.bookkeeping.moneybird.tests.bench import (
    ADMINISTRATION,
    ANNA,
    MANDATE,
    Bench,
    bench,
    changes,
    nobodys,
    requests,
)
from ledenbrug.core.errors import LoginNeeded, Rejected
from ledenbrug.core.port import Removal
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import ContactId, Field
from ledenbrug.stage.messages import Request, Response, json_response
from tests.wire.far_side import far_side


def test_each_operation_asks_the_requests_it_is_written_for(at: Bench) -> None:
    contact = at.books.create(ANNA).contact_id
    at.books.update(contact, {Field.PHONE: "020-1"}, ours=nobodys)
    assert [*at.books.read([contact])]
    assert [*at.books.everyone()] == [contact]
    at.books.heads(known=[contact])
    at.books.heads(known=[contact, ContactId("7")])
    at.books.find("LID-1042")
    at.books.find("LID-1")
    at.books.papers(contact)
    at.books.archive(contact)
    at.books.remove(contact)
    assert requests(at) == {
        "POST /contacts": 1,
        "PATCH /contacts/{id}": 1,
        "POST /contacts/synchronization": 1,
        "GET /contacts/synchronization": 4,
        "GET /contacts/customer_id/{customer_id}": 2,
        "GET /contacts": 1,
        "GET /sales_invoices": 1,
        "GET /recurring_sales_invoices": 1,
        "GET /subscriptions": 1,
        "PATCH /contacts/{id}/archive": 1,
        "DELETE /contacts/{id}": 1,
        "GET /contacts/{id}": 1,
    }


def test_loading_members_costs_one_request_each_and_comparing_one_per_hundred(at: Bench) -> None:
    contacts = [at.books.create({**ANNA, Field.CUSTOMER_NUMBER: f"LID-{n}"}).contact_id for n in range(120)]
    assert requests(at) == {"POST /contacts": 120}
    assert [each.contact_id for each in at.books.read([*at.books.everyone()])] == contacts
    assert requests(at) == {
        "POST /contacts": 120,
        "GET /contacts/synchronization": 1,
        "POST /contacts/synchronization": 2,
    }


def test_a_new_person_has_no_contact_people_and_no_ubl(at: Bench) -> None:
    contact = at.books.create(ANNA).contact_id
    at.books.update(contact, {Field.COMPANY: "", Field.FIRST_NAME: "Anna", Field.LAST_NAME: "Smit"}, ours=nobodys)
    there = at.sandbox.world.contacts()[contact]
    assert (there.people, there.email_ubl, there.delivery_method) == ([], False, "Email")


def test_an_organisation_gathers_no_contact_people_when_its_name_changes(at: Bench) -> None:
    organisation = {Field.COMPANY: "Stichting Zon", Field.FIRST_NAME: "Anna", Field.LAST_NAME: "de Vries"}
    contact = at.books.create(organisation).contact_id
    for name in ("Stichting Maan", "Stichting Ster"):
        at.books.update(contact, {**organisation, Field.COMPANY: name}, ours=nobodys)
    there = at.sandbox.world.contacts()[contact]
    assert (there.company_name, there.people) == ("Stichting Ster", [])


def test_an_update_changes_what_differs_and_nothing_else(at: Bench) -> None:
    contact = at.books.create({**ANNA, **MANDATE}).contact_id
    at.books.update(contact, {Field.PHONE: "020-1"}, ours=nobodys)
    at.books.update(contact, {Field.EMAIL: "anna@nieuw.example"}, ours=nobodys)
    moved = ["anna@leden.example", "anna@nieuw.example"]
    phone, email = changes(at, contact)
    assert phone == {"phone": ["", "020-1"]}
    assert email == {"send_invoices_to_email": moved, "send_estimates_to_email": moved}


def test_the_account_that_money_is_paid_out_to_stays_empty(at: Bench) -> None:
    contact = at.books.create({**ANNA, **MANDATE}).contact_id
    assert at.sandbox.world.contacts()[contact].bank_account == ""


def test_a_dutch_account_needs_no_bic_and_another_bank_gets_another_one(at: Bench) -> None:
    contact = at.books.create({**ANNA, **MANDATE}).contact_id
    assert at.sandbox.world.contacts()[contact].sepa_bic == "ABNANL2A"
    at.books.update(contact, {**MANDATE, Field.IBAN: "NL20INGB0001234567"}, ours=nobodys)
    assert at.sandbox.world.contacts()[contact].sepa_bic == "INGBNL2A"


def test_a_mandate_that_ends_stays_on_record(at: Bench) -> None:
    contact = at.books.create({**ANNA, **MANDATE}).contact_id
    at.books.update(contact, {Field.DIRECT_DEBIT: ""}, ours=nobodys)
    assert changes(at, contact) == [{"sepa_active": [True, False]}]


def test_a_mandate_signed_today_is_sent(at: Bench) -> None:
    at.books.create({**ANNA, **MANDATE, Field.MANDATE_SIGNED: "2026-03-02"})


def test_a_mandate_signed_today_that_is_refused_goes_the_next_day() -> None:
    with bench(mandate_today="refuse") as at:
        with pytest.raises(Rejected) as refused:
            at.books.create({**ANNA, **MANDATE, Field.MANDATE_SIGNED: "2026-03-02"})
        assert (refused.value.reason, refused.value.field, refused.value.params) == (
            "mandate_today",
            Field.MANDATE_SIGNED,
            {"again": "2026-03-03T00:05:00+01:00"},
        )
        at.clock.wait(timedelta(hours=12, minutes=5).total_seconds())  # from noon in Amsterdam
        at.books.create({**ANNA, **MANDATE, Field.MANDATE_SIGNED: "2026-03-02"})


def test_today_is_today_in_the_administrations_zone(at: Bench) -> None:
    at.clock.wait(timedelta(hours=11, minutes=30).total_seconds())  # 23:30 in Amsterdam
    with pytest.raises(Rejected):
        at.books.create({**ANNA, **MANDATE, Field.MANDATE_SIGNED: "2026-03-03"})
    at.clock.wait(3600)  # 00:30 there, still the day before in UTC
    assert at.clock.now().date() == date(2026, 3, 2)
    at.books.create({**ANNA, **MANDATE, Field.MANDATE_SIGNED: "2026-03-03"})


def test_what_is_malformed_costs_no_request(at: Bench) -> None:
    with pytest.raises(Rejected):
        at.books.create({**ANNA, Field.EMAIL: "anna"})
    with pytest.raises(Rejected):
        at.books.update(ContactId("1"), {Field.IBAN: "NL00"}, ours=nobodys)
    assert requests(at) == {}


def test_custom_fields_are_those_of_contacts_and_take_number_and_status() -> None:
    with bench() as at:
        assert PACKAGE.choices
        offered = dict(PACKAGE.choices(at.line, ADMINISTRATION, STATUS))
        assert sorted(offered.values()) == ["Lidnummer", "Lidstatus"]
        number, status = sorted(offered, key=lambda each: offered[each])
        books = MoneybirdBooks(at.line, ADMINISTRATION, {MEMBER_NUMBER: number, STATUS: status})
        contact = books.create({**ANNA, Field.MEMBER_NUMBER: "1042", Field.STATUS: "Lid"}).contact_id
        assert at.sandbox.world.contacts()[contact].custom_values == {number: "1042", status: "Lid"}
        updated = books.update(contact, {Field.STATUS: ""}, ours=nobodys)
        assert (updated.values[Field.MEMBER_NUMBER], updated.values[Field.STATUS]) == ("1042", "")


def test_a_custom_field_that_is_no_longer_there_is_named(at: Bench) -> None:
    books = MoneybirdBooks(at.line, ADMINISTRATION, {STATUS: "12345"})
    with pytest.raises(Rejected) as refused:
        books.create({**ANNA, Field.STATUS: "Lid"})
    assert (refused.value.reason, refused.value.field) == ("no_field", Field.STATUS)
    assert at.sandbox.world.contacts() == {}


@pytest.mark.parametrize("number", ["LID 10/42", "LID-1.json", "é&?#", "a%2Fb"])
def test_any_number_can_be_looked_up(at: Bench, number: str) -> None:
    contact = at.books.create({**ANNA, Field.CUSTOMER_NUMBER: number}).contact_id
    found = at.books.find(number)
    assert found is not None
    assert found.contact_id == contact
    assert requests(at)["GET /contacts/customer_id/{customer_id}"] == 1
    assert "GET /contacts" not in requests(at)


def test_a_search_that_lags_behind_leads_to_no_second_contact(at: Bench) -> None:
    """Created and archived within the seconds that the search is behind: not found, and yet nobody is made twice."""
    contact = at.books.create(ANNA).contact_id
    at.books.archive(contact)
    assert at.books.find("LID-1042") is None
    with pytest.raises(Rejected) as refused:
        at.books.create(ANNA)
    assert refused.value.reason == "number_taken"
    at.clock.wait(3)
    found = at.books.find("LID-1042")
    assert found is not None
    assert found.archived


@pytest.mark.parametrize("archived_patch", ["allow", "refuse"])
def test_a_write_to_an_archived_contact_is_never_taken_for_one_that_is_gone(archived_patch: str) -> None:
    with bench(archived_patch=archived_patch) as at:
        contact = at.books.create(ANNA).contact_id
        at.books.archive(contact)
        if archived_patch == "allow":
            assert at.books.update(contact, {Field.PHONE: "020-1"}, ours=nobodys).archived
        else:
            with pytest.raises(Rejected) as refused:
                at.books.update(contact, {Field.PHONE: "020-1"}, ours=nobodys)
            assert refused.value.reason == "archived"


def test_a_used_contact_that_may_not_be_deleted_is_in_use() -> None:
    with bench(delete="refuse") as at:
        contact = at.books.create(ANNA).contact_id
        books = at.sandbox.world.administrations[ADMINISTRATION]
        books.add_document(books.contacts[contact], "sales_invoices", state="open", price="25.00")
        with pytest.raises(Rejected) as refused:
            at.books.remove(contact)
        assert refused.value.reason == "in_use"


def test_a_deleted_contact_is_told_from_an_archived_one(at: Bench) -> None:
    contact = at.books.create(ANNA).contact_id
    assert at.books.remove(contact) is Removal.DELETED


def test_a_merged_contact_is_gone(at: Bench) -> None:
    kept, lost = at.books.create(ANNA), at.books.create({**ANNA, Field.CUSTOMER_NUMBER: "LID-7"})
    books = at.sandbox.world.administrations[ADMINISTRATION]
    books.merge(books.contacts[kept.contact_id], books.contacts[lost.contact_id], "1")
    with pytest.raises(Rejected) as refused:
        at.books.update(lost.contact_id, {Field.PHONE: "020-1"}, ours=nobodys)
    assert refused.value.reason == "gone"
    assert set(at.books.heads()) == {kept.contact_id}


def test_an_archived_contact_that_cannot_be_read_holds_on_to_its_number() -> None:
    """The list of everyone names it without saying that it is archived."""
    with bench(sync_archived="omit") as at:
        contact = at.books.create(ANNA).contact_id
        at.books.archive(contact)
        assert [*at.books.everyone()] == [contact]
        assert [*at.books.read([contact])] == []
        with pytest.raises(Rejected) as refused:
            at.books.create(ANNA)
        assert refused.value.reason == Reason.NUMBER_TAKEN


def test_a_list_that_is_divided_after_all_is_read_to_the_end() -> None:
    """Half of it would make everybody on the other half look gone."""

    def versions(request: Request) -> Response:
        page = int(request.query().get("page", "1"))
        shown = [{"id": str(n), "version": n} for n in range(page * 10, page * 10 + 2)]
        more = f'<http://moneybird.example{request.path}?include_archived=true&page={page + 1}>; rel="next"'
        return json_response(200, shown, [("Link", more)] if page < 3 else None)

    with far_side(versions) as there, bench() as at:
        at.line.url = there.url
        assert list(at.books.everyone()) == ["10", "11", "20", "21", "30", "31"]


def test_a_custom_field_that_is_gone_is_found_out_once(at: Bench) -> None:
    books = MoneybirdBooks(at.line, ADMINISTRATION, {STATUS: "999"})
    contact = books.create(ANNA).contact_id
    for _ in range(3):
        with pytest.raises(Rejected, check=lambda each: each.reason == Reason.NO_FIELD):
            books.update(contact, {Field.STATUS: "Lid"}, ours=nobodys)
    assert requests(at)["PATCH /contacts/{id}"] == 1


def test_an_administrations_id_stays_one_part_of_the_path() -> None:
    with far_side(json_response(404, {"error": "404 Not Found"})) as there, bench() as at:
        at.line.url = there.url
        with pytest.raises(LoginNeeded) as refused:
            MoneybirdBooks(at.line, "1/../2", {}).heads()
        assert refused.value.reason == "administration_gone"
        assert [each.path for each in there.asked] == ["/api/v2/1%2F..%2F2/contacts/synchronization.json"]


def test_the_page_of_a_contact_is_where_a_person_finds_it(at: Bench) -> None:
    contact = at.books.create(ANNA).contact_id
    assert at.books.page(contact) == f"{at.sandbox.url}/{ADMINISTRATION}/contacts/{contact}"


def test_a_token_of_another_world_needs_a_login() -> None:
    with bench(token="no-such-token") as at, pytest.raises(LoginNeeded) as refused:
        PACKAGE.administrations(at.line)
    assert refused.value.reason == "withdrawn"
