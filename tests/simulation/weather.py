"""What befalls a request: it does not arrive, its answer is lost or garbled, it is refused. Over HTTP and without.

It knows when and what; who asked, and what is true afterwards, is in `far_side`.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NoReturn, Protocol, TypeVar

import httpx2

from ledenbrug.core.errors import LoginNeeded, Temporary
from ledenbrug.core.reasons import Reason

T = TypeVar("T")
SLOW = 30
"""Seconds that a slow request takes."""
CARRIED_OUT = frozenset({"lost", "error", "defect", "slow", "slow_lost", "garbled"})
_PAGE = "<html><body><h1>it is not well</h1></body></html>"


@dataclass(slots=True)
class Fault:
    kind: str
    on: str
    """The operation of the port that is under way; `*` is any."""
    skip: int


@dataclass
class Weather:
    wait: Callable[[float], None]
    armed: list[Fault] = field(default_factory=list)
    struck: Counter[str] = field(default_factory=Counter)

    def around(self, operation: str, carry: Callable[[], T], *, spoil: "Spoil[T]") -> T:
        """Carries a request out, or not, and makes of its answer what the fault of the moment makes of it."""
        kind = self._strike(operation)
        if not kind:
            return carry()
        self.struck[f"{kind} at {operation}"] += 1
        if kind.startswith("slow"):
            self.wait(SLOW)
        answer = carry() if kind in CARRIED_OUT else None
        if kind == "defect":
            raise KeyError("invented")
        return answer if kind == "slow" and answer is not None else spoil(kind, answer)

    def _strike(self, operation: str) -> str:
        for fault in self.armed:
            if fault.on not in ("*", operation):
                continue
            if fault.skip:
                fault.skip -= 1
                return ""
            self.armed.remove(fault)
            return fault.kind
        return ""


class Spoil(Protocol[T]):
    def __call__(self, kind: str, answer: T | None, /) -> T: ...


def without_http(now: Callable[[], datetime]) -> Callable[[str, object], NoReturn]:
    """A package that is no server fails as the port says."""

    def spoil(kind: str, _: object) -> NoReturn:
        match kind:
            case "not_sent":
                raise Temporary(Reason.UNREACHABLE)
            case "limited":
                raise Temporary(Reason.LIMITED, until=now() + timedelta(seconds=300))
            case "login":
                raise LoginNeeded(Reason.WITHDRAWN)
            case "garbled":
                raise Temporary(Reason.NOT_JSON, reached=True)
            case "error" | "error_undone":
                raise Temporary(Reason.PACKAGE_ERROR, reached=True)
            case _:
                raise Temporary(Reason.NO_ANSWER, reached=True)

    return spoil


def over_http(kind: str, answer: httpx2.Response | None) -> httpx2.Response:
    match kind:
        case "not_sent":
            raise httpx2.ConnectError("refused")
        case "limited":
            return httpx2.Response(429, html=_PAGE, headers={"Retry-After": "300"})
        case "login":
            return httpx2.Response(401, json={"error": "invented"})
        case "garbled" if answer is not None:
            return httpx2.Response(answer.status_code, content=answer.content[: len(answer.content) // 2])
        case "error" | "error_undone":
            return httpx2.Response(502, html=_PAGE)
        case _:
            raise httpx2.ReadTimeout("no answer")


class Transport(httpx2.BaseTransport):
    """The way to the sandboxes: `passing` stands at both sides of every request."""

    def __init__(self) -> None:
        self._wire = httpx2.HTTPTransport()
        self.passing: Callable[[httpx2.Request, Callable[[], httpx2.Response]], httpx2.Response] | None = None

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        def carry() -> httpx2.Response:
            answer = self._wire.handle_request(request)
            answer.read()
            return answer

        sent = request.extensions.pop("trace", None)
        answer = self.passing(request, carry) if self.passing else carry()
        if sent:  # as late as can be: it was carried out, and the answer is on its way
            sent("http11.receive_response_headers.started", {})
        return answer
