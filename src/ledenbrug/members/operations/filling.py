"""Asks members to fill in fields themselves, takes that back, and writes what they filled in as if an editor did.

The mail leaves afterwards (`letters`). It must not write a field that the association did not open to members.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet
from django.db.models.functions import Coalesce

from ledenbrug.members import calendar, cause, filling, history
from ledenbrug.members.models import Association, FillRequest, FillRound, Member, MemberStatus, User
from ledenbrug.members.operations.bulk import Differs, held_ids, portions, reached
from ledenbrug.members.operations.members import change_member
from ledenbrug.members.operations.writing import held, held_association, in_one_go, writing
from ledenbrug.members.progress import Progress, unheard
from ledenbrug.members.refusals import ChangedMeanwhile, Fault, Reason, Refused
from ledenbrug.members.validation import Unfit, note

OPEN_FOR = timedelta(days=14)
LONGEST_WHY = 500

_LEAVE = """
UPDATE members_fillround earlier
SET answered_before = earlier.answered_before + n.answered, asked_again = earlier.asked_again + n.others
FROM (SELECT round_id, count(answered_at) AS answered, count(*) - count(answered_at) AS others
      FROM members_fillrequest WHERE member_id = ANY(%s) GROUP BY round_id) n
WHERE earlier.id = n.round_id
"""
"""The earlier rounds keep how it ended for those who are asked anew."""

_ASK = """
INSERT INTO members_fillrequest (member_id, association_id, round_id, failed)
SELECT id, %s, %s, false FROM unnest(%s::bigint[]) AS chosen (id)
ON CONFLICT (member_id) DO UPDATE SET (round_id, failed) = (excluded.round_id, false),
    (digest, tried_at, sent_at, answered_at, ended_at) = (NULL, NULL, NULL, NULL, NULL)
