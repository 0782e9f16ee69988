"""Takes a change of many members back: a record goes back only where it still holds what the change wrote.

What was edited since stays as it is, and is counted; so does an account that a mandate was signed on since. Where the
history is gone (erased, aged) there is nothing to go back to.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q

from ledenbrug.members import calendar, cause, custom, plans
from ledenbrug.members.models import (
    Association,
    BulkChange,
    BulkKind,
    Kind,
    Mandate,
    MandateEvent,
    Member,
    MemberEvent,
    PeriodEvent,
    User,
)
from ledenbrug.members.models.member import NOT_TRACKED
from ledenbrug.members.operations.bulk import portions
from ledenbrug.members.operations.mandates import ACCOUNT
from ledenbrug.members.operations.members import live, written
from ledenbrug.members.operations.writing import held_association, save_all, writing
from ledenbrug.members.progress import Progress, unheard
from ledenbrug.members.refusals import Reason, Refused

UNDOABLE = timedelta(days=30)
FIELDS = tuple(
    str(field.attname)
    for field in Member._meta.concrete_fields
    if field.name not in {"id", "association", "version", "status", "merged_into", *NOT_TRACKED}
)
"""The status of today is left to the periods."""


@dataclass(frozen=True, slots=True)
class Undone:
    back: int
    stayed: int
    """Members who were changed since."""
    accounts: Sequence[str] = ()
    """Numbers of members whose account stays, for a mandate was signed on it since; the rest of them went back."""


def undoable(change: BulkChange, *, now: datetime) -> bool:
    return change.undone_at is None and now - change.at <= UNDOABLE


def undo(change: BulkChange, *, by: User | None, now: datetime, progress: Progress = unheard) -> Undone:
    with writing(change.association_id, by=by, why=cause.Cause.UNDO, undoes=change.key):
        association = held_association(change.association_id)
        locked = BulkChange.objects.of(association).select_for_update().get(pk=change.pk)
        if not undoable(locked, now=now):
            raise Refused.because(Reason.UNDONE)
        concerned = _concerned(locked)
        list(Member.objects.filter(pk__in=concerned).order_by("id").select_for_update(no_key=True).values_list("id"))
        fields, accounts = _members_back(association, locked, now, progress)
        back = fields | _taken_back(locked)
        calendar.follow_all(association, day=calendar.today(association, now))
        locked.undone_at = now
        locked.save(update_fields=["undone_at"])
    return Undone(len(back & concerned), len(concerned - back - accounts.keys()), tuple(accounts.values()))


def _events(change: BulkChange) -> Q:
    return Q(association=change.association_id, pgh_created_at=change.written_at, pgh_context__run=change.key)


def _concerned(change: BulkChange) -> set[int]:
    ids = set(MemberEvent.objects.filter(_events(change)).values_list("pgh_obj_id", flat=True))
    for events in (PeriodEvent, MandateEvent):
        ids |= set(events.objects.filter(_events(change)).values_list("member_id", flat=True))
    return ids


def _members_back(
    association: Association, change: BulkChange, now: datetime, progress: Progress
) -> tuple[set[int], dict[int, str]]:
    """Whose record goes back, and the numbers of those whose account does not."""
    if change.kind == BulkKind.STATUS:
        return set(), {}
    back: set[int] = set()
    accounts: dict[int, str] = {}
    own = custom.fields_of(association, archived=True)
    events = MemberEvent.objects.filter(_events(change))
    everyone = sorted(set(events.values_list("pgh_obj_id", flat=True)))
    for ids in portions(everyone, progress):
        rows = list(Member.objects.of(association).filter(pk__in=ids).select_for_update(of=("self",)).order_by("id"))
        before = _newest(MemberEvent.objects.filter(pgh_obj_id__in=ids).exclude(_events(change)), change)
        after = _newest(events.filter(pgh_obj_id__in=ids), change)
        came = set(events.filter(pgh_obj_id__in=ids, pgh_label="insert").values_list("pgh_obj_id", flat=True))
        paying = set(Member.objects.filter(payer_member__in=ids).values_list("payer_member_id", flat=True))
        signed = _signed_since(change, ids, calendar.today(association, now))
        changed: list[Member] = []
        names: set[str] = set()
        for row in rows:
            if row.pk in came:
                goes = _untouched(row, after[row.pk]) and row.pk not in signed | paying
                values = {"deleted_at": now} if goes else {}
            else:
                values = _returns(row, before.get(row.pk), after[row.pk], own)
            if "iban" in values and row.pk in signed:
                accounts[row.pk] = row.number
                values = {name: value for name, value in values.items() if name not in ACCOUNT}
            for name, value in written(values, kept=row.custom).items():
                setattr(row, name, value)
                names.add(name)
            changed += [row] if values else []
        save_all(changed, sorted(names))
        back |= {row.pk for row in changed}
    return back, accounts


def _newest(events: Any, change: BulkChange) -> dict[int, MemberEvent]:
    rows = events.filter(pgh_created_at__lte=change.written_at).order_by("pgh_obj_id", "-pgh_id")
    return {row.pgh_obj_id: row for row in rows.distinct("pgh_obj_id")}


def _signed_since(change: BulkChange, members: Sequence[int], day: date) -> set[int]:
    """Members with a live mandate that did not come with the change."""
    came = MandateEvent.objects.filter(_events(change), pgh_label="insert").values("pgh_obj_id")
    there = live(Mandate.objects.of(change.association_id), day).filter(member__in=members)
    return set(there.exclude(pk__in=came).values_list("member_id", flat=True))


def _untouched(row: Member, after: Any) -> bool:
    """Nobody worked on it since."""
    return bool(after.version == row.version) and row.deleted_at is None


def _returns(row: Member, before: Any, after: Any, own: custom.Own) -> dict[str, Any]:
    """What the change wrote, nobody wrote over, and still fits."""
    if before is None:
        return {}
    was, wrote, stands = _values(before), _values(after), _values(row)
    differ = [name for name in {**was, **wrote} if was.get(name) != wrote.get(name)]
    values = {name: was.get(name) for name in differ if stands.get(name) == wrote.get(name)}
    if "deleted_at" in values and _payer_is_gone(row):
        del values["deleted_at"]
    return {name: value for name, value in values.items() if value is None or _fits(name, value, own)}


def _fits(name: str, value: Any, own: custom.Own) -> bool:
    """A field that was removed since does not come back, nor a choice that was taken off its list."""
    if not custom.is_key(name):
        return True
    return name in own and (own[name].kind != Kind.CHOICE or value in own[name].choices)


def _values(row: Any) -> dict[str, Any]:
    """The association's own fields each for itself: one may be edited since, another not."""
    return {**{name: getattr(row, name) for name in FIELDS if name != "custom"}, **row.custom}


