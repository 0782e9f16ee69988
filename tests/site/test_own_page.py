"""A member's own page: what stands on it, and what is saved of what somebody fills in."""

import pytest
from django.test import Client
from django.utils import timezone

from ledenbrug.members import operations
from ledenbrug.members.models import CustomField, Kind, Member
from tests.manager.test_pages import read
from tests.members.factories import a_custom_field, a_member
from tests.site.visiting import filled, mailed_to, opened

pytestmark = pytest.mark.django_db
pytest_plugins = ("tests.members.choir",)


def test_the_link_leads_on_to_a_page_with_only_what_is_open(anna: Member, shirt: CustomField) -> None:
    a_custom_field(anna.association, "Diploma")
    (link,) = mailed_to(anna)
    _, answer = opened(link)
    assert answer.redirect_chain == [(f"/fill-in/{anna.pk}/", 302)]
    page = answer.content.decode()
    assert [(name, answer.context["form"][name].value()) for name in answer.context["form"].fields] == [
        (shirt.key, "M")
    ]
    assert "Koor De Brug" in page
    assert "Hello Anna" in page
    told = [each for each in ("Geheim", anna.number, "anna@leden", "Adorp", "1990", "Diploma", "Lid") if each in page]
    assert told == []
    assert [each for each in ("side-link", "/members/", "/account/", anna.association.slug) if each in page] == []


def test_what_a_member_saves_is_thanked_for_and_can_be_looked_at_again(anna: Member, shirt: CustomField) -> None:
    (link,) = mailed_to(anna)
    client, _ = opened(link)
    answer = filled(client, anna, **{shirt.key: "L"})
    assert (answer.status_code, answer["Location"]) == (302, f"/fill-in/{anna.pk}/thanks/")
    thanks = client.get(answer["Location"]).content.decode()
    assert "Thank you, Anna" in thanks
    assert "Answer the mail" in thanks
    anna.refresh_from_db()
    assert anna.custom == {shirt.key: "L"}
    assert client.get(f"/fill-in/{anna.pk}/").context["form"][shirt.key].value() == "L"


def test_what_is_wrong_is_said_at_the_field_and_what_was_typed_stays(anna: Member) -> None:
    day = a_custom_field(anna.association, "EHBO", Kind.DATE, by_members=True)
    sum_ = a_custom_field(anna.association, "Bijdrage", Kind.MONEY, by_members=True)
    remark = a_custom_field(anna.association, "Opmerking", Kind.LONG, by_members=True)
    (link,) = mailed_to(anna)
    client, _ = opened(link)
    answer = filled(client, anna, **{day.key: "2026-02-03", sum_.key: "veel", remark.key: "mijn bsn: 111222333"})
    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        sum_.key: ["This is not an amount, such as 1.234,56."],
        remark.key: ["A citizen service number may not be kept here."],
    }
    assert (answer.context["form"][day.key].value(), answer.context["form"][sum_.key].value()) == ("2026-02-03", "veel")
    anna.refresh_from_db()
    assert day.key not in anna.custom


def test_a_number_that_looks_like_a_citizen_number_says_nothing_of_other_members(anna: Member) -> None:
    number = a_custom_field(anna.association, "Kenmerk", by_members=True)
    for each in ("111222333", "123456782"):
        a_member(anna.association, custom={number.key: each})
    (link,) = mailed_to(anna)
    client, _ = opened(link)
    answer = filled(client, anna, **{number.key: "100000009"})
    assert answer.context["form"].errors == {number.key: ["A citizen service number may not be kept here."]}
    assert "other members" not in answer.content.decode()


def test_what_somebody_else_changed_meanwhile_is_shown_and_saved_only_then(anna: Member, shirt: CustomField) -> None:
    voice = a_custom_field(anna.association, "Stem", by_members=True)
    (link,) = mailed_to(anna)
    client, page = opened(link)
    operations.change_member(anna, seen_version=anna.version, values={shirt.key: "S", "city": "Bedum"}, by=None,
                             now=timezone.now())  # fmt: skip
    typed = {shirt.key: "M", voice.key: "alt", "seen": str(page.context["seen"])}
    answer = client.post(f"/fill-in/{anna.pk}/", typed)
    assert answer.status_code == 422
    assert [(each["field"], each["before"], each["after"]) for each in answer.context["meanwhile"]] == [
        ("Shirt", "M", "S")
    ]
    form = answer.context["form"]
    assert (form[shirt.key].value(), form[voice.key].value()) == ("S", "alt")
    assert "Bedum" not in answer.content.decode()
    again = {name: form[name].value() for name in form.fields} | {"seen": str(answer.context["seen"])}
    assert client.post(f"/fill-in/{anna.pk}/", again).status_code == 302
    anna.refresh_from_db()
    assert anna.custom == {shirt.key: "S", voice.key: "alt"}


