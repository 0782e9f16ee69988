"""A secretary asks members to fill in fields, sees what came of it, and takes it back."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from ledenbrug.manager import disclosure
from ledenbrug.members import letters, operations
from ledenbrug.members.models import CustomField, Export, FillRequest, FillRound, Kind, Role, SavedSelection
from ledenbrug.sync.models import Touched
from tests.manager.front import Front, a_front
from tests.members.factories import a_custom_field, a_member, a_status

pytestmark = pytest.mark.django_db


@pytest.fixture
def shirt(front: Front) -> CustomField:
    return a_custom_field(front.association, "Shirt", Kind.CHOICE, choices=["S", "M"], by_members=True)


def address(front: Front) -> str:
    return f"{front.root}members/bulk/ask/?member={front.member.pk}"


def ask(front: Front, **given: str) -> Any:
    return front.as_(Role.SECRETARY).post(
        address(front), {"why": "", "language": "nl", "seen": "1", "again": "0"} | given, follow=True
    )  # fmt: skip


def test_an_administrator_opens_a_field_to_members(front: Front) -> None:
    client = front.as_(Role.ADMIN)
    form = {"name": "Shirt", "kind": "text"}
    client.post(f"{front.root}settings/fields/add/", form)
    field = CustomField.objects.get()
    assert field.by_members is False
    page = f"{front.root}settings/fields/{field.pk}/"
    client.post(page, {"name": "Shirt", "order": "0", "by_members": "on"})
    field.refresh_from_db()
    assert field.by_members is True
    assert "members fill it in" in client.get(f"{front.root}settings/fields/").content.decode()
    client.post(page, {"name": "Shirt", "order": "0"})
    field.refresh_from_db()
    assert field.by_members is False


def test_asking_is_offered_once_a_field_is_open_to_members(front: Front) -> None:
    client = front.as_(Role.SECRETARY)
    pages = (front.person, f"{front.root}members/")
    assert ["Ask to fill in" in client.get(each).content.decode() for each in pages] == [False, False]
    assert "There is no field yet" in client.get(address(front)).content.decode()
    a_custom_field(front.association, by_members=True)
    assert ["Ask to fill in" in client.get(each).content.decode() for each in pages] == [True, True]


def test_one_member_is_asked_from_the_members_page_and_the_page_tells_how_it_stands(
    front: Front, shirt: CustomField
) -> None:
    client = front.as_(Role.SECRETARY)
    shown = client.get(address(front)).content.decode()
    assert "anna@leden.example" in shown
    assert "Shirt" in shown
    answer = ask(front, why="Nieuwe shirts.")
    assert answer.redirect_chain == [(front.person, 302)]
    assert "The mail is on its way." in answer.content.decode()
    assert badge(client, front) == "Mail on its way"
    letters.send(clock=timezone.now)
    assert badge(client, front) == "Asked"
    assert "Nieuwe shirts." in mail.outbox[0].body
    asked = FillRequest.objects.get()
    operations.fill_in(asked, seen_version=front.member.version, values={shirt.key: "M"}, now=timezone.now())
    assert badge(client, front) == "Answered"
    told = client.get(front.person).context["history"][0]
    assert (told.by, told.lines) == (
        "by the member, with a link of their own", [{"field": "Shirt", "before": "", "after": "M"}],
    )  # fmt: skip


def badge(client: Any, front: Front) -> str:
    return str(client.get(front.person).context["asked_badge"].word)


def test_what_a_member_fills_in_gives_the_link_with_the_books_nothing_to_do() -> None:
    front = a_front(enabled=True)
    field = a_custom_field(front.association, by_members=True)
    ask(front)
    letters.send(clock=timezone.now)
    Touched.objects.all().delete()
    asked = FillRequest.objects.get()
    operations.fill_in(asked, seen_version=front.member.version, values={field.key: "M"}, now=timezone.now())
    assert not Touched.objects.exists()


def test_a_link_is_withdrawn_and_a_press_too_many_does_nothing(front: Front, shirt: CustomField) -> None:
    ask(front)
    letters.send(clock=timezone.now)
    client = front.as_(Role.SECRETARY)
    for _ in range(2):
        client.post(f"{front.person}ask/withdraw/")
    assert badge(client, front) == "Ended"
    assert "Withdraw<" not in client.get(front.person).content.decode()
    ask(front)
    assert badge(client, front) == "Mail on its way"


def test_many_are_asked_with_the_number_that_was_shown(front: Front, shirt: CustomField) -> None:
    for at in range(3):
        a_member(front.association, status=front.status, email=f"lid{at}@leden.example")
    a_member(front.association, status=a_status(front.association, deceased=True), email="dood@leden.example")
    a_member(front.association, status=front.status, invoice_email="ouder@leden.example")
    client, many = front.as_(Role.SECRETARY), f"{front.root}members/bulk/ask/?all=1"
    foreseen = client.get(many).context["foreseen"]
    assert (foreseen.mails, foreseen.deceased, foreseen.unreachable) == (4, 1, 1)
    differs = client.post(many, {"language": "nl", "seen": "3", "again": "0"})
    assert (differs.status_code, FillRequest.objects.count()) == (422, 0)
    assert "look at the numbers again" in differs.content.decode()
    answer = client.post(many, {"language": "nl", "seen": "4", "again": "0"}, follow=True)
    assert "4 mails are on their way." in answer.content.decode()
    assert letters.send(clock=timezone.now) == 4
    assert client.get(many).context["foreseen"].again == 4


@pytest.mark.parametrize(("given", "field"), [({"language": "fr"}, "language"), ({"why": "bsn 111222333"}, "why")])
def test_what_cannot_be_asked_is_said_at_the_field(
    front: Front, shirt: CustomField, given: dict[str, str], field: str
) -> None:
    answer = ask(front, **given)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not FillRequest.objects.exists()


def a_round(front: Front) -> tuple[Any, str]:
    """Anna and three others were asked, one of them answered; with the address of its page."""
    for at in range(3):
        a_member(front.association, status=front.status, email=f"lid{at}@leden.example", last_name=f"Lid{at}")
    client = front.as_(Role.SECRETARY)
    everybody = f"{front.root}members/bulk/ask/?all=1"
    answer = client.post(everybody, {"why": "Nieuwe shirts.", "language": "nl", "seen": "4", "again": "0"})
    letters.send(clock=timezone.now)
    FillRequest.objects.filter(member=front.member).update(answered_at=timezone.now())
    return client, answer["Location"]


def test_a_round_tells_who_answered_and_leads_to_who_did_not(front: Front, shirt: CustomField) -> None:
    client, page = a_round(front)
    shown = client.get(page)
    assert (shown.context["figures"].answered, shown.context["figures"].unanswered) == (1, 3)
    asks = FillRound.objects.get()
    listed = client.get(f"{front.root}members/?asked=unanswered&round={asks.pk}")
    assert [str(each) for each, _ in listed.context["shown"]] == ["Lid0", "Lid1", "Lid2"]
    again = f"{front.root}members/bulk/ask/?asked=unanswered&round={asks.pk}&all=1"
    assert again.replace("&", "&amp;") in shown.content.decode()
    form = client.get(again)
    assert (form.context["foreseen"].mails, form.context["form"]["why"].value()) == (3, "Nieuwe shirts.")
    client.post(again, {"why": "Weet je nog?", "language": "nl", "seen": "3", "again": "3"})
    assert client.get(page).context["figures"].asked_again == 3
    assert "1 of 4 answered" in client.get(f"{front.root}members/asked/").content.decode()


def test_a_mail_of_which_nobody_knows_whether_it_left_is_told(front: Front, shirt: CustomField) -> None:
    client, page = a_round(front)
    earlier = timezone.now() - timedelta(minutes=5)
    FillRequest.objects.filter(answered_at=None).update(sent_at=None)
    assert "nobody knows whether" not in client.get(page).content.decode()  # they may be under way
    FillRequest.objects.filter(answered_at=None).update(tried_at=earlier)
    told = client.get(page)
    assert (told.context["figures"].unanswered, "Of 3 mails nobody knows whether" in told.content.decode()) == (3, True)
    one = FillRequest.objects.filter(answered_at=None).first()
    assert one is not None
    assert "Nobody knows: it broke off" in client.get(f"{front.root}members/{one.pk}/").content.decode()
    assert "Nobody knows: it broke off" not in client.get(front.person).content.decode()


def test_the_links_of_a_round_are_withdrawn_with_the_count_before(front: Front, shirt: CustomField) -> None:
    client, page = a_round(front)
    asks = FillRound.objects.get()
    withdraw = f"{front.root}members/bulk/withdraw/?round={asks.pk}&all=1"
    assert "Withdraw 4 links" in client.get(withdraw).content.decode()
    assert "look at the numbers again" in client.post(withdraw, {"seen": "3"}).content.decode()
    answer = client.post(withdraw, {"seen": "4"}, follow=True)
    assert answer.redirect_chain == [(page, 302)]
    assert "4 links open no more" in answer.content.decode()
    assert not FillRequest.objects.filter(ended_at=None).exists()
    assert "Withdraw links" not in answer.content.decode()
    assert "Withdraw 4 links" not in client.post(withdraw, {"seen": "4"}).content.decode()


def test_the_ticked_ones_of_those_who_did_not_answer_are_withdrawn(front: Front, shirt: CustomField) -> None:
    client, _ = a_round(front)
    one = FillRequest.objects.filter(answered_at=None).first()
    assert one is not None
    assert "Withdraw links" in client.get(f"{front.root}members/?asked=unanswered").content.decode()
    assert "Withdraw links" not in client.get(f"{front.root}members/").content.decode()
    client.post(f"{front.root}members/bulk/withdraw/?asked=unanswered&member={one.pk}", {"seen": "1"})
    assert list(FillRequest.objects.exclude(ended_at=None)) == [one]


def test_who_did_not_answer_is_kept_as_a_selection_and_exported(front: Front, shirt: CustomField) -> None:
    client, _ = a_round(front)
    asks = FillRound.objects.get()
    query = f"asked=unanswered&round={asks.pk}"
    client.post(f"{front.root}members/selections/save/", {"name": "Zwijgers", "query": query})
    assert query in SavedSelection.objects.get().query
    answer = client.post(
        f"{front.root}members/export/?{query}&all=1", {"kind": "csv", "columns": ["last_name"]}
    )  # fmt: skip
    assert [each for each in ("Lid0", "Lid1", "Lid2", "Voorbeeld") if each in answer.content.decode("utf-8-sig")] == [
        "Lid0", "Lid1", "Lid2",
    ]  # fmt: skip
    assert Export.objects.get().chosen == {"asked": "unanswered", "round": str(asks.pk)}


@pytest.mark.parametrize("query", ["asked=all", "asked=%00", "round=x", "round=-1", "round=²", f"round={'9' * 30}"])
def test_a_filter_that_is_none_narrows_nothing(front: Front, shirt: CustomField, query: str) -> None:
    client, _ = a_round(front)
    assert len(client.get(f"{front.root}members/?{query}").context["shown"]) == 4


def test_a_treasurer_does_not_filter_by_what_may_not_be_seen(front: Front, shirt: CustomField) -> None:
    a_round(front)
    page = front.as_(Role.TREASURER).get(f"{front.root}members/?asked=answered")
    assert (len(page.context["shown"]), "f-asked" in page.content.decode()) == (4, False)


def test_who_cannot_be_mailed_is_a_number_with_the_way_to_them(front: Front, shirt: CustomField) -> None:
    a_member(front.association, status=front.status, last_name="Postduif")
    client = front.as_(Role.SECRETARY)
    page = client.get(f"{front.root}members/bulk/ask/?all=1&status={front.status.pk}").content.decode()
    way = f"{front.root}members/?status={front.status.pk}&missing=email"
    assert way.replace("&", "&amp;") in page
    assert [str(each) for each, _ in client.get(way).context["shown"]] == ["Postduif"]


def test_two_secretaries_who_ask_at_once_mail_a_member_once(front: Front, shirt: CustomField) -> None:
    ask(front)
    letters.send(clock=timezone.now)
    second = ask(front)
    assert "look at the numbers again" in second.content.decode()
    assert '<input type="hidden" name="again" value="1">' in second.content.decode()
    assert (letters.send(clock=timezone.now), len(mail.outbox)) == (0, 1)
    for shown in ("1", "2"):
        assert ask(front, again=shown).redirect_chain == [(front.person, 302)]
    assert (letters.send(clock=timezone.now), len(mail.outbox)) == (1, 2)


def test_a_treasurer_neither_asks_nor_sees_who_was_asked(front: Front, shirt: CustomField) -> None:
    ask(front)
    page = front.as_(Role.TREASURER).get(front.person).content.decode()
    assert [each for each in ("Asked to fill in", "Ask to fill in", "Mail on its way") if each in page] == []


def test_looking_before_asking_costs_as_many_questions_for_many_as_for_one(front: Front, shirt: CustomField) -> None:
    client, many, counted = front.as_(Role.SECRETARY), f"{front.root}members/bulk/ask/?all=1", []
    for number in (0, 30):
        for at in range(number):
            a_member(front.association, status=front.status, email=f"lid{at}@leden.example")
        client.get(many)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(many)
        counted.append(len(asked))
    assert counted[0] == counted[1]


def test_the_file_of_one_member_tells_when_they_were_asked_and_answered(front: Front, shirt: CustomField) -> None:
    ask(front, why="Nieuwe shirts.")
    letters.send(clock=timezone.now)
    asked = FillRequest.objects.get()
    operations.fill_in(asked, seen_version=front.member.version, values={shirt.key: "M"}, now=timezone.now())
    operations.withdraw_request(asked, by=None, now=timezone.now())
    with translation.override("en"):
        rows = [each for each in disclosure.of_member(front.member) if each[0] == "Asked to fill in fields"]
    assert [each[2] for each in rows] == [
        "Asked", "Mailed a link that opens up to and including", "Answered", "Link ended",
    ]  # fmt: skip
    assert rows[0][3] == "Nieuwe shirts."
