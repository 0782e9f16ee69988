"""Asks a package to tell us of changes, and to stop: one webhook per connection, where there is a public address.

Failing costs only speed: what nobody tells is found when everyone is looked at. What comes in is for `hints`.
"""

import logging
import secrets
from contextlib import suppress
from datetime import timedelta

from django.conf import settings

from ledenbrug.core.errors import Trouble
from ledenbrug.core.hooks import Hooks
from ledenbrug.core.line import Line
from ledenbrug.sync import lines, notes, packages
from ledenbrug.sync.jobs import unhook
from ledenbrug.sync.models import Connection, Grant, Hook
from ledenbrug.wire import sealing

AGAIN = timedelta(hours=20)
"""Every night it is asked whether it is still there."""
log = logging.getLogger(__name__)


def address(hook: Hook, package: str) -> str:
    return f"{hook.site}/hooks/{package}/{hook.key}/"


def tend(connection: Connection, *, clock: lines.Clock) -> None:
    """Registers what should be and is not, and takes away what should not be. Does nothing twice a day."""
    if packages.get(connection.package).hooks is None:
        return
    hook, ability = Hook.objects.filter(connection=connection).first(), packages.hooks_here(connection.package)
    if ability is None:
        drop(connection, grant=connection.grant, clock=clock)
    elif connection.grant is not None and not (hook and _fits(hook, connection) and hook.looked_at > clock() - AGAIN):
        _try(connection, hook, connection.grant, ability, clock=clock)


def drop(connection: Connection, *, grant: Grant | None, clock: lines.Clock) -> None:
    """From now on nobody is there; that it is told so is no condition."""
    hook, ability = Hook.objects.filter(connection=connection).first(), packages.hooks(connection.package)
    if hook is None:
        return
    hook.delete()
    if hook.remote and grant is not None and ability is not None:
        try:
            with lines.line(grant, administration=connection.administration, urgent=lambda: True, clock=clock) as line:
                ability.unregister(line, connection.administration, hook.remote)
        except Trouble as trouble:
            _tell(connection, trouble)


def drop_soon(connection: Connection) -> None:
    """The same without waiting for the package."""
    if Hook.objects.filter(connection=connection).exists():
        unhook.defer(connection_id=connection.id)


def _fits(hook: Hook, connection: Connection) -> bool:
    return bool(hook.remote) and hook.site == settings.LEDENBRUG_PUBLIC_URL and hook.grant_id == connection.grant_id


def _try(connection: Connection, hook: Hook | None, grant: Grant, ability: Hooks, *, clock: lines.Clock) -> None:
    try:
        allowed = lines.tokens(grant).scope.split()
        if allowed and not set(allowed).issuperset(ability.scopes):
            return  # said yes before there was a public address
        if ability.own_secret and not grant.webhook_secret:
            return  # nobody pasted it: we could not tell their deliveries from anybody's
        with lines.line(grant, administration=connection.administration, urgent=lambda: False, clock=clock) as line:
            if not (hook and _fits(hook, connection) and ability.awake(line, connection.administration, hook.remote)):
                hook = _register(connection, hook, ability, line)
        Hook.objects.filter(id=hook.id).update(looked_at=clock())
    except Trouble as trouble:
        _tell(connection, trouble)


def _register(connection: Connection, hook: Hook | None, ability: Hooks, line: Line) -> Hook:
    """Its row is there before the package is asked: our address is visited meanwhile."""
    if hook is not None and hook.remote:
        with suppress(Trouble):  # under another permission it may not be ours to take away
            ability.unregister(line, connection.administration, hook.remote)
    hook = hook or Hook(connection=connection, association_id=connection.association_id, key=secrets.token_urlsafe(32))
    hook.site, hook.grant, hook.remote, hook.secret = settings.LEDENBRUG_PUBLIC_URL, connection.grant, "", ""
    hook.looked_at = line.now()
    with notes.mine(connection):
        hook.save()
    new = ability.register(line, connection.administration, address(hook, connection.package))
    secret = hook.grant.webhook_secret if ability.own_secret and hook.grant else sealing.seal(new.secret)
    if not Hook.objects.filter(id=hook.id).update(remote=new.id, secret=secret):
        ability.unregister(line, connection.administration, new.id)  # switched off meanwhile
    return hook


def _tell(connection: Connection, trouble: Trouble) -> None:
    log.warning("a webhook: %s", trouble.reason, extra={"connection": connection.id, "reason": trouble.reason})
