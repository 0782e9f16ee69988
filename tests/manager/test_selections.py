"""Columns of one's choice, sorting by them, and selections kept under a name."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client

from ledenbrug.manager.views.selections import MOST
from ledenbrug.members import operations
from ledenbrug.members.models import ColumnChoice, Kind, Role, SavedSelection, User
from tests.manager.front import Front, a_front
from tests.members.factories import a_custom_field, a_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def front() -> Front:
    front = a_front()
    for last_name, city in (("Adams", "Zwolle"), ("Bos", "Almelo")):
        a_member(front.association, status=front.status, last_name=last_name, infix="de", city=city)
    return front


def heads(client: Client, address: str) -> list[str]:
    return [each.name for each in client.get(address).context["heads"]]


def names(client: Client, address: str) -> list[str]:
    return [each.last_name for each in client.get(address).context["rows"].members]


def test_the_columns_somebody_chose_are_there_the_next_time_and_only_for_him(front: Front) -> None:
    list_, client = f"{front.root}members/", front.as_(Role.SECRETARY)
    assert heads(client, list_) == ["number", "name", "status", "email", "city"]
    answer = client.post(f"{list_}columns/", {"column": ["postcode", "since", "no_such"], "query": "city=Zwolle"})
    assert answer["Location"] == f"{list_}?city=Zwolle"
    assert heads(client, list_) == ["name", "since", "postcode"]
    assert heads(front.as_(Role.ADMIN), list_) == ["number", "name", "status", "email", "city"]


def test_a_field_of_their_own_is_a_column_and_a_private_one_not_for_the_treasurer(front: Front) -> None:
    field = operations.add_custom_field(association=front.association, name="Stem", kind="text", by=None)
    front.member.custom = {field.key: "alt"}
    front.member.save()
    address = f"{front.root}members/?columns=birth_date,{field.key}&sort=-{field.key}"
    page = front.as_(Role.SECRETARY).get(address)
    assert [each.name for each in page.context["heads"]] == ["name", "birth_date", field.key]
    assert ">alt</td>" in page.content.decode()
    treasurer = front.as_(Role.TREASURER)
    assert heads(treasurer, address) == ["name"]
    assert names(treasurer, f"{address}&{field.key}=alt") == ["Adams", "Bos", "Voorbeeld"]


def test_a_press_on_a_column_sorts_by_it_and_another_turns_it_round(front: Front) -> None:
    list_, client = f"{front.root}members/", front.as_(Role.SECRETARY)
    assert names(client, f"{list_}?sort=city") == ["Bos", "Adams", "Voorbeeld"]
    page = client.get(f"{list_}?sort=city&missing=iban")
    assert 'aria-sort="ascending"' in page.content.decode()
    assert "missing=iban" in page.content.decode()
    assert names(client, f"{list_}?sort=-city") == ["Voorbeeld", "Adams", "Bos"]
    assert names(client, f"{list_}?sort=searched") == ["Adams", "Bos", "Voorbeeld"]


def test_a_selection_is_kept_with_filters_columns_and_order_but_not_what_was_searched_for(front: Front) -> None:
    list_, client = f"{front.root}members/", front.as_(Role.SECRETARY)
    shown = client.get(f"{list_}?q=anna&city=Zwolle&sort=-number&columns=city")
    client.post(f"{list_}selections/save/", {"name": " Uit  Zwolle ", "query": shown.context["lasting"]})
    kept = SavedSelection.objects.get()
    assert (kept.name, kept.shared, parse_qs(kept.query)) == (
        "Uit Zwolle",
        False,
        {"city": ["Zwolle"], "sort": ["-number"], "columns": ["name,city"]},
    )
    page = client.get(f"{list_}?{kept.query}")
    assert [each.last_name for each in page.context["rows"].members] == ["Adams"]
    assert 'aria-current="true">Uit Zwolle' in page.content.decode()
    assert "Uit Zwolle" not in front.as_(Role.ADMIN).get(list_).content.decode()
    client.post(f"{list_}selections/save/", {"name": "Uit Zwolle", "query": "city=Zwolle&q=anna&member=1&slug=x"})
    assert [(each.pk, each.query) for each in SavedSelection.objects.all()] == [(kept.pk, "city=Zwolle")]


def test_from_and_until_of_a_field_of_their_own_are_kept_too(front: Front) -> None:
    diploma = a_custom_field(front.association, "Diploma", Kind.DATE)
    query = f"{diploma.key}-from=2020-01-01&{diploma.key}-until=2021-12-31"
    front.as_(Role.SECRETARY).post(f"{front.root}members/selections/save/", {"name": "Diploma", "query": query})
    assert SavedSelection.objects.get().query == query


def test_a_selection_for_everybody_is_everybodys_and_a_treasurer_makes_none_for_others(front: Front) -> None:
    list_, secretary, treasurer = f"{front.root}members/", front.as_(Role.SECRETARY), front.as_(Role.TREASURER)
    secretary.post(f"{list_}selections/save/", {"name": "Zwolle", "query": "city=Zwolle", "shared": "on"})
    treasurer.post(f"{list_}selections/save/", {"name": "Almelo", "query": "city=Almelo", "shared": "on"})
    assert dict(SavedSelection.objects.values_list("name", "shared")) == {"Zwolle": True, "Almelo": False}
    assert "Zwolle" in treasurer.get(f"{list_}selections/").content.decode()
    shared = SavedSelection.objects.get(name="Zwolle")
    assert treasurer.post(f"{list_}selections/{shared.pk}/remove/").status_code == 403
    secretary.post(f"{list_}selections/{shared.pk}/", {"name": "Zwollenaren"})
    shared.refresh_from_db()
    assert (shared.name, shared.shared) == ("Zwollenaren", False)
    secretary.post(f"{list_}selections/{shared.pk}/remove/")
    assert [each.name for each in SavedSelection.objects.all()] == ["Almelo"]


@pytest.mark.parametrize("name", ["", " ", "\x00", "x" * 101])
def test_without_a_name_nothing_is_kept(front: Front, name: str) -> None:
    list_ = f"{front.root}members/"
    answer = front.as_(Role.SECRETARY).post(f"{list_}selections/save/", {"name": name, "query": "city=Zwolle"})
    assert urlsplit(answer["Location"]).path == list_
    assert not SavedSelection.objects.exists()


def test_filters_that_are_too_long_are_not_kept_by_half(front: Front) -> None:
    voice = operations.add_custom_field(association=front.association, name="Stem", kind="text", by=None)
    filters = urlencode({voice.key: "alt " * 600, "city": "Zwolle"})
    form = {"name": "Alten", "query": filters}
    told = front.as_(Role.SECRETARY).post(f"{front.root}members/selections/save/", form, follow=True)
    assert "The filters are too long to be kept." in told.content.decode()
    assert not SavedSelection.objects.exists()


def test_the_hundred_and_first_is_not_kept_but_takes_the_place_of_one_of_its_name(front: Front) -> None:
    client, user = front.as_(Role.SECRETARY), User.objects.latest("pk")
    for number in range(MOST):
        SavedSelection.objects.create(association=front.association, by=user, name=str(number), query="city=Almelo")
    for name, kept in (("Nieuw", 0), ("7", 1)):
        client.post(f"{front.root}members/selections/save/", {"name": name, "query": "city=Zwolle"})
        assert SavedSelection.objects.filter(query="city=Zwolle").count() == kept
    assert "You keep a hundred selections already." in client.get(f"{front.root}members/").content.decode()


def test_nonsense_about_columns_is_the_usual_list(front: Front) -> None:
    client = front.as_(Role.SECRETARY)
    assert heads(client, f"{front.root}members/?columns=x,searched&sort=-c99999999999999999999&after=9&before=%00") == [
        "name"
    ]
    assert not ColumnChoice.objects.exists()
