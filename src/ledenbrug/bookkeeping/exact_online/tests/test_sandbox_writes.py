"""Writing relations, contacts and addresses: what is kept, what follows, what is refused."""

import re
from collections.abc import Iterator
from datetime import date

import pytest

from ledenbrug.bookkeeping.exact_online.sandbox import Sandbox, start
from ledenbrug.bookkeeping.exact_online.tests.sandbox_visitors import OTHER, Person, Program, program

NOBODY = "00000000-0000-0000-0000-00000000000a"
ACCOUNTS, CONTACTS, ADDRESSES = "crm/Accounts", "crm/Contacts", "crm/Addresses"
BANKS, MANDATES = "crm/BankAccounts", "cashflow/DirectDebitMandates"
TODAY = "/Date(1789948800000)/"  # midnight on the wall


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with start(token="secret", error_limit=1000, clock=lambda: 1_790_000_200.0) as running:
        yield running


@pytest.fixture
def api(sandbox: Sandbox) -> Program:
    return program(sandbox)


def test_a_new_relation_is_answered_with_little_more_than_its_id(api: Program) -> None:
    answer = api.ask("POST", ACCOUNTS, {"Name": "S. Bakker", "Status": "C"})
    shown = answer.json()["d"]
    told = {name: value for name, value in shown.items() if value is not None}
    assert answer.status_code == 201
    assert answer.headers["location"] == shown["__metadata"]["uri"]
    assert len(shown) == 167
    assert set(told) == {
        *("__metadata", "ID", "BankAccounts", "CostPaid", "IgnoreDatevWarningMessage", "IsAccountant", "IsAgency"),
        *("IsAnonymised", "IsCompetitor", "IsMailing", "SeparateInvPerProject", "SeparateInvPerSubscription"),
    }


def test_a_minimal_relation_gets_its_defaults(api: Program) -> None:
    full = api.one(ACCOUNTS, api.account(IsPurchase=False, IsSales=False))
    expected = {
        "Status": "C", "IsSales": True, "IsPurchase": True, "IsSupplier": False, "Blocked": False, "SecurityLevel": 10,
        "SalesCurrency": "EUR", "SalesCurrencyDescription": "Euro", "InvoicingMethod": 0, "GlnNumber": "", "Source": 2,
        "StartDate": TODAY, "CustomerSince": TODAY, "StatusSince": TODAY, "EndDate": None, "Country": "NL ",
        "Type": "A", "Division": 900001, "CreatorFullName": "Anna de Boer", "AddressLine1": None,
        "ConsolidationScenario": 2,
    }  # fmt: skip
    assert {name: full[name] for name in expected} == expected
    assert full["Created"] == full["Modified"]


def test_codes_count_up_from_the_highest_and_are_unique(api: Program) -> None:
    api.account(Code="40001")
    assert api.one(ACCOUNTS, api.account())["Code"] == "             40002"
    assert api.said("POST", ACCOUNTS, {"Name": "X", "Code": "40001"}) == (500, "Gegeven bestaat reeds.")
    padded = {"Name": "X", "Code": "40001".rjust(18)}
    assert api.said("POST", ACCOUNTS, padded) == (500, "Gegeven bestaat reeds.")


def test_an_update_that_repeats_the_code_is_refused_and_remarked(api: Program, sandbox: Sandbox) -> None:
    key = api.account(Code="40001")
    assert api.put(ACCOUNTS, key, Code="40001", City="Zeist").status_code == 500
    assert api.one(ACCOUNTS, key)["City"] is None
    assert api.put(ACCOUNTS, key, Code="40005").status_code == 204
    assert api.one(ACCOUNTS, key)["Code"].strip() == "40005"
    assert api.one(ACCOUNTS, api.account(Code="40001"))["Code"].strip() == "40001"
    assert api.http.get("/_sandbox/remarks").json()["code in an update"] == 2


def test_an_update_changes_what_was_sent_and_answers_nothing(api: Program) -> None:
    key = api.account(City="Utrecht", Email="s@bakker.example", EndDate="2026-12-31")
    answer = api.put(ACCOUNTS, key, City="Zeist", EndDate=None, Email="")
    assert (answer.status_code, answer.content) == (204, b"")
    full = api.one(ACCOUNTS, key)
    assert (full["City"], full["EndDate"], full["Email"], full["Name"]) == ("Zeist", None, None, "S. Bakker")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"Name": ""}, "Verplicht: Naam"),
        ({"Name": "   "}, "Verplicht: Naam"),
        ({"Name": "x" * 51}, "Te lang: Naam"),
        ({"Code": "LID-1"}, "Ongeldig: Code"),
        ({"Code": "1" * 19}, "Te lang: Code\r\nOngeldig: Code"),
        ({"Country": "XX"}, "Ongeldige referentie: Land"),
        ({"Country": "NL", "State": "ANT"}, "Ongeldige referentie: Provincie"),
        ({"Status": "K"}, "Ongeldig: Status"),
        ({"Language": "XX"}, "Ongeldige referentie: Taal"),
        ({"PaymentConditionSales": "99"}, "Ongeldige referentie: Betalingsconditie: Verkoop"),
        ({"SalesCurrency": "XXX"}, "Ongeldige referentie: Valuta: Verkoop"),
        ({"VATNumber": "NL123"}, "Ongeldig: Btw-nummer"),
        ({"Name": "", "Country": "XX"}, "Verplicht: Naam\r\nOngeldige referentie: Land"),
    ],
)
def test_a_broken_rule_is_a_500_and_nothing_is_kept(api: Program, values: dict[str, str], said: str) -> None:
    assert api.said("POST", ACCOUNTS, {"Name": "S. Bakker", **values}) == (500, said)
    key = api.account()
    before = api.one(ACCOUNTS, key)
    assert api.said("PUT", f"{ACCOUNTS}(guid'{key}')", values) == (500, said)
    assert api.one(ACCOUNTS, key) == before


