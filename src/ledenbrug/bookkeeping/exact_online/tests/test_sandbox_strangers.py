"""What other people's programs send: libraries that know Exact's pages and nothing of ours, each with habits."""

import json
from collections.abc import Callable, Iterator
from urllib.parse import quote, urlencode

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledenbrug.bookkeeping.exact_online.sandbox import Sandbox, start

TOKEN = "token-of-a-stranger"
DIVISION = "900001"
CODE = f"{1234:>18}"
JANSSEN = {"Code": CODE, "Name": "Jan Janssen", "Status": "C", "City": "Utrecht", "Email": "Jan@post.example"}
FILTERS = (
    f"Code eq '{CODE}'",
    "trim(Code) eq '1234'",
    "startswith(Name,'Jan')",
    "substringof('anss',Name) eq true",
    "tolower(Email) eq 'jan@post.example'",
    "Modified gt datetime'2020-01-01T00:00:00' and Blocked eq false",
    "EndDate eq null and (Status eq 'C') and not (City eq 'Zeist')",
    "Name eq 'O''Brien' or City eq 'Utrecht'",
)

texts = st.text(st.characters(exclude_categories=()), max_size=20)
leaves = st.none() | st.booleans() | st.integers() | st.floats() | texts | st.just("--5") | st.just("9" * 5000)
values: st.SearchStrategy[object] = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3)
)
names = st.sampled_from(["Name", "Code", "Country", "EndDate", "Blocked", "MainContact", "InvoicingMethod", "Account"])


def spelled_out(parameters: dict[str, str]) -> str:
    """As a browser or a careful library would; the other habit is `%24filter=…+…`."""
    return "&".join(f"{name}={quote(value, safe='$')}" for name, value in parameters.items())


@pytest.fixture
def there() -> Iterator[Sandbox]:
    with start(token=TOKEN, administrations=[DIVISION], fresh="empty", consent="allow", error_limit=1e6) as sandbox:
        yield sandbox


@pytest.fixture
def stranger(there: Sandbox) -> Iterator[httpx2.Client]:
    headers = {"Authorization": f"Bearer {TOKEN}", "Accept": "application/json", "Content-Type": "application/json"}
    with httpx2.Client(base_url=f"{there.url}/api/v1/{DIVISION}", headers=headers) as client:
        yield client


def made(stranger: httpx2.Client, path: str, **values: object) -> dict[str, object]:
    answer = stranger.post(path, content=json.dumps(values), headers={"Prefer": "return=representation"})
    assert answer.status_code == 201, answer.text
    found: dict[str, object] = answer.json()["d"]
    return found


@pytest.mark.parametrize("encode", [urlencode, spelled_out])
@pytest.mark.parametrize("wanted", FILTERS)
def test_filters_are_understood_however_they_are_encoded(
    stranger: httpx2.Client, encode: Callable[[dict[str, str]], str], wanted: str
) -> None:
    made(stranger, "/crm/Accounts", **JANSSEN)
    answer = stranger.get(f"/crm/Accounts?{encode({'$filter': wanted, '$select': 'ID,Name'})}")
    assert [each["Name"] for each in answer.json()["d"]["results"]] == ["Jan Janssen"]


def test_a_library_walks_from_the_code_to_the_first_division(there: Sandbox) -> None:
    key = {"client_id": "1ede0b12-0000-4000-8000-000000000001", "redirect_uri": "http://127.0.0.1:9/back"}
    secret = {"client_secret": "ledenbrug-sandbox-secret"}
    with httpx2.Client(base_url=there.url) as client:
        asked = client.get("/api/oauth2/auth", params={**key, "response_type": "code", "force_login": "0"})
        code = httpx2.URL(asked.headers["Location"]).params["code"]
        form = {**key, **secret, "grant_type": "authorization_code", "code": code}
        told = client.post("/api/oauth2/token", data=form).json()
        bearer = {"Authorization": f"bearer {told['access_token']}", "Accept": "application/json, text/plain, */*"}
        for path in ("/api/v1/current/me", "/api/v1/Current/Me/"):
            me = client.get(f"{path}?%24select=CurrentDivision", headers=bearer).json()["d"]["results"][0]
            assert me["CurrentDivision"] == int(DIVISION)
    assert told["expires_in"] == "600"


