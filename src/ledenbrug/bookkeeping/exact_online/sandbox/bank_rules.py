"""What a bank account and a mandate must be, and what follows from writing one.

A candidate row goes in, complaints come out; the division does the storing.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ledenbrug.bookkeeping.exact_online.sandbox.crm_shapes import ACCOUNT, BANK_ACCOUNT
from ledenbrug.bookkeeping.exact_online.sandbox.other_shapes import MANDATE
from ledenbrug.bookkeeping.exact_online.sandbox.people import User
from ledenbrug.bookkeeping.exact_online.sandbox.refusals import Complaint
from ledenbrug.bookkeeping.exact_online.sandbox.rules import Rules
from ledenbrug.bookkeeping.exact_online.sandbox.shape import Row
from ledenbrug.stage import banks

if TYPE_CHECKING:
    from ledenbrug.bookkeeping.exact_online.sandbox.division import Division


class BankAccountRules(Rules):
    def check(self, books: "Division", row: Row, sent: set[str], old: Row | None) -> Iterable[Complaint]:
        if books.row(ACCOUNT, row.get("Account")) is None:
            row.pop("Account", None)
            yield Complaint("mandatory", "Account")
        number = banks.compact(row.get("BankAccount") or "")
        if not number:
            return
        row["BankAccount"] = number
        if not (banks.is_iban(number) or (number.isdigit() and len(number) <= 10)):
            yield Complaint("invalid", "BankAccount")
        if old and old["BankAccount"] != number:
            if books.switches.iban_with_mandate == "refuse" and _mandates(books, old):
                yield Complaint("has_mandate")
            if "BICCode" not in sent:
                row.pop("BICCode", None)
        if not row.get("BICCode") and (bic := banks.bic_of(number)):
            row["BICCode"] = bic
        if row.get("BICCode") and not banks.is_bic(row["BICCode"].strip().upper()):
            yield Complaint("invalid", "BICCode")

    def settle(self, books: "Division", row: Row, sent: set[str], user: User, *, creating: bool) -> None:
        others = [one for one in books.of_account(BANK_ACCOUNT, row["Account"]) if one is not row]
        if creating and not others:
            row["Main"] = True
        for one in others if row.get("Main") else ():
            if one.get("Main"):
                books.touch(BANK_ACCOUNT, one, {"Main": False}, user)

    def in_use(self, books: "Division", row: Row) -> bool:
        return bool(_mandates(books, row))


class MandateRules(Rules):
    def check(self, books: "Division", row: Row, sent: set[str], old: Row | None) -> Iterable[Complaint]:
        if books.row(ACCOUNT, row.get("Account")) is None:
            row.pop("Account", None)
            yield Complaint("mandatory", "Account")
        bank = books.row(BANK_ACCOUNT, row.get("BankAccount"))
        if bank is None or bank["Account"] != row.get("Account"):
            row.pop("BankAccount", None)
            yield Complaint("mandatory", "BankAccount")
        for name in ("PaymentType", "Type"):
            if row.get(name, 0) not in (0, 1, 2):
                yield Complaint("invalid", name)
        reference = (row.get("Reference") or "").strip()
        if reference and books.references.get(reference.lower(), row["ID"]) != row["ID"]:
            yield Complaint("exists")

    def settle(self, books: "Division", row: Row, sent: set[str], user: User, *, creating: bool) -> None:
        if "Reference" in sent and not creating:
            self.forget(books, row)
        if creating and not row.get("Reference"):
            row["Reference"] = f"M{books.number('mandate'):08}"
        if row.get("Reference"):
            books.references[row["Reference"].strip().lower()] = row["ID"]
        others = [one for one in books.of_account(MANDATE, row["Account"]) if one is not row]
        if creating and not any(one.get("Main") for one in others):
            row["Main"] = 1
        for one in others if row.get("Main") else ():
            if one.get("Main"):
                books.touch(MANDATE, one, {"Main": 0}, user)

    def forget(self, books: "Division", row: Row) -> None:
        for reference in [one for one, holder in books.references.items() if holder == row["ID"]]:
            del books.references[reference]


def _mandates(books: "Division", bank: Row) -> list[Row]:
    return [one for one in books.of_account(MANDATE, bank["Account"]) if one.get("BankAccount") == bank["ID"]]
