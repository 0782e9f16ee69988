"""A load under a limit with short windows: how much of it is used, and whether anything is refused.

It only tells what the sandbox saw; the limit is the same one for both sides.
"""

import time
from collections import Counter

from ledenbrug.bench.far_side import BOOKS, OTHER_BOOKS, Ground, a_worker, connect, leave, log, round_due, until
from ledenbrug.bench.figure import Figure, at_least, at_most
from ledenbrug.sync import wake
from ledenbrug.sync.models import Link

SECONDS = 5
WINDOWS = 4


def measure(ground: Ground) -> list[Figure]:
    slots = ground.some(100, least=10)
    members, limit = WINDOWS * slots, f"{slots}/{SECONDS}"
    with (
        ground.sandbox(limit=limit, administrations=(BOOKS, OTHER_BOOKS)) as url,
        a_worker(LEDENBRUG_MONEYBIRD_LIMIT=limit),
    ):
        _warm(url)
        connection = connect(url, members=members, matched=True)
        time.sleep(SECONDS - time.time() % SECONDS + 0.05)
        seen = int(log(url)[-1]["n"])
        round_due(connection, "enable")
        wake.connection(connection.id)
        links = Link.objects.filter(association=connection.association).exclude(contact=None)
        until(lambda: links.count() == members, seconds=SECONDS * WINDOWS * 4, step=0.2)
        leave(connection)
        entries = log(url, since=seen)
    start = entries[0]["at"] // SECONDS * SECONDS
    took = max(each["at"] for each in entries if each["path"].endswith("/contacts")) - start
    per_window = Counter(int((each["at"] - start) // SECONDS) for each in entries)
    used = sum(per_window[n] for n in range(WINDOWS)) / (WINDOWS * slots)
    return [
        at_most(
            f"load of {members} under {limit} s, beside members ÷ limit", took / (WINDOWS * SECONDS), "times", 1.02
        ),
        at_least("… slots used of the windows it should take", used, "of them", 0.98),
        at_most("… answers 429", sum(each["status"] == 429 for each in entries), "answers", 0),
    ]


def _warm(url: str) -> None:
    """The worker has started, and has sent something."""
    connection = connect(url, members=1, administration=OTHER_BOOKS, matched=True)
    round_due(connection, "enable")
    wake.connection(connection.id)
    until(lambda: bool(log(url)))
    leave(connection)
