import pytest
from django.db import connection

from ledenbrug.members import history, operations, retention, search
from ledenbrug.members.models import Member, MemberEvent, PayerDetails, PayerDetailsEvent
from ledenbrug.members.search import Wanted
from tests.members.factories import TODAY, a_member, a_status, an_association

pytestmark = pytest.mark.django_db


def aged(days: int) -> None:
    for table in ("members_memberevent", "members_periodevent", "members_payerdetailsevent"):
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET pgh_created_at = pgh_created_at - %s * interval '1 day'", [days])


def database_now() -> "history.datetime":
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        found: history.datetime = cursor.fetchone()[0]
        return found


def test_changes_older_than_the_association_keeps_are_dropped_and_how_it_stood_then_is_not() -> None:
    here, there = an_association(keeps_history_days=30), an_association(keeps_history_days=365)
    mine, theirs = a_member(here, city="Delft"), a_member(there, city="Delft")
    for city in ("Gouda", "Hoorn"):
        Member.objects.filter(pk__in=[mine.pk, theirs.pk]).update(city=city)
    aged(31)
    Member.objects.filter(pk__in=[mine.pk, theirs.pk]).update(city="Zwolle")
    for association in (here, there):
        retention.drop_old(association, now=database_now())
    events = MemberEvent.objects.filter(pgh_obj_id=mine.pk).order_by("pk")
    assert list(events.values_list("city", flat=True)) == ["Hoorn", "Zwolle"]
    assert MemberEvent.objects.filter(pgh_obj_id=theirs.pk).count() == 4
    newest = history.history_of(mine)[0]
    assert [(each.field, each.before, each.after) for each in newest.changes] == [("city", "Hoorn", "Zwolle")]


def test_what_was_removed_long_ago_leaves_nothing() -> None:
    here = an_association(keeps_history_days=30)
    gone = a_member(here)
    Member.objects.filter(pk=gone.pk).delete()
    aged(31)
    retention.drop_old(here, now=database_now())
    assert not MemberEvent.objects.filter(pgh_obj_id=gone.pk).exists()


def test_a_payer_nobody_has_any_more_goes_in_time_and_one_in_use_stays() -> None:
    here = an_association(keeps_history_days=30)
    unused, used = (PayerDetails.objects.create(association=here, last_name=name) for name in ("Los", "Vast"))
    a_member(here, payer_details=used)
    retention.drop_old(here, now=database_now())
    assert PayerDetails.objects.of(here).count() == 2
    aged(31)
    retention.drop_old(here, now=database_now())
    assert list(PayerDetails.objects.of(here)) == [used]
    assert not PayerDetailsEvent.objects.filter(pgh_obj_id=unused.pk).exists()


def test_without_a_before_undo_leaves_a_member_alone() -> None:
    """Never: not known how it was, so away with it."""
    here = an_association()
    a_member(here, status=a_status(here))
    found = search.find(here, Wanted(), today=TODAY)
    change = operations.delete_all(here, found, seen=1, by=None, now=database_now())
    MemberEvent.objects.filter(pgh_label="insert").delete()
    undone = operations.undo(change, by=None, now=database_now())
    assert (undone.back, undone.stayed) == (0, 1)
    assert Member.objects.get().deleted_at == change.at
