"""One worker per connection, wherever it runs: a session advisory lock on one database session per process. Beside it
what is held for the time of one request, by the session that the thread has anyway.

A lock falls with its session. A worker that lost it unknowingly is stopped by the connection's `epoch`, not here.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import OperationalError
from django.db import connection as database

from ledenbrug.core.errors import Temporary
from ledenbrug.core.reasons import Reason

NAMESPACE = 0x4C42  # "LB"
WAIT_SECONDS = 10
"""For somebody else's request. Whoever holds on longer is slow or froze, and must not keep the others."""


class LockSession:
    """Opened when first needed; opened again when the server closed it, with every lock then lost."""

    def __init__(self) -> None:
        self._session: psycopg.Connection[tuple[bool]] | None = None
        self._guard = threading.Lock()
        self._held: set[int] = set()

    @contextmanager
    def holding(self, connection_id: int) -> Iterator[bool]:
        """Yields False, at once, when another worker or another thread has the connection in hand."""
        mine = self._take(connection_id)
        try:
            yield mine
        finally:
            if mine:
                self._give_back(connection_id)

    def close(self) -> None:
        with self._guard:
            if self._session is not None:
                self._session.close()
            self._session = None
            self._held.clear()

    def _take(self, connection_id: int) -> bool:
        with self._guard:
            if connection_id in self._held:
                return False
            if not self._ask("SELECT pg_try_advisory_lock(%s, %s)", connection_id):
                return False
            self._held.add(connection_id)
            return True

    def _give_back(self, connection_id: int) -> None:
        with self._guard:
            self._held.discard(connection_id)
            if self._session is not None and not self._session.closed:
                self._ask("SELECT pg_advisory_unlock(%s, %s)", connection_id)

    def _ask(self, statement: str, connection_id: int) -> bool:
        for attempt in (1, 2):
            session = self._open()
            try:
                row = session.execute(statement, (NAMESPACE, connection_id)).fetchone()
                return bool(row and row[0])
            except psycopg.OperationalError:
                session.close()
                self._session = None
                if attempt == 2:
                    raise
        raise AssertionError("unreachable")

    def _open(self) -> "psycopg.Connection[tuple[bool]]":
        if self._session is None or self._session.closed:
            parameters = database.get_connection_params()
            for ours in ("cursor_factory", "context", "server_side_binding", "assume_role", "pool"):
                parameters.pop(ours, None)
            self._session = psycopg.connect(**parameters, autocommit=True)
        return self._session


SESSION = LockSession()


@contextmanager
def briefly(kind: int, key: int) -> Iterator[None]:
    """Raises `Temporary` when somebody else holds it for too long: then nothing was done."""
    session = _held(kind, key)
    try:
        yield
    finally:
        if database.connection is session and not session.closed:
            with database.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [kind, key])


def _held(kind: int, key: int) -> Any:
    """By this very session. The wait has its end in the statement itself, which is a transaction of its own."""
    with database.cursor() as cursor:
        try:
            cursor.execute(
                "SELECT pg_advisory_lock(%s, %s) FROM set_config('lock_timeout', %s, true)",
                [kind, key, f"{WAIT_SECONDS}s"],
            )
        except OperationalError as error:
            if isinstance(error.__cause__, psycopg.errors.LockNotAvailable):
                raise Temporary(Reason.BUSY) from None
            raise
    return database.connection
