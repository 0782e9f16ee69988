"""Compares the tables there are with those this release knows, and brings them up to date, one process at a time.

It must not go back: an older release refuses a newer database.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum

import psycopg
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from ledenbrug.site.home import home
from ledenbrug.site.postgres.errors import CannotStart

LOCK = 0x1EDE_0001  # one number in the database for "somebody migrates"


class State(Enum):
    SAME = "same"
    OLDER = "older"
    NEWER = "newer"


def state() -> State:
    executor = MigrationExecutor(connection)
    known = set(executor.loader.disk_migrations)
    ours = {app for app, _ in known}
    if any(app in ours and (app, name) not in known for app, name in executor.loader.applied_migrations):
        return State.NEWER
    return State.OLDER if executor.migration_plan(executor.loader.graph.leaf_nodes()) else State.SAME


def too_new() -> CannotStart:
    return CannotStart("The database was used by a newer release of Ledenbrug. Install that release here too.")


def ensure_same() -> None:
    """For commands that work on what is there: in another home than that of `ledenbrug run` they find nothing."""
    found = state()
    if found is State.NEWER:
        raise too_new()
    if found is State.OLDER:
        raise CannotStart(
            "There is nothing here of this release: `ledenbrug run` makes the tables and brings them up to date. Are "
            f"LEDENBRUG_HOME ({home()}) and LEDENBRUG_DATABASE_URL as they are for that?"
        )


def migrate(say: Callable[[str], None]) -> None:
    with _alone():
        found = state()
        if found is State.NEWER:
            raise too_new()
        if found is State.OLDER:
            say("Bringing the tables up to date …")
            call_command("migrate", interactive=False, verbosity=0)


@contextmanager
def _alone() -> Iterator[None]:
    """On a session of its own: the lock must outlive every transaction and no pool may hand it on."""
    own = connection.get_connection_params()
    own.pop("pool", None)
    own.pop("cursor_factory", None)
    own.pop("context", None)
    own.pop("prepare_threshold", None)
    with psycopg.connect(**own, autocommit=True) as session:
        session.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        yield
