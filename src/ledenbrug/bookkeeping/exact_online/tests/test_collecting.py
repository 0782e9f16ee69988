"""Bank accounts and mandates, over real HTTP against the sandbox: in the right order, and resumable anywhere."""

from collections.abc import Iterator

import pytest

from ledenbrug.bookkeeping.exact_online.sandbox.crm_shapes import BANK_ACCOUNT
from ledenbrug.bookkeeping.exact_online.sandbox.other_shapes import MANDATE
from ledenbrug.bookkeeping.exact_online.tests.bench import Bench, bench
from ledenbrug.bookkeeping.exact_online.tests.people import ANNA, MANDATE_OF_ANNA, MOVED, account, nobodys, requests
from ledenbrug.core.errors import LoginNeeded, Rejected, Temporary
from ledenbrug.core.records import ContactId, Field


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench() as found:
        yield found


def banks(at: Bench, contact: ContactId) -> list[str]:
    return [each["BankAccount"] for each in at.sandbox.world.books().of_account(BANK_ACCOUNT, contact)]


def mandates(at: Bench, contact: ContactId) -> dict[str, tuple[str, bool]]:
    """Reference → IBAN, and whether it lives."""
    there = at.sandbox.world.books()
    rows = there.tables[BANK_ACCOUNT.path].rows
    return {
        each["Reference"]: (rows[each["BankAccount"]]["BankAccount"], not each.get("CancellationDate"))
        for each in there.of_account(MANDATE, contact)
    }


def test_an_account_with_bank_account_and_mandate_takes_three_requests(at: Bench) -> None:
    made = at.books.create({**ANNA, **MANDATE_OF_ANNA})
    assert requests(at) == {"POST crm/Accounts": 1, "POST crm/BankAccounts": 1, "POST cashflow/DirectDebitMandates": 1}
    assert {each: value for each, value in made.values.items() if each in MANDATE_OF_ANNA} == {
        **MANDATE_OF_ANNA,
        Field.BIC: "ABNANL2A",
    }


def test_another_bank_account_ends_the_mandate_and_begins_another(at: Bench) -> None:
    contact = at.books.create({**ANNA, **MANDATE_OF_ANNA}).contact_id
    moved = at.books.update(contact, MOVED, ours=nobodys)
    assert banks(at, contact) == ["NL91ABNA0417164300", "NL20INGB0001234567"]
    assert mandates(at, contact) == {
        "M-1042-1": ("NL91ABNA0417164300", False),
        "M-1042-2": ("NL20INGB0001234567", True),
    }
    assert (moved.values[Field.IBAN], moved.values[Field.MANDATE_REFERENCE]) == ("NL20INGB0001234567", "M-1042-2")
    assert next(at.opened().read([contact])).values == moved.values


def test_a_mandate_that_goes_on_for_another_bank_account_keeps_its_reference(at: Bench) -> None:
    contact = at.books.create({**ANNA, **MANDATE_OF_ANNA}).contact_id
    at.books.update(contact, {**MOVED, Field.MANDATE_REFERENCE: "M-1042-1"}, ours=nobodys)
    assert mandates(at, contact) == {"M-1042-1": ("NL20INGB0001234567", True)}


def test_a_mandate_that_ended_lives_again_with_the_same_reference(at: Bench) -> None:
    contact = at.books.create({**ANNA, **MANDATE_OF_ANNA}).contact_id
    at.books.update(contact, {Field.DIRECT_DEBIT: ""}, ours=nobodys)
    assert mandates(at, contact) == {"M-1042-1": ("NL91ABNA0417164300", False)}
    again = at.books.update(contact, MANDATE_OF_ANNA, ours=nobodys)
    assert mandates(at, contact) == {"M-1042-1": ("NL91ABNA0417164300", True)}
    assert again.values[Field.DIRECT_DEBIT] == "yes"


def test_writing_again_what_stands_there_writes_nothing(at: Bench) -> None:
    contact = at.books.create({**ANNA, **MANDATE_OF_ANNA}).contact_id
    before = requests(at)
    at.books.update(contact, MANDATE_OF_ANNA, ours=nobodys)
    wrote = {key: n for key, n in requests(at).items() if not key.startswith("GET") and n != before.get(key)}
    assert wrote == {}


@pytest.mark.parametrize("lost", ["POST /crm/Accounts", "POST /crm/BankAccounts", "POST /cashflow/DirectDebitMandates"])
@pytest.mark.parametrize("kind", ["lost_answer", "reset"])
def test_a_create_that_breaks_off_anywhere_goes_on_where_it_was(at: Bench, lost: str, kind: str) -> None:
    at.sandbox.arm(kind, match=lost)
    with pytest.raises(Temporary) as broken:
        at.books.create({**ANNA, **MANDATE_OF_ANNA})
    assert broken.value.reached
    later = at.opened()
    found = later.find("7001042")
    contact = (found or later.create({**ANNA, **MANDATE_OF_ANNA})).contact_id
    later.update(contact, MANDATE_OF_ANNA, ours=nobodys)
    assert len(at.sandbox.world.accounts()) == 1
    assert banks(at, contact) == ["NL91ABNA0417164300"]
    assert mandates(at, contact) == {"M-1042-1": ("NL91ABNA0417164300", True)}


