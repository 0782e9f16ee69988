"""Takes a request in whole before it gets one of the few turns to be answered: who sends slowly keeps nobody waiting.

It must not look at what is sent. What is larger than we take is not read at all, and what broke off goes no further:
half a form is no form.
"""

import threading
from collections.abc import Callable, Iterable
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO

from ledenbrug.site.request_size import MOST_BYTES

BLOCK = 65_536
IN_MEMORY = 1_000_000
Environ = dict[str, Any]
Start = Callable[..., object]
Application = Callable[[Environ, Any], Iterable[bytes]]


class TakingIn:
    """A WSGI application before the real one; the server gives it a thread for everybody who is sending."""

    def __init__(self, application: Application, *, at_once: int) -> None:
        self._application = application
        self._turns = threading.BoundedSemaphore(at_once)

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        announced = environ.get("CONTENT_LENGTH") or "0"
        length = int(announced) if announced.isdecimal() else 0
        if not 0 < length <= MOST_BYTES:
            return self._answer(environ, start)
        with SpooledTemporaryFile(max_size=IN_MEMORY) as whole:
            if not _copied(environ["wsgi.input"], whole, length=length):
                start("400 Bad Request", [("Content-Length", "0")])
                return []
            whole.seek(0)
            return self._answer({**environ, "wsgi.input": whole}, start)

    def _answer(self, environ: Environ, start: Start) -> Iterable[bytes]:
        with self._turns:
            return self._application(environ, start)


def _copied(source: BinaryIO, target: Any, *, length: int) -> bool:
    """Whether all of it came."""
    while length and (block := source.read(min(BLOCK, length))):
        target.write(block)
        length -= len(block)
    return length == 0
