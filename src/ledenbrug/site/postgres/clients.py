"""Finds the programs that copy a database to and from a file, and hands them the address without showing it.

It must not start a server.
"""

import os
from pathlib import Path

import psycopg

from ledenbrug.site.postgres import binaries
from ledenbrug.site.postgres.address import Address
from ledenbrug.site.postgres.errors import CannotStart


def program(name: str, address: Address) -> str:
    """Of the server's own version where there is one, else a newer one: those read older servers."""
    with psycopg.connect(address.url(), connect_timeout=10) as connection:
        major = connection.info.server_version // 10000
    there = [one for one in binaries.clients() if Path(one.program(name)).exists()]
    for one in [*(one for one in there if one.major == major), *(one for one in there if one.major > major)]:
        return one.program(name)
    raise CannotStart(f"The database is PostgreSQL {major}; install its programs (postgresql-client-{major}) here.")


def environment_for(address: Address) -> dict[str, str]:
    """The password travels in the environment of the child, not in its arguments."""
    own = {"PGHOST": address.host, "PGPORT": str(address.port), "PGUSER": address.user, "PGDATABASE": address.name}
    options = {f"PG{key.upper()}": value for key, value in address.options if key.startswith("ssl")}
    return {**os.environ, **own, **options, "PGPASSWORD": address.password}
