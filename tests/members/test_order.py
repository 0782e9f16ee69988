"""In which order the list stands: by the Dutch rule, numbers as numbers, days as days, what is empty last."""

from datetime import date
from typing import Any

import pytest

from ledenbrug.members import custom, operations, ordering, paging, search
from ledenbrug.members.models import Association, Member
from ledenbrug.members.search import Wanted
from tests.members.factories import NOW, TODAY, a_member, a_status, an_association

pytestmark = pytest.mark.django_db


def test_names_stand_in_the_dutch_order() -> None:
    association = an_association()
    for given_name, infix, last_name in (
        ("Zoë", "", "Vries"),
        ("Anna", "de", "Vries"),
        ("Bob", "van der", "Aa"),
        ("Bob", "", "Vriesema"),
        ("Bob", "", "Øster"),
        ("Bob", "", "Vries-Jansen"),
        ("Bob", "in 't", "Veld"),
    ):
        a_member(association, given_name=given_name, infix=infix, last_name=last_name)
    names = ["Aa", "Øster", "Veld", "Vries", "Vries", "Vries-Jansen", "Vriesema"]
    people = paging.page(search.find(association, Wanted(), today=TODAY), association=association).members
    assert [member.last_name for member in people] == names
    assert [member.given_name for member in people if member.last_name == "Vries"] == ["Anna", "Zoë"]


@pytest.mark.parametrize("order", sorted(ordering.ORDERS))
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("along", [False, True])
def test_pages_forward_and_back_show_everybody_once(order: str, descending: bool, along: bool) -> None:
    association = an_association()
    status = a_status(association)
    for number in range(7):
        a_member(association, number=str(7 + number), last_name="Same" if number % 2 else "Other", status=status)
    chosen = search.find(association, Wanted(), today=TODAY)
    place = ordering.place(order)

    def page(**where: int | None) -> paging.Page:
        way: dict[str, Any] = {"place": place, "descending": descending, "along": along, "size": 3}
        return paging.page(chosen, association=association, **way, **where)

    first = page()
    second = page(after=first.after)
    third = page(after=second.after)
    assert [(len(each.members), each.total) for each in (first, second, third)] == [(3, 7), (3, 7), (1, 7)]
    assert {each.pk for part in (first, second, third) for each in part.members} == set(
        Member.objects.values_list("id", flat=True)
    )
    assert (first.before, third.after) == (None, None)
    assert page(before=third.before) == second
    back = page(before=second.before)
    assert (back.members, back.before) == (first.members, None)


@pytest.mark.parametrize("descending", [False, True])
def test_who_is_found_by_a_text_alone_stands_as_the_records_do(descending: bool) -> None:
    association = an_association()
    for last_name, infix, deleted_at in (
        ("Vries", "de", None), ("Øster", "", None), ("Vries", "", None), ("Vries", "de", NOW), ("Vriesema", "", None),
        ("vries", "van der", None), ("Bos", "", None),
    ):  # fmt: skip
        a_member(association, last_name=last_name, infix=infix, city="Evert", deleted_at=deleted_at)
    a_member(an_association(), last_name="Evers")

    def pages(found: Any) -> list[paging.Page]:
        way: dict[str, Any] = {"association": association, "descending": descending, "along": False, "size": 2}
        first = paging.page(found, **way)
        second = paging.page(found, after=first.after, **way)
        third = paging.page(found, after=second.after, **way)
        return [first, second, third, paging.page(found, before=third.before, **way)]

    records = pages(search.find(association, Wanted(text="EVE"), today=TODAY))
    assert [len(each.members) for each in records] == [2, 2, 2, 2]
    assert pages(search.texts(association, "EVE")) == records


def test_numbers_are_sorted_as_numbers() -> None:
    association = an_association()
    for number in ("10", "9", "100"):
        a_member(association, number=number)
    chosen = search.find(association, Wanted(), today=TODAY)
    shown = paging.page(chosen, association=association, place=ordering.place("number"))
    assert [each.number for each in shown.members] == ["9", "10", "100"]


def sorted_by(association: Association, order: str, *, descending: bool = False) -> list[str]:
    place = ordering.place(order, own=custom.fields_of(association))
    chosen = search.find(association, Wanted(), today=TODAY)
    shown = paging.page(chosen, association=association, place=place, descending=descending)
    return [each.last_name for each in shown.members]


def test_who_is_equal_stands_by_name_and_what_is_empty_comes_last() -> None:
    association = an_association()
    for last_name, city in (("Vries", "Ålst"), ("Bos", "aalst"), ("Adams", ""), ("Cats", "Aalst")):
        a_member(association, last_name=last_name, city=city, infix="de")
    assert sorted_by(association, "city") == ["Bos", "Cats", "Vries", "Adams"]
    assert sorted_by(association, "city", descending=True) == ["Adams", "Vries", "Cats", "Bos"]


def test_an_amount_in_a_field_of_their_own_sorts_as_an_amount() -> None:
    association = an_association()
    field = operations.add_custom_field(association=association, name="Bijdrage", kind="money", by=None)
    for last_name, amount in (
        ("Tien", "10.00"),
        ("Negen", "9.00"),
        ("Schuld", "-3.50"),
        ("Niets", None),
        ("Diep", "-999999999999999.99"),
        ("Hoog", "999999999999999.99"),
    ):
        a_member(association, last_name=last_name, custom={field.key: amount} if amount else {})
    assert sorted_by(association, field.key) == ["Diep", "Schuld", "Negen", "Tien", "Hoog", "Niets"]


def test_days_are_sorted_as_days_and_no_day_comes_last() -> None:
    association = an_association()
    status = a_status(association)
    days = {"Toen": date(1999, 12, 31), "Nu": date(2026, 1, 1), "Ooit": date(1, 1, 1), "Later": date(9999, 12, 31)}
    for last_name, day in days.items():
        a_member(association, status=status, last_name=last_name, birth_date=day, since=min(day, TODAY))
    a_member(association, last_name="Nooit")
    assert sorted_by(association, "birth_date") == ["Ooit", "Toen", "Nu", "Later", "Nooit"]
    assert sorted_by(association, "since", descending=True) == ["Nooit", "Later", "Nu", "Toen", "Ooit"]
