"""Everything sealed that is kept, for the operator who rotates the key."""

from collections.abc import Mapping, Sequence

from django.db import models

from ledenbrug.members.models import ImportPart, ProposedChange, Task, TaskPart
from ledenbrug.sync.models import Drift, Grant, Hook, Journal, Reading, StoredPreview
from ledenbrug.wire import sealing

SEALED: Mapping[type[models.Model], Sequence[str]] = {
    Grant: ("client_secret", "webhook_secret", "tokens"),
    Journal: ("before", "after"),
    Drift: ("theirs",),
    Reading: ("sealed",),
    Hook: ("secret",),
    StoredPreview: ("sealed",),
    ProposedChange: ("sealed",),
    ImportPart: ("sealed",),
    Task: ("sealed",),
    TaskPart: ("sealed",),
}


def reencrypt_all() -> int:
    """Everything under the newest key; text that no key opens is left as it is. Returns how many texts."""
    return sum(_reseal(model, field) for model, fields in SEALED.items() for field in fields)


def _reseal(model: type[models.Model], field: str) -> int:
    """Only where the text is still the one that was read: a token that was renewed meanwhile is not put back."""
    rows = model._default_manager.exclude(**{field: ""}).values_list("pk", field)
    done = 0
    for key, sealed in rows.iterator(chunk_size=1000):
        try:
            again = sealing.reseal(sealed)
        except sealing.KeyLost:
            continue
        done += model._default_manager.filter(pk=key, **{field: sealed}).update(**{field: again})
    return done
