"""The authenticated line of a grant to its package: tokens are unsealed here, and renewed under a lock per grant.

It judges no answer and knows no package.
"""

import hashlib
import json
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime, timedelta
from functools import lru_cache

from django.db import InterfaceError, OperationalError
from django.db import connection as database

import ledenbrug
from ledenbrug.core.errors import LoginNeeded, Temporary
from ledenbrug.core.line import Kept, Limit
from ledenbrug.core.port import Books
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import Group
from ledenbrug.sync import budget, locks, packages, state
from ledenbrug.sync.halfway import Halfway
from ledenbrug.sync.models import Connection, Grant, GrantState
from ledenbrug.wire import sealing
from ledenbrug.wire.http import HttpLine, open_client
from ledenbrug.wire.oauth import Consent, Tokens

_GRANTS, _ALONE = 0x4C47, 0x4C41  # "LG", "LA"
AHEAD = timedelta(seconds=25)
"""How long before its end a token is renewed: late, for there are packages that give no other one before."""
PAUSES = (0, 1, 2, 5, 10, 20)
"""Seconds between the attempts to keep a new pair of tokens."""
USER_AGENT = f"Ledenbrug/{ledenbrug.__version__}"
Clock = Callable[[], datetime]
client = lru_cache(maxsize=1)(open_client)
"""One HTTP client per process."""
log = logging.getLogger(__name__)


class Slate:
    """The line of one turn and the slots it leased; `give_back` returns what was not used."""

    def __init__(
        self,
        grant: Grant,
        *,
        administration: str,
        urgent: Callable[[], bool],
        clock: Clock,
        renews: bool = True,
        meanwhile: Callable[[], None] | None = None,
        kept: Kept | None = None,
    ) -> None:
        package = packages.get(grant.package)
        self._slots: dict[Limit, budget.Slots] = {
            limit: budget.Slots(
                limit, scope=budget.scope_of(limit, grant.package, grant.url, administration), urgent=urgent
            )
            for limit in packages.limits(grant.package)
        }
        unsealed = lru_cache(maxsize=1)(_unsealed)  # once a turn, and when the token was renewed
        self.line = HttpLine(
            url=grant.url,
            client=client(),
            token=lambda: access(grant, unsealed(grant.tokens), clock=clock),
            renew=(lambda used: renewed(grant, used=used, clock=clock)) if renews else None,
            pace=self._slots,
            clock=clock,
            user_agent=USER_AGENT,
            is_login_problem=package.is_login_problem,
            patience=budget.Patience(package.refusals, scope=f"grant {grant.id}") if package.refusals else None,
            meanwhile=meanwhile,
            alone=lambda path: alone(grant, path),
            kept=kept,
        )

    def give_back(self, *, now: datetime) -> None:
        for slots in self._slots.values():
            slots.give_back(now=now)


@contextmanager
def books(
    connection: Connection, *, urgent: Callable[[], bool], clock: Clock, meanwhile: Callable[[], None] | None = None
) -> Iterator[Books]:
    """The connection's administration at the package. Raises `LoginNeeded` when nobody let us in."""
    grant = connection.grant
    if grant is None or grant.state != GrantState.GIVEN:
        raise LoginNeeded(Reason.WITHDRAWN)
    administration, kept = connection.administration, Halfway(connection, clock=clock)
    with line(
        grant, administration=administration, urgent=urgent, clock=clock, meanwhile=meanwhile, kept=kept
    ) as found:
        groups = frozenset(Group(each) for each in connection.groups)
        package = packages.get(connection.package)
        yield package.books(found, administration, connection.choices, groups)


@contextmanager
def line(
    grant: Grant,
    *,
    administration: str,
    urgent: Callable[[], bool],
    clock: Clock,
    meanwhile: Callable[[], None] | None = None,
    kept: Kept | None = None,
) -> Iterator[HttpLine]:
    slate = Slate(grant, administration=administration, urgent=urgent, clock=clock, meanwhile=meanwhile, kept=kept)
    try:
        yield slate.line
    finally:
        slate.give_back(now=clock())


