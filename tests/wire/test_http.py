"""The line: token, budget, time-outs, and what it raises for an answer that never comes. All over real HTTP."""

import logging
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from ledenbrug.core.errors import LoginNeeded, Rejected, Temporary, Trouble
from ledenbrug.core.line import Answer, Limit, Scope
from ledenbrug.stage.messages import Request, Response, json_response, text_response
from ledenbrug.wire.http import HttpAnswer, HttpLine, open_client, trouble
from ledenbrug.wire.pace import Window
from tests.waiting import until
from tests.wire.far_side import FarSide, far_side

NOW = datetime(2026, 3, 2, 11, 0, 10, tzinfo=UTC)
LIMIT = Limit(3, 300, Scope.EGRESS, left_header="X-Left", resets_header="X-Reset")
OK = json_response(200, {"fine": True})
REFUSED = json_response(401, {"error": "token is invalid"})
SCOPE = json_response(401, {"error": "No access"})


@pytest.fixture
def client() -> Iterator[httpx2.Client]:
    with open_client(read_seconds=30) as found:
        yield found


class Renewing:
    def __init__(self, answer: str | Trouble = "second") -> None:
        self.answer, self.given = answer, list[str]()

    def __call__(self, refused: str) -> str:
        self.given.append(refused)
        if isinstance(self.answer, Trouble):
            raise self.answer
        return self.answer


def is_login_problem(answer: Answer) -> bool:
    return b"No access" not in answer.body


def line(
    there: FarSide | str,
    client: httpx2.Client,
    *,
    token: str = "first",
    renew: Renewing | None = None,
    meanwhile: Callable[[], None] | None = None,
) -> HttpLine:
    return HttpLine(
        url=there if isinstance(there, str) else there.url,
        client=client,
        token=lambda: token,
        renew=renew,
        pace={LIMIT: Window(LIMIT)},
        clock=lambda: NOW,
        user_agent="Ledenbrug/test",
        is_login_problem=is_login_problem,
        meanwhile=meanwhile,
    )


def tokens_of(there: FarSide) -> list[str]:
    return [each.headers["authorization"] for each in there.asked]


def test_a_request_carries_token_and_body_and_brings_the_answer(client: httpx2.Client) -> None:
    with far_side(json_response(422, {"no": "ü"}, [("X-Odd", "1")])) as there:
        answer = line(there, client).request("POST", "/a/b.json", params={"q": "d'Été & zn"}, json={"name": "Ünlü"})
        assert (answer.status, answer.json(), answer.headers["x-odd"]) == (422, {"no": "ü"}, "1")
        (asked,) = there.asked
        assert (asked.method, asked.path, asked.query(), asked.json()) == (
            "POST",
            "/a/b.json",
            {"q": "d'Été & zn"},
            {"name": "Ünlü"},
        )
        assert asked.headers["authorization"] == "Bearer first"
        assert asked.headers["content-type"] == "application/json"
        assert asked.headers["user-agent"] == "Ledenbrug/test"


def test_a_request_without_a_body_sends_none(client: httpx2.Client) -> None:
    with far_side(Response(204)) as there:
        assert line(there, client).request("PATCH", "/x").body == b""
        assert there.asked[0].body == b""
        assert "content-type" not in there.asked[0].headers


def test_what_is_done_meanwhile_is_done_between_the_request_and_its_answer(client: httpx2.Client) -> None:
    arrived, done = threading.Event(), threading.Event()

    def answered(_: Request) -> Response:
        arrived.set()
        return OK if done.wait(10) else Response(500)

    def meanwhile() -> None:
        if arrived.wait(10):
            done.set()

    with far_side(answered) as there:
        assert line(there, client, meanwhile=meanwhile).request("POST", "/x", json={"n": 1}).status == 200


def test_what_goes_wrong_meanwhile_ends_the_request_and_its_answer_is_nobody_else_s(client: httpx2.Client) -> None:
    def meanwhile() -> None:
        raise KeyError("invented")

    with far_side(json_response(200, "first"), json_response(200, "second")) as there:
        with pytest.raises(KeyError):
            line(there, client, meanwhile=meanwhile).request("POST", "/x", json={"n": 1})
        until(lambda: there.asked)
        assert line(there, client).request("GET", "/x").json() == "second"


