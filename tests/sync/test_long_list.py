"""What stands at a package may take more requests to list than a window of its limit holds: it is read on, not anew."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from ledenbrug.bookkeeping.exact_online.sandbox.crm_shapes import ACCOUNT, BANK_ACCOUNT
from ledenbrug.core.records import ALWAYS, Group
from ledenbrug.sync import engine, operations
from ledenbrug.sync.models import Connection, Link, Problem, Reading
from tests.members.factories import a_member
from tests.sync.at_exact import FIRST, Treasury, a_treasury

pytestmark = pytest.mark.django_db(transaction=True)
SLOTS, PAGES = 8, 20
"""Requests a minute, and pages of sixty bank accounts."""


@pytest.fixture
def treasury(monkeypatch: pytest.MonkeyPatch) -> Iterator[Treasury]:
    for found in a_treasury(monkeypatch, fresh="empty", limit=f"{SLOTS}/60"):
        monkeypatch.setenv("LEDENBRUG_EXACT_ONLINE_LIMIT", f"{SLOTS}/60")
        yield found


@pytest.fixture
def connection(treasury: Treasury) -> Connection:
    books, owner = treasury.there.world.books(FIRST), treasury.there.world.owner()
    relation = books.create(ACCOUNT, {"Name": "Bakkerij De Vries", "Status": "C"}, owner)
    for number in range(PAGES * 60):
        books.create(BANK_ACCOUNT, {"Account": relation["ID"], "BankAccount": _iban(number)}, owner)
    connection = treasury.save(treasury.connect(), FIRST)
    connection.groups = [*(each.value for each in ALWAYS), Group.SEPA.value]
    connection.save()
    a_member(treasury.association, status=treasury.status, number="1", given_name="Anna", last_name="Lid")
    treasury.wait(minutes=5)
    return connection


def _iban(number: int) -> str:
    bank, account = "INGB", f"{number:010}"
    digits = "".join(str(int(sign, 36)) for sign in f"{bank}{account}NL00")
    return f"NL{98 - int(digits) % 97:02}{bank}{account}"


def minutes(treasury: Treasury, connection: Connection, *, most: int) -> int:
    """How many pass until there is nothing to do but what the night brings."""
    began = treasury.at
    due: datetime | None = treasury.at
    while due is not None and due < treasury.at + timedelta(hours=2):
        treasury.at = max(treasury.at, due)
        assert treasury.at <= began + timedelta(minutes=most), "it begins anew every minute"
        due = engine.run(connection.id, clock=treasury.clock)
    return int((treasury.at - began).total_seconds() // 60)


def pages_read(treasury: Treasury) -> int:
    return treasury.there.requests().get("GET /api/v1/{division}/crm/BankAccounts", 0)


def test_a_list_of_many_windows_is_read_once_at_a_first_comparison_and_in_a_night(
    treasury: Treasury, connection: Connection
) -> None:
    operations.enable(connection, user=treasury.user, now=treasury.at)
    minutes(treasury, connection, most=12)
    connection.refresh_from_db()
    assert connection.matched_at is not None
    assert Link.objects.get().contact
    before = pages_read(treasury)
    treasury.wait(days=1)
    Connection.objects.update(check_due_at=treasury.at)
    minutes(treasury, connection, most=6)
    connection.refresh_from_db()
    assert connection.check_due_at is None
    assert pages_read(treasury) - before == PAGES
    assert not Reading.objects.exists()
    assert not Problem.objects.exists()
