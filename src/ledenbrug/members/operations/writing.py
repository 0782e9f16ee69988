"""The frame of every write: one transaction that says who asked, holds the row, and rings the bell at its end.

It must not know what is written.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.db import IntegrityError, OperationalError, connection, transaction
from psycopg.errors import DeadlockDetected, LockNotAvailable

from ledenbrug.members import bell, calendar, cause, custom, validation
from ledenbrug.members.models import Association, Member, PayerDetails, User
from ledenbrug.members.refusals import Reason, Refused

TAKEN: Mapping[str, tuple[Reason, str]] = {
    "member_number": (Reason.NUMBER_ISSUED, "number"),
    "issued_once": (Reason.NUMBER_ISSUED, "number"),
    "custom_field_name": (Reason.NAME_TAKEN, "name"),
    "status_name": (Reason.NAME_TAKEN, "name"),
    "financial_administration_name": (Reason.NAME_TAKEN, "name"),
    "mandate_reference": (Reason.REFERENCE_TAKEN, "reference"),
    "one_live_mandate": (Reason.LIVE_MANDATE, ""),
    # removed since it was shown
    "members_member_status_id_same_association": (Reason.UNKNOWN_STATUS, "status"),
    "members_period_status_id_same_association": (Reason.UNKNOWN_STATUS, "status"),
    "members_mandate_financial_administration_id_same_association": (
        Reason.UNKNOWN_ADMINISTRATION,
        "financial_administration",
    ),
}
"""Constraints of the database that a person can run into."""
PATIENCE = "5s"
"""For as long a person waits until others have written."""


_whole: ContextVar[bool] = ContextVar("whole", default=False)


@contextmanager
def whole() -> Iterator[None]:
    """One write and what belongs to it as one transaction, without the savepoint that makes many rows slow."""
    before = _whole.set(True)
    try:
        with transaction.atomic():
            yield
    finally:
        _whole.reset(before)


@contextmanager
def in_one_go() -> Iterator[None]:
    """One transaction. Who waits at a screen until others have written is told before long; a worker waits on."""
    person = not _whole.get()
    try:
        with transaction.atomic(savepoint=person):
            if person:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
            yield
    except OperationalError as error:
        if not person or not held_up(error):
            raise
        raise Refused.because(Reason.BUSY) from None


def held_up(trouble: Exception) -> bool:
    """By others, who write the same rows: a moment later it can be done."""
    if isinstance(trouble, Refused):
        return trouble.faults[0].reason == Reason.BUSY
    return isinstance(trouble.__cause__, LockNotAvailable | DeadlockDetected)


@contextmanager
def writing(
    association_id: int, *, by: User | None, why: cause.Cause = cause.Cause.EDIT, **said: str
) -> Iterator[None]:
    try:
        with in_one_go():
            cause.set(why, by=by, **said)
            yield
            bell.ring(association_id)
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        if diagnosis is None or diagnosis.constraint_name not in TAKEN:
            raise
        raise Refused.because(*TAKEN[diagnosis.constraint_name]) from None


def held(member: Member, *, deleted: bool = False) -> Member:
    """The row as it is now, kept from others until the transaction ends."""
    found = Member.objects.of(member.association_id).select_for_update(of=("self",)).get(pk=member.pk)
    if found.deleted_at is not None and not deleted:
        raise Refused.because(Reason.DELETED)
    return found


def save_all(rows: Sequence[Member | PayerDetails], names: Collection[str]) -> None:
    """These columns of rows that are held, each with its own values, in one statement."""
    if not rows or not names:
        return
    said = json.dumps([{name: getattr(row, name) for name in ("id", *names)} for row in rows], default=str)
    columns, table = ", ".join(f"{name} = said.{name}" for name in names), rows[0]._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE {table} row SET {columns} FROM jsonb_populate_recordset(NULL::{table}, %s) said
            WHERE said.id = row.id
            """,  # noqa: S608 - names of tables and fields
            [said],
        )


def held_association(association_id: int) -> Association:
    """From others who hold it; a row may point to it all the same, so that other work goes on."""
    return Association.objects.select_for_update(no_key=True).get(pk=association_id)


def cleaned(
    values: Mapping[str, object],
    *,
    association: Association,
    country: str,
    now: datetime,
    own: custom.Own | None = None,
) -> dict[str, object]:
    """`own` are the association's own fields, where somebody has them at hand."""
    theirs = {name: value for name, value in values.items() if custom.is_key(name)}
    rest = {name: value for name, value in values.items() if name not in theirs}
    good, faults = validation.clean(rest, country_now=country, today=calendar.today(association, now))
    if theirs:
        more, more_faults = custom.clean(theirs, custom.fields_of(association) if own is None else own)
        good, faults = {**good, **more}, [*faults, *more_faults]
    if faults:
        raise Refused(*faults)
    return good


def same_association(association_id: int, *rows: object) -> None:
    for row in rows:
        if getattr(row, "association_id", association_id) != association_id:
            raise Refused.because(Reason.OTHER_ASSOCIATION)
