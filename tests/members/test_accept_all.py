"""One yes to many proposed changes, whatever their number, with what holds for each of them."""

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ledenbrug.members import operations
from ledenbrug.members.models import Association, Member, MemberEvent, MemberStatus, PayerDetails, ProposedChange, User
from ledenbrug.members.operations.proposals import Answered
from tests.members.factories import IBAN, OTHER_IBAN, a_mandate, a_member, a_status, a_user, an_association

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary(association: Association) -> User:
    return a_user(association, "secretary")


def propose(subject: Member | PayerDetails, **values: str) -> None:
    draft = operations.draft_change(subject, values=values, origin="the books", by=None, now=timezone.now())
    operations.propose_changes([draft])


def accept(association: Association, by: User) -> Answered:
    return operations.accept_changes(association, by=by, now=timezone.now())


def outcomes(association: Association) -> list[tuple[list[str], str]]:
    found = ProposedChange.objects.of(association).order_by("id")
    return list(found.values_list("fields", "outcome"))


def test_as_many_statements_for_three_hundred_as_for_one(
    association: Association, status: MemberStatus, secretary: User
) -> None:
    asked = []
    for number in (1, 3, 300):
        members = [a_member(association, status=status, city="Gent") for _ in range(number)]
        details = PayerDetails.objects.bulk_create(
            PayerDetails(association=association, last_name=f"Verzonnen {n}") for n in range(number)
        )
        drafts = [
            operations.draft_change(each, values={"city": f"Plaats {n}"}, origin="", by=None, now=timezone.now())
            for n, each in enumerate([*members, *details])
        ]
        operations.propose_changes(drafts)
        with CaptureQueriesContext(database) as queries:
            assert accept(association, secretary) == Answered(2 * number)
        asked.append(len(queries))
        for rows in (members, details):
            for row in rows:
                row.refresh_from_db()
            assert [each.city for each in rows][-1] != "Gent"
            assert len({each.city for each in rows}) == number
    assert asked[0] == asked[1] == asked[2]


def test_each_record_has_its_history_under_the_name_of_whoever_said_yes(
    association: Association, status: MemberStatus, secretary: User
) -> None:
    members = [a_member(association, status=status, city="Gent") for _ in range(2)]
    for each in members:
        propose(each, city="Brugge")
    accept(association, secretary)
    for each in members:
        newest = MemberEvent.objects.filter(pgh_obj=each).order_by("-pgh_id")[0]
        assert (newest.city, newest.version, newest.pgh_context["by"]) == (
            "Brugge", each.version + 1, secretary.pk
        )  # fmt: skip


def test_two_about_one_member_both_hold_and_the_later_one_where_they_meet(
    association: Association, status: MemberStatus, secretary: User
) -> None:
    member = a_member(association, status=status, city="Gent", email="oud@leden.example")
    propose(member, city="Brugge", postcode="1011 AB")
    propose(member, email="nieuw@leden.example", city="Leuven")
    assert accept(association, secretary) == Answered(2)
    member.refresh_from_db()
    assert (member.city, member.email) == ("Leuven", "nieuw@leden.example")


def test_what_a_record_refuses_stays_and_the_others_go_on(
    association: Association, status: MemberStatus, secretary: User
) -> None:
    strict = a_status(association, "Streng", fields={"email": "required"})
    refuses = a_member(association, status=strict, email="blijft@leden.example")
    takes = a_member(association, status=status, email="weg@leden.example")
    for each in (refuses, takes):
        propose(each, email="")
    assert accept(association, secretary) == Answered(1, 1)
    assert outcomes(association) == [(["email"], ""), (["email"], "accepted")]
    assert list(Member.objects.order_by("id").values_list("email", flat=True)) == ["blijft@leden.example", ""]


def test_an_account_number_is_not_among_them(association: Association, status: MemberStatus, secretary: User) -> None:
    member = a_member(association, status=status, iban=IBAN)
    a_mandate(member)
    propose(member, iban=OTHER_IBAN)
    propose(member, city="Brugge")
    assert accept(association, secretary) == Answered(1)
    member.refresh_from_db()
    assert (member.iban, member.city) == (IBAN, "Brugge")
    assert outcomes(association) == [(["iban"], ""), (["city"], "accepted")]


def test_nobody_elses_records_are_in_it(association: Association, secretary: User) -> None:
    other = an_association()
    member = a_member(other, status=a_status(other, "Lid"), city="Gent")
    propose(member, city="Brugge")
    assert accept(association, secretary) == Answered(0)
    member.refresh_from_db()
    assert member.city == "Gent"
