"""Whether anybody is at work: what a page that waits for a worker tells a person. It must not wake one."""

from django.db import connection

SILENT_SECONDS = 15
_LIVES = "SELECT EXISTS (SELECT 1 FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %s))"


def somebody() -> bool:
    """A worker, on whichever machine, said lately that it lives."""
    with connection.cursor() as cursor:
        cursor.execute(_LIVES, [SILENT_SECONDS])
        return bool(cursor.fetchone()[0])
