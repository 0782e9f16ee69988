"""How rows are seen from outside: with what follows from other rows, padded, dates as the service writes them.

Rows in, plain values out; which rows and which names is the business of `listing`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ledenbrug.bookkeeping.exact_online.sandbox import wall
from ledenbrug.bookkeeping.exact_online.sandbox.crm_shapes import ACCOUNT, ADDRESS, BANK_ACCOUNT, CONTACT
from ledenbrug.bookkeeping.exact_online.sandbox.division import Division
from ledenbrug.bookkeeping.exact_online.sandbox.facts import COUNTRY_NAMES, CURRENCIES, LANGUAGES, STATES
from ledenbrug.bookkeeping.exact_online.sandbox.other_shapes import CONDITION, RECEIVABLE, SUBSCRIPTION
from ledenbrug.bookkeeping.exact_online.sandbox.shape import DATE, LINK, LONG, Row, Shape
from ledenbrug.bookkeeping.exact_online.sandbox.tables import STAMP
from ledenbrug.stage import banks

Derived = Mapping[str, Callable[[Row], Any]]
MODELS = "Exact.Web.Api.Models."
_LOGO, _PICTURE = "/docs/images/account.png", "/docs/images/contact.png"
_RIGHT = {"Country": 3, "Legislation": 3, "Language": 10}
_LEFT = {"Code": 18, "InvoiceAccountCode": 18, "AccountCode": 18, "CustomerCode": 18, "DivisionCustomerCode": 18}
_OLDER = {"State": 3, "SearchCode": 20}


@dataclass(frozen=True, slots=True)
class View:
    shape: Shape
    path: str  # where it is seen: crm/Accounts, bulk/CRM/Accounts, …
    root: str  # the address below which `path` lies
    derived: Derived = field(default_factory=dict)
    names: tuple[str, ...] = ()
    older_padding: bool = False
    stamp_as_text: bool = True
    by: str = ""  # what rows are paged by, when it is not the key

    def keyed_by(self, name: str) -> "View":
        return replace(self, by=name)

    def value(self, row: Row, name: str) -> Any:
        derived = self.derived.get(name)
        if derived:
            return derived(row)
        if name == STAMP:
            return row[STAMP]
        return row.get(name, self.shape.properties[name].unset)

    def kind(self, name: str) -> str:
        return LONG if name == STAMP else self.shape.properties[name].kind

    def teller(self, name: str) -> Callable[[Row], Any]:
        """How this property is written, made once for many rows."""
        kind, value = self.kind(name), self._getter(name)
        if kind == LINK:
            return self._deferred if name == "BankAccounts" else lambda _row: None
        if name == STAMP and not self.stamp_as_text:
            return value
        if kind == DATE:
            return lambda row: wall.json_date(at) if (at := value(row)) is not None else None
        if kind == LONG:
            return lambda row: str(number) if (number := value(row)) is not None else None
        return self._padded(name, value)

    def _getter(self, name: str) -> Callable[[Row], Any]:
        if name in self.derived:
            return self.derived[name]
        unset = None if name == STAMP else self.shape.unset(name)
        return lambda row: row.get(name, unset)

    def _padded(self, name: str, value: Callable[[Row], Any]) -> Callable[[Row], Any]:
        right = _RIGHT.get(name) or (_OLDER.get(name) if self.older_padding else None)
        left = _LEFT.get(name) if self.shape is not CONDITION else None
        if right:
            return lambda row: told.ljust(right) if isinstance(told := value(row), str) else told
        if left:
            return lambda row: told.rjust(left) if isinstance(told := value(row), str) else told
        return value

    def _deferred(self, row: Row) -> dict[str, Any]:
        return {"__deferred": {"uri": f"{self.address(row)}/BankAccounts"}}

    def key(self, row: Row) -> str:
        """As in an address."""
        key = self.value(row, self.shape.key)
        if self.kind(self.shape.key) == LONG:
            return f"{key}L"
        return f"guid'{key}'" if isinstance(key, str) else str(key)

    def address(self, row: Row) -> str:
        return f"{self.root}/{self.path}({self.key(row)})"

    def metadata(self, row: Row) -> dict[str, str]:
        return {"uri": self.address(row), "type": MODELS + self.shape.name}

    def entities(self, names: tuple[str, ...] = ()) -> Callable[[Row], dict[str, Any]]:
        tellers = [(name, self.teller(name)) for name in names or self.names or tuple(self.shape.properties)]

        def entity(row: Row) -> dict[str, Any]:
            shown: dict[str, Any] = {"__metadata": self.metadata(row)}
            for name, tell in tellers:
                shown[name] = tell(row)
            return shown

        return entity

    def entity(self, row: Row, names: tuple[str, ...] = ()) -> dict[str, Any]:
        return self.entities(names)(row)

    def bare(self, row: Row) -> dict[str, Any]:
        """The reply to a POST that did not prefer a representation."""
        shown: dict[str, Any] = {"__metadata": self.metadata(row)}
        for name, known in self.shape.properties.items():
            told = name == self.shape.key or known.kind == LINK
            shown[name] = self.teller(name)(row) if told else self.shape.bare_reply.get(name)
        return shown


def view_of(books: Division, shape: Shape, root: str, *, path: str = "", sync: bool = False) -> View:
    switches = books.switches
    names = (STAMP, *shape.properties) if sync else ()
    derived = {**_common(books), **_OF_SHAPE.get(shape.path, _nothing)(books)}
    return View(
        shape,
        path or shape.path,
        root,
        derived,
        names,
        older_padding=switches.padding == "older",
        stamp_as_text=switches.timestamp == "text",
    )


def _common(books: Division) -> Derived:
    def named(name: str) -> Callable[[Row], Any]:
        return lambda row: user.name if (user := books.users.get(row.get(name, ""))) else None

    return {
        "Division": lambda _row: books.code,
        "CreatorFullName": named("Creator"),
        "ModifierFullName": named("Modifier"),
        "CountryName": lambda row: COUNTRY_NAMES.get(row.get("Country", ""), row.get("Country")),
        "StateName": lambda row: STATES.get((row.get("Country", ""), row.get("State", ""))),
        "StateDescription": lambda row: STATES.get((row.get("Country", ""), row.get("State", ""))),
    }


def _nothing(_books: Division) -> Derived:
    return {}


def _of(books: Division, name: str, reference: str = "Account") -> Callable[[Row], Any]:
    """A property of the account that a row refers to."""
    return lambda row: account.get(name) if (account := books.row(ACCOUNT, row.get(reference))) else None


def _account(books: Division) -> Derived:
    def condition(name: str) -> Callable[[Row], Any]:
        known = books.tables[CONDITION.path].rows
        return lambda row: next((one["Description"] for one in known.values() if one["Code"] == row.get(name)), None)

    return {
        "IsSales": lambda row: row.get("Status") == "C",
        "LanguageDescription": lambda row: LANGUAGES.get(row.get("Language", "").strip().upper()),
        "InvoiceAccountCode": _of(books, "Code", "InvoiceAccount"),
        "InvoiceAccountName": _of(books, "Name", "InvoiceAccount"),
        "PaymentConditionSalesDescription": condition("PaymentConditionSales"),
        "PaymentConditionPurchaseDescription": condition("PaymentConditionPurchase"),
        "SalesCurrencyDescription": lambda row: CURRENCIES.get(row.get("SalesCurrency", "EUR")),
        "PurchaseCurrencyDescription": lambda row: CURRENCIES.get(row.get("PurchaseCurrency", "EUR")),
        "LogoUrl": lambda _row: _LOGO,
        "LogoThumbnailUrl": lambda _row: _LOGO,
    }


def _contact(books: Division) -> Derived:
    return {
        "AccountIsCustomer": lambda row: _of(books, "Status")(row) == "C",
        "AccountIsSupplier": lambda row: bool(_of(books, "IsSupplier")(row)),
        "AccountMainContact": _of(books, "MainContact"),
        "AccountName": _of(books, "Name"),
        "Code": _of(books, "Code"),
        "City": _of(books, "City"),
        "Country": _of(books, "Country"),
        "Postcode": _of(books, "Postcode"),
        "State": _of(books, "State"),
        "AddressStreet": _of(books, "AddressLine1"),
        "AddressLine2": _of(books, "AddressLine2"),
        "PictureUrl": lambda _row: _PICTURE,
        "PictureThumbnailUrl": lambda _row: _PICTURE,
        "IsMainContact": lambda row: _of(books, "MainContact")(row) == row["ID"],
        "FullName": lambda row: " ".join(
            part for name in ("FirstName", "MiddleName", "LastName") if (part := row.get(name))
        ),
    }


def _address(books: Division) -> Derived:
    return {
        "AccountName": _of(books, "Name"),
        "AccountIsSupplier": lambda row: bool(_of(books, "IsSupplier")(row)),
    }


def _bank_account(books: Division) -> Derived:
    def iban(row: Row) -> str | None:
        number: str = row["BankAccount"]
        return number if banks.is_iban(number) else None

    return {
        "AccountName": _of(books, "Name"),
        "IBAN": iban,
        "Format": lambda row: "IBAN" if iban(row) else "GEN",
        "TypeDescription": lambda _row: "Relatie",
    }


_OF_SHAPE: Mapping[str, Callable[[Division], Derived]] = {
    ACCOUNT.path: _account,
    CONTACT.path: _contact,
    ADDRESS.path: _address,
    BANK_ACCOUNT.path: _bank_account,
    RECEIVABLE.path: lambda books: {
        "AccountName": _of(books, "Name", "AccountId"),
        "AccountCode": _of(books, "Code", "AccountId"),
    },
    SUBSCRIPTION.path: lambda books: {"OrderedByName": _of(books, "Name", "OrderedBy")},
}
