"""Writes what a person said yes to: one transaction, few statements whatever the number of rows, one ring of the bell.

It must not judge again; it leaves out what changed since the preview and says so.
"""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

import msgspec
from django.db import connection
from django.db.models import BooleanField, CharField, TextField
from psycopg.types.json import Jsonb

from ledenbrug.members import calendar, cause, custom, keys, plans
from ledenbrug.members.models import (
    Association,
    BulkChange,
    BulkKind,
    ImportProposal,
    IssuedNumber,
    Member,
    User,
    Verdict,
)
from ledenbrug.members.operations.bulk import kept
from ledenbrug.members.operations.numbers import take_numbers
from ledenbrug.members.operations.writing import held_association, writing
from ledenbrug.members.progress import Progress, unheard
from ledenbrug.members.refusals import Reason
from ledenbrug.members.sources.spreadsheet import mandates
from ledenbrug.members.sources.spreadsheet.proposals import Entry, Value, forget, parts
from ledenbrug.members.sources.spreadsheet.whom import one_of

COLUMNS = tuple(
    str(field.column)
    for field in Member._meta.concrete_fields
    if not field.generated and field.name not in ("version", "created_at", "changed_at", "deleted_at")
)

MANY = 1000


@dataclass(frozen=True, slots=True)
class Result:
    new: int
    changed: int
    left_out: tuple[tuple[int, Reason], ...]
    """Rows of the file that no longer held when the yes came."""
    change: BulkChange | None = dataclasses.field(default=None, compare=False)
    """What takes it back."""


class Applied(Exception):
    """This proposal was written before."""


def apply(proposal: ImportProposal, *, by: User | None, now: datetime, progress: Progress = unheard) -> Result:
    key = uuid4().hex
    with writing(proposal.association_id, by=by, why=cause.Cause.IMPORT, proposal=str(proposal.pk), run=key):
        association = held_association(proposal.association_id)
        locked = ImportProposal.objects.of(association).select_for_update().get(pk=proposal.pk)
        if locked.applied_at is not None or locked.ready_at is None or locked.expires_at <= now:
            raise Applied
        today = calendar.today(association, now)
        left_out: list[tuple[int, Reason]] = []
        changed = _change(locked, left_out, progress)
        new = _add(locked, association, today, left_out, progress)
        if new + changed >= MANY:
            _count_anew()
        calendar.follow_all(association, day=today)
        change = kept(association, BulkKind.IMPORT, key, new + changed, by=by, now=now)
        locked.applied_at = now
        locked.save(update_fields=["applied_at"])
        forget(locked)
    proposal.applied_at = now
    return Result(new, changed, tuple(sorted(left_out)), change)


def _add(
    proposal: ImportProposal,
    association: Association,
    today: date,
    left_out: list[tuple[int, Reason]],
    progress: Progress,
) -> int:
    added, (before, everybody) = 0, _rows(proposal)
    for entries in _together(proposal, Verdict.NEW):
        progress(before + added, everybody)
        chosen = [str(each.values["number"]) for each in entries if each.values.get("number")]
        there = IssuedNumber.objects.of(association).filter(number__in=one_of(chosen))
        issued = set(there.values_list("number", flat=True))
        free = [each for each in entries if each.values.get("number") not in issued]
        left_out += [(each.row, Reason.NUMBER_ISSUED) for each in entries if each.values.get("number") in issued]
        free = _without_taken(proposal, free, left_out)
        numbers = iter(take_numbers(association, sum(not each.values.get("number") for each in free)))
        for each in free:
            each.values["number"] = each.values.get("number") or next(numbers)
        _copy_members(free, association, today)
        keys.check()
        added += len(free)
    return added


def _rows(proposal: ImportProposal) -> tuple[int, int]:
    """Which are written first, and all."""
    changed = proposal.counts.get(Verdict.CHANGED, 0)
    return changed, changed + proposal.counts.get(Verdict.NEW, 0)


