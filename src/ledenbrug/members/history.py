"""Who changed what on a member's record and when, read from the rows that the database's triggers keep.

It must not write: `cause` says who asks, the triggers do the rest.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db.models import Model, Q

from ledenbrug.members.models import (
    MandateEvent,
    Member,
    MemberEvent,
    PayerDetailsEvent,
    PeriodEvent,
    User,
)
from ledenbrug.members.refusals import FieldChange

_OWN = frozenset({"pgh_id", "pgh_created_at", "pgh_label", "pgh_context", "pgh_obj_id"}) | {
    "id",
    "association_id",
    "member_id",
    "version",
}
_NAMES: Mapping[str, str] = {
    "status_id": "status",
    "payer_member_id": "payer_member",
    "payer_details_id": "payer_details",
    "merged_into_id": "merged_into",
    "financial_administration_id": "financial_administration",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of one row; those of one save have the same `at`. References are ids; screens look the names up."""

    at: datetime
    subject: str  # member, period, mandate, payer
    what: str  # insert, update, delete
    changes: tuple[FieldChange, ...]
    cause: str = ""
    """Empty for a change that nobody announced: plain SQL."""
    by: User | None = None
    said: Mapping[str, str] | None = None
    subject_id: int = 0


def history_of(member: Member) -> list[Entry]:
    """Newest first, with that of the registrations that became part of this one."""
    ids = [member.pk, *member.merged.values_list("pk", flat=True)]
    payers = MemberEvent.objects.filter(pgh_obj_id__in=ids, payer_details__isnull=False)
    sources: Sequence[tuple[str, Any, Q]] = (
        ("member", MemberEvent, Q(pgh_obj_id__in=ids)),
        ("period", PeriodEvent, Q(member_id__in=ids)),
        ("mandate", MandateEvent, Q(member_id__in=ids)),
        ("payer", PayerDetailsEvent, Q(pgh_obj_id__in=payers.values("payer_details_id"))),
    )
    found = [
        entry
        for subject, events, chosen in sources
        for entry in _entries(subject, events.objects.filter(chosen, association=member.association_id))
    ]
    people = User.objects.in_bulk({each.by_id for each in found if each.by_id})
    found.sort(key=lambda each: (each.at, each.place), reverse=True)
    return [each.entry(people) for each in found]


def since(member: Member, *, version: int) -> list[FieldChange]:
    """What differs between the record as it was at `version` and as it is now."""
    events = MemberEvent.objects.filter(pgh_obj_id=member.pk, association=member.association_id)
    seen = events.filter(version=version).order_by("-pgh_id").first()
    newest = events.order_by("-pgh_id").first()
    if newest is None or seen is None:  # history of that time was dropped: everything may have changed
        return _changes(None, newest) if newest else []
    return _changes(seen, newest)


@dataclass(frozen=True, slots=True)
class _Found:
    at: datetime
    place: int
    subject: str
    subject_id: int
    what: str
    changes: tuple[FieldChange, ...]
    context: Mapping[str, Any]

    @property
    def by_id(self) -> int | None:
        return self.context.get("by")

    def entry(self, people: Mapping[int, User]) -> Entry:
        said = {name: str(value) for name, value in self.context.items() if name not in ("by", "cause")}
        by = people.get(self.by_id) if self.by_id else None
        cause = str(self.context.get("cause", ""))
        return Entry(self.at, self.subject, self.what, self.changes, cause, by, said, self.subject_id)


def _entries(subject: str, events: Iterable[Any]) -> Iterator[_Found]:
    rows: dict[int, list[Any]] = {}
    for event in events.order_by("pgh_id"):  # type: ignore[attr-defined]
        rows.setdefault(event.pgh_obj_id, []).append(event)
    for subject_id, row in rows.items():
        for before, after in pairwise([None, *row]):
            if before is not None and after.pgh_label == "delete":
                changes: list[FieldChange] = _changes(after, None)
            else:
                changes = _changes(before, after)
            if before is None and after.pgh_label == "update":
                changes = []  # what stood before was dropped with age
            yield _Found(
                after.pgh_created_at,
                after.pgh_id,
                subject,
                subject_id,
                after.pgh_label,
                tuple(changes),
                after.pgh_context or {},
            )


def _changes(before: Model | None, after: Model | None) -> list[FieldChange]:
    old, new = _values(before), _values(after)
    return [
        FieldChange(_NAMES.get(name, name), old.get(name), new.get(name))
        for name in {**old, **new}
        if (None if old.get(name) == "" else old.get(name)) != (None if new.get(name) == "" else new.get(name))
    ]


def _values(event: Model | None) -> dict[str, Any]:
    if event is None:
        return {}
    values = {
        field.attname: getattr(event, field.attname)
        for field in event._meta.concrete_fields
        if field.attname not in _OWN
    }
    return values | (values.pop("custom", None) or {})
