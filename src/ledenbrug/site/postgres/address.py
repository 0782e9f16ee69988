"""Says which database to use: the operator's `LEDENBRUG_DATABASE_URL`, else the one our supervisor described.

It must not open a connection.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import msgspec

from ledenbrug.site import environment

DESCRIPTOR = "database.json"
SCHEMES = frozenset({"postgres", "postgresql"})


@dataclass(frozen=True, kw_only=True)
class Address:
    """How to reach one database. `host` is the folder of the socket for a server of our own."""

    host: str
    port: int
    user: str
    password: str
    name: str
    options: tuple[tuple[str, str], ...] = ()

    def url(self) -> str:
        """As libpq reads it, password included: for child processes, never for a screen or a log."""
        query = [("host", self.host), ("port", str(self.port)), *self.options]
        words = "&".join(f"{key}={quote(value, safe='')}" for key, value in query)
        return f"postgresql://{quote(self.user, safe='')}:{quote(self.password, safe='')}@/{quote(self.name)}?{words}"


def from_url(url: str) -> Address:
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES:
        raise ValueError("the address does not begin with postgresql://")
    query = dict(parse_qsl(parts.query))
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise ValueError("the address names no database")
    host, port = query.pop("host", None), query.pop("port", None)
    return Address(
        host=host or unquote(parts.hostname or "localhost"),
        port=int(port or parts.port or 5432),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        name=name,
        options=tuple(query.items()),
    )


def configured() -> Address | None:
    """The operator's database; None when we run our own."""
    url = environment.optional("DATABASE_URL")
    if url is None:
        return None
    try:
        return from_url(url)
    except ValueError as error:
        environment.note(
            "LEDENBRUG_DATABASE_URL",
            f"LEDENBRUG_DATABASE_URL cannot be used: {error}.",
            hint="Write postgresql://user:password@host:5432/name.",
        )
        return None


def described(home: Path) -> Address | None:
    """The database our supervisor runs for this home, as it wrote down at its last start."""
    try:
        return msgspec.json.decode((home / DESCRIPTOR).read_bytes(), type=Address)
    except FileNotFoundError:
        return None


def database_settings(home: Path) -> dict[str, Any]:
    """Django's DATABASES entry."""
    address = configured() or described(home)
    if address is None:
        address = Address(host=str(home), port=5432, user="ledenbrug", password="", name="ledenbrug")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": address.host,
        "PORT": str(address.port),
        "USER": address.user,
        "PASSWORD": address.password,
        "NAME": address.name,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "prepare_threshold": 2,  # for cursors that let the server plan once (`sync.prepared`); no other does
            "pool": {"min_size": 0, "max_size": environment.number("DATABASE_POOL", 10, least=2), "timeout": 10},
            **dict(address.options),
        },
    }
