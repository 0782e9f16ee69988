"""Says who or what asks for the changes of this transaction; history rows and the sync's triggers read it.

It must not write a record itself. Plain SQL that says nothing is found back as a change without a cause.
"""

from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec
from django.db import connection

if TYPE_CHECKING:
    from ledenbrug.members.models import User


class Cause(StrEnum):
    EDIT = "edit"
    MEMBER = "member"  # by the personal link
    IMPORT = "import"
    CALENDAR = "calendar"
    UNDO = "undo"
    MERGE = "merge"
    ERASE = "erase"


def set(cause: Cause, *, by: "User | None" = None, **said: str) -> None:
    """Holds until the end of the transaction, so that a pooled session carries nothing over to the next person."""
    context = msgspec.json.encode({"cause": cause.value, "by": by.pk if by else None, **said}).decode()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('ledenbrug.cause', %s, true), set_config('pghistory.context_metadata', %s, true)",
            [cause.value, context],
        )
