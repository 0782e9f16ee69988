"""Fields of the association's own, as an administrator makes them and everybody meets them on screen."""

from typing import Any

import pytest

from ledenbrug.members import custom
from ledenbrug.members.models import CustomField, Export, Kind, Member, Role
from tests.manager.front import Front
from tests.members.factories import a_custom_field, a_member, an_association

pytestmark = pytest.mark.django_db


def fields(front: Front) -> str:
    return f"{front.root}settings/fields/"


def the_form(front: Front, member: Member, **given: str) -> dict[str, Any]:
    page = front.as_(Role.SECRETARY).get(f"{front.root}members/{member.pk}/edit/")
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value is not None} | {"seen": member.version, **given}


def saved(front: Front, member: Member, **given: str) -> Any:
    form = the_form(front, member, **given)
    return front.as_(Role.SECRETARY).post(f"{front.root}members/{member.pk}/edit/", form)


def test_an_administrator_makes_a_field_of_each_kind(front: Front) -> None:
    client = front.as_(Role.ADMIN)
    for kind in Kind:
        form = {"name": f"Veld {kind}", "kind": kind, "choices": "Bas\r\n\r\nTenor\r\n" if kind == "choice" else ""}
        assert client.post(f"{fields(front)}add/", form).status_code == 302
    made = list(CustomField.objects.of(front.association))
    assert [(each.name, each.kind, each.choices, each.private) for each in made] == [
        (f"Veld {kind}", kind, ["Bas", "Tenor"] if kind == "choice" else [], False) for kind in Kind
    ]
    assert front.as_(Role.SECRETARY).get(f"{front.root}members/add/").context["form"].fields.keys() >= {
        each.key for each in made
    }


def test_a_field_for_the_citizen_number_is_refused_with_a_sentence(front: Front) -> None:
    answer = front.as_(Role.ADMIN).post(f"{fields(front)}add/", {"name": "B.S.N.", "kind": "text"})
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"name": ["A citizen service number may not be kept here."]}
    assert not CustomField.objects.exists()


def test_a_field_is_changed_archived_taken_back_and_removed_for_good(front: Front) -> None:
    client, field = front.as_(Role.ADMIN), a_custom_field(front.association, "Stem", Kind.CHOICE, choices=["Bas"])
    member = a_member(front.association, custom={field.key: "Bas"})
    page = f"{fields(front)}{field.pk}/"
    refused = client.post(page, {"name": "Stem", "choices": "Alt", "order": "0"})
    assert refused.context["form"].errors == {
        "choices": ["Members still have Bas (1). Give them another choice first."]
    }
    assert client.get(f"{page}remove/").status_code == 404
    client.post(f"{page}archive/")
    assert custom.fields_of(front.association) == {}
    client.post(f"{page}archive/", {"back": "1"})
    assert custom.fields_of(front.association) == {field.key: field}
    client.post(f"{page}archive/")
    assert client.post(f"{page}remove/", {"name": "iets anders"}).status_code == 422
    assert client.post(f"{page}remove/", {"name": "stem"}).status_code == 302
    member.refresh_from_db()
    assert (member.custom, CustomField.objects.count()) == ({}, 0)


def test_a_secretary_fills_the_fields_and_reads_them_as_the_dutch_write_them(front: Front) -> None:
    money = a_custom_field(front.association, "Bijdrage", Kind.MONEY)
    number = a_custom_field(front.association, "Afstand", Kind.NUMBER)
    day = a_custom_field(front.association, "EHBO", Kind.DATE)
    driver = a_custom_field(front.association, "Rijbewijs", Kind.YES_NO)
    given = {money.key: "€ 1.234,5", number.key: "-12345,25", day.key: "2026-12-31", driver.key: "no"}
    assert saved(front, front.member, **given).status_code == 302
    front.member.refresh_from_db()
    assert front.member.custom == {
        money.key: "1234.50", number.key: "-12345.25", day.key: "2026-12-31", driver.key: False,
    }  # fmt: skip
    page = front.as_(Role.SECRETARY).get(front.person, headers={"accept-language": "nl"})
    assert [(str(field), text) for field, text in page.context["own"]] == [
        ("Bijdrage", "€\u00a01.234,50"), ("Afstand", "-12.345,25"), ("EHBO", "31-12-2026"), ("Rijbewijs", "nee"),
    ]  # fmt: skip
    form = the_form(front, front.member)
    assert {key: form[key] for key in given} == {
        money.key: "1234,50", number.key: "-12345,25", day.key: "2026-12-31", driver.key: "no",
    }  # fmt: skip


