"""The permission of a simulated life: tokens that rotate, end, are taken back and given again by a person there.

What must hold of it: nobody renews while somebody else does, and nobody is asked to log in for a pair that we lost.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.db import connection as database

from ledenbrug.core.errors import Temporary
from ledenbrug.core.reasons import Reason
from ledenbrug.members.models import Assignment, Association, Role, User
from ledenbrug.sync import connecting, lines
from ledenbrug.sync.models import Connection, Grant, GrantState
from ledenbrug.wire import sealing
from ledenbrug.wire.oauth import Tokens
from tests.simulation.far_side import FarSide

BACK = "http://127.0.0.1/back"


def begin(association: Association, far: FarSide) -> Grant:
    """As somebody gave it by saying yes."""
    key = _key(far)
    grant = Grant.objects.create(
        association=association, package=far.package.name, url=far.hands.url, client_id=key["client_id"],
        client_secret=sealing.seal(key["client_secret"]), redirect_uri=BACK, state=GrantState.GIVEN,
        asked_by=_treasurer(association), created_at=far.now(),
    )  # fmt: skip
    new = lines.consent(grant, clock=far.now).exchange(far.hands.say_yes(BACK), redirect_uri=BACK)
    lines.keep(grant, new, now=far.now())
    return grant


def end_tokens(far: FarSide) -> None:
    """Those that live for some time come to their end; the others are declared dead there."""
    desk = far.hands.desk
    if desk:
        far.spoil()
        far.hands.clock.wait(desk.policy.access_seconds or 0)
        for token in desk.tokens.values():
            token.expires_at = token.expires_at or far.now().timestamp()


def take_back(far: FarSide) -> None:
    far.hands.withdraw()
    far.renewals.taken_back += 1
    far.renewals.lost = True


def log_in(connection: Connection, far: FarSide) -> None:
    """Where that is needed. Nothing goes wrong meanwhile: who cannot connect again tries once more."""
    grant = Grant.objects.get()
    if grant.personal:
        Grant.objects.update(state=GrantState.GIVEN)
    elif grant.state == GrantState.WITHDRAWN:
        far.renewals.unasked += not far.renewals.lost
        armed, far.weather.armed = far.weather.armed, []
        _connect_again(connection, grant, far)
        far.weather.armed = armed


def _connect_again(connection: Connection, grant: Grant, far: FarSide) -> None:
    user, package, now = User.objects.get(id=grant.asked_by_id), grant.package, far.now()
    address = connecting.begin(
        association=connection.association, package=package, user=user, redirect_uri=BACK, now=now,
        reconnects=connection, **_key(far),
    )  # fmt: skip
    far.renewals.went["connected again"] += 1
    Grant.objects.filter(state=GrantState.ASKED).update(url=far.hands.url)
    (state,) = parse_qs(urlsplit(address).query)["state"]
    connecting.come_back(package=package, params={"state": state, "code": far.hands.say_yes(BACK)}, user=user, now=now)


def _key(far: FarSide) -> dict[str, str]:
    assert far.hands.desk
    (application,) = far.hands.desk.applications.values()
    return {"client_id": application.client_id, "client_secret": application.client_secret}


def _treasurer(association: Association) -> User:
    user = User.objects.create(email="treasurer@simulated.example", password="!")
    Assignment.objects.create(association=association, user=user, role=Role.TREASURER)
    return user


def _is_held(grant: Grant) -> bool:
    """By the very session."""
    with database.cursor() as cursor:
        cursor.execute(
            """SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND objsubid = 2
                                                       AND pid = pg_backend_pid())""",
            [grant.id],
        )
        return bool(cursor.fetchone()[0])


@contextmanager
def overheard(far: FarSide) -> Iterator[None]:
    """While a worker renews the others wait for it, and for one that froze not for long; a pair that is kept is not
    lost."""
    only_one, keep, renewals = lines.only_one, lines.keep, far.renewals

    @contextmanager
    def held(grant: Grant) -> Iterator[None]:
        if renewals.held:  # there is one session, and that would let the others pass
            raise Temporary(Reason.BUSY)
        with only_one(grant):
            before, renewals.held = renewals.held, _is_held(grant)
            try:
                yield
            finally:
                renewals.held = before

    def kept(grant: Grant, new: Tokens, *, now: datetime) -> Any:
        keep(grant, new, now=now)
        renewals.lost = far.spoilt or renewals.taken_back > renewals.given_after

    lines.only_one, lines.keep = held, kept
    try:
        yield
    finally:
        lines.only_one, lines.keep = only_one, keep
