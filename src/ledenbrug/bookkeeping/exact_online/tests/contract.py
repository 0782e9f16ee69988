"""The stage of the contract suite: the sandbox over real HTTP, and its world as a person in Exact Online changes it."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ledenbrug.bookkeeping.exact_online import PACKAGE
from ledenbrug.bookkeeping.exact_online.sandbox.crm_shapes import ACCOUNT, BANK_ACCOUNT, CONTACT
from ledenbrug.bookkeeping.exact_online.sandbox.other_shapes import MANDATE
from ledenbrug.bookkeeping.exact_online.sandbox.running import USUAL_DAY_LIMIT, USUAL_LIMIT
from ledenbrug.bookkeeping.exact_online.tests.bench import DIVISION, TOKEN, Bench, bench
from ledenbrug.core.port import Administration
from ledenbrug.core.records import ContactId, Field, Group, Values

UNABLE: Mapping[str, str] = {
    "test_a_contact_in_use_is_archived_when_it_is_to_be_deleted": "an account in use is refused, not put away",
}
COSTS: Mapping[str, int] = {
    "update": 2,  # the answer to a change is empty
    "read": 4,  # contact persons are a list of their own; what is empty may be so for want of rights
    "found": 4,
    "heads": 4,
    "papers": 4,  # a list that is empty may be one that we may not see
}

NAMES = {
    Field.ADDRESS: "AddressLine1",
    Field.ADDRESS_EXTRA: "AddressLine2",
    Field.POSTCODE: "Postcode",
    Field.CITY: "City",
    Field.COUNTRY: "Country",
    Field.EMAIL: "Email",
    Field.PHONE: "Phone",
    Field.CUSTOMER_NUMBER: "Code",
}


class ExactStage:
    page = 25
    token = TOKEN
    administration = DIVISION
    refuses = tuple(Field)

    def __init__(self, at: Bench) -> None:
        self._bench = at
        self._there = at.sandbox.world.books(DIVISION)
        self._person = at.sandbox.world.owner()
        self.books = at.books
        self.url, self.clock, self.desk = at.sandbox.url, at.clock, at.sandbox.world.desk

    def administrations(self) -> list[Administration]:
        return [*PACKAGE.administrations(self._bench.line)]

    def requests(self) -> int:
        return sum(self._bench.sandbox.requests().values())

    def there(self) -> Mapping[ContactId, Values]:
        return {ContactId(key): self._values(key) for key in self._there.accounts}

    def archived(self) -> Collection[ContactId]:
        return [ContactId(key) for key, each in self._there.accounts.items() if each.get("Blocked")]

    def add(self, values: Values) -> ContactId:
        return ContactId(self._there.create(ACCOUNT, _properties(values), self._person)["ID"])

    def edit(self, contact: ContactId, values: Values) -> None:
        self._write(contact, _properties(values))

    def archive(self, contact: ContactId) -> None:
        self._write(contact, {"Blocked": True})

    def unarchive(self, contact: ContactId) -> None:
        self._write(contact, {"Blocked": False})

    def delete(self, contact: ContactId) -> None:
        self._there.delete(ACCOUNT, self._there.accounts[contact], self._person)

    def bill(self, contact: ContactId, *, open: int, recurring: int) -> None:
        account = self._there.accounts[contact]
        paid = self._there.bill(account)["Id"]
        self._there.settle(paid)
        for _ in range(open):
            self._there.bill(account)
        for _ in range(recurring):
            self._there.subscribe(account, self._person)

    def refuse(self, field: Field, value: str) -> None:
        self._there.refused.add(value)

    def lose_request(self) -> None:
        self._bench.sandbox.faults.arm({"kind": "reset"})

    def lose_answer(self) -> None:
        self._bench.sandbox.faults.arm({"kind": "lost_answer"})

    def say_too_many(self) -> None:
        self._bench.sandbox.faults.arm({"kind": "html", "status": 429})

    def withdraw(self) -> None:
        self._bench.sandbox.world.personal.clear()
        for each in self.desk.grants:
            self.desk.withdraw(each)

    def say_yes(self, redirect_uri: str) -> str:
        (application,) = self.desk.applications.values()
        grant = self.desk.allow(client_id=application.client_id, user_id=self._person.id, scopes=(), reach=[DIVISION])
        return self.desk.code_for(grant, redirect_uri)

    def _write(self, contact: ContactId, values: Mapping[str, object]) -> None:
        self._bench.clock.wait(0.01)  # versions count in thousandths of a second
        self._there.update(ACCOUNT, self._there.accounts[contact], dict(values), self._person)

    def _values(self, key: str) -> Values:
        account = self._there.accounts[key]
        values = {field: (account.get(name) or "").strip() for field, name in NAMES.items()}
        first, _, last = account["Name"].partition(" ")
        mandates = self._there.of_account(MANDATE, key)
        mandate = next(
            (each for each in reversed(mandates) if not each.get("CancellationDate")), (mandates or [{}])[-1]
        )
        banks = self._there.of_account(BANK_ACCOUNT, key)
        bank = next((each for each in banks if each["ID"] == mandate.get("BankAccount")), (banks or [{}])[0])
        person = next((each for each in self._there.of_account(CONTACT, key) if not each.get("EndDate")), {})
        return {
            **values,
            Field.COMPANY: "",
            Field.FIRST_NAME: first,
            Field.LAST_NAME: last,
            Field.PERSON_FIRST_NAME: person.get("FirstName") or "",
            Field.PERSON_LAST_NAME: f"{person.get('MiddleName') or ''} {person.get('LastName') or ''}".strip(),
            Field.PERSON_EMAIL: person.get("Email") or "",
            Field.DIRECT_DEBIT: "yes" if mandate and not mandate.get("CancellationDate") else "",
            Field.IBAN: bank.get("BankAccount", ""),
            Field.ACCOUNT_HOLDER: bank.get("BankAccountHolderName", ""),
            Field.BIC: bank.get("BICCode", ""),
            Field.MANDATE_REFERENCE: mandate.get("Reference", ""),
            Field.MANDATE_SIGNED: mandate["SignatureDate"].date().isoformat() if mandate else "",
        }


def _properties(values: Values) -> dict[str, object]:
    name = " ".join(each for field in (Field.COMPANY, Field.FIRST_NAME, Field.LAST_NAME) if (each := values.get(field)))
    found = {NAMES[field]: value for field, value in values.items() if field in NAMES}
    return {**found, **({"Name": name} if name else {})}


@contextmanager
def staged(*, limited: bool = False) -> Iterator[ExactStage]:
    limits: dict[str, Any] = {"limit": USUAL_LIMIT, "day_limit": USUAL_DAY_LIMIT} if limited else {}
    with bench(groups=frozenset(Group), **limits) as at:
        yield ExactStage(at)
