"""Keeps processes running side by side until told to stop, and starts again what crashed.

It must not know what they do, and only the main thread may use it: the processes end with the thread that starts them.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from ledenbrug.site import deaths

TICK = 0.1
GRACE = 20.0  # a worker finishes the call it is in
STEADY = 30.0  # a process that ran this long has recovered
LONGEST_PAUSE = 10.0

Say = Callable[[str], None]


@dataclass
class Member:
    """One process of the crew, and how often it fell lately."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    falls: int = 0
    again_at: float = 0.0


@dataclass
class Crew:
    say: Say
    members: list[Member] = field(default_factory=list)

    def add(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        member = Member(name, command, environment)
        self.members.append(member)
        _launch(member)

    def keep(self, stop: threading.Event, *, ready: Callable[[], bool] | None = None) -> None:
        """Until `stop`; where `ready` is given, only until it says so."""
        while not stop.wait(TICK):
            for member in self.members:
                self._look_after(member)
            if ready is not None and ready():
                return

    def end(self) -> None:
        for member in reversed(self.members):
            if member.process is not None and member.process.poll() is None:
                member.process.terminate()
        until = time.monotonic() + GRACE
        for member in self.members:
            if member.process is None:
                continue
            try:
                member.process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                member.process.kill()
                member.process.wait()

    def _look_after(self, member: Member) -> None:
        now = time.monotonic()
        if member.process is None:
            if now >= member.again_at:
                _launch(member)
            return
        code = member.process.poll()
        if code is None:
            return
        member.falls = 1 if now - member.started > STEADY else member.falls + 1
        pause = min(LONGEST_PAUSE, 0.1 * 2**member.falls)
        member.process, member.again_at = None, now + pause
        self.say(f"{member.name} stopped ({_how(code)}); starting it again.")


def run_once(command: Sequence[str], environment: Mapping[str, str], stop: threading.Event) -> tuple[int, str]:
    """A step that has to finish before the next; what it writes to its output is handed back."""
    process = _start(command, environment, stdout=subprocess.PIPE)
    written: list[bytes] = []
    reader = threading.Thread(target=lambda: written.append(process.stdout.read() if process.stdout else b""))
    reader.start()
    while process.poll() is None:
        if stop.wait(0.02):
            process.terminate()
            break
    process.wait()
    reader.join()
    return process.returncode, b"".join(written).decode()


@contextmanager
def until_stopped() -> Iterator[threading.Event]:
    """Ctrl-C and `kill` set the event. A process started in the background by a script ignores the first."""
    stop = threading.Event()
    before = {kind: signal.signal(kind, lambda *_: stop.set()) for kind in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)


def python(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]


def _launch(member: Member) -> None:
    member.process = _start(member.command, member.environment)
    member.started = time.monotonic()


def _start(
    command: Sequence[str], environment: Mapping[str, str], stdout: int | None = None
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        list(command),
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        start_new_session=True,  # Ctrl-C reaches us alone, and we stop them in order
        preexec_fn=deaths.with_parent(signal.SIGTERM),
    )


def _how(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"code {code}"


def own_environment(**more: str) -> dict[str, str]:
    return {**os.environ, **more}
