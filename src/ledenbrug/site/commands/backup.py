"""Writes the whole database to one file.

It must not take the keys along: a backup that opens its own secrets keeps none.
"""

import os
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path

import psycopg

from ledenbrug.site import keys, start
from ledenbrug.site.home import home
from ledenbrug.site.postgres import clients
from ledenbrug.site.postgres.address import Address
from ledenbrug.site.postgres.errors import CannotStart

EXTENSIONS = ("pg_trgm",)
"""Those that our tables need. Others are the operator's, and whoever restores may not be allowed to make them."""


def main(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="ledenbrug backup", description="Writes the database to a file.")
    parser.add_argument("file", type=Path)
    target: Path = parser.parse_args(arguments).file
    draft = target.with_name(f"{target.name}.part")
    if not target.absolute().parent.is_dir():
        raise CannotStart(f"There is no folder {target.absolute().parent}.")
    with start.database() as address:
        _look_first(address)
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))  # for this account only
        command = [clients.program("pg_dump", address), "--format=custom", "--no-owner", "--no-privileges"]
        command += [f"--extension={name}" for name in _ours(address)]
        done = subprocess.run([*command, f"--file={draft}"], env=clients.environment_for(address))
    if done.returncode:
        draft.unlink(missing_ok=True)
        raise CannotStart("The backup failed; nothing was written.")
    draft.replace(target)
    sys.stdout.write(f"Written: {target}. Copy the keys too, to another place: {keys.folder()}\n")
    return 0


def _look_first(address: Address) -> None:
    """A backup of nothing would be taken for one: another home than that of `ledenbrug run` is made and empty."""
    with psycopg.connect(address.url()) as connection:
        if connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public' LIMIT 1").fetchone() is None:
            raise CannotStart(
                f"There is nothing to write: the database is empty. Are LEDENBRUG_HOME ({home()}) and "
                "LEDENBRUG_DATABASE_URL as they are for `ledenbrug run`?"
            )


def _ours(address: Address) -> list[str]:
    with psycopg.connect(address.url()) as connection:
        found = connection.execute("SELECT extname FROM pg_extension WHERE extname = ANY(%s)", [list(EXTENSIONS)])
        return [name for (name,) in found]
