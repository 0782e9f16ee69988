"""Webhooks: the empty visit, the signed message, what is refused."""

import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from queue import Queue

import pytest

from ledenbrug.bookkeeping.exact_online.sandbox import Sandbox, start
from ledenbrug.bookkeeping.exact_online.tests.sandbox_visitors import CLIENT, DIVISION, OTHER, Program, program
from ledenbrug.stage.messages import Request, Response
from tests.wire.far_side import FarSide, far_side

HOOKS = "webhooks/WebhookSubscriptions"


@pytest.fixture
def heard() -> "Queue[bytes]":
    return Queue()


@pytest.fixture
def listener(heard: "Queue[bytes]") -> Iterator[FarSide]:
    def hear(request: Request) -> Response:
        heard.put(request.body)
        return Response(200)

    with far_side(hear) as there:
        yield there


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with start(token="secret") as running:
        yield running


@pytest.fixture
def api(sandbox: Sandbox) -> Program:
    return program(sandbox)


def test_changes_are_told_signed_over_the_bytes_of_their_content(
    sandbox: Sandbox, api: Program, listener: FarSide, heard: "Queue[bytes]"
) -> None:
    hook = api.post(HOOKS, CallbackURL=listener.url, Topic="Accounts")
    assert (heard.get(timeout=60), hook["Topic"], hook["Division"]) == (b"", "Accounts", int(DIVISION))
    key = api.account()
    api.put("crm/Accounts", key, City="Zeist")
    api.ask("DELETE", f"crm/Accounts(guid'{key}')")
    told = [heard.get(timeout=60) for _ in range(3)]
    contents = [json.loads(one)["Content"] for one in told]
    assert [one["Action"] for one in contents] == ["Create", "Update", "Delete"]
    assert contents[0] | {"EventCreatedOn": ""} == {
        "Topic": "Accounts",
        "ClientId": f"{{{CLIENT['client_id']}}}",
        "Division": int(DIVISION),
        "Action": "Create",
        "Key": key,
        "ExactOnlineEndpoint": f"{sandbox.url}/api/v1/{DIVISION}/crm/Accounts(guid'{key}')",
        "EventCreatedOn": "",
    }
    found = re.fullmatch(rb'\{"Content":(\{.*\}),"HashCode":"([0-9A-F]{64})"\}', told[0])
    assert found
    secret = sandbox.world.webhook_secret(CLIENT["client_id"]).encode()
    assert hmac.new(secret, found[1], hashlib.sha256).hexdigest().upper() == found[2].decode()


def test_only_the_topic_and_the_division_that_were_asked_for_are_told(
    sandbox: Sandbox, api: Program, listener: FarSide, heard: "Queue[bytes]"
) -> None:
    api.post(HOOKS, CallbackURL=listener.url, Topic="BankAccounts")
    heard.get(timeout=60)
    program(sandbox, division=OTHER).account()
    api.post("crm/BankAccounts", Account=api.account(), BankAccount="NL91ABNA0417164300")
    assert json.loads(heard.get(timeout=60))["Content"]["Topic"] == "BankAccounts"
    assert heard.empty()


def test_a_subscription_is_seen_changed_and_ended(api: Program, listener: FarSide, heard: "Queue[bytes]") -> None:
    hook = api.post(HOOKS, CallbackURL=listener.url, Topic="Accounts")["ID"]
    assert [one["ID"] for one in api.rows(HOOKS)] == [hook]
    assert api.put(HOOKS, hook, Topic="Contacts").status_code == 204
    assert api.one(HOOKS, hook)["Topic"] == "Contacts"
    assert api.ask("DELETE", f"{HOOKS}(guid'{hook}')").status_code == 204
    assert api.ask("GET", f"{HOOKS}(guid'{hook}')").status_code == 404


def test_an_address_that_does_not_answer_is_refused(api: Program) -> None:
    with far_side(Response(503)) as there:
        assert api.said("POST", HOOKS, {"CallbackURL": there.url, "Topic": "Accounts"}) == (
            500,
            "Invalid: Post to callback URL endpoint returns 503",
        )
    assert api.said("POST", HOOKS, {"CallbackURL": "http://leden.example/", "Topic": "Accounts"})[0] == 500
    assert api.said("POST", HOOKS, {"CallbackURL": "ftp://127.0.0.1/", "Topic": "Accounts"})[0] == 500
    assert api.said("POST", HOOKS, {"CallbackURL": "http://127.0.0.1/", "Topic": "Weather"})[0] == 500
    assert api.said("POST", HOOKS, {}) == (500, "Verplicht: CallbackURL\r\nVerplicht: Topic")
    assert api.rows(HOOKS) == []
