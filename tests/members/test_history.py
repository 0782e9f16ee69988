from datetime import date

import pytest
from django.db import connection

from ledenbrug.members import history, operations
from ledenbrug.members.models import Member
from ledenbrug.members.refusals import FieldChange
from tests.members.factories import IBAN, NOW, OTHER_IBAN, a_mandate, a_member, a_status, a_user, an_association

pytestmark = pytest.mark.django_db(transaction=True)  # a change has the time of its transaction


def changes(entry: history.Entry) -> dict[str, tuple[object, object]]:
    return {each.field: (each.before, each.after) for each in entry.changes}


def test_every_change_is_on_the_page_with_who_and_what_it_was() -> None:
    association = an_association()
    secretary = a_user(association, "secretary")
    status, alumnus = a_status(association), a_status(association)
    member = operations.add_member(
        association=association,
        values={"last_name": "Vries", "city": "Delft"},
        status=status,
        start=date(2026, 5, 1),
        by=secretary,
        now=NOW,
    )
    operations.change_member(member, seen_version=1, values={"city": "Gouda"}, by=secretary, now=NOW)
    operations.set_status(member, status=alumnus, start=date(2026, 6, 1), by=secretary, now=NOW)
    newest, edited, *first = history.history_of(member)
    assert (newest.subject, newest.what, newest.by, newest.cause) == ("period", "insert", secretary, "edit")
    assert changes(newest) == {
        "status": (None, alumnus.pk),
        "start": (None, date(2026, 6, 1)),
    }
    assert (edited.subject, changes(edited)) == ("member", {"city": ("Delft", "Gouda")})
    assert {(each.subject, each.what) for each in first} == {("member", "insert"), ("period", "insert")}


def test_bulk_and_plain_sql_are_seen_and_have_no_name() -> None:
    members = [a_member(an_association(), city="Delft") for _ in range(2)]
    Member.objects.update(city="Gouda")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE members_member SET city = 'Breda'")
    for member in members:
        last, bulk, _ = history.history_of(member)
        assert (changes(bulk), bulk.by, bulk.cause) == ({"city": ("Delft", "Gouda")}, None, "")
        assert changes(last) == {"city": ("Gouda", "Breda")}


def test_the_way_an_account_was_changed_is_told() -> None:
    member = a_member(an_association(), iban=IBAN)
    a_mandate(member)
    operations.change_iban(
        member, seen_version=1, iban=OTHER_IBAN, how=operations.IbanChange.TYPING_ERROR, by=None, now=NOW
    )
    newest = history.history_of(member)[0]
    assert newest.said == {"iban": "typing_error"}
    assert changes(newest)["iban"] == (IBAN, OTHER_IBAN)


def test_a_payers_details_are_part_of_the_members_history() -> None:
    member = a_member(an_association())
    payer = operations.set_payer_details(member, details={"last_name": "Payer"}, by=None, now=NOW)
    operations.change_payer_details(payer, values={"city": "Delft"}, by=None, now=NOW)
    newest = history.history_of(member)[0]
    assert (newest.subject, changes(newest)) == ("payer", {"city": ("", "Delft")})


def test_without_history_of_that_time_everything_may_have_changed() -> None:
    member = a_member(an_association(), city="Delft")
    Member.objects.filter(pk=member.pk).update(city="Gouda")
    member.refresh_from_db()
    member.events.filter(version=1).delete()
    found = history.since(member, version=1)
    assert FieldChange("city", None, "Gouda") in found
