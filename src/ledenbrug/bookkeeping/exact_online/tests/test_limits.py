"""What keeps us out or slows us down, over real HTTP against the sandbox: rights, reasons, errors, requests."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from ledenbrug.bookkeeping.exact_online.client import ExactBooks
from ledenbrug.bookkeeping.exact_online.tests.bench import Bench, bench
from ledenbrug.bookkeeping.exact_online.tests.people import ANNA, MANDATE_OF_ANNA, nobodys, requests
from ledenbrug.core.errors import LoginNeeded, Rejected, Temporary
from ledenbrug.core.port import Papers
from ledenbrug.core.records import ContactId, Field


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench() as found:
        yield found


@pytest.mark.parametrize("endpoint", ["crm/Accounts", "crm/BankAccounts"])
def test_an_empty_list_for_want_of_rights_is_never_taken_for_deletions(at: Bench, endpoint: str) -> None:
    contact = at.books.create({**ANNA, **MANDATE_OF_ANNA}).contact_id
    at.sandbox.arm("rights", endpoint=endpoint)
    later = at.opened()
    with pytest.raises(LoginNeeded, match="no_access"):
        later.heads()
    with pytest.raises(LoginNeeded, match="no_access"):
        [*later.read([contact])]


def test_a_number_is_not_said_to_be_free_by_whoever_may_not_look(at: Bench) -> None:
    at.books.create(ANNA)
    at.sandbox.arm("rights")
    with pytest.raises(LoginNeeded, match="no_access"):
        at.opened().find("7001042")


@pytest.mark.parametrize(
    ("reason", "kind", "said"),
    [
        ("BlockedUser", LoginNeeded, "no_access"),
        ("InactiveUser", LoginNeeded, "no_access"),
        ("NoDivisionAccess", LoginNeeded, "administration_gone"),
        ("LicenseExpired", Temporary, "suspended"),
        ("BlockedCustomer", Temporary, "suspended"),
        ("DivisionBlocked", Temporary, "suspended"),
    ],
)
def test_every_reason_to_keep_us_out_has_one_outcome(
    at: Bench, reason: str, kind: type[LoginNeeded | Temporary], said: str
) -> None:
    at.sandbox.arm("forbidden", reason=reason)
    with pytest.raises(kind) as refused:
        at.books.heads()
    assert refused.value.reason == said


def test_five_errors_in_an_hour_stop_an_endpoint_before_the_key_is_blocked(at: Bench) -> None:
    gone = ContactId("11111111-2222-4333-8444-555555555555")
    for _ in range(4):
        with pytest.raises(Rejected, match="gone"):
            at.books.update(gone, {Field.PHONE: "020-1"}, ours=nobodys)
    for _ in range(2):
        with pytest.raises(Temporary) as waits:
            at.books.update(gone, {Field.PHONE: "020-1"}, ours=nobodys)
    assert requests(at)["PUT crm/Accounts/{key}"] == 5
    assert waits.value.until == at.clock.now() + timedelta(hours=1)  # the clock strikes as this test begins
    at.clock.wait(3600)
    with pytest.raises(Rejected, match="gone"):
        at.books.update(gone, {Field.PHONE: "020-1"}, ours=nobodys)


def test_what_we_may_not_see_is_not_said_to_be_nothing(at: Bench) -> None:
    contact = at.books.create(ANNA).contact_id
    assert at.books.papers(contact) == Papers()
    at.sandbox.arm("rights", endpoint="read/financial/ReceivablesList")
    assert at.opened().papers(contact) == Papers(known=False)


def test_a_first_load_meets_no_refusal_by_the_limit() -> None:
    with bench(limited=True, limit="60/60", day_limit="5000/86400") as at:
        for n in range(1, 46):
            while True:
                try:
                    made_or_found(at.books, n)
                    break
                except Temporary as waits:
                    until = waits.until or at.clock.now()
                    at.clock.wait((until - at.clock.now()).total_seconds())
        assert 429 not in {each.status for each in at.sandbox.record.since(0)}
        assert len(at.sandbox.world.accounts()) == 45


def made_or_found(books: ExactBooks, n: int) -> None:
    values = {**ANNA, **MANDATE_OF_ANNA, Field.CUSTOMER_NUMBER: str(7000000 + n), Field.MANDATE_REFERENCE: f"M-{n}"}
    found = books.find(values[Field.CUSTOMER_NUMBER])
    if found is None:
        books.create(values)
    else:
        books.update(found.contact_id, {each: values[each] for each in MANDATE_OF_ANNA}, ours=nobodys)
