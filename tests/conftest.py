"""What tests of every area start from."""

import pytest

from ledenbrug.members.models import Association
from tests.members.factories import an_association


@pytest.fixture
def here() -> Association:
    return an_association("Koor De Brug")
