"""What a person decides about a problem, as a table; the engine sees the outcome and goes on."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from django.contrib.postgres.aggregates import StringAgg
from django.db import transaction
from django.db.models import Case, F, Func, QuerySet, TextField, Value, When

from ledenbrug.core.errors import Trouble
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import ContactId, PayerKey, Whereabouts
from ledenbrug.members.models import User
from ledenbrug.sync import lines, links, matching, queue, reading, refusals, runs, second_eyes, wake
from ledenbrug.sync.fingerprints import fingerprinter
from ledenbrug.sync.links import stamp
from ledenbrug.sync.models import Approval, Cause, Connection, Link, Problem
from ledenbrug.sync.problems import ABOUT_ACCOUNTS
from ledenbrug.sync.refusals import Refused

APPROVE, RETRY, LEAVE_OUT, MAKE_AGAIN, SAME, DISMISS = "approve", "retry", "leave_out", "make_again", "same", "dismiss"

HELD = (
    Reason.HELD,
    Reason.IBAN_WAITS,
    Reason.MANY_ARCHIVED,
    Reason.MANY_IBANS,
    Reason.MANY_CLEARED,
    Reason.MANY_OVERWRITTEN,
    Reason.MANY_CREATED,
)
FELL = (Reason.MEMBERS_FELL, Reason.CONTACTS_FELL)
"""About the connection as a whole: nothing is concluded from it before a person said that it is right."""
FITS: Mapping[str, tuple[str, ...]] = {
    Reason.LEFT: (DISMISS,),
    Reason.DECEASED: (DISMISS,),
    Reason.GONE: (MAKE_AGAIN, LEAVE_OUT),
    Reason.ARCHIVED: (RETRY, LEAVE_OUT),
    Reason.LOOKS_LIKE: (SAME, MAKE_AGAIN, LEAVE_OUT),
    Reason.AMBIGUOUS: (MAKE_AGAIN, LEAVE_OUT),
    Reason.NUMBER_TAKEN: (SAME, RETRY, LEAVE_OUT),
    **dict.fromkeys(HELD, (APPROVE, LEAVE_OUT)),
    **dict.fromkeys(FELL, (APPROVE, RETRY)),
}
"""What may be done about a reason; any other refusal may be tried again or left out."""
OTHERS = (RETRY, LEAVE_OUT)


def actions(problem: Problem) -> tuple[str, ...]:
    """For what stopped a connection as a whole its own screen says what to do."""
    fits = FITS.get(problem.reason, OTHERS if problem.payer else ())
    return fits if problem.contact else tuple(each for each in fits if each != SAME)


def candidates(problem: Problem) -> tuple[str, ...]:
    """The contacts that this may be about, the likeliest first."""
    return (problem.contact,) if problem.contact else tuple(problem.params.get("contacts", "").split())


def fits(problem: Problem, action: str, *, contact: str = "") -> bool:
    """`contact` is the one of several that a person pointed at."""
    if contact:
        return action == SAME and contact in candidates(problem)
    return action in actions(problem)


def shown(problems: Iterable[Problem]) -> str:
    """Which questions a screen shows, about which values: an answer is one to these and no others."""
    ordered = sorted(problems, key=lambda each: each.id)
    told = " ".join(f"{each.id}:{bytes(each.source or b'').hex()}:{each.contact}" for each in ordered)
    return hashlib.sha256(told.encode()).hexdigest()[:24]


_HEX = Func("source", Value("hex"), function="encode")
_ONE = Func(Value("%s:%s:%s"), "id", _HEX, "contact", function="format", output_field=TextField())
SHOWN = Func(
    StringAgg(_ONE, delimiter=" ", order_by="id"),
    template="left(encode(sha256(convert_to(%(expressions)s, 'UTF8')), 'hex'), 24)",
    output_field=TextField(),
)
"""The same, told by the database of thousands that need not be read."""


def settle(
    problem: Problem, *, action: str, user: User, now: datetime, contact: str = "", seen: str | None = None
) -> None:
    if not fits(problem, action, contact=contact):
        raise Refused(refusals.NOT_NOW)
    _as_seen([problem], seen)
    problem.contact = contact or problem.contact
    _settle(problem.connection, [problem], action=action, user=user, now=now)


def waiting(connection: Connection, *, reason: str, group: str = "") -> "QuerySet[Problem]":
    """The open problems of one cause."""
    found = Problem.objects.filter(connection=connection, reason=reason, group=group, closed_at=None, dismissed=False)
    return found.order_by("id")


def alike(problem: Problem, action: str) -> bool:
    """Whether this answer settles all that are asked for one reason, whatever stands in each: who `together` names."""
    return action != SAME and not (action == APPROVE and problem.reason in ABOUT_ACCOUNTS)


def together(
    connection: Connection, asked: Sequence[Problem], *, action: str, user: User, now: datetime
) -> Sequence[Problem]:
    """Of one cause those that one answer of this person may settle.

    That likely contacts are the member is decided together only where each is the other's only one, the first names
    agree, and the record is still what was compared.
    """
    if action == APPROVE:
        barred = second_eyes.barred(connection, asked, user)
        return [each for each in asked if each.id not in barred]
    if action != SAME:
        return asked
    sure = [each for each in asked if each.params.get("safe") == "yes"]
    reads = reading.asked(connection, [PayerKey(each.payer) for each in sure], now=now) if sure else {}
    fingerprint = fingerprinter()
    return [
        each
        for each in sure
        if bytes(each.source or b"") == stamp(reads[PayerKey(each.payer)].desired, fingerprint=fingerprint)
    ]


def settle_all(
    connection: Connection,
    *,
    reason: str,
    group: str = "",
    action: str,
    user: User,
    now: datetime,
    seen: str | None = None,
) -> int:
    """One decision about all that `together` names. Says how many."""
    asked = list(waiting(connection, reason=reason, group=group))
    found = together(connection, asked, action=action, user=user, now=now)
    _as_seen(found, seen)
    if found and not fits(found[0], action):
        raise Refused(refusals.NOT_NOW)
    return _settle(connection, found, action=action, user=user, now=now) if found else 0


def left_out(connection: Connection) -> "QuerySet[Problem]":
    """What a person wanted to hear no more of, and may ask for again; not the to-dos that were ticked off."""
    found = Problem.objects.filter(connection=connection, closed_at=None, dismissed=True).exclude(payer="")
    return found.exclude(reason__in=[each for each, actions in FITS.items() if actions == (DISMISS,)])


def take_back(problem: Problem) -> None:
    """It was left out, and waits for a decision again."""
    if not left_out(problem.connection).filter(id=problem.id).update(dismissed=False, closed_by=None):
        raise Refused(refusals.NOT_NOW)


def _as_seen(found: Sequence[Problem], seen: str | None) -> None:
    """What changed since it was shown is asked anew."""
    if seen is not None and seen != shown(found):
        raise Refused(refusals.NOT_NOW)


def _settle(connection: Connection, found: Sequence[Problem], *, action: str, user: User, now: datetime) -> int:
    if action == SAME:
        return _adopt(connection, found, user=user, now=now)
    with transaction.atomic():
        still = Problem.objects.filter(id__in=[each.id for each in found], closed_at=None)
        if shown(still.select_for_update()) != shown(found):
            raise Refused(refusals.NOT_NOW)
        if action in (LEAVE_OUT, DISMISS):
            return still.update(dismissed=True, closed_by=user)
        payers = [PayerKey(each.payer) for each in found if each.payer]
        if payers or action == APPROVE:  # whether everyone is looked at again says nothing about a sudden fall
            _DO[action](connection, found, user, now)
            still.update(closed_at=now, closed_by=user)
        if payers:
            _look_again(connection, payers)
        else:
            _look_at_everyone(connection, user, now)
    return len(found)


def _approve(connection: Connection, found: Sequence[Problem], user: User, now: datetime) -> None:
    if barred := second_eyes.barred(connection, found, user):
        raise Refused(
            refusals.SOMEBODY_ELSE, who=", ".join(sorted({str(who) for each in barred.values() for who in each}))
        )
    Approval.objects.bulk_create(
        (
            Approval(
                association_id=connection.association_id,
                connection=connection,
                payer=each.payer,
                source=each.source,
                by=user,
                at=now,
            )
            for each in found
        ),
        ignore_conflicts=True,
    )


def _retry(connection: Connection, found: Sequence[Problem], user: User, now: datetime) -> None:
    """After an archived contact was taken back there, or a refused value will be taken: look before writing."""
    away = Case(When(whereabouts=Whereabouts.HERE.value, then=F("unsure")), default=True)
    _links(connection, found).update(unsure=away, whereabouts=Whereabouts.HERE.value, source=None, troubles=0)


def _make_again(connection: Connection, found: Sequence[Problem], user: User, now: datetime) -> None:
    _links(connection, found).update(
        contact=None, sent={}, unsure=False, number="", whereabouts=Whereabouts.HERE.value, source=None
    )


def _adopt(connection: Connection, asked: Sequence[Problem], *, user: User, now: datetime) -> int:
    """The contacts that look like the members are the members: what is empty there is filled, differences are listed.

    They are read first, in bulk, outside of any transaction. What is somebody's by now, or gone there, stays asked.
    """
    contacts = {each.contact for each in asked}
    taken = set(links.of_place(connection).filter(contact__in=contacts).values_list("contact", flat=True))
    free = [each for each in asked if each.contact not in taken]
    if not free:
        raise Refused(refusals.NOT_NOW)
    try:
        with lines.books(connection, urgent=lambda: True, clock=lambda: now) as books:
            there = {each.contact_id: each for each in books.read([ContactId(each.contact) for each in free])}
    except Trouble as trouble:
        raise Refused(trouble.reason, **trouble.params) from None
    found = [each for each in free if ContactId(each.contact) in there]
    if not found:
        raise Refused(Reason.GONE)
    fingerprint = fingerprinter()
    reads = reading.asked(connection, [PayerKey(each.payer) for each in found], now=now)
    adoptions = [
        matching.adoption(reads[PayerKey(each.payer)], there[ContactId(each.contact)], fingerprint=fingerprint)
        for each in found
    ]
    with transaction.atomic():
        open_ones = Problem.objects.filter(id__in=[each.id for each in found], closed_at=None)
        if open_ones.update(closed_at=now, closed_by=user) < len(found):
            raise Refused(refusals.NOT_NOW)
        run = runs.begin(connection, Cause.DECISION, by=user, now=now)
        matching.keep(connection, matching.Comparison(adoptions, []), run=run, now=now)
        runs.planned(run.id, steps=len(found), now=now)
        _look_again(connection, [PayerKey(each.payer) for each in found], run=run.id)
    return len(found)


_DO: Mapping[str, Callable[[Connection, Sequence[Problem], User, datetime], None]] = {
    APPROVE: _approve,
    RETRY: _retry,
    MAKE_AGAIN: _make_again,
}


def _links(connection: Connection, found: Sequence[Problem]) -> "QuerySet[Link]":
    return Link.objects.filter(
        association_id=connection.association_id,
        package=connection.package,
        administration=connection.administration,
        payer__in=[each.payer for each in found],
    )


def _look_at_everyone(connection: Connection, user: User, now: datetime) -> None:
    Connection.objects.filter(id=connection.id, enabled=True).update(
        round_due_at=now, round_cause=Cause.DECISION, round_by=user, check_due_at=now
    )
    wake.connection(connection.id)


def _look_again(connection: Connection, payers: list[PayerKey], *, run: int | None = None) -> None:
    queue.put(connection, payers, urgent=len(payers) <= queue.FEW, run=run)
    wake.connection(connection.id)
