"""What a file tells of mandates: held against those there are, and written after the yes.

A mandate that is there is never changed but to end it, and none that ended lives again. An account number under a live
mandate stays, unless the row ends that mandate.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q

from ledenbrug.members.models import Association, FinancialAdministration, Mandate
from ledenbrug.members.refusals import Fault, Reason
from ledenbrug.members.sources.spreadsheet.converting import Row
from ledenbrug.members.sources.spreadsheet.headers import ADMINISTRATION, ENDED, MANDATES, REFERENCE, SIGNED
from ledenbrug.members.sources.spreadsheet.mandate_cells import Told
from ledenbrug.members.sources.spreadsheet.proposals import Entry
from ledenbrug.members.sources.spreadsheet.whom import one_of


class Held(NamedTuple):
    """A mandate that is there."""

    member_id: int
    id: int
    administration: int
    reference: str
    signed: date
    ended: date | None

    def lives(self, day: date) -> bool:
        return self.ended is None or self.ended > day


def administrations(association: Association) -> dict[str, int]:
    """By name as it stands, and by name in small letters."""
    named = dict(FinancialAdministration.objects.of(association).values_list("name", "id"))
    return {name.casefold(): pk for name, pk in named.items()} | named


class Mandates:
    """Looks at some rows at a time, and remembers which references the rows before have told."""

    def __init__(self, association: Association, administrations: Mapping[str, int], *, today: date) -> None:
        self.association = association
        self.administrations = administrations
        self.today = today
        self.told: set[str] = set()
        self.held: dict[int, dict[str, Held]] = {}
        self.taken: frozenset[str] = frozenset()

    def look(self, rows: Iterable[Row], members: Sequence[int], *, of_members: bool) -> None:
        """`of_members` says whether anything in the file hangs on the mandates of those who are there."""
        references = {each.reference for row in rows for each in row.mandates}
        chosen = Q(reference__in=references) | Q(member_id__in=members if of_members else ())
        rows_there = Mandate.objects.of(self.association).filter(chosen)
        fields = ("member_id", "id", "financial_administration_id", "reference", "signed", "ended")
        found = [Held(*each) for each in rows_there.order_by("id").values_list(*fields)]
        self.held, self.taken = {}, frozenset(each.reference for each in found)
        for each in found:
            self.held.setdefault(each.member_id, {})[each.reference] = each

    def judge(self, row: Row, entry: Entry, *, iban: object) -> list[Fault]:
        """Notes in the entry what the row adds and ends. `iban` is what the member has after the row."""
        held = self.held.get(entry.member, {}) if entry.member else {}
        faults: list[Fault] = []
        for told in row.mandates:
            faults += self._one(told, held, entry)
        ends = dict(entry.ends)
        stay = [each._replace(ended=ends.get(each.id, each.ended)) for each in held.values()]
        if not faults and row.mandates:
            faults += self._together(row.mandates[0], stay, entry, iban)
        if "iban" in entry.values and entry.before.get("iban") and any(each.lives(self.today) for each in stay):
            faults.append(Fault(Reason.LIVE_MANDATE, "iban"))
        if entry.member and (entry.mandates or entry.ends or "iban" in entry.values):
            entry.mandates_seen = [(each.id, each.ended) for each in held.values()]
        return faults

    def _one(self, told: Told, held: Mapping[str, Held], entry: Entry) -> list[Fault]:
        administration, fault = self._administration(told)
        here = held.get(told.reference)
        if fault is None and here is None and (told.reference in self.taken or told.reference in self.told):
            fault = Fault(Reason.REFERENCE_TAKEN, _column(told, REFERENCE))
        if fault is None:
            self.told.add(told.reference)
            fault = self._new(told, administration, entry) if here is None else self._there(told, administration, here)
        if fault is None and here is not None and told.ended != here.ended and told.ended is not None:
            entry.ends.append((here.id, told.ended))
        return [fault] if fault else []

    def _administration(self, told: Told) -> tuple[int, Fault | None]:
        every, name = set(self.administrations.values()), told.administration
        found = self.administrations.get(name) or self.administrations.get(name.casefold())
        if found is not None:
            return found, None
        if not name and len(every) == 1:
            return next(iter(every)), None
        reason = Reason.WHICH_ADMINISTRATION if every and not name else Reason.UNKNOWN_ADMINISTRATION
        return 0, Fault(reason, _column(told, ADMINISTRATION if name else REFERENCE))

    def _new(self, told: Told, administration: int, entry: Entry) -> Fault | None:
        if told.signed is None:
            return Fault(Reason.REQUIRED, _column(told, SIGNED))
        if told.signed > self.today:
            return Fault(Reason.IN_THE_FUTURE, _column(told, SIGNED))
        if told.ended is not None and told.ended < told.signed:
            return Fault(Reason.ENDS_BEFORE_SIGNED, _column(told, ENDED))
        entry.mandates.append((administration, told.reference, told.signed, told.ended))
        return None

    def _there(self, told: Told, administration: int, here: Held) -> Fault | None:
        if administration != here.administration or told.signed not in (None, here.signed):
            return Fault(Reason.MANDATE_DIFFERS, _column(told, REFERENCE))
        if here.ended is not None and (told.ended is None or told.ended > here.ended):
            return Fault(Reason.MANDATE_ENDED, _column(told, REFERENCE))
        if told.ended is not None and told.ended < here.signed:
            return Fault(Reason.ENDS_BEFORE_SIGNED, _column(told, ENDED))
        return None

    def _together(self, told: Told, stay: Sequence[Held], entry: Entry, iban: object) -> list[Fault]:
        open_ended = Counter(each.administration for each in stay if each.ended is None)
        open_ended.update(administration for administration, _, _, ended in entry.mandates if ended is None)
        if entry.mandates and max(open_ended.values(), default=0) > 1:
            return [Fault(Reason.LIVE_MANDATE, _column(told, REFERENCE))]
        lives = any(ended is None or ended > self.today for _, _, _, ended in entry.mandates)
        return [Fault(Reason.NO_IBAN, _column(told, REFERENCE))] if lives and not iban else []


def _column(told: Told, name: str) -> str:
    return name if told.apart else MANDATES


def taken(association_id: int, entries: Iterable[Entry]) -> frozenset[str]:
    """References that were given since the preview."""
    references = [reference for entry in entries for _, reference, _, _ in entry.mandates]
    found = Mandate.objects.of(association_id).filter(reference__in=one_of(references))
    return frozenset(found.values_list("reference", flat=True)) if references else frozenset()


def copy(cursor: Any, association_id: int, mandates: Iterable[tuple[int, Entry]]) -> None:
    """`mandates` are those of new members, by the member's id."""
    with cursor.copy(
        "COPY members_mandate (association_id, member_id, financial_administration_id, reference, signed, ended) "
        "FROM STDIN"
    ) as rows:
        for member, entry in mandates:
            for each in entry.mandates:
                rows.write_row((association_id, member, *each))


