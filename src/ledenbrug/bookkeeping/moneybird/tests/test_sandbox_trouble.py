"""Limits, counters, and faults on demand."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from ledenbrug.bookkeeping.moneybird.sandbox import Sandbox, start
from ledenbrug.bookkeeping.moneybird.tests.sandbox_visitors import BOOKS, PLAIN, Program, program

CONTACTS = "/api/v2/{administration_id}/contacts"
NOW = 1_790_000_100.0


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with start(token="secret", search_lag=0) as running:
        yield running


@pytest.fixture
def api(sandbox: Sandbox) -> Program:
    return program(sandbox)


def arm(sandbox: Sandbox, **fault: object) -> httpx2.Response:
    return PLAIN.post(f"{sandbox.url}/_sandbox/faults", json=fault)


def test_the_limit_counts_per_aligned_window_and_says_so_in_odd_headers() -> None:
    now = [NOW]
    with start(token="secret", limit="3/300", clock=lambda: now[0]) as sandbox:
        api = program(sandbox)
        answers = [api.ask("GET", "/contacts") for _ in range(4)]
        reset = int(NOW // 300 + 1) * 300
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert [answer.headers["ratelimit-requestsremaining"] for answer in answers] == ["2", "1", "0", "0"]
        assert {answer.headers["ratelimit-reset"] for answer in answers} == {str(reset)}
        assert {answer.headers["ratelimit-limit"] for answer in answers} == {"3"}
        assert {answer.headers["ratelimit-remaining"] for answer in answers} == {str(int(reset - NOW))}
        assert (answers[3].headers["retry-after"], answers[3].text.strip()) == (str(reset), "Retry later")
        with pytest.raises(ValueError, match="Expecting value"):
            answers[3].json()
        now[0] = reset
        assert api.ask("GET", "/contacts").status_code == 200


def test_the_limit_holds_per_address_for_all_tokens_and_not_for_the_switchboard() -> None:
    with start(token=["one", "two"], limit="2/300") as sandbox:
        assert [program(sandbox, name).ask("GET", "/contacts").status_code for name in ("one", "two", "one")] == [
            200,
            200,
            429,
        ]
        elsewhere = httpx2.Client(transport=httpx2.HTTPTransport(verify=False, local_address="127.0.0.2"))
        headers = {"Authorization": "Bearer one"}
        assert elsewhere.get(f"{sandbox.url}{CONTACTS.format(administration_id=BOOKS)}", headers=headers).is_success
        assert PLAIN.get(f"{sandbox.url}/_sandbox/requests").json() == {f"GET {CONTACTS}": 4}


def test_somebody_else_behind_the_address_spends_the_limit() -> None:
    with start(token="secret", limit="10/300") as sandbox:
        arm(sandbox, kind="others", requests=9)
        answers = [program(sandbox).ask("GET", "/contacts") for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 429]


def test_without_a_limit_there_are_no_limit_headers(api: Program) -> None:
    assert not [name for name in api.ask("GET", "/contacts").headers if name.startswith("ratelimit")]


def test_requests_are_counted_by_pattern_and_listed_one_by_one(sandbox: Sandbox, api: Program) -> None:
    before = time.time()
    contact = api.create(lastname="Bakker")
    api.read(contact["id"])
    api.ask("GET", "/nothing")
    http = httpx2.Client(verify=False, base_url=sandbox.url + "/_sandbox")
    assert http.get("/requests").json() == sandbox.requests()
    assert sandbox.requests() == {"GET (unknown)": 1, f"GET {CONTACTS}/{{id}}": 1, f"POST {CONTACTS}": 1}
    log = http.get("/log", params={"since": 1}).json()
    assert [(one["n"], one["method"], one["status"]) for one in log] == [(2, "GET", 200), (3, "GET", 404)]
    assert before < log[0]["at"] < time.time()
    http.delete("/requests")
    assert (http.get("/requests").json(), http.get("/log").json()) == ({}, [])


def test_a_lost_answer_was_carried_out(sandbox: Sandbox, api: Program) -> None:
    arm(sandbox, kind="lost_answer", match="POST /contacts")
    with pytest.raises(httpx2.RemoteProtocolError):
        api.ask("POST", "/contacts", {"contact": {"lastname": "Bakker", "customer_id": "LID-1"}})
    assert api.ask("GET", "/contacts/customer_id/LID-1").status_code == 200


def test_a_reset_connection_carried_nothing_out(sandbox: Sandbox, api: Program) -> None:
    arm(sandbox, kind="reset", match="POST /contacts")
    with pytest.raises((httpx2.ReadError, httpx2.RemoteProtocolError)):
        api.create(lastname="Bakker")
    assert api.ask("GET", "/contacts").json() == []


def test_half_an_answer_arrives(sandbox: Sandbox, api: Program) -> None:
    arm(sandbox, kind="truncated", match="POST /contacts")
    with pytest.raises(httpx2.RemoteProtocolError):
        api.create(lastname="Bakker")
    assert len(api.ask("GET", "/contacts").json()) == 1


def test_faults_hit_what_they_match_as_often_as_asked(sandbox: Sandbox, api: Program) -> None:
    arm(sandbox, kind="status", match="GET /contacts/*", status=503, skip=1, times=2)
    contact = api.create(lastname="Bakker")
    path = f"/contacts/{contact['id']}"
    assert [api.ask("GET", path).status_code for _ in range(4)] == [200, 503, 503, 200]
    assert api.ask("GET", "/contacts").status_code == 200
    arm(sandbox, kind="status", match=f"* {path}", times=-1)
    assert [api.ask(method, path).status_code for method in ("GET", "DELETE", "GET")] == [500] * 3
    PLAIN.delete(f"{sandbox.url}/_sandbox/faults")
    assert api.ask("GET", path).status_code == 200


def test_a_failing_status_may_still_have_carried_the_request_out(sandbox: Sandbox, api: Program) -> None:
    arm(sandbox, kind="status", match="POST /contacts", status=502, carried_out=True, body={"error": "bad gateway"})
    answer = api.ask("POST", "/contacts", {"contact": {"lastname": "Bakker"}})
    assert (answer.status_code, answer.json()) == (502, {"error": "bad gateway"})
    assert len(api.ask("GET", "/contacts").json()) == 1


def test_an_error_page_is_html(sandbox: Sandbox, api: Program) -> None:
    arm(sandbox, kind="html", status=429)
    answer = api.ask("GET", "/contacts")
    assert (answer.status_code, answer.headers["content-type"]) == (429, "text/html")
    assert "<h1>429 Too Many Requests</h1>" in answer.text


def test_a_slow_answer_comes_late(sandbox: Sandbox, api: Program) -> None:
    arm(sandbox, kind="slow", seconds=0.2)
    began = time.monotonic()
    assert api.ask("GET", "/contacts").status_code == 200
    assert time.monotonic() - began > 0.2


def test_a_withdrawn_authorisation_stays_withdrawn(sandbox: Sandbox, api: Program) -> None:
    arm(sandbox, kind="withdrawn", match="GET /contacts")
    errors = [api.ask("GET", "/contacts").json()["error"] for _ in range(2)]
    assert errors == ["access token revoked", "token is invalid"]


def test_a_suspended_administration_refuses_and_is_shown_as_suspended(sandbox: Sandbox, api: Program) -> None:
    arm(sandbox, kind="suspended", administration=BOOKS)
    assert api.ask("GET", "/contacts").status_code == 403
    assert api.http.get("/api/v2/administrations").json()[0]["suspended"] is True
    arm(sandbox, kind="suspended", administration=BOOKS, value=False)
    assert api.ask("GET", "/contacts").status_code == 200


def test_a_mail_domain_stops_receiving(sandbox: Sandbox, api: Program) -> None:
    contact = api.create(lastname="Bakker", send_invoices_to_email="a@debrug.example")
    arm(sandbox, kind="bad_domain", domain="debrug.example")
    answer = api.patch(contact["id"], send_invoices_to_email="b@debrug.example")
    assert answer.json()["error"] == {"send_invoices_to_email": ["includes a domain which cannot receive emails"]}


def test_an_unknown_fault_is_refused_with_those_that_exist(sandbox: Sandbox) -> None:
    for fault in ({"kind": "earthquake"}, {"kind": "suspended"}, {"kind": "slow", "times": "often"}):
        answer = arm(sandbox, **fault)
        assert (answer.status_code, "lost_answer" in answer.json()["kinds"]) == (400, True)
    assert PLAIN.get(f"{sandbox.url}/_sandbox/faults").json() == []


def test_of_many_who_take_the_same_number_at_once_one_gets_it(sandbox: Sandbox) -> None:
    def create(_n: int) -> int:
        body = {"contact": {"lastname": "Bakker", "customer_id": "LID-1"}}
        return program(sandbox).ask("POST", "/contacts", body).status_code

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(create, range(16))) == [201, *[422] * 15]
