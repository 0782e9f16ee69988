"""Says which account of the machine runs the server: PostgreSQL refuses root.

It must not make accounts or loosen the rights of folders it did not make.
"""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ledenbrug.site import environment
from ledenbrug.site.postgres.errors import CannotStart

USUAL = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """An unprivileged account; `None` in its place means: whoever we are."""

    name: str
    uid: int
    gid: int


def choose() -> Account | None:
    if os.geteuid() != 0:
        return None
    wanted = environment.optional("DATABASE_ACCOUNT")
    for name in (wanted,) if wanted else USUAL:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        if found.pw_uid != 0:
            return Account(name, found.pw_uid, found.pw_gid)
    raise CannotStart(
        "PostgreSQL does not run as root, and there is no account to run it: name one in LEDENBRUG_DATABASE_ACCOUNT."
    )


def as_account(account: Account | None) -> dict[str, Any]:
    """Arguments for `subprocess` that make a child run as that account."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def give(path: Path, account: Account | None) -> None:
    if account is not None:
        os.chown(path, account.uid, account.gid)


def reaches(folder: Path, account: Account) -> bool:
    """Asked of the system rather than worked out: rights, groups and access lists all count."""
    step_in = ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)]
    return subprocess.run(step_in, cwd="/", stderr=subprocess.DEVNULL, **as_account(account)).returncode == 0
