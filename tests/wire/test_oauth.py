"""The consent flow, over real HTTP against a token desk that answers what it is told."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from ledenbrug.core.errors import LoginNeeded, Temporary, Trouble
from ledenbrug.core.line import OAuth
from ledenbrug.stage.messages import Response, json_response, text_response
from ledenbrug.wire.oauth import Consent, Tokens, code_in, when_settled
from tests.wire.far_side import far_side

NOW = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
OAUTH = OAuth("/oauth/authorize", "/oauth/token", "/oauth/revoke", ("one", "two"), extra={"force_login": "1"})
BACK = "https://leden.example/back?x=1"
GIVEN = {"access_token": "a" * 64, "token_type": "bearer", "refresh_token": "r" * 64, "scope": "one two"}


def consent(url: str, client: httpx2.Client, oauth: OAuth = OAUTH) -> Consent:
    return Consent(
        oauth=oauth,
        url=url,
        client_id="id & co",
        client_secret="s3cret",
        client=client,
        clock=lambda: NOW,
        user_agent="Ledenbrug/test",
    )


def test_a_person_is_sent_away_with_what_the_package_needs(client: httpx2.Client) -> None:
    address = urlsplit(consent("https://books.example/", client).address(state="st&te", redirect_uri=BACK))
    assert f"{address.scheme}://{address.netloc}{address.path}" == "https://books.example/oauth/authorize"
    assert parse_qs(address.query) == {
        "client_id": ["id & co"],
        "redirect_uri": [BACK],
        "response_type": ["code"],
        "state": ["st&te"],
        "scope": ["one two"],
        "force_login": ["1"],
    }


def test_a_code_is_exchanged_for_tokens(client: httpx2.Client) -> None:
    with far_side(json_response(200, GIVEN)) as there:
        tokens = consent(there.url, client).exchange("c&de!", redirect_uri=BACK)
        assert tokens == Tokens("a" * 64, "r" * 64, None, "one two")
        assert there.asked[0].form() == {
            "grant_type": "authorization_code",
            "code": "c&de!",
            "redirect_uri": BACK,
            "client_id": "id & co",
            "client_secret": "s3cret",
        }


def test_renewing_sends_no_redirect_and_keeps_the_old_refresh_token_when_none_comes(client: httpx2.Client) -> None:
    with far_side(json_response(200, {"access_token": "new"})) as there:
        assert consent(there.url, client).renew("old") == Tokens("new", "old", None, "")
        assert there.asked[0].form() == {
            "grant_type": "refresh_token",
            "refresh_token": "old",
            "client_id": "id & co",
            "client_secret": "s3cret",
        }


def test_a_refresh_token_that_rotates_is_taken(client: httpx2.Client) -> None:
    with far_side(json_response(200, GIVEN)) as there:
        assert consent(there.url, client).renew("old").refresh == "r" * 64


@pytest.mark.parametrize("rubbish", [{}, ["r"], 7, "", None])
def test_a_refresh_token_that_is_no_text_is_not_taken(client: httpx2.Client, rubbish: object) -> None:
    with far_side(json_response(200, {**GIVEN, "refresh_token": rubbish})) as there:
        assert consent(there.url, client).renew("old").refresh == "old"


def test_without_a_refresh_token_a_person_must_log_in(client: httpx2.Client) -> None:
    with pytest.raises(LoginNeeded):
        consent("http://127.0.0.1:1", client).renew("")


@pytest.mark.parametrize(
    ("lifetime", "expires_at"),
    [
        (600, NOW + timedelta(minutes=10)),
        ("600", NOW + timedelta(minutes=10)),
        (None, None),
        ("", None),
        (0, None),
        ("x", None),
        (10**30, None),
        ("9" * 400, None),
    ],
)
def test_a_lifetime_is_a_number_or_text_or_absent(
    client: httpx2.Client, lifetime: object, expires_at: datetime | None
) -> None:
    with far_side(json_response(200, {**GIVEN, "expires_in": lifetime})) as there:
        assert consent(there.url, client).renew("old").expires_at == expires_at


REFUSALS = [
    (json_response(400, {"error": "invalid_grant"}), LoginNeeded, "code_used", "withdrawn"),
    (json_response(401, {"error": "invalid_grant"}), LoginNeeded, "code_used", "withdrawn"),
    (json_response(401, {"error": "unauthorized_client"}), LoginNeeded, "code_used", "withdrawn"),
    (json_response(400, {"error": "invalid_request"}), LoginNeeded, "code_used", "withdrawn"),
    (json_response(401, {"error": "invalid_client"}), LoginNeeded, "key_refused", "key_refused"),
    (json_response(400, {"error": "access_denied"}), Temporary, "too_early", "too_early"),
    (text_response(403, "<html>wall"), Temporary, "package_error", "package_error"),
    (text_response(404, "nothing here"), Temporary, "package_error", "package_error"),
    (text_response(429, "Retry later"), Temporary, "limited", "limited"),
    (text_response(502, "<html>"), Temporary, "package_error", "package_error"),
    (text_response(200, "<html>"), Temporary, "not_json", "not_json"),
    (json_response(200, ["a"]), Temporary, "not_json", "not_json"),
    (json_response(200, {"token_type": "bearer"}), Temporary, "not_json", "not_json"),
    (Response(200, cut="close"), Temporary, "no_answer", "no_answer"),
]


@pytest.mark.parametrize(("answer", "kind", "exchanging", "renewing"), REFUSALS)
def test_every_refusal_has_one_meaning(
    client: httpx2.Client, answer: Response, kind: type[Trouble], exchanging: str, renewing: str
) -> None:
    with far_side(answer) as there:
        with pytest.raises(kind) as refused:
            consent(there.url, client).exchange("code", redirect_uri=BACK)
        assert refused.value.reason == exchanging
        with pytest.raises(kind) as refused:
            consent(there.url, client).renew("old")
        assert refused.value.reason == renewing


def test_revoking_tells_whether_the_package_forgot_the_token(client: httpx2.Client) -> None:
    with far_side(Response(200), Response(404), Response(200, cut="reset")) as there:
        outcomes = [consent(there.url, client).revoke("a token") for _ in range(3)]
        assert outcomes == [True, False, False]
        assert there.asked[0].form() == {"token": "a token", "client_id": "id & co", "client_secret": "s3cret"}
    nowhere = OAuth("/a", "/t", None, ())
    assert consent("http://127.0.0.1:1", client, nowhere).revoke("a token") is False


@pytest.mark.parametrize("query", [{"error": "access_denied"}, {}, {"code": ""}, {"code": "c", "error": "x"}])
def test_a_person_who_refuses_brings_no_code(query: dict[str, str]) -> None:
    with pytest.raises(LoginNeeded) as refused:
        code_in(query)
    assert refused.value.reason == "consent_refused"


def test_a_person_who_allows_brings_a_code() -> None:
    assert code_in({"code": "c0de", "state": "s"}) == "c0de"


@pytest.mark.parametrize(("refusals", "slept"), [(0, []), (2, [0.5, 1]), (4, [0.5, 1, 1, 1.5])])
def test_a_fresh_token_is_given_a_moment(refusals: int, slept: list[float]) -> None:
    waits, tries = list[float](), iter(range(10))

    def read() -> str:
        if next(tries) < refusals:
            raise LoginNeeded("withdrawn")
        return "the administrations"

    assert when_settled(read, sleep=waits.append) == "the administrations"
    assert waits == slept


def test_a_token_that_stays_refused_is_refused() -> None:
    waits = list[float]()

    def read() -> str:
        raise LoginNeeded("withdrawn")

    with pytest.raises(LoginNeeded):
        when_settled(read, sleep=waits.append)
    assert sum(waits) == 4


def test_tokens_and_secrets_do_not_show_in_a_trace(client: httpx2.Client) -> None:
    shown = repr(Tokens("acc3ss", "r3fresh", None, "")) + repr(consent("https://books.example", client))
    assert not [secret for secret in ("acc3ss", "r3fresh", "s3cret") if secret in shown]
