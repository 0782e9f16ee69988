"""A connection with its association and its grant, by one statement that the database plans once in a session.

Every turn begins with it, and most turns have little else to do.
"""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

from django.db.models import JSONField, Model

from ledenbrug.members.models import Association
from ledenbrug.sync import prepared
from ledenbrug.sync.models import Connection, Grant

M = TypeVar("M", bound=Model)


def connection(connection_id: int) -> Connection | None:
    """None where it was removed."""
    with prepared.cursor() as cursor:
        cursor.execute(_statement(), [connection_id])
        row = cursor.fetchone()
    if row is None:
        return None
    values = dict(zip(_columns(), row, strict=True))
    found = _made(Connection, values)
    found.association = _made(Association, values)
    found.grant = _made(Grant, values) if found.grant_id else None
    return found


@cache
def _statement() -> str:
    return f"""SELECT {", ".join(_columns())} FROM sync_connection
               JOIN members_association ON members_association.id = sync_connection.association_id
               LEFT JOIN sync_grant ON sync_grant.id = sync_connection.grant_id
               WHERE sync_connection.id = %s AND removed_at IS NULL"""


@cache
def _columns() -> Sequence[str]:
    return [each for model in (Connection, Association, Grant) for each in _fields(model)]


@cache
def _fields(model: type[Model]) -> dict[str, tuple[str, bool]]:
    """Column → attribute, and whether it comes as JSON text."""
    return {
        f"{model._meta.db_table}.{each.column}": (each.attname, isinstance(each, JSONField))
        for each in model._meta.concrete_fields
    }


def _made(model: type[M], values: dict[str, Any]) -> M:
    fields = _fields(model)
    row = [json.loads(values[column]) if is_json else values[column] for column, (_, is_json) in fields.items()]
    return model.from_db("default", [name for name, _ in fields.values()], row)
