"""Every package in turn, with an empty administration."""

from collections.abc import Iterator

import pytest

from ledenbrug import bookkeeping
from ledenbrug.core.port import Package
from tests.contract.staging import Stage, script


@pytest.fixture(params=bookkeeping.names())
def package(request: pytest.FixtureRequest) -> Package:
    return bookkeeping.load(request.param)


@pytest.fixture
def stage(package: Package, request: pytest.FixtureRequest) -> Iterator[Stage]:
    played = script(package.name)
    if request.function.__name__ in played.UNABLE:
        pytest.xfail(f"{package.name}: {played.UNABLE[request.function.__name__]}")
    with played.staged() as found:
        yield found
