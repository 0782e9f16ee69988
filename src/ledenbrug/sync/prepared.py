"""A cursor for what a turn asks over and over: the database reads and plans such a statement once in a session.

Planning one of ours takes it longer than carrying it out. Values travel apart from the text, so the text must tell the
type of each. What is asked once in a while, or is best planned for the values at hand, does not belong here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection as database
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper


@contextmanager
def cursor() -> Iterator[CursorWrapper]:
    """Within the session, and the transaction, that `django.db.connection` has."""
    database.ensure_connection()
    bare: Any = ServerBindingCursor(database.connection)  # type: ignore[call-arg]
    wrapped = database.make_debug_cursor if database.queries_logged else database.make_cursor
    with wrapped(bare) as found:
        yield found
