"""What a treasurer does with a connection: save, enable, disable, hold, sync now, remove.

Refusals are codes; who may ask is the screen's business.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from ledenbrug.core.records import ALWAYS, Group
from ledenbrug.members.models import Association, FinancialAdministration, MemberStatus, User
from ledenbrug.sync import connecting, hooks, packages, refusals, runs, wake
from ledenbrug.sync.models import (
    Cause,
    Connection,
    ConnectionStatus,
    Grant,
    GrantState,
    Link,
    Run,
    StoredPreview,
    Touched,
)
from ledenbrug.sync.refusals import Refused

COMPULSORY = frozenset({Group.NAME, Group.CUSTOMER_NUMBER})
NAME_LENGTH = 200
SENDS = ("groups", "prefix", "choices", "financial_administration_id")
"""Settings that change what is sent."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form says."""

    administration: str
    financial_administration: int
    statuses: frozenset[int]
    groups: frozenset[str]
    prefix: str
    choices: dict[str, str]
    put_back: bool = False
    archive_after_days: int | None = None


def save(*, association: Association, grant: Grant, draft: Draft, user: User, now: datetime) -> Connection:
    """A new connection, saved and still off. A grant that serves another connection already may be used again."""
    offers = {each.id: each for each in connecting.administrations(grant, now=now)}
    offer = offers.get(draft.administration)
    if offer is None or not offer.usable:
        raise Refused(refusals.NOT_USABLE)
    if offer.taken:
        raise Refused(refusals.TAKEN_OWN if offer.taken == "own" else refusals.TAKEN_OTHER, by=offer.taken_by)
    with transaction.atomic():
        new = Connection(
            association=association,
            package=grant.package,
            grant=grant,
            administration=offer.id,
            administration_name=offer.name[:NAME_LENGTH],
            created_at=now,
            created_by=user,
        )
        try:
            with transaction.atomic():
                _fill(new, draft)
                new.save()
        except IntegrityError:
            raise Refused(refusals.TAKEN_OTHER, by="") from None
        _statuses(new, draft)
        Grant.objects.filter(id=grant.id).update(expires_at=None)
    return new


def change(connection: Connection, *, draft: Draft, user: User, now: datetime) -> Connection:
    """The administration there stays what it is; anything else may change, also while it runs."""
    with transaction.atomic():
        connection = _locked(connection)
        before = [getattr(connection, each) for each in SENDS]
        _fill(connection, draft)
        if before != [getattr(connection, each) for each in SENDS]:
            connection.revision += 1
        _saved(connection)
        _statuses(connection, draft)
        _forget_preview(connection)
        _round(connection, Cause.SETTINGS, user=user, now=now)
    return connection


def enable(connection: Connection, *, user: User, now: datetime) -> None:
    if not packages.module_on(connection.association, connection.package):
        raise Refused("module_off")
    with transaction.atomic():
        connection = _locked(connection)
        if connection.grant is None or connection.grant.state != GrantState.GIVEN:
            raise Refused(refusals.LOGIN_NEEDED)
        if runs.undoing(connection):
            raise Refused(refusals.UNDOING)
        connection.enabled, connection.hold_until = True, None
        connection.waiting, connection.waiting_until = "", None
        _saved(connection)
        _forget_preview(connection)
        _round(connection, Cause.ENABLE, user=user, now=now)


def disable(connection: Connection, *, user: User, now: datetime) -> None:
    """At once: a step under way is the last. What changes meanwhile is found again on enable."""
    with transaction.atomic():
        connection = _locked(connection)
        connection.enabled, connection.hold_until = False, None
        connection.round_due_at = None
        connection.save()
        Touched.objects.filter(connection=connection).delete()
        Run.objects.filter(connection=connection, ended_at=None).update(ended_at=now)
        hooks.drop_soon(connection)


def hold(connection: Connection, *, until: datetime, user: User, now: datetime) -> None:
    with transaction.atomic():
        connection = _locked(connection)
        if not connection.enabled or until <= now:
            raise Refused(refusals.NOT_NOW)
        connection.hold_until = until
        connection.save(update_fields=["hold_until"])


