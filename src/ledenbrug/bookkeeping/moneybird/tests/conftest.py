from collections.abc import Iterator

import pytest

from ledenbrug.bookkeeping.moneybird.tests.bench import Bench, bench


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench() as found:
        yield found
