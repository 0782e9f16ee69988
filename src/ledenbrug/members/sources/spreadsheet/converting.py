"""Turns the cells of a row into values of a member, or says per column why not. No table is read for it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from ledenbrug.members import custom, validation
from ledenbrug.members.custom import Own
from ledenbrug.members.refusals import Fault, Reason
from ledenbrug.members.sources.spreadsheet import cells as cell
from ledenbrug.members.sources.spreadsheet import mandate_cells
from ledenbrug.members.sources.spreadsheet.courses import Course
from ledenbrug.members.sources.spreadsheet.headers import (
    ADMINISTRATION,
    ENDED,
    HOUSE_NUMBER,
    HOUSE_SUFFIX,
    MANDATE_APART,
    MANDATES,
    PERIODS,
    REFERENCE,
    SIGNED,
    SINCE,
    STATUS,
    STREET,
)
from ledenbrug.members.sources.spreadsheet.mandate_cells import Told
from ledenbrug.members.sources.spreadsheet.proposals import CellFault
from ledenbrug.members.sources.spreadsheet.reading import Column, Sheet
from ledenbrug.members.validation import Unfit

IN_PARTS = frozenset({STREET, HOUSE_NUMBER, HOUSE_SUFFIX})
DECLINED = frozenset({STATUS, SINCE, PERIODS, MANDATES, *MANDATE_APART})
"""Columns that are no field of the member's own."""
SPECIAL = DECLINED | cell.CELLS.keys()
"""Columns whose text is not the value as it is."""


@dataclass(slots=True)
class Row:
    number: int
    values: dict[str, object] = field(default_factory=dict)
    empty: set[str] = field(default_factory=set)
    """Fields whose cell is empty."""
    status: str = ""
    since: date | None = None
    periods: Course = ()
    mandates: list[Told] = field(default_factory=list)
    apart: dict[str, object] = field(default_factory=dict)
    """What columns of their own say of one mandate."""
    faults: list[CellFault] = field(default_factory=list)


class Converter:
    def __init__(self, sheet: Sheet, *, own: Own, administrations: Collection[str], today: date) -> None:
        """`administrations` are names in small letters."""
        self.columns: Sequence[Column] = tuple(sheet.taken.values())
        self.width = len(sheet.columns)
        self.fields = frozenset(sheet.taken)
        self.members_fields = self._members_fields()
        self.names: Mapping[str, str] = {each.field: each.name for each in self.columns}
        self.own = {key: field for key, field in own.items() if key in self.fields}
        self.administrations = administrations
        self.today = today

    def row(self, number: int, cells: Sequence[str]) -> Row:
        row = Row(number)
        if len(cells) != self.width and (len(cells) < self.width or any(map(str.strip, cells[self.width :]))):
            reason = Reason.TOO_FEW_CELLS if len(cells) < self.width else Reason.TOO_MANY_CELLS
            row.faults.append(CellFault(reason))
            return row
        written = {each.field: cells[each.place] for each in self.columns}
        self._join(written)
        for name, text in written.items():
            if not text.strip():
                if name not in DECLINED:
                    row.empty.add(name)
            elif name in SPECIAL:
                self._take(row, name, text)
            else:
                row.values[name] = text
        if row.apart:
            self._mandate(row)
        return row

    def _members_fields(self) -> frozenset[str]:
        """Fields of a member that some row may write."""
        more = {"infix"} if "last_name" in self.fields else set()
        more |= {"address"} if STREET in self.fields else set()
        return (self.fields | more) - IN_PARTS - DECLINED

    def _join(self, written: dict[str, str]) -> None:
        if STREET in self.fields and "address" not in self.fields:
            written["address"] = cell.address(written)
        for name in IN_PARTS:
            written.pop(name, None)
        if "last_name" in written and "infix" not in self.fields:
            written["infix"], written["last_name"] = cell.split_infix(written["last_name"])
            if not written["infix"]:
                del written["infix"]

    def _take(self, row: Row, name: str, text: str) -> None:
        read: Callable[[str], object] = cell.CELLS.get(name, str)
        try:
            value = read(text)
            if name == STATUS:
                row.status = validation.line(text)
            elif name == SINCE and isinstance(value, date):
                row.since = value
            elif name == PERIODS and isinstance(value, list):
                row.periods = value
            elif name == MANDATES:
                row.mandates += mandate_cells.read(text, administrations=self.administrations)
            elif name in MANDATE_APART:
                row.apart[name] = value
            elif name not in DECLINED:
                row.values[name] = value
        except Unfit as unfit:
            row.faults.append(CellFault(unfit.reason, self._column(name), unfit.params))

    def _mandate(self, row: Row) -> None:
        signed, ended = row.apart.get(SIGNED), row.apart.get(ENDED)
        reference, administration = (str(row.apart.get(name, "")) for name in (REFERENCE, ADMINISTRATION))
        assert signed is None or isinstance(signed, date)  # for the type checker
        assert ended is None or isinstance(ended, date)
        if reference and reference not in {each.reference for each in row.mandates}:
            row.mandates.append(Told(reference, signed, ended, administration.strip(), apart=True))
        elif not reference and (signed or ended) and not row.mandates and not row.faults:
            row.faults.append(self.fault(Fault(Reason.REQUIRED, REFERENCE)))

    def check(self, row: Row, *, country: str) -> None:
        """`country` is where the member lives as far as we know: it decides what a postcode looks like."""
        own = {name: row.values.pop(name) for name in self.own if name in row.values}
        row.values, faults = validation.clean(row.values, country_now=country, today=self.today)
        mine, more = custom.clean(own, self.own)
        row.values |= mine
        row.faults += [self.fault(each) for each in (*faults, *more)]

    def fault(self, fault: Fault) -> CellFault:
        return CellFault(fault.reason, self._column(fault.field), dict(fault.params))

    def _column(self, name: str) -> str:
        """The field itself where no column of the file is about it."""
        return self.names.get(name) or self.names.get({"address": STREET, "infix": "last_name"}.get(name, ""), name)
