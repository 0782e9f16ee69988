"""The worker as a process of its own, for a database that stands already: `python -m ledenbrug.site.work`.

It must not touch records before their tables are those this release knows.
"""

import sys
import time

from ledenbrug.site import start

GRACE = 10.0


def work() -> int:
    start.django()
    from ledenbrug.site import schema
    from ledenbrug.sync import worker

    waiting = False
    while (state := schema.state()) is not schema.State.SAME:
        if state is schema.State.NEWER:
            raise schema.too_new()
        if not waiting:
            sys.stderr.write("The database is still of an older release; waiting until `ledenbrug run` migrates it.\n")
        waiting = True
        time.sleep(1)
    code: int | None = worker.main()
    return code or 0


if __name__ == "__main__":
    from ledenbrug.site import deaths
    from ledenbrug.site.postgres.errors import CannotStart

    deaths.not_long_after_parent(GRACE)
    try:
        sys.exit(work())
    except CannotStart as error:
        sys.exit(str(error))
