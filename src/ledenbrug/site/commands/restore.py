"""Reads a backup into an empty database, or instead of what is there.

It must not let an old state write to anybody's bookkeeping: afterwards every connection is off.
"""

import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path

import psycopg

from ledenbrug.site import instance, start
from ledenbrug.site.home import home
from ledenbrug.site.postgres import clients
from ledenbrug.site.postgres.address import Address
from ledenbrug.site.postgres.errors import CannotStart


def main(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="ledenbrug restore", description="Reads a file that `ledenbrug backup` wrote.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--replace", action="store_true", help="throw away what is in the database now")
    options = parser.parse_args(arguments)
    if not options.file.is_file():
        raise CannotStart(f"There is no file {options.file}.")
    with start.database() as address:
        program = clients.program("pg_restore", address)
        _read_contents(program, options.file)
        _make_room(address, replace=options.replace)
        command = [program, "--single-transaction", "--no-owner", "--no-privileges", f"--dbname={address.name}"]
        if subprocess.run([*command, str(options.file)], env=clients.environment_for(address)).returncode:
            raise CannotStart("The file could not be read back; the database is empty now.")
        instance.renew(home())
        _switch_off()
    sys.stdout.write("Restored. All connections are off until somebody enables them.\n")
    return 0


def _read_contents(program: str, file: Path) -> None:
    """To its last byte, before anything is thrown away."""
    if subprocess.run([program, "--file=/dev/null", str(file)]).returncode:
        raise CannotStart(f"{file} is not a backup of Ledenbrug, or not a whole one. Nothing was changed.")


def _switch_off() -> None:
    """At once: a worker may be started before the next `run`. With older tables it waits for that one to do it."""
    start.django()
    from ledenbrug.site import schema
    from ledenbrug.sync.instance import recognise

    if schema.state() is schema.State.SAME:
        recognise(instance.own_id(home()))


def _make_room(address: Address, *, replace: bool) -> None:
    with psycopg.connect(address.url()) as connection:
        found = connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public' LIMIT 1").fetchone()
        if found and not replace:
            raise CannotStart("There is a database already. Add --replace to throw it away.")
        others = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        ).fetchone()
        if others and others[0]:
            raise CannotStart("Ledenbrug is running. Stop it first.")
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
