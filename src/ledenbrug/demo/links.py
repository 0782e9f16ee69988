"""Links one of the association's books to every package there is, so that a newcomer finds them at work.

It does so by the operations and pages that a treasurer has. A sandbox forgets everything when it stops: what was linked
before is allowed once more there, and begins as at a first run. What somebody took away stays away.
"""

import sys
from collections.abc import Mapping
from datetime import datetime

import httpx2

from ledenbrug.core.errors import Trouble
from ledenbrug.core.port import Package
from ledenbrug.core.records import ALWAYS, Group
from ledenbrug.demo.association import ACTIVITIES, SLUG, STATUSES, YOUTH
from ledenbrug.demo.far_side import administrations
from ledenbrug.demo.people import Stage
from ledenbrug.demo.person import Lost, say_yes
from ledenbrug.manager.views.wizard import way_back
from ledenbrug.members.models import Association, FinancialAdministration, MemberStatus, Role, User
from ledenbrug.sync import connecting, operations, packages
from ledenbrug.sync.models import Connection, Grant, Link, Reading
from ledenbrug.sync.operations import Draft
from ledenbrug.sync.refusals import Refused

BOOKS: Mapping[str, tuple[str, Stage, frozenset[Group]]] = {
    "moneybird": (ACTIVITIES, Stage.ASPIRANT, ALWAYS),
    "exact_online": (YOUTH, Stage.YOUTH, ALWAYS | {Group.SEPA}),
}
"""Package → financial administration, whose contacts, and what goes over. The other books wait for the newcomer."""
TROUBLES = (Refused, Trouble, Lost, httpx2.HTTPError)


def link_all(*, now: datetime) -> None:
    association = Association.objects.get(slug=SLUG)
    treasurer = User.objects.filter(assignments__association=association, assignments__role=Role.TREASURER).first()
    for package in packages.offered():
        if treasurer and package.name in BOOKS and packages.setting(package.name, "URL"):
            _link(association, package, treasurer, now=now)


def told() -> list[str]:
    """Which books go where by now, and which are free."""
    books = FinancialAdministration.objects.filter(association__slug=SLUG).order_by("name")
    linked = Connection.objects.filter(association__slug=SLUG, removed_at=None).order_by("id")
    there: dict[int, list[str]] = {}
    for each in linked:
        there.setdefault(each.financial_administration_id, []).append(packages.get(each.package).label)
    return [
        f"{each.name} goes to {' and '.join(there[each.pk])}." if each.pk in there else f"{each.name} is yours to link."
        for each in books
    ]


def _link(association: Association, package: Package, user: User, *, now: datetime) -> None:
    before = list(Connection.objects.filter(association=association, package=package.name))
    if not before:
        try:
            _first(association, package, user, now=now)
        except TROUBLES as trouble:  # the story goes on without it
            sys.stderr.write(f"Not linked to {package.label}: {trouble}\n")
    for connection in before:
        if connection.removed_at is None:
            _again_or_not(connection, user, now=now)


def _first(association: Association, package: Package, user: User, *, now: datetime) -> None:
    books, stage, groups = BOOKS[package.name]
    administration = administrations(package)[-1].id
    draft = Draft(
        administration=administration,
        financial_administration=association.financial_administrations.get(name=books).pk,
        statuses=frozenset([MemberStatus.objects.of(association).get(name=STATUSES[stage]).pk]),
        groups=frozenset(each.value for each in groups),
        prefix=package.prefix,
        choices={},
    )
    grant = _allowed(association, package, user, administration=administration, now=now)
    connection = operations.save(association=association, grant=grant, draft=draft, user=user, now=now)
    operations.enable(connection, user=user, now=now)


def _again_or_not(connection: Connection, user: User, *, now: datetime) -> None:
    try:
        _again(connection, user, now=now)
    except TROUBLES as trouble:
        sys.stderr.write(f"No longer linked: {connection.administration_name}, {trouble}\n")
        operations.remove(connection, user=user, now=now, forget_links=True)


def _again(connection: Connection, user: User, *, now: datetime) -> None:
    """The contacts that were there are no more, and neither is what we knew of them."""
    package = packages.get(connection.package)
    _allowed(
        connection.association, package, user, administration=connection.administration, now=now, reconnects=connection
    )
    forget = {"association": connection.association, "package": package.name}
    Link.objects.filter(**forget, administration=connection.administration).delete()
    Reading.objects.filter(connection=connection).delete()
    connection.problems.filter(closed_at=None).update(closed_at=now)
    Connection.objects.filter(id=connection.id).update(matched_at=None, check_due_at=None)
    if connection.enabled:
        operations.enable(connection, user=user, now=now)


def _allowed(
    association: Association,
    package: Package,
    user: User,
    *,
    administration: str,
    now: datetime,
    reconnects: Connection | None = None,
) -> Grant:
    back = way_back(package)
    there = connecting.begin(
        association=association, package=package.name, user=user, redirect_uri=back, now=now, reconnects=reconnects
    )
    answer = say_yes(there, back=back, administration=administration)
    return connecting.come_back(package=package.name, params=answer, user=user, now=now)
