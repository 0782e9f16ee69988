"""A first load, by the real engine, into a package with a range of numbers, three requests a member, a tight limit."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from ledenbrug.bookkeeping.exact_online.sandbox.crm_shapes import BANK_ACCOUNT, CONTACT
from ledenbrug.bookkeeping.exact_online.sandbox.other_shapes import MANDATE
from ledenbrug.core.records import ALWAYS, Group
from ledenbrug.members.models import Member
from ledenbrug.sync import operations
from ledenbrug.sync.models import Connection, Link, Problem
from tests.members.factories import a_mandate, a_member
from tests.sync.at_exact import FIRST, Treasury, a_treasury

pytestmark = pytest.mark.django_db(transaction=True)
MEMBERS = 45


@pytest.fixture
def treasury(monkeypatch: pytest.MonkeyPatch) -> Iterator[Treasury]:
    for found in a_treasury(monkeypatch, limit="60/60", day_limit="5000/86400"):
        monkeypatch.delenv("LEDENBRUG_EXACT_ONLINE_LIMIT")
        yield found


def a_connection(treasury: Treasury) -> Connection:
    connection = treasury.save(treasury.connect(), FIRST)
    connection.groups = [*(each.value for each in ALWAYS), Group.SEPA.value, Group.PHONE.value]
    connection.save()
    for number in range(1, MEMBERS + 1):
        member = a_member(
            treasury.association, status=treasury.status, number=str(number), given_name="Anna Maria",
            email=f"lid{number}@leden.example", iban="NL91ABNA0417164300", account_holder="A. Lid",
        )  # fmt: skip
        a_mandate(member, connection.financial_administration, reference=f"M-{number}")
    operations.enable(connection, user=treasury.user, now=treasury.at)
    return connection


def statuses(treasury: Treasury) -> set[int]:
    return {each.status for each in treasury.there.record.since(0)}


def requests(treasury: Treasury) -> int:
    return sum(n for path, n in treasury.there.requests().items() if "{division}" in path)


def test_everyone_gets_an_account_a_bank_account_and_a_mandate_and_no_limit_is_met(treasury: Treasury) -> None:
    connection = a_connection(treasury)
    treasury.go_on(connection)
    books = treasury.there.world.books(FIRST)
    ours = [each for each in books.accounts.values() if each["Code"].strip().startswith("7000")]
    assert sorted(each["Code"].strip() for each in ours) == [str(7000000 + n) for n in range(1, MEMBERS + 1)]
    for each in ours:
        assert len(books.of_account(BANK_ACCOUNT, each["ID"])) == 1
        assert len(books.of_account(MANDATE, each["ID"])) == 1
    assert not Problem.objects.exists()
    assert Link.objects.filter(contact__isnull=False, unsure=False).count() == MEMBERS
    assert 429 not in statuses(treasury)
    assert treasury.there.world.remarks == {}
    assert requests(treasury) <= 3 * MEMBERS + 30, treasury.there.requests()


def test_contact_persons_that_are_chosen_later_come_for_everyone_and_go_with_nobody(treasury: Treasury) -> None:
    connection = a_connection(treasury)
    treasury.go_on(connection)
    persons = lambda: treasury.there.world.books(FIRST).tables[CONTACT.path].rows.values()  # noqa: E731
    assert not persons()
    without = operations.Draft(
        FIRST, connection.financial_administration_id, frozenset({treasury.status.id}),
        frozenset(connection.groups), connection.prefix, connection.choices,
    )  # fmt: skip
    chosen = replace(without, groups=without.groups | {Group.PERSON.value})
    operations.change(connection, draft=chosen, user=treasury.user, now=treasury.at)
    treasury.go_on(connection)
    assert sorted((each["FirstName"], each["Email"]) for each in persons()) == sorted(
        ("Anna Maria", f"lid{n}@leden.example") for n in range(1, MEMBERS + 1)
    )
    operations.change(connection, draft=without, user=treasury.user, now=treasury.at)
    treasury.go_on(connection)
    assert len(persons()) == MEMBERS
    assert not Problem.objects.exists()


def test_an_edit_costs_two_requests_and_a_round_without_differences_a_few_pages(treasury: Treasury) -> None:
    connection = a_connection(treasury)
    treasury.go_on(connection)
    treasury.go_on(connection)
    treasury.wait(hours=1)
    before = requests(treasury)
    Member.objects.filter(number="7").update(phone="+31201234567")
    treasury.go_on(connection)
    assert treasury.there.world.books(FIRST).account_by_code("7000007")["Phone"] == "+31201234567"  # type: ignore[index]
    assert requests(treasury) == before + 2
    operations.sync_now(connection, user=treasury.user, now=treasury.at)
    treasury.go_on(connection)
    assert requests(treasury) <= before + 2 + 7
    assert not Problem.objects.exists()
