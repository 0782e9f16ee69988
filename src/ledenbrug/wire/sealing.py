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
    _keys.cache_clear()
    fingerprint_key.cache_clear()


def seal(text: str) -> str:
    return _keys().encrypt(text.encode()).decode("ascii")


def unseal(token: str) -> str:
    sealed = token.encode()
    try:
        return _keys().decrypt(sealed).decode()
    except InvalidToken:
        _keys.cache_clear()  # another process may have added a key since this one read the file
    try:
        return _keys().decrypt(sealed).decode()
    except InvalidToken:
        raise KeyLost("no key opens this text") from None


def reseal(token: str) -> str:
    """The same text under the newest key."""
    return seal(unseal(token))


@lru_cache(maxsize=1)
def fingerprint_key() -> bytes:
    return bytes.fromhex(_read(FINGERPRINTS).strip())


@lru_cache(maxsize=1)
def _keys() -> MultiFernet:
    try:
        return MultiFernet([Fernet(line) for line in _read(SEALING).split()])
    except ValueError:
        raise KeyLost(f"{SEALING} holds something that is not a key") from None


def _read(name: str) -> str:
    if _folder.path is None:
        raise KeyLost("no folder of keys is configured")
    try:
        return (_folder.path / name).read_text(encoding="ascii")
    except FileNotFoundError:
        raise KeyLost(f"{name} is not there") from None