def consent(grant: Grant, *, clock: Clock) -> Consent:
    oauth = packages.oauth(grant.package)
    assert oauth is not None
    return Consent(
        oauth=oauth,
        url=grant.url,
        client_id=grant.client_id,
        client_secret=opened(grant.client_secret) if grant.client_secret else "",
        client=client(),
        clock=clock,
        user_agent=USER_AGENT,
    )


def keep(grant: Grant, new: Tokens, *, now: datetime) -> None:
    """Stores the tokens before anything uses them. A session that was cut is no reason to lose them: the pair before is
    dead by now, and nobody else knows this one. It waits for a database that comes back."""
    for pause in PAUSES:
        try:
            _keep(grant, new, now=now)
        except (OperationalError, InterfaceError):
            if database.in_atomic_block:
                raise
            log.warning("the session was cut before new tokens were kept; trying another", extra={"grant": grant.id})
            database.close()
            time.sleep(pause)
        else:
            return
    _keep(grant, new, now=now)


def _keep(grant: Grant, new: Tokens, *, now: datetime) -> None:
    """What somebody else put there meanwhile counts instead. Who was told that a login is needed goes on."""
    expires = new.expires_at.isoformat() if new.expires_at else ""
    sealed = sealing.seal(
        json.dumps({"access": new.access, "refresh": new.refresh, "expires": expires, "scope": new.scope})
    )
    if Grant.objects.filter(id=grant.id, tokens=grant.tokens).update(tokens=sealed, renewed_at=now):
        grant.tokens, grant.renewed_at = sealed, now
        state.let_in(grant)
    else:
        grant.refresh_from_db(fields=["tokens", "renewed_at"])


def tokens(grant: Grant) -> Tokens:
    return _unsealed(grant.tokens)


def _unsealed(sealed: str) -> Tokens:
    kept = json.loads(opened(sealed))
    expires = datetime.fromisoformat(kept["expires"]) if kept["expires"] else None
    return Tokens(access=kept["access"], refresh=kept["refresh"], expires_at=expires, scope=kept["scope"])


def access(grant: Grant, held: Tokens, *, clock: Clock) -> str:
    """The token to send. One that is about to end is renewed; where that is too early, the one we have still counts."""
    if grant.personal or held.expires_at is None or clock() < held.expires_at - AHEAD:
        return held.access
    try:
        return renewed(grant, used=held.access, clock=clock)
    except Temporary as trouble:
        if trouble.reason == Reason.TOO_EARLY:
            return tokens(grant).access
        raise


def renewed(grant: Grant, *, used: str, clock: Clock) -> str:
    """An access token other than `used`: another worker's that lives still, or a new one. One refresher per grant."""
    if grant.personal:
        raise LoginNeeded(Reason.WITHDRAWN)
    with only_one(grant):
        grant.refresh_from_db(fields=["tokens", "state"])
        held = tokens(grant)
        if held.access != used and (held.expires_at is None or clock() < held.expires_at):
            return held.access
        try:
            new = consent(grant, clock=clock).renew(held.refresh)
        except Temporary as trouble:  # whatever became of this request, the one that needs the token did not leave
            raise Temporary(trouble.reason, until=trouble.until) from None
        keep(grant, new, now=clock())
        return tokens(grant).access


def opened(sealed: str) -> str:
    """A key that was lost means: connect again."""
    try:
        return sealing.unseal(sealed)
    except sealing.KeyLost:
        raise LoginNeeded(Reason.KEY_LOST) from None


def only_one(grant: Grant) -> AbstractContextManager[None]:
    return locks.briefly(_GRANTS, grant.id)


def alone(grant: Grant, path: str) -> AbstractContextManager[None]:
    """Held for one request: a screen waits no longer than a worker's request takes, and the other way round."""
    one_by_one = packages.get(grant.package).one_by_one
    what = one_by_one(path) if one_by_one else ""
    if not what:
        return nullcontext()
    digest = hashlib.blake2b(f"{grant.url} {what}".encode(), digest_size=4).digest()
    return locks.briefly(_ALONE, int.from_bytes(digest, signed=True))
