from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledenbrug.members import operations, search
from ledenbrug.members.models import Association, BulkChange, Member, MemberStatus, Period
from ledenbrug.members.refusals import Refused
from ledenbrug.members.search import Wanted
from ledenbrug.members.sources import spreadsheet
from tests.members.factories import NOW, TODAY, a_member, a_status, a_user, an_association

pytestmark = pytest.mark.django_db
TOMORROW = TODAY + timedelta(days=1)


def everybody(association: Association) -> "search.QuerySet[Member]":
    return search.find(association, Wanted(), today=TODAY)


def periods(association: Association) -> list[tuple[str, str, date]]:
    rows = Period.objects.of(association).order_by("member__last_name", "start")
    return list(rows.values_list("member__last_name", "status__name", "start"))


def statuses(association: Association) -> dict[str, str | None]:
    return dict(Member.objects.of(association).values_list("last_name", "status__name"))


def give(association: Association, status: MemberStatus, start: date, seen: int) -> BulkChange:
    return operations.set_status_of(
        association, everybody(association), status=status, start=start, seen=seen, by=None, now=NOW
    )


def three(association: Association) -> tuple[MemberStatus, MemberStatus]:
    """Adams and Bos are members, Cats left, Dood died."""
    lid, oud = a_status(association, "Lid"), a_status(association, "Oud-lid", archived=True)
    died = a_status(association, "Overleden", archived=True, deceased=True)
    for name, status in (("Adams", lid), ("Bos", lid), ("Cats", oud), ("Dood", died)):
        a_member(association, last_name=name, status=status)
    return lid, oud


def test_many_get_a_status_at_once_but_those_who_have_it_and_those_who_died(here: Association) -> None:
    _, oud = three(here)
    foreseen = operations.foresee_status(here, everybody(here), status=oud, start=TODAY)
    assert (foreseen.changes, foreseen.already, foreseen.deceased) == (2, 1, 1)
    assert [str(each) for each in foreseen.first] == ["Adams", "Bos"]
    give(here, oud, TODAY, 2)
    assert statuses(here) == {"Adams": "Oud-lid", "Bos": "Oud-lid", "Cats": "Oud-lid", "Dood": "Overleden"}


def test_a_dated_change_waits_for_its_day(here: Association) -> None:
    _, oud = three(here)
    give(here, oud, TOMORROW, 2)
    assert statuses(here)["Adams"] == "Lid"
    assert ("Adams", "Oud-lid", TOMORROW) in periods(here)


def test_one_undo_takes_all_of_it_back(here: Association) -> None:
    _, oud = three(here)
    a_member(here, last_name="Echt", status=a_status(here, "Aspirant"), since=TODAY)
    before = periods(here), statuses(here)
    change = give(here, oud, TODAY, 3)
    assert ("Echt", "Oud-lid", TODAY) in periods(here)
    undone = operations.undo(change, by=None, now=NOW)
    assert (undone.back, undone.stayed) == (3, 0)
    assert (periods(here), statuses(here)) == before
    with pytest.raises(Refused):
        operations.undo(change, by=None, now=NOW)


def test_undo_leaves_alone_what_was_changed_since(here: Association) -> None:
    lid, oud = three(here)
    change = give(here, oud, TODAY, 2)
    adams = Member.objects.get(last_name="Adams", association=here)
    operations.set_status(adams, status=a_status(here, "Erelid"), start=TODAY, by=None, now=NOW)
    undone = operations.undo(change, by=None, now=NOW)
    assert (undone.back, undone.stayed) == (1, 1)
    assert (statuses(here)["Adams"], statuses(here)["Bos"]) == ("Erelid", lid.name)


def test_after_a_month_it_is_no_longer_taken_back(here: Association) -> None:
    _, oud = three(here)
    change = give(here, oud, TODAY, 2)
    assert not operations.undoable(change, now=NOW + timedelta(days=31))


def test_nothing_is_written_when_others_are_concerned_than_were_shown(here: Association) -> None:
    _, oud = three(here)
    before = periods(here)
    with pytest.raises(operations.Differs):
        give(here, oud, TODAY, 1)
    assert periods(here) == before


def test_nobody_dies_by_the_dozen(here: Association) -> None:
    three(here)
    with pytest.raises(Refused):
        give(here, MemberStatus.objects.get(association=here, deceased=True), TODAY, 3)


def test_who_pays_for_somebody_that_stays_is_not_deleted(here: Association) -> None:
    three(here)
    adams, bos = (Member.objects.get(association=here, last_name=name) for name in ("Adams", "Bos"))
    child = a_member(here, last_name="Kind", payer_member=adams)
    without_child = everybody(here).exclude(pk=child.pk)
    foreseen = operations.foresee_delete(here, without_child, day=TODAY)
    assert (foreseen.changes, foreseen.payers, foreseen.deceased) == (2, 1, 1)
    change = operations.delete_all(here, everybody(here), seen=4, by=a_user(here), now=NOW)
    assert sorted(str(each) for each in everybody(here)) == ["Dood"]
    assert operations.undo(change, by=None, now=NOW).back == 4
    bos.refresh_from_db()
    assert bos.deleted_at is None


def test_a_selection_of_one_association_never_reaches_another(here: Association) -> None:
    _, oud = three(here)
    there = an_association()
    three(there)
    before = periods(there)
    give(here, oud, TODAY, 2)
    assert periods(there) == before


def test_an_import_is_taken_back(here: Association) -> None:
    lid, _ = three(here)
    Member.objects.filter(last_name="Bos").update(number="2", email="old@post.example")
    content = b"Lidnummer;Achternaam;E-mailadres\n2;Bos;new@post.example\n3;Nieuw;\n4;Bewerkt;\n"
    proposal = spreadsheet.compare(
        here, spreadsheet.read(content), match_by=spreadsheet.MatchBy.NUMBER, status=lid, by=None, now=NOW
    )
    change = spreadsheet.apply(proposal, by=None, now=NOW).change
    assert change is not None
    edited = Member.objects.get(last_name="Bewerkt", association=here)
    operations.change_member(edited, seen_version=1, values={"city": "Harlingen"}, by=None, now=NOW)
    undone = operations.undo(change, by=None, now=NOW)
    assert (undone.back, undone.stayed) == (2, 1)
    assert Member.objects.get(number="2", association=here).email == "old@post.example"
    assert sorted(str(each) for each in everybody(here)) == ["Adams", "Bewerkt", "Bos", "Cats", "Dood"]


@settings(max_examples=30, deadline=None)
@given(
    starts=st.lists(st.lists(st.integers(-5, 5), min_size=1, max_size=3, unique=True), min_size=1, max_size=4),
    day=st.integers(-6, 6),
)
def test_undo_is_the_way_back_whatever_the_periods_were(starts: list[list[int]], day: int) -> None:
    here = an_association()
    kinds = [a_status(here), a_status(here)]
    for days in starts:
        member = a_member(here)
        for at, each in enumerate(days):
            operations.set_status(member, status=kinds[at % 2], start=TODAY + timedelta(days=each), by=None, now=NOW)
    before = periods(here), statuses(here)
    start = TODAY + timedelta(days=day)
    foreseen = operations.foresee_status(here, everybody(here), status=kinds[0], start=start)
    change = give(here, kinds[0], start, foreseen.changes)
    operations.undo(change, by=None, now=NOW)
    assert (periods(here), statuses(here)) == before
