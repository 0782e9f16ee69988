"""The one request function: a `core.line.Line` over HTTP that adds the token, spends the budget and times out.

It judges only what concerns the line itself; what an answer means is the package's business. It logs no address, token
or body: addresses hold customer numbers.
"""

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpx2
import msgspec

from ledenbrug.core.errors import LoginNeeded, Rejected, Temporary, Trouble
from ledenbrug.core.line import Answer, Kept, Limit
from ledenbrug.core.reasons import Reason
from ledenbrug.wire.pace import Pace, Patience, announced, wait_until

CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0
MOST_BYTES = 64_000_000
"""Many times a list of everyone."""
MOST_WAITS = 4
"""As long as so many waits for a piece of it a whole answer may take."""
RENEWALS = 2
"""For one request: who froze while a token was renewed comes back with one that ended meanwhile."""

log = logging.getLogger(__name__)
for _talkative in ("httpx2", "httpcore2"):  # they log whole addresses and headers
    logging.getLogger(_talkative).setLevel(logging.WARNING)

_SENT = "http11.receive_response_headers.started"
"""What the client says when the whole request has left and it begins to wait."""
_NOT_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)


def open_client(*, read_seconds: float = READ_SECONDS, transport: httpx2.BaseTransport | None = None) -> httpx2.Client:
    """One per process, for every line: it keeps connections open and, on purpose, no cookie."""
    return httpx2.Client(
        transport=transport,
        timeout=httpx2.Timeout(read_seconds, connect=CONNECT_SECONDS),
        limits=httpx2.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=30),
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),  # one association's must not go with another's
        follow_redirects=False,
    )


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise Temporary(Reason.NOT_JSON, reached=True) from None


class KeepsNothing:
    """A `core.line.Kept` for who begins anew each time."""

    def parts(self) -> Iterable[bytes]:
        return ()

    def add(self, part: bytes) -> None:
        pass


class HttpLine:
    """See `core.line.Line`."""

    def __init__(
        self,
        *,
        url: str,
        client: httpx2.Client,
        token: Callable[[], str],
        renew: Callable[[str], str] | None,
        pace: Mapping[Limit, Pace],
        clock: Callable[[], datetime],
        user_agent: str,
        is_login_problem: Callable[[Answer], bool],
        patience: Patience | None = None,
        meanwhile: Callable[[], None] | None = None,
        alone: Callable[[str], AbstractContextManager[None]] | None = None,
        kept: Kept | None = None,
    ) -> None:
        """`renew` is given the access token that was refused and returns one that may be better, or raises. `meanwhile`
        is called while the package works on a request: what it raises ends the request, of which then nothing is known.
        `alone` is held while a path is asked.
        """
        self.url = url.rstrip("/")
        self.now = clock
        self.kept: Kept = kept or KeepsNothing()
        self._client = client
        self._token = token
        self._renew = renew
        self._pace = pace
        self._patience = patience
        self._meanwhile = meanwhile
        self._alone = alone
        self._user_agent = user_agent
        self._is_login_problem = is_login_problem

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: object | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> HttpAnswer:
        body = None if json is None else msgspec.json.encode(json)

        def send(token: str) -> HttpAnswer:
            return self._send(method, path, params=params, body=body, headers=headers, token=token)

        token, renew = self._token(), self._renew
        answer = send(token)
        for _ in range(RENEWALS):
            if renew is None or not self._refused(answer):
                break
            token = renew(token)
            answer = send(token)
        if self._refused(answer):
            raise LoginNeeded(Reason.WITHDRAWN)
        return answer

    def room(self, requests: int) -> None:
        for pace in self._pace.values():
            pace.room(requests, now=self.now())

    def _refused(self, answer: HttpAnswer) -> bool:
        return answer.status == httpx2.codes.UNAUTHORIZED and self._is_login_problem(answer)

    def _send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None,
        body: bytes | None,
        headers: Mapping[str, str] | None,
        token: str,
    ) -> HttpAnswer:
        sent = {"Accept": "application/json", "User-Agent": self._user_agent, **(headers or {})}
        sent["Authorization"] = f"Bearer {_plain(token)}"
        if body is not None:
            sent["Content-Type"] = "application/json"
        with self._alone(path) if self._alone else nullcontext():
            answer = self._spend(method, path, params=params, body=body, headers=sent)
        now = self.now()
        if self._patience:
            self._patience.heard(path, answer.status, now=now)
        if answer.status == httpx2.codes.TOO_MANY_REQUESTS:
            until = wait_until(tuple(self._pace), answer.headers, now=now)
            for limit, pace in self._pace.items():
                left, resets = announced(limit, answer.headers, now=now)
                if not left:
                    pace.heard(left=0, resets=resets or until, now=now)
            raise Temporary(Reason.LIMITED, until=until)
        for limit, pace in self._pace.items():
            left, resets = announced(limit, answer.headers, now=now)
            if left is not None:
                pace.heard(left=left, resets=resets, now=now)
        return answer

    def _spend(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None,
        body: bytes | None,
        headers: Mapping[str, str],
    ) -> HttpAnswer:
        if self._patience:
            self._patience.ask(path, now=self.now())
        for pace in self._pace.values():
            pace.take(now=self.now())
        url, meanwhile = self.url + path, self._meanwhile
        return exchange(self._client, method, url, params=params, content=body, headers=headers, meanwhile=meanwhile)


