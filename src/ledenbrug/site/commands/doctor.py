"""Looks at an installation and says per point whether it is right, and if not what to do.

It must not repair anything.
"""

import shutil
import sys
from collections.abc import Callable, Iterator

from ledenbrug.site import environment, keys, start
from ledenbrug.site.home import home
from ledenbrug.site.postgres.address import Address
from ledenbrug.site.postgres.errors import CannotStart

LEAST_ROOM = 1_000_000_000
LEAST_POSTGRES = 150000


class Wrong(Exception):
    """One point is not right; the text says what to do."""


def main(arguments: list[str]) -> int:
    wrong = 0
    try:
        with start.database() as address:
            start.django()
            for name, look in _points(address):
                wrong += not _tell(name, look)
    except CannotStart as failure:
        sys.stdout.write(f"!!  database: {failure}\n")
        return 1
    return 1 if wrong else 0


def _tell(name: str, look: Callable[[], str]) -> bool:
    try:
        sys.stdout.write(f"ok  {name}: {look()}\n")
    except Wrong as found:
        sys.stdout.write(f"!!  {name}: {found}\n")
        return False
    return True


def _points(address: Address) -> Iterator[tuple[str, Callable[[], str]]]:
    yield "python", lambda: sys.version.partition(" ")[0]
    yield "home", _home
    yield "settings", _settings
    yield "database", lambda: _database(address)
    yield "tables", _tables
    yield "sessions", _sessions
    yield "keys", _keys


def _home() -> str:
    room = shutil.disk_usage(home()).free
    if room < LEAST_ROOM:
        raise Wrong(f"only {room // 1_000_000} MB free in {home()}: make room, or PostgreSQL will stop.")
    return f"{home()}, {room // 1_000_000_000} GB free"


def _settings() -> str:
    from django.core.checks import WARNING, run_checks

    found = [message for message in run_checks() if message.level >= WARNING]
    if found:
        raise Wrong(" ".join(f"{message.msg} {message.hint or ''}".strip() for message in found))
    return "understood"


def _database(address: Address) -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, current_setting('server_version')")
        number, name = cursor.fetchone()
    if number < LEAST_POSTGRES:
        raise Wrong(f"PostgreSQL {name} is too old: 15 or newer is needed.")
    whose = "yours" if environment.optional("DATABASE_URL") else "our own"
    return f"PostgreSQL {name}, {whose}, at {address.host}"


def _tables() -> str:
    from ledenbrug.site import schema

    found = schema.state()
    if found is schema.State.NEWER:
        raise Wrong("made by a newer release: install that one here too.")
    if found is schema.State.OLDER:
        raise Wrong("of an older release: `ledenbrug run` brings them up to date.")
    return "up to date"


def _sessions() -> str:
    """Every process may open this many; together they have to fit."""
    from django.conf import settings
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('max_connections')::int")
        (allowed,) = cursor.fetchone()
    pool = settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"]
    each = pool + 4  # a worker's own: its lock, its bell, its queue, and one to spare
    processes = environment.number("WEB", 1) + environment.number("WORKERS", 1)
    if each * processes > allowed - 10:
        raise Wrong(
            f"{processes} processes may open {each * processes} of {allowed} sessions: raise max_connections, or "
            "lower LEDENBRUG_DATABASE_POOL."
        )
    return f"at most {each * processes} of {allowed}, with {processes} processes on this machine"


def _keys() -> str:
    from ledenbrug.wire import sealing

    try:
        if sealing.unseal(sealing.seal("open")) != "open" or len(sealing.fingerprint_key()) < 32:
            raise Wrong("the keys do not open what they sealed.")
    except sealing.KeyLost as lost:
        raise Wrong(f"{lost} in {keys.folder()}: put the file back from a copy.") from None
    return str(keys.folder())
