"""What every command that needs Django does first: home, keys, database, and only then Django.

It must not be imported by an application: it is the outside of the house.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from ledenbrug.site import keys
from ledenbrug.site.home import home, make_home
from ledenbrug.site.postgres.address import Address
from ledenbrug.site.postgres.supervisor import running

SETTINGS = "ledenbrug.site.settings"


@contextmanager
def database() -> Iterator[Address]:
    make_home(home())
    keys.ensure(keys.folder())
    with running(home()) as address:
        yield address


def use_settings() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)


def django() -> None:
    """After the database stands: settings read once where it is."""
    use_settings()
    import django

    django.setup()
