"""Short lives of a connection to a package where one contact takes several writes, while anything may go wrong."""

import random
from collections.abc import Iterator
from datetime import timedelta

import pytest

from ledenbrug.bookkeeping.exact_online.sandbox.crm_shapes import BANK_ACCOUNT, CONTACT
from ledenbrug.bookkeeping.exact_online.sandbox.other_shapes import MANDATE
from ledenbrug.bookkeeping.exact_online.sandbox.shape import Row
from ledenbrug.core.records import ALWAYS, Group
from ledenbrug.members.models import Mandate, Member
from ledenbrug.sync import engine, operations
from ledenbrug.sync.models import Connection, Problem
from tests.members.factories import a_mandate, a_member
from tests.sync.at_exact import FIRST, Treasury, a_treasury

pytestmark = pytest.mark.django_db(transaction=True)
TROUBLES: tuple[tuple[str, dict[str, object]], ...] = (
    ("lost_answer", {}),
    ("reset", {}),
    ("truncated", {}),
    ("html", {"status": 500}),
    ("html", {"status": 503}),
    ("status", {"status": 500, "body": "", "carried_out": True}),
    ("unauthorized", {}),
    ("aged", {"seconds": 700}),
)
CITIES = ("Utrecht", "Zwolle", "Assen", "Ede")


@pytest.fixture
def treasury(monkeypatch: pytest.MonkeyPatch) -> Iterator[Treasury]:
    yield from a_treasury(monkeypatch)


def settle(treasury: Treasury, connection: Connection, *, most: int = 80) -> None:
    """Turns, as often as there is something to do within the next hours; never longer than a storm lasts."""
    for _ in range(most):
        due = engine.run(connection.id, clock=treasury.clock)
        if due is None or due > treasury.at + timedelta(hours=3):
            return
        treasury.at = max(treasury.at + timedelta(seconds=1), due)


def log_in_again(treasury: Treasury, connection: Connection) -> None:
    """What a person must do when the answer to a renewal was lost, and the tokens with it."""
    connection.refresh_from_db()
    if connection.waiting == "withdrawn":
        treasury.there.faults.clear()
        treasury.connect(reconnects=connection)


def a_troubled_connection(treasury: Treasury) -> Connection:
    connection = treasury.save(treasury.connect(), FIRST)
    connection.groups = [*(each.value for each in ALWAYS), Group.PERSON.value, Group.SEPA.value]
    connection.save()
    for number in range(1, 7):
        member = a_member(
            treasury.association, status=treasury.status, number=str(number), given_name="Anna",
            email=f"lid{number}@leden.example", iban="NL91ABNA0417164300", account_holder="A. Lid",
        )  # fmt: skip
        a_mandate(member, connection.financial_administration, reference=f"M-{number}")
    operations.enable(connection, user=treasury.user, now=treasury.at)
    return connection


def happen(treasury: Treasury, connection: Connection, chance: random.Random) -> None:
    for _ in range(chance.randint(0, 2)):
        kind, facts = chance.choice(TROUBLES)
        if kind == "aged":
            treasury.there.arm(kind, **facts)
        else:
            treasury.there.arm(kind, **facts, match="* /*", skip=chance.randint(0, 5))
    who = Member.objects.order_by("id")[chance.randrange(6)]
    match chance.randrange(3):
        case 0:
            Member.objects.filter(id=who.id).update(city=chance.choice(CITIES))
        case 1:
            Mandate.objects.filter(member=who, ended=None).update(ended=treasury.at.date())
        case 2 if not Mandate.objects.filter(member=who, ended=None).exists():
            reference = f"M-{who.number}-{Mandate.objects.filter(member=who).count()}"
            a_mandate(who, connection.financial_administration, reference=reference)


@pytest.mark.parametrize("seed", range(6))
def test_everyone_is_there_once_with_one_bank_account_and_the_mandate_of_today(treasury: Treasury, seed: int) -> None:
    chance = random.Random(seed)
    connection = a_troubled_connection(treasury)
    for _ in range(12):
        happen(treasury, connection, chance)
        settle(treasury, connection, most=6)
        log_in_again(treasury, connection)
    treasury.there.faults.clear()
    settle(treasury, connection)
    treasury.wait(hours=2)
    operations.sync_now(connection, user=treasury.user, now=treasury.at)
    settle(treasury, connection)
    for number in range(1, 7):
        holds(treasury, Member.objects.get(number=str(number)))


def holds(treasury: Treasury, member: Member) -> None:
    books = treasury.there.world.books(FIRST)
    code = str(7000000 + int(member.number))
    (account,) = (each for each in books.accounts.values() if each["Code"].strip() == code)
    assert account.get("City", "") == member.city
    (person,) = books.of_account(CONTACT, account["ID"])
    assert (person["FirstName"], person["Email"]) == (member.given_name, member.email)
    held = Problem.objects.filter(payer=f"m{member.pk}", reason__in=("iban_waits", "many_cleared"), closed_at=None)
    if held.exists():
        return  # waits for a person's yes
    today = Mandate.objects.filter(member=member, ended=None).first()
    assert len(books.of_account(BANK_ACCOUNT, account["ID"])) in ((1,) if today else (0, 1))
    assert living(books.of_account(MANDATE, account["ID"])) == ([today.reference] if today else [])


def living(mandates: list[Row]) -> list[str]:
    return [each["Reference"] for each in mandates if not each.get("CancellationDate")]
