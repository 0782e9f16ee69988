"""What a member secretary does with one member, through the screens."""

from datetime import date, timedelta

import pytest

from ledenbrug.members import overview, search
from ledenbrug.members.models import Mandate, Member, Role
from tests.manager.front import Front, a_period
from tests.members.factories import IBAN, NOW, OTHER_IBAN, a_member, a_status

pytestmark = pytest.mark.django_db


def form_of(front: Front, member: Member, **changed: object) -> dict[str, object]:
    """What a browser sends back of the edit page."""
    page = front.as_(Role.SECRETARY).get(f"{front.root}members/{member.pk}/edit/")
    values = {name: field.value() for name, field in ((each.name, each) for each in page.context["form"])}
    filled = {name: value for name, value in values.items() if value not in (None, False)}
    return {**filled, "seen": page.context["seen"], **changed}


def test_a_member_is_added_with_the_next_free_number(front: Front) -> None:
    answer = front.as_(Role.SECRETARY).post(
        f"{front.root}members/add/",
        {"last_name": "Nieuw", "country": "NL", "status": front.status.pk, "start": "2026-01-01"},
    )
    added = Member.objects.get(last_name="Nieuw")
    assert answer.status_code == 302
    assert (added.number, added.status) == ("1", front.status)


def test_a_wrong_value_is_said_at_its_field_and_nothing_is_saved(front: Front) -> None:
    answer = front.as_(Role.SECRETARY).post(
        f"{front.root}members/add/",
        {
            "last_name": "Nieuw", "country": "NL", "status": front.status.pk, "start": "2026-01-01",
            "iban": "NL00ABNA0417164300", "email": "no address",
        },
    )  # fmt: skip
    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "iban": ["This is not an IBAN: the check digits do not agree. Look for a typing error."],
        "email": ["This is not an e-mail address."],
    }
    assert not Member.objects.filter(last_name="Nieuw").exists()


def test_the_second_of_two_editors_is_shown_what_the_first_did_and_overwrites_nothing_unseen(front: Front) -> None:
    address = f"{front.person}edit/"
    mine = form_of(front, front.member, email="mine@leden.example")
    theirs = form_of(front, front.member, city="Harlingen", phone="0612345678")
    assert front.as_(Role.SECRETARY).post(address, theirs).status_code == 302
    answer = front.as_(Role.SECRETARY).post(address, mine)
    assert answer.status_code == 422
    assert {(line["field"], line["after"]) for line in answer.context["meanwhile"]} == {
        ("Place", "Harlingen"),
        ("Phone", "06 12345678"),
    }
    merged = {each.name: each.value() for each in answer.context["form"]}
    assert (merged["city"], merged["email"]) == ("Harlingen", "mine@leden.example")
    again = {name: value for name, value in merged.items() if value not in (None, False)}
    again["seen"] = answer.context["seen"]
    assert front.as_(Role.SECRETARY).post(address, again).status_code == 302
    front.member.refresh_from_db()
    assert (front.member.city, front.member.email) == ("Harlingen", "mine@leden.example")


def test_what_both_changed_stays_as_the_second_typed_it_until_saved_again(front: Front) -> None:
    address = f"{front.person}edit/"
    mine, theirs = form_of(front, front.member, city="Mine"), form_of(front, front.member, city="Theirs")
    front.as_(Role.SECRETARY).post(address, theirs)
    answer = front.as_(Role.SECRETARY).post(address, mine)
    assert answer.context["form"]["city"].value() == "Mine"
    front.member.refresh_from_db()
    assert front.member.city == "Theirs"


def test_an_account_with_a_mandate_is_changed_by_saying_what_it_means(front: Front) -> None:
    refused = front.as_(Role.SECRETARY).post(f"{front.person}edit/", form_of(front, front.member, iban=OTHER_IBAN))
    [said] = refused.context["form"].errors["iban"]
    assert "choose Change IBAN" in said
    front.as_(Role.TREASURER).post(
        f"{front.person}iban/",
        {
            "seen": front.member.version, "iban": OTHER_IBAN, "how": "new_mandate", "reference": "NEW-1",
            "signed": "2026-02-03",
        },
    )  # fmt: skip
    front.member.refresh_from_db()
    assert front.member.iban == OTHER_IBAN
    assert [(each.reference, each.ended is None) for each in front.member.mandates.order_by("id")] == [
        (front.mandate.reference, False),
        ("NEW-1", True),
    ]


def test_an_account_whose_mandate_has_ended_is_changed_without_asking_what_it_means(front: Front) -> None:
    Mandate.objects.filter(pk=front.mandate.pk).update(ended=date(2025, 1, 1))
    client, address = front.as_(Role.TREASURER), f"{front.person}iban/"
    assert not {"how", "reference", "signed"} & client.get(address).context["form"].fields.keys()
    answer = client.post(address, {"seen": front.member.version, "iban": OTHER_IBAN})
    assert answer.status_code == 302
    front.member.refresh_from_db()
    assert (front.member.iban, front.member.bic) == (OTHER_IBAN, "INGBNL2A")


