"""Which installation this database belongs to: a restored backup or a copied server starts with its connections off."""

import uuid
from datetime import UTC, datetime

from django.db import transaction

from ledenbrug.core.reasons import Reason
from ledenbrug.sync import problems
from ledenbrug.sync.models import Connection, Instance


def recognise(own: uuid.UUID) -> bool:
    """False when the database comes from elsewhere: it is ours from now on, with every connection off."""
    with transaction.atomic():
        known = Instance.objects.select_for_update().first()
        if known is None:
            Instance.objects.create(uuid=own)
            return True
        if known.uuid == own:
            return True
        enabled = list(Connection.objects.filter(enabled=True, removed_at=None))
        for connection in enabled:
            problems.of_connection(connection, Reason.RESTORED, now=datetime.now(UTC))
        Connection.objects.filter(id__in=[each.id for each in enabled]).update(enabled=False)
        Instance.objects.filter(id=known.id).update(uuid=own)
        return False
