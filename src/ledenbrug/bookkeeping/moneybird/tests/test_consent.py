"""Being let in: consent, code, tokens, renewal, withdrawal, over real HTTP against the sandbox."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest

from ledenbrug.bookkeeping.moneybird import PACKAGE
from ledenbrug.bookkeeping.moneybird.sandbox import Sandbox, start
from ledenbrug.bookkeeping.moneybird.tests.bench import ADMINISTRATION, Clock
from ledenbrug.core.errors import LoginNeeded
from ledenbrug.wire.http import HttpLine, open_client
from ledenbrug.wire.oauth import Consent, Tokens, code_in, when_settled

BACK = "http://127.0.0.1/back"


@dataclass
class Visit:
    sandbox: Sandbox
    clock: Clock
    http: httpx2.Client
    consent: Consent

    def code(self) -> str:
        """The person follows the address and comes back."""
        assert PACKAGE.oauth
        back = self.http.get(self.consent.address(state="st&te", redirect_uri=BACK)).headers["location"]
        assert back.startswith(BACK)
        query = dict(parse_qsl(urlsplit(back).query))
        assert query["state"] == "st&te"
        return code_in(query)

    def tokens(self) -> Tokens:
        return self.consent.exchange(self.code(), redirect_uri=BACK)

    def line(self, token: str, renew: Callable[[str], str] | None = None) -> HttpLine:
        return HttpLine(
            url=self.sandbox.url,
            client=self.http,
            token=lambda: token,
            renew=renew,
            pace={},
            clock=self.clock.now,
            user_agent="Ledenbrug (tests)",
            is_login_problem=PACKAGE.is_login_problem,
        )

    def reached(self, token: str) -> list[str]:
        return [each.id for each in PACKAGE.administrations(self.line(token))]


@contextmanager
def visit(*, secret: str = "ledenbrug-sandbox-secret", **how: Any) -> Iterator[Visit]:
    clock = Clock()
    with start(clock=clock, **{"consent": "allow", **how}) as sandbox, open_client(read_seconds=30) as http:
        assert PACKAGE.oauth
        consent = Consent(
            oauth=PACKAGE.oauth,
            url=sandbox.url,
            client_id="ledenbrug-sandbox",
            client_secret=secret,
            client=http,
            clock=clock.now,
            user_agent="Ledenbrug (tests)",
        )
        yield Visit(sandbox, clock, http, consent)


def test_a_person_allows_and_the_token_reaches_the_administration() -> None:
    with visit() as at:
        tokens = at.tokens()
        assert (tokens.expires_at, tokens.scope) == (None, "sales_invoices")
        assert at.reached(tokens.access) == [ADMINISTRATION]


def test_a_person_refuses() -> None:
    with visit(consent="refuse") as at, pytest.raises(LoginNeeded) as refused:
        at.code()
    assert refused.value.reason == "consent_refused"


@pytest.mark.parametrize("status", ["400", "401"])
def test_a_code_works_once(status: str) -> None:
    with visit(invalid_grant=status) as at:
        code = at.code()
        at.consent.exchange(code, redirect_uri=BACK)
        with pytest.raises(LoginNeeded) as refused:
            at.consent.exchange(code, redirect_uri=BACK)
        assert refused.value.reason == "code_used"


def test_a_wrong_client_secret_is_said_to_be_one() -> None:
    with visit(secret="wrong") as at, pytest.raises(LoginNeeded) as refused:
        at.tokens()
    assert refused.value.reason == "key_refused"


def test_a_token_that_is_not_known_yet_is_waited_for() -> None:
    with visit(fresh_token_lag=2.0) as at:
        token = at.tokens().access
        with pytest.raises(LoginNeeded):
            at.reached(token)
        assert when_settled(lambda: at.reached(token), sleep=at.clock.wait) == [ADMINISTRATION]


@pytest.mark.parametrize("rotates", ["rotate", "keep"])
def test_a_token_that_has_expired_is_renewed_under_way(rotates: str) -> None:
    with visit(token_lifetime=600.0, refresh=rotates) as at:
        tokens = at.tokens()
        assert tokens.expires_at is not None
        assert (tokens.expires_at - at.clock.now()).total_seconds() == 600
        at.clock.wait(601)
        renewed = list[Tokens]()

        def renew(refused: str) -> str:
            assert refused == tokens.access
            renewed.append(at.consent.renew(tokens.refresh))
            return renewed[-1].access

        assert [each.id for each in PACKAGE.administrations(at.line(tokens.access, renew))] == [ADMINISTRATION]
        assert len(renewed) == 1
        assert (renewed[0].refresh == tokens.refresh) == (rotates == "keep")


def test_a_grant_that_was_withdrawn_cannot_be_renewed() -> None:
    with visit() as at:
        tokens = at.tokens()
        for grant in [*at.sandbox.world.desk.grants]:
            at.sandbox.world.desk.withdraw(grant)
        with pytest.raises(LoginNeeded) as refused:
            PACKAGE.administrations(at.line(tokens.access, lambda _: at.consent.renew(tokens.refresh).access))
        assert refused.value.reason == "withdrawn"


def test_a_token_is_revoked_where_that_can_be_done() -> None:
    with visit() as at:
        tokens = at.tokens()
        assert at.consent.revoke(tokens.access)
        with pytest.raises(LoginNeeded):
            at.reached(tokens.access)
    with visit(revoke="no") as at:
        assert not at.consent.revoke(at.tokens().access)


def test_several_administrations_are_all_offered() -> None:
    with visit(grant="several") as at:
        assert len(at.reached(at.tokens().access)) == 2


@pytest.mark.parametrize("status", ["401", "403"])
def test_a_missing_scope_asks_for_consent_again_and_spends_no_refresh_token(status: str) -> None:
    with visit(scope_refusal=status) as at:
        tokens = at.tokens()
        next(iter(at.sandbox.world.desk.grants.values())).scopes = ("time_entries",)

        def renew(_: str) -> str:
            raise AssertionError("there is nothing wrong with the token")

        with pytest.raises(LoginNeeded) as refused:
            PACKAGE.books(at.line(tokens.access, renew), ADMINISTRATION, {}, PACKAGE.groups).heads()
        assert refused.value.reason == "scope_missing"
