"""Faults on demand: the next requests that match are lost, slow, refused or cut, as somebody asked.

Only what can befall any package is carried out here; a package adds kinds of its own and carries those out itself.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

COMMON = {
    "lost_answer": "carried out, then the connection closes without an answer",
    "reset": "not carried out, the connection is reset",
    "truncated": "carried out, half of the answer arrives",
    "slow": "carried out after `seconds`; with `carried_out`: at once, answered after `seconds`",
    "status": "not carried out, answered with `status` and `body`; with `carried_out`: carried out first",
    "html": "not carried out, answered with an HTML error page and `status` (502)",
}


@dataclass(slots=True)
class Fault:
    kind: str
    match: str = "*"
    times: int = 1  # -1: until cleared
    skip: int = 0
    facts: dict[str, Any] = field(default_factory=dict)


class UnknownFault(ValueError):
    pass


class Faults:
    def __init__(self, prefix: str, kinds: Mapping[str, str]) -> None:
        self.kinds = {**COMMON, **kinds}
        self._prefix = prefix  # left out of a match: `POST /contacts`
        self._lock = threading.Lock()
        self._armed: list[Fault] = []

    def arm(self, asked: Mapping[str, Any]) -> Fault:
        facts = dict(asked)
        kind = str(facts.pop("kind", ""))
        if kind not in self.kinds:
            raise UnknownFault(f"no fault {kind!r}; there are: {', '.join(self.kinds)}")
        try:
            times, skip = int(facts.pop("times", 1)), int(facts.pop("skip", 0))
        except (TypeError, ValueError):
            raise UnknownFault("times and skip are whole numbers") from None
        fault = Fault(kind, str(facts.pop("match", "*")), times, skip, facts)
        with self._lock:
            self._armed.append(fault)
        return fault

    def disarm(self, fault: Fault) -> None:
        """For a fault that its package carried out at once."""
        with self._lock:
            self._armed = [one for one in self._armed if one is not fault]

    def clear(self) -> None:
        with self._lock:
            self._armed.clear()

    def armed(self) -> list[Fault]:
        with self._lock:
            return list(self._armed)

    def strike(self, method: str, pattern: str, path: str) -> Fault | None:
        if not self._armed:
            return None
        with self._lock:
            for fault in self._armed:
                if not self._hits(fault.match, method, pattern, path):
                    continue
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                if fault.times > 0:
                    fault.times -= 1
                if fault.times == 0:
                    self._armed.remove(fault)
                return fault
        return None

    def _hits(self, match: str, method: str, pattern: str, path: str) -> bool:
        wanted_method, _, wanted = match.strip().rpartition(" ")
        if wanted_method not in ("", "*", method):
            return False
        shapes = {pattern, path, pattern.removeprefix(self._prefix), _below(path, self._prefix)}
        return any(shape == wanted or fnmatchcase(shape, wanted) for shape in shapes)


def _below(path: str, prefix: str) -> str:
    depth = len(prefix.strip("/").split("/"))
    return "/" + "/".join(path.strip("/").split("/")[depth:])
