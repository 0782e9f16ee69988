"""Drops what is older than the association wants to keep: changes, notes, requests, and payers nobody has any more.

How a record stood when the kept time begins stays, as what the first kept change is compared with. It must not drop a
record that is in use.
"""

from datetime import datetime, timedelta

from django.db import connection

from ledenbrug.members.models import Association, FillRound, Note, PayerDetails, PayerDetailsEvent
from ledenbrug.members.models.history import EVENTS


def drop_old(association: Association, *, now: datetime) -> int:
    """Once a day; returns how many changes were dropped."""
    before = now - timedelta(days=association.keeps_history_days)
    _payers(association, before)
    Note.objects.of(association).filter(at__lt=before).delete()
    FillRound.objects.of(association).filter(at__lt=before).delete()
    return sum(_changes(events._meta.db_table, association, before) for events in EVENTS)


def _changes(table: str, association: Association, before: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            DELETE FROM {table} e
            WHERE e.association_id = %(association)s AND e.pgh_created_at < %(before)s
              AND (e.pgh_label = 'delete' OR EXISTS (
                  SELECT 1 FROM {table} later WHERE later.pgh_obj_id = e.pgh_obj_id AND later.pgh_id > e.pgh_id
                  AND later.pgh_created_at < %(before)s))
            """,  # noqa: S608 - tables of ours
            {"association": association.pk, "before": before},
        )
        return int(cursor.rowcount)


def _payers(association: Association, before: datetime) -> None:
    """Once its history is gone nobody could find such a row again, also not to erase it."""
    recent = PayerDetailsEvent.objects.of(association).filter(pgh_created_at__gte=before)
    unused = PayerDetails.objects.of(association).filter(pays_for=None).exclude(pk__in=recent.values("pgh_obj_id"))
    ids = list(unused.values_list("pk", flat=True))
    if ids:
        PayerDetails.objects.filter(pk__in=ids).delete()
        PayerDetailsEvent.objects.filter(pgh_obj_id__in=ids).delete()