def _without_taken(
    proposal: ImportProposal, entries: Sequence[Entry], left_out: list[tuple[int, Reason]]
) -> list[Entry]:
    taken = mandates.taken(proposal.association_id, entries)
    both = [(each, any(reference in taken for _, reference, _, _ in each.mandates)) for each in entries]
    left_out += [(each.row, Reason.REFERENCE_TAKEN) for each, is_taken in both if is_taken]
    return [each for each, is_taken in both if not is_taken]


def _copy_members(entries: Sequence[Entry], association: Association, today: date) -> None:
    empty = _empty_member(association)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(named) FROM pg_get_serial_sequence('members_member', 'id') named, generate_series(1, %s)",
            [len(entries)],
        )
        ids = [row[0] for row in cursor.fetchall()]
        names = ", ".join(f'"{column}"' for column in COLUMNS)
        with cursor.copy(f"COPY members_member ({names}) FROM STDIN") as copy:
            for entry, pk in zip(entries, ids, strict=True):
                begun = entry.since is not None and entry.since <= today
                held = {"status_id": entry.status, "since": entry.since} if begun else {}
                own, rest = _apart(entry)
                values = {**empty, **rest, **held, "custom": Jsonb(own), "id": pk}
                copy.write_row([values[column] for column in COLUMNS])
        with cursor.copy("COPY members_period (association_id, member_id, status_id, start) FROM STDIN") as copy:
            for entry, pk in zip(entries, ids, strict=True):
                one = (entry.since, entry.status)
                for start, status in (*entry.periods,) or (one,):
                    copy.write_row((association.pk, pk, status, start))
        mandates.copy(
            cursor, association.pk, [(pk, each) for each, pk in zip(entries, ids, strict=True) if each.mandates]
        )


def _count_anew() -> None:
    """The database goes by what it counted last: as if the association were still as small, for up to a minute."""
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE members_member, members_period, members_mandate, "
            "members_memberevent, members_periodevent, members_mandateevent"
        )


def _empty_member(association: Association) -> dict[str, Any]:
    empty: dict[str, Any] = {}
    for field in Member._meta.concrete_fields:
        name = str(field.column)
        if isinstance(field, BooleanField):
            empty[name] = field.default
        else:
            empty[name] = "" if isinstance(field, CharField | TextField) else None
    return empty | {"association_id": association.pk, "country": association.country}


def _change(proposal: ImportProposal, left_out: list[tuple[int, Reason]], progress: Progress) -> int:
    changed, (_, everybody) = 0, _rows(proposal)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.imported")
        cursor.execute(
            "CREATE TEMPORARY TABLE imported (row_number int, member_id bigint, version int, changed jsonb, own jsonb, "
            "status_id bigint, since date, corrects bigint, periods jsonb, mandates jsonb, "
            "ends jsonb, mandates_seen jsonb) ON COMMIT DROP"
        )
        for entries in _together(proposal, Verdict.CHANGED):
            progress(changed, everybody)
            with cursor.copy("COPY imported FROM STDIN") as copy:  # nothing else may be asked while it is open
                for each in entries:
                    copy.write_row(_staged(each))
            cursor.execute("ANALYZE imported")
            plans.anew()
            changed += _change_staged(cursor, proposal, left_out)
            keys.check()
            cursor.execute("TRUNCATE imported")
    return changed


def _change_staged(cursor: Any, proposal: ImportProposal, left_out: list[tuple[int, Reason]]) -> int:
    cursor.execute(_HOLD, [proposal.association_id])
    cursor.execute(
        "DELETE FROM imported USING imported AS other LEFT JOIN members_member m "
        "ON m.id = other.member_id AND m.version = other.version AND m.deleted_at IS NULL "
        "AND m.association_id = %s "
        "WHERE imported.row_number = other.row_number AND m.id IS NULL RETURNING imported.row_number",
        [proposal.association_id],
    )
    left_out += [(row, Reason.CHANGED_MEANWHILE) for (row,) in cursor.fetchall()]
    cursor.execute(mandates.CHANGED_MEANWHILE)
    left_out += [(row, Reason.CHANGED_MEANWHILE) for (row,) in cursor.fetchall()]
    cursor.execute(mandates.TAKEN_MEANWHILE, [proposal.association_id])
    left_out += [(row, Reason.REFERENCE_TAKEN) for (row,) in cursor.fetchall()]
    if proposal.fields:
        cursor.execute(_update(proposal.fields), [proposal.association_id])
    _change_periods(cursor, proposal.association_id)
    cursor.execute(mandates.END, [proposal.association_id])
    cursor.execute(mandates.ADD, [proposal.association_id])
    cursor.execute("SELECT count(*) FROM imported")
    return int(cursor.fetchone()[0])


