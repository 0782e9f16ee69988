"""What hangs on a contact at Moneybird, and what an invoice at the bank holds up. Over real HTTP."""

from datetime import datetime

import pytest

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
from ledenbrug.core.errors import Rejected
from ledenbrug.core.port import Papers
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import ContactId, Field
from ledenbrug.stage.messages import Request, Response, json_response
from tests.wire.far_side import far_side


@pytest.mark.parametrize("state", ["draft", "open", "late", "reminded", "scheduled", "pending_payment", "paid"])
def test_an_invoice_is_open_until_it_is_paid(at: Bench, state: str) -> None:
    contact = at.books.create(ANNA).contact_id
    books = at.sandbox.world.administrations[ADMINISTRATION]
    books.add_document(books.contacts[contact], "sales_invoices", state=state, price="25.00")
    assert at.books.papers(contact) == Papers(open=0 if state == "paid" else 1)


def test_papers_of_others_and_what_is_over_do_not_count_whatever_the_filter_lets_through() -> None:
    """A filter that the service does not know is ignored there, without a word."""
    papers: dict[str, list[object]] = {
        "/sales_invoices.json": [{"contact_id": "7", "state": "open"}, {"contact_id": 7, "state": "paid"}],
        "/recurring_sales_invoices.json": [{"contact_id": "7", "active": True}, {"contact_id": "7", "active": False}],
        "/subscriptions.json": [
            {"contact_id": "7", "end_date": None},
            {"contact_id": "7", "end_date": "2026-03-02"},
            {"contact_id": "7", "end_date": "2026-03-01"},
        ],
    }
    of_others: list[object] = [{"contact_id": "8", "state": "open", "active": True, "end_date": None}]

    def listed(request: Request) -> Response:
        return json_response(200, papers["/" + request.path.rpartition("/")[2]] + of_others)

    with far_side(listed) as there, bench() as at:
        at.line.url = there.url
        assert at.books.papers(ContactId("7")) == Papers(open=1, recurring=3)


@pytest.mark.parametrize("status", [402, 403, 404])
def test_where_there_are_no_subscriptions_none_recur(at: Bench, status: int) -> None:
    contact = at.books.create(ANNA).contact_id
    at.sandbox.faults.arm({"kind": "status", "status": status, "body": {}, "match": "GET /subscriptions"})
    assert at.books.papers(contact) == Papers()


def test_papers_are_listed_with_the_page_where_a_treasurer_finds_them(at: Bench) -> None:
    contact = at.books.create(ANNA).contact_id
    books = at.sandbox.world.administrations[ADMINISTRATION]
    for kind, state in (
        ("sales_invoices", "scheduled"),
        ("sales_invoices", "pending_payment"),
        ("recurring_sales_invoices", "active"),
    ):
        books.add_document(books.contacts[contact], kind, state=state, price="25.00")
    scheduled, collected, recurring = at.books.papers(contact).listed
    assert (scheduled.kind, collected.kind, recurring.kind) == ("scheduled", "collected", "recurring")
    assert scheduled.number
    assert recurring.page.startswith(f"{at.sandbox.url}/{ADMINISTRATION}/recurring_sales_invoices/")


def test_a_subscription_recurs(at: Bench) -> None:
    contact = at.books.create(ANNA).contact_id
    books = at.sandbox.world.administrations[ADMINISTRATION]
    books.add_document(books.contacts[contact], "subscriptions", state="active", price="25.00")
    assert at.books.papers(contact) == Papers(recurring=1)


def test_an_account_stays_as_it_is_while_an_invoice_is_at_the_bank(at: Bench) -> None:
    contact = at.books.create({**ANNA, **MANDATE}).contact_id
    books = at.sandbox.world.administrations[ADMINISTRATION]
    invoice = books.add_document(books.contacts[contact], "sales_invoices", state="pending_payment", price="25.00")
    moved = {**MANDATE, Field.IBAN: "NL02ABNA0123456789"}
    for values in (moved, {Field.DIRECT_DEBIT: ""}):
        with pytest.raises(Rejected, check=lambda each: each.reason == Reason.AT_THE_BANK) as refused:
            at.books.update(contact, values, ours=nobodys)
        assert refused.value.field is not None
        assert datetime.fromisoformat(refused.value.params["again"]) > at.clock.now()
    assert changes(at, contact) == []
    at.books.update(contact, {Field.CITY: "Elders"}, ours=nobodys)
    invoice.state = "paid"
    assert at.books.update(contact, moved, ours=nobodys).values[Field.IBAN] == "NL02ABNA0123456789"
    assert requests(at)["GET /sales_invoices"] == 3
