"""A running sandbox: what tests start, and what a command runs in the foreground until it is told to stop.

It opens and closes; what the sandbox remembers and answers is the package's own.
"""

import signal
import sys
import threading
from types import TracebackType
from typing import Self

from ledenbrug.stage.faults import Faults
from ledenbrug.stage.record import Record
from ledenbrug.stage.stand import House, Stand


class Running:
    def __init__(self, house: House, host: str, port: int) -> None:
        self._house = house
        self._stand = Stand(house, host, port)
        self.url = self._stand.url

    @property
    def faults(self) -> Faults:
        return self._house.faults

    @property
    def record(self) -> Record:
        return self._house.record

    def requests(self) -> dict[str, int]:
        return self._house.record.counts()

    def arm(self, kind: str, **facts: object) -> None:
        """The same as a POST to `/_sandbox/faults`."""
        self._house.arm_own(self._house.faults.arm({"kind": kind, **facts}))

    def open(self) -> Self:
        self._stand.open()
        return self

    def stop(self) -> None:
        self._stand.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def in_foreground(label: str, sandbox: Running) -> None:
    """Says where it listens, in one line, and stops at the first signal."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    sys.stdout.write(f"{label}: {sandbox.url}\n")
    sys.stdout.flush()
    with sandbox:
        stop.wait()
