"""Keeps the database of one home running for as long as somebody here uses it: `with running(home) as address`.

One process per home supervises, whoever gets the lock; others attach, and take over when it goes away. It must not know
what the database is for.
"""

import fcntl
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledenbrug.site import environment
from ledenbrug.site.home import make_home
from ledenbrug.site.postgres import account, binaries, cluster, place, server
from ledenbrug.site.postgres.address import Address, configured, described
from ledenbrug.site.postgres.errors import CannotStart

LOCK = "database.lock"
TICK = 0.1  # how soon a dead server is noticed
LOOK_EVERY = 10.0  # how often a living one is asked for an answer
SILENCES = 3
FROZEN_PATIENCE = 3.0  # a server that does not answer does not stop when asked either
PAUSE = 5.0  # between attempts to bring back a server that does not start
ATTACH_PATIENCE = 300.0
NOWHERE = Address(host="", port=0, user="", password="", name="")


@contextmanager
def running(home: Path, *, durable: bool = True) -> Iterator[Address]:
    """The operator's database if there is one; else ours, started or found, until the end of the block."""
    given = configured()
    if given is not None:
        yield given
        return
    if environment.optional("DATABASE_URL"):
        mistake = environment.mistakes["LEDENBRUG_DATABASE_URL"]
        raise CannotStart(f"{mistake.why} {mistake.hint}")
    keeper = Keeper(home, durable=durable)
    try:
        yield keeper.begin()
    finally:
        keeper.end()


class Keeper:
    """A thread that holds the lock and the server, or waits for its turn to.

    The server is started by this thread alone: it gets its death signal when the thread that started it ends.
    """

    def __init__(self, home: Path, *, durable: bool) -> None:
        self.home = home
        self.durable = durable
        self._stop = threading.Event()
        self._known = threading.Event()
        self._failure: BaseException | None = None
        self._address = NOWHERE
        self._thread = threading.Thread(target=self._work, name="database", daemon=True)

    def begin(self) -> Address:
        self._thread.start()
        self._known.wait()
        if self._failure is not None:
            raise self._failure
        return self._address

    def end(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _work(self) -> None:
        try:
            make_home(self.home)
            with (self.home / LOCK).open("a") as lock:
                while not self._stop.is_set():
                    if _take(lock.fileno()):
                        self._supervise()
                    else:
                        self._attach(lock.fileno())
        except BaseException as failure:
            self._failure = failure
            self._known.set()

    def _supervise(self) -> None:
        where = place.find(self.home, account.choose())
        while not self._stop.is_set():
            try:
                self._serve(where)
            except CannotStart as failure:
                if not self._known.is_set():
                    raise
                logging.getLogger(__name__).error("The database is down: %s", failure)
                self._stop.wait(PAUSE)

    def _serve(self, where: place.Place) -> None:
        programs = binaries.find(where)
        cluster.ensure_data(where, programs)
        socket = place.socket_folder(where)
        one = server.start(where, programs, socket, durable=self.durable)
        try:
            self._tell(cluster.ensure_database(where, socket))
            self._watch(one)
        finally:
            one.stop(patience=server.STOP_PATIENCE if self._stop.is_set() else FROZEN_PATIENCE)

    def _watch(self, one: server.Server) -> None:
        """Returns when the server is gone, silent for long, or no longer wanted."""
        looked, silences = time.monotonic(), 0
        while one.runs() and silences < SILENCES and not self._stop.wait(TICK):
            if time.monotonic() - looked >= LOOK_EVERY:
                looked, silences = time.monotonic(), 0 if one.answers() else silences + 1

    def _attach(self, lock: int) -> None:
        """Uses the server of another process until that one lets go of the lock."""
        begun = time.monotonic()
        while True:
            if _take(lock):
                return
            if not self._known.is_set():
                address = described(self.home)
                if address is not None and cluster.logs_in(address):
                    self._tell(address)
                elif time.monotonic() - begun > ATTACH_PATIENCE:
                    raise CannotStart(f"Another process keeps the database of {self.home}, but it does not answer.")
            if self._stop.wait(TICK if self._known.is_set() else TICK / 5):
                return

    def _tell(self, address: Address) -> None:
        self._address = address
        self._known.set()


def _take(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
