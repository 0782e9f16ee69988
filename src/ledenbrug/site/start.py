"""What every command that needs Django does first: home, keys, database, and only then Django.

It must not be imported by an application: it is the outside of the house.
"""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager

from ledenbrug.site import keys
from ledenbrug.site.home import home, make_home
from ledenbrug.site.postgres.address import Address, configured
from ledenbrug.site.postgres.errors import CannotStart
from ledenbrug.site.postgres.supervisor import running

SETTINGS = "ledenbrug.site.settings"
GARBAGE = 20_000
"""So many new objects, and not 700, until it is looked for those that only know each other."""


@contextmanager
def database() -> Iterator[Address]:
    try:
        make_home(home())
        keys.ensure(keys.folder())
    except OSError as error:
        raise CannotStart(
            f"Cannot write to {error.filename}: {error.strerror}. Set LEDENBRUG_HOME to a folder of this account."
        ) from None
    with running(home()) as address:
        if configured():
            _reach(address)
        yield address


def _reach(address: Address) -> None:
    """A server that is down is said at once and plainly, not by a pool that gave up waiting."""
    import psycopg

    try:
        psycopg.connect(address.url(), connect_timeout=10).close()
    except psycopg.Error as error:
        why = str(error).partition("\n")[0]
        raise CannotStart(f"The database in LEDENBRUG_DATABASE_URL cannot be used: {why}.") from None


def use_settings() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)


def django() -> None:
    """After the database stands: settings read once where it is."""
    use_settings()
    import django

    django.setup()
    loaded()


def loaded() -> None:
    """What is there by now stays as long as the process: it need not be looked through for garbage time and again."""
    gc.freeze()
    gc.set_threshold(GARBAGE)
