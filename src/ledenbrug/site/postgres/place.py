"""Says where the files of the database lie: in `LEDENBRUG_HOME`, unless the server's account cannot come there.

It must not touch data; it makes folders and remembers a choice once made.
"""

import hashlib
import os
import re
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ledenbrug.site.home import make_home
from ledenbrug.site.postgres.account import Account, give, reaches

ELSEWHERE = Path("/var/lib/ledenbrug")
NOTE = "database.place"  # in home: one line, the folder the database lives in
SOCKET_NOTE = "socket.place"
PLAIN = re.compile(r"[A-Za-z0-9_./-]{1,80}")  # a socket's whole path fits in 107 bytes, and its option needs no quotes


@dataclass(frozen=True)
class Place:
    """Folders of one database. `root` belongs to us, `data` and the socket to the server's account."""

    home: Path
    root: Path
    account: Account | None

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def log(self) -> Path:
        return self.root / "postgres.log"

    @property
    def superuser(self) -> Path:
        return self.home / "database.superuser"


def find(home: Path, account: Account | None) -> Place:
    make_home(home)
    note = home / NOTE
    if note.exists():
        root = Path(note.read_text(encoding="utf-8").strip())
    elif account is None or reaches(home, account):
        root = home
    else:
        root = ELSEWHERE / hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
        make_home(ELSEWHERE)
        make_home(root)
        note.write_text(f"{root}\n", encoding="utf-8")
    return Place(home=home, root=root, account=account)


def socket_folder(place: Place) -> Path:
    """Private to the server's account, with a short and plain path; the same one at every start."""
    beside = place.root / "socket"
    if PLAIN.fullmatch(str(beside)):
        return _private(beside, place.account)
    note = place.home / SOCKET_NOTE
    if note.exists():
        remembered = Path(note.read_text(encoding="utf-8").strip())
        if _ours(remembered, place.account):
            return remembered
    fresh = Path(tempfile.mkdtemp(prefix="ledenbrug-", dir="/tmp"))
    give(fresh, place.account)
    note.write_text(f"{fresh}\n", encoding="utf-8")
    return fresh


def _private(folder: Path, account: Account | None) -> Path:
    folder.mkdir(mode=0o700, exist_ok=True)
    give(folder, account)
    return folder


def _ours(folder: Path, account: Account | None) -> bool:
    """Also after a cleaner of /tmp took it away, if nobody else took the name."""
    try:
        folder.mkdir(mode=0o700)
        give(folder, account)
    except FileExistsError:
        pass
    except OSError:
        return False
    found = folder.lstat()
    owner = account.uid if account else os.geteuid()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == owner and stat.S_IMODE(found.st_mode) == 0o700
