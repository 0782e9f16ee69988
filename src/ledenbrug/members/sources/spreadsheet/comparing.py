"""Compares the rows of a file with the members there are: new, changed, unchanged, or refused with the reason.

It reads a few queries per thousand rows and writes nothing but the proposal.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any, NamedTuple

from django.db.models.functions import Lower

from ledenbrug.members import calendar, custom, rules, validation
from ledenbrug.members.models import (
    Association,
    ImportProposal,
    IssuedNumber,
    Member,
    MemberStatus,
    Period,
    User,
    Verdict,
)
from ledenbrug.members.progress import Progress, unheard
from ledenbrug.members.refusals import Fault, Reason
from ledenbrug.members.sources.spreadsheet.converting import Converter, Row
from ledenbrug.members.sources.spreadsheet.headers import MANDATE_APART, MANDATES, PERIODS, SINCE, STATUS
from ledenbrug.members.sources.spreadsheet.mandates import Mandates, administrations
from ledenbrug.members.sources.spreadsheet.proposals import Entry, Value, Writing, begun
from ledenbrug.members.sources.spreadsheet.reading import Sheet
from ledenbrug.members.sources.spreadsheet.whom import MatchBy, doubles, key_of, needs, one_of

AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a person chose beside the file."""

    match_by: MatchBy
    status: MemberStatus | None
    """Of new members whose row names none."""
    clear_empty: bool
    """An empty cell empties the field of a member who is there."""


def compare(
    association: Association,
    sheet: Sheet,
    *,
    match_by: MatchBy,
    status: MemberStatus | None = None,
    clear_empty: bool = False,
    file_name: str = "",
    by: User | None,
    now: datetime,
    progress: Progress = unheard,
) -> ImportProposal:
    needs(sheet, match_by)
    there, double = doubles(sheet, match_by, progress)
    progress(0, there)
    proposal = begun(association, sheet, file_name=file_name, by=by, now=now)
    today = calendar.today(association, now)
    books = administrations(association)
    own = custom.fields_of(association)
    converter = Converter(sheet, own=own, administrations={name.casefold() for name in books}, today=today)
    choices = Choices(match_by=match_by, status=status, clear_empty=clear_empty)
    mandates = Mandates(association, books, today=today)
    judge = Judge(association, converter, choices, mandates, own=own, double=double, today=today)
    writing = Writing(proposal)
    looked_at = 0
    rows = sheet.rows()
    while chunk := [converter.row(number, cells) for number, cells in islice(rows, AT_ONCE)]:
        for verdict, entry in judge.verdicts(chunk):
            writing.put(verdict, entry)
        looked_at += len(chunk)
        progress(looked_at, there)
    writing.close(now=now)
    return proposal


class Held(NamedTuple):
    """A period of a member who is there."""

    member_id: int
    id: int
    status_id: int
    status: str
    start: date


