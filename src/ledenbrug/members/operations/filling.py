"""Asks members to fill in fields themselves, takes that back, and writes what they filled in as if an editor did.

The mail leaves afterwards (`letters`). It must not write a field that the association did not open to members.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Count, Q, QuerySet

from ledenbrug.members import calendar, cause, filling, history
from ledenbrug.members.models import Association, FillRequest, Member, User
from ledenbrug.members.operations.bulk import held_ids, reached
from ledenbrug.members.operations.members import change_member
from ledenbrug.members.operations.writing import held, held_association, writing
from ledenbrug.members.overview import contactable
from ledenbrug.members.refusals import ChangedMeanwhile, Fault, Reason, Refused
from ledenbrug.members.validation import Unfit, note

OPEN_FOR = timedelta(days=14)
LONGEST_WHY = 500

_ASK = """
INSERT INTO members_fillrequest (member_id, association_id, by_id, asked_at, until, language, why, failed)
SELECT id, %s, %s, %s, %s, %s, %s, false FROM unnest(%s::bigint[]) AS chosen (id)
ON CONFLICT (member_id) DO UPDATE SET (by_id, asked_at, until, language, why, failed) =
        (excluded.by_id, excluded.asked_at, excluded.until, excluded.language, excluded.why, false),
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


def foresee_asking(
    association: Association, found: QuerySet[Member], *, now: datetime, most: int = 10
) -> AskingForeseen:
    living, place = contactable(association), filling.in_place(association)
    day = calendar.today(association, now)
    counted = found.order_by().aggregate(
        everyone=Count("pk"),
        living=Count("pk", filter=living),
        placed=Count("pk", filter=living & place),
        mails=Count("pk", filter=living & place & ~Q(email="")),
    )
    members = _asked_of(association, found)
    unanswered = Q(fill_request__ended_at=None, fill_request__answered_at=None, fill_request__failed=False)
    return AskingForeseen(
        mails=counted["mails"],
        deceased=counted["everyone"] - counted["living"],
        status=counted["living"] - counted["placed"],
        unreachable=counted["placed"] - counted["mails"],
        again=members.filter(unanswered, fill_request__until__gte=day).count(),
        first=list(members[:most]),
    )


def ask_to_fill_in(
    association: Association,
    found: QuerySet[Member],
    *,
    why: str,
    language: str,
    seen: int,
    by: User | None,
    now: datetime,
) -> int:
    """`seen` is the count that the person said yes to. A link that somebody had from before ends."""
    with writing(association.pk, by=by):
        locked = held_association(association.pk)
        if not filling.by_members(locked):
            raise Refused.because(Reason.NOTHING_TO_FILL_IN)
        until, said = calendar.today(locked, now) + OPEN_FOR, _why(why)
        ids = held_ids(_asked_of(locked, found), seen)
        with connection.cursor() as cursor:
            cursor.execute(_ASK, [locked.pk, by.pk if by else None, now, until, language, said, ids])
    return len(ids)


def withdraw_request(asked: FillRequest, *, by: User | None, now: datetime) -> None:
    """The link opens no more; a mail that waits does not leave."""
    with writing(asked.association_id, by=by):
        FillRequest.objects.of(asked.association_id).filter(pk=asked.pk, ended_at=None).update(
            digest=None, ended_at=now
        )


def fill_in(asked: FillRequest, *, seen_version: int, values: Mapping[str, object], now: datetime) -> Member:
    """`ChangedMeanwhile` if one of these fields was changed since it was seen, whatever else was."""
    with transaction.atomic():
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


def _why(written: str) -> str:
    try:
        text = note(written.replace("\r\n", "\n"))
    except Unfit as unfit:
        raise Refused(Fault(unfit.reason, "why", unfit.params)) from None
    if len(text) > LONGEST_WHY:
        raise Refused.because(Reason.TOO_LONG, "why", most=LONGEST_WHY)
    return text
