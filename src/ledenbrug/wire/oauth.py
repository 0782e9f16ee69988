"""The consent flow of RFC 6749: where to send a person, and what to do with what comes back.

It keeps nothing: whoever calls stores the tokens, before using them, and holds the lock while renewing.
"""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlencode

import httpx2

from ledenbrug.core.errors import LoginNeeded, Temporary, Trouble
from ledenbrug.core.line import OAuth
from ledenbrug.core.reasons import Reason
from ledenbrug.wire.http import HttpAnswer, exchange

T = TypeVar("T")
_TOO_EARLY = re.compile(r"TooEarly|not expired", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Tokens:
    access: str = field(repr=False)
    refresh: str = field(repr=False)
    """Empty where the package gives none."""
    expires_at: datetime | None
    scope: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One registered application at one package."""

    oauth: OAuth
    url: str
    client_id: str
    client_secret: str = field(repr=False)
    client: httpx2.Client = field(repr=False)
    clock: Callable[[], datetime]
    user_agent: str

    def address(self, *, state: str, redirect_uri: str) -> str:
        """Where the person says yes or no."""
        asked = {
            "client_id": self.client_id,
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "state": state,
            **({"scope": " ".join(self.oauth.scopes)} if self.oauth.scopes else {}),
            **self.oauth.extra,
        }
        return f"{self.url.rstrip('/')}{self.oauth.authorize}?{urlencode(asked)}"

    def exchange(self, code: str, *, redirect_uri: str) -> Tokens:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        # a key that was pasted is sooner wrong than a code straight from a browser
        unclear = Reason.KEY_REFUSED if self.oauth.own_key else Reason.CODE_USED
        return self._tokens(form, refresh="", spent=Reason.CODE_USED, unclear=unclear)

    def renew(self, refresh: str) -> Tokens:
        """After `Temporary` with `reached` the old refresh token may be dead: trying it again tells."""
        if not refresh:
            raise LoginNeeded(Reason.WITHDRAWN)
        form = {"grant_type": "refresh_token", "refresh_token": refresh}
        return self._tokens(form, refresh=refresh, spent=Reason.WITHDRAWN, unclear=Reason.WITHDRAWN)

    def revoke(self, token: str) -> bool:
        """Whether the package says that it forgot the token; some offer no way, then a person must do it there."""
        if self.oauth.revoke is None:
            return False
        try:
            return self._post(self.oauth.revoke, {"token": token}).status == httpx2.codes.OK
        except Temporary:
            return False

    def _tokens(self, form: Mapping[str, str], *, refresh: str, spent: Reason, unclear: Reason) -> Tokens:
        """`spent` is what a code or token that is no good means, `unclear` an answer that does not say what is not."""
        answer = self._post(self.oauth.token, form)
        said = _fields(answer)
        access, rotated = said.get("access_token"), said.get("refresh_token")
        if answer.status != httpx2.codes.OK:
            if _TOO_EARLY.search(f"{answer.headers.get('Reason', '')} {said.get('error_description', '')}"):
                raise Temporary(Reason.TOO_EARLY)
            raise _trouble(answer, str(said.get("error", "")), spent=spent, unclear=unclear)
        if not isinstance(access, str) or not access:
            raise Temporary(Reason.NOT_JSON, reached=True)
        return Tokens(
            access=access,
            refresh=rotated if isinstance(rotated, str) and rotated else refresh,
            expires_at=_expires_at(said.get("expires_in"), now=self.clock()),
            scope=str(said.get("scope") or ""),
        )

    def _post(self, path: str, form: Mapping[str, str]) -> HttpAnswer:
        return exchange(
            self.client,
            "POST",
            self.url.rstrip("/") + path,
            data={**form, "client_id": self.client_id, "client_secret": self.client_secret},
            headers={"Accept": "application/json", "User-Agent": self.user_agent},
        )


def code_in(query: Mapping[str, str]) -> str:
    """The code with which a person came back; the caller has checked `state`."""
    if query.get("error") or not query.get("code"):
        raise LoginNeeded(Reason.CONSENT_REFUSED)
    return query["code"]


def when_settled(
    read: Callable[[], T], *, sleep: Callable[[float], None] = time.sleep, waits: Sequence[float] = (0.5, 1, 1, 1.5)
) -> T:
    """The first reading with a new token: right after an exchange a package may not know it yet, for a moment.

    For a line that does not renew, or the refresh token is spent on a token that is fine.
    """
    for wait in waits:
        try:
            return read()
        except LoginNeeded:
            sleep(wait)
    return read()


def _trouble(answer: HttpAnswer, error: str, *, spent: Reason, unclear: Reason) -> Trouble:
    if answer.status == httpx2.codes.TOO_MANY_REQUESTS:
        return Temporary(Reason.LIMITED)
    if answer.status not in (400, 401, 403):
        return Temporary(Reason.PACKAGE_ERROR, reached=True)
    match error:
        case "invalid_client":
            return LoginNeeded(Reason.KEY_REFUSED)
        case "access_denied":  # at this address it can only mean: the token you have still lives
            return Temporary(Reason.TOO_EARLY)
        case "":  # a wall in between, not the package
            return Temporary(Reason.PACKAGE_ERROR, reached=True)
        case "invalid_request":
            return LoginNeeded(unclear)
        case _:  # invalid_grant; unauthorized_client is used for the same
            return LoginNeeded(spent)


def _fields(answer: HttpAnswer) -> Mapping[str, Any]:
    try:
        said = answer.json()
    except Temporary:
        return {}
    return said if isinstance(said, dict) else {}


def _expires_at(lifetime: object, *, now: datetime) -> datetime | None:
    """Some packages write the number as text, some leave it out; what no calendar holds is for ever."""
    try:
        seconds = int(str(lifetime))
        return now + timedelta(seconds=seconds) if seconds > 0 else None
    except (ValueError, OverflowError):
        return None
