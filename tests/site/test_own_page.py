"""A member's own page: what the link in a mail opens, without an account, and what it never does."""

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.core import mail, signing
from django.test import Client
from django.utils import timezone
from structlog.stdlib import ProcessorFormatter

from ledenbrug.members import letters, operations
from ledenbrug.members.models import Association, CustomField, FillRequest, Kind, Member, MemberEvent
from ledenbrug.site.own_page import COOKIE, SALT
from tests.manager.test_pages import read
from tests.members.factories import a_custom_field, a_member, a_status, a_user, an_association

pytestmark = pytest.mark.django_db
ELSEWHERE = "192.0.2.7"


@pytest.fixture
def here() -> Association:
    return an_association("Koor De Brug")


@pytest.fixture
def shirt(here: Association) -> CustomField:
    return a_custom_field(here, "Shirt", Kind.CHOICE, choices=["S", "M", "L"], by_members=True)


@pytest.fixture
def anna(here: Association, shirt: CustomField) -> Member:
    return a_member(here, status=a_status(here, "Lid"), given_name="Anna", last_name="Geheim", birth_date="1990-04-03",
                    email="anna@leden.example", city="Adorp", custom={shirt.key: "M"})  # fmt: skip


def mailed_to(*members: Member) -> list[str]:
    """The addresses in their mails."""
    here, now, so_far = members[0].association, timezone.now(), len(mail.outbox)
    found = Member.objects.filter(pk__in=[each.pk for each in members])
    operations.ask_to_fill_in(
        here, found, why="", language="nl", seen=len(members), by=a_user(here), now=now
    )  # fmt: skip
    letters.send(clock=timezone.now)
    by_address = {each.to[0]: each.body for each in mail.outbox[so_far:]}
    links = [re.search(r"https?://[^/\s]+(/fill-in/\S+)", by_address[each.email]) for each in members]
    return [found[1] for found in links if found]


def browser(**headers: str) -> Client:
    return Client(HTTP_ACCEPT_LANGUAGE="en", **headers)  # type: ignore[arg-type]


def opened(link: str, client: Client | None = None) -> tuple[Client, Any]:
    client = client or browser()
    return client, client.get(link, follow=True)


def filled(client: Client, member: Member, **given: str) -> Any:
    """As the form stands on the screen, with these changed."""
    form = client.get(f"/fill-in/{member.pk}/").context
    values = {name: form["form"][name].value() or "" for name in form["form"].fields} | {"seen": str(form["seen"])}
    return client.post(f"/fill-in/{member.pk}/", values | given)


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


def test_looking_changes_nothing_however_often_a_program_does_it(anna: Member) -> None:
    (link,) = mailed_to(anna)
    events, before = MemberEvent.objects.count(), FillRequest.objects.values().get()
    for method in ("get", "head", "options", "get"):
        getattr(browser(), method)(link)
    client, _ = opened(link)
    client.head(f"/fill-in/{anna.pk}/")
    client.get(f"/fill-in/{anna.pk}/thanks/")
    assert (MemberEvent.objects.count(), FillRequest.objects.values().get()) == (events, before)
    assert client.post(link).status_code == 405
    assert browser().post(link).status_code == 405


def test_a_wrong_a_lapsed_and_a_withdrawn_link_are_answered_alike(anna: Member, shirt: CustomField) -> None:
    bram = a_member(anna.association, email="bram@leden.example")
    withdrawn, lapsed = mailed_to(anna, bram)
    operations.withdraw_request(FillRequest.objects.get(member=anna), by=None, now=timezone.now())
    FillRequest.objects.filter(member=bram).update(until=timezone.now() - timedelta(days=2))
    answers = [opened(link)[1] for link in (withdrawn, lapsed, f"/fill-in/{'x' * 43}", "/fill-in/x", "/fill-in/é%00")]
    assert {(each.status_code, tuple(each.redirect_chain)) for each in answers} == {(404, (("/fill-in/", 302),))}
    csrf = re.compile(r'"X-CSRFToken": "\w+"|csrfmiddlewaretoken" value="\w+"')
    assert len({csrf.sub("", each.content.decode()) for each in answers}) == 1
    assert "This link does not open" in answers[0].content.decode()
    assert "Koor" not in answers[0].content.decode()


def test_a_page_that_is_open_is_closed_when_the_link_ends(anna: Member, shirt: CustomField) -> None:
    (link,) = mailed_to(anna)
    client, page = opened(link)
    operations.withdraw_request(FillRequest.objects.get(), by=None, now=timezone.now())
    answer = client.post(f"/fill-in/{anna.pk}/", {shirt.key: "L", "seen": str(page.context["seen"])})
    assert (answer.status_code, "This link does not open" in answer.content.decode()) == (404, True)
    anna.refresh_from_db()
    assert anna.custom == {shirt.key: "M"}
    assert [client.get(f"/fill-in/{anna.pk}/{each}").status_code for each in ("", "thanks/")] == [404, 404]


