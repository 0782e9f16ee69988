"""The stage of the contract suite: the sandbox over real HTTP, and its world as a person in Moneybird changes it."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

from ledenbrug.bookkeeping.moneybird import PACKAGE
from ledenbrug.bookkeeping.moneybird.sandbox.running import USUAL_LIMIT
from ledenbrug.bookkeeping.moneybird.sandbox.world import SCOPES
from ledenbrug.bookkeeping.moneybird.tests.bench import ADMINISTRATION, TOKEN, Bench, bench
from ledenbrug.core.port import Administration
from ledenbrug.core.records import ContactId, Field, Values

UNABLE: Mapping[str, str] = {}

NAMES = {
    Field.COMPANY: "company_name",
    Field.FIRST_NAME: "firstname",
    Field.LAST_NAME: "lastname",
    Field.ADDRESS: "address1",
    Field.ADDRESS_EXTRA: "address2",
    Field.POSTCODE: "zipcode",
    Field.CITY: "city",
    Field.COUNTRY: "country",
    Field.EMAIL: "send_invoices_to_email",
    Field.PHONE: "phone",
    Field.CUSTOMER_NUMBER: "customer_id",
    Field.IBAN: "sepa_iban",
    Field.ACCOUNT_HOLDER: "sepa_iban_account_name",
    Field.BIC: "sepa_bic",
    Field.MANDATE_REFERENCE: "sepa_mandate_id",
    Field.MANDATE_SIGNED: "sepa_mandate_date",
}


class MoneybirdStage:
    page = 100
    token = TOKEN
    administration = ADMINISTRATION
    refuses = (Field.EMAIL,)

    def __init__(self, at: Bench) -> None:
        self._bench = at
        self._there = at.sandbox.world.administrations[ADMINISTRATION]
        self._person = at.sandbox.world.owner().id
        self.books = at.books
        self.url, self.clock, self.desk = at.sandbox.url, at.clock, at.sandbox.world.desk

    def administrations(self) -> list[Administration]:
        return [*PACKAGE.administrations(self._bench.line)]

    def requests(self) -> int:
        return sum(self._bench.sandbox.requests().values())

    def there(self) -> Mapping[ContactId, Values]:
        return {
            ContactId(key): {
                **{field: getattr(each, name) or "" for field, name in NAMES.items()},
                Field.DIRECT_DEBIT: "yes" if each.sepa_active else "",
            }
            for key, each in self._there.contacts.items()
        }

    def archived(self) -> Collection[ContactId]:
        return [ContactId(key) for key, each in self._there.contacts.items() if each.archived]

    def add(self, values: Values) -> ContactId:
        self._bench.clock.wait(3)  # search has seen the one before
        return ContactId(self._there.create(_attributes(values), {}, None, self._person).id)

    def edit(self, contact: ContactId, values: Values) -> None:
        self._there.update(self._there.contacts[contact], _attributes(values), {}, self._person)

    def archive(self, contact: ContactId) -> None:
        self._bench.clock.wait(3)
        self._there.archive(self._there.contacts[contact], self._person)

    def unarchive(self, contact: ContactId) -> None:
        self._there.activate(self._there.contacts[contact], self._person)

    def delete(self, contact: ContactId) -> None:
        self._there.delete(self._there.contacts[contact], self._person)

    def bill(self, contact: ContactId, *, open: int, recurring: int) -> None:
        papers = [("sales_invoices", "open")] * open + [("recurring_sales_invoices", "active")] * recurring
        for kind, state in [*papers, ("sales_invoices", "paid")]:
            self._there.add_document(self._there.contacts[contact], kind, state=state, price="25.00")

    def refuse(self, field: Field, value: str) -> None:
        assert field is Field.EMAIL
        self._bench.sandbox.world.bad_domains.add(value.partition("@")[2])

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
        world = self._bench.sandbox.world
        (application,) = self.desk.applications.values()
        grant = world.allow(application, world.owner(), SCOPES, [ADMINISTRATION])
        return self.desk.code_for(grant, redirect_uri)


def _attributes(values: Values) -> dict[str, str | bool | None]:
    return {NAMES[field]: value for field, value in values.items()}


@contextmanager
def staged(*, limited: bool = False) -> Iterator[MoneybirdStage]:
    with bench(administrations=[ADMINISTRATION], limit=USUAL_LIMIT if limited else None) as at:
        yield MoneybirdStage(at)
