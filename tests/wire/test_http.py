"""The line: what a request carries, whose token, and what is never sent or told. All over real HTTP."""

import logging
import threading

import httpx2
import pytest

from ledenbrug.core.errors import LoginNeeded, Temporary, Trouble
from ledenbrug.stage.messages import Request, Response, json_response
from ledenbrug.wire.http import HttpAnswer
from tests.waiting import until
from tests.wire.far_side import far_side
from tests.wire.speaking import OK, REFUSED, SCOPE, Renewing, line, tokens_of


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
