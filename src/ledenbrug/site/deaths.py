"""Makes a process end when the one that started it is gone, also when that one was killed.

It must not be relied on outside Linux: elsewhere an orphan lives until it is stopped by hand.
"""

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable

SET_DEATH_SIGNAL = 1


def with_parent(kind: signal.Signals) -> Callable[[], None] | None:
    """For `Popen(preexec_fn=…)`; libc is loaded here, before the fork. The parent is the *thread* that starts it."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def arrange() -> None:
        prctl(SET_DEATH_SIGNAL, kind, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return arrange


def not_long_after_parent(seconds: float) -> None:
    """For a process that, told to end, may wait for a database that ended with its parent."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        time.sleep(seconds)
        os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()


def of_this_process(kind: signal.Signals) -> None:
    """For a process that somebody else started for us."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(SET_DEATH_SIGNAL, kind, 0, 0, 0)
