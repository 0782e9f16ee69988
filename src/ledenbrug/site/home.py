"""Where the data of one installation live: `LEDENBRUG_HOME` and the folders in it.

It must not import Django: the command line uses it before there are settings.
"""

import os
from pathlib import Path

from ledenbrug.site import environment


def home() -> Path:
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return environment.folder("HOME", data / "ledenbrug")


def make_home(folder: Path) -> Path:
    """For this account only. Made by root it can be passed through, since its database runs under another account."""
    if not folder.exists():
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o711 if os.geteuid() == 0 else 0o700)  # whatever the umask says
    return folder


def private(folder: Path) -> Path:
    """A folder in home, made when absent, for this account only."""
    make_home(folder.parent)
    folder.mkdir(exist_ok=True, mode=0o700)
    return folder
