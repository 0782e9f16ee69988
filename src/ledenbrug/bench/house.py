"""A home, keys and a database of its own for as long as is measured: as durable as a real one, in a temporary place.

It must not come near an installation: whatever the environment says of one is put aside.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledenbrug.site import keys, start
from ledenbrug.site.postgres.supervisor import running

KEPT = ("LEDENBRUG_POSTGRES",)


@contextmanager
def house(*, limit: str = "none") -> Iterator[None]:
    """Django is set up inside; once in a process."""
    for name in [name for name in os.environ if name.startswith("LEDENBRUG_") and name not in KEPT]:
        del os.environ[name]
    with tempfile.TemporaryDirectory(prefix="ledenbrug-bench-") as folder:
        home = Path(folder)
        home.chmod(0o711)  # the server's own account passes through when root measures
        os.environ["LEDENBRUG_HOME"] = folder
        os.environ["LEDENBRUG_MONEYBIRD_LIMIT"] = os.environ["LEDENBRUG_EXACT_ONLINE_LIMIT"] = limit
        keys.ensure(keys.folder())
        with running(home) as server:
            os.environ["LEDENBRUG_DATABASE_URL"] = server.url()
            start.django()
            _tables()
            try:
                yield
            finally:
                _close()


def _tables() -> None:
    from django.core.management import call_command

    from ledenbrug.site import translations

    translations.compile_newer()
    call_command("migrate", verbosity=0)


def _close() -> None:
    from django.db import connections

    connections.close_all()
    for connection in connections.all():
        connection.close_pool()  # type: ignore[attr-defined]
