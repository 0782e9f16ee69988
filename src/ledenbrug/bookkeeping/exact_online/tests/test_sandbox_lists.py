"""Lists: three envelopes, pages, order, filters, what is shown and how."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest

from ledenbrug.bookkeeping.exact_online.sandbox import Sandbox, start
from ledenbrug.bookkeeping.exact_online.sandbox.guids import order
from ledenbrug.bookkeeping.exact_online.tests.sandbox_visitors import DIVISION, PLAIN, Program, program

C = "Status eq 'C'"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with start(
        token="secret", fresh="empty", contacts=130, error_limit=1000, clock=lambda: 1_782_397_264.26
    ) as running:
        api = program(running)
        api.account(
            Code="7", Name="O'Brien & Zn", City="Den Haag", Email="o@brien.example", Status="P", EndDate="2026-01-31"
        )
        yield running


@pytest.fixture(scope="module")
def api(sandbox: Sandbox) -> Program:
    return program(sandbox)


def listed(api: Program, **query: object) -> Any:
    response = api.ask("GET", "crm/Accounts", **{"filter": C, "select": "ID", **query})
    assert response.status_code == 200, response.text
    return response.json()["d"]


def test_without_top_a_page_holds_sixty_and_says_what_follows(api: Program) -> None:
    first = listed(api)
    assert (list(first), len(first["results"])) == (["results", "__next"], 60)
    second = api.ask("GET", first["__next"]).json()["d"]
    third = api.ask("GET", second["__next"]).json()["d"]
    assert (len(second["results"]), list(third), len(third["results"])) == (60, ["results"], 10)
    keys = [row["ID"] for page in (first, second, third) for row in page["results"]]
    assert len(set(keys)) == 130


def test_a_top_within_the_page_gives_a_bare_list(api: Program) -> None:
    assert isinstance(listed(api, top=60), list)
    assert len(listed(api, top=2)) == 2
    assert listed(api, top=0) == []


def test_a_larger_top_counts_down_over_the_pages_and_skip_falls_away(api: Program, sandbox: Sandbox) -> None:
    first = listed(api, top=100, skip=5)
    assert len(first["results"]) == 60
    last = first["results"][-1]["ID"]
    assert unquote(first["__next"]) == (
        f"{sandbox.url}/api/v1/{DIVISION}/crm/Accounts?$filter={C}&$select=ID&$top=40&$skiptoken=guid'{last}'"
    )
    assert len(api.ask("GET", first["__next"]).json()["d"]) == 40


def test_an_ordered_list_goes_on_after_its_values_and_the_key(api: Program) -> None:
    first = listed(api, orderby="Modified desc,Name asc", select="ID,Name")
    last = first["results"][-1]
    assert f"$skiptoken=datetime'2026-06-25T16:21:04.260','{last['Name']}',guid'{last['ID']}'" in unquote(
        first["__next"]
    )
    names = [row["Name"] for row in first["results"]]
    while "__next" in first:
        first = api.ask("GET", first["__next"]).json()["d"]
        names += [row["Name"] for row in first["results"]]
    assert names == sorted(names, key=str.lower)
    assert len(names) == 130


def test_the_order_without_a_wish_is_that_of_the_database(api: Program) -> None:
    keys = [row["ID"] for row in listed(api)["results"]]
    assert keys == sorted(keys, key=order)
    assert keys != sorted(keys)


def test_a_guid_is_compared_from_its_last_six_bytes_on() -> None:
    guids = [
        "ffffffff-ffff-ffff-ffff-000000000001",
        "00000000-0000-0000-0001-000000000002",
        "00000001-0000-0000-0000-000000000003",
        "00000100-0000-0000-0000-000000000003",
        "01000000-0000-0000-0000-000000000003",
        "00000000-0001-0000-0000-000000000003",
        "00000000-0000-0001-0000-000000000003",
        "00000000-0000-0000-0001-000000000003",
    ]
    shuffled = sorted(guids, reverse=True)
    assert sorted(shuffled, key=order)[0:2] == guids[0:2]
    # Within the first group the bytes count from its end, as the database keeps them turned around.
    assert sorted(guids[2:5], key=order) == [guids[4], guids[3], guids[2]]
    assert sorted(guids[4:], key=order) == guids[4:]


def test_a_count_is_a_text_or_a_plain_number(api: Program) -> None:
    counted = listed(api, inlinecount="allpages", top=1)
    assert (list(counted), counted["__count"], len(counted["results"])) == (["results", "__count"], "130", 1)
    answer = api.ask("GET", "crm/Accounts/$count", filter=C)
    assert (answer.text, answer.headers["content-type"]) == ("130", "text/plain; charset=utf-8")


def test_a_key_gives_one_and_a_filter_on_the_key_a_list(api: Program) -> None:
    key = listed(api, top=1)[0]["ID"]
    assert api.one("crm/Accounts", key)["ID"] == key
    assert [row["ID"] for row in api.rows("crm/Accounts", filter=f"ID eq guid'{key}'")] == [key]
    nobody = "00000000-0000-0000-0000-00000000000a"
    assert api.rows("crm/Accounts", filter=f"ID eq guid'{nobody}'") == []
    assert api.ask("GET", f"crm/Accounts(guid'{nobody}')").status_code == 404


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("Code eq '                 7'", 1),
        ("Code eq '7'", 0),
        ("trim(Code) eq '7'", 1),
        ("Name eq 'o''brien & zn'", 1),
        ("Name eq 'o''brien & zn   '", 1),
        ("startswith(Name, 'O') eq true", 1),
        ("startswith(Name, 'O') or endswith(Name, '42')", 2),
        ("substringof('BRIEN', Name)", 1),
        ("toupper(City) eq 'DEN HAAG'", 1),
        ("tolower(Email) eq 'o@brien.example'", 1),
        ("Status ne 'C'", 1),
        ("not (Status eq 'C')", 1),
        ("Status eq 'P' and City eq 'Den Haag'", 1),
        ("Status eq 'P' and (City eq 'X' or City eq 'Den Haag')", 1),
        ("Status eq 'P' or Status eq 'C' and City eq 'X'", 1),
        ("EndDate lt datetime'2026-02-01'", 1),
        ("EndDate eq datetime'2026-01-31T00:00:00'", 1),
        ("EndDate gt datetime'2026-01-31T00:00:00'", 0),
        ("EndDate eq null", 130),
        ("Modified ge datetime'2026-06-25T16:21:00'", 131),
        ("Modified gt datetime'2026-06-25T16:22:00'", 0),
        ("IsSales eq false", 1),
        ("Country eq 'NL'", 131),
        ("Blocked eq true", 0),
    ],
)
def test_filters_find_what_they_say(api: Program, condition: str, found: int) -> None:
    counted = api.ask("GET", "crm/Accounts", filter=condition, select="ID", inlinecount="allpages")
    assert counted.status_code == 200, counted.text
    assert counted.json()["d"]["__count"] == str(found)


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("Name eq City", "Comparing a property with a property is not supported."),
        ("BankAccounts/IBAN eq 'X'", "Navigation properties are not supported in a filter: BankAccounts/IBAN."),
        ("Nmae eq 'X'", "No property 'Nmae' exists in type 'Exact.Web.Api.Models.Account'."),
        ("ID eq 'X'", "Operator 'eq' incompatible with operand types 'Edm.Guid' and 'Edm.String'."),
        ("ID eq guid'X'", "Unrecognized 'Edm.Guid' literal 'guid'X''."),
        ("Modified gt datetime'yesterday'", "Unrecognized 'Edm.DateTime' literal 'datetime'yesterday''."),
        ("Name eq", "Unexpected end of the filter."),
        ("Name eq 'X' 'Y'", "Syntax error at ''Y'' in 'Name eq 'X' 'Y''."),
        ("(Name eq 'X'", "')' expected at ''."),
        ("Name like 'X'", "Syntax error at 'like' in 'Name like 'X''."),
        ("soundex(Name) eq 'X'", "Unknown function 'soundex'."),
        ("trim(Code, 'X') eq 'X'", "No applicable function found for 'trim' with these arguments."),
        ("Name", "Expression of type 'System.Boolean' expected."),
        ("Name eq #", "Syntax error at position 7 in 'Name eq #'."),
        ("Remarks eq 'X'", "Filtering on these fields is not supported: Remarks"),
    ],
)
def test_a_filter_that_the_service_does_not_take_is_refused(api: Program, condition: str, said: str) -> None:
    assert api.said("GET", "crm/Accounts", filter=condition) == (400, said)


def test_relations_are_listed_with_a_filter_only(api: Program) -> None:
    status, said = api.said("GET", "crm/Accounts", select="ID")
    assert (status, said.startswith("This endpoint has mandatory filtering applied.")) == (400, True)
    assert api.ask("GET", "crm/BankAccounts").status_code == 200


def test_bulk_asks_for_a_selection_and_gives_a_thousand(api: Program) -> None:
    assert api.said("GET", "bulk/CRM/Accounts")[0] == 400
    rows = api.rows("bulk/CRM/Accounts", select="Name,ID,Code")
    assert len(rows) == 131
    assert list(rows[0]) == ["__metadata", "ID", "Code", "Name"]
    assert api.said("GET", "bulk/CRM/Accounts", select="ID", filter="Remarks eq 'X'") == (
        400,
        "Filtering on these fields is not supported: Remarks",
    )
    assert len(api.rows("bulk/CRM/Accounts", select="ID", filter="Status eq 'P'")) == 1


@pytest.mark.parametrize(
    "query",
    [{"select": "Nmae"}, {"orderby": "Nmae"}, {"orderby": "Name up"}, {"top": "many"}, {"search": "x"}],
)
def test_options_that_make_no_sense_are_refused(api: Program, query: dict[str, str]) -> None:
    assert api.said("GET", "crm/Accounts", **{"filter": C, **query})[0] == 400


def test_what_is_shown_is_padded_escaped_and_on_the_clock_of_the_wall(api: Program) -> None:
    answer = api.ask("GET", "crm/Accounts", filter="trim(Code) eq '7'", select="Code,Country,Created,EndDate,Language")
    assert answer.headers["content-type"] == "application/json;charset=utf-8"
    assert r'"Created":"\/Date(1782404464260)\/"' in answer.text
    row = answer.json()["d"]["results"][0]
    assert {name: row[name] for name in ("Code", "Country", "EndDate", "Language")} == {
        "Code": "                 7",
        "Country": "NL ",
        "EndDate": "/Date(1769817600000)/",
        "Language": None,
    }


def test_a_relation_has_every_property_in_the_order_of_the_service(api: Program) -> None:
    row = api.one("crm/Accounts", listed(api, top=1)[0]["ID"])
    assert (len(row), list(row)[:3], list(row)[-1]) == (167, ["__metadata", "ID", "Accountant"], "PeppolIdentifier")
    assert row["__metadata"]["type"] == "Exact.Web.Api.Models.Account"
    assert row["BankAccounts"]["__deferred"]["uri"] == row["__metadata"]["uri"] + "/BankAccounts"


def test_bank_accounts_come_along_when_expanded_or_followed(api: Program, sandbox: Sandbox) -> None:
    key = api.account(Name="Met rekening")
    api.post("crm/BankAccounts", Account=key, BankAccount="NL91ABNA0417164300")
    row = api.rows("crm/Accounts", filter=f"ID eq guid'{key}'", expand="BankAccounts")[0]
    assert [one["BankAccount"] for one in row["BankAccounts"]["results"]] == ["NL91ABNA0417164300"]
    there = row["__metadata"]["uri"] + "/BankAccounts"
    assert [one["AccountName"] for one in api.ask("GET", there).json()["d"]["results"]] == ["Met rekening"]
    sandbox.arm("rights", endpoint="crm/BankAccounts", value=False)
    row = api.rows("crm/Accounts", filter=f"ID eq guid'{key}'", expand="BankAccounts")[0]
    assert row["BankAccounts"]["results"] == api.ask("GET", there).json()["d"]["results"] == []


def test_paths_are_known_in_any_case_and_with_a_slash_behind(api: Program) -> None:
    for path in ("CRM/accounts", "crm/Accounts/", "Crm/ACCOUNTS"):
        assert api.ask("GET", path, filter=C, select="ID", top=1).status_code == 200
    key = listed(api, top=1)[0]["ID"]
    assert api.ask("GET", f"crm/accounts%28guid%27{key.upper()}%27%29").status_code == 200


def test_unknown_paths_methods_and_formats_are_refused(api: Program, sandbox: Sandbox) -> None:
    assert api.said("GET", "crm/Nothing") == (404, "Resource not found.")
    assert api.ask("PUT", "crm/Accounts", {}).status_code == 405
    assert api.ask("DELETE", "cashflow/PaymentConditions(guid'x')").status_code == 405
    headers = {"Authorization": "Bearer secret", "Accept": "application/xml"}
    assert PLAIN.get(f"{sandbox.url}/api/v1/{DIVISION}/hrm/Divisions", headers=headers).status_code == 406


def test_what_a_division_has_from_the_start_can_be_listed(api: Program) -> None:
    methods = {one["Code"]: one["PaymentMethod"] for one in api.rows("cashflow/PaymentConditions")}
    assert methods == {"01": "K", "14": "B", "30": "B", "IN": "I"}
    assert len(api.rows("crm/AccountClassificationNames")) == 3
    assert {one["AccountClassificationNameDescription"] for one in api.rows("crm/AccountClassifications")} == {
        "Soort lid"
    }
    assert [one["State"] for one in api.rows("crm/AddressStates", filter="Country eq 'NL' and State eq 'UT'")] == ["UT"]
