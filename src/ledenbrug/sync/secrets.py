"""Everything sealed that this app keeps, for the operator who rotates the key."""

from ledenbrug.sync.models import Drift, Grant, Journal, Reading, StoredPreview
from ledenbrug.wire import sealing

SEALED = {
    Grant: ("client_secret", "tokens"),
    Journal: ("before", "after"),
    Drift: ("theirs",),
    Reading: ("sealed",),
    StoredPreview: ("sealed",),
}


def reencrypt_all() -> int:
    """Under the newest key, a thousand rows at a time. Text that no key opens is left as it is. Returns how many."""
    done = 0
    for model, fields in SEALED.items():
        rows: list[Grant] = []
        for row in model.objects.only("id", *fields).iterator(chunk_size=1000):  # type: ignore[attr-defined]
            for each in fields:
                _reseal(row, each)
            rows.append(row)
            if len(rows) == 1000:
                model.objects.bulk_update(rows, fields)  # type: ignore[attr-defined]
                done, rows = done + len(rows), []
        if rows:
            model.objects.bulk_update(rows, fields)  # type: ignore[attr-defined]
        done += len(rows)
    return done


def _reseal(row: object, field: str) -> None:
    text = getattr(row, field)
    if not text:
        return
    try:
        setattr(row, field, sealing.reseal(text))
    except sealing.KeyLost:
        return
