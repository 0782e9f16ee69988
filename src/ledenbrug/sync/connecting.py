"""From *Connect* to a grant: sends a person to the package, takes back what comes, asks what it reaches.

What lies between *Allow* and *Save* lives in the grant, and expires. Nothing here makes a connection.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeVar

from ledenbrug.core.errors import Temporary, Trouble
from ledenbrug.core.port import Administration
from ledenbrug.core.reasons import Reason
from ledenbrug.members.models import Assignment, Association, Role, User
from ledenbrug.sync import lines, packages, refusals
from ledenbrug.sync.models import Connection, Grant, GrantState, Hook
from ledenbrug.sync.refusals import Refused
from ledenbrug.wire import sealing
from ledenbrug.wire.http import HttpLine
from ledenbrug.wire.oauth import Tokens, code_in, when_settled

T = TypeVar("T")
AWAY = timedelta(minutes=30)
"""How long a person may take at the package's pages."""
UNUSED = timedelta(hours=2)
"""How long a grant waits for *Save*."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An administration that a grant reaches. `taken_by` is named only to the association that took it."""

    id: str
    name: str
    usable: bool
    taken: Literal["", "own", "other"] = ""
    taken_by: str = ""


def begin(
    *,
    association: Association,
    package: str,
    user: User,
    redirect_uri: str,
    now: datetime,
    client_id: str = "",
    client_secret: str = "",
    webhook_secret: str = "",
    host: str = "",
    reconnects: Connection | None = None,
) -> str:
    """The address at the package where the person says yes; `host` is the code of one of its sites."""
    _allowed(association, package)
    oauth = packages.get(package).oauth
    client_id = client_id or packages.setting(package, "CLIENT_ID")
    client_secret = client_secret or packages.setting(package, "CLIENT_SECRET")
    if oauth is None or not client_id or not client_secret:
        raise Refused(refusals.NOT_CONFIGURED)
    state = secrets.token_urlsafe(32)
    grant = Grant.objects.create(
        association=association,
        package=package,
        url=packages.url(package, host),
        client_id=client_id,
        client_secret=sealing.seal(client_secret),
        webhook_secret=sealing.seal(webhook_secret) if webhook_secret else "",
        redirect_uri=redirect_uri,
        asked_state=_digest(state),
        reconnects=reconnects,
        asked_by=user,
        created_at=now,
        expires_at=now + AWAY,
    )
    return lines.consent(grant, clock=lambda: now).address(state=state, redirect_uri=redirect_uri)


def begun(*, package: str, params: Mapping[str, str], user: User) -> Connection | None:
    """The connection that this person went to connect again. To be asked before `come_back`: a state works once."""
    asked = Grant.objects.filter(package=package, asked_state=_digest(params.get("state", "")), asked_by=user)
    grant = asked.select_related("reconnects__association").first()
    return grant.reconnects if grant else None


def come_back(*, package: str, params: Mapping[str, str], user: User, now: datetime) -> Grant:
    """The person is back. A state works once, for the user who asked."""
    grant = Grant.objects.filter(package=package, asked_state=_digest(params.get("state", ""))).first()
    if not params.get("state") or grant is None:
        raise Refused(refusals.STATE_WRONG)
    if grant.asked_by_id != user.id or not _still_may(user, grant.association_id):
        raise Refused(refusals.WRONG_USER)
    if not Grant.objects.filter(id=grant.id, asked_state=grant.asked_state).update(asked_state=""):
        raise Refused(refusals.STATE_WRONG)
    if grant.expires_at and grant.expires_at < now:
        raise Refused(refusals.EXPIRED)
    try:
        code = code_in(params)
        new = lines.consent(grant, clock=lambda: now).exchange(code, redirect_uri=grant.redirect_uri)
    except Trouble as trouble:
        grant.delete()
        raise Refused(trouble.reason, **trouble.params) from None
    return _given(grant, new, now=now)


def paste(
    *,
    association: Association,
    package: str,
    token: str,
    user: User,
    now: datetime,
    reconnects: Connection | None = None,
) -> Grant:
    """A personal token instead of consent."""
    _allowed(association, package)
    grant = Grant.objects.create(
        association=association,
        package=package,
        url=packages.url(package),
        personal=True,
        reconnects=reconnects,
        asked_by=user,
        created_at=now,
    )
    return _given(grant, Tokens(access=token.strip(), refresh="", expires_at=None, scope=""), now=now)


def administrations(grant: Grant, *, now: datetime) -> tuple[Offer, ...]:
    """Every administration the grant reaches, with who has it already."""
    package = packages.get(grant.package)
    found = _asked(grant, lambda line: package.administrations(line), now=now)
    ids = [each.id for each in found]
    taken = Connection.objects.filter(package=grant.package, administration__in=ids, removed_at=None)
    by = {each.administration: each for each in taken.select_related("financial_administration")}
    return tuple(_offer(each, by.get(each.id), grant) for each in found)


