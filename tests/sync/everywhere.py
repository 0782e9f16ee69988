"""Every cell of every table as text, whatever it is called: sealed values opened, bytes as the letters they may be."""

import zlib
from base64 import b64decode
from binascii import Error
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from django.db import connection

from ledenbrug.wire import sealing


def cells() -> Iterator[tuple[str, str]]:
    """Table and text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                for cell in row:
                    yield from ((table, text) for text in _texts(cell))


def _texts(cell: Any) -> Iterator[str]:
    match cell:
        case dict():
            for key, value in cell.items():
                yield key
                yield from _texts(value)
        case list() | tuple():
            for each in cell:
                yield from _texts(each)
        case bytes() | memoryview():
            yield bytes(cell).decode("utf-8", "replace")
        case _:
            text = str(cell)
            yield text
            with suppress(sealing.KeyLost):
                yield from _opened(sealing.unseal(text))


def _opened(text: str) -> Iterator[str]:
    yield text
    with suppress(Error, ValueError, zlib.error):
        yield zlib.decompress(b64decode(text, validate=True)).decode()
