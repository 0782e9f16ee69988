"""Two registrations of one person, found and made one through the screens."""

import pytest

from ledenbrug.members.models import Member, Role
from ledenbrug.sync.models import Link
from tests.manager.front import Front
from tests.members.factories import a_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def double(front: Front) -> Member:
    return a_member(
        front.association, status=front.status, given_name="Anna", last_name="Vorbeeld", email="anna@leden.example",
        city="Harlingen",
    )  # fmt: skip


def test_who_adds_a_member_is_told_that_it_may_be_here_already(front: Front) -> None:
    client = front.as_(Role.SECRETARY)
    told = client.post(f"{front.root}members/alike/", {"email": "Anna@leden.example"}).content.decode()
    assert "Anna van Voorbeeld" in told
    assert "same e-mail address" in told
    assert client.post(f"{front.root}members/alike/", {"email": "anna@"}).content.decode().strip() == ""
    assert "hx-post" in client.get(f"{front.root}members/add/").content.decode()


def test_a_double_is_listed_with_the_one_that_has_a_contact_first(front: Front, double: Member) -> None:
    Link.objects.create(
        association=front.association, package="memory", administration="x", payer=f"m{double.pk}", contact="c1"
    )
    page = front.as_(Role.SECRETARY).get(f"{front.root}members/duplicates/")
    assert [(one, other) for one, other, _ in page.context["rows"]] == [(double, front.member)]
    assert f"/members/{double.pk}/merge/{front.member.pk}/" in page.content.decode()


def test_two_are_compared_and_become_one(front: Front, double: Member) -> None:
    client, address = front.as_(Role.SECRETARY), f"{front.person}merge/{double.pk}/"
    page = client.get(address)
    assert [(each["label"], each["ours"], each["theirs"]) for each in page.context["choices"]] == [
        ("Last name", "van Voorbeeld", "Vorbeeld")
    ]
    answer = client.post(
        address, {"seen": front.member.version, "seen_other": double.version, "last_name": "theirs"}, follow=True
    )
    assert "The two are one member now." in answer.content.decode()
    merged = Member.objects.get(pk=front.member.pk)
    assert (str(merged), merged.city) == ("Anna Vorbeeld", "Harlingen")
    assert client.get(f"{front.root}members/{double.pk}/").status_code == 404
    assert double not in client.get(f"{front.root}members/deleted/").context["shown"]
    assert client.post(f"{front.root}members/{double.pk}/restore/").status_code == 404


def test_a_change_in_the_meantime_is_shown_first(front: Front, double: Member) -> None:
    answer = front.as_(Role.SECRETARY).post(f"{front.person}merge/{double.pk}/", {"seen": 999, "seen_other": 1})
    assert "Look once more" in answer.content.decode()
    assert Member.objects.get(pk=double.pk).merged_into is None


def test_two_people_stay_two_and_are_not_listed_again(front: Front, double: Member) -> None:
    client = front.as_(Role.SECRETARY)
    client.post(f"{front.person}merge/{double.pk}/", {"different": "1"})
    assert client.get(f"{front.root}members/duplicates/").context["rows"] == []
