"""A citizen service number is refused: a field that is named after it, and numbers that tell themselves."""

import pytest

from ledenbrug.members import operations
from ledenbrug.members.models import Association, Kind
from ledenbrug.members.refusals import Reason
from tests.members.changing import BY, change, refused
from tests.members.factories import NOW, TODAY, a_custom_field, a_member, a_status

pytestmark = pytest.mark.django_db
CITIZEN_NUMBERS = ("111222333", "123456782", "100000010")


def test_a_field_for_the_citizen_number_is_refused_by_name(here: Association) -> None:
    for name in ("BSN", "b.s.n. ouder", "Burgerservicenummer", "SOFI-nummer"):
        assert refused(operations.add_custom_field, association=here, name=name, kind=Kind.TEXT, **BY) == [
            ("name", Reason.CITIZEN_NUMBER)
        ]
    field = a_custom_field(here, "Nummer")
    assert refused(operations.change_custom_field, field, name="BSN", **BY) == [("name", Reason.CITIZEN_NUMBER)]


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.NUMBER])
def test_the_third_number_that_passes_the_eleven_test_is_refused(here: Association, kind: str) -> None:
    field = a_custom_field(here, "Registratie", kind)
    first, second, third = (a_member(here) for _ in range(3))
    for member, number in zip((first, second), CITIZEN_NUMBERS, strict=False):
        change(member, **{field.key: number})
    assert refused(change, third, **{field.key: CITIZEN_NUMBERS[2]}) == [(field.key, Reason.CITIZEN_NUMBERS)]
    new = {"given_name": "Anna", "last_name": "Nieuw", field.key: CITIZEN_NUMBERS[2]}
    status = {"status": a_status(here), "start": TODAY}
    assert refused(operations.add_member, association=here, values=new, **status, **BY, now=NOW) == [
        (field.key, Reason.CITIZEN_NUMBERS)
    ]
    assert change(third, **{field.key: "111222334"}).custom == {field.key: "111222334"}
    fourth = a_member(here)
    assert change(fourth, **{field.key: CITIZEN_NUMBERS[2]}).custom == {field.key: CITIZEN_NUMBERS[2]}