class Judge:
    """Gives each row its verdict."""

    def __init__(
        self,
        association: Association,
        converter: Converter,
        choices: Choices,
        mandates: Mandates,
        *,
        own: custom.Own,
        double: Mapping[str, frozenset[str]],
        today: date,
    ) -> None:
        self.association = association
        self.converter = converter
        self.choices = choices
        self.mandates = mandates
        self.double = double
        self.today = today
        statuses = list(MemberStatus.objects.of(association))
        self.statuses = {each.name.casefold(): each.pk for each in statuses}
        self.rules: Mapping[int | None, Mapping[str, str]] = {
            None: rules.of_status({}, own), **{each.pk: rules.of_status(each.fields, own) for each in statuses}
        }  # fmt: skip
        columns = {name for name in converter.members_fields if not custom.is_key(name)}
        self.read = sorted({"number", "email", "country", "custom", "status_id", "iban", *columns})

    def verdicts(self, rows: Sequence[Row]) -> Iterator[tuple[Verdict, Entry]]:
        there = self._there(rows)
        for row in rows:
            found = there.get(self.key(row), [])
            self.converter.check(row, country=found[0]["country"] if found else self.association.country)
        issued = self._issued(rows)
        members = [each["id"] for found in there.values() for each in found]
        periods = _periods(self.association, members) if {STATUS, SINCE, PERIODS} & self.converter.fields else {}
        hang_on = {MANDATES, "iban", *MANDATE_APART} & self.converter.fields
        self.mandates.look(rows, members, of_members=bool(hang_on))
        for row in rows:
            found = there.get(self.key(row), [])
            faults = [*row.faults, *self._whom(row, found, issued)]
            if not faults and found:
                entry, faults = self._changed(row, found[0], periods.get(found[0]["id"], ()))
                verdict = Verdict.CHANGED if entry.writes else Verdict.UNCHANGED
            elif not faults:
                entry, faults = self._new(row)
                verdict = Verdict.NEW
            if faults:
                verdict, entry = Verdict.REFUSED, Entry(row.number, values=_named(row), faults=faults)
            yield verdict, entry

    def key(self, row: Row) -> str:
        return key_of(row.values, self.choices.match_by)

    def _whom(self, row: Row, found: Sequence[Any], issued: frozenset[str]) -> list[Any]:
        """What keeps us from knowing who is meant."""
        number = str(row.values.get("number") or "")
        faults = [
            Fault(Reason.DOUBLE, name)
            for name, value in (("number", number), (self.choices.match_by.value, self.key(row)))
            if value and value in self.double.get(name, ())
        ][:1]
        if len(found) > 1:
            faults.append(Fault(Reason.AMBIGUOUS, self.choices.match_by.value, {"count": str(len(found))}))
        elif found and found[0]["deleted_at"]:
            faults.append(Fault(Reason.DELETED, self.choices.match_by.value))
        elif number in issued and not (found and found[0].get("number") == number):
            faults.append(Fault(Reason.NUMBER_ISSUED, "number"))
        if row.status and row.status.casefold() not in self.statuses:
            faults.append(Fault(Reason.UNKNOWN_STATUS, STATUS))
        if any(name.casefold() not in self.statuses for _, name in row.periods):
            faults.append(Fault(Reason.UNKNOWN_STATUS, PERIODS))
        return [self.converter.fault(each) for each in faults]

    def _new(self, row: Row) -> tuple[Entry, list[Any]]:
        values: dict[str, Value] = {name: _kept(value) for name, value in row.values.items()}
        status = self.statuses.get(row.status.casefold()) if row.status else getattr(self.choices.status, "pk", None)
        course = self._course(row)
        if course:
            row.since, status = next((each for each in reversed(course) if each[0] <= self.today), course[0])
        missing = [name for name, there in (("last_name", values.get("last_name")), (STATUS, status)) if not there]
        if values.get("iban") and not values.get("bic"):
            values["bic"] = validation.bic_of(str(values["iban"]))
        entry = Entry(row.number, values=values, status=status, since=row.since or self.today, periods=course)
        faults = self._contradicts(row, course) + [Fault(Reason.REQUIRED, name) for name in missing] or rules.of_new(
            self.rules[status], values
        )
        faults = faults or self.mandates.judge(row, entry, iban=values.get("iban"))
        return entry, [self.converter.fault(each) for each in faults]

    def _changed(self, row: Row, found: Mapping[str, Any], periods: Sequence[Held]) -> tuple[Entry, list[Any]]:
        wanted = dict(row.values)
        if self.choices.clear_empty:
            wanted |= {name: self._empty(name) for name in row.empty - NEVER_EMPTY if name in found}
        entry = Entry(row.number, member=found["id"], version=found["version"])
        for name, value in wanted.items():
            if name in found and found[name] != value:
                entry.values[name] = _kept(value)
                entry.before[name] = _kept(found[name])
        if entry.values.get("iban") and "bic" not in row.values:
            entry.values["bic"] = validation.bic_of(str(entry.values["iban"]))
        faults = rules.of_changed(self.rules[found["status_id"]], entry.values)
        faults += self.mandates.judge(row, entry, iban=entry.values.get("iban", found["iban"]))
        if row.periods:
            faults += self._periods(row, entry, periods)
        else:
            self._status(row, entry, periods)
        return entry, [self.converter.fault(each) for each in faults]

    def _empty(self, name: str) -> object:
        return None if name in self.converter.own or Member._meta.get_field(name).null else ""

    def _course(self, row: Row) -> list[tuple[date, int]]:
        return [(start, self.statuses[name.casefold()]) for start, name in row.periods]

    def _contradicts(self, row: Row, course: Sequence[tuple[date, int]]) -> list[Fault]:
        now = max((each for each in course if each[0] <= self.today), default=None)
        stated = self.statuses.get(row.status.casefold())
        differs = course and row.status and (now is None or now[1] != stated)
        return [Fault(Reason.CONTRADICTS, STATUS)] if differs else []

    def _periods(self, row: Row, entry: Entry, periods: Sequence[Held]) -> list[Fault]:
        """Adds and corrects; a period of which the row does not speak stays."""
        held, course = {each.start: each.status_id for each in periods}, self._course(row)
        entry.periods = [each for each in course if held.get(each[0]) != each[1]]
        return self._contradicts(row, sorted({**held, **dict(course)}.items()))

    def _status(self, row: Row, entry: Entry, periods: Sequence[Held]) -> None:
        now = calendar.status_on(periods, self.today)
        status = self.statuses.get(row.status.casefold()) if row.status else getattr(now, "status_id", None)
        if status is None or any(each.status_id == status and each.start == row.since for each in periods):
            return
        if now is None or now.status_id != status:
            entry.status, entry.since = status, row.since or self.today
            entry.before["status"] = None if now is None else now.status
        elif row.since is not None:
            entry.corrects, entry.since = now.id, row.since
            entry.before["since"] = now.start.isoformat()

    def _there(self, rows: Sequence[Row]) -> Mapping[str, list[dict[str, Any]]]:
        """Members the rows may mean, by key; deleted ones too."""
        keys = {key for row in rows if (key := self.key(row))}
        members: Any = Member.objects.of(self.association)
        if self.choices.match_by is MatchBy.EMAIL:
            members = members.annotate(lower_email=Lower("email")).filter(lower_email__in=one_of(keys))
        else:
            members = members.filter(number__in=one_of(keys))
        found: dict[str, list[dict[str, Any]]] = {}
        for member in members.values("id", "version", "deleted_at", *self.read) if keys else ():
            member |= {key: member["custom"].get(key) for key in self.converter.own}
            found.setdefault(key_of(member, self.choices.match_by), []).append(member)
        for several in found.values():
            present = [each for each in several if each["deleted_at"] is None]
            several[:] = present or several[:1]
        return found

    def _issued(self, rows: Sequence[Row]) -> frozenset[str]:
        numbers = [str(row.values["number"]) for row in rows if row.values.get("number")]
        issued = IssuedNumber.objects.of(self.association).filter(number__in=one_of(numbers))
        return frozenset(issued.values_list("number", flat=True)) if numbers else frozenset()


NEVER_EMPTY = validation.NEEDED | {"receives_mail"}
NAME = ("initials", "given_name", "infix", "last_name")


def _periods(association: Association, members: Sequence[int]) -> Mapping[int, list[Held]]:
    found: dict[int, list[Held]] = {}
    periods = Period.objects.of(association).filter(member_id__in=members)
    for each in periods.values_list("member_id", "id", "status_id", "status__name", "start"):
        found.setdefault(each[0], []).append(Held(*each))
    return found


def _named(row: Row) -> dict[str, Value]:
    """What a refused row says of who it is about, for who mends it."""
    return {name: str(row.values[name]) for name in ("number", *NAME) if row.values.get(name)}


def _kept(value: object) -> Value:
    match value:
        case str() | bool() | None:
            return value
        case date():
            return value.isoformat()
        case _:
            return str(value)
