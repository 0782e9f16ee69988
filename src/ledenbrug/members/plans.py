"""What triggers ask is planned once in a session, for as many rows as there were that first time, and not again."""

from django.db import connection


def anew() -> None:
    """Before a statement that changes many: by a plan made for one row each of thousands is held against each."""
    with connection.cursor() as cursor:
        cursor.execute("DISCARD PLANS")