def test_messages_are_in_the_language_of_the_user(api: Program, sandbox: Sandbox) -> None:
    sandbox.world.owner().language = "en"
    values = {"Country": "XX", "Code": "0"}
    assert api.said("POST", ACCOUNTS, values) == (
        500,
        "Mandatory: Name\r\nData already exists.\r\nInvalid reference: Country",
    )


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"Nmae": "X"}, "The property name 'Nmae' is not valid for type 'Exact.Web.Api.Models.Account'."),
        ({"Blocked": "maybe"}, "Error processing request stream. The value of 'Blocked' does not fit its type."),
        ({"Name": ["X"]}, "Error processing request stream. The value of 'Name' does not fit its type."),
        ({"EndDate": "soon"}, "Error processing request stream. The value of 'EndDate' does not fit its type."),
        ({"Parent": "X"}, "Error processing request stream. The value of 'Parent' does not fit its type."),
        ([], "Error processing request stream. An object is expected."),
    ],
)
def test_a_body_that_cannot_be_read_is_a_400(api: Program, body: object, said: str) -> None:
    assert api.said("POST", ACCOUNTS, body) == (400, said)


def test_a_body_that_is_not_json_is_refused(api: Program) -> None:
    address = f"/api/v1/{api.division}/{ACCOUNTS}"
    headers = {"Content-Type": "application/json"}
    assert api.http.post(address, content=b"{", headers=headers).status_code == 400
    assert api.http.post(address, content=b"Name=X", headers={"Content-Type": "text/plain"}).status_code == 415


def test_references_to_another_division_vanish_without_a_word(api: Program, sandbox: Sandbox) -> None:
    foreign, own = program(sandbox, division=OTHER).account(), api.account(Code="500", Name="Ouder")
    full = api.one(ACCOUNTS, api.account(InvoiceAccount=foreign, Parent=own, Classification1=NOBODY))
    assert (full["InvoiceAccount"], full["Parent"], full["Classification1"]) == (None, own, None)
    paid = api.one(ACCOUNTS, api.account(InvoiceAccount=own))
    assert (paid["InvoiceAccountCode"].strip(), paid["InvoiceAccountName"]) == ("500", "Ouder")


def test_the_address_of_a_relation_is_its_main_visit_address(api: Program) -> None:
    key = api.account(AddressLine1="Dorpsstraat 1", Postcode="3511 AA", City="Utrecht")
    [visit] = api.rows(ADDRESSES, filter=f"Account eq guid'{key}'")
    assert (visit["Type"], visit["Main"], visit["City"], visit["AccountName"]) == (1, True, "Utrecht", "S. Bakker")
    api.put(ACCOUNTS, key, City="Zeist", AddressLine1="Laan 2")
    assert api.one(ADDRESSES, visit["ID"])["City"] == "Zeist"
    api.put(ADDRESSES, visit["ID"], City="Bilthoven")
    assert api.one(ACCOUNTS, key)["City"] == "Bilthoven"


def test_an_address_that_is_there_already_is_given_back(api: Program) -> None:
    key = api.account()
    values = {"Account": key, "Type": 3, "AddressLine1": "Postbus 1", "City": "Utrecht"}
    first, second = api.post(ADDRESSES, **values), api.post(ADDRESSES, **values)
    assert first["ID"] == second["ID"]
    assert (first["Main"], api.one(ACCOUNTS, key)["City"]) == (True, None)
    assert api.said("POST", ADDRESSES, {"Account": key, "Type": 9}) == (500, "Ongeldig: Type")
    assert api.said("POST", ADDRESSES, {"Account": NOBODY}) == (500, "Verplicht: Relatie")


