"""A load that outlasts a window of the limit: every account first, then bank accounts and mandates, under one yes."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

import pytest

from ledenbrug.bookkeeping.exact_online.sandbox.crm_shapes import ACCOUNT, BANK_ACCOUNT
from ledenbrug.bookkeeping.exact_online.sandbox.other_shapes import MANDATE
from ledenbrug.core.records import ALWAYS, Group
from ledenbrug.members.models import Member
from ledenbrug.sync import engine, look, operations, progress, settle, turn, undo
from ledenbrug.sync.models import Connection, Journal, Link, Outcome, Problem, Run, Touched
from tests.members.factories import a_mandate, a_member, a_user
from tests.sync.at_exact import FIRST, Treasury, a_treasury

pytestmark = pytest.mark.django_db(transaction=True)
IBAN, OTHER = "NL91ABNA0417164300", "NL20INGB0001234567"
SIGNED = datetime(2026, 1, 1)  # noqa: DTZ001  the sandbox keeps the clock on the wall
MEMBERS = 4
WINDOW = "11/60"
"""Too narrow for four members at once."""


@pytest.fixture
def treasury(monkeypatch: pytest.MonkeyPatch) -> Iterator[Treasury]:
    for found in a_treasury(monkeypatch, fresh="empty"):
        monkeypatch.setenv("LEDENBRUG_EXACT_ONLINE_LIMIT", WINDOW)
        monkeypatch.setattr(turn, "STEPS", MEMBERS)  # so that a turn ends when every account is there
        yield found


def member(treasury: Treasury, connection: Connection, number: int) -> Member:
    found = a_member(
        treasury.association, status=treasury.status, number=str(number), given_name="Anna", last_name="Lid",
        iban=IBAN, account_holder="A. Lid",
    )  # fmt: skip
    a_mandate(found, connection.financial_administration, reference=f"M-{number}")
    return found


def a_load(treasury: Treasury, *, members: int = MEMBERS) -> Connection:
    connection = treasury.save(treasury.connect(), FIRST)
    connection.groups = [*(each.value for each in ALWAYS), Group.SEPA.value]
    connection.save()
    for number in range(1, members + 1):
        member(treasury, connection, number)
    treasury.wait(minutes=5)
    operations.enable(connection, user=treasury.user, now=treasury.at)
    return connection


@pytest.fixture
def half_way(treasury: Treasury) -> Connection:
    """Every account is there, and nothing else."""
    connection = a_load(treasury)
    engine.run(connection.id, clock=treasury.clock)
    assert made(treasury) == ["Accounts"] * MEMBERS
    return connection


def made(treasury: Treasury) -> list[str]:
    found = [each for each in treasury.there.record.since(0) if each.method == "POST" and each.status == 201]
    return [each.path.rpartition("/")[2] for each in found]


def passes(treasury: Treasury) -> list[tuple[str, int]]:
    """What was made one after another: bank accounts with their mandates as one kind."""
    kinds = ["Accounts" if each == "Accounts" else "beside" for each in made(treasury)]
    return [(kind, len([*them])) for kind, them in groupby(kinds)]


def there(treasury: Treasury) -> dict[str, tuple[list[str], list[str]]]:
    """Code → bank accounts and mandates."""
    books = treasury.there.world.books(FIRST)
    return {
        each["Code"].strip(): (
            [row["BankAccount"] for row in books.of_account(BANK_ACCOUNT, key)],
            [row["Reference"] for row in books.of_account(MANDATE, key)],
        )
        for key, each in books.accounts.items()
    }


def whole(*numbers: int) -> dict[str, tuple[list[str], list[str]]]:
    return {str(7000000 + each): ([IBAN], [f"M-{each}"]) for each in numbers}


def by_hand(treasury: Treasury, number: int, iban: str, *, mandate: str = "") -> None:
    books, person = treasury.there.world.books(FIRST), treasury.there.world.owner()
    account = books.account_by_code(str(7000000 + number))
    assert account
    holder = {"BankAccountHolderName": "A. Lid"} if mandate else {}
    bank = books.create(BANK_ACCOUNT, {"Account": account["ID"], "BankAccount": iban, "Main": True, **holder}, person)
    if mandate:
        new = {
            "Account": account["ID"], "BankAccount": bank["ID"], "Reference": mandate, "Main": 1,
            "SignatureDate": SIGNED,
        }  # fmt: skip
        books.create(MANDATE, new, person)


def asked() -> list[str]:
    return [*Problem.objects.filter(closed_at=None).values_list("reason", flat=True)]


def test_every_account_comes_before_the_first_bank_account_and_nobody_is_asked_again(treasury: Treasury) -> None:
    connection = a_load(treasury)
    treasury.go_on(connection)
    assert passes(treasury) == [("Accounts", MEMBERS), ("beside", 2 * MEMBERS)]
    assert there(treasury) == whole(1, 2, 3, 4)
    assert not Problem.objects.exists()
    assert not Link.objects.exclude(promised=None).exists()
    assert set(Journal.objects.values_list("outcome", flat=True)) <= {Outcome.DONE, Outcome.PUT_OFF}


def test_a_load_that_fits_into_a_window_goes_member_by_member(treasury: Treasury) -> None:
    treasury.go_on(a_load(treasury, members=3))
    assert made(treasury) == ["Accounts", "BankAccounts", "DirectDebitMandates"] * 3


def test_who_waits_for_the_second_pass_is_said_to_wait(treasury: Treasury, half_way: Connection) -> None:
    (standing,) = look.of_member(Member.objects.get(number="1"), now=treasury.at)
    assert standing.state == "waiting"
    treasury.go_on(half_way)
    (standing,) = look.of_member(Member.objects.get(number="1"), now=treasury.at)
    assert standing.state == "in_step"


def test_it_is_said_when_every_account_is_there_and_when_all_is(treasury: Treasury) -> None:
    connection = a_load(treasury)
    engine.run(connection.id, clock=treasury.clock)
    Touched.objects.filter(payer=f"m{Member.objects.get(number='4').id}").update(urgency=0)  # as if not made yet
    told = progress.of(connection, now=treasury.at)
    assert (told.done, told.to_do, told.unfinished, told.percent) == (0, 4, 3, 21)
    assert told.contacts_at
    assert told.ready_at
    assert treasury.at < told.contacts_at < told.ready_at
    treasury.go_on(connection)
    told = progress.of(connection, now=treasury.at)
    assert (told.to_do, told.unfinished, told.contacts_at, told.percent) == (0, 0, None, 100)


def test_what_a_person_adds_meanwhile_goes_whole_and_first(treasury: Treasury, half_way: Connection) -> None:
    member(treasury, half_way, 5)
    treasury.go_on(half_way)
    assert made(treasury)[MEMBERS : MEMBERS + 3] == ["Accounts", "BankAccounts", "DirectDebitMandates"]
    assert there(treasury) == whole(1, 2, 3, 4, 5)


def test_what_a_person_edits_meanwhile_is_finished_at_once(treasury: Treasury, half_way: Connection) -> None:
    treasury.wait(minutes=1)
    Member.objects.filter(number="3").update(city="Utrecht")
    engine.run(half_way.id, clock=treasury.clock)
    assert there(treasury)["7000003"] == whole(3)["7000003"]
    treasury.go_on(half_way)
    assert there(treasury) == whole(1, 2, 3, 4)
    assert not asked()


def test_a_bank_account_that_changed_since_waits_for_a_yes_of_its_own(treasury: Treasury, half_way: Connection) -> None:
    Member.objects.filter(number="2").update(iban=OTHER)
    treasury.go_on(half_way)
    assert there(treasury) == {**whole(1, 3, 4), "7000002": ([], [])}
    assert asked() == ["iban_waits"]


def test_what_was_put_there_by_hand_since_is_not_written_over_unasked(treasury: Treasury, half_way: Connection) -> None:
    by_hand(treasury, 2, OTHER)
    treasury.go_on(half_way)
    assert there(treasury) == {**whole(1, 3, 4), "7000002": ([OTHER], [])}
    assert asked() == ["iban_waits"]
    settle.settle(Problem.objects.get(closed_at=None), action=settle.APPROVE, user=a_user(), now=treasury.at)
    treasury.go_on(half_way)
    assert there(treasury)["7000002"] == ([OTHER, IBAN], ["M-2"])
    assert not asked()


def test_what_was_put_there_by_hand_and_says_the_same_is_left(treasury: Treasury, half_way: Connection) -> None:
    by_hand(treasury, 2, IBAN, mandate="M-2")
    treasury.go_on(half_way)
    assert made(treasury).count("BankAccounts") == MEMBERS - 1
    assert Link.objects.filter(unsure=False, promised=None).count() == MEMBERS


def test_a_load_that_is_switched_off_half_way_goes_on_under_the_same_yes(
    treasury: Treasury, half_way: Connection
) -> None:
    operations.disable(half_way, user=treasury.user, now=treasury.at)
    treasury.wait(hours=1)
    operations.enable(half_way, user=treasury.user, now=treasury.at)
    treasury.go_on(half_way)
    assert passes(treasury) == [("Accounts", MEMBERS), ("beside", 2 * MEMBERS)]
    assert there(treasury) == whole(1, 2, 3, 4)
    assert not asked()


def connected_again(treasury: Treasury, before: Connection, *, forget_links: bool = False) -> Connection:
    operations.remove(before, user=treasury.user, now=treasury.at, forget_links=forget_links)
    treasury.wait(minutes=15)
    draft = operations.Draft(
        FIRST, before.financial_administration_id, frozenset({treasury.status.id}), frozenset(before.groups),
        before.prefix, before.choices,
    )  # fmt: skip
    grant = treasury.connect()
    again = operations.save(
        association=treasury.association, grant=grant, draft=draft, user=treasury.user, now=treasury.at
    )
    operations.enable(again, user=treasury.user, now=treasury.at)
    return again


def test_a_load_of_a_connection_that_is_removed_half_way_is_finished_by_the_next_one(
    treasury: Treasury, half_way: Connection
) -> None:
    """Its plan shows the bank accounts, and the yes to that is a yes to these."""
    again = connected_again(treasury, half_way)
    treasury.go_on(again)
    assert passes(treasury) == [("Accounts", MEMBERS), ("beside", 2 * MEMBERS)]
    assert there(treasury) == whole(1, 2, 3, 4)
    assert not asked()
    assert not Link.objects.exclude(unsure=False, promised=None).exists()


def test_what_changed_while_no_connection_was_there_waits_for_a_yes_of_its_own(
    treasury: Treasury, half_way: Connection
) -> None:
    Member.objects.filter(number="2").update(iban=OTHER)
    by_hand(treasury, 3, OTHER)
    treasury.go_on(connected_again(treasury, half_way))
    assert there(treasury) == {**whole(1, 4), "7000002": ([], []), "7000003": ([OTHER], [])}
    assert asked() == ["iban_waits"] * 2


def test_a_load_of_which_the_links_are_forgotten_finds_its_accounts_back(
    treasury: Treasury, half_way: Connection
) -> None:
    """What was promised is forgotten with them: a bank account for an account that is there waits for a yes."""
    treasury.go_on(connected_again(treasury, half_way, forget_links=True))
    assert made(treasury) == ["Accounts"] * MEMBERS
    assert asked() == ["many_ibans"] * MEMBERS
    assert Link.objects.exclude(contact=None).count() == MEMBERS


def test_a_relation_that_was_blocked_is_looked_at_again_when_somebody_says_that_it_no_longer_is(
    treasury: Treasury, half_way: Connection
) -> None:
    books, person = treasury.there.world.books(FIRST), treasury.there.world.owner()
    account = books.account_by_code("7000002")
    assert account
    books.update(ACCOUNT, account, {"Blocked": True}, person)
    while not asked():
        treasury.at = max(treasury.at, engine.run(half_way.id, clock=treasury.clock) or treasury.at)
    assert (asked(), there(treasury)["7000002"]) == (["archived"], ([], []))
    treasury.wait(minutes=1)
    books.update(ACCOUNT, account, {"Blocked": False}, person)
    operations.sync_now(half_way, user=treasury.user, now=treasury.at)
    treasury.go_on(half_way)
    assert there(treasury) == whole(1, 2, 3, 4)
    assert not asked()


def test_direct_debit_that_is_switched_off_half_way_ends_the_promise(treasury: Treasury, half_way: Connection) -> None:
    draft = operations.Draft(
        FIRST, half_way.financial_administration_id, frozenset({treasury.status.id}),
        frozenset(each.value for each in ALWAYS), half_way.prefix, half_way.choices,
    )  # fmt: skip
    operations.change(half_way, draft=draft, user=treasury.user, now=treasury.at)
    treasury.go_on(half_way)
    assert made(treasury) == ["Accounts"] * MEMBERS
    assert not Link.objects.exclude(promised=None).exists()


@pytest.mark.parametrize("lost", ["POST /crm/BankAccounts", "POST /cashflow/DirectDebitMandates"])
def test_an_answer_lost_in_the_second_pass_leaves_one_of_each(
    treasury: Treasury, half_way: Connection, lost: str
) -> None:
    treasury.there.arm("lost_answer", match=lost)
    treasury.go_on(half_way)
    assert there(treasury) == whole(1, 2, 3, 4)
    assert not asked()
    assert Journal.objects.filter(outcome=Outcome.LOST).count() == 1


@pytest.mark.parametrize("whole", [False, True])
def test_a_load_that_is_taken_back_half_way_or_afterwards_leaves_nothing(
    treasury: Treasury, half_way: Connection, *, whole: bool
) -> None:
    if whole:
        treasury.go_on(half_way)
    undo.start(Run.objects.get(cause="enable"), user=a_user(), now=treasury.at)
    treasury.go_on(half_way)
    assert there(treasury) == {}
    assert not Touched.objects.exists()
    assert not Link.objects.exclude(contact=None, promised=None).exists()
