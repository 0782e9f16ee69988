"""What Moneybird tells by itself: registered once, listened to only when it is signed, young and readable."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from ledenbrug.bookkeeping.moneybird import hooks
from ledenbrug.bookkeeping.moneybird.hooks import heard
from ledenbrug.bookkeeping.moneybird.tests.bench import ADMINISTRATION, Bench, bench, requests
from ledenbrug.core.errors import Rejected, Temporary
from ledenbrug.core.hooks import Heard, Refusal
from ledenbrug.core.records import ContactId
from ledenbrug.stage.messages import Response
from tests.wire.far_side import far_side

SECRET = "5e" * 32
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
TOLD = {
    "entity_type": "Contact",
    "entity_id": "504486707544912345",
    "action": "contact_changed",
    "entity": {"version": 1777636800, "lastname": "Bakker"},
}


def headers(body: bytes, *, at: datetime = NOW, secret: str = SECRET) -> dict[str, str]:
    time = str(int(at.timestamp()))
    signed = hmac.new(secret.encode(), time.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"moneybird-signature": f"t={time},v1={signed}"}


def told(**more: object) -> bytes:
    return json.dumps({**TOLD, **more}).encode()


def listen(body: bytes, *, now: datetime = NOW) -> Heard | Refusal:
    return heard(headers(body), body, SECRET, now)


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench() as found:
        yield found


def test_a_delivery_names_a_contact_and_its_version_and_nothing_else() -> None:
    assert listen(told()) == Heard(ContactId("504486707544912345"), "1777636800")
    assert listen(told(action="contact_changed", entity=None)) == Heard(ContactId("504486707544912345"))
    assert listen(told(action="contact_destroyed")) == Heard(ContactId("504486707544912345"))
    assert listen(told(entity_type="SalesInvoice")) == Heard(None)


def test_what_is_not_signed_with_our_secret_is_refused() -> None:
    body = told()
    assert heard({}, body, SECRET, NOW) is Refusal.UNSIGNED
    for odd in ("", "t=,v1=", "t=1", f"v1={'0' * 64}", "t=1,t=2,v1=" + "0" * 64, "t=\u0661,v1=" + "0" * 64, "é" * 2000):
        assert heard({"moneybird-signature": odd}, body, SECRET, NOW) is Refusal.UNSIGNED
    assert heard(headers(body, secret="other"), body, SECRET, NOW) is Refusal.SIGNATURE
    assert heard(headers(body), body + b" ", SECRET, NOW) is Refusal.SIGNATURE
    later = headers(body, at=NOW + timedelta(seconds=1))["moneybird-signature"].partition(",")[0]
    moved = f"{later},{headers(body)['moneybird-signature'].partition(',')[2]}"
    assert heard({"moneybird-signature": moved}, body, SECRET, NOW) is Refusal.SIGNATURE


def test_while_a_secret_is_being_replaced_one_of_two_signatures_is_enough() -> None:
    body = told()
    mine = headers(body)["moneybird-signature"]
    both = mine.replace(",v1=", f",v1={'0' * 64},v2=x,v1=")
    assert isinstance(heard({"moneybird-signature": both}, body, SECRET, NOW), Heard)


@pytest.mark.parametrize(("seconds", "refused"), [(299, False), (301, True), (-299, False), (-301, True)])
def test_a_delivery_is_young_or_it_is_refused(seconds: int, refused: bool) -> None:
    assert (listen(told(), now=NOW + timedelta(seconds=seconds)) is Refusal.AGE) == refused


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 200_000, b'{"a":' * 100_000, b"9" * 5000,
        told(entity_id=None), told(entity_id="1' OR 1"), told(entity_id="1\x00"), told(entity_id="9" * 100),
    ],
    ids=range(12),
)  # fmt: skip
def test_rubbish_is_refused_even_when_it_is_signed(body: bytes) -> None:
    assert listen(body) is Refusal.BODY


def test_a_version_that_cannot_be_one_is_left_out() -> None:
    odd: list[object] = [[], "x", {}, {"version": None}, {"version": {"a": 1}}, {"version": "1\x00"}]
    for entity in odd:
        assert listen(told(entity=entity)) == Heard(ContactId("504486707544912345"))


def test_registering_again_leaves_one_webhook_and_its_secret(at: Bench) -> None:
    with far_side(Response(200)) as ours:
        first = hooks.register(at.line, ADMINISTRATION, ours.url)
        second = hooks.register(at.line, ADMINISTRATION, ours.url)
        assert len(second.secret) == 64
        assert hooks.awake(at.line, ADMINISTRATION, second.id)
        assert not hooks.awake(at.line, ADMINISTRATION, first.id)
        hooks.unregister(at.line, ADMINISTRATION, second.id)
        hooks.unregister(at.line, ADMINISTRATION, second.id)
    assert requests(at) == {
        "GET /webhooks": 2,
        "POST /webhooks": 2,
        "DELETE /webhooks/{id}": 3,
        "PATCH /webhooks/{id}/activate": 2,
    }


def test_an_address_that_moneybird_cannot_reach_is_refused(at: Bench) -> None:
    with far_side(Response(404)) as nobody, pytest.raises(Rejected):
        hooks.register(at.line, ADMINISTRATION, nobody.url)


def test_a_list_that_is_none_and_a_secret_that_is_not_told_stop_nothing_else(at: Bench) -> None:
    at.sandbox.arm("status", match="POST /webhooks", status=201, body="{}")
    with far_side(Response(200)) as ours, pytest.raises(Temporary):
        hooks.register(at.line, ADMINISTRATION, ours.url)
