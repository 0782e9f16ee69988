"""Every answer of Moneybird that is not the expected one has one meaning. Over real HTTP, against the sandbox.

The package's README tells it in short.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from ledenbrug.bookkeeping.moneybird import MEMBER_NUMBER, PACKAGE, STATUS
from ledenbrug.bookkeeping.moneybird.tests.bench import ADMINISTRATION, Bench, bench
from ledenbrug.core.errors import LoginNeeded, Rejected, Temporary, Trouble
from ledenbrug.core.port import Removal
from ledenbrug.core.records import ContactId, Field, Values

BRAM: Values = {Field.COMPANY: "", Field.FIRST_NAME: "Bram", Field.LAST_NAME: "Visser"}
CHOICES = {MEMBER_NUMBER: "777", STATUS: "888"}


@pytest.fixture(scope="module")
def at() -> Iterator[Bench]:
    with bench(choices=CHOICES) as found:
        yield found


def status(number: int, body: object = "", **more: Any) -> dict[str, Any]:
    return {"kind": "status", "status": number, "body": body, **more}


def refusal(**attributes: str) -> dict[str, Any]:
    """A 422 with one message per attribute and no details, as some are."""
    return status(422, {"error": {name: [message] for name, message in attributes.items()}})


def detailed(attribute: str, **detail: Any) -> dict[str, Any]:
    return status(422, {"error": {attribute: ["…"]}, "details": {attribute: [detail]}})


def symbolic(number: int, error: str, **symbols: str) -> dict[str, Any]:
    return status(number, {"error": error, "symbolic": symbols})


def temporary(reason: str, *, reached: bool, until: datetime | None = None) -> tuple[Any, ...]:
    return Temporary, reason, {"reached": reached, "until": until}


def rejected(reason: str, field: Field | None = None, **params: str) -> tuple[Any, ...]:
    return Rejected, reason, {"field": field, "params": params, "more": ()}


def login(reason: str) -> tuple[Any, ...]:
    return LoginNeeded, reason, {}


MAX_LENGTH = "is too long (maximum is 100 characters)"
OUTCOMES: dict[str, tuple[dict[str, Any], tuple[Any, ...]]] = {
    # nothing, or not what it should be
    "the answer is lost": ({"kind": "lost_answer"}, temporary("no_answer", reached=True)),
    "the connection is reset": ({"kind": "reset"}, temporary("no_answer", reached=True)),
    "half an answer": ({"kind": "truncated"}, temporary("no_answer", reached=True)),
    "done, but not JSON": (status(201, "<html>"), temporary("not_json", reached=True)),
    "done, but empty": (status(201, ""), temporary("not_json", reached=True)),
    "done, but a list": (status(201, []), temporary("not_json", reached=True)),
    "done, but no contact": (status(201, {"id": "1"}), temporary("not_json", reached=True)),
    "a redirect": (status(302), temporary("package_error", reached=True)),
    "500": (status(500, {"error": "oops"}), temporary("package_error", reached=True)),
    "500, done": (status(500, "", carried_out=True), temporary("package_error", reached=True)),
    "502, a page": ({"kind": "html", "status": 502}, temporary("package_error", reached=True)),
    "503": (status(503), temporary("package_error", reached=True)),
    "404, a page": ({"kind": "html", "status": 404}, temporary("package_error", reached=False)),
    "405": (status(405, {"error": "405 Not Allowed"}), temporary("package_error", reached=False)),
    "406": (status(406), temporary("package_error", reached=False)),
    "408": (status(408), temporary("package_error", reached=True)),
    "409": (status(409), temporary("package_error", reached=True)),
    # the connection as a whole
    "401": (status(401, {"error": "token is invalid", "symbolic": {"request": "invalid_grant"}}), login("withdrawn")),
    "401, revoked": (status(401, "access token revoked"), login("withdrawn")),
    "401, scope": (status(401, {"error": "No access to sales_invoices or estimates"}), login("scope_missing")),
    "403, scope": (status(403, {"error": "No access to sales_invoices"}), login("scope_missing")),
    "403": (status(403, 403), login("no_access")),
    "403, suspended": (
        symbolic(403, "Administration is suspended", administration="suspended"),
        temporary("suspended", reached=False, until=datetime(2026, 3, 2, 12, tzinfo=UTC)),
    ),
    "402": (
        symbolic(402, "creating contacts is limited", administration="limit_reached"),
        temporary("plan_limit", reached=False, until=datetime(2026, 3, 2, 17, tzinfo=UTC)),
    ),
    "404, no such path": (status(404, {"error": "404 Not Found"}), login("administration_gone")),
    "404, not a contact's path": (symbolic(404, "record not found", id="not_found"), login("administration_gone")),
    # this contact
    "404, custom field": (
        symbolic(404, "Custom field with id 888 not found for administration", custom_fields_attributes="not_found"),
        rejected("no_field", Field.STATUS),
    ),
    "404, custom field of another": (
        symbolic(404, "Custom field with id 1 not found for administration", custom_fields_attributes="not_found"),
        rejected("no_field"),
    ),
    "400": (symbolic(400, "Contact is required", contact="required"), rejected("refused", status="400")),
    "413": (status(413), rejected("refused", status="413")),
    "422, naming nothing": (status(422, {"error": "something"}), rejected("refused")),
    "422, empty": (status(422, {"error": {}}), rejected("refused")),
    "422, not JSON": (status(422, "nope"), rejected("refused")),
    # one field of it
    "number in use": (
        refusal(customer_id="is already in use"),
        rejected("number_taken", Field.CUSTOMER_NUMBER),
    ),
    "number taken, by code": (detailed("customer_id", error="taken"), rejected("number_taken", Field.CUSTOMER_NUMBER)),
    "mandate taken": (
        refusal(sepa_mandate_id="has already been taken"),
        rejected("mandate_taken", Field.MANDATE_REFERENCE),
    ),
    "mandate in the future": (
        refusal(sepa_mandate_date="cannot be in the future"),
        rejected("mandate_in_future", Field.MANDATE_SIGNED),
    ),
    "mandate in the future, by code": (
        detailed("sepa_mandate_date", error="not_in_future"),
        rejected("mandate_in_future", Field.MANDATE_SIGNED),
    ),
    "domain": (
        refusal(send_invoices_to_email="includes a domain which cannot receive emails"),
        rejected("domain_cannot_receive", Field.EMAIL),
    ),
    "both addresses": (
        refusal(
            send_invoices_to_email="includes a domain which cannot receive emails",
            send_estimates_to_email="includes a domain which cannot receive emails",
        ),
        rejected("domain_cannot_receive", Field.EMAIL),
    ),
    "address": (refusal(send_estimates_to_email="is not a valid email address"), rejected("invalid", Field.EMAIL)),
    "IBAN": (refusal(sepa_iban="is invalid"), rejected("invalid", Field.IBAN)),
    "BIC missing": (refusal(sepa_bic="can't be blank"), rejected("invalid", Field.BIC)),
    "country, by code": (detailed("country", error="invalid", value=None), rejected("invalid", Field.COUNTRY)),
    "too long": (refusal(city=MAX_LENGTH), rejected("too_long", Field.CITY, length="100")),
    "too long, by code": (detailed("city", error="too_long", count=80), rejected("too_long", Field.CITY, length="80")),
    "no name": (
        refusal(firstname="is required", lastname="is required", company_name="is required"),
        rejected("name_missing", Field.LAST_NAME),
    ),
    "a field of ours, in words nobody knows": (
        refusal(phone="smells"),
        rejected("refused", Field.PHONE, attribute="phone"),
    ),
    "a field that is not ours": (refusal(tax_number="is invalid"), rejected("refused", attribute="tax_number")),
    "an attribute that is none": (refusal(**{"<b>Anna</b>": "is invalid"}), rejected("refused", attribute="")),
}


@pytest.mark.parametrize("name", OUTCOMES)
def test_an_answer_has_one_outcome(at: Bench, name: str) -> None:
    fault, (kind, reason, facts) = OUTCOMES[name]
    at.sandbox.faults.arm(fault)
    before = sum(at.sandbox.requests().values())
    with pytest.raises(Trouble) as outcome:
        at.books.create(BRAM)
    found = outcome.value
    assert (type(found), found.reason, {each: getattr(found, each) for each in facts}) == (kind, reason, facts)
    while sum(at.sandbox.requests().values()) == before:
        time.sleep(0.02)  # the far side notes it when it is done
    assert sum(at.sandbox.requests().values()) - before == 1
    assert at.sandbox.faults.armed() == []


def test_an_answer_that_takes_too_long_may_have_been_carried_out() -> None:
    with bench(read_seconds=0.3) as found:
        found.sandbox.faults.arm({"kind": "slow", "seconds": 1.5})
        with pytest.raises(Temporary) as outcome:
            found.books.create(BRAM)
    assert (outcome.value.reason, outcome.value.reached) == ("no_answer", True)


@pytest.mark.parametrize(
    "body", [{"error": "record not found", "symbolic": {"id": "not_found"}}, {"error": "record not found"}]
)
def test_a_contact_that_is_not_found_is_looked_for_once_more(at: Bench, body: object) -> None:
    """What the service says of an archived contact, nobody knows."""
    contact = at.books.create(BRAM).contact_id
    before = sum(at.sandbox.requests().values())
    at.sandbox.faults.arm(status(404, body))
    with pytest.raises(Rejected) as outcome:
        at.books.update(contact, {Field.PHONE: "1"}, ours=lambda _field, _value: False)
    assert outcome.value.reason == "archived"
    at.sandbox.faults.arm(status(404, body))
    at.books.archive(contact)
    at.sandbox.faults.arm(status(404, body))
    assert at.books.remove(contact) is Removal.ARCHIVED
    assert sum(at.sandbox.requests().values()) - before == 6


def test_several_fields_are_named_at_once_and_those_of_others_last(at: Bench) -> None:
    at.sandbox.faults.arm(refusal(tax_number="is invalid", sepa_iban="is invalid", city=MAX_LENGTH))
    with pytest.raises(Rejected) as outcome:
        at.books.create(BRAM)
    found = [(each.reason, each.field, each.params) for each in (outcome.value, *outcome.value.more)]
    assert found == [
        ("invalid", Field.IBAN, {}),
        ("too_long", Field.CITY, {"length": "100"}),
        ("refused", None, {"attribute": "tax_number"}),
    ]


def test_no_reason_holds_what_was_sent_or_said(at: Bench) -> None:
    at.sandbox.faults.arm(refusal(sepa_iban="NL91ABNA0417164300 of Bram is invalid"))
    with pytest.raises(Rejected) as outcome:
        at.books.create(BRAM)
    assert "NL91" not in f"{outcome.value!r} {outcome.value.params} {vars(outcome.value)}"
    assert outcome.value.__cause__ is None


@pytest.mark.parametrize("fault", [status(200, {"not": "a list"}), status(200, [1]), status(200, [{"id": "1"}])])
def test_a_list_that_is_none_tells_nothing_about_anybody(at: Bench, fault: dict[str, Any]) -> None:
    """Least of all that everybody is gone."""
    at.sandbox.faults.arm(fault)
    with pytest.raises(Temporary) as outcome:
        at.books.heads()
    assert outcome.value.reason == "not_json"


def test_a_429_waits_as_long_as_the_headers_say() -> None:
    with bench(limit="1/300") as found:
        found.books.create(BRAM)
        with pytest.raises(Temporary) as known:
            found.books.create(BRAM)
        assert (known.value.reason, known.value.until) == ("budget", datetime(2026, 3, 2, 11, 5, tzinfo=UTC))
        assert sum(found.sandbox.requests().values()) == 1


def test_what_others_behind_the_address_spend_ends_in_one_429() -> None:
    with bench(limit="150/300") as found:
        found.books.create(BRAM)
        found.clock.wait(60)
        for _ in range(2):
            _spend(found, 150)
            with pytest.raises(Temporary) as wait:
                found.books.create(BRAM)
            assert wait.value.until == datetime(2026, 3, 2, 11, 5, tzinfo=UTC)
        assert sum(found.sandbox.requests().values()) == 2  # the second refusal was foreseen
        found.clock.wait(240)
        found.books.create(BRAM)


@pytest.mark.parametrize("retry_after", ["epoch", "seconds"])
def test_both_meanings_of_retry_after_are_understood(retry_after: str) -> None:
    with bench(limit="0/300", retry_after=retry_after) as found:
        found.clock.wait(100)
        with pytest.raises(Temporary) as wait:
            found.books.create(BRAM)
        assert (wait.value.reason, wait.value.until) == ("limited", datetime(2026, 3, 2, 11, 5, tzinfo=UTC))


def test_an_administration_that_is_suspended_cannot_be_chosen() -> None:
    with bench() as found:
        found.sandbox.world.administrations[ADMINISTRATION].suspended = True
        assert [each.usable for each in PACKAGE.administrations(found.line)] == [False]
        with pytest.raises(Temporary) as outcome:
            found.books.archive(ContactId("1"))
        assert outcome.value.reason == "suspended"


@pytest.mark.parametrize("foreign", ["404", "401"])
def test_an_administration_out_of_reach_does_not_make_its_contacts_gone(foreign: str) -> None:
    with bench(administrations=["123"], foreign=foreign) as found:
        contact = ContactId("1")
        for call in (
            lambda: found.books.create(BRAM),
            lambda: found.books.update(contact, {Field.PHONE: "1"}, ours=lambda _field, _value: False),
            lambda: found.books.archive(contact),
            lambda: found.books.remove(contact),
            lambda: found.books.find("LID-1"),
            lambda: [*found.books.read([contact])],
            found.books.heads,
        ):
            with pytest.raises(LoginNeeded):
                call()


def _spend(found: Bench, requests: int) -> None:
    """Somebody else behind the same address."""
    asked = {"kind": "others", "requests": requests}
    assert httpx2.post(f"{found.sandbox.url}/_sandbox/faults", json=asked).status_code == 201
