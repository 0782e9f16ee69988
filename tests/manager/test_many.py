"""What a member secretary does with many members at once, through the screens."""

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.test import Client

from ledenbrug.core.records import PayerKey
from ledenbrug.members import operations
from ledenbrug.members.models import BulkChange, Export, Member, PayerDetails, Role
from ledenbrug.sync import look, reading, selecting
from ledenbrug.sync.models import Connection, Link, Problem, Touched
from tests.manager.front import Front, a_front
from tests.members.factories import NOW, a_mandate, a_member, a_status

pytestmark = pytest.mark.django_db


@pytest.fixture
def front() -> Front:
    front = a_front()
    for name in ("Adams", "Bos", "Cats"):
        a_member(front.association, status=front.status, last_name=name, city="Harlingen")
    return front


def names(answer: object) -> list[str]:
    return [each.last_name for each in answer.context["rows"].members]  # type: ignore[attr-defined]


def test_filters_combine_and_stay_in_the_form(front: Front) -> None:
    later = a_status(front.association, "Oud-lid")
    a_member(front.association, status=later, last_name="Weg", city="Harlingen", email="weg@leden.example")
    client = front.as_(Role.SECRETARY)
    assert names(client.get(f"{front.root}members/?city=harlingen&missing=email")) == ["Adams", "Bos", "Cats"]
    assert names(client.get(f"{front.root}members/?city=harlingen&status={later.pk}")) == ["Weg"]
    assert names(client.get(f"{front.root}members/?from=2020-09-02&q=a")) == []
    page = client.get(f"{front.root}members/?until=2020-09-01&missing=email").content.decode()
    assert 'value="2020-09-01"' in page
    assert '<option value="email" selected>' in page


def test_nonsense_in_a_filter_is_no_filter(front: Front) -> None:
    answer = front.as_(Role.SECRETARY).get(
        f"{front.root}members/?from=2020-02-31&missing=searched&status=x&connected=y&member=%00"
    )
    assert names(answer) == ["Adams", "Bos", "Cats", "Voorbeeld"]


def test_members_are_found_by_how_they_stand_to_the_books_as_their_page_says(front: Front) -> None:
    connection = front.connection
    Connection.objects.filter(pk=connection.pk).update(enabled=True, looked_revision=connection.revision)
    child = a_member(front.association, status=front.status, last_name="Kind", payer_member=front.member)
    left = a_member(front.association, status=a_status(front.association, "Oud-lid"), last_name="Weg")
    troubled = a_member(front.association, status=front.status, last_name="Zorg")
    Touched.objects.all().delete()
    link_of(front, f"m{front.member.pk}")
    problem = Problem(
        association=front.association, connection=connection, payer=f"m{troubled.pk}", reason="left", opened_at=NOW
    )
    problem.save()
    client, list_ = front.as_(Role.SECRETARY), f"{front.root}members/?connected="
    assert names(client.get(f"{list_}in_step")) == [child.last_name, "Voorbeeld"]
    assert names(client.get(f"{list_}waiting")) == ["Adams", "Bos", "Cats"]
    assert names(client.get(f"{list_}problem")) == [troubled.last_name]
    assert names(client.get(f"{list_}not_selected")) == [left.last_name]
    assert_as_their_page_says(client, list_)


def assert_as_their_page_says(client: Client, list_: str) -> None:
    for state in selecting.STATES:
        for member in client.get(f"{list_}{state}").context["rows"].members:
            assert [each.state for each in look.of_member(member, now=NOW)] == [state]


def test_who_is_paid_for_stands_to_the_books_as_who_pays(front: Front) -> None:
    connection, here, there = front.connection, front.status, a_status(front.association, "Oud-lid")
    Connection.objects.filter(pk=connection.pk).update(enabled=True, looked_revision=connection.revision)
    died = a_member(front.association, last_name="Dood", status=a_status(front.association, "Dood", deceased=True))
    left = a_member(front.association, last_name="Ouder", status=there)
    firm = PayerDetails.objects.create(association=front.association, organisation="Firma")
    children: dict[str, dict[str, Any]] = {
        "Anna": {"status": here, "payer_member": left},
        "Bram": {"status": there, "payer_member": left},
        "Cato": {"status": here, "payer_member": died},
        "Daan": {"status": there, "payer_member": front.member},
        "Evi": {"status": here, "payer_details": firm},
        "Fer": {"status": there, "payer_details": firm},
        "Gijs": {"status": None},
    }
    for last_name, more in children.items():
        a_member(front.association, last_name=last_name, **more)
    Touched.objects.all().delete()
    link_of(front, f"m{left.pk}")
    link_of(front, f"d{firm.pk}")
    client, list_ = front.as_(Role.SECRETARY), f"{front.root}members/?connected="
    assert names(client.get(f"{list_}in_step")) == ["Anna", "Bram", "Evi", "Fer", "Ouder"]
    assert names(client.get(f"{list_}waiting")) == ["Adams", "Bos", "Cats", "Daan", "Voorbeeld"]
    assert names(client.get(f"{list_}not_selected")) == ["Cato", "Dood", "Gijs"]
    assert_as_their_page_says(client, list_)