def sync_now(connection: Connection, *, user: User, now: datetime) -> None:
    with transaction.atomic():
        connection = _locked(connection)
        if not connection.enabled:
            raise Refused(refusals.NOT_NOW)
        connection.hold_until, connection.waiting_until = None, None
        if connection.grant is not None and connection.grant.state == GrantState.GIVEN:
            connection.waiting = ""
        connection.save(update_fields=["hold_until", "waiting", "waiting_until"])
        Link.objects.filter(
            association_id=connection.association_id,
            package=connection.package,
            administration=connection.administration,
        ).exclude(troubles=0).update(troubles=0)
        _round(connection, Cause.SYNC_NOW, user=user, now=now)


def remove(connection: Connection, *, user: User, now: datetime, forget_links: bool = False) -> str:
    """Contacts stay as they are, and so do the links. Returns how the permission ended: revoked, shared, by_hand."""
    with transaction.atomic():
        connection = _locked(connection)
        grant = connection.grant
        connection.enabled, connection.removed_at, connection.grant = False, now, None
        connection.doubles = []
        connection.waiting, connection.waiting_until, connection.round_due_at = "", None, None
        connection.save()
        Touched.objects.filter(connection=connection).delete()
        connection.problems.filter(closed_at=None).update(closed_at=now, closed_by=user)
        if forget_links:
            Link.objects.filter(
                association_id=connection.association_id,
                package=connection.package,
                administration=connection.administration,
            ).delete()
    hooks.drop(connection, grant=grant, clock=lambda: now)
    if grant is None:
        return "by_hand"
    if grant.connections.exists():
        return "shared"
    return "revoked" if connecting.forget(grant, now=now) else "by_hand"


def _forget_preview(connection: Connection) -> None:
    """It told what would happen; what is shown when the connection is off again must not be that."""
    StoredPreview.objects.filter(connection=connection).delete()


def _locked(connection: Connection) -> Connection:
    found = (
        Connection.objects.select_for_update(of=("self",))
        .select_related("association", "grant", "financial_administration")
        .filter(id=connection.id, removed_at=None)
        .first()
    )
    if found is None:
        raise Refused(refusals.NOT_NOW)
    return found


def _fill(connection: Connection, draft: Draft) -> None:
    association = connection.association
    books = FinancialAdministration.objects.of(association).filter(id=draft.financial_administration).first()
    if books is None:
        raise Refused(refusals.NOT_USABLE)
    package = packages.get(connection.package)
    groups = {Group(each) for each in draft.groups} | COMPULSORY
    connection.financial_administration = books
    connection.groups = sorted(each.value for each in groups & (package.groups | ALWAYS))
    connection.prefix = draft.prefix.strip()
    connection.choices = {each.key: draft.choices.get(each.key, each.default) for each in package.settings}
    connection.put_back = draft.put_back
    connection.archive_after_days = draft.archive_after_days if package.can_archive else None


def _statuses(connection: Connection, draft: Draft) -> None:
    found = list(MemberStatus.objects.of(connection.association_id).filter(id__in=draft.statuses))
    if not found:
        raise Refused(refusals.NO_STATUS)
    ConnectionStatus.objects.filter(connection=connection).exclude(status__in=found).delete()
    have = set(ConnectionStatus.objects.filter(connection=connection).values_list("status_id", flat=True))
    ConnectionStatus.objects.bulk_create(
        ConnectionStatus(association_id=connection.association_id, connection=connection, status=each)
        for each in found
        if each.id not in have
    )


def _saved(connection: Connection) -> None:
    """The refusal names the other connection: it is of the same association."""
    try:
        with transaction.atomic():
            connection.save()
    except IntegrityError:
        other = Connection.objects.filter(
            financial_administration=connection.financial_administration,
            package=connection.package,
            enabled=True,
            removed_at=None,
        ).exclude(id=connection.id)
        raise Refused(refusals.ENABLED_ALREADY, by=", ".join(map(str, other))) from None


def _round(connection: Connection, cause: str, *, user: User | None, now: datetime) -> None:
    if connection.enabled:
        Connection.objects.filter(id=connection.id).update(round_due_at=now, round_cause=cause, round_by=user)
        wake.connection(connection.id)
