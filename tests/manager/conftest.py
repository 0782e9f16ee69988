"""The association that screens show; files that start from more have a `front` of their own."""

import pytest

from tests.manager.front import Front, a_front


@pytest.fixture
def front() -> Front:
    return a_front()
