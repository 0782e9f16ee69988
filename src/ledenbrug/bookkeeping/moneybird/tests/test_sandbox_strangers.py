"""What other people's programs send: libraries that know Moneybird's pages and nothing of ours, each with habits."""

import json
from collections.abc import Iterator

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledenbrug.bookkeeping.moneybird.sandbox import Sandbox, start
from ledenbrug.bookkeeping.moneybird.tests.sandbox_visitors import BOOKS, CLIENT, PLAIN, Program, program

BACK = "http://localhost:28510"
UNREADABLE = {"error": "message body does not match declared format"}

texts = st.text(st.characters(exclude_categories=()), max_size=20)
leaves = st.none() | st.booleans() | st.integers() | st.floats() | texts
values: st.SearchStrategy[object] = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3)
)
names = st.sampled_from(
    ["lastname", "country", "email_ubl", "sepa_mandate_date", "custom_fields_attributes", "contact_person"]
)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with start(token="secret", search_lag=0, consent="allow") as running:
        yield running


@pytest.fixture(scope="module")
def api(sandbox: Sandbox) -> Program:
    return program(sandbox)


def test_a_library_that_puts_everything_in_the_address_walks_from_the_code_to_the_contacts(sandbox: Sandbox) -> None:
    asked = f"{sandbox.url}/oauth/authorize/?client_id={CLIENT['client_id']}&redirect_uri={BACK}&response_type=code"
    sent = PLAIN.get(f"{asked}&scope=sales_invoices%20settings").headers["Location"]
    code = httpx2.URL(sent).params["code"]
    keys = "&".join(f"{name}={value}" for name, value in CLIENT.items())
    path = f"/oauth/token?{keys}&redirect_uri={BACK}&code={code}&grant_type=authorization_code"
    token = PLAIN.post(sandbox.url + path).json()
    bearer = {"Authorization": f"bearer {token['access_token']}"}
    books = PLAIN.get(f"{sandbox.url}/api/v2//administrations/", headers=bearer).json()[0]["id"]
    assert PLAIN.get(f"{sandbox.url}/api/v2//{books}//contacts.json", headers=bearer).status_code == 200


def test_yes_is_said_in_many_ways(api: Program) -> None:
    gone = api.create(lastname="Weg", email_ubl="True")
    assert gone["email_ubl"] is True
    assert api.patch(gone["id"], email_ubl="F", sepa_active="no").json()["email_ubl"] is False
    api.ask("PATCH", f"/contacts/{gone['id']}/archive")
    for yes in ("true", "True", "1", "t", "on"):
        assert api.ask("GET", f"/contacts/{gone['id']}", include_archived=yes).status_code == 200


def test_what_was_read_can_be_sent_back_as_it_is(api: Program) -> None:
    made = api.create(company_name="Rond B.V.", send_invoices_to_email="a@post.example", phone="030", zipcode=3500)
    back = {name: value for name, value in made.items() if name != "is_trusted"}  # which nobody may write
    answer = api.patch(made["id"], **back)
    assert (answer.status_code, answer.json()) == (200, made)


def test_filters_speak_as_the_description_does(api: Program) -> None:
    by_hand = api.create(company_name="Met de hand", delivery_method="Manual")["id"]
    for filtered in (
        "delivery_method:manual",
        "delivery_method:Manual",
        "delivery_method:all,contact_type:company",
        "trusted_type:not_trusted,delivery_method:manual",
        "created_after:2020-01-01 00:00:00 UTC,delivery_method:manual",
    ):
        found = api.ask("GET", "/contacts/filter", filter=filtered).json()
        assert by_hand in {one["id"] for one in found}, filtered
    assert api.ask("GET", "/contacts/filter", filter="trusted_type:trusted").json() == []


def test_invoices_are_followed_by_pages_and_by_version(api: Program) -> None:
    contact = api.create(lastname="Klant")["id"]
    for _ in range(3):
        assert api.ask("POST", "/sales_invoices", {"sales_invoice": {"contact_id": contact}}).status_code == 201
    filtered = f"contact_id:{contact},state:all"
    page = api.ask("GET", "/sales_invoices", filter=filtered, per_page=2)
    following = PLAIN.get(page.links["next"]["url"], headers=api.http.headers)
    listed = page.json() + following.json()
    assert "next" not in following.links
    versions = api.ask("GET", "/sales_invoices/synchronization", filter=filtered).json()
    assert versions == [{"id": one["id"], "version": one["version"]} for one in listed]
    ids = [int(one["id"]) for one in listed]
    assert api.ask("POST", "/sales_invoices/synchronization", {"ids": [*ids, 1]}).json() == listed
    assert api.ask("POST", "/sales_invoices/synchronization", {}).status_code == 400
    assert api.ask("GET", "/recurring_sales_invoices/synchronization").json() == []


@pytest.mark.parametrize(
    "body",
    [
        b'{"contact":',
        b"[" * 100_000,
        b'{"contact":{"lastname":"\\ud83d"}}',  # an emoji cut in two
        b'{"contact":{"lastname":NaN}}',
        b'{"contact":{"zipcode":' + b"1" * 5000 + b"}}",
        b"\xff\xfe",
        b"[]",
    ],
)
def test_a_body_that_is_no_json_is_refused_and_leaves_nothing_behind(api: Program, body: bytes) -> None:
    path = f"/api/v2/{BOOKS}/contacts.json"
    answer = api.http.post(path, content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()) == (400, UNREADABLE)
    assert api.ask("GET", "/contacts").status_code == 200


@settings(max_examples=60, deadline=None)
@given(contact=st.dictionaries(names, values, max_size=4), ids=values)
def test_whatever_is_sent_gets_an_answer_of_the_service(api: Program, contact: dict[str, object], ids: object) -> None:
    own = api.create(lastname="Vast")["id"]
    for method, path, body in (
        ("POST", "/contacts", {"contact": contact}),
        ("PATCH", f"/contacts/{own}", {"contact": contact}),
        ("POST", "/contacts/synchronization", {"ids": ids}),
        ("POST", f"/contacts/{own}/contact_people", {"contact_person": contact}),
        ("POST", f"/contacts/{own}/notes", {"note": contact}),
        ("POST", "/webhooks", {"url": ids, "enabled_events": ids}),
        ("POST", "/sales_invoices", {"sales_invoice": {"contact_id": ids}}),
    ):
        answer = api.http.request(method, f"/api/v2/{BOOKS}{path}", content=json.dumps(body))
        assert answer.status_code in (200, 201, 400, 404, 422), answer.text
        assert isinstance(answer.json(), dict | list)
