"""What Exact Online tells by itself: registered once, listened to only when its bytes are signed."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from ledenbrug.bookkeeping.exact_online import hooks
from ledenbrug.bookkeeping.exact_online.hooks import heard
from ledenbrug.bookkeeping.exact_online.tests.bench import DIVISION, Bench, bench
from ledenbrug.bookkeeping.exact_online.tests.people import requests
from ledenbrug.core.errors import LoginNeeded, Rejected, Temporary
from ledenbrug.core.hooks import Heard, Refusal
from ledenbrug.core.records import ContactId
from ledenbrug.stage.messages import Response
from tests.wire.far_side import far_side

SECRET = "webhook-secret-of-the-key"
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
ACCOUNT = "3f0c2a10-0000-4000-8000-000000000001"
CONTENT = {"Topic": "Accounts", "Division": 900001, "Action": "Update", "Key": ACCOUNT}


def signed(content: bytes, *, secret: str = SECRET) -> bytes:
    code = hmac.new(secret.encode(), content, hashlib.sha256).hexdigest().upper()
    return b'{"Content":' + content + b',"HashCode":"' + code.encode() + b'"}'


def told(**more: object) -> bytes:
    return signed(json.dumps({**CONTENT, **more}, separators=(",", ":")).encode())


def listen(body: bytes) -> Heard | Refusal:
    return heard({}, body, SECRET, NOW)


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench() as found:
        yield found


def test_a_delivery_names_an_account_that_we_may_have_changed_ourselves() -> None:
    assert listen(told()) == Heard(ContactId(ACCOUNT), echo=True)
    assert listen(told(Key=ACCOUNT.upper(), Action="Create")) == Heard(ContactId(ACCOUNT), echo=True)
    assert listen(told(Action="Delete")) == Heard(ContactId(ACCOUNT))
    assert listen(told(Topic="Contacts")) == Heard(None)


def test_the_bytes_count_as_they_came_however_they_are_spelled() -> None:
    spaced = signed(b'{ "Key" : "' + ACCOUNT.encode() + b'",\n"Topic":"Accounts", "Name":"\xc3\xa9 \\u00e9 }}" }')
    assert isinstance(listen(spaced), Heard)
    assert isinstance(listen(b" " + spaced.replace(b',"HashCode"', b' ,\r\n "HashCode"') + b"\n"), Heard)
    assert listen(spaced.replace(b"\\u00e9", "é".encode())) is Refusal.SIGNATURE


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{}", b"[]", b"\xff", b'{"Content":{},"HashCode":""}', b'{"Content":{},"HashCode":"' + b"0" * 63 + b'"}',
        json.dumps({"HashCode": "0" * 64, "Content": CONTENT}).encode(), b'{"Content":' + b"{" * 100_000,
    ],
    ids=range(8),
)  # fmt: skip
def test_what_is_not_signed_is_refused(body: bytes) -> None:
    assert listen(body) is Refusal.UNSIGNED


def test_what_is_signed_with_another_secret_is_refused() -> None:
    assert heard({}, told(), "another", NOW) is Refusal.SIGNATURE
    assert listen(told().replace(b"Update", b"Delete")) is Refusal.SIGNATURE


@pytest.mark.parametrize(
    "content",
    [
        b"{nonsense}", b'{"Topic":"Accounts"}', b'{"Topic":"Accounts","Key":"1 or 1"}',
        b"{" * 50_000 + b"}" * 50_000, b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    ],
    ids=range(5),
)  # fmt: skip
def test_rubbish_is_refused_or_about_nobody_even_when_it_is_signed(content: bytes) -> None:
    assert listen(signed(content)) in (Refusal.BODY, Heard(None))


def test_registering_again_leaves_one_webhook_which_is_awake_until_it_is_taken_away(at: Bench) -> None:
    with far_side(Response(200)) as ours:
        first = hooks.register(at.line, DIVISION, ours.url)
        second = hooks.register(at.line, DIVISION, ours.url)
        assert (first.secret, second.secret) == ("", "")  # it stands with the key
        assert list(at.sandbox.world.webhooks.subscriptions) == [second.id]
        assert hooks.awake(at.line, DIVISION, second.id)
        assert not hooks.awake(at.line, DIVISION, first.id)
        hooks.unregister(at.line, DIVISION, second.id)
        hooks.unregister(at.line, DIVISION, second.id)
    asked = {key.replace("webhooks/WebhookSubscriptions", "hooks"): n for key, n in requests(at).items()}
    assert {key: n for key, n in asked.items() if "hooks" in key} == {
        "GET hooks": 4, "POST hooks": 2, "DELETE hooks/{key}": 3,
    }  # fmt: skip


def test_an_address_that_they_cannot_reach_is_refused(at: Bench) -> None:
    with far_side(Response(404)) as nobody, pytest.raises(Rejected):
        hooks.register(at.line, DIVISION, nobody.url)


def test_an_answer_without_an_id_is_no_registration(at: Bench) -> None:
    at.sandbox.arm("status", match="POST /webhooks/WebhookSubscriptions", status=201, body="{}")
    with far_side(Response(200)) as ours, pytest.raises(Temporary):
        hooks.register(at.line, DIVISION, ours.url)


def test_a_key_that_may_not_have_webhooks_is_told_apart(at: Bench) -> None:
    at.sandbox.arm("forbidden", match="GET /webhooks/WebhookSubscriptions", reason="BlockedUser")
    with pytest.raises(LoginNeeded):
        hooks.awake(at.line, DIVISION, ACCOUNT)