@pytest.mark.parametrize("seen", ["", "0", "-1", "9" * 5000, "drie", "²", "999999999"])
def test_a_made_up_version_overwrites_nothing_unseen(anna: Member, shirt: CustomField, seen: str) -> None:
    (link,) = mailed_to(anna)
    client, _ = opened(link)
    assert client.post(f"/fill-in/{anna.pk}/", {shirt.key: "L", "seen": seen}).status_code == 422
    anna.refresh_from_db()
    assert anna.custom == {shirt.key: "M"}


def test_more_than_the_form_asks_is_left_aside(anna: Member, shirt: CustomField) -> None:
    closed = a_custom_field(anna.association, "Diploma")
    (link,) = mailed_to(anna)
    client, _ = opened(link)
    filled(client, anna, **{shirt.key: "L", "email": "x@elders.example", "last_name": "Anders"})
    assert filled(client, anna, **{shirt.key: "S", closed.key: "A"}).status_code == 422
    anna.refresh_from_db()
    assert (anna.custom, anna.email, anna.last_name) == ({shirt.key: "L"}, "anna@leden.example", "Geheim")


def test_what_a_status_hides_is_not_asked_and_what_is_required_is_not_emptied(anna: Member, shirt: CustomField) -> None:
    hidden = a_custom_field(anna.association, "Diploma", by_members=True)
    assert anna.status is not None
    anna.status.fields = {hidden.key: "hidden", shirt.key: "required"}
    anna.status.save()
    (link,) = mailed_to(anna)
    client, page = opened(link)
    assert list(page.context["form"].fields) == [shirt.key]
    assert filled(client, anna, **{shirt.key: ""}).status_code == 422


def test_a_form_from_another_site_is_refused(anna: Member, shirt: CustomField) -> None:
    (link,) = mailed_to(anna)
    client = Client(enforce_csrf_checks=True)
    opened(link, client)
    assert client.post(f"/fill-in/{anna.pk}/", {shirt.key: "L", "seen": "1"}).status_code == 403


def test_a_field_that_was_closed_while_somebody_typed_is_told_and_the_rest_is_saved_after_a_look(
    anna: Member, shirt: CustomField
) -> None:
    voice = a_custom_field(anna.association, "Stem", by_members=True)
    (link,) = mailed_to(anna)
    client, page = opened(link)
    operations.change_custom_field(voice, archived=True, by=None)
    typed = {shirt.key: "L", voice.key: "alt", "seen": str(page.context["seen"])}
    answer = client.post(f"/fill-in/{anna.pk}/", typed)
    assert answer.status_code == 422
    assert "One of the fields is not asked any more" in answer.content.decode()
    assert answer.context["form"][shirt.key].value() == "L"
    assert filled(client, anna, **{shirt.key: "L"}).status_code == 302


def test_when_every_field_was_closed_again_there_is_nothing_to_fill_in(anna: Member, shirt: CustomField) -> None:
    voice = a_custom_field(anna.association, "Stem", by_members=True)
    (link,) = mailed_to(anna)
    client, _ = opened(link)
    operations.change_custom_field(voice, archived=True, by=None)
    operations.change_custom_field(shirt, by_members=False, by=None)
    assert client.get(f"/fill-in/{anna.pk}/").status_code == 404


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_pages_are_clean_labelled_and_in_the_members_language(anna: Member, language: str) -> None:
    for kind in Kind:
        a_custom_field(anna.association, f"Veld {kind}", kind, choices=["A"], by_members=True)
    (link,) = mailed_to(anna)
    client = Client(HTTP_ACCEPT_LANGUAGE=language)
    opened(link, client)
    for address in (f"/fill-in/{anna.pk}/", f"/fill-in/{anna.pk}/thanks/", "/fill-in/"):
        page = client.get(address).content.decode()
        reading = read(page)
        assert (address, reading.inline, reading.unlabelled()) == (address, [], [])
        assert f'<html lang="{language}"' in page
