"""Runs the real `ledenbrug` command and reads what it says, for tests."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Program:
    process: "subprocess.Popen[str]"
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    @property
    def said(self) -> str:
        return "\n".join(self.lines)

    @property
    def url(self) -> str:
        """Where it says that it is."""
        found = re.search(r"http://127\.0\.0\.1:\d+", self.wait_for("Ledenbrug is at"))
        assert found
        return found.group()

    def wait_for(self, words: str, seconds: float = 180) -> str:
        """The line with these words."""
        end = time.monotonic() + seconds
        while True:
            all_is_read = not self._reader.is_alive()
            for line in list(self.lines):
                if words in line:
                    return line
            assert not all_is_read, f"it ended early:\n{self.said}"
            assert time.monotonic() < end, f"no {words!r} in:\n{self.said}"
            time.sleep(0.02)

    def stop(self, kind: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(kind)
        code = self.process.wait(120)
        self._reader.join(60)
        return code

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(120)
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()


def environment(home: Path, **more: str) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith(("LEDENBRUG_", "DJANGO_"))}
    return {**own, "LEDENBRUG_HOME": str(home), "PYTHONUNBUFFERED": "1", **more}


@contextmanager
def running_command(*arguments: str, home: Path, cwd: Path | None = None, **more: str) -> Iterator[Program]:
    process = subprocess.Popen(
        [sys.executable, "-m", "ledenbrug", *arguments],
        env=environment(home, **more),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    program = Program(process)
    try:
        yield program
    finally:
        program.end()


def command(*arguments: str, home: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "ledenbrug", *arguments],
        env=environment(home, **more),
        capture_output=True,
        text=True,
        timeout=200,
    )
