"""Whether anybody is at work: what a page that waits for a worker tells a person. It must not wake one."""

from django.db import connection

STALLED_SECONDS = 5
"""A worker that was silent for longer is taken to be dead: others do what it had in hand."""
SILENT_SECONDS = 3 * STALLED_SECONDS
"""And a person is told only when no other came in its place."""
_LIVES = "SELECT EXISTS (SELECT 1 FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %s))"


def somebody() -> bool:
    """A worker, on whichever machine, said lately that it lives."""
    with connection.cursor() as cursor:
        cursor.execute(_LIVES, [SILENT_SECONDS])
        return bool(cursor.fetchone()[0])
