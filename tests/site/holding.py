"""Uses the database of a home until its input ends or it is killed: `python -m tests.site.holding HOME`."""

import sys
from pathlib import Path

from ledenbrug.site.postgres.supervisor import running


def main() -> None:
    with running(Path(sys.argv[1])) as address:
        sys.stdout.write(f"{address.url()}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
