"""Which fields a member in some status has on screen, and which must be filled."""

import pytest

from ledenbrug.members.models import Member, Role
from tests.manager.front import Front, a_front

pytestmark = pytest.mark.django_db


@pytest.fixture
def front() -> Front:
    front = a_front()
    address = f"{front.root}settings/statuses/{front.status.pk}/"
    form = {"name": "Lid", "order": "0", "field_birth_date": "required", "field_memo": "hidden"}
    assert front.as_(Role.ADMIN).post(address, form).status_code == 302
    front.status.refresh_from_db()
    return front


def test_the_rules_are_kept_and_shown_again(front: Front) -> None:
    assert front.status.fields == {"birth_date": "required", "memo": "hidden"}
    form = front.as_(Role.ADMIN).get(f"{front.root}settings/statuses/{front.status.pk}/").context["form"]
    assert {each.name: each.value() for each in form.ruled() if each.value()} == {
        "field_birth_date": "required", "field_memo": "hidden",
    }  # fmt: skip


def test_who_is_added_has_what_the_status_requires(front: Front) -> None:
    client, address = front.as_(Role.SECRETARY), f"{front.root}members/add/"
    form = {"last_name": "Nieuw", "country": "NL", "status": front.status.pk, "start": "2026-01-01"}
    answer = client.post(address, form)
    assert answer.context["form"].errors == {"birth_date": ["This cannot be empty."]}
    assert client.post(address, form | {"birth_date": "1990-01-02"}).status_code == 302
    assert Member.objects.filter(last_name="Nieuw").exists()


def test_a_hidden_field_is_not_on_the_page_and_keeps_its_value(front: Front) -> None:
    client = front.as_(Role.SECRETARY)
    page = client.get(f"{front.person}edit/")
    assert "memo" not in page.context["form"].fields
    form = {"last_name": "Voorbeeld", "number": front.member.number, "country": "NL", "birth_date": "1990-04-03",
            "iban": front.member.iban, "seen": page.context["seen"]}  # fmt: skip
    assert client.post(f"{front.person}edit/", form).status_code == 302
    assert Member.objects.get(pk=front.member.pk).memo == "Zingt in het koor"


def test_with_the_second_last_name_goes_which_of_two_is_shown(front: Front) -> None:
    address = f"{front.root}settings/statuses/{front.status.pk}/"
    form = {"name": "Lid", "order": "0", "field_second_last_name": "hidden"}
    assert front.as_(Role.ADMIN).post(address, form).status_code == 302
    fields = front.as_(Role.SECRETARY).get(f"{front.person}edit/").context["form"].fields
    assert {"second_last_name", "name_use"} & set(fields) == set()
    assert "field_name_use" not in front.as_(Role.ADMIN).get(address).context["form"].fields
