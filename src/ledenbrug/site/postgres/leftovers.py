"""Clears what a killed server left behind: itself, its pid file, the lock beside its socket.

It must not touch a process that is not a server of this data folder, and is only called by the one that supervises.
"""

import os
import signal
import subprocess
import time
from pathlib import Path

from ledenbrug.site.postgres.place import Place

PORT = 5432  # the number in a socket's name; nothing listens on a port
PATIENCE = 30.0


def clear(place: Place, socket: Path) -> None:
    pid = _written(place.data / "postmaster.pid")
    if pid is not None and serves(pid, place.data):
        _end(pid, place.data)
    (place.data / "postmaster.pid").unlink(missing_ok=True)
    for name in (f".s.PGSQL.{PORT}.lock", f".s.PGSQL.{PORT}"):
        (socket / name).unlink(missing_ok=True)


def serves(pid: int, data: Path) -> bool:
    """Whether this process is a living server of that folder: after a reboot the number may be anybody's."""
    if not Path("/proc/self").exists():
        said = subprocess.run(["ps", "-o", "stat=,command=", "-p", str(pid)], capture_output=True, text=True).stdout
        return not said.startswith("Z") and str(data) in said
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        if status.rpartition(")")[2].split()[0] == "Z":
            return False
        return os.path.samefile(f"/proc/{pid}/cwd", data)  # a server works in its data folder
    except OSError:
        return False


def _written(path: Path) -> int | None:
    try:
        first = path.read_text(encoding="ascii", errors="replace").partition("\n")[0].strip()
    except FileNotFoundError:
        return None
    return int(first) if first.isdigit() and int(first) > 1 else None


def _end(pid: int, data: Path) -> None:
    """A server whose supervisor was killed is usually stopping already."""
    for kind in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        try:
            os.kill(pid, kind)
        except ProcessLookupError:
            return
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if not serves(pid, data):
                return
            time.sleep(0.02)
