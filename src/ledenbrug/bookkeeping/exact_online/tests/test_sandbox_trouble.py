"""Limits and faults: what is counted, what the headers say, what can be asked to go wrong."""

from collections.abc import Iterator

import httpx2
import pytest

from ledenbrug.bookkeeping.exact_online.sandbox import Sandbox, start
from ledenbrug.bookkeeping.exact_online.tests.sandbox_visitors import (
    DIVISION,
    OTHER,
    Program,
    allowed,
    exchange,
    program,
    refresh,
    tokens,
)

ACCOUNTS = "crm/Accounts"
C = "Status eq 'C'"
MINUTE = ["x-ratelimit-minutely-limit", "x-ratelimit-minutely-remaining", "x-ratelimit-minutely-reset"]
DAY = ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"]


class Clock:
    at = 1_790_000_220.0  # a whole minute

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(clock: Clock) -> Iterator[Sandbox]:
    with start(token="secret", limit="3/60", day_limit="5/86400", clock=clock) as running:
        yield running


@pytest.fixture
def api(sandbox: Sandbox) -> Program:
    return program(sandbox)


def told(answer: httpx2.Response) -> dict[str, int]:
    return {name: int(value) for name, value in answer.headers.items() if name.startswith("x-ratelimit")}


def look(api: Program) -> httpx2.Response:
    return api.ask("GET", ACCOUNTS, filter=C, select="ID", top=1)


def test_a_minute_and_a_day_are_counted_and_said(api: Program, clock: Clock) -> None:
    answer = look(api)
    assert [told(answer)[name] for name in (*MINUTE, *DAY)] == [3, 2, 1_790_000_280_000, 5, 4, 1_790_035_200_000]
    assert [look(api).status_code for _ in range(3)] == [200, 200, 429]
    refused = look(api)
    assert (refused.status_code, refused.content, "retry-after" in refused.headers) == (429, b"", False)
    assert sorted(told(refused)) == sorted(MINUTE)
    clock.at += 60
    assert [look(api).status_code for _ in range(3)] == [200, 200, 429]
    assert sorted(told(look(api))) == sorted(DAY)
    clock.at += 86_400
    assert look(api).status_code == 200


def test_limits_hold_per_division_and_not_for_me(api: Program, sandbox: Sandbox) -> None:
    for _ in range(3):
        look(api)
    assert look(api).status_code == 429
    assert look(program(sandbox, division=OTHER)).status_code == 200
    answer = api.http.get("/api/v1/current/Me")
    assert (answer.status_code, told(answer)) == (200, {})


def test_somebody_else_may_have_spent_the_limit(api: Program, sandbox: Sandbox) -> None:
    sandbox.arm("others", division=DIVISION, requests=2)
    assert [look(api).status_code for _ in range(2)] == [200, 429]
    sandbox.arm("others", division=OTHER, requests=5, per="day")
    answer = look(program(sandbox, division=OTHER))
    assert (answer.status_code, sorted(told(answer))) == (429, sorted(DAY))


def test_more_than_ten_refusals_block_the_key_for_that_endpoint(clock: Clock) -> None:
    with start(token="secret", clock=clock) as sandbox:
        api = program(sandbox)
        statuses = [api.ask("GET", ACCOUNTS).status_code for _ in range(12)]
        assert statuses == [400] * 11 + [429]
        assert look(api).status_code == 429
        assert api.ask("GET", "crm/BankAccounts").status_code == 200
        assert look(program(sandbox, division=OTHER)).status_code == 200
        clock.at += 3_600
        assert look(api).status_code == 200
        sandbox.arm("errors", endpoint=ACCOUNTS, count=11)
        assert look(api).status_code == 429
        clock.at += 3_600
        assert look(api).status_code == 429  # an hour longer the second time
        clock.at += 3_600
        assert look(api).status_code == 200


def test_broken_rules_do_not_count_as_refusals(clock: Clock) -> None:
    with start(token="secret", clock=clock) as sandbox:
        api = program(sandbox)
        assert {api.ask("POST", ACCOUNTS, {}).status_code for _ in range(15)} == {500}
        assert look(api).status_code == 200


@pytest.fixture
def free(clock: Clock) -> Iterator[Sandbox]:
    with start(token="secret", clock=clock) as running:
        yield running


