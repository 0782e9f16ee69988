"""A sandbox at work: every request passes fault, limit, delay and record here, on its way to the package's action.

It knows the order of these, not what any package answers; that comes in through `House`.
"""

import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

from ledenbrug.stage.faults import Fault, Faults, UnknownFault
from ledenbrug.stage.limit import Limiter, Verdict
from ledenbrug.stage.messages import NotJson, Request, Response, json_response, text_response
from ledenbrug.stage.record import Record
from ledenbrug.stage.routes import Found, Missing, Routes
from ledenbrug.stage.server import Server

Clock = Callable[[], float]

_ERROR_PAGE = (
    "<html>\r\n<head><title>{status} {phrase}</title></head>\r\n<body>\r\n"
    "<center><h1>{status} {phrase}</h1></center>\r\n<hr><center>sandbox</center>\r\n</body>\r\n</html>\r\n"
)
_PHRASES = {429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable"}


class House(Protocol):
    """The habits of one package that every answer needs."""

    routes: Routes
    faults: Faults
    limiter: Limiter
    record: Record
    clock: Clock
    delay: float

    def plain_path(self, path: str) -> str: ...
    def is_limited(self, path: str) -> bool: ...
    def caller(self, request: Request, path: str) -> str: ...  # over whom the limit counts; nobody: empty
    def limit_headers(self, verdict: Verdict, now: float) -> list[tuple[str, str]]: ...
    def too_many(self, verdict: Verdict, now: float) -> Response: ...
    def missing(self, request: Request, missing: Missing) -> Response: ...
    def own_fault(self, fault: Fault, request: Request) -> Response | None: ...
    def arm_own(self, fault: Fault) -> None: ...


class Stand:
    def __init__(self, house: House, host: str, port: int) -> None:
        self.house = house
        self._server = Server(host, port, self.answer)
        shown = f"[{host}]" if ":" in host else host
        self.url = f"http://{shown}:{self._server.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def open(self) -> None:
        self._thread.start()

    def close(self) -> None:
        if self._thread.is_alive():
            self._server.stop()
            self._thread.join()
        self._server.server_close()

    def answer(self, request: Request) -> Response:
        if request.path.startswith("/_sandbox/") and (mine := self._control(request)):
            return mine
        house, at = self.house, self.house.clock()
        path = house.plain_path(request.path)
        found = house.routes.find(request.method, path)
        limited = house.is_limited(path)
        counted = found.route.counted if isinstance(found, Found) else limited
        if not counted:
            return self._carry_out(request, found)
        pattern = found.route.pattern if isinstance(found, Found) else "(unknown)"
        caller = house.caller(request, path) if limited else ""
        with house.record.during(caller):
            response = self._counted(request, found, caller=caller, pattern=pattern, at=at)
        answered = response.cut in ("", "truncate")
        house.record.note(at=at, method=request.method, path=pattern, status=response.status, answered=answered)
        return response

    def _counted(self, request: Request, found: Found | Missing, *, caller: str, pattern: str, at: float) -> Response:
        house = self.house
        if house.delay:
            time.sleep(house.delay)
        verdict = house.limiter.take(caller, at) if caller else None
        if verdict and not verdict.allowed:
            return house.too_many(verdict, at)
        fault = house.faults.strike(request.method, pattern, house.plain_path(request.path))
        response = self._struck(fault, request, found) if fault else self._carry_out(request, found)
        if verdict:
            response.headers.extend(house.limit_headers(verdict, at))
        return response

    def _carry_out(self, request: Request, found: Found | Missing) -> Response:
        if isinstance(found, Missing):
            return self.house.missing(request, found)
        return found.route.action(request, found.parameters)

    def _struck(self, fault: Fault, request: Request, found: Found | Missing) -> Response:
        facts = fault.facts
        if fault.kind == "reset":
            return Response(0, cut="reset")
        if fault.kind == "slow" and not facts.get("carried_out"):
            time.sleep(float(facts.get("seconds", 5)))
        if fault.kind == "html":
            status = int(facts.get("status", 502))
            page = _ERROR_PAGE.format(status=status, phrase=_PHRASES.get(status, "Error"))
            return text_response(status, page, "text/html")
        if fault.kind not in ("slow", "lost_answer", "truncated", "status"):
            return self.house.own_fault(fault, request) or self._carry_out(request, found)
        if fault.kind == "status" and not facts.get("carried_out"):
            return _plain_status(facts)
        response = self._carry_out(request, found)
        if fault.kind == "status":
            return _plain_status(facts)
        if fault.kind == "slow" and facts.get("carried_out"):
            time.sleep(float(facts.get("seconds", 5)))
        response.cut = {"lost_answer": "close", "truncated": "truncate"}.get(fault.kind, "")  # type: ignore[assignment]
        return response

    def _control(self, request: Request) -> Response | None:
        """The sandbox's own switchboard, neither counted nor limited."""
        house, what = self.house, (request.method, request.path.removeprefix("/_sandbox/").strip("/"))
        if what == ("GET", "requests"):
            return json_response(200, house.record.counts())
        if what == ("DELETE", "requests"):
            house.record.reset()
            return Response(204)
        if what == ("GET", "log"):
            since = request.query().get("since", "0")
            fields = ("n", "at", "method", "path", "status", "answered")
            entries = house.record.since(int(since) if since.isdigit() else 0)
            return json_response(200, [{name: getattr(entry, name) for name in fields} for entry in entries])
        if what == ("GET", "faults"):
            return json_response(200, [_fault_shown(fault) for fault in house.faults.armed()])
        if what == ("DELETE", "faults"):
            house.faults.clear()
            return Response(204)
        if what == ("POST", "faults"):
            return self._arm(request)
        return None

    def _arm(self, request: Request) -> Response:
        try:
            asked = request.json()
            for one in asked if isinstance(asked, list) else [asked]:
                self.house.arm_own(self.house.faults.arm(one))
        except (UnknownFault, NotJson, AttributeError, TypeError) as refused:
            return json_response(400, {"error": str(refused), "kinds": self.house.faults.kinds})
        return json_response(201, [_fault_shown(fault) for fault in self.house.faults.armed()])


def _plain_status(facts: dict[str, Any]) -> Response:
    body = facts.get("body", "")
    if isinstance(body, str):
        return text_response(int(facts.get("status", 500)), body, str(facts.get("content_type", "text/plain")))
    return json_response(int(facts.get("status", 500)), body)


def _fault_shown(fault: Fault) -> dict[str, Any]:
    return {"kind": fault.kind, "match": fault.match, "times": fault.times, "skip": fault.skip, **fault.facts}