def test_a_relation_is_written_with_all_that_belongs_to_it(stranger: httpx2.Client) -> None:
    account = made(stranger, "/crm/Accounts", **JANSSEN)["ID"]
    bank = made(stranger, "/crm/BankAccounts", Account=account, BankAccount="NL91 ABNA 0417 1643 00", Main=True)["ID"]
    made(stranger, "/crm/Contacts", Account=account, FirstName="Jan", LastName="Janssen", BirthDate="1980-02-03")
    made(
        stranger, "/cashflow/DirectDebitMandates", Account=account, BankAccount=bank, Reference="M-1",
        SignatureDate="2026-01-01T00:00:00", PaymentType=1, Type=0, Main=1,
    )  # fmt: skip
    for changed in ({"City": "Zeist"}, {"StartDate": "/Date(1467669600000)/"}, {"StartDate": "2026-01-15T00:00:00Z"}):
        answer = stranger.put(f"/crm/Accounts(guid'{account}')", content=json.dumps(changed))
        assert (answer.status_code, answer.content) == (204, b"")
    assert stranger.get(f"/crm/Accounts(guid'{account}')").json()["d"]["City"] == "Zeist"
    assert stranger.delete(f"/crm/Accounts(guid'{account}')").status_code == 204


def test_what_was_read_can_be_sent_back_as_it_is_but_for_the_code(stranger: httpx2.Client) -> None:
    account = made(stranger, "/crm/Accounts", **JANSSEN)
    there = {name: value for name, value in account.items() if name != "Code"}
    for path, row in (
        ("/crm/Accounts", there),
        ("/crm/Contacts", made(stranger, "/crm/Contacts", Account=account["ID"], LastName="Janssen")),
        (
            "/crm/BankAccounts",
            made(stranger, "/crm/BankAccounts", Account=account["ID"], BankAccount="NL91ABNA0417164300"),
        ),
    ):
        assert stranger.put(f"{path}(guid'{row['ID']}')", content=json.dumps(row)).status_code == 204


def test_pages_are_followed_by_the_address_that_each_of_them_gives(stranger: httpx2.Client) -> None:
    for n in range(130):
        made(stranger, "/crm/Accounts", Name=f"Relatie {n}", Code=str(5000 + n))
    found, following = 0, f"{stranger.base_url}crm/Accounts?%24filter=startswith(Name%2C%27Relatie%27)&%24select=ID"
    while following:
        page = stranger.get(following).json()["d"]
        found, following = found + len(page["results"]), page.get("__next", "")
    assert found == 130


def test_a_filter_may_name_hundreds_of_relations_but_not_nest_without_end(stranger: httpx2.Client) -> None:
    account = made(stranger, "/crm/Accounts", **JANSSEN)["ID"]
    others = " or ".join(f"ID eq guid'{n:08}-0000-4000-8000-000000000000'" for n in range(1000))
    found = stranger.get("/crm/Accounts", params={"$filter": f"{others} or ID eq guid'{account}'", "$select": "ID"})
    assert [each["ID"] for each in found.json()["d"]["results"]] == [account]
    nested = stranger.get("/crm/Accounts", params={"$filter": "(" * 3000 + "Name eq null" + ")" * 3000})
    assert nested.status_code == 400


@pytest.mark.parametrize(
    "body", [b'{"Name":', b"[" * 100_000, b'{"Name":"\\ud83d"}', b'{"Name":NaN}', b"\xff\xfe", b"[]"]
)
def test_a_body_that_is_no_json_is_refused_and_leaves_nothing_behind(stranger: httpx2.Client, body: bytes) -> None:
    answer = stranger.post("/crm/Accounts", content=body)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]["value"].startswith("Error processing request stream.")
    assert stranger.get("/crm/Accounts", params={"$filter": "Blocked eq false"}).json() == {"d": {"results": []}}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(account=st.dictionaries(names, values, max_size=4))
def test_whatever_is_sent_gets_an_answer_of_the_service(stranger: httpx2.Client, account: dict[str, object]) -> None:
    own = made(stranger, "/crm/Accounts", Name="Vast")["ID"]
    for method, path in (
        ("POST", "/crm/Accounts"),
        ("PUT", f"/crm/Accounts(guid'{own}')"),
        ("POST", "/crm/Contacts"),
        ("POST", "/crm/BankAccounts"),
        ("POST", "/cashflow/DirectDebitMandates"),
    ):
        answer = stranger.request(method, path, content=json.dumps(account))
        assert answer.status_code in (201, 204, 400, 500)
        assert answer.content == b"" or isinstance(answer.json(), dict)