"""
"""Nothing stays of what was asked before."""


class Ended(Exception):
    """The link was withdrawn, or another took its place, while somebody was typing; nothing was written."""


@dataclass(frozen=True, slots=True)
class AskingForeseen:
    """Who would get a mail, counted before."""

    mails: int
    deceased: int
    status: int
    """In a status that takes no part."""
    unreachable: int
    """Without an e-mail address."""
    again: int
    """Of those who get a mail: with a link that still opens and was not used, which ends."""
    first: Sequence[Member]


@dataclass(frozen=True, slots=True)
class WithdrawingForeseen:
    """What would open no more, counted before."""

    links: int
    waiting: int
    """Of which no mail has left yet: none will."""
    answered: int
    """Of which the member has answered; the answer stays."""


def foresee_asking(
    association: Association, found: QuerySet[Member], *, now: datetime, most: int = 10
) -> AskingForeseen:
    died = set(MemberStatus.objects.of(association).filter(deceased=True).values_list("pk", flat=True))
    outside = filling.outside(association)
    unused = filling.opens(calendar.today(association, now), of="fill_request__") & Q(fill_request__answered_at=None)
    counted: Counter[str] = Counter()
    groups = found.order_by().values_list("status", _truth(Q(email="")), _truth(unused)).annotate(number=Count("pk"))
    for status, unreachable, again, number in groups:
        if status in died:
            counted["deceased"] += number
        elif status in outside:
            counted["status"] += number
        elif unreachable:
            counted["unreachable"] += number
        else:
            counted["mails"] += number
            counted["again"] += number if again else 0
    names = ("mails", "deceased", "status", "unreachable", "again")
    first = list(_asked_of(association, found)[:most])
    return AskingForeseen(**{each: counted[each] for each in names}, first=first)


def _truth(condition: Q) -> Coalesce:
    """False also where there is nothing that it could hold of."""
    return Coalesce(ExpressionWrapper(condition, BooleanField()), False)


def ask_to_fill_in(
    association: Association,
    found: QuerySet[Member],
    *,
    why: str,
    language: str,
    seen: int,
    again: int = 0,
    by: User | None,
    now: datetime,
    progress: Progress = unheard,
) -> FillRound:
    """`seen` is the count that the person said yes to; `again` how many of them had a link that opens and was not used.
    Such a link ends. Where there are more, somebody else asked in the meantime."""
    with writing(association.pk, by=by):
        locked = held_association(association.pk)
        if not filling.by_members(locked):
            raise Refused.because(Reason.NOTHING_TO_FILL_IN)
        said, today = cleaned_why(why), calendar.today(locked, now)
        ids = held_ids(_asked_of(locked, found), seen)
        if FillRequest.objects.filter(filling.opens(today), member__in=ids, answered_at=None).count() > again:
            raise Differs
        asks = FillRound.objects.create(
            association=locked, by=by, at=now, until=today + OPEN_FOR, language=language, why=said, asked=len(ids)
        )
        with connection.cursor() as cursor:
            for some in portions(ids, progress):
                cursor.execute(_LEAVE, [some])
                cursor.execute(_ASK, [locked.pk, asks.pk, some])
        drop_single(locked.pk)
    return asks


def drop_single(association_id: int) -> None:
    """Rounds of one member who is not in it any more: they tell nothing, and may speak of that member."""
    FillRound.objects.of(association_id).filter(asked=1, requests=None).delete()


def foresee_withdrawing(association: Association, found: QuerySet[Member], *, now: datetime) -> WithdrawingForeseen:
    counted = _open_of(association, found, now).aggregate(
        links=Count("pk"),
        waiting=Count("pk", filter=Q(state=filling.State.WAITING)),
        answered=Count("pk", filter=Q(state=filling.State.ANSWERED)),
    )
    return WithdrawingForeseen(**counted)


def withdraw_requests(
    association: Association, found: QuerySet[Member], *, seen: int, by: User | None, now: datetime
) -> int:
    """As `withdraw_request`, of as many as the person saw."""
    with writing(association.pk, by=by):
        ids = list(_open_of(association, found, now).values_list("pk", flat=True))
        ended = FillRequest.objects.of(association).filter(pk__in=ids, ended_at=None).update(digest=None, ended_at=now)
        if not len(ids) == ended == seen:
            raise Differs
    return ended


def withdraw_request(asked: FillRequest, *, by: User | None, now: datetime) -> None:
    """The link opens no more; a mail that waits does not leave."""
    with writing(asked.association_id, by=by):
        FillRequest.objects.of(asked.association_id).filter(pk=asked.pk, ended_at=None).update(
            digest=None, ended_at=now
        )


def fill_in(asked: FillRequest, *, seen_version: int, values: Mapping[str, object], now: datetime) -> Member:
    """`ChangedMeanwhile` if one of these fields was changed since it was seen, whatever else was."""
    with in_one_go():
        member = held(asked.member, deleted=True)
        current = FillRequest.objects.select_for_update().filter(pk=asked.pk, digest=asked.digest)
        if asked.digest is None or not current.exists():
            raise Ended
        if stray := values.keys() - filling.fields_of(member).keys():
            raise Refused.because(Reason.UNKNOWN_FIELD, min(stray))
        if member.version != seen_version:
            changes = [each for each in history.since(member, version=seen_version) if each.field in values]
            if changes:
                raise ChangedMeanwhile(changes)
        member = change_member(
            member, seen_version=member.version, values=values, by=None, now=now, why=cause.Cause.MEMBER
        )
        current.update(answered_at=now)
    return member


def _asked_of(association: Association, found: QuerySet[Member]) -> QuerySet[Member]:
    return reached(association, found).filter(filling.askable(association))


def _open_of(association: Association, found: QuerySet[Member], now: datetime) -> QuerySet[Any]:
    """Whoever it is: a link of somebody whom nobody asks any more is taken back too."""
    rows = filling.told(association, today=calendar.today(association, now)).filter(opens=True)
    return rows.filter(member__in=found.order_by().values("pk"))


def cleaned_why(written: str) -> str:
    try:
        text = note(written.replace("\r\n", "\n"))
    except Unfit as unfit:
        raise Refused(Fault(unfit.reason, "why", unfit.params)) from None
    if len(text) > LONGEST_WHY:
        raise Refused.because(Reason.TOO_LONG, "why", most=LONGEST_WHY)
    return text
