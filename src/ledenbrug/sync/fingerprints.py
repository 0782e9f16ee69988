"""Keyed hashes of what was sent: enough to see that a value changed, worthless to whoever copies the database."""

import hashlib
from binascii import b2a_base64
from functools import lru_cache

from ledenbrug.core.records import Field, Fingerprint, Fingerprinter
from ledenbrug.wire import sealing

_SIZE = 12
_OFTEN = 4096
"""Many live in one town, and most have no second address line: what came by lately need not be hashed again."""


def fingerprinter() -> Fingerprinter:
    key = sealing.fingerprint_key()[:64]
    bases = {each: hashlib.blake2b(each.encode() + b"\0", key=key, digest_size=_SIZE) for each in Field}

    @lru_cache(maxsize=_OFTEN)
    def fingerprint(field: Field, value: str) -> Fingerprint:
        digest = bases[field].copy()
        digest.update(value.encode())
        return Fingerprint(b2a_base64(digest.digest(), newline=False).decode("ascii"))

    return fingerprint
