"""The name of this installation, in a file of its home: a database that carries another one was copied or restored.

It must not decide what follows from that; the link does.
"""

import uuid
from pathlib import Path

FILE = "instance"


def own_id(home: Path) -> str:
    path = home / FILE
    if not path.exists():
        draft = home / f"{FILE}.new"
        draft.write_text(f"{uuid.uuid4()}\n", encoding="ascii")
        draft.replace(path)
    return path.read_text(encoding="ascii").strip()