CHANGED_MEANWHILE = """
DELETE FROM imported i WHERE i.mandates_seen IS NOT NULL AND i.mandates_seen <> (
    SELECT coalesce(jsonb_agg(jsonb_build_array(d.id, d.ended) ORDER BY d.id), '[]') FROM members_mandate d
    WHERE d.member_id = i.member_id
)
RETURNING i.row_number
"""
TAKEN_MEANWHILE = """
DELETE FROM imported i WHERE EXISTS (
    SELECT 1 FROM jsonb_array_elements(i.mandates) AS told JOIN members_mandate d
    ON d.reference = told ->> 1 AND d.association_id = %s
)
RETURNING i.row_number
"""
END = """
UPDATE members_mandate d SET ended = (said ->> 1)::date
FROM imported i CROSS JOIN jsonb_array_elements(i.ends) AS said
WHERE d.id = (said ->> 0)::bigint AND d.member_id = i.member_id AND d.association_id = %s
"""
ADD = """
INSERT INTO members_mandate (association_id, member_id, financial_administration_id, reference, signed, ended)
SELECT %s, i.member_id, (told ->> 0)::bigint, told ->> 1, (told ->> 2)::date, (told ->> 3)::date
FROM imported i CROSS JOIN jsonb_array_elements(i.mandates) AS told
"""
