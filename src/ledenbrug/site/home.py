"""Where the data of one installation live: `LEDENBRUG_HOME` and the folders in it.

It must not import Django: the command line uses it before there are settings.
"""

import os
from pathlib import Path

from ledenbrug.site import environment


def home() -> Path:
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return environment.folder("HOME", data / "ledenbrug")


def private(folder: Path) -> Path:
    """The folder, made when absent, for this account only."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
