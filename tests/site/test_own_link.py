"""The link to a member's own page: whom it lets in without an account, and what it never tells or keeps."""

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.core import signing
from django.utils import timezone
from structlog.stdlib import ProcessorFormatter

from ledenbrug.members import operations
from ledenbrug.members.models import CustomField, FillRequest, FillRound, Member, MemberEvent
from ledenbrug.site.own_page import COOKIE, SALT
from tests.members.choir import ask
from tests.members.factories import a_member
from tests.site.visiting import browser, mailed_to, opened

pytestmark = pytest.mark.django_db
pytest_plugins = ("tests.members.choir",)


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
    (withdrawn,), (lapsed,) = mailed_to(anna), mailed_to(bram)
    operations.withdraw_request(FillRequest.objects.get(member=anna), by=None, now=timezone.now())
    FillRound.objects.filter(requests=bram.pk).update(until=timezone.now() - timedelta(days=2))
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
    ask(anna.association, found=Member.objects.filter(pk=carice.pk))  # whose mail did not leave yet: there is no digest
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


def test_however_many_wrong_links_an_office_opens_the_right_one_opens_there_too(
    anna: Member, django_assert_num_queries: Any
) -> None:
    """Programs that check mail open the links of a whole round that was withdrawn, from one address."""
    (link,) = mailed_to(anna)
    for at in range(30):
        with django_assert_num_queries(1):
            assert browser().get(f"/fill-in/{at:043}").status_code == 302
    assert opened(link)[1].status_code == 200
    assert not AccessAttempt.objects.exists()


def test_no_link_is_written_down_where_requests_are_logged(anna: Member, caplog: pytest.LogCaptureFixture) -> None:
    (link,) = mailed_to(anna)
    opened(link)
    browser().post(link)
    secret = link.rsplit("/", 1)[1]
    ours = next(each for each in logging.getLogger().handlers if isinstance(each.formatter, ProcessorFormatter))
    logged = "\n".join(map(ours.format, caplog.records))
    assert logged.count("/fill-in/[…]") == 1
    assert secret not in logged