def test_a_contact_fills_in_what_follows_from_it(api: Program) -> None:
    key = api.account(Code="600")
    first = api.post(CONTACTS, Account=key, FirstName="Sam", MiddleName="de", LastName="Bakker", Email="s@b.example")
    expected = {
        "FullName": "Sam de Bakker", "BirthName": "Bakker", "BusinessEmail": "s@b.example", "Gender": "O",
        "Language": "NL        ", "IsMainContact": True, "AccountIsCustomer": True, "AccountName": "S. Bakker",
        "Code": "600".rjust(18), "StartDate": TODAY, "HID": 1,
    }  # fmt: skip
    assert {name: first[name] for name in expected} == expected
    second = api.post(CONTACTS, Account=key, LastName="Visser")
    assert (second["IsMainContact"], second["HID"]) == (False, 2)
    assert api.one(ACCOUNTS, key)["MainContact"] == first["ID"]
    assert api.ask("DELETE", f"{CONTACTS}(guid'{first['ID']}')").status_code == 204
    assert api.one(ACCOUNTS, key)["MainContact"] is None


def test_the_number_of_a_contact_may_be_given_and_is_unique(api: Program) -> None:
    key = api.account(Code="600")
    assert api.post(CONTACTS, Account=key, LastName="Bakker", HID=1700000042)["HID"] == 1700000042
    again = api.ask("POST", CONTACTS, {"Account": key, "LastName": "Visser", "HID": 1700000042})
    assert (again.status_code, again.json()["error"]["message"]["value"]) == (500, "Gegeven bestaat reeds.")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"LastName": "Bakker"}, "Verplicht: Relatie"),
        ({"Account": NOBODY, "LastName": "Bakker"}, "Verplicht: Relatie"),
        ({"Account": "own"}, "Verplicht: Achternaam"),
        ({"Account": "own", "LastName": "B", "Gender": "X"}, "Ongeldig: Geslacht"),
        ({"Account": "own", "LastName": "B", "Language": "XX"}, "Ongeldige referentie: Taal"),
    ],
)
def test_a_contact_needs_a_relation_and_a_name(api: Program, values: dict[str, str], said: str) -> None:
    own = {"Account": api.account()} if values.get("Account") == "own" else {}
    assert api.said("POST", CONTACTS, values | own) == (500, said)


def test_a_relation_goes_with_what_belongs_to_it_unless_it_was_billed(api: Program, sandbox: Sandbox) -> None:
    key, billed = api.account(City="Utrecht"), api.account()
    bank = api.post(BANKS, Account=key, BankAccount="NL91ABNA0417164300")["ID"]
    api.post(MANDATES, Account=key, BankAccount=bank)
    page = Person(sandbox.url).open(f"/{api.division}/relations/{billed}").press("bill")
    assert api.ask("DELETE", f"{ACCOUNTS}(guid'{key}')").status_code == 204
    assert api.ask("GET", f"{ACCOUNTS}(guid'{key}')").status_code == 404
    for path in (BANKS, MANDATES, ADDRESSES):
        assert api.rows(path, filter=f"Account eq guid'{key}'") == []
    assert api.said("DELETE", f"{ACCOUNTS}(guid'{billed}')")[0] == 500
    settle = re.search(r'id="(settle-[^"]+)"', page.page.text)
    assert settle
    page.press(settle[1])
    assert api.said("DELETE", f"{ACCOUNTS}(guid'{billed}')")[0] == 500


def test_open_invoices_and_subscriptions_can_be_seen_per_relation(api: Program, sandbox: Sandbox) -> None:
    books = sandbox.world.books()
    key, other = api.account(Code="700"), api.account()
    for account in (key, key, other):
        books.bill(books.accounts[account])
    books.subscribe(books.accounts[key], sandbox.world.owner())
    open_there = api.rows("read/financial/ReceivablesList", filter=f"AccountId eq guid'{key}'")
    assert [(one["Amount"], one["AccountCode"].strip()) for one in open_there] == [(25.0, "700")] * 2
    same = api.ask("GET", f"read/financial/ReceivablesListByAccount?accountId=guid'{key}'").json()["d"]["results"]
    assert [one["HID"] for one in same] == [one["HID"] for one in open_there]
    running = api.rows("subscription/Subscriptions", filter=f"OrderedBy eq guid'{key}'")
    assert [one["OrderedByName"] for one in running] == ["S. Bakker"]


def test_a_fresh_division_holds_relations_of_the_system(api: Program) -> None:
    rows = api.rows(ACCOUNTS, filter="IsSupplier eq true", select="Code,Status,Source")
    assert sorted((one["Code"].strip(), one["Status"], one["Source"]) for one in rows) == [("0", "C", 4), ("1", "A", 4)]


def test_a_payment_condition_can_be_added(api: Program) -> None:
    assert api.post("cashflow/PaymentConditions", Code="60", Description="60 dagen")["Code"] == "60"
    assert api.account(PaymentConditionSales="60")
    assert api.said("POST", "cashflow/PaymentConditions", {})[0] == 500


def test_dates_are_read_in_every_usual_form(api: Program) -> None:
    day = date(2026, 1, 31)
    midnight = "/Date(1769817600000)/"
    for given in (day.isoformat(), f"{day}T00:00:00", f"{day}T00:00:00.000", midnight, f"{day}T00:00:00+01:00"):
        assert api.one(ACCOUNTS, api.account(EndDate=given))["EndDate"] == midnight
