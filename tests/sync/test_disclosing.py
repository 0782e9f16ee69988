"""What went to bookkeeping packages about a person, told to who asks for it."""

import pytest

from ledenbrug.sync import disclosing
from ledenbrug.sync.models import Connection, Link
from tests.members.factories import a_member
from tests.sync.stage import Stage, a_stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Stage:
    return a_stage()


def test_administrations_of_two_packages_with_one_id_keep_their_own_names(stage: Stage) -> None:
    member = a_member(stage.association, status=stage.status)
    one = stage.connection
    for package, name in (("moneybird", "Boeken daar"), ("exact_online", "Boeken elders")):
        Connection.objects.create(
            association=stage.association,
            package=package,
            administration="123456",
            administration_name=name,
            financial_administration=one.financial_administration,
            groups=one.groups,
            created_at=stage.now,
        )
        Link.objects.create(
            association=stage.association, package=package, administration="123456", payer=f"m{member.pk}", contact=name
        )
    told = disclosing.held(stage.association, [f"m{member.pk}"])
    assert [(each.package, each.administration) for each in told] == [
        ("Moneybird", "Boeken daar"),
        ("Exact Online", "Boeken elders"),
    ]