_HOLD = """
SELECT FROM members_member WHERE association_id = %s AND id IN (SELECT member_id FROM imported)
ORDER BY id FOR NO KEY UPDATE
"""
"""Before it is asked whether somebody changed them, so that nobody does between that and what is written."""


def _staged(entry: Entry) -> tuple[Any, ...]:
    own, rest = _apart(entry)
    return (entry.row, entry.member, entry.version, Jsonb(rest), Jsonb(own), entry.status, entry.since, entry.corrects,
            *map(_json, (entry.periods, entry.mandates, entry.ends)),
            None if entry.mandates_seen is None else _json(entry.mandates_seen))  # fmt: skip


def _json(told: object) -> Jsonb:
    """Days as ISO text."""
    return Jsonb(msgspec.to_builtins(told))


def _apart(entry: Entry) -> tuple[dict[str, Value], dict[str, Value]]:
    """The association's own fields, and the others."""
    own = {name: value for name, value in entry.values.items() if custom.is_key(name)}
    return own, {name: value for name, value in entry.values.items() if name not in own}


def _update(fields: Sequence[str]) -> str:
    """Each column keeps its value where the row says nothing of it, and so does each of the association's own."""
    known = {field.name: field for field in Member._meta.concrete_fields}
    sets = [
        f"\"{name}\" = CASE WHEN i.changed ? '{name}' "
        f"THEN (i.changed ->> '{name}')::{_kind(known[name])} ELSE m.\"{name}\" END"
        for name in fields
        if name in known
    ]
    if any(map(custom.is_key, fields)):
        sets.append("custom = jsonb_strip_nulls(m.custom || i.own)")
    where = "m.id = i.member_id AND m.association_id = %s AND (i.changed <> '{}' OR i.own <> '{}')"
    return f"UPDATE members_member m SET {', '.join(sets)} FROM imported i WHERE {where}"  # noqa: S608 - columns


def _kind(field: Any) -> str:
    return {"BooleanField": "boolean", "DateField": "date"}.get(field.get_internal_type(), "text")


def _change_periods(cursor: Any, association_id: int) -> None:
    cursor.execute(
        "DELETE FROM members_period p USING imported i "
        "WHERE i.corrects IS NOT NULL AND p.member_id = i.member_id AND p.start = i.since AND p.id <> i.corrects"
    )
    cursor.execute(
        "UPDATE members_period p SET start = i.since FROM imported i WHERE p.id = i.corrects AND p.association_id = %s",
        [association_id],
    )
    plans.anew()
    cursor.execute(
        "INSERT INTO members_period (association_id, member_id, status_id, start) "
        "SELECT %s, member_id, status_id, since FROM imported WHERE status_id IS NOT NULL AND corrects IS NULL "
        "UNION ALL SELECT %s, member_id, (told ->> 1)::bigint, (told ->> 0)::date "
        "FROM imported CROSS JOIN jsonb_array_elements(periods) AS told "
        "ON CONFLICT (member_id, start) DO UPDATE SET status_id = excluded.status_id",
        [association_id, association_id],
    )


def _together(proposal: ImportProposal, verdict: Verdict, *, most: int = 5000) -> Iterator[list[Entry]]:
    gathered: list[Entry] = []
    for entries in parts(proposal, verdict):
        gathered += entries
        if len(gathered) >= most:
            yield gathered
            gathered = []
    if gathered:
        yield gathered
