"""A worker is killed with SIGKILL in the middle of a load, while another stands by: when does the connection go on?

Both are real; who died is the one that held the connection.
"""

import time

from ledenbrug.bench.far_side import Ground, a_worker, connect, leave, round_due, until
from ledenbrug.bench.figure import Figure, at_most, told
from ledenbrug.sync import wake
from ledenbrug.sync.models import Connection, Journal, Link

KILLS = 4
MEMBERS = 600


def measure(ground: Ground) -> list[Figure]:
    took = []
    for _ in range(ground.some(KILLS, least=1)):
        with ground.sandbox(delay=10) as url:
            connection = connect(url, members=ground.some(MEMBERS, least=450), matched=True)
            took.append(_killed(connection))
            leave(connection)
    return [
        at_most(f"worker killed: its connection goes on, worst of {len(took)}", max(took), "s", 10),
        told("… the quickest", min(took), "s"),
    ]


def _killed(connection: Connection) -> float:
    """The worker that stands by starts only once the other has the connection in hand."""
    links = Link.objects.filter(association=connection.association_id).exclude(contact=None)
    done = Journal.objects.filter(connection=connection, outcome="done")
    with a_worker() as first:
        round_due(connection, "enable")
        wake.connection(connection.id)
        until(lambda: links.count() > 10)
        with a_worker():
            time.sleep(3)  # it is up, and finds the connection taken
            first.kill()
            first.wait()
            died, before = time.monotonic(), done.count()
            until(lambda: done.count() > before, seconds=60)
            return time.monotonic() - died
