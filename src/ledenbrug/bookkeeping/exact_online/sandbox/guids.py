"""GUIDs as a SQL Server makes and orders them: the last six bytes count most.

Pure functions; what is ordered by them is not known here.
"""

import re
import uuid

NOBODY = "00000000-0000-0000-0000-000000000000"
_GUID = re.compile(r"\{?([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})\}?")


def new_guid() -> str:
    return str(uuid.uuid4())


def as_guid(text: str) -> str | None:
    """Lower case; none when it is not one."""
    found = _GUID.fullmatch(text.strip())
    return found[1].lower() if found else None


def order(guid: str) -> bytes:
    """Compares as SQL Server's uniqueidentifier does."""
    b = bytes.fromhex(guid.replace("-", ""))
    return b[10:16] + b[8:10] + b[7:5:-1] + b[5:3:-1] + b[3::-1]