def test_a_refused_token_is_renewed_once_and_the_request_repeated(client: httpx2.Client) -> None:
    renew = Renewing()
    with far_side(REFUSED, OK) as there:
        assert line(there, client, renew=renew).request("POST", "/x", json={"n": 1}).status == 200
        assert tokens_of(there) == ["Bearer first", "Bearer second"]
        assert [each.json() for each in there.asked] == [{"n": 1}, {"n": 1}]
        assert renew.given == ["first"]


def test_a_token_that_is_refused_again_and_again_needs_a_login(client: httpx2.Client) -> None:
    """Once more than it seems to need: a worker may freeze between a renewal and the use of it."""
    renew = Renewing()
    with far_side(REFUSED) as there:
        with pytest.raises(LoginNeeded) as needed:
            line(there, client, renew=renew).request("GET", "/x")
        assert (needed.value.reason, len(there.asked), renew.given) == ("withdrawn", 3, ["first", "second"])


def test_a_token_that_cannot_be_renewed_is_refused_once(client: httpx2.Client) -> None:
    with far_side(REFUSED) as there:
        with pytest.raises(LoginNeeded):
            line(there, client).request("GET", "/x")
        assert len(there.asked) == 1


@pytest.mark.parametrize("why", [LoginNeeded("withdrawn"), Temporary("unreachable")])
def test_what_renewing_raises_comes_out(client: httpx2.Client, why: Trouble) -> None:
    with far_side(REFUSED) as there, pytest.raises(type(why)):
        line(there, client, renew=Renewing(why)).request("GET", "/x")


def test_a_401_that_is_no_login_problem_is_the_packages_to_judge(client: httpx2.Client) -> None:
    renew = Renewing()
    with far_side(SCOPE) as there:
        assert line(there, client, renew=renew).request("GET", "/x").status == 401
        assert renew.given == []


@pytest.mark.parametrize("token", ["", "twee woorden", "zo\r\nX-Evil: 1", "geheim€"])
def test_what_cannot_be_a_token_is_not_sent(client: httpx2.Client, token: str) -> None:
    with far_side(OK) as there:
        with pytest.raises(LoginNeeded):
            line(there, client, token=token).request("GET", "/x")
        assert there.asked == []


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


def test_big_numbers_stay_whole() -> None:
    assert HttpAnswer(200, {}, b'{"id": 504486707544982546}').json() == {"id": 504486707544982546}


def test_one_associations_cookie_does_not_go_with_anothers_request(client: httpx2.Client) -> None:
    with far_side(json_response(200, {}, [("Set-Cookie", "session=of-somebody; Path=/")])) as there:
        line(there, client).request("GET", "/x")
        line(there, client).request("GET", "/x")
        assert [each.headers.get("cookie") for each in there.asked] == [None, None]


def test_a_redirect_is_not_followed_with_the_token(client: httpx2.Client) -> None:
    with far_side(Response(302, b"", [("Location", "http://127.0.0.1:1/elsewhere")])) as there:
        assert line(there, client).request("GET", "/x").status == 302


def test_the_connection_is_kept_open_between_requests(client: httpx2.Client) -> None:
    threads = set[int]()  # the far side has a thread per connection

    def note(_: Request) -> Response:
        threads.add(threading.get_ident())
        return OK

    with far_side(note) as there:
        for _ in range(3):
            line(there, client).request("GET", "/x")
    assert len(threads) == 1


def test_nothing_of_a_request_is_logged(client: httpx2.Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with far_side(OK) as there:
        line(there, client, token="t0ken").request(
            "POST", "/number/LID-1042", params={"q": "Anna"}, json={"iban": "NL"}
        )
    said = " ".join(str(vars(record)) for record in caplog.records)
    assert [record.__dict__["outcome"] for record in caplog.records if record.name == "ledenbrug.wire.http"] == [200]
    assert not [secret for secret in ("t0ken", "LID-1042", "Anna", "iban") if secret in said]


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