def test_a_create_for_which_too_little_of_the_budget_is_left_is_not_begun() -> None:
    with bench(limited=True) as at:
        for n in range(58):
            at.books.find(str(n + 1))
        with pytest.raises(Temporary) as broken:
            at.books.create({**ANNA, **MANDATE_OF_ANNA})
        assert (broken.value.reason, broken.value.reached, broken.value.until is not None) == ("budget", False, True)
        assert not at.sandbox.world.accounts()
        at.books.create({**ANNA, Field.DIRECT_DEBIT: ""})


def test_a_create_that_is_refused_for_the_limit_halfway_is_in_doubt(at: Bench) -> None:
    at.sandbox.arm("html", status=429, match="POST /cashflow/DirectDebitMandates")
    with pytest.raises(Temporary) as broken:
        at.books.create({**ANNA, **MANDATE_OF_ANNA})
    assert (broken.value.reason, broken.value.reached, broken.value.until is not None) == ("limited", True, True)


def test_a_mandate_that_is_refused_leaves_one_account_that_goes_on_without(at: Bench) -> None:
    at.books.create({**ANNA, **MANDATE_OF_ANNA})
    bram = {**ANNA, Field.CUSTOMER_NUMBER: "7000007", Field.FIRST_NAME: "Bram"}
    with pytest.raises(Rejected, match="mandate_taken"):
        at.books.create({**bram, **MANDATE_OF_ANNA})
    made = at.books.create({**bram, Field.DIRECT_DEBIT: ""})
    assert len(at.sandbox.world.accounts()) == 2
    assert account(at, made.contact_id)["Name"] == "Bram de Vries"


def test_a_change_by_hand_to_a_bank_account_makes_another_version(at: Bench) -> None:
    contact = at.books.create({**ANNA, **MANDATE_OF_ANNA}).contact_id
    before, there = at.books.heads(), at.sandbox.world.books()
    at.clock.wait(1)
    (bank,) = there.of_account(BANK_ACCOUNT, contact)
    there.update(BANK_ACCOUNT, bank, {"BankAccountHolderName": "Iemand Anders"}, at.sandbox.world.owner())
    assert at.books.heads()[contact] != before[contact]
    there.delete(MANDATE, there.of_account(MANDATE, contact)[0], at.sandbox.world.owner())
    (read,) = at.books.read([contact])
    assert (read.values[Field.DIRECT_DEBIT], read.values[Field.IBAN]) == ("", "NL91ABNA0417164300")


def test_bank_accounts_come_along_with_their_accounts(at: Bench) -> None:
    made = at.books.create({**ANNA, **MANDATE_OF_ANNA})
    before = requests(at)
    assert [*at.opened().read([made.contact_id])] == [made]
    assert requests(at) == {**before, "GET crm/Accounts": 1, "GET cashflow/DirectDebitMandates": 1}


def test_bank_accounts_that_do_not_come_along_are_asked_for() -> None:
    with bench(expand="link") as at:
        made = at.books.create({**ANNA, **MANDATE_OF_ANNA})
        assert [*at.opened().read([made.contact_id])] == [made]
        assert requests(at)["GET crm/BankAccounts"] == 1
        moved = at.opened().update(made.contact_id, MOVED, ours=nobodys)
        assert [*at.opened().read([made.contact_id])] == [moved]


def test_bank_accounts_that_we_may_not_see_are_not_taken_for_none(at: Bench) -> None:
    contact = at.books.create({**ANNA, **MANDATE_OF_ANNA}).contact_id
    at.sandbox.arm("rights", endpoint="crm/BankAccounts", value=False)
    books = at.opened()
    for look in (
        books.heads,
        lambda: [*books.read([contact])],
        lambda: books.find("7001042"),
        lambda: books.update(contact, MOVED, ours=nobodys),
    ):
        with pytest.raises(LoginNeeded, match="no_access"):
            look()
    assert banks(at, contact) == ["NL91ABNA0417164300"]


def test_what_one_turn_has_seen_another_need_not_look_at(at: Bench) -> None:
    contact = at.books.create(ANNA).contact_id
    (seen,) = at.opened().read([contact])
    before = requests(at)
    done = at.opened().update(contact, MANDATE_OF_ANNA, seen=seen, ours=nobodys)
    assert requests(at) == {**before, "POST crm/BankAccounts": 1, "POST cashflow/DirectDebitMandates": 1}
    assert [*at.opened().read([contact])] == [done]


def test_what_was_seen_is_good_for_one_attempt(at: Bench) -> None:
    at.books.create({**ANNA, Field.CUSTOMER_NUMBER: "7000007", **MANDATE_OF_ANNA})
    contact = at.books.create(ANNA).contact_id
    (seen,) = at.opened().read([contact])
    books = at.opened()
    with pytest.raises(Rejected, match="mandate_taken"):
        books.update(contact, MANDATE_OF_ANNA, seen=seen, ours=nobodys)
    books.update(contact, {**MOVED, Field.IBAN: MANDATE_OF_ANNA[Field.IBAN]}, seen=seen, ours=nobodys)
    assert banks(at, contact) == ["NL91ABNA0417164300"]


def test_a_day_is_the_day_there() -> None:
    with bench() as at:
        at.clock.wait(12.5 * 3600)  # half past midnight in Amsterdam, still yesterday elsewhere
        contact = at.books.create({**ANNA, **MANDATE_OF_ANNA}).contact_id
        at.books.update(contact, {Field.DIRECT_DEBIT: ""}, ours=nobodys)
        (mandate,) = at.sandbox.world.books().of_account(MANDATE, contact)
        assert mandate["CancellationDate"].date().isoformat() == "2026-03-03"
        assert next(at.books.read([contact])).values[Field.MANDATE_SIGNED] == "2026-01-05"
