"""The token desk with this service's own rules: short lives, one refresh at a time, one chain per user and key.

It says who holds what; statuses and headers of its refusals are in `Refused` subclasses, pages are elsewhere.
"""

import secrets
from collections.abc import Callable

from ledenbrug.bookkeeping.exact_online.sandbox import wall
from ledenbrug.bookkeeping.exact_online.sandbox.switches import Switches
from ledenbrug.stage.oauth import Application, Grant, Policy, Refused, Token, TokenDesk, needed

CODE_SECONDS = 180.0
IDLE_SECONDS = 30 * 86_400.0


class RefusedToken(Refused):
    def __init__(self, status: int, error: str, description: str = "", reason: str = "") -> None:
        super().__init__(error, description)
        self.status, self.reason = status, reason


class Desk(TokenDesk):
    def __init__(self, clock: Callable[[], float], switches: Switches) -> None:
        policy = Policy(code_seconds=CODE_SECONDS, access_seconds=switches.access_seconds, mint=_mint(switches))
        super().__init__(clock, policy)
        self.switches = switches
        self._next: dict[str, Token] = {}  # refresh token → the pair that took its place
        self._used: set[str] = set()  # refresh tokens whose pair was used

    def application(self, client_id: str) -> Application | None:
        """Ids are shown with and without braces around them."""
        return super().application(client_id.strip("{}").lower())

    def exchange(self, application: Application, form: dict[str, str]) -> Token:
        with self.lock:
            try:
                token = super().exchange(application, form)
            except Refused:
                raise RefusedToken(400, "invalid_request") from None
            if self.switches.second_grant == "ends_first":
                self._end_others(token.grant)
            return token

    def refresh(self, application: Application, form: dict[str, str]) -> Token:
        with self.lock:
            try:
                old = self.by_refresh.get(needed(form, "refresh_token"))
            except Refused:
                raise RefusedToken(400, "invalid_request") from None
            if old is None or old.grant.client_id != application.client_id:
                raise RefusedToken(400, "invalid_request")
            self._check(old)
            self._used.add(old.refresh)
            token = self._next[old.refresh] = self.token_for(old.grant)
            return token

    def bearer(self, value: str) -> Token | None:
        """The usable token with this value; using it ends the grace of the refresh token before it."""
        token = self.tokens.get(value)
        if token is None or not token.usable(self.clock()):
            return None
        self._used.add(token.refresh)
        return token

    def age(self, seconds: float) -> None:
        """As if so much time had passed for every token there is."""
        with self.lock:
            for token in self.tokens.values():
                token.created_at -= seconds
                if token.expires_at is not None:
                    token.expires_at -= seconds

    def _check(self, old: Token) -> None:
        now = self.clock()
        if old.grant.withdrawn or old.revoked:
            text = "Token is not allowed, because of invalid or empty chainId"
            raise RefusedToken(400, "invalid_grant", text)
        after = self._next.get(old.refresh)
        if after and (self.switches.refresh_grace == "strict" or after.refresh in self._used):
            raise RefusedToken(401, "unauthorized_client", "Old refresh token used.")
        if now >= old.created_at + IDLE_SECONDS:
            ended = wall.utc(old.created_at + IDLE_SECONDS)
            text = f"The refresh token expired at {ended} and it is now {wall.utc(now)}"
            raise RefusedToken(400, "invalid_request", text)
        if now < old.created_at + self.switches.earliest_refresh:
            raise RefusedToken(
                int(self.switches.early_refresh_status),
                "access_denied",
                "Rate limit exceeded: access_token not expired",
                "TooEarlyToRefreshTokens: the access token has not expired",
            )

    def _end_others(self, grant: Grant) -> None:
        for one in self.grants.values():
            if one is not grant and (one.client_id, one.user_id) == (grant.client_id, grant.user_id):
                one.withdrawn = True


def _mint(switches: Switches) -> Callable[[str], str]:
    stamp = f"stamp{switches.country.upper()}001."

    def mint(kind: str) -> str:
        """Codes and refresh tokens hold a `!`, and all of them are long."""
        if kind == "access":
            return stamp + secrets.token_urlsafe(700)
        return stamp + secrets.token_urlsafe(3) + "!IAAAA" + secrets.token_urlsafe(90 if kind == "code" else 300)

    return mint
