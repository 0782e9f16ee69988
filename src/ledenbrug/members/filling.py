"""Which fields members fill in themselves, whom one may ask to, how that stands, and whose link somebody opens.

It only reads. A link is known to its mail alone: here it is a digest.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import BooleanField, Case, CharField, Count, ExpressionWrapper, Q, QuerySet, Value, When

from ledenbrug.members import calendar, custom, rules
from ledenbrug.members.models import Association, FillRequest, FillRound, Member, MemberStatus
from ledenbrug.members.overview import contactable

BEING_SENT = timedelta(minutes=2)
"""Longer than a mail server takes over one letter."""
MOST_ROUNDS = 50


class State(StrEnum):
    WAITING = "waiting"  # for its mail to leave
    FAILED = "failed"
    OPEN = "open"
    ANSWERED = "answered"
    LAPSED = "lapsed"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of a round; somebody who was erased since is in none of them."""

    answered: int
    unanswered: int
    waiting: int
    failed: int
    ended: int
    asked_again: int
    """Are in a later round, without an answer in this one."""


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def by_members(association: Association | int) -> custom.Own:
    return {key: each for key, each in custom.fields_of(association).items() if each.by_members}


def fields_of(member: Member) -> custom.Own:
    """What this member finds on the page: not what the status hides."""
    said = member.status.fields if member.status else {}
    return {key: each for key, each in by_members(member.association_id).items() if said.get(key) != rules.HIDDEN}


def outside(association: Association) -> set[int]:
    """Statuses that take no part, or in which there is nothing to fill in."""
    keys = by_members(association)
    return {
        each.pk
        for each in MemberStatus.objects.of(association)
        if each.archived or each.hidden or all(each.fields.get(key) == rules.HIDDEN for key in keys)
    }


def askable(association: Association) -> Q:
    in_place = Q(status__isnull=True) | ~Q(status__in=outside(association))
    return contactable(association) & in_place & ~Q(email="")


def opened(digest: str, *, now: datetime) -> FillRequest | None:
    """The request that this link belongs to, if it still opens."""
    rows = FillRequest.objects.select_related("association", "round", "member__association", "member__status")
    found = rows.filter(digest=digest).first() if digest else None
    if found is None:
        return None
    members = Member.objects.filter(askable(found.association), pk=found.pk)
    still = FillRequest.objects.filter(opens(calendar.today(found.association, now)), member__in=members)
    return found if still.exists() else None


def opens(today: date, *, of: str = "") -> Q:
    """Requests whose link opens, or will when its mail has left; `of` leads to them from other rows."""
    return Q(**{f"{of}ended_at": None, f"{of}failed": False, f"{of}round__until__gte": today})


def groups(today: date) -> Mapping[str, Q]:
    """What a round is told of and members are filtered by: everybody who was asked is in one of them."""
    silent, late = Q(answered_at=None, ended_at=None), Q(round__until__lt=today)
    return {
        "answered": Q(answered_at__isnull=False),
        "unanswered": silent & Q(failed=False, digest__isnull=False),
        "waiting": silent & Q(failed=False, digest=None) & ~late,
        "failed": silent & (Q(failed=True) | Q(digest=None) & late),
        "ended": Q(answered_at=None, ended_at__isnull=False),
    }


def told(association: Association, *, today: date) -> QuerySet[Any]:
    """Each with its `state`, and whether its link `opens`."""
    those = groups(today)
    state = Case(
        When(those["answered"], then=Value(State.ANSWERED)),
        When(those["ended"], then=Value(State.ENDED)),
        When(those["failed"], then=Value(State.FAILED)),
        When(those["waiting"], then=Value(State.WAITING)),
        When(round__until__lt=today, then=Value(State.LAPSED)),
        default=Value(State.OPEN),
        output_field=CharField(),
    )
    rows = FillRequest.objects.of(association)
    return rows.annotate(state=state, opens=ExpressionWrapper(opens(today), output_field=BooleanField()))


def rounds(association: Association) -> list[FillRound]:
    """The newest, of several members: of one it stands with that member."""
    return list(
        FillRound.objects.of(association).filter(asked__gt=1).select_related("by").order_by("-id")[:MOST_ROUNDS]
    )


def asked(association: Association, *, group: str, round_id: int, today: date) -> QuerySet[FillRequest]:
    """Those of a group, of a round, or of both."""
    rows = FillRequest.objects.of(association)
    rows = rows.filter(groups(today)[group]) if group else rows
    return rows.filter(round=round_id) if round_id else rows


def figures(association: Association, rounds: Sequence[FillRound], *, today: date) -> Mapping[int, Figures]:
    rows = told(association, today=today).filter(round__in=rounds).order_by().values_list("round", "state")
    counted = {(of, state): number for of, state, number in rows.annotate(number=Count("pk"))}
    return {each.pk: _figures(each, counted) for each in rounds}


def _figures(of: FillRound, counted: Mapping[tuple[int, str], int]) -> Figures:
    number = {state: counted.get((of.pk, state), 0) for state in State}
    return Figures(
        answered=number[State.ANSWERED] + of.answered_before,
        unanswered=number[State.OPEN] + number[State.LAPSED],
        waiting=number[State.WAITING],
        failed=number[State.FAILED],
        ended=number[State.ENDED],
        asked_again=of.asked_again,
    )


def in_doubt(*, now: datetime) -> Q:
    """Requests handed to the mail server, which did not say whether it took them."""
    silent = Q(sent_at=None, ended_at=None, answered_at=None, digest__isnull=False)
    return silent & Q(tried_at__lt=now - BEING_SENT)
