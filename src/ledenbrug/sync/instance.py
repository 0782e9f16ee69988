"""Which installation this database belongs to: a restored backup or a copied server starts with its connections off."""

import uuid
from datetime import UTC, datetime

from django.db import transaction

from ledenbrug.core.reasons import Reason
from ledenbrug.sync import problems
from ledenbrug.sync.models import Connection, Instance


def recognise(own: str) -> bool:
    """False when the database comes from elsewhere: it is ours from now on, with every connection off."""
    mine = uuid.UUID(own)
    with transaction.atomic():
        known = Instance.objects.select_for_update().first()
        if known is None:
            Instance.objects.create(uuid=mine)
            return True
        if known.uuid == mine:
            return True
        enabled = list(Connection.objects.filter(enabled=True, removed_at=None))
        for connection in enabled:
            problems.of_connection(connection, Reason.RESTORED, now=datetime.now(UTC))
        Connection.objects.filter(id__in=[each.id for each in enabled]).update(enabled=False)
        Instance.objects.filter(id=known.id).update(uuid=mine)
        return False
