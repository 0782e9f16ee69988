"""Makes the keys of an installation on first start and adds a new one when the operator rotates them.

It must not seal or open anything itself (`wire.sealing` does), and must never print a key.
"""

import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet

from ledenbrug.site import environment
from ledenbrug.site.home import home, private
from ledenbrug.wire import sealing

SIGNING = "secret.key"


def folder() -> Path:
    """On several machines: one folder with the same files, or a mounted secret."""
    return environment.folder("KEYS", home() / "keys")


def ensure(keys: Path) -> None:
    _create(keys / SIGNING, secrets.token_urlsafe(64))
    _create(keys / sealing.SEALING, Fernet.generate_key().decode("ascii"))
    _create(keys / sealing.FINGERPRINTS, secrets.token_hex(32))


def secret_key(keys: Path) -> str:
    """Django's SECRET_KEY; without a file (a type check, a first look) one that lives as long as this process."""
    given = environment.optional("SECRET_KEY")
    if given:
        return given
    try:
        return (keys / SIGNING).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return secrets.token_urlsafe(64)


def add_token_key(keys: Path) -> None:
    """A new first key; the older ones stay and still open what they sealed."""
    path = keys / sealing.SEALING
    _replace(path, [Fernet.generate_key().decode("ascii"), *path.read_text(encoding="ascii").split()])


def drop_old_token_keys(keys: Path) -> None:
    """All but the newest and the one before: a process may still have been sealing with that one."""
    path = keys / sealing.SEALING
    _replace(path, path.read_text(encoding="ascii").split()[:2])


def _create(path: Path, content: str) -> None:
    """Two first starts at once end with one key: the link fails for the second."""
    if path.exists():
        return
    private(path.parent)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    _write(draft, content)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _replace(path: Path, lines: list[str]) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    _write(draft, "\n".join(lines))
    draft.replace(path)


def _write(path: Path, content: str) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(content + "\n")
        file.flush()
        os.fsync(file.fileno())
