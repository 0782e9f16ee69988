"""Keeps what a worker is to do: sealed, in pieces, until it is over, and never longer than a day.

It must not do any of it.
"""

import hashlib
import hmac
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from ledenbrug.members.models import Association, Task, TaskKind, TaskPart, User
from ledenbrug.members.refusals import Trouble
from ledenbrug.members.tasks.asking import Asked, Outcome, ReadFile
from ledenbrug.wire.sealing import fingerprint_key, seal, unseal

KEPT = timedelta(days=1)
PIECE = 1_000_000
MOST_TOLD = 50


def ask(
    association: Association, asked: Asked, *, name: str = "", content: bytes = b"", by: User, now: datetime
) -> Task:
    """The task there is, if just this is asked for already."""
    kind = TaskKind(str(asked.__struct_config__.tag))
    with transaction.atomic():
        task, new = Task.objects.get_or_create(
            association=association,
            key=_key(asked, content),
            over_at=None,
            defaults={"by": by, "kind": kind, "name": name[:200], "sealed": _seal(_encoded(asked)), "asked_at": now},
        )
        if new:
            for place, at in enumerate(range(0, len(content), PIECE)):
                piece = _seal(content[at : at + PIECE])
                TaskPart.objects.create(association=association, task=task, place=place, sealed=piece)
    return task


def opened(task: Task) -> tuple[Asked, bytes]:
    """What is asked, and the file it is about."""
    asked: Asked = msgspec.json.decode(_unseal(task.sealed), type=Asked)
    pieces = task.parts.values_list("sealed", flat=True).iterator(chunk_size=4)
    return asked, b"".join(map(_unseal, pieces)) if isinstance(asked, ReadFile) else b""


def under_way(association: Association, asked: Asked) -> Task | None:
    """Where just this is being done."""
    return Task.objects.of(association).filter(key=_key(asked, b""), over_at=None).first()


def unfinished(association: Association, *kinds: TaskKind) -> "QuerySet[Task]":
    """Of these kinds, or of all: under way, and what came to nothing within the day."""
    tasks = Task.objects.of(association).filter(outcome__isnull=True, kind__in=kinds or TaskKind.values)
    return tasks.select_related("by").order_by("-id")[:MOST_TOLD]


def outcome_of(task: Task) -> Outcome | None:
    return None if task.outcome is None else msgspec.convert(task.outcome, Outcome)


def close(
    tasks: "QuerySet[Task]",
    *,
    reason: str = "",
    params: Mapping[str, str] | None = None,
    outcome: Outcome | None = None,
) -> int:
    """It is over, and what was asked is kept no longer. Says how many were open till now."""
    ids = _held(tasks.filter(over_at=None))
    TaskPart.objects.filter(task__in=ids).delete()
    return Task.objects.filter(pk__in=ids).update(
        over_at=Now(), sealed="", reason=reason, params=params or {}, outcome=msgspec.to_builtins(outcome)
    )


def stop(task: Task) -> bool:
    """Because a person says so. False where it was over before."""
    with transaction.atomic():
        return bool(close(Task.objects.filter(pk=task.pk), reason=Trouble.STOPPED))


def drop_expired(*, now: datetime) -> int:
    with transaction.atomic():
        gone = _held(Task.objects.filter(asked_at__lte=now - KEPT))
        Task.objects.filter(pk__in=gone).delete()
    return len(gone)


def _held(tasks: "QuerySet[Task]") -> list[int]:
    """Before their parts and by number, as an erasure does: otherwise each may wait for the other."""
    return list(tasks.order_by("id").select_for_update().values_list("pk", flat=True))


def _key(asked: Asked, content: bytes) -> str:
    said = _encoded(asked) + hashlib.sha256(content).digest()
    return hmac.new(fingerprint_key(), said, hashlib.sha256).hexdigest()


def _encoded(asked: Asked) -> bytes:
    return msgspec.json.encode(asked)


def _seal(content: bytes) -> str:
    return seal(b64encode(zlib.compress(content, 1)).decode("ascii"))


def _unseal(sealed: str) -> bytes:
    return zlib.decompress(b64decode(unseal(sealed)))
