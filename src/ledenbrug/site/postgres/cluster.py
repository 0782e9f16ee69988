"""Makes a database from nothing: the data folder, then the role and the database the application uses.

It must not keep a server running; every step can be interrupted and done again.
"""

import secrets
import shutil
import subprocess
import tempfile
from pathlib import Path

import msgspec
import psycopg
from psycopg import sql

from ledenbrug.site.postgres.account import as_account, give
from ledenbrug.site.postgres.address import DESCRIPTOR, Address, described
from ledenbrug.site.postgres.binaries import Binaries
from ledenbrug.site.postgres.errors import CannotStart
from ledenbrug.site.postgres.leftovers import PORT
from ledenbrug.site.postgres.place import Place

NAME = "ledenbrug"
SUPERUSER = "postgres"


def ensure_data(place: Place, binaries: Binaries) -> None:
    """`initdb` in a side folder, renamed when whole: an interrupted first start leaves nothing half made."""
    if place.data.exists():
        return
    draft = place.root / "data.new"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    give(draft, place.account)
    password = secrets.token_urlsafe(32)
    place.superuser.unlink(missing_ok=True)
    write_private(place.superuser, password)
    _initdb(draft, place, binaries, password)
    draft.rename(place.data)


def _initdb(draft: Path, place: Place, binaries: Binaries, password: str) -> None:
    with tempfile.NamedTemporaryFile("w", dir=place.root, prefix=".pw-") as handover:  # made with mode 0600
        handover.write(password)
        handover.flush()
        give(Path(handover.name), place.account)
        command = [binaries.program("initdb"), "--pgdata", str(draft), "--username", SUPERUSER]
        command += ["--pwfile", handover.name, "--auth", "scram-sha-256", "--encoding", "UTF8"]
        command += ["--locale", "C.UTF-8", "--data-checksums", "--no-instructions"]
        made = subprocess.run(command, cwd=place.root, capture_output=True, text=True, **as_account(place.account))
    if made.returncode:
        last = made.stderr.strip().rpartition("\n")[2]
        raise CannotStart(f"The database folder could not be made in {place.root}: {last}")


def ensure_database(place: Place, socket: Path) -> Address:
    """The application's own role and database, and the file that tells other processes about them."""
    address = described(place.home)
    if address is None or address.host != str(socket):
        password = address.password if address else secrets.token_urlsafe(32)
        address = Address(host=str(socket), port=PORT, user=NAME, password=password, name=NAME)
    if not logs_in(address):
        _make_role(place, address)
    if described(place.home) != address:
        draft = place.home / f"{DESCRIPTOR}.new"
        draft.unlink(missing_ok=True)
        write_private(draft, msgspec.json.encode(address).decode())
        draft.replace(place.home / DESCRIPTOR)
    return address


def logs_in(address: Address) -> bool:
    try:
        psycopg.connect(address.url(), connect_timeout=10).close()
    except psycopg.OperationalError:
        return False
    return True


def _make_role(place: Place, address: Address) -> None:
    """Owner of its database and no superuser: a hole in the application is not a hole in the machine."""
    try:
        password = place.superuser.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise CannotStart(
            f"{place.superuser} and {place.home / DESCRIPTOR} do not open the database in {place.data}. "
            "Put these two files back from a copy of the folder."
        ) from None
    keeper = Address(host=address.host, port=address.port, user=SUPERUSER, password=password, name="postgres")
    role = sql.Identifier(address.user)
    with psycopg.connect(keeper.url(), autocommit=True, connect_timeout=10) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [address.user]).fetchone():
            connection.execute(sql.SQL("CREATE ROLE {}").format(role))
        options = sql.SQL("ALTER ROLE {} LOGIN CREATEDB PASSWORD {}")
        connection.execute(options.format(role, sql.Literal(address.password)))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [address.name]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(address.name), role))


def write_private(path: Path, content: str) -> None:
    path.touch(mode=0o600, exist_ok=False)
    path.write_text(content + "\n", encoding="utf-8")
