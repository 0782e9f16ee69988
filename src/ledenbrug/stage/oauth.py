"""The token desk of a sandbox: applications, codes, grants, access and refresh tokens, kept in memory.

It keeps the rules of RFC 6749; what a package does differently is in `Policy`, its pages are its own business.
"""

import base64
import binascii
import secrets
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from ledenbrug.stage.messages import Request

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"


@dataclass(frozen=True, slots=True)
class Application:
    client_id: str
    client_secret: str
    name: str
    redirect_uris: tuple[str, ...] = ()  # none registered: any loopback address is accepted

    def accepts(self, redirect_uri: str) -> bool:
        if self.redirect_uris:
            return redirect_uri in self.redirect_uris
        return redirect_uri == OUT_OF_BAND or urlsplit(redirect_uri).hostname in ("127.0.0.1", "localhost", "::1")


def _random(_kind: str) -> str:
    return secrets.token_hex(32)


@dataclass(frozen=True, slots=True)
class Policy:
    code_seconds: float = 600
    access_seconds: float | None = None  # None: tokens carry no lifetime
    rotate: bool = True  # a refresh gives a new refresh token, and the old pair dies
    tell_lifetime: bool = True
    mint: Callable[[str], str] = _random  # a new "code", "access" or "refresh" in the package's look


@dataclass(slots=True)
class Grant:
    id: str
    client_id: str
    user_id: str
    scopes: tuple[str, ...]
    reach: tuple[str, ...]  # the administrations it opens
    created_at: float
    withdrawn: bool = False


@dataclass(slots=True)
class Token:
    access: str
    refresh: str
    grant: Grant
    created_at: float
    expires_at: float | None
    revoked: bool = False

    def usable(self, now: float) -> bool:
        return not (self.revoked or self.grant.withdrawn or (self.expires_at is not None and now >= self.expires_at))


@dataclass(slots=True)
class Code:
    grant: Grant
    redirect_uri: str
    expires_at: float
    used: bool = False


class Refused(Exception):
    """RFC 6749 §5.2; the package chooses the status."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(error)
        self.error, self.description = error, description


INVALID_CLIENT = (
    "Client authentication failed due to unknown client, no client authentication included, "
    "or unsupported authentication method."
)
INVALID_GRANT = (
    "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI "
    "used in the authorization request, or was issued to another client."
)


@dataclass
class TokenDesk:
    clock: Callable[[], float]
    policy: Policy
    applications: dict[str, Application] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)  # by access token, revoked ones too
    by_refresh: dict[str, Token] = field(default_factory=dict)  # old ones too
    codes: dict[str, Code] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def register(self, application: Application) -> None:
        self.applications[application.client_id] = application

    def application(self, client_id: str) -> Application | None:
        return self.applications.get(client_id)

    def allow(self, *, client_id: str, user_id: str, scopes: Iterable[str], reach: Iterable[str]) -> Grant:
        grant = Grant(secrets.token_hex(8), client_id, user_id, tuple(scopes), tuple(reach), self.clock())
        self.grants[grant.id] = grant
        return grant

    def code_for(self, grant: Grant, redirect_uri: str) -> str:
        code = self.policy.mint("code")
        self.codes[code] = Code(grant, redirect_uri, self.clock() + self.policy.code_seconds)
        return code

    def token_for(self, grant: Grant) -> Token:
        now, lifetime = self.clock(), self.policy.access_seconds
        expires = now + lifetime if lifetime is not None else None
        token = Token(self.policy.mint("access"), self.policy.mint("refresh"), grant, now, expires)
        self.tokens[token.access] = self.by_refresh[token.refresh] = token
        return token

    def application_of(self, request: Request, form: dict[str, str]) -> Application:
        client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
        scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic":
            try:
                user, _, password = base64.b64decode(credentials, validate=True).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError):
                raise Refused("invalid_client", INVALID_CLIENT) from None
            client_id, secret = unquote(user), unquote(password)
        application = self.application(client_id)
        if application is None or not secrets.compare_digest(application.client_secret, secret):
            raise Refused("invalid_client", INVALID_CLIENT)
        return application

    def exchange(self, application: Application, form: dict[str, str]) -> Token:
        with self.lock:
            code = self.codes.get(needed(form, "code"))
            redirect_uri = needed(form, "redirect_uri")
            good = (
                code is not None
                and not code.used
                and self.clock() < code.expires_at
                and code.redirect_uri == redirect_uri
                and code.grant.client_id == application.client_id
                and not code.grant.withdrawn
            )
            if code is None or not good:
                raise Refused("invalid_grant", INVALID_GRANT)
            code.used = True
            return self.token_for(code.grant)

    def refresh(self, application: Application, form: dict[str, str]) -> Token:
        with self.lock:
            old = self.by_refresh.get(needed(form, "refresh_token"))
            if old is None or old.revoked or old.grant.withdrawn or old.grant.client_id != application.client_id:
                raise Refused("invalid_grant", INVALID_GRANT)
            token = self.token_for(old.grant)
            old.revoked = self.policy.rotate
            if not self.policy.rotate:
                del self.by_refresh[token.refresh]
                token.refresh = old.refresh
            return token

    def revoke(self, application: Application, value: str) -> None:
        """An unknown token is no error (RFC 7009)."""
        with self.lock:
            token = self.tokens.get(value) or self.by_refresh.get(value)
            if token and token.grant.client_id == application.client_id:
                for one in self.tokens.values():
                    one.revoked = one.revoked or one is token or one.refresh == token.refresh

    def withdraw(self, grant_id: str) -> bool:
        grant = self.grants.get(grant_id)
        if grant is None or grant.withdrawn:
            return False
        grant.withdrawn = True
        return True

    def token_answer(self, token: Token) -> dict[str, object]:
        answer: dict[str, object] = {"access_token": token.access, "token_type": "bearer"}
        if token.expires_at is not None and self.policy.tell_lifetime:
            answer["expires_in"] = round(token.expires_at - token.created_at)
        return answer | {
            "refresh_token": token.refresh,
            "scope": " ".join(token.grant.scopes),
            "created_at": int(token.created_at),
        }


def needed(form: dict[str, str], name: str) -> str:
    value = form.get(name, "")
    if not value:
        raise Refused("invalid_request", f"Missing required parameter: {name}.")
    return value
