"""What changed and what was deleted: row versions, the deleted ones, a division that moves."""

from collections.abc import Iterator

import pytest

from ledenbrug.bookkeeping.exact_online.sandbox import Sandbox, start
from ledenbrug.bookkeeping.exact_online.sandbox.crm_shapes import ACCOUNT
from ledenbrug.bookkeeping.exact_online.tests.sandbox_visitors import DIVISION, Program, program

ACCOUNTS, SYNC, DELETED = "crm/Accounts", "sync/CRM/Accounts", "sync/Deleted"


class Clock:
    at = 1_790_000_200.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(clock: Clock) -> Iterator[Sandbox]:
    with start(token="secret", fresh="empty", error_limit=1000, clock=clock) as running:
        yield running


@pytest.fixture
def api(sandbox: Sandbox) -> Program:
    return program(sandbox)


def changed(api: Program, after: int = 1) -> list[tuple[int, str]]:
    rows = api.rows(SYNC, filter=f"Timestamp gt {after}L", select="Timestamp,Code")
    return [(int(row["Timestamp"]), row["Code"].strip()) for row in rows]


def test_changes_come_in_the_order_of_their_versions_each_row_once(api: Program) -> None:
    keys = {code: api.account(Code=code) for code in ("11", "12", "13")}
    api.put(ACCOUNTS, keys["11"], City="Zeist")
    seen = changed(api)
    assert [code for _, code in seen] == ["12", "13", "11"]
    assert [stamp for stamp, _ in seen] == sorted(stamp for stamp, _ in seen)
    assert seen[0][0] > 2**32
    assert changed(api, seen[1][0]) == seen[2:]
    assert changed(api, seen[2][0]) == []


def test_versions_are_texts_and_pages_go_on_after_them(api: Program, sandbox: Sandbox) -> None:
    books, owner = sandbox.world.books(), sandbox.world.owner()
    for n in range(1, 1102):
        books.create(ACCOUNT, {"Name": f"Lid {n}"}, owner)
    first = api.ask("GET", SYNC, filter="Timestamp gt 1L", select="Timestamp,ID").json()["d"]
    last = first["results"][-1]["Timestamp"]
    assert (len(first["results"]), type(last)) == (1000, str)
    assert first["__next"].endswith(f"$skiptoken={last}L")
    second = api.ask("GET", first["__next"]).json()["d"]
    assert (len(second["results"]), "__next" in second) == (101, False)
    bulk = api.ask("GET", "bulk/CRM/Accounts", select="ID").json()["d"]
    rest = api.ask("GET", bulk["__next"]).json()["d"]
    assert len({row["ID"] for page in (bulk, rest) for row in page["results"]}) == 1101


def test_only_the_version_can_be_filtered_on(api: Program) -> None:
    assert api.said("GET", SYNC, filter="Name eq 'X'")[0] == 400
    assert api.said("GET", DELETED, filter="Division eq 1")[0] == 400
    assert api.said("GET", SYNC, orderby="Name")[0] == 400


def test_what_was_deleted_is_told_for_two_months(api: Program, clock: Clock) -> None:
    key = api.account(City="Utrecht")
    api.post("crm/BankAccounts", Account=key, BankAccount="NL91ABNA0417164300")
    before = changed(api)[-1][0]
    api.ask("DELETE", f"{ACCOUNTS}(guid'{key}')")
    rows = api.rows(DELETED, filter=f"Timestamp gt {before}L")
    assert {row["EntityType"] for row in rows} == {2, 3, 48}
    [account] = api.rows(DELETED, filter=f"Timestamp gt {before}L and EntityType eq 2")
    assert (account["EntityKey"], account["Division"]) == (key, int(DIVISION))
    assert int(account["Timestamp"]) > before
    assert api.rows(DELETED, filter=f"Timestamp gt {account['Timestamp']}L") == []
    clock.at += 63 * 86_400
    assert api.rows(DELETED, filter="Timestamp gt 1L") == []


def test_what_follows_from_a_change_has_a_new_version_too(api: Program) -> None:
    key = api.account(Code="11")
    before = changed(api)[-1][0]
    api.post("crm/Contacts", Account=key, LastName="Bakker")
    assert [code for _, code in changed(api, before)] == ["11"]
    assert len(api.rows("sync/CRM/Contacts", filter="Timestamp gt 1L")) == 1


def test_a_sync_may_begin_at_a_date(api: Program, clock: Clock) -> None:
    api.account(Code="11")
    clock.at += 86_400
    api.account(Code="12")
    asked = "read/sync/Sync/SyncTimestamp?modified=datetime'2026-09-22T00:00:00'&endPoint='Accounts'"
    [answer] = api.ask("GET", asked).json()["d"]["results"]
    assert [code for _, code in changed(api, int(answer["TimeStampAsBigInt"]))] == ["12"]
    assert api.ask("GET", "read/sync/Sync/SyncTimestamp").status_code == 400


def test_a_division_that_moves_begins_its_versions_again(api: Program, sandbox: Sandbox) -> None:
    api.account(Code="11")
    api.ask("DELETE", f"{ACCOUNTS}(guid'{api.account(Code='12')}')")
    highest = changed(api)[-1][0]
    sandbox.arm("moved", division=DIVISION)
    assert changed(api, highest) == []
    assert [code for _, code in changed(api)] == ["11"]
    assert changed(api)[0][0] < highest
    assert api.rows(DELETED, filter="Timestamp gt 1L") == []
    assert api.rows("system/Divisions")[0]["DivisionMoveDate"] == "/Date(1790007400000)/"
