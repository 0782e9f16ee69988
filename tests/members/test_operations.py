"""What is done to a member: added, changed, deleted, given a status; each write checks, numbers and rings the bell."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from ledenbrug.members import bell, operations
from ledenbrug.members.models import Association, IssuedNumber, Member, MemberStatus, Period, User
from ledenbrug.members.refusals import ChangedMeanwhile, Fault, Reason, Refused
from tests.members.changing import reasons
from tests.members.factories import IBAN, NOW, TODAY, a_member, a_status, a_user, an_association

pytestmark = pytest.mark.django_db
YESTERDAY, TOMORROW = date(2026, 4, 30), date(2026, 5, 2)


@pytest.fixture
def status(association: Association) -> MemberStatus:
    return a_status(association, "Member")


@pytest.fixture
def secretary(association: Association) -> User:
    return a_user(association, "secretary")


def test_a_new_member_is_tidied_and_gets_the_next_number(
    association: Association, status: MemberStatus, secretary: User
) -> None:
    member = operations.add_member(
        association=association,
        values={
            "given_name": " Jan ",
            "infix": "de",
            "last_name": "Vries",
            "email": "Jan@Post.EXAMPLE",
            "phone": "06-12345678",
            "phone_home": "(020) 123 45 67",
            "address": "Dorpsstraat 1",
            "postcode": "1234ab",
            "iban": "nl91 abna 0417 1643 00",
            "birth_date": date(2001, 2, 3),
        },
        status=status,
        start=date(2026, 5, 1),
        by=secretary,
        now=NOW,
    )
    member.refresh_from_db()
    assert (member.number, member.given_name, member.email) == ("1", "Jan", "Jan@post.example")
    assert (member.phone, member.phone_home) == ("+31612345678", "+31201234567")
    assert (member.postcode, member.iban, member.bic, member.country) == ("1234 AB", IBAN, "ABNANL2A", "NL")
    assert member.status == status
    assert operations.next_number(Association.objects.get()) == "2"


def test_everything_wrong_is_said_at_once(association: Association, status: MemberStatus) -> None:
    with pytest.raises(Refused) as refused:
        operations.add_member(
            association=association,
            values={
                "last_name": " ",
                "email": "nobody",
                "phone": "12",
                "iban": "NL91ABNA0417164301",
                "postcode": "12345",
                "birth_date": TOMORROW,
                "address": "Dorpsstraat",
                "city": "x\x00",
            },
            status=status,
            start=TODAY,
            by=None,
            now=NOW,
        )
    assert sorted(reasons(refused)) == [
        ("address", Reason.HOUSE_NUMBER_MISSING),
        ("birth_date", Reason.IN_THE_FUTURE),
        ("city", Reason.CONTROL_CHARACTER),
        ("email", Reason.NOT_AN_EMAIL),
        ("iban", Reason.NOT_AN_IBAN),
        ("last_name", Reason.REQUIRED),
        ("phone", Reason.NOT_A_PHONE),
        ("postcode", Reason.NOT_A_POSTCODE),
    ]
    assert not Member.objects.exists()


def test_a_member_abroad_is_not_measured_by_dutch_rules(association: Association, status: MemberStatus) -> None:
    member = operations.add_member(
        association=association,
        values={
            "last_name": "Exemple",
            "country": "Frankrijk",
            "postcode": "75001",
            "address": "Le Moulin",
            "phone": "01 23 45 67 89",
        },
        status=status,
        start=TODAY,
        by=None,
        now=NOW,
    )
    assert (member.country, member.postcode, member.phone) == ("FR", "75001", "+33123456789")


def test_a_number_is_never_given_twice_not_even_after_the_member_is_gone(
    association: Association, status: MemberStatus
) -> None:
    member = a_member(association, number="1")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM members_member WHERE id = %s", [member.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert operations.next_number(association) == "2"
    with pytest.raises(Refused) as refused:
        operations.add_member(
            association=association,
            values={"number": "1", "last_name": "Later"},
            status=status,
            start=TODAY,
            by=None,
            now=NOW,
        )
    assert reasons(refused) == [("number", Reason.NUMBER_ISSUED)]


def test_a_number_stays_issued_when_plain_sql_changes_it(association: Association) -> None:
    member = a_member(association, number="7")
    Member.objects.filter(pk=member.pk).update(number="8")
    with pytest.raises(IntegrityError), transaction.atomic():
        a_member(association, number="7")
    Member.objects.filter(pk=member.pk).update(number="7")  # a typing error may be taken back
    assert set(IssuedNumber.objects.values_list("number", "holder")) == {("7", member.pk), ("8", member.pk)}


def test_the_next_number_keeps_to_the_format_and_steps_over_what_was_imported(status: MemberStatus) -> None:
    association = an_association(number_format="S{number:05}", next_number=41)
    for number in ("S00041", "S00042", "41"):
        a_member(association, number=number)
    assert operations.next_number(association) == "S00043"


def test_a_change_on_an_older_version_is_refused_and_told_what_changed(association: Association) -> None:
    member = a_member(association, given_name="Jan", city="Delft")
    mine = operations.change_member(member, seen_version=1, values={"city": "Gouda"}, by=None, now=NOW)
    assert mine.version == 2
    with pytest.raises(ChangedMeanwhile) as changed:
        operations.change_member(member, seen_version=1, values={"given_name": "Piet"}, by=None, now=NOW)
    assert [(each.field, each.before, each.after) for each in changed.value.changes] == [("city", "Delft", "Gouda")]
    assert Member.objects.get().given_name == "Jan"


def test_saving_without_a_change_is_no_change(association: Association) -> None:
    member = a_member(association, city="Delft")
    again = operations.change_member(member, seen_version=1, values={"city": " Delft "}, by=None, now=NOW)
    assert again.version == 1


def test_fields_that_others_keep_are_not_written_from_a_form(association: Association) -> None:
    member = a_member(association)
    with pytest.raises(Refused) as refused:
        operations.change_member(member, seen_version=1, values={"deleted_at": "x"}, by=None, now=NOW)
    assert reasons(refused) == [("deleted_at", Reason.UNKNOWN_FIELD)]


def test_a_deleted_member_is_not_changed_and_comes_back_with_the_status_of_today(
    association: Association, status: MemberStatus
) -> None:
    later = a_status(association, "Later")
    member = a_member(association, status=status)
    operations.set_status(member, status=later, start=date(2026, 6, 1), by=None, now=NOW)
    operations.delete_member(member, by=None, now=NOW)
    with pytest.raises(Refused) as refused:
        operations.change_member(member, seen_version=2, values={"city": "Gouda"}, by=None, now=NOW)
    assert reasons(refused) == [("", Reason.DELETED)]
    operations.restore_member(member, by=None, now=datetime(2026, 6, 2, tzinfo=UTC))
    member.refresh_from_db()
    assert (member.deleted_at, member.status) == (None, later)


def test_a_status_can_begin_in_the_past_today_or_later(association: Association, status: MemberStatus) -> None:
    alumnus, honorary = a_status(association, "Alumnus"), a_status(association, "Honorary")
    member = a_member(association, status=status)
    operations.set_status(member, status=alumnus, start=TOMORROW, by=None, now=NOW)
    member.refresh_from_db()
    assert member.status == status
    operations.set_status(member, status=honorary, start=YESTERDAY, by=None, now=NOW)
    member.refresh_from_db()
    assert member.status == honorary
    operations.set_status(member, status=alumnus, start=YESTERDAY, by=None, now=NOW)
    assert list(member.periods.values_list("status__name", "start")) == [
        ("Member", date(2020, 9, 1)),
        ("Alumnus", YESTERDAY),
        ("Alumnus", TOMORROW),
    ]


def test_the_only_period_stays_another_one_can_be_taken_back(association: Association, status: MemberStatus) -> None:
    alumnus = a_status(association, "Alumnus")
    member = a_member(association, status=status)
    second = operations.set_status(member, status=alumnus, start=YESTERDAY, by=None, now=NOW)
    operations.remove_period(second, by=None, now=NOW)
    member.refresh_from_db()
    assert member.status == status
    with pytest.raises(Refused) as refused:
        operations.remove_period(member.periods.get(), by=None, now=NOW)
    assert reasons(refused) == [("", Reason.ONLY_PERIOD)]


def test_a_period_is_corrected_onto_the_day_of_another(association: Association, status: MemberStatus) -> None:
    alumnus = a_status(association, "Alumnus")
    member = a_member(association, status=status)
    second = operations.set_status(member, status=alumnus, start=YESTERDAY, by=None, now=NOW)
    operations.change_period(second, status=alumnus, start=date(2020, 9, 1), by=None, now=NOW)
    assert list(member.periods.values_list("status__name", "start")) == [("Alumnus", date(2020, 9, 1))]


def test_a_status_in_use_is_not_removed(association: Association, status: MemberStatus) -> None:
    member = a_member(association, status=status)
    with pytest.raises(Refused) as refused:
        operations.remove_status(status, by=None)
    assert refused.value.faults == (Fault(Reason.IN_USE, "", {"count": "1"}),)
    Period.objects.all().delete()
    Member.objects.filter(pk=member.pk).update(status=None)
    operations.remove_status(status, by=None)
    assert not MemberStatus.objects.exists()


def test_statuses_are_named_once_ordered_and_deceased_ones_archived(association: Association) -> None:
    operations.add_status(association=association, name="Member", by=None)
    passed = operations.add_status(association=association, name="Deceased", deceased=True, by=None)
    assert (passed.order, passed.archived) == (1, True)
    with pytest.raises(Refused) as refused:
        operations.change_status(passed, name="Member", by=None)
    assert reasons(refused) == [("name", Reason.NAME_TAKEN)]
    with pytest.raises(Refused) as refused:
        operations.change_status(passed, fields={"last_name": "hidden"}, by=None)
    assert reasons(refused) == [("last_name", Reason.NOT_A_CHOICE)]


def test_every_write_rings_the_bell_once(
    association: Association, status: MemberStatus, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[int] = []
    monkeypatch.setattr(bell, "_listeners", [rung.append])
    member = operations.add_member(
        association=association, values={"last_name": "Bell"}, status=status, start=TODAY, by=None, now=NOW
    )
    operations.change_member(member, seen_version=1, values={"city": "Delft"}, by=None, now=NOW)
    assert rung == [association.pk, association.pk]
