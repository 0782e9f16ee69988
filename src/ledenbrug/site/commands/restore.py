"""Reads a backup into an empty database, or instead of what is there: all of it or nothing.

It must not let an old state write to anybody's bookkeeping: afterwards every connection is off.
"""

import shutil
import subprocess
import sys
from argparse import ArgumentParser
from contextlib import suppress
from pathlib import Path
from subprocess import DEVNULL, PIPE

import psycopg

from ledenbrug.site import instance, start
from ledenbrug.site.home import home
from ledenbrug.site.postgres import clients
from ledenbrug.site.postgres.address import Address
from ledenbrug.site.postgres.errors import CannotStart

EMPTY = b"SET client_min_messages = warning;\nBEGIN;\nDROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\n"
DONE = b"""
DO $$ BEGIN
    IF to_regclass('public.sync_instance') IS NOT NULL THEN
        UPDATE public.sync_instance SET uuid = gen_random_uuid();
    END IF;
END $$;
COMMIT;
"""
"""What was done since that backup is unknown here: under another name the installation counts as a copy of itself."""


def main(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="ledenbrug restore", description="Reads a file that `ledenbrug backup` wrote.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--replace", action="store_true", help="instead of what is in the database now")
    options = parser.parse_args(arguments)
    if not options.file.is_file():
        raise CannotStart(f"There is no file {options.file}.")
    with start.database() as address:
        _look_first(address, replace=options.replace)
        _read_contents(address, options.file)
        if not _read_back(address, options.file):
            raise CannotStart("The file could not be read back. Nothing was changed.")
        _switch_off()
    sys.stdout.write("Restored. All connections are off until somebody enables them.\n")
    return 0


def _look_first(address: Address, *, replace: bool) -> None:
    with psycopg.connect(address.url()) as connection:
        found = connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public' LIMIT 1").fetchone()
        if found and not replace:
            raise CannotStart("There is a database already. Add --replace to put the backup in its place.")
        others = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        ).fetchone()
        if others and others[0]:
            raise CannotStart("Ledenbrug is running. Stop it first.")


def _read_contents(address: Address, file: Path) -> None:
    """To its last byte, before the database has the work of it."""
    if subprocess.run([clients.program("pg_restore", address), "--file=/dev/null", str(file)]).returncode:
        raise CannotStart(f"{file} is not a backup of Ledenbrug, or not a whole one. Nothing was changed.")


def _read_back(address: Address, file: Path) -> bool:
    """In one transaction with what makes room for it: whatever goes wrong, what was there is there.

    `pg_restore` alone begins its own and can drop only what it knows of, so its script goes through `psql`. That one
    never sees the end of the transaction unless the script came whole.
    """
    script = [clients.program("pg_restore", address), "--no-owner", "--no-privileges", "--file=-", str(file)]
    into = [clients.program("psql", address), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]
    environment = clients.environment_for(address)
    with (
        suppress(BrokenPipeError),  # it stopped at an error, and said which
        subprocess.Popen(into, stdin=PIPE, stdout=DEVNULL, env=environment) as database,
        subprocess.Popen(script, stdout=PIPE) as reading,
    ):
        assert database.stdin is not None
        assert reading.stdout is not None
        database.stdin.write(EMPTY)
        shutil.copyfileobj(reading.stdout, database.stdin)
        if reading.wait() == 0:
            database.stdin.write(DONE)
        database.stdin.close()
        return database.wait() == 0 and reading.returncode == 0
    return False


def _switch_off() -> None:
    """At once: a worker may be started before the next `run`. With older tables it waits for that one to do it."""
    start.django()
    from ledenbrug.site import schema
    from ledenbrug.sync.instance import recognise

    if schema.state() is schema.State.SAME:
        recognise(instance.own_id(home()))