def _payer_is_gone(row: Member) -> bool:
    """Deleted by something else; one that went in the same change comes back in it."""
    payer = row.payer_member
    return payer is not None and payer.deleted_at is not None and payer.deleted_at != row.deleted_at


def _taken_back(change: BulkChange) -> set[int]:
    """Whose periods and mandates went back."""
    periods = [_PERIODS + each for each in (_REMOVED, _RESTORED, _REPLACED)]
    mandates = [_MANDATES + each for each in (_ADDED, _ENDED)]
    return {member for statement in (*periods, *mandates) for member in _ran(statement, change)}


def _ran(statement: str, change: BulkChange) -> Iterator[int]:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")  # of rows written a moment ago the planner knows no number
        plans.anew()
        cursor.execute(statement, _named(change))
        found = {row[0] for row in cursor.fetchall()}
        cursor.execute("SET LOCAL enable_nestloop = on")
    yield from found


def _named(change: BulkChange) -> dict[str, Any]:
    return {"association": change.association_id, "at": change.written_at, "key": change.key}


_PERIODS = """
WITH done AS (
    SELECT e.*, b.status_id AS was_status, b.start AS was_start FROM members_periodevent e
    LEFT JOIN LATERAL (
        SELECT p.status_id, p.start FROM members_periodevent p
        WHERE p.pgh_obj_id = e.pgh_obj_id AND p.pgh_id < e.pgh_id ORDER BY p.pgh_id DESC LIMIT 1
    ) b ON true
    WHERE e.association_id = %(association)s AND e.pgh_created_at = %(at)s AND e.pgh_context ->> 'run' = %(key)s
)
"""
_REMOVED = """
DELETE FROM members_period p USING done d
WHERE d.pgh_label = 'insert' AND p.id = d.pgh_obj_id AND p.status_id = d.status_id AND p.start = d.start AND EXISTS (
    SELECT 1 FROM members_period o WHERE o.member_id = p.member_id
    AND NOT EXISTS (SELECT 1 FROM done w WHERE w.pgh_obj_id = o.id AND w.pgh_label = 'insert')
)
RETURNING p.member_id
"""
_RESTORED = """
UPDATE members_period p SET status_id = d.was_status, start = d.was_start FROM done d
WHERE d.pgh_label = 'update' AND EXISTS (SELECT 1 FROM members_memberstatus s WHERE s.id = d.was_status)
AND p.id = d.pgh_obj_id AND p.status_id = d.status_id AND p.start = d.start
AND NOT EXISTS (
    SELECT 1 FROM members_period o WHERE o.member_id = p.member_id AND o.start = d.was_start AND o.id <> p.id
)
RETURNING p.member_id
"""
_REPLACED = """
INSERT INTO members_period (association_id, member_id, status_id, start)
SELECT d.association_id, d.member_id, d.status_id, d.start FROM done d JOIN members_member m ON m.id = d.member_id
WHERE d.pgh_label = 'delete' AND EXISTS (SELECT 1 FROM members_memberstatus s WHERE s.id = d.status_id)
ON CONFLICT (member_id, start) DO NOTHING RETURNING member_id
"""
_MANDATES = """
WITH done AS (
    SELECT e.*, EXISTS (
        SELECT 1 FROM members_memberevent came JOIN members_member stays ON stays.id = came.pgh_obj_id
        WHERE came.pgh_obj_id = e.member_id AND came.pgh_label = 'insert' AND stays.deleted_at IS NULL
        AND came.pgh_created_at = e.pgh_created_at AND came.pgh_context ->> 'run' = %(key)s
    ) AS member_stays, b.pgh_id AS before, b.ended AS was_ended
    FROM members_mandateevent e LEFT JOIN LATERAL (
        SELECT m.pgh_id, m.ended FROM members_mandateevent m
        WHERE m.pgh_obj_id = e.pgh_obj_id AND m.pgh_id < e.pgh_id ORDER BY m.pgh_id DESC LIMIT 1
    ) b ON true
    WHERE e.association_id = %(association)s AND e.pgh_created_at = %(at)s AND e.pgh_context ->> 'run' = %(key)s
)
"""
_ADDED = """
DELETE FROM members_mandate m USING done d
WHERE d.pgh_label = 'insert' AND m.id = d.pgh_obj_id AND m.ended IS NOT DISTINCT FROM d.ended AND NOT d.member_stays
RETURNING m.member_id
"""
"""Of a member who came with the change and stays, the mandate stays too."""
_ENDED = """
UPDATE members_mandate m SET ended = d.was_ended FROM done d
WHERE d.pgh_label = 'update' AND d.before IS NOT NULL
AND m.id = d.pgh_obj_id AND m.ended IS NOT DISTINCT FROM d.ended
AND NOT EXISTS (
    SELECT 1 FROM members_mandate o WHERE o.member_id = m.member_id AND o.id <> m.id AND o.ended IS NULL
    AND o.financial_administration_id = m.financial_administration_id
)
AND NOT EXISTS (
    SELECT 1 FROM members_member stands WHERE stands.id = m.member_id AND stands.iban <> (
        SELECT was.iban FROM members_memberevent was
        WHERE was.pgh_obj_id = stands.id AND was.pgh_created_at < %(at)s ORDER BY was.pgh_id DESC LIMIT 1
    )
)
RETURNING m.member_id
"""
"""None comes to life beside one that lives, nor over another account."""
