"""One more worker, here or on another machine that has the same database and keys.

It must not migrate: the machine that runs the web does.
"""

from ledenbrug.site import start
from ledenbrug.site.work import work


def main(arguments: list[str]) -> int:
    with start.database():
        return work()
