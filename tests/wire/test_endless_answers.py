"""An answer that never comes to its end, or is larger than any list, keeps no worker."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from ledenbrug.core.errors import Temporary
from ledenbrug.core.reasons import Reason
from ledenbrug.stage.messages import Response
from ledenbrug.wire.http import MOST_BYTES, exchange, open_client
from tests.wire.far_side import far_side

LONG = 15.0
"""Seconds after which the server gives up."""


@pytest.fixture
def trickling() -> Iterator[str]:
    """A server that sends a byte now and then, oftener than any time-out for one of them."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_trickle, args=(listening,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        thread.join()


def _trickle(listening: socket.socket) -> None:
    caller, _ = listening.accept()
    end = time.monotonic() + LONG
    with caller:
        caller.recv(65_536)
        caller.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            while time.monotonic() < end:
                caller.sendall(b"1\r\n \r\n")
                time.sleep(0.02)
            caller.sendall(b"0\r\n\r\n")
        except OSError:
            return  # the caller had enough of it


def test_an_answer_that_trickles_for_ever_is_no_answer(trickling: str) -> None:
    with open_client(read_seconds=0.5) as client, pytest.raises(Temporary) as lost:
        exchange(client, "GET", trickling, headers={})
    assert (lost.value.reason, lost.value.reached) == (Reason.NO_ANSWER, True)


def test_an_answer_larger_than_any_list_is_no_answer() -> None:
    with far_side(Response(200, b" " * (MOST_BYTES + 1))) as there, open_client() as client:
        with pytest.raises(Temporary) as lost:
            exchange(client, "GET", there.url, headers={})
        assert (lost.value.reason, lost.value.reached) == (Reason.NO_ANSWER, True)
        there.answers = [Response(200, b"{}")]
        assert exchange(client, "GET", there.url, headers={}).body == b"{}"
