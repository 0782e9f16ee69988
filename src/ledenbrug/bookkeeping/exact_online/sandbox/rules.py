"""What a relation, a contact person and an address must be, and what follows from writing one.

A candidate row goes in, complaints come out; the division does the storing.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ledenbrug.bookkeeping.exact_online.sandbox import wall
from ledenbrug.bookkeeping.exact_online.sandbox.crm_shapes import ACCOUNT, ADDRESS, CONTACT
from ledenbrug.bookkeeping.exact_online.sandbox.facts import COUNTRIES, CURRENCIES, LANGUAGES, STATES
from ledenbrug.bookkeeping.exact_online.sandbox.guids import new_guid
from ledenbrug.bookkeeping.exact_online.sandbox.other_shapes import CLASSIFICATION, CONDITION
from ledenbrug.bookkeeping.exact_online.sandbox.people import User
from ledenbrug.bookkeeping.exact_online.sandbox.refusals import Complaint
from ledenbrug.bookkeeping.exact_online.sandbox.shape import Row

if TYPE_CHECKING:
    from ledenbrug.bookkeeping.exact_online.sandbox.division import Division

VISIT = 1
PLACE = ("AddressLine1", "AddressLine2", "AddressLine3", "Postcode", "City", "State", "Country")
_CLASSIFICATIONS = tuple(f"Classification{n}" for n in range(1, 9))
_ACCOUNTS = ("InvoiceAccount", "Parent", "Reseller", "Accountant")
_DUTCH_VAT = re.compile(r"NL\d{9}B\d{2}")
_WIDTH = 18


class Rules:
    """Of an entity without rules of its own."""

    def check(self, books: "Division", row: Row, sent: set[str], old: Row | None) -> Iterable[Complaint]:
        return ()

    def settle(self, books: "Division", row: Row, sent: set[str], user: User, *, creating: bool) -> None:
        pass

    def in_use(self, books: "Division", row: Row) -> bool:
        return False

    def forget(self, books: "Division", row: Row) -> None:
        pass


class AccountRules(Rules):
    def check(self, books: "Division", row: Row, sent: set[str], old: Row | None) -> Iterable[Complaint]:
        if old is None:
            self._fill(books, row)
        elif row.get("Status") != old.get("Status"):
            row["StatusSince"] = wall.midnight(books.clock())
        _drop_foreign(books, row, sent)
        if "Code" in sent and row.get("Code"):
            yield from self._code(books, row)
        elif old is not None and "Code" in sent:
            row["Code"] = old["Code"]
        yield from _place(row)
        yield from self._lists(books, row, sent)

    def settle(self, books: "Division", row: Row, sent: set[str], user: User, *, creating: bool) -> None:
        if "Code" in sent and not creating:
            self.forget(books, row)
        if not row.get("Code"):
            row["Code"] = _automatic(books)
        books.codes[row["Code"].strip()] = row["ID"]
        books.numbers["code"] = max(books.numbers.get("code", 0), int(row["Code"]))
        if set(PLACE) & (sent | ({"Country"} if creating else set())):
            _keep_visit_address(books, row, user)

    def in_use(self, books: "Division", row: Row) -> bool:
        return books.is_billed(row)

    def forget(self, books: "Division", row: Row) -> None:
        for code in [code for code, holder in books.codes.items() if holder == row["ID"]]:
            del books.codes[code]

    def _fill(self, books: "Division", row: Row) -> None:
        today = wall.midnight(books.clock())
        if books.switches.default_country == "division":
            row.setdefault("Country", books.country)
        row.setdefault("StartDate", today)
        row["CustomerSince"] = row["StatusSince"] = today
        row.setdefault("Status", "C")

    def _code(self, books: "Division", row: Row) -> Iterable[Complaint]:
        code = row["Code"].strip()
        row["Code"] = code.rjust(_WIDTH)
        if not (code.isascii() and code.isdigit() and len(code) <= _WIDTH):
            yield Complaint("invalid", "Code")
        elif code in books.codes:  # its own one too: a PUT that repeats the code is refused
            yield Complaint("exists")

    def _lists(self, books: "Division", row: Row, sent: set[str]) -> Iterable[Complaint]:
        if row.get("Status", "C") not in ("C", "P", "S", "A"):
            yield Complaint("invalid", "Status")
        for name in {"PaymentConditionSales", "PaymentConditionPurchase"} & sent:
            known = books.tables[CONDITION.path].rows.values()
            if row.get(name) and all(one["Code"] != row[name].strip() for one in known):
                yield Complaint("reference", name)
        for name in {"SalesCurrency", "PurchaseCurrency"} & sent:
            if row.get(name) and row[name] not in CURRENCIES:
                yield Complaint("reference", name)
        if row.get("Language") and row["Language"].strip().upper() not in LANGUAGES:
            yield Complaint("reference", "Language")
        vat = re.sub(r"[\s.]", "", row.get("VATNumber") or "").upper()
        if "VATNumber" in sent and vat.startswith("NL") and not _DUTCH_VAT.fullmatch(vat):
            yield Complaint("invalid", "VATNumber")


class ContactRules(Rules):
    def check(self, books: "Division", row: Row, sent: set[str], old: Row | None) -> Iterable[Complaint]:
        if books.row(ACCOUNT, row.get("Account")) is None:
            row.pop("Account", None)
            yield Complaint("mandatory", "Account")
        if not (row.get("FirstName") or row.get("LastName")):
            yield Complaint("mandatory", "LastName")
        if "HID" in sent and any(
            one["HID"] == row["HID"] for one in books.tables[CONTACT.path].rows.values() if one["ID"] != row.get("ID")
        ):
            yield Complaint("exists")
        if row.get("Gender", "O") not in ("M", "V", "O"):
            yield Complaint("invalid", "Gender")
        if row.get("Language") and row["Language"].strip().upper() not in LANGUAGES:
            yield Complaint("reference", "Language")
        if old is None:
            row.setdefault("Language", "NL")
            row.setdefault("StartDate", wall.midnight(books.clock()))
            row.setdefault("Person", new_guid())
            if row.get("HID") is None or books.switches.contact_number == "own":
                row["HID"] = books.number("contact")
        for name, mirror in (("LastName", "BirthName"), ("Email", "BusinessEmail")):
            if name in sent and mirror not in sent and row.get(name):
                row[mirror] = row[name]

    def settle(self, books: "Division", row: Row, sent: set[str], user: User, *, creating: bool) -> None:
        account = books.accounts[row["Account"]]
        if creating and not account.get("MainContact"):
            books.touch(ACCOUNT, account, {"MainContact": row["ID"]}, user)

    def forget(self, books: "Division", row: Row) -> None:
        account = books.row(ACCOUNT, row.get("Account"))
        if account and account.get("MainContact") == row["ID"]:
            del account["MainContact"]


class AddressRules(Rules):
    def check(self, books: "Division", row: Row, sent: set[str], old: Row | None) -> Iterable[Complaint]:
        if books.row(ACCOUNT, row.get("Account")) is None:
            row.pop("Account", None)
            yield Complaint("mandatory", "Account")
        if books.row(CONTACT, row.get("Contact")) is None:
            row.pop("Contact", None)
        if row.get("Type", VISIT) not in (1, 2, 3, 4):
            yield Complaint("invalid", "Type")
        yield from _place(row)

    def settle(self, books: "Division", row: Row, sent: set[str], user: User, *, creating: bool) -> None:
        same = [one for one in books.of_account(ADDRESS, row["Account"]) if one.get("Type", 1) == row.get("Type", 1)]
        if len(same) == 1:
            row["Main"] = True
        for one in same if row.get("Main") else ():
            if one is not row and one.get("Main"):
                books.touch(ADDRESS, one, {"Main": False}, user)
        if row.get("Main") and row.get("Type", VISIT) == VISIT and set(PLACE) & sent:
            books.touch(ACCOUNT, books.accounts[row["Account"]], {name: row.get(name) for name in PLACE}, user)


def _drop_foreign(books: "Division", row: Row, sent: set[str]) -> None:
    """References to what is not in this division vanish without a word."""
    for names, shape in ((_ACCOUNTS, ACCOUNT), (_CLASSIFICATIONS, CLASSIFICATION), (("MainContact",), CONTACT)):
        for name in sent.intersection(names):
            if books.row(shape, row.get(name)) is None:
                row.pop(name, None)


def _place(row: Row) -> Iterable[Complaint]:
    country = (row.get("Country") or "").strip().upper()
    if country:
        row["Country"] = country
        if country not in COUNTRIES:
            yield Complaint("reference", "Country")
    state = (row.get("State") or "").strip().upper()
    if state and (country, state) not in STATES:
        yield Complaint("reference", "State")


def _keep_visit_address(books: "Division", row: Row, user: User) -> None:
    place = {name: row.get(name) for name in PLACE}
    for one in books.of_account(ADDRESS, row["ID"]):
        if one.get("Main") and one.get("Type", VISIT) == VISIT:
            books.touch(ADDRESS, one, place, user)
            return
    if any(place.get(name) for name in PLACE if name != "Country"):
        books.create(ADDRESS, {"Account": row["ID"], "Type": VISIT, "Main": True, **place}, user)


def _automatic(books: "Division") -> str:
    code = str(books.numbers.get("code", 0) + 1)
    return (code.zfill(7) if books.switches.auto_code == "zeros" else code).rjust(_WIDTH)