def choices(grant: Grant, administration: str, key: str, *, now: datetime) -> list[tuple[str, str]]:
    """What the package offers for one of its own settings."""
    package = packages.get(grant.package)
    if package.choices is None:
        return []
    ask = package.choices
    return list(_asked(grant, lambda line: ask(line, administration, key), now=now))


def forget(grant: Grant, *, now: datetime) -> bool:
    """Withdraws the permission at the package, where there is a way, and throws the grant away. Says whether it did.

    One that a connection uses stays.
    """
    if grant.connections.exists():
        return False
    revoked = False
    oauth = packages.get(grant.package).oauth
    if oauth is not None and not grant.personal and grant.tokens:
        try:
            revoked = lines.consent(grant, clock=lambda: now).revoke(lines.tokens(grant).access)
        except Trouble:
            revoked = False
    grant.delete()
    return revoked


def _given(grant: Grant, new: Tokens, *, now: datetime) -> Grant:
    lines.keep(grant, new, now=now)
    grant.state, grant.expires_at = GrantState.GIVEN, now + UNUSED
    grant.save(update_fields=["state", "expires_at"])
    who = packages.get(grant.package).who
    try:
        grant.remote_user = _asked(grant, lambda line: (who(line),), now=now)[0] if who else ""
        offers = administrations(grant, now=now)
        grant = _one_per_user(grant, now=now)
    except (Refused, Temporary) as refusal:
        grant.delete()
        raise Refused(refusal.reason, **refusal.params) from None
    if not offers:
        forget(grant, now=now)
        raise Refused(refusals.NO_ADMINISTRATION)
    if grant.reconnects is not None:
        _reconnect(grant, grant.reconnects, offers, now=now)
    return grant


def _one_per_user(grant: Grant, *, now: datetime) -> Grant:
    """Where saying yes again ended the earlier tokens, the grant that has those gets the new ones."""
    if not grant.remote_user:
        return grant
    own = ("association_id", "package", "url", "client_id", "remote_user")
    same = Grant.objects.filter(**{each: getattr(grant, each) for each in own}, personal=False)
    first = same.exclude(state=GrantState.ASKED).exclude(id=grant.id).order_by("id").first()
    if first is None:
        grant.save(update_fields=["remote_user"])
        return grant
    with lines.only_one(first):
        for each in ("client_secret", "tokens", "state", "reconnects", "asked_by", "renewed_at"):
            setattr(first, each, getattr(grant, each))
        if grant.webhook_secret:
            first.webhook_secret = grant.webhook_secret
            Hook.objects.filter(grant=first).exclude(secret="").update(secret=grant.webhook_secret)
        first.expires_at = None if first.connections.exists() else grant.expires_at
        first.save()
    first.connections.filter(removed_at=None).update(waiting="", waiting_until=None)
    grant.delete()
    return first


def _reconnect(grant: Grant, connection: Connection, offers: tuple[Offer, ...], *, now: datetime) -> None:
    """The same administration under another person's permission; another administration is refused with both names."""
    if connection.administration not in {each.id for each in offers}:
        names = ", ".join(each.name for each in offers)
        ours = connection.administration_name
        forget(grant, now=now)
        raise Refused(refusals.OTHER_ADMINISTRATION, administration=names, expected=ours)
    before = connection.grant
    grant.expires_at = None
    grant.save(update_fields=["expires_at"])
    siblings = Connection.objects.filter(association_id=grant.association_id, grant=before, removed_at=None)
    reached = [each.id for each in siblings if each.administration in {offer.id for offer in offers}]
    Connection.objects.filter(id__in=[connection.id, *(reached if before else [])]).update(
        grant=grant, waiting="", waiting_until=None
    )
    if before is not None and not before.connections.exists():
        forget(before, now=now)


def _asked(grant: Grant, ask: Callable[[HttpLine], Iterable[T]], *, now: datetime) -> tuple[T, ...]:
    """A new token may be unknown there for a moment; it is not renewed for that."""
    slate = lines.Slate(grant, administration="", urgent=lambda: True, clock=lambda: now, renews=False)
    try:
        return tuple(when_settled(lambda: ask(slate.line)))
    except Trouble as trouble:
        raise Refused(trouble.reason, **trouble.params) from None
    finally:
        slate.give_back(now=now)


def _offer(each: Administration, connection: Connection | None, grant: Grant) -> Offer:
    if connection is None:
        return Offer(each.id, each.name, each.usable)
    if connection.association_id != grant.association_id:
        return Offer(each.id, each.name, each.usable, "other")
    return Offer(each.id, each.name, each.usable, "own", connection.financial_administration.name)


def _still_may(user: User, association_id: int) -> bool:
    """A role may have ended while the person was away."""
    return Assignment.objects.filter(
        association_id=association_id, user=user, role__in=(Role.TREASURER, Role.ADMIN)
    ).exists()


def _allowed(association: Association, package: str) -> None:
    if not packages.module_on(association, package):
        raise Refused(Reason.MODULE_OFF)


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()