def link_of(front: Front, payer: str) -> None:
    """As it is when everything was sent."""
    read = reading.asked(front.connection, [PayerKey(payer)], now=NOW)[PayerKey(payer)]
    Link.objects.create(
        association=front.association,
        package=front.connection.package,
        administration=front.connection.administration,
        payer=payer,
        contact=f"c{payer}",
        source=read.digest,
    )


def test_the_treasurer_does_not_learn_who_has_no_date_of_birth_and_ticks_nobody(front: Front) -> None:
    page = front.as_(Role.TREASURER).get(f"{front.root}members/?missing=birth_date")
    assert names(page) == ["Adams", "Bos", "Cats", "Voorbeeld"]
    assert 'name="member"' not in page.content.decode()


def test_all_that_are_found_get_a_status_after_a_look_and_one_press_takes_it_back(front: Front) -> None:
    oud = a_status(front.association, "Oud-lid")
    client = front.as_(Role.SECRETARY)
    address = f"{front.root}members/bulk/status/?city=Harlingen&all=1&to={oud.pk}&start=2026-01-01"
    shown = client.get(address)
    assert shown.context["foreseen"].changes == 3
    assert "Change 3 members" in shown.content.decode()
    assert not BulkChange.objects.exists()
    done = client.post(address, {"seen": "3"}, follow=True)
    assert "3 members: Oud-lid from 1 Jan 2026" in done.content.decode()
    assert Member.objects.of(front.association).filter(status=oud).count() == 3
    change = BulkChange.objects.get()
    undone = client.post(f"{front.root}members/bulk/{change.pk}/undo/", follow=True)
    assert "3 members are as before." in undone.content.decode()
    assert not Member.objects.of(front.association).filter(status=oud).exists()


def test_the_ticked_ones_are_deleted_and_others_are_not(front: Front) -> None:
    adams, bos = (Member.objects.get(last_name=each) for each in ("Adams", "Bos"))
    client = front.as_(Role.SECRETARY)
    address = f"{front.root}members/bulk/delete/?member={adams.pk}&member={bos.pk}"
    assert client.get(address).context["foreseen"].changes == 2
    client.post(address, {"seen": "2"})
    assert names(client.get(f"{front.root}members/")) == ["Cats", "Voorbeeld"]


def test_before_deleting_it_says_how_many_mandates_run_and_what_becomes_of_them(front: Front) -> None:
    adams, bos = (Member.objects.get(last_name=each) for each in ("Adams", "Bos"))
    a_mandate(adams)
    a_mandate(adams, ended=date(2022, 1, 1))
    a_mandate(bos)
    client = front.as_(Role.SECRETARY)
    both = client.get(f"{front.root}members/bulk/delete/?member={adams.pk}&member={bos.pk}")
    assert "2 running mandates stay as they are" in both.content.decode()
    one = client.get(f"{front.root}members/{adams.pk}/delete/")
    assert "1 running mandate stays as it is" in one.content.decode()
    operations.end_mandate(adams.mandates.get(ended=None), ended=date(2022, 1, 1), by=None)
    assert "running mandate" not in client.get(f"{front.root}members/{adams.pk}/delete/").content.decode()


def test_when_the_number_differs_from_what_was_shown_nothing_is_done(front: Front) -> None:
    answer = front.as_(Role.SECRETARY).post(f"{front.root}members/bulk/delete/?all=1", {"seen": "2"})
    assert "Nothing was done" in answer.content.decode()
    assert not BulkChange.objects.exists()


def test_a_selection_leaves_as_a_file_and_that_is_noted_without_what_was_searched_for(front: Front) -> None:
    died = a_status(front.association, "Overleden", deceased=True)
    a_member(front.association, status=died, last_name="Dood", city="Harlingen")
    client = front.as_(Role.SECRETARY)
    address = f"{front.root}members/export/?city=Harlingen&q=harl&all=1"
    assert (client.get(address).context["count"], client.get(address).context["deceased"]) == (3, 1)
    answer = client.post(address, {"kind": "csv", "columns": ["number", "last_name", "status"]})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [row[1] for row in rows] == ["Last name", "Adams", "Bos", "Cats"]
    noted = Export.objects.get()
    assert (noted.count, noted.fields) == (3, ["number", "last_name", "status"])
    assert noted.chosen == {"city": "Harlingen", "q": "…"}
    workbook = client.post(address, {"kind": "xlsx", "columns": ["number"], "deceased": "on"})
    assert workbook.content[:2] == b"PK"
    assert Export.objects.order_by("-id")[0].count == 4


def test_with_nobody_chosen_nothing_happens(front: Front) -> None:
    answer = front.as_(Role.SECRETARY).post(f"{front.root}members/bulk/delete/", {"seen": "0"})
    assert "Tick members in the list first" in answer.content.decode()