def test_saving_without_touching_a_field_changes_nothing(front: Front) -> None:
    text = a_custom_field(front.association, kind=Kind.LONG)
    for kind, value in ((Kind.NUMBER, "1.5"), (Kind.MONEY, "0.10"), (Kind.YES_NO, True), (Kind.DATE, "1900-01-01")):
        Member.objects.filter(pk=front.member.pk).update(custom={
            a_custom_field(front.association, kind=kind).key: value, text.key: "one\ntwo",
        })  # fmt: skip
        front.member.refresh_from_db()
        before = (front.member.version, front.member.custom)
        assert saved(front, front.member).status_code == 302
        front.member.refresh_from_db()
        assert (front.member.version, front.member.custom) == before


def test_what_does_not_fit_is_said_beside_the_field(front: Front) -> None:
    number, needed = (
        a_custom_field(front.association, kind=Kind.NUMBER),
        a_custom_field(front.association, required=True),
    )
    answer = saved(front, front.member, **{number.key: "veel"})
    assert answer.context["form"].errors == {number.key: ["This is not a number, such as 12 or 1.234,5."]}
    assert saved(front, front.member, **{number.key: "2", needed.key: "x"}).status_code == 302
    front.member.refresh_from_db()
    answer = saved(front, front.member, **{needed.key: ""})
    assert answer.context["form"].errors == {needed.key: ["This field is required."]}


def test_who_is_added_must_have_what_everybody_must_have(front: Front) -> None:
    needed = a_custom_field(front.association, required=True)
    client, address = front.as_(Role.SECRETARY), f"{front.root}members/add/"
    form = {"last_name": "Nieuw", "country": "NL", "status": front.status.pk, "start": "2026-01-01"}
    assert client.post(address, form).context["form"].errors == {needed.key: ["This cannot be empty."]}
    assert client.post(address, form | {needed.key: "x"}).status_code == 302


def test_who_edits_beside_somebody_else_sees_what_the_other_did_to_a_field(front: Front) -> None:
    mine, theirs = a_custom_field(front.association, "Mijn"), a_custom_field(front.association, "Hun", Kind.MONEY)
    form = the_form(front, front.member)
    Member.objects.filter(pk=front.member.pk).update(custom={theirs.key: "12.50"})
    answer = front.as_(Role.SECRETARY).post(f"{front.person}edit/", form | {mine.key: "x"})
    assert answer.context["meanwhile"] == [{"field": "Hun", "before": "", "after": "€\u00a012,50"}]
    again = answer.context["form"]
    assert (again[mine.key].value(), again[theirs.key].value()) == ("x", "12,50")


def test_a_treasurer_sees_only_the_fields_meant_for_one(front: Front) -> None:
    hidden = a_custom_field(front.association, "Allergie")
    open_to_all = a_custom_field(front.association, "Team", private=False)
    member = a_member(front.association, custom={hidden.key: "pinda", open_to_all.key: "D3"})
    page = f"{front.root}members/{member.pk}/"
    text = front.as_(Role.TREASURER).get(page).content.decode()
    assert ("D3" in text, "pinda" in text, "Allergie" in text) == (True, False, False)
    assert "pinda" in front.as_(Role.SECRETARY).get(page).content.decode()


def test_a_status_hides_and_requires_fields_of_the_association_too(front: Front) -> None:
    shirt, song = a_custom_field(front.association, "Shirt"), a_custom_field(front.association, "Lied")
    address = f"{front.root}settings/statuses/{front.status.pk}/"
    rules = {f"field_{shirt.key}": "hidden", f"field_{song.key}": "required"}
    assert front.as_(Role.ADMIN).post(address, {"name": "Lid", "order": "0"} | rules).status_code == 302
    front.status.refresh_from_db()
    assert front.status.fields == {shirt.key: "hidden", song.key: "required"}
    Member.objects.filter(pk=front.member.pk).update(custom={song.key: "Io Vivat"})
    form = front.as_(Role.SECRETARY).get(f"{front.person}edit/").context["form"]
    assert (shirt.key in form.fields, form.fields[song.key].required) == (False, True)


def test_a_status_takes_no_rule_for_a_field_of_another_association(front: Front) -> None:
    theirs = a_custom_field(an_association())
    address = f"{front.root}settings/statuses/{front.status.pk}/"
    front.as_(Role.ADMIN).post(address, {"name": "Lid", "order": "0", f"field_{theirs.key}": "hidden"})
    front.status.refresh_from_db()
    assert front.status.fields == {}