def test_a_newer_link_closes_the_page_that_the_older_opened(anna: Member) -> None:
    (older,) = mailed_to(anna)
    client, _ = opened(older)
    (newer,) = mailed_to(anna)
    assert client.get(f"/fill-in/{anna.pk}/").status_code == 404
    assert opened(newer, client)[1].status_code == 200


def test_without_the_link_nobody_gets_in(anna: Member, shirt: CustomField) -> None:
    (link,) = mailed_to(anna)
    bram = a_member(anna.association, email="bram@leden.example", custom={shirt.key: "S"})
    (theirs,) = mailed_to(bram)
    client, _ = opened(theirs)
    client.cookies[COOKIE]["path"] = f"/fill-in/{anna.pk}/"  # their key in another lock
    digest = FillRequest.objects.get(member=anna).digest
    carice = a_member(anna.association, email="carice@leden.example")
    FillRequest.objects.create(  # whose mail did not leave yet: there is no digest
        member=carice, association=anna.association, asked_at=timezone.now(), until=timezone.now() + timedelta(days=3)
    )
    made_up = [
        signing.dumps(digest, salt="another"),
        digest or "",
        link.rsplit("/", 1)[1],
        "",
        signing.dumps(None, salt=SALT),
    ]
    assert client.get(f"/fill-in/{anna.pk}/").status_code == 404
    for value in made_up:
        for member in (anna, carice):
            stranger = browser()
            stranger.cookies[COOKIE] = value
            assert stranger.get(f"/fill-in/{member.pk}/").status_code == 404
            assert stranger.post(f"/fill-in/{member.pk}/", {shirt.key: "L", "seen": "1"}).status_code == 404


def test_two_members_at_one_screen_are_not_mixed_up(anna: Member, shirt: CustomField) -> None:
    bram = a_member(anna.association, email="bram@leden.example", given_name="Bram")
    first, second = mailed_to(anna, bram)
    client, _ = opened(first)
    cookie = client.cookies[COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (
        f"/fill-in/{anna.pk}/", True, "Lax", 4 * 3600,
    )  # fmt: skip
    opened(second, client)
    assert client.cookies[COOKIE]["path"] == f"/fill-in/{bram.pk}/"
    assert client.get(f"/fill-in/{bram.pk}/").status_code == 200


def test_nothing_is_kept_indexed_or_told_to_others_of_where_somebody_came_from(anna: Member) -> None:
    (link,) = mailed_to(anna)
    client, _ = opened(link)
    right, wrong = browser().get(link), browser().get(f"/fill-in/{'x' * 43}")
    shown = [client.get(each) for each in (f"/fill-in/{anna.pk}/", f"/fill-in/{anna.pk}/thanks/", "/fill-in/")]
    assert {each["Referrer-Policy"] for each in (right, wrong)} == {"no-referrer"}
    assert {each["Referrer-Policy"] for each in shown} == {"same-origin"}  # a form without an origin is refused
    for each in (right, wrong, *shown):
        assert "no-store" in each["Cache-Control"]
        assert each["X-Robots-Tag"] == "noindex, nofollow"
    assert [each.content for each in (right, wrong)] == [b"", b""]


def test_many_wrong_links_from_one_address_are_stopped_and_others_are_not(anna: Member) -> None:
    (link,) = mailed_to(anna)
    told = [browser(REMOTE_ADDR=ELSEWHERE).get(f"/fill-in/{each * 43}").status_code for each in "abcdefgh"]
    assert told == [302] * 8
    stopped = browser(REMOTE_ADDR=ELSEWHERE).get(link)
    assert (stopped.status_code, "quarter of an hour" in stopped.content.decode()) == (429, True)
    assert browser().get(link).status_code == 302


def test_no_link_is_written_down_where_wrong_ones_are_counted_or_logged(
    anna: Member, caplog: pytest.LogCaptureFixture
) -> None:
    (link,) = mailed_to(anna)
    operations.withdraw_request(FillRequest.objects.get(), by=None, now=timezone.now())
    for _ in range(9):
        opened(link)
    browser().post(link)
    secret = link.rsplit("/", 1)[1]
    counted = list(AccessAttempt.objects.values_list("path_info", "get_data", "post_data", "user_agent"))
    ours = next(each for each in logging.getLogger().handlers if isinstance(each.formatter, ProcessorFormatter))
    logged = "\n".join(map(ours.format, caplog.records))
    assert (bool(counted), logged.count("/fill-in/[…]")) == (True, 2)
    assert secret not in f"{counted}{logged}"


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
