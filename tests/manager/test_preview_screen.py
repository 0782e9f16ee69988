"""The preview on screen: what a brake would hold is said beforehand, and the rows can be taken along."""

from datetime import date
from io import BytesIO

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from ledenbrug.manager import spelling
from ledenbrug.members.models import Export, Member, Role
from ledenbrug.members.operations import set_payer_member
from ledenbrug.sync import operations
from tests.manager.front import Front
from tests.members.factories import OTHER_IBAN, a_member, a_user

pytestmark = pytest.mark.django_db


def looked(front: Front) -> None:
    front.as_(Role.TREASURER).post(f"{front.link}preview/")


def gone_over(front: Front, *, groups: tuple[str, ...] = ()) -> None:
    """Everybody went over, and the connection is off again."""
    front.connection.groups = [*front.connection.groups, *groups]
    front.connection.save()
    user = a_user(front.association)
    now = front.stage.now = timezone.now()
    operations.enable(front.connection, user=user, now=now)
    front.stage.turn()
    operations.disable(front.connection, user=user, now=now)


def test_what_a_brake_would_hold_is_said_with_its_numbers(front: Front) -> None:
    for _ in range(20):
        a_member(front.association, status=front.status, city="Adorp")
    gone_over(front)
    Member.objects.exclude(pk=front.member.pk).update(city="Bedum")
    looked(front)
    client = front.as_(Role.TREASURER)
    page = client.get(front.link).content.decode()
    assert "More contacts than usual would be changed at once (20, the limit is 10)." in page
    shown = client.get(f"{front.link}preview/?kind=held")
    assert shown.context["rows"].paginator.count == 20
    assert "Waits for your yes." in shown.content.decode()


def test_a_bank_account_that_would_wait_is_told_apart_from_the_rest(front: Front) -> None:
    gone_over(front, groups=("sepa",))
    Member.objects.filter(pk=front.member.pk).update(iban=OTHER_IBAN, city="Bedum")
    looked(front)
    ((row, note),) = front.as_(Role.TREASURER).get(f"{front.link}preview/").context["told"]
    assert (row.kind, row.held, note) == ("update", "iban_waits", "SEPA mandate: Waits for your yes.")


def test_a_first_run_of_many_holds_nothing(front: Front) -> None:
    for _ in range(30):
        a_member(front.association, status=front.status)
    looked(front)
    page = front.as_(Role.TREASURER).get(f"{front.link}preview/")
    assert page.context["brakes"] == []
    assert "held" not in page.context["preview"].counts


def test_the_rows_that_are_searched_for_are_taken_along_and_that_is_noted(front: Front) -> None:
    a_member(front.association, status=front.status, last_name="=cmd|x", birth_date=date(1990, 1, 1))
    looked(front)
    client = front.as_(Role.TREASURER)
    answer = client.post(f"{front.link}preview/export/?q=cmd", {"kind": "csv"})
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert answer["Content-Disposition"].endswith('.csv"')
    assert lines[0] == "What;Who;Field;Before;After;Note"
    assert "New;'=cmd|x;Last name;;'=cmd|x;" in lines
    assert not any("Voorbeeld" in line for line in lines)
    taken = Export.objects.get()
    assert (taken.count, taken.by is not None, "last_name" in taken.fields) == (1, True, True)
    assert set(taken.chosen) == {"preview"}


def test_everything_is_taken_along_as_a_workbook_of_text(front: Front) -> None:
    looked(front)
    answer = front.as_(Role.TREASURER).post(f"{front.link}preview/export/", {"kind": "xlsx"})
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[0] == ["What", "Who", "Field", "Before", "After", "Note"]
    assert ["New", "Anna van Voorbeeld", "E-mail address", "", "anna@leden.example", ""] in rows


def test_without_a_preview_there_is_nothing_to_take_along(front: Front) -> None:
    answer = front.as_(Role.TREASURER).post(f"{front.link}preview/export/", {"kind": "csv"})
    assert answer["Location"] == f"{front.link}preview/"
    assert not Export.objects.exists()


def test_an_account_number_is_shown_in_fours_and_found_that_way(front: Front) -> None:
    front.connection.groups = [*front.connection.groups, "sepa"]
    front.connection.save()
    a_member(front.association, status=front.status, last_name="Anders")
    looked(front)
    in_fours = spelling.iban(front.member.iban)
    page = front.as_(Role.TREASURER).get(f"{front.link}preview/?q={in_fours}")
    assert [row.member_id for row, _ in page.context["told"]] == [front.member.pk]
    assert in_fours in page.content.decode()


def test_a_country_is_shown_by_its_name(front: Front) -> None:
    looked(front)
    assert "Netherlands" in front.as_(Role.TREASURER).get(f"{front.link}preview/").content.decode()


def test_that_somebody_else_pays_for_members_is_said_beside_the_counts(front: Front) -> None:
    child = a_member(front.association, status=front.status)
    looked(front)
    client = front.as_(Role.TREASURER)
    assert "Somebody else pays" not in client.get(front.link).content.decode()
    set_payer_member(child, payer=front.member, by=None)
    assert "Somebody else pays for 1 of the 2 members" in client.get(front.link).content.decode()
