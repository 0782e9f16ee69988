"""What is changed together is looked at in one order."""

import pytest

from ledenbrug.members.models import Member
from ledenbrug.sync.models import Touched
from tests.members.factories import a_member
from tests.sync.stage import a_stage

pytestmark = pytest.mark.django_db


def test_what_one_statement_changes_stands_in_the_queue_in_one_order_whatever_way_the_database_went() -> None:
    stage = a_stage()
    for number in range(1, 31):
        a_member(stage.association, status=stage.status, number=str(number))
    Touched.objects.all().delete()
    Member.objects.update(city="Elders")
    payers = list(Touched.objects.order_by("id").values_list("payer", flat=True))
    assert len(payers) == 30
    assert payers == sorted(payers)
