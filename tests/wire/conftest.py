"""What every request of these tests goes through."""

from collections.abc import Iterator

import httpx2
import pytest

from ledenbrug.wire.http import open_client


@pytest.fixture
def client() -> Iterator[httpx2.Client]:
    with open_client(read_seconds=30) as found:
        yield found
