"""One thing done by a process of its own, which tells how long it took and how much memory it ever had.

`python -m ledenbrug.bench.alone NAME ARGUMENT`; it must not be asked for anything that is not in `THINGS`.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path


def alone(name: str, argument: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "ledenbrug.bench.alone", name, argument], env=os.environ, stdout=subprocess.PIPE,
        check=True,
    )  # fmt: skip
    told: dict[str, float] = json.loads(done.stdout)
    return told


def full_round(argument: str) -> dict[str, float]:
    from ledenbrug.sync import rounds
    from ledenbrug.sync.fingerprints import fingerprinter
    from ledenbrug.sync.models import Connection

    connection = Connection.objects.select_related("association", "grant").get(id=int(argument))
    began = time.perf_counter()
    rounds.if_due(connection, fingerprint=fingerprinter(), now=datetime.now(UTC))
    return {"seconds": time.perf_counter() - began}


def import_file(argument: str) -> dict[str, float]:
    """As a worker does it: up to the preview, the yes, and the undo."""
    from ledenbrug.members import tasks
    from ledenbrug.members.models import Assignment, Association, BulkChange, ImportProposal, MemberStatus, Role, User

    slug, _, path = argument.partition(":")
    association = Association.objects.get(slug=slug)
    secretary = User.objects.create_user(f"secretary@{slug}.example")
    Assignment.objects.create(association=association, user=secretary, role=Role.SECRETARY)
    file, content = Path(path).name, Path(path).read_bytes()
    status = MemberStatus.objects.of(association).get().pk

    def done(asked: tasks.Asked, content: bytes = b"") -> dict[str, float]:
        task = tasks.ask(association, asked, name=file, content=content, by=secretary, now=datetime.now(UTC))
        began, here, there = time.perf_counter(), time.process_time(), _database_worked()
        tasks.work(task.pk, now=datetime.now(UTC))
        here, there = time.process_time() - here, _database_worked() - there
        return {"seconds": time.perf_counter() - began, "here": here, "there": there, "most": _most()}

    read = done(tasks.ReadFile(file_name=file, match_by="number", status=status, clear_empty=False), content)
    proposal = ImportProposal.objects.of(association).get()
    told = {"read": read, "written": done(tasks.WriteImport(proposal=proposal.pk))}
    told["undone"] = done(tasks.TakeBack(change=BulkChange.objects.of(association).get().pk))
    return {"new": proposal.counts["new"]} | {
        f"{at}_{what}": n for at, all_ in told.items() for what, n in all_.items()
    }


def preview(argument: str) -> dict[str, float]:
    """Twice: the second time what stands there needs no reading."""
    from ledenbrug.sync import preview as previews
    from ledenbrug.sync.models import Connection

    connection = Connection.objects.select_related("association", "grant").get(id=int(argument))
    previews.make(connection, now=datetime.now(UTC))
    began, worked = time.perf_counter(), time.process_time()
    made = previews.make(connection, now=datetime.now(UTC))
    seconds, worked = time.perf_counter() - began, time.process_time() - worked
    previews.stored(connection, now=datetime.now(UTC))
    return {"seconds": seconds, "opened": time.perf_counter() - began - seconds, "rows": len(made.rows), "made": worked}


def compare(argument: str) -> dict[str, float]:
    from ledenbrug.sync import drift, lines
    from ledenbrug.sync.fingerprints import fingerprinter
    from ledenbrug.sync.models import Connection, Drift

    connection = Connection.objects.select_related("association", "grant").get(id=int(argument))

    def clock() -> datetime:
        return datetime.now(UTC)

    began = time.perf_counter()
    with lines.books(connection, urgent=lambda: False, clock=clock) as books:
        drift.if_due(connection, books, fingerprint=fingerprinter(), clock=clock)
    found = Drift.objects.filter(connection=connection).count()
    return {"seconds": time.perf_counter() - began, "differences": found}


THINGS: Mapping[str, Callable[[str], dict[str, float]]] = {
    "compare": compare,
    "full_round": full_round,
    "import_file": import_file,
    "preview": preview,
}


def _most() -> float:
    """In MB. What Linux tells of resources counts the parent in, until this program began."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def _database_worked() -> float:
    """Seconds that the session of this process kept the database's processor busy; it must run on this machine."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        told = Path(f"/proc/{cursor.fetchone()[0]}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return sum(map(int, told[11:13])) / os.sysconf("SC_CLK_TCK")


def main(arguments: list[str]) -> int:
    from ledenbrug.site import start

    start.django()
    name, argument = arguments
    before, worked = _most(), time.process_time()
    told = THINGS[name](argument)
    worked = time.process_time() - worked
    sys.stdout.write(json.dumps({**told, "worked": worked, "before": before, "most": _most()}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
