"""A server that answers what it is told, over real HTTP, and remembers what it was asked."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from ledenbrug.stage.messages import Request, Response
from ledenbrug.stage.server import Server

Answering = Callable[[Request], Response]


@dataclass
class FarSide:
    answers: list[Response | Answering] = field(default_factory=list)
    """In order; the last one for ever after."""
    asked: list[Request] = field(default_factory=list)
    url: str = ""

    def answer(self, request: Request) -> Response:
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return answer(request) if callable(answer) else answer


@contextmanager
def far_side(*answers: Response | Answering) -> Iterator[FarSide]:
    found = FarSide(list(answers))
    server = Server("127.0.0.1", 0, found.answer)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    found.url = f"http://127.0.0.1:{server.port}"
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
