"""The stage of the contract suite: the sandbox over real HTTP, and its world as a person in Exact Online changes it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

UNABLE: Mapping[str, str] = {}


@contextmanager
def staged() -> Iterator[Any]:
    pytest.skip("the sandbox is not there yet")
    yield
