"""Changes many members at once in one transaction, whatever their number, and keeps what is needed to take it back.

Members who died are out of it, whoever chose them. It must not decide who is chosen: the selection comes as a query.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.contrib.postgres.functions import TransactionNow
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from ledenbrug.members import calendar, keys, plans
from ledenbrug.members.models import Association, BulkChange, BulkKind, Mandate, Member, MemberStatus, User
from ledenbrug.members.operations.members import live
from ledenbrug.members.operations.writing import held_association, same_association, writing
from ledenbrug.members.overview import contactable
from ledenbrug.members.progress import Progress, unheard
from ledenbrug.members.refusals import Reason, Refused

AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a bulk change would do, counted before."""

    changes: int
    deceased: int = 0
    already: int = 0
    """In that status on that day anyway."""
    payers: int = 0
    """They pay for somebody who stays."""
    mandates: int = 0
    """Live ones of those who go. They stay as they are."""
    first: Sequence[Member] = ()


class Differs(Exception):
    """Other members are concerned than were shown; nothing was written."""


def reached(association: Association, found: QuerySet[Member]) -> QuerySet[Member]:
    """Whom of the selection a bulk action may reach."""
    return found.filter(contactable(association)).select_related("status").order_by("sort_key", "id")


def foresee_status(
    association: Association, found: QuerySet[Member], *, status: MemberStatus, start: date, most: int = 10
) -> Foreseen:
    members = reached(association, found)
    changing = _not_yet(members, status, start)
    count, all_of_them = changing.count(), members.count()
    return Foreseen(count, deceased(found, all_of_them), all_of_them - count, first=list(changing[:most]))


def foresee_delete(association: Association, found: QuerySet[Member], *, day: date, most: int = 10) -> Foreseen:
    members = reached(association, found)
    going = _paying_for_nobody(association, members)
    count, all_of_them = going.count(), members.count()
    mandates = live(Mandate.objects.of(association), day).filter(member__in=going.order_by().values("pk")).count()
    return Foreseen(
        count, deceased(found, all_of_them), payers=all_of_them - count, mandates=mandates, first=list(going[:most])
    )


def set_status_of(
    association: Association,
    found: QuerySet[Member],
    *,
    status: MemberStatus,
    start: date,
    seen: int,
    by: User | None,
    now: datetime,
    progress: Progress = unheard,
) -> BulkChange:
    """`seen` is the count that the person said yes to."""
    same_association(association.pk, status)
    if status.deceased:  # one does not die by the dozen
        raise Refused.because(Reason.NOT_A_CHOICE, "status")
    key = uuid4().hex
    with writing(association.pk, by=by, run=key):
        held_association(association.pk)
        ids = held_ids(_not_yet(reached(association, found), status, start), seen)
        with connection.cursor() as cursor:
            for some in portions(ids, progress):
                cursor.execute(_GIVE, [association.pk, status.pk, start, some])
        calendar.follow_all(association, day=calendar.today(association, now))
        return kept(association, BulkKind.STATUS, key, len(ids), by=by, now=now, status=status, start=start)


def delete_all(
    association: Association,
    found: QuerySet[Member],
    *,
    seen: int,
    by: User | None,
    now: datetime,
    progress: Progress = unheard,
) -> BulkChange:
    """To *Deleted members*. Who pays for somebody that stays, stays too."""
    key = uuid4().hex
    with writing(association.pk, by=by, run=key):
        held_association(association.pk)
        ids = held_ids(_paying_for_nobody(association, reached(association, found)), seen)
        for some in portions(ids, progress):
            Member.objects.of(association).filter(pk__in=some).update(deleted_at=now)
        return kept(association, BulkKind.DELETE, key, len(ids), by=by, now=now)


def kept(
    association: Association, kind: BulkKind, key: str, count: int, *, by: User | None, now: datetime, **said: Any
) -> BulkChange:
    """Within the transaction that wrote it, so that its history rows are found back by their time."""
    change = BulkChange.objects.create(
        association=association, by=by, kind=kind, key=key, count=count, at=now, written_at=TransactionNow(), **said
    )
    change.refresh_from_db()
    return change


def _not_yet(members: QuerySet[Member], status: MemberStatus, start: date) -> QuerySet[Member]:
    """Those with another status on that day, or none."""
    then = calendar.holding(status.association_id, start).filter(member=OuterRef("pk"), status=status)
    return members.exclude(Exists(then))


def _paying_for_nobody(association: Association, members: QuerySet[Member]) -> QuerySet[Member]:
    """Nobody who stays is paid by them."""
    goes = members.order_by().filter(pk=OuterRef("pk"))
    paid = Member.objects.of(association).filter(deleted_at=None, payer_member__isnull=False)
    staying = paid.exclude(Exists(goes)).values_list("payer_member", flat=True)
    return members.exclude(pk__in=list(staying.distinct()))


def held_ids(members: QuerySet[Member], seen: int) -> list[int]:
    """Locked until the transaction ends, if they are as many as the person saw."""
    ids = list(members.order_by("id").values_list("id", flat=True))
    locked = list(
        Member.objects.filter(pk__in=ids, deleted_at=None).order_by("id").select_for_update().values_list("id")
    )
    if len(locked) != seen or len(ids) != seen:
        raise Differs
    return ids


def portions(ids: list[int], progress: Progress) -> Iterator[list[int]]:
    """Of a size that the database is done with in a moment, so that one sees how far it is."""
    for at in range(0, len(ids), AT_ONCE):
        progress(at, len(ids))
        plans.anew()
        yield ids[at : at + AT_ONCE]
        keys.check()
    progress(len(ids), len(ids))


_GIVE = """
INSERT INTO members_period (association_id, member_id, status_id, start)
SELECT %s, id, %s, %s FROM unnest(%s::bigint[]) AS chosen (id)
ON CONFLICT (member_id, start) DO UPDATE SET status_id = excluded.status_id
"""


def deceased(found: QuerySet[Member], reached_count: int) -> int:
    return found.order_by().count() - reached_count