@pytest.mark.parametrize(
    ("kind", "facts", "status", "reason"),
    [
        ("unauthorized", {}, 401, None),
        ("forbidden", {"reason": "LicenseExpired"}, 403, "LicenseExpired"),
        ("forbidden", {}, 403, "NoDivisionAccess"),
        ("refused", {"text": "Verplicht: Naam"}, 500, None),
        ("html", {"status": 500}, 500, None),
        ("status", {"status": 503}, 503, None),
        ("status", {"status": 429}, 429, None),
    ],
)
def test_a_request_fails_as_asked_once_and_nothing_is_carried_out(
    free: Sandbox, kind: str, facts: dict[str, object], status: int, reason: str | None
) -> None:
    api = program(free)
    before = len(free.world.accounts())
    free.arm(kind, match="POST /crm/Accounts", **facts)
    answer = api.ask("POST", ACCOUNTS, {"Name": "S. Bakker"})
    assert (answer.status_code, answer.headers.get("reason")) == (status, reason)
    assert len(free.world.accounts()) == before
    assert api.account()


def test_an_answer_is_lost_after_the_write(free: Sandbox) -> None:
    api = program(free)
    free.arm("lost_answer", match="POST /crm/Accounts")
    with pytest.raises(httpx2.RemoteProtocolError):
        api.ask("POST", ACCOUNTS, {"Name": "S. Bakker", "Code": "20001"})
    assert len(api.rows(ACCOUNTS, filter="trim(Code) eq '20001'")) == 1


def test_a_permission_is_taken_back_for_good(free: Sandbox, clock: Clock) -> None:
    pair = tokens(free)
    api = program(free, pair["access_token"])
    free.arm("withdrawn", match=f"GET /{ACCOUNTS}")
    assert [look(api).status_code for _ in range(2)] == [401, 401]
    clock.at += 570
    assert refresh(free, pair["refresh_token"]).json()["error"] == "invalid_grant"


def test_tokens_grow_older_as_asked(free: Sandbox) -> None:
    pair = tokens(free)
    api = program(free, pair["access_token"])
    free.arm("aged", seconds=599)
    assert look(api).status_code == 200
    free.arm("aged", seconds=1)
    assert look(api).status_code == 401
    assert refresh(free, pair["refresh_token"]).status_code == 200


def test_a_user_is_blocked_and_a_division_closed(free: Sandbox) -> None:
    api = program(free)
    free.arm("blocked", user="anna@debrug.example", reason="InactiveUser")
    assert (look(api).status_code, look(api).headers["reason"]) == (403, "InactiveUser")
    assert api.http.get("/api/v1/current/Me").headers["reason"] == "InactiveUser"
    free.arm("blocked", user="anna@debrug.example", value=False)
    free.arm("closed", division=DIVISION)
    assert look(api).headers["reason"] == "DivisionBlocked"
    assert program(free, division=OTHER).rows("system/Divisions")[0]["BlockingStatus"] == 1
    free.arm("closed", division=DIVISION, value=False)
    assert look(api).status_code == 200


def test_rights_go_and_lists_become_empty(free: Sandbox) -> None:
    api = program(free)
    key = api.account()
    free.arm("rights", endpoint=ACCOUNTS)
    assert api.rows(ACCOUNTS, filter=f"ID eq guid'{key}'") == []
    free.arm("rights", endpoint=ACCOUNTS, value=True)
    assert len(api.rows(ACCOUNTS, filter=f"ID eq guid'{key}'")) == 1


def test_a_person_edits_and_deletes_and_goes_elsewhere(free: Sandbox) -> None:
    api = program(free)
    key = api.account(Code="20001")
    free.arm("edited", division=DIVISION, account="20001", values={"City": "Breda"})
    assert api.one(ACCOUNTS, key)["City"] == "Breda"
    free.arm("deleted", division=DIVISION, account=key)
    assert api.rows(ACCOUNTS, filter=f"ID eq guid'{key}'") == []
    free.arm("current", division=OTHER)
    assert api.me()["CurrentDivision"] == int(OTHER)


def test_an_unknown_fault_is_explained(free: Sandbox) -> None:
    api = program(free)
    for asked in ({"kind": "earthquake"}, {"kind": "edited", "account": "nobody", "values": {}}, {"kind": "current"}):
        answer = api.http.post("/_sandbox/faults", json=asked)
        assert (answer.status_code, "error" in answer.json()) == (400, True)
    assert api.http.get("/_sandbox/faults").json() == []


def test_what_was_asked_is_counted_by_pattern(free: Sandbox) -> None:
    api = program(free)
    key = api.account()
    api.put("CRM/accounts", key, City="Zeist")
    exchange(free, allowed(free)["code"])
    assert free.requests() == {
        "GET /api/oauth2/auth": 2,
        "POST /api/oauth2/auth": 1,
        "POST /api/oauth2/token": 1,
        "POST /api/v1/{division}/crm/Accounts": 1,
        "PUT /api/v1/{division}/crm/Accounts/{key}": 1,
    }
    assert api.http.get("/_sandbox/remarks").json() == {"at the same time": 1}
