"""Somebody with two last names goes by one of them or by both: on screens, in the order of the list, in the books."""

import pytest

from ledenbrug.core.records import ALWAYS, Field
from ledenbrug.members import operations, paging, search
from ledenbrug.members.models import Member
from ledenbrug.members.search import Wanted
from tests.members.factories import NOW, TODAY, a_member, an_association
from tests.sync.differing import C1
from tests.sync.stage import a_stage

pytestmark = pytest.mark.django_db
ANNA = {
    "given_name": "Anna", "infix": "de", "last_name": "Vries", "second_infix": "van der", "second_last_name": "Aa",
    "email": "anna@brug.example",
}  # fmt: skip
SHOWN = {"": "de Vries-van der Aa", "first": "de Vries", "second": "van der Aa", "reversed": "van der Aa-de Vries"}


@pytest.mark.parametrize(("use", "shown"), SHOWN.items())
def test_the_last_name_that_is_shown_is_the_one_that_goes_over(use: str, shown: str) -> None:
    stage = a_stage(groups=ALWAYS)
    member = a_member(stage.association, status=stage.status, **ANNA, name_use="first" if use == "" else "")
    stage.turn()
    Member.objects.filter(pk=member.pk).update(name_use=use)
    stage.turn()
    member.refresh_from_db()
    assert str(member) == f"Anna {shown}"
    assert stage.world.contacts[C1].values[Field.LAST_NAME] == shown


@pytest.mark.parametrize("use", SHOWN)
def test_who_has_one_last_name_goes_by_it(use: str) -> None:
    stage = a_stage(groups=ALWAYS)
    one = {name: value for name, value in ANNA.items() if not name.startswith("second_")}
    member = a_member(stage.association, status=stage.status, **one, name_use=use)
    stage.turn()
    assert str(member) == "Anna de Vries"
    assert stage.world.contacts[C1].values[Field.LAST_NAME] == "de Vries"


def test_the_list_goes_by_the_name_that_comes_first_also_while_one_types() -> None:
    here = an_association()
    anna = a_member(here, **ANNA)
    a_member(here, last_name="Middel")

    def order() -> list[str]:
        found = search.find(here, Wanted(), today=TODAY)
        assert [each.pk for each in paging.page(found, association=here).members] == [
            each.pk for each in search.texts(here, "").order_by("sort_key")
        ]
        return [each.last_name for each in paging.page(found, association=here).members]

    assert order() == ["Middel", "Vries"]
    Member.objects.filter(pk=anna.pk).update(name_use="reversed")
    assert order() == ["Vries", "Middel"]
    Member.objects.filter(pk=anna.pk).update(name_use="first")
    assert order() == ["Middel", "Vries"]


def test_what_is_chosen_beside_no_second_name_does_not_keep_out_that_of_a_double() -> None:
    here = an_association()
    ours = a_member(here, last_name="Vries", name_use="first")
    double = a_member(here, last_name="Vries", second_last_name="Aa")
    operations.merge_members(ours, double, seen=(ours.version, double.version), by=None, now=NOW)
    ours.refresh_from_db()
    assert (ours.second_last_name, ours.name_use) == ("Aa", "")