def exchange(
    client: httpx2.Client,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    params: Mapping[str, str] | None = None,
    content: bytes | None = None,
    data: Mapping[str, str] | None = None,
    meanwhile: Callable[[], None] | None = None,
) -> HttpAnswer:
    """One request and its whole answer, or `Temporary`."""
    began = time.monotonic()
    outcome: object = "none"
    try:
        with client.stream(
            method, url, params=params, content=content, data=data, headers=headers, extensions=_once_sent(meanwhile)
        ) as answer:
            body = _whole(answer, seconds=MOST_WAITS * (client.timeout.read or READ_SECONDS))
        outcome = answer.status_code
        return HttpAnswer(answer.status_code, answer.headers, body)
    except _NOT_SENT as problem:
        outcome = type(problem).__name__
        raise Temporary(Reason.UNREACHABLE) from None
    except (httpx2.UnsupportedProtocol, httpx2.InvalidURL, httpx2.LocalProtocolError) as problem:
        outcome = type(problem).__name__
        raise Temporary(Reason.UNREACHABLE) from None  # an address that is none: nothing left this machine
    except httpx2.RequestError as problem:
        outcome = type(problem).__name__
        raise Temporary(Reason.NO_ANSWER, reached=True) from None
    finally:
        log.debug("request", extra={"method": method, "outcome": outcome, "seconds": time.monotonic() - began})


def _whole(answer: httpx2.Response, *, seconds: float) -> bytes:
    """A piece now and then, or without end, must not keep whoever waits for it."""
    body, end = bytearray(), time.monotonic() + seconds
    for piece in answer.iter_bytes():
        body += piece
        if len(body) > MOST_BYTES or time.monotonic() > end:
            raise httpx2.ReadTimeout("it does not end", request=answer.request)
    return bytes(body)


def _once_sent(meanwhile: Callable[[], None] | None) -> dict[str, Any] | None:
    def told(event: str, _: object) -> None:
        if meanwhile is not None and event == _SENT:
            meanwhile()

    return {"trace": told} if meanwhile is not None else None


def trouble(answer: Answer) -> Trouble:
    """What a status means that a client knows no better of: to be raised for everything but the expected ones."""
    match answer.status:
        case 401:
            return LoginNeeded(Reason.WITHDRAWN)
        case 403:
            return LoginNeeded(Reason.NO_ACCESS)
        case 405 | 406:
            return Temporary(Reason.PACKAGE_ERROR)
        case status if 400 <= status < 500 and status not in (408, 409):
            return Rejected(Reason.REFUSED, status=str(status))
        case _:  # 5xx, redirects, and what is neither: the request may have been carried out
            return Temporary(Reason.PACKAGE_ERROR, reached=True)


def _plain(token: str) -> str:
    """A pasted token may hold anything; what cannot go into a header is no token."""
    if not (token and token.isascii() and token.isprintable()) or " " in token:
        raise LoginNeeded(Reason.WITHDRAWN)
    return token
