"""The line when the answer does not come, comes half, or the other side says to wait."""

import socket
import threading
from datetime import timedelta

import httpx2
import pytest

from ledenbrug.core.errors import LoginNeeded, Rejected, Temporary, Trouble
from ledenbrug.stage.messages import Request, Response, json_response, text_response
from ledenbrug.wire.http import HttpAnswer, open_client, trouble
from tests.wire.far_side import far_side
from tests.wire.speaking import NOW, OK, line


def test_an_empty_budget_sends_nothing(client: httpx2.Client) -> None:
    with far_side(OK) as there:
        on = line(there, client)
        for _ in range(3):
            on.request("GET", "/x")
        with pytest.raises(Temporary) as wait:
            on.request("GET", "/x")
        assert (wait.value.reason, wait.value.reached, len(there.asked)) == ("budget", False, 3)


def test_what_the_answers_say_of_the_limit_is_heeded(client: httpx2.Client) -> None:
    reset = NOW + timedelta(seconds=200)
    headers = [("X-Left", "0"), ("X-Reset", str(int(reset.timestamp())))]
    with far_side(json_response(200, {}, headers)) as there:
        on = line(there, client)
        on.request("GET", "/x")
        with pytest.raises(Temporary) as wait:
            on.request("GET", "/x")
        assert (wait.value.reason, wait.value.until, len(there.asked)) == ("budget", reset, 1)


def test_a_429_is_waited_out_by_every_request_of_the_line(client: httpx2.Client) -> None:
    later = NOW + timedelta(seconds=120)
    refused = text_response(429, "Retry later\n")
    refused.headers.append(("Retry-After", str(int(later.timestamp()))))
    with far_side(refused) as there:
        on = line(there, client)
        for reason in ("limited", "budget"):
            with pytest.raises(Temporary) as wait:
                on.request("POST", "/x", json={})
            assert (wait.value.reason, wait.value.until, wait.value.reached) == (reason, later, False)
        assert len(there.asked) == 1


@pytest.mark.parametrize("cut", ["close", "reset", "truncate"])
def test_a_lost_answer_may_have_been_carried_out(client: httpx2.Client, cut: str) -> None:
    with far_side(Response(200, b'{"a": 1}', cut=cut)) as there:  # type: ignore[arg-type]
        with pytest.raises(Temporary) as lost:
            line(there, client).request("POST", "/x", json={})
        assert (lost.value.reason, lost.value.reached) == ("no_answer", True)


def test_an_answer_that_takes_too_long_may_have_been_carried_out() -> None:
    given_up = threading.Event()

    def slow(_: Request) -> Response:
        given_up.wait(60)
        return OK

    with far_side(slow) as there, open_client(read_seconds=0.3) as client:
        with pytest.raises(Temporary) as lost:
            line(there, client).request("POST", "/x", json={})
        given_up.set()
        assert (lost.value.reason, lost.value.reached) == ("no_answer", True)


def test_a_server_that_is_not_there_got_nothing(client: httpx2.Client) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(Temporary) as down:
            line(url, client).request("POST", "/x", json={})
    assert (down.value.reason, down.value.reached) == ("unreachable", False)


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "nonsense", "http://[::1", "http://127.0.0.1:99999"])
def test_an_address_that_is_none_reaches_nobody(client: httpx2.Client, url: str) -> None:
    with pytest.raises(Temporary) as down:
        line(url, client).request("GET", "/x")
    assert (down.value.reason, down.value.reached) == ("unreachable", False)


def test_a_body_that_is_not_json_may_belong_to_a_write_that_was_done(client: httpx2.Client) -> None:
    for body in (b"<html>", b"", b"\xff\xfe", b'{"half":'):
        with pytest.raises(Temporary) as lost:
            HttpAnswer(201, {}, body).json()
        assert (lost.value.reason, lost.value.reached) == ("not_json", True)


@pytest.mark.parametrize(
    ("status", "kind", "reason", "reached"),
    [
        (302, Temporary, "package_error", True),
        (400, Rejected, "refused", None),
        (401, LoginNeeded, "withdrawn", None),
        (403, LoginNeeded, "no_access", None),
        (404, Rejected, "refused", None),
        (405, Temporary, "package_error", False),
        (406, Temporary, "package_error", False),
        (408, Temporary, "package_error", True),
        (409, Temporary, "package_error", True),
        (422, Rejected, "refused", None),
        (500, Temporary, "package_error", True),
        (503, Temporary, "package_error", True),
    ],
)
def test_a_status_that_a_package_knows_no_better_of(
    status: int, kind: type[Trouble], reason: str, reached: bool | None
) -> None:
    found = trouble(HttpAnswer(status, {}, b""))
    assert (type(found), found.reason, getattr(found, "reached", None)) == (kind, reason, reached)
