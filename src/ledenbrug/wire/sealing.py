"""Seals secrets before they are stored (tokens, before-values) and keys the fingerprints of what was sent.

It must not make or change keys, and must not know where sealed text is kept: `configure` names the folder of keys,
whoever owns that folder fills it.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

SEALING = "token.key"
FINGERPRINTS = "fingerprint.key"


class KeyLost(Exception):
    """No key in the folder opens this text: what was sealed has to be asked for again."""


@dataclass
class _Folder:
    path: Path | None = None


_folder = _Folder()


def configure(folder: Path) -> None:
    _folder.path = folder
    fingerprint_key.cache_clear()


def seal(text: str) -> str:
    return _keys().encrypt(text.encode()).decode("ascii")


def unseal(token: str) -> str:
    try:
        return _keys().decrypt(token.encode()).decode()
    except InvalidToken:
        raise KeyLost("no key opens this text") from None


def reseal(token: str) -> str:
    """The same text under the newest key; a token a line, where there are several."""
    return "\n".join(seal(unseal(each)) for each in token.split("\n"))


@lru_cache(maxsize=1)
def fingerprint_key() -> bytes:
    try:
        return bytes.fromhex(_path(FINGERPRINTS).read_text(encoding="ascii").strip())
    except FileNotFoundError:
        raise KeyLost(f"{FINGERPRINTS} is not there") from None


def _keys() -> MultiFernet:
    """Asked of the file every time, because another process may have added a key a moment ago."""
    path = _path(SEALING)
    try:
        return _parsed(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        raise KeyLost(f"{SEALING} is not there") from None
    except ValueError:
        raise KeyLost(f"{SEALING} holds something that is not a key") from None


@lru_cache(maxsize=1)
def _parsed(path: Path, written: int) -> MultiFernet:
    return MultiFernet([Fernet(line) for line in path.read_text(encoding="ascii").split()])


def _path(name: str) -> Path:
    if _folder.path is None:
        raise KeyLost("no folder of keys is configured")
    return _folder.path / name
