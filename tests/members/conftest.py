"""An association to start from; files that start from more have a fixture of the same name of their own."""

import pytest

from ledenbrug.members.models import Association, MemberStatus
from tests.members.factories import a_status, an_association


@pytest.fixture
def lid(here: Association) -> MemberStatus:
    return a_status(here, "Lid")


@pytest.fixture
def association() -> Association:
    return an_association()


@pytest.fixture
def status(association: Association) -> MemberStatus:
    return a_status(association, "Lid")
