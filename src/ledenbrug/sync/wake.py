"""Wake-ups: "run this connection now", deferred in the transaction that made it necessary.

They may be lost, doubled or late: what must be done stands in the tables, and the sweeper looks every few seconds.
"""

from ledenbrug.sync.jobs import drain
from ledenbrug.sync.models import Connection

URGENT, BULK = 10, 0


def connection(connection_id: int, *, priority: int = URGENT) -> None:
    drain.configure(lock=f"connection-{connection_id}", priority=priority).defer(connection_id=connection_id)


def association(association_id: int) -> None:
    """Listens to the members' bell."""
    ids = Connection.objects.filter(association_id=association_id, enabled=True, removed_at=None)
    for connection_id in ids.values_list("id", flat=True):
        connection(connection_id)
