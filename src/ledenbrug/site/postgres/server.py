"""Starts and stops one PostgreSQL server process and says whether it answers.

It must not decide who may start it: the caller holds the lock.
"""

import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from psycopg import pq

from ledenbrug.site import deaths
from ledenbrug.site.postgres import leftovers
from ledenbrug.site.postgres.account import as_account, give
from ledenbrug.site.postgres.binaries import Binaries
from ledenbrug.site.postgres.errors import CannotStart
from ledenbrug.site.postgres.place import Place

START_PATIENCE = 300.0  # replaying the log after a power cut takes its time
RETRY_PATIENCE = 15.0  # orphans of a killed server may hold its shared memory for a moment
STOP_PATIENCE = 30.0
LARGEST_LOG = 5_000_000
OPTIONS = {
    "listen_addresses": "",
    "max_connections": "200",
    "random_page_cost": "1.5",  # a disk does not turn any more; by default too much is read from end to end
    "password_encryption": "scram-sha-256",
    # a statement or the detail of an error quotes what people typed; neither goes into the log
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_timezone": "UTC",
    "timezone": "UTC",
}
FOR_TESTS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Server:
    process: subprocess.Popen[bytes]
    socket: Path

    def runs(self) -> bool:
        return self.process.poll() is None

    def answers(self) -> bool:
        """A busy or starting server answers too, if only to say so."""
        conninfo = f"host='{self.socket}' port={leftovers.PORT} connect_timeout=10"
        return pq.PGconn.ping(conninfo.encode()) in (pq.Ping.OK, pq.Ping.REJECT)

    def is_ready(self) -> bool:
        conninfo = f"host='{self.socket}' port={leftovers.PORT} connect_timeout=10"
        return pq.PGconn.ping(conninfo.encode()) == pq.Ping.OK

    def stop(self, *, patience: float = STOP_PATIENCE) -> None:
        for kind in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):  # fast, at once, no matter how
            if not self.runs():
                return
            self.process.send_signal(kind)
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                continue


def start(place: Place, binaries: Binaries, socket: Path, *, durable: bool) -> Server:
    """Clears what is left, starts, and waits until it takes connections."""
    first = time.monotonic()
    while True:
        leftovers.clear(place, socket)
        server = _launch(place, binaries, socket, durable=durable)
        while server.runs() and time.monotonic() - first < START_PATIENCE:
            if server.is_ready():
                return server
            time.sleep(0.01)
        server.stop()
        if time.monotonic() - first > RETRY_PATIENCE:
            raise CannotStart(f"PostgreSQL does not start; the last lines of {place.log} say why.")
        time.sleep(0.2)


def _launch(place: Place, binaries: Binaries, socket: Path, *, durable: bool) -> Server:
    options = {**OPTIONS, **({} if durable else FOR_TESTS), "unix_socket_directories": str(socket)}
    command = [binaries.program("postgres"), "-D", str(place.data), "-p", str(leftovers.PORT)]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    if place.log.exists() and place.log.stat().st_size > LARGEST_LOG:
        place.log.replace(place.log.with_suffix(".log.1"))
    place.log.touch(mode=0o600)
    give(place.log, place.account)
    with place.log.open("ab") as log:
        process = subprocess.Popen(
            command,
            cwd=place.root,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for us; we stop the server when its users are done
            preexec_fn=deaths.with_parent(signal.SIGINT),  # it stops cleanly, by itself
            **as_account(place.account),
        )
    return Server(process, socket)
