"""Which fields members fill in themselves, whom one may ask to, and whose link it is that somebody opens.

It only reads. A link is known to its mail alone: here it is a digest.
"""

import hashlib
from datetime import date, datetime
from enum import StrEnum

from django.db.models import Q

from ledenbrug.members import calendar, custom, rules
from ledenbrug.members.models import Association, FillRequest, Member, MemberStatus
from ledenbrug.members.overview import contactable


class State(StrEnum):
    WAITING = "waiting"  # for its mail to leave
    FAILED = "failed"
    OPEN = "open"
    ANSWERED = "answered"
    LAPSED = "lapsed"
    ENDED = "ended"


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def by_members(association: Association | int) -> custom.Own:
    return {key: each for key, each in custom.fields_of(association).items() if each.by_members}


def fields_of(member: Member) -> custom.Own:
    """What this member finds on the page: not what the status hides."""
    said = member.status.fields if member.status else {}
    return {key: each for key, each in by_members(member.association_id).items() if said.get(key) != rules.HIDDEN}


def in_place(association: Association) -> Q:
    """Members in a status that takes part, and in which there is something to fill in."""
    keys = by_members(association)
    nothing = [
        each.pk
        for each in MemberStatus.objects.of(association)
        if each.archived or each.hidden or all(each.fields.get(key) == rules.HIDDEN for key in keys)
    ]
    return Q(status__isnull=True) | ~Q(status__in=nothing)


def askable(association: Association) -> Q:
    return contactable(association) & in_place(association) & ~Q(email="")


def opened(digest: str, *, now: datetime) -> FillRequest | None:
    """The request that this link belongs to, if it still opens."""
    rows = FillRequest.objects.select_related("association", "member__association", "member__status")
    found = rows.filter(digest=digest, ended_at=None).first() if digest else None
    if found is None or not Member.objects.filter(askable(found.association), pk=found.pk).exists():
        return None
    return found if is_open(found, today=calendar.today(found.association, now)) else None


def is_open(asked: FillRequest, *, today: date) -> bool:
    return asked.ended_at is None and not asked.failed and asked.until >= today


def state(asked: FillRequest, *, today: date) -> State:
    if asked.answered_at:
        return State.ANSWERED
    if asked.ended_at:
        return State.ENDED
    if asked.failed:
        return State.FAILED
    if asked.until < today:
        return State.LAPSED
    return State.OPEN if asked.sent_at else State.WAITING
