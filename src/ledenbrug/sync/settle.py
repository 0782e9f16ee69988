"""What a person decides about a problem or a drift, as a table; the engine sees the outcome and goes on."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from ledenbrug.core.errors import Trouble
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import FIELDS, ContactId, Group, PayerKey, Whereabouts
from ledenbrug.members.models import User
from ledenbrug.sync import lines, links, matching, queue, reading, refusals, wake
from ledenbrug.sync.fingerprints import fingerprinter
from ledenbrug.sync.models import Approval, Cause, Connection, Drift, Link, Problem
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
    **dict.fromkeys(FELL, (APPROVE,)),
}
"""What may be done about a reason; any other refusal may be tried again or left out."""
OTHERS = (RETRY, LEAVE_OUT)


def actions(problem: Problem) -> tuple[str, ...]:
    """For what stopped a connection as a whole its own screen says what to do."""
    fits = FITS.get(problem.reason, OTHERS if problem.payer else ())
    return fits if problem.contact else tuple(each for each in fits if each != SAME)


def settle(problem: Problem, *, action: str, user: User, now: datetime) -> None:
    if action not in actions(problem):
        raise Refused(refusals.NOT_NOW)
    if action == SAME:
        _adopt(problem.connection, [problem], user=user, now=now)
        return
    with transaction.atomic():
        still = Problem.objects.select_for_update().filter(id=problem.id, closed_at=None).first()
        if still is None:
            raise Refused(refusals.NOT_NOW)
        if action in (LEAVE_OUT, DISMISS):
            Problem.objects.filter(id=still.id).update(dismissed=True, closed_by=user)
            return
        _DO[action](still, user, now)
        Problem.objects.filter(id=still.id).update(closed_at=now, closed_by=user)
        if still.payer:
            _look_again(still.connection, [PayerKey(still.payer)])
        else:
            _look_at_everyone(still.connection, user, now)


def settle_all(connection: Connection, *, reason: str, group: str = "", action: str, user: User, now: datetime) -> int:
    """One decision about every open problem of one cause, of one field group. Says how many.

    That likely contacts are the member is decided all at once only where nothing speaks against it.
    """
    open_ones = Problem.objects.filter(
        connection=connection, reason=reason, group=group, closed_at=None, dismissed=False
    )
    found = list(open_ones.filter(params__safe="yes") if action == SAME else open_ones)
    if action == SAME and found:
        _adopt(connection, found, user=user, now=now)
        return len(found)
    for problem in found:
        settle(problem, action=action, user=user, now=now)
    return len(found)


def settle_drift(drift: Drift, *, verdict: str, user: User, now: datetime) -> None:
    """`ours` sends our values again, `theirs` proposes theirs to the member secretary, `ignore` asks no more."""
    if verdict not in ("ours", "theirs", "ignore"):
        raise Refused(refusals.NOT_NOW)
    with transaction.atomic():
        still = Drift.objects.select_for_update().filter(id=drift.id, verdict="").select_related("link").first()
        if still is None:
            raise Refused(refusals.NOT_NOW)
        if verdict == "ours":
            link = still.link
            fields = {each.value for each in FIELDS[Group(still.group)]}
            link.sent = {each: value for each, value in link.sent.items() if each not in fields}
            link.source = None
            link.save(update_fields=["sent", "source"])
            _look_again(still.connection, [PayerKey(link.payer)])
        still.verdict, still.settled_at, still.settled_by = verdict, now, user
        still.save()


def _approve(problem: Problem, user: User, now: datetime) -> None:
    Approval.objects.get_or_create(
        association_id=problem.association_id,
        connection=problem.connection,
        payer=problem.payer,
        source=problem.source,
        defaults={"by": user, "at": now},
    )


def _retry(problem: Problem, user: User, now: datetime) -> None:
    """After an archived contact was taken back there, or a refused value will be taken: look before writing."""
    for link in _links(problem):
        link.unsure = link.unsure or link.whereabouts != Whereabouts.HERE
        link.whereabouts, link.source, link.troubles = Whereabouts.HERE.value, None, 0
        link.save(update_fields=["unsure", "whereabouts", "source", "troubles"])


def _make_again(problem: Problem, user: User, now: datetime) -> None:
    for link in _links(problem):
        link.contact, link.sent, link.unsure, link.number = None, {}, False, ""
        link.whereabouts, link.source = Whereabouts.HERE.value, None
        link.save()


def _adopt(connection: Connection, found: Sequence[Problem], *, user: User, now: datetime) -> None:
    """The contacts that look like the members are the members: what is empty there is filled, differences are listed.

    They are read first, in bulk, outside of any transaction.
    """
    taken = set(links.of_place(connection).exclude(contact=None).values_list("contact", flat=True))
    if any(each.contact in taken for each in found):
        raise Refused(refusals.NOT_NOW)
    try:
        with lines.books(connection, urgent=lambda: True, clock=lambda: now) as books:
            there = {each.contact_id: each for each in books.read([ContactId(each.contact) for each in found])}
    except Trouble as trouble:
        raise Refused(trouble.reason, **trouble.params) from None
    if len(there) < len({each.contact for each in found}):
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
        matching.keep(connection, matching.Comparison(adoptions, []), now=now)
        _look_again(connection, [PayerKey(each.payer) for each in found])


_DO: Mapping[str, Callable[[Problem, User, datetime], None]] = {
    APPROVE: _approve,
    RETRY: _retry,
    MAKE_AGAIN: _make_again,
}


def _links(problem: Problem) -> list[Link]:
    return links.rows(problem.connection, [PayerKey(problem.payer)])


def _look_at_everyone(connection: Connection, user: User, now: datetime) -> None:
    Connection.objects.filter(id=connection.id, enabled=True).update(
        round_due_at=now, round_cause=Cause.DECISION, round_by=user, check_due_at=now
    )
    wake.connection(connection.id)


def _look_again(connection: Connection, payers: list[PayerKey]) -> None:
    queue.put(connection, payers, urgent=True)
    wake.connection(connection.id)
