"""Erasing somebody for good, through the screen."""

import pytest

from ledenbrug.members.models import Member, Role, SavedSelection
from ledenbrug.sync.models import Link
from tests.manager.front import Front, logged_in

pytestmark = pytest.mark.django_db


def address(front: Front) -> str:
    return f"{front.root}members/{front.gone.pk}/erase/"


def test_what_stays_elsewhere_is_said_before(front: Front) -> None:
    Link.objects.create(
        association=front.association, package="memory", administration=front.connection.administration,
        payer=f"m{front.gone.pk}", contact="c1",
    )  # fmt: skip
    page = front.as_(Role.SECRETARY).get(address(front)).content.decode()
    assert front.connection.administration_name in page
    assert "until somebody deletes it there" in page


def test_only_who_types_the_number_erases(front: Front) -> None:
    client = front.as_(Role.SECRETARY)
    wrong = client.post(address(front), {"number": "1"})
    assert wrong.context["form"].errors == {"number": ["This is not the number of this member."]}
    assert Member.objects.filter(pk=front.gone.pk).exists()
    answer = client.post(address(front), {"number": front.gone.number}, follow=True)
    assert "Nothing of this person is left here" in answer.content.decode()
    assert not Member.objects.filter(pk=front.gone.pk).exists()


def test_a_member_who_was_not_deleted_is_not_erased(front: Front) -> None:
    assert front.as_(Role.ADMIN).get(f"{front.person}erase/").status_code == 404


def test_selections_with_the_name_in_theirs_are_told_before(front: Front) -> None:
    secretary, colleague = front.user(Role.SECRETARY), front.user(Role.TREASURER)
    for name, by, shared in (("Fam. vertrokken", secretary, False), ("Koor", secretary, False),
                             ("Bij Vertrokken", colleague, True), ("Mijn Vertrokken", colleague, False)):  # fmt: skip
        SavedSelection.objects.create(association=front.association, by=by, name=name, query="city=x", shared=shared)
    page = logged_in(secretary).get(address(front))
    assert [each.name for each in page.context["named"]] == ["Bij Vertrokken", "Fam. vertrokken"]
    assert "a selection of a colleague" in page.content.decode()
    assert "Mijn Vertrokken" not in page.content.decode()
