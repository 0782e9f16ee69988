"""One division: its tables, and what happens around a row that is created, changed or deleted.

It takes values that were read and checked for shape; what a value may be is in `rules` and `bank_rules`. It knows
nothing of HTTP or tokens.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from ledenbrug.bookkeeping.exact_online.sandbox import bank_rules, rules, wall
from ledenbrug.bookkeeping.exact_online.sandbox.crm_shapes import ACCOUNT, ADDRESS, BANK_ACCOUNT, CONTACT
from ledenbrug.bookkeeping.exact_online.sandbox.guids import new_guid
from ledenbrug.bookkeeping.exact_online.sandbox.other_shapes import (
    CLASSIFICATION,
    CLASSIFICATION_NAME,
    CONDITION,
    MANDATE,
    STATE,
    SUBSCRIPTION,
)
from ledenbrug.bookkeeping.exact_online.sandbox.people import User
from ledenbrug.bookkeeping.exact_online.sandbox.reading import Values
from ledenbrug.bookkeeping.exact_online.sandbox.refusals import Complaint, broken, gone
from ledenbrug.bookkeeping.exact_online.sandbox.shape import Row, Shape
from ledenbrug.bookkeeping.exact_online.sandbox.switches import Switches
from ledenbrug.bookkeeping.exact_online.sandbox.tables import Table

FIRST_STAMP = 6_000_000_000  # does not fit in 32 bits
STAMP_AFTER_MOVE = 1_000
Told = Callable[["Division", str, Shape, Row], None]
_SHAPES = (
    ACCOUNT, CONTACT, ADDRESS, BANK_ACCOUNT, MANDATE, CONDITION, CLASSIFICATION, CLASSIFICATION_NAME, STATE,
    SUBSCRIPTION,
)  # fmt: skip
_RULES: dict[str, rules.Rules] = {
    ACCOUNT.path: rules.AccountRules(),
    CONTACT.path: rules.ContactRules(),
    ADDRESS.path: rules.AddressRules(),
    BANK_ACCOUNT.path: bank_rules.BankAccountRules(),
    MANDATE.path: bank_rules.MandateRules(),
}
_NO_RULES = rules.Rules()


@dataclass(slots=True, weakref_slot=True)
class Division:
    code: int
    hid: int
    name: str
    clock: Callable[[], float]
    switches: Switches
    users: dict[str, User]
    tell: Told
    country: str = "NL"
    status: int = 1  # 0 inactive, 1 active, 2 archived
    blocking: int = 0
    opened: datetime = field(init=False)
    moved: datetime | None = None
    tables: dict[str, Table] = field(default_factory=lambda: {shape.path: Table(shape) for shape in _SHAPES})
    deleted: list[Row] = field(default_factory=list)
    receivables: dict[str, Row] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)  # bare code → account
    references: dict[str, str] = field(default_factory=dict)  # mandate reference → mandate
    refused: set[str] = field(default_factory=set)  # values that a person said must be refused
    numbers: dict[str, int] = field(default_factory=dict)
    _children: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    _stamp: int = FIRST_STAMP

    def __post_init__(self) -> None:
        self.opened = wall.wall(self.clock())

    @property
    def accounts(self) -> dict[str, Row]:
        return self.tables[ACCOUNT.path].rows

    def row(self, shape: Shape, key: str | None) -> Row | None:
        return self.tables[shape.path].rows.get(key) if key else None

    def account_by_code(self, code: str) -> Row | None:
        return self.accounts.get(self.codes.get(code.strip(), ""))

    def of_account(self, shape: Shape, account: str | None) -> list[Row]:
        rows = self.tables[shape.path].rows
        return [rows[key] for key in self._children.get((shape.path, account or ""), ())]

    def create(self, shape: Shape, values: Values, user: User) -> Row:
        now = wall.wall(self.clock())
        row: Row = {shape.key: new_guid(), "Created": now, "Creator": user.id, "Modified": now, "Modifier": user.id}
        _apply(row, values)
        self._check(shape, row, values, None)
        self.tables[shape.path].add(row, self.stamp())
        self._adopt(shape, row)
        self._rules(shape).settle(self, row, set(values), user, creating=True)
        self.tell(self, "Create", shape, row)
        return row

    def update(self, shape: Shape, row: Row, values: Values, user: User) -> None:
        changed = dict(row)
        _apply(changed, values)
        self._check(shape, changed, values, row)
        changed["Modified"], changed["Modifier"] = wall.wall(self.clock()), user.id
        self._orphan(shape, row)
        row.clear()
        row.update(changed)
        self._adopt(shape, row)
        self.tables[shape.path].touch(row, self.stamp())
        self._rules(shape).settle(self, row, set(values), user, creating=False)
        self.tell(self, "Update", shape, row)

    def delete(self, shape: Shape, row: Row, user: User) -> None:
        if self._rules(shape).in_use(self, row):
            raise broken(Complaint("in_use"))
        for child in (MANDATE, BANK_ACCOUNT, CONTACT, ADDRESS) if shape is ACCOUNT else ():
            for one in self.of_account(child, row["ID"]):
                self._forget(child, one, user)
        self._forget(shape, row, user)
        self.tell(self, "Delete", shape, row)

    def touch(self, shape: Shape, row: Row, values: Values, user: User) -> None:
        """A change that follows from another one: no rules, but a new row version."""
        _apply(row, values)
        row["Modified"], row["Modifier"] = wall.wall(self.clock()), user.id
        self.tables[shape.path].touch(row, self.stamp())

    def stamp(self) -> int:
        self._stamp += 1
        return self._stamp

    def number(self, kind: str, first: int = 1) -> int:
        self.numbers[kind] = self.numbers.get(kind, first - 1) + 1
        return self.numbers[kind]

    def move(self) -> None:
        """The division goes to another server: row versions start again, and what was deleted is forgotten."""
        self.moved, self._stamp = wall.wall(self.clock()), STAMP_AFTER_MOVE
        self.deleted.clear()
        for table in self.tables.values():
            self._stamp = table.restamp(self._stamp + 1)

    def bill(self, account: Row, *, amount: float = 25.0) -> Row:
        now, number = wall.wall(self.clock()), self.number("invoice", 26_700_001)
        row: Row = {
            "HID": number, "Id": new_guid(), "AccountId": account["ID"], "Amount": amount, "InvoiceNumber": number,
            "AmountInTransit": 0, "ApprovalStatus": 0, "CurrencyCode": "EUR", "Description": "Contributie",
            "DueDate": now, "EntryNumber": number, "InvoiceDate": now, "JournalCode": "70",
            "JournalDescription": "Verkoop", "YourRef": None,
        }  # fmt: skip
        self.receivables[row["Id"]] = row
        self.numbers[f"billed:{account['ID']}"] = 1
        return row

    def settle(self, receivable: str) -> None:
        self.receivables.pop(receivable, None)

    def subscribe(self, account: Row, user: User) -> Row:
        today = wall.midnight(self.clock())
        values = {
            "OrderedBy": account["ID"],
            "InvoiceTo": account["ID"],
            "StartDate": today,
            "Description": "Lidmaatschap",
        }
        return self.create(SUBSCRIPTION, {**values, "Number": self.number("subscription"), "Currency": "EUR"}, user)

    def is_billed(self, account: Row) -> bool:
        subscriptions = self.tables[SUBSCRIPTION.path].rows.values()
        return f"billed:{account['ID']}" in self.numbers or any(
            one["OrderedBy"] == account["ID"] for one in subscriptions
        )

    def _check(self, shape: Shape, row: Row, values: Values, old: Row | None) -> None:
        complaints = [*self._general(shape, row, values), *self._rules(shape).check(self, row, set(values), old)]
        if complaints:
            raise broken(*dict.fromkeys(complaints))

    def _general(self, shape: Shape, row: Row, values: Values) -> Iterable[Complaint]:
        for name in shape.needed:
            if not str(row.get(name) or "").strip():
                yield Complaint("mandatory", name)
        for name in values:
            value = row.get(name)
            if isinstance(value, str) and value in self.refused:
                yield Complaint("invalid", name)
            if isinstance(value, str) and len(value) > shape.limits.get(name, len(value)):
                if self.switches.too_long == "refuse":
                    yield Complaint("too_long", name)
                else:
                    row[name] = value[: shape.limits[name]]

    def _rules(self, shape: Shape) -> rules.Rules:
        return _RULES.get(shape.path, _NO_RULES)

    def _adopt(self, shape: Shape, row: Row) -> None:
        if account := row.get("Account"):
            self._children.setdefault((shape.path, account), []).append(row["ID"])

    def _orphan(self, shape: Shape, row: Row) -> None:
        if account := row.get("Account"):
            self._children[shape.path, account].remove(row["ID"])

    def _forget(self, shape: Shape, row: Row, user: User) -> None:
        if row[shape.key] not in self.tables[shape.path].rows:
            raise gone()
        self._orphan(shape, row)
        self._rules(shape).forget(self, row)
        self.tables[shape.path].remove(row[shape.key])
        if shape.entity_type:
            now = wall.wall(self.clock())
            fact: Row = {
                "Timestamp": self.stamp(), "DeletedBy": user.id, "DeletedDate": now, "Division": self.code,
                "EntityKey": row["ID"], "EntityType": shape.entity_type, "ID": new_guid(),
            }  # fmt: skip
            self.deleted.append(fact)


def _apply(row: Row, values: Values) -> None:
    for name, value in values.items():
        if value is None or value == "":
            row.pop(name, None)
        else:
            row[name] = value
