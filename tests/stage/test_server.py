"""The server speaks HTTP/1.1 as programs of other people speak it, on a bare socket where that matters."""

import socket
import time
from collections.abc import Iterator
from threading import Thread

import httpx2
import pytest

from ledenbrug.stage.messages import Request, Response, json_response
from ledenbrug.stage.server import Server


def echo(request: Request) -> Response:
    if request.path == "/fails":
        raise RuntimeError("as asked")
    shown = {"method": request.method, "path": request.path, "query": request.query(), "body": request.body.decode()}
    return Response(204) if request.path == "/nothing" else json_response(200, shown)


@pytest.fixture
def server() -> Iterator[Server]:
    one = Server("127.0.0.1", 0, echo)
    thread = Thread(target=one.serve_forever)
    thread.start()
    yield one
    one.stop()
    one.server_close()
    thread.join()


def spoken(server: Server, *said: bytes) -> bytes:
    """Everything the server says to these words, until it falls silent."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as line:
        for words in said:
            line.sendall(words)
            time.sleep(0.02)
        line.shutdown(socket.SHUT_WR)
        answer = b""
        while part := line.recv(65536):
            answer += part
        return answer


def test_requests_follow_each_other_on_one_connection(server: Server) -> None:
    answer = spoken(server, b"GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b?c=d HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer.count(b"HTTP/1.1 200 OK\r\n") == 2
    assert b'"path":"/b","query":{"c":"d"}' in answer


def test_a_body_may_come_in_chunks(server: Server) -> None:
    head = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert b'"body":"abcde"' in spoken(server, head, b"3\r\nabc\r\n", b"2;x=y\r\nde\r\n0\r\nTrailer: z\r\n\r\n")


def test_a_caller_that_waits_for_leave_gets_it(server: Server) -> None:
    head = b"POST / HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    answer = spoken(server, head, b"ok")
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")


def test_old_callers_and_those_who_ask_are_closed_after_one_answer(server: Server) -> None:
    for said in (b"GET / HTTP/1.0\r\n\r\n", b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", server.port), timeout=60) as line:
            line.sendall(said)
            answer = b"".join(iter(lambda: line.recv(65536), b""))
        assert answer.count(b"HTTP/1.1 200") == 1
        assert b"Connection: close" in answer


def test_head_and_no_content_carry_no_body(server: Server) -> None:
    assert spoken(server, b"HEAD / HTTP/1.1\r\n\r\n").endswith(b"\r\n\r\n")
    assert b"Content-Length" not in spoken(server, b"GET /nothing HTTP/1.1\r\n\r\n")


@pytest.mark.parametrize(
    "said",
    [b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\nno colon\r\n\r\n", b"GET / HTTP/1.1\r\nContent-Length: many\r\n\r\n"],
)
def test_what_is_not_http_is_refused(server: Server, said: bytes) -> None:
    assert spoken(server, said).startswith(b"HTTP/1.1 400 ")


def test_a_failure_of_its_own_is_said_and_the_connection_goes_on(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    with httpx2.Client(verify=False, base_url=f"http://127.0.0.1:{server.port}") as http:
        assert [http.get(path).status_code for path in ("/fails", "/")] == [500, 200]
    assert "as asked" in capsys.readouterr().err


def test_stopping_ends_idle_connections(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as line:
        line.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert line.recv(65536)
        server.stop()
        server.server_close()
        assert line.recv(1) == b""