def test_a_new_mandate_in_place_of_one_that_ended_meanwhile_is_not_dropped_without_a_word(front: Front) -> None:
    Mandate.objects.filter(pk=front.mandate.pk).update(ended=date(2025, 1, 1))
    typed = {"iban": OTHER_IBAN, "how": "new_mandate", "reference": "NEW-1", "signed": "2026-02-03"}
    answer = front.as_(Role.TREASURER).post(f"{front.person}iban/", {"seen": front.member.version, **typed})
    assert answer.status_code == 422
    assert "No mandate is left to replace." in answer.content.decode()
    assert answer.context["form"]["reference"].value() == "NEW-1"
    front.member.refresh_from_db()
    assert front.member.iban == IBAN


def test_an_account_that_was_refused_is_still_held_against_what_was_seen(front: Front) -> None:
    client, address = front.as_(Role.TREASURER), f"{front.person}iban/"
    typed = {"seen": front.member.version, "iban": OTHER_IBAN, "account_holder": "A. Voorbeeld"}
    Member.objects.filter(pk=front.member.pk).update(account_holder="Intussen")
    unanswered = client.post(address, typed)
    assert unanswered.status_code == 422
    client.post(address, {**typed, "how": "typing_error", "seen": unanswered.context["seen"]})
    front.member.refresh_from_db()
    assert (front.member.iban, front.member.account_holder) == (IBAN, "Intussen")


def test_a_status_can_lie_in_the_future(front: Front) -> None:
    later = a_status(front.association, "Oud-lid")
    given = {"status": later.pk, "start": "2100-01-01"}
    told = front.as_(Role.SECRETARY).post(f"{front.person}status/", given, follow=True).content.decode()
    assert "From 1 Jan 2100 on: Oud-lid. Until then nothing changes." in told
    page = front.as_(Role.SECRETARY).get(front.person)
    assert [(each["it"].status.name, each["until"]) for each in page.context["periods"]] == [
        ("Oud-lid", None),
        (front.status.name, date(2099, 12, 31)),
    ]


def test_a_deleted_member_comes_back(front: Front) -> None:
    client = front.as_(Role.SECRETARY)
    client.post(f"{front.person}delete/")
    assert client.get(front.person).status_code == 404
    assert client.post(f"{front.person}restore/").status_code == 302
    assert client.get(front.person).status_code == 200


def test_the_deleted_stand_in_pages_the_last_one_first(front: Front) -> None:
    gone = [a_member(front.association, deleted_at=NOW - timedelta(days=days)) for days in range(60)]
    client, address = front.as_(Role.SECRETARY), f"{front.root}members/deleted/"
    assert list(client.get(address).context["shown"]) == gone[:50]
    assert list(client.get(f"{address}?page=2").context["shown"]) == [*gone[50:], front.gone]


def test_a_parent_pays_for_a_child_and_the_number_may_be_wrong(front: Front) -> None:
    parent = a_member(front.association, status=front.status, last_name="Ouder")
    client, address = front.as_(Role.SECRETARY), f"{front.person}payer/"
    wrong = client.post(address, {"who": "member", "payer": "no such number"})
    assert wrong.context["form"].errors == {"payer": ["There is no member with this number or name."]}
    for given in ("Moeder", "Vader"):
        a_member(front.association, status=front.status, given_name=given, last_name="Tweevoud")
    several = client.post(address, {"who": "member", "payer": "tweevoud"})
    assert "Several members fit: " in several.context["form"].errors["payer"][0]
    client.post(address, {"who": "member", "payer": "vader tweev"})
    front.member.refresh_from_db()
    assert str(front.member.payer_member) == "Vader Tweevoud"
    client.post(address, {"who": "member", "payer": parent.number})
    front.member.refresh_from_db()
    assert front.member.payer_member == parent
    details = {"who": "details", "last_name": "Voogd", "country": "NL", "iban": IBAN, "email": "voogd@buiten.example"}
    client.post(address, details)
    front.member.refresh_from_db()
    assert str(front.member.payer_details) == "Voogd"
    client.post(address, {"who": "self"})
    front.member.refresh_from_db()
    assert front.member.payer_member is front.member.payer_details is None


def test_the_list_answers_while_one_types(front: Front) -> None:
    client = front.as_(Role.SECRETARY)
    rows = client.get(f"{front.root}members/?q=anna+voor", HTTP_HX_REQUEST="true")
    assert [str(each) for each in rows.context["rows"].members] == ["Anna van Voorbeeld"]
    assert b"<html" not in rows.content
    nobody = client.get(f"{front.root}members/?q=nobody-like-this")
    assert b"Nobody found" in nobody.content


def test_very_many_are_counted_when_the_typing_is_over(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "COMMON", 60)
    for _ in range(60):
        a_member(front.association, status=front.status, last_name="Vos")
    client, address = front.as_(Role.SECRETARY), f"{front.root}members/?q=vos"
    typing = client.get(address, HTTP_HX_REQUEST="true").content.decode()
    assert "very many members" in typing
    assert "all that are found" in typing
    assert "60 members" in client.get(address).content.decode()
    assert "1 member<" in client.get(f"{front.root}members/?q=anna", HTTP_HX_REQUEST="true").content.decode()


def test_what_the_calendar_brings_is_told_per_day_and_per_member(front: Front) -> None:
    a_period(front)
    told = front.as_(Role.TREASURER).get(f"{front.root}members/coming/")
    assert told.context["days"] == [overview.Day(date(2030, 1, 1), "Oud-lid", 1)]
    assert [(each.member, each.before, each.status.name) for each in told.context["shown"]] == [
        (front.member, front.status.name, "Oud-lid")
    ]
    assert b"1 becomes Oud-lid" in told.content
