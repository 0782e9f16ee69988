"""`python -m tests.simulation N [FIRST]`: N schedules on a database of their own; a failure is shown at its shortest.

It exits with 1 when a schedule failed.
"""

import os
import sys
import tempfile
import time
from pathlib import Path


def main(arguments: list[str]) -> int:
    count = int(arguments[0]) if arguments else 1000
    first = int(arguments[1]) if len(arguments) > 1 else 0
    with tempfile.TemporaryDirectory(prefix="ledenbrug-simulation-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        os.environ["LEDENBRUG_HOME"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "ledenbrug.site.settings"
        from ledenbrug.site import keys
        from ledenbrug.site.postgres.supervisor import running

        keys.ensure(keys.folder())
        with running(home, durable=False) as server:
            os.environ["LEDENBRUG_DATABASE_URL"] = server.url()
            return _simulate(count, first)


def _simulate(count: int, first: int) -> int:
    import django

    django.setup()
    import logging

    from django.core.management import call_command

    logging.disable(logging.CRITICAL)
    call_command("migrate", verbosity=0)
    from tests.simulation.simulate import first_failure, shortest, verdict

    began = time.monotonic()

    def say(text: str) -> None:
        sys.stdout.write(f"{text}, {(time.monotonic() - began):.0f} s\n")
        sys.stdout.flush()

    failed = first_failure(range(first, first + count), every=1000, say=say)
    if failed is None:
        sys.stdout.write(f"{count} schedules, all well: {count / (time.monotonic() - began):.1f} a second\n")
        return 0
    small = shortest(failed)
    told = "\n".join(verdict(small))
    sys.stdout.write(f"Seed {failed.seed} fails. The shortest that shows it:\n{small}\n{told}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
