"""One field of many members, through the screens."""

import pytest

from ledenbrug.members import operations
from ledenbrug.members.models import BulkChange, Member, MemberEvent, MemberStatus, Role
from tests.manager.front import Front, a_front
from tests.members.factories import a_member, a_status

pytestmark = pytest.mark.django_db


@pytest.fixture
def front() -> Front:
    front = a_front()
    for name, city in (("Adams", "Harlingen"), ("Bos", "harlingen"), ("Cats", "Franeker")):
        a_member(front.association, status=front.status, last_name=name, city=city)
    died = a_status(front.association, "Overleden", deceased=True)
    a_member(front.association, status=died, last_name="Dood", city="Harlingen")
    return front


def cities() -> dict[str, str]:
    return dict(Member.objects.filter(deleted_at=None).order_by("id").values_list("last_name", "city"))


def test_a_place_is_changed_after_a_look_and_one_press_takes_it_back(front: Front) -> None:
    client, before = front.as_(Role.SECRETARY), cities()
    address = f"{front.root}members/bulk/field/?missing=email&all=1&field=city&value=Franeker"
    shown = client.get(address)
    foreseen = shown.context["foreseen"]
    assert (foreseen.changes, foreseen.already, foreseen.deceased, foreseen.refused) == (2, 1, 1, 0)
    assert [(each.last_name, was) for each, was in foreseen.first] == [("Adams", "Harlingen"), ("Bos", "harlingen")]
    assert not BulkChange.objects.exists()
    done = client.post(address, {"seen": "2"}, follow=True)
    assert "2 members: Place changed" in done.content.decode()
    assert cities() == before | {"Adams": "Franeker", "Bos": "Franeker"}
    change = BulkChange.objects.get()
    assert MemberEvent.objects.filter(pgh_context__run=change.key).count() == 2
    undone = client.post(f"{front.root}members/bulk/{change.pk}/undo/", follow=True)
    assert "2 members are as before." in undone.content.decode()
    assert cities() == before


def test_who_needs_the_field_keeps_it_and_is_named(front: Front) -> None:
    MemberStatus.objects.filter(pk=front.status.pk).update(fields={"city": "required"})
    page = front.as_(Role.SECRETARY).get(f"{front.root}members/bulk/field/?missing=email&all=1&field=city&value=")
    assert (page.context["foreseen"].changes, page.context["foreseen"].refused) == (0, 3)
    assert "Adams" in page.content.decode()


def test_where_a_status_hides_the_field_nothing_new_is_written_in_it(front: Front) -> None:
    hiding = a_status(front.association, "Oud-lid", fields={"city": "hidden"})
    a_member(front.association, status=hiding, last_name="Dirks", city="Harlingen")
    address = f"{front.root}members/bulk/field/?missing=email&all=1&field=city&value=Franeker"
    page = front.as_(Role.SECRETARY).get(address)
    assert (page.context["foreseen"].changes, page.context["foreseen"].refused) == (2, 1)
    assert "Members in this status do not have this field." in page.content.decode()
    front.as_(Role.SECRETARY).post(address, {"seen": "2"})
    assert (cities()["Adams"], cities()["Dirks"]) == ("Franeker", "Harlingen")
    emptied = f"{front.root}members/bulk/field/?missing=email&all=1&field=city&value="
    front.as_(Role.SECRETARY).post(emptied, {"seen": "4"})
    assert cities()["Dirks"] == ""


@pytest.mark.parametrize("field", ["iban", "bic", "email", "status", "payer_member"])
def test_what_is_each_members_own_is_not_written_for_many(front: Front, field: str) -> None:
    address = f"{front.root}members/bulk/field/?missing=email&all=1&field={field}&value=NL20INGB0001234567"
    before = list(Member.objects.order_by("id").values())
    front.as_(Role.SECRETARY).post(address, {"seen": "3"})
    assert not BulkChange.objects.exists()
    assert list(Member.objects.order_by("id").values()) == before


@pytest.mark.parametrize(
    ("kind", "choices", "typed", "kept"),
    [("money", [], "12,50", "12.50"), ("choice", ["Alt", "Bas"], "Bas", "Bas"), ("yes_no", [], "yes", True)],
)
def test_a_field_of_their_own_is_written_beside_the_others_and_emptied_again(
    front: Front, kind: str, choices: list[str], typed: str, kept: object
) -> None:
    field = operations.add_custom_field(
        association=front.association, name="Eigen", kind=kind, choices=choices, by=None
    )
    Member.objects.filter(last_name="Adams").update(custom={"c0": "blijft"})
    client = front.as_(Role.SECRETARY)
    address = f"{front.root}members/bulk/field/?missing=email&all=1&field={field.key}"
    assert client.post(f"{address}&value={typed}", {"seen": "3"}).status_code == 302
    assert Member.objects.get(last_name="Adams").custom == {"c0": "blijft", field.key: kept}
    assert client.post(f"{address}&value=", {"seen": "3"}).status_code == 302
    assert Member.objects.get(last_name="Adams").custom == {"c0": "blijft"}
    assert Member.objects.get(last_name="Dood").custom == {}


@pytest.mark.parametrize(
    ("field", "value"), [("country", "Nergenshuizen"), ("invoice_email", "geen adres"), ("iban", "x")]
)
def test_what_nobody_may_have_is_refused_in_words_and_nothing_is_written(front: Front, field: str, value: str) -> None:
    address = f"{front.root}members/bulk/field/?all=1&field={field}&value={value}"
    answer = front.as_(Role.SECRETARY).post(address, {"seen": "4"})
    assert answer.status_code == 200
    assert not BulkChange.objects.exists()


def test_when_others_are_concerned_than_were_shown_nothing_is_done(front: Front) -> None:
    address = f"{front.root}members/bulk/field/?all=1&field=city&value=Sneek"
    answer = front.as_(Role.SECRETARY).post(address, {"seen": "2"})
    assert "Nothing was done" in answer.content.decode()
    assert answer.context["foreseen"].changes == 4