def test_two_registrations_stand_side_by_side_with_their_own_fields(front: Front) -> None:
    shirt = a_custom_field(front.association, "Shirt", archived=True)
    one, two = (a_member(front.association, custom={shirt.key: size}) for size in ("L", "XL"))
    client, page = front.as_(Role.SECRETARY), f"{front.root}members/{one.pk}/merge/{two.pk}/"
    (choice,) = [each for each in client.get(page).context["choices"] if each["part"] == shirt.key]
    assert (choice["label"], choice["ours"], choice["theirs"]) == ("Shirt", "L", "XL")
    client.post(page, {"seen": one.version, "seen_other": two.version, shirt.key: "theirs"})
    one.refresh_from_db()
    assert one.custom == {shirt.key: "XL"}


def test_the_history_tells_a_field_by_its_name_now(front: Front) -> None:
    field = a_custom_field(front.association, "Shirt", archived=True)
    Member.objects.filter(pk=front.member.pk).update(custom={field.key: "L"})
    told = front.as_(Role.SECRETARY).get(front.person).context["history"]  # all of one moment
    assert [{"field": "Shirt", "before": "", "after": "L"}] in [each.lines for each in told]


def test_the_fields_are_in_the_file_that_is_taken(front: Front) -> None:
    field = a_custom_field(front.association, "Shirt")
    a_member(front.association, custom={field.key: "L"}, status=front.status)
    answer = front.as_(Role.SECRETARY).post(
        f"{front.root}members/export/?all=1", {"kind": "csv", "columns": ["number", field.key]}
    )
    assert answer.content.decode("utf-8-sig").splitlines()[0] == "Member number;Shirt"
    assert b";L" in answer.content


def test_the_list_is_filtered_by_the_fields_and_everything_else_together(front: Front) -> None:
    amount = a_custom_field(front.association, "Bijdrage", Kind.MONEY)
    voice = a_custom_field(front.association, "Stem", Kind.CHOICE, choices=["Bas", "Alt"])
    team, day = a_custom_field(front.association, "Team"), a_custom_field(front.association, "EHBO", Kind.DATE)
    driver = a_custom_field(front.association, "Rijbewijs", Kind.YES_NO)
    for name, kept in {
        "Een": {amount.key: "12.50", voice.key: "Bas", team.key: "Dames 3", driver.key: False},
        "Twee": {amount.key: "120.00", voice.key: "Bas", day.key: "2026-05-01"},
        "Drie": {amount.key: "12.50", voice.key: "Alt", driver.key: True},
    }.items():
        a_member(front.association, status=front.status, last_name=name, custom=kept)

    def names(**asked: str) -> list[str]:
        page = front.as_(Role.SECRETARY).get(f"{front.root}members/", asked)
        return sorted(each.last_name for each in page.context["rows"].members)

    assert names(**{f"{amount.key}-from": "12,50", f"{amount.key}-until": "\u20ac 100"}) == ["Drie", "Een"]
    assert names(**{f"{amount.key}-from": "12,50", f"{amount.key}-until": "100", voice.key: "Bas"}) == ["Een"]
    assert names(**{f"{day.key}-until": "2026-05-01"}) == ["Twee"]
    assert names(**{team.key: "d\u00e1mes"}) == ["Een"]
    assert (names(**{driver.key: "no"}), names(**{driver.key: "yes"})) == (["Een"], ["Drie"])
    assert names(missing=amount.key) == ["Voorbeeld"]
    assert names(missing=team.key, **{voice.key: "Bas"}) == ["Twee"]
    everybody = ["Drie", "Een", "Twee", "Voorbeeld"]
    assert names(**{f"{amount.key}-from": "veel", voice.key: "Sopraan", f"{day.key}-from": "32-13-1"}) == everybody
    assert names(**{f"{amount.key}-from": "1\x00", f"{amount.key}-until": "9" * 5000}) == everybody


def test_what_a_person_may_not_see_filters_nothing(front: Front) -> None:
    hidden, theirs = a_custom_field(front.association, "Allergie"), a_custom_field(an_association(), "Elders")
    a_member(front.association, status=front.status, custom={hidden.key: "pinda", theirs.key: "pinda"})
    for role, key in ((Role.TREASURER, hidden.key), (Role.SECRETARY, theirs.key)):
        page = front.as_(role).get(f"{front.root}members/", {key: "pinda"})
        assert len(page.context["rows"].members) == 2


def test_the_log_of_exports_keeps_no_text_that_was_typed(front: Front) -> None:
    field = a_custom_field(front.association, "Allergie")
    a_member(front.association, status=front.status, custom={field.key: "pinda"})
    form = {"kind": "csv", "columns": ["number"]}
    front.as_(Role.SECRETARY).post(f"{front.root}members/export/?all=1&{field.key}=pinda", form)
    assert Export.objects.get().chosen == {field.key: "\u2026"}
