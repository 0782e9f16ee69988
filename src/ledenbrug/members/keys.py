"""Keys between rows, checked as one goes along where many are written."""

from django.db import connection


def check() -> None:
    """Those that wait for the end are gone through at every call of a trigger: thousands times thousands.

    Quick at the top of a transaction; within a savepoint, right too, but the keys that were checked stay in line.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
