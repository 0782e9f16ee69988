"""Starts, kills and looks at processes that hold a database, for the tests of the supervisor."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import psycopg

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass
class Holder:
    """A process inside `with running(home)`."""

    process: "subprocess.Popen[str]"
    home: Path
    url: str = ""

    def wait_until_ready(self) -> "Holder":
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()
        assert self.url, "the process ended without a database"
        return self

    def end(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert self.process.wait(120) == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        if self.process.stdin is not None:
            self.process.stdin.close()
        self.process.wait(120)
        if self.process.stdout is not None:
            self.process.stdout.close()


def begin(home: Path, **popen: Any) -> Holder:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LEDENBRUG_")}
    environment.update(popen.pop("more", {}))
    command = [sys.executable, "-m", "tests.site.holding", str(home)]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **popen
    )
    return Holder(process, home)


def hold(home: Path, **popen: Any) -> Holder:
    return begin(home, **popen).wait_until_ready()


def place_of(home: Path) -> Path:
    note = home / "database.place"
    return Path(note.read_text().strip()) if note.exists() else home


def postmaster(home: Path) -> int:
    return int((place_of(home) / "data" / "postmaster.pid").read_text().split("\n")[0])


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def family(pid: int) -> list[int]:
    """The process and everything below it."""
    found = [pid]
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        found += family(int(child))
    return found


def kill(*pids: int) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


def ask(url: str, statement: str, *values: object) -> Any:
    with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
        answer = connection.execute(statement, values)
        row = answer.fetchone() if answer.description else None
        return row[0] if row else None


def answers(url: str) -> bool:
    try:
        return ask(url, "SELECT 1") == 1
    except psycopg.OperationalError:
        return False


class Writer:
    """Writes numbers, each in a transaction of its own, and remembers the last one that was acknowledged."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url, autocommit=True)
        self.connection.execute("CREATE TABLE IF NOT EXISTS numbers (n int)")
        self.connection.execute("TRUNCATE numbers")
        self.acknowledged = 0

    def write_until(self, stop: Callable[[], bool]) -> None:
        try:
            while not stop():
                self.connection.execute("INSERT INTO numbers VALUES (%s)", [self.acknowledged + 1])
                self.acknowledged += 1
        except psycopg.OperationalError:
            pass
        self.connection.close()
