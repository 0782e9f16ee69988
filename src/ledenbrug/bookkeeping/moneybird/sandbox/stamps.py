"""Ids, timestamps and versions the way the service writes them.

Pure functions of a moment; nobody else may invent an id.
"""

import time

_EPOCH_MS = 1_314_220_021_721  # the moment the service's ids count from
_SHARD = 1 << 10


class Ids:
    """Sixty-four bits: milliseconds, shard, and a sequence that wraps at 1024."""

    def __init__(self) -> None:
        self._ms = 0
        self._sequence = 0
        self._in_this_ms = 0

    def next(self, now: float) -> str:
        ms = round(now * 1000)
        if ms > self._ms:
            self._ms, self._in_this_ms = ms, 0
        elif self._in_this_ms >= 1023:
            self._ms, self._in_this_ms = self._ms + 1, 0
        self._in_this_ms += 1
        self._sequence = (self._sequence + 1) % 1024
        return str(((self._ms - _EPOCH_MS) << 20) | _SHARD | self._sequence)


def timestamp(moment: float) -> str:
    ms = round(moment * 1000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(ms // 1000)) + f".{ms % 1000:03d}Z"


def version(moment: float) -> int:
    return round(moment * 1000) // 1000
