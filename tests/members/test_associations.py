from datetime import UTC, date, datetime

import pytest

from ledenbrug.members import bell, operations
from ledenbrug.members.models import Association
from ledenbrug.members.refusals import Reason, Refused
from tests.members.factories import NOW, TODAY, a_member, a_status, an_association

pytestmark = pytest.mark.django_db


def test_what_is_not_given_stays_as_it_is_and_the_bell_is_rung(monkeypatch: pytest.MonkeyPatch) -> None:
    here, rung = an_association("Oud"), []
    monkeypatch.setattr(bell, "ring", rung.append)
    operations.change_association(here, by=None, now=NOW, name=" Nieuw  ", keeps_former_days=365)
    here.refresh_from_db()
    assert (here.name, here.country, here.keeps_former_days, here.keeps_history_days) == ("Nieuw", "NL", 365, 730)
    assert rung == [here.pk]


def test_another_time_zone_can_make_it_another_day_and_statuses_follow() -> None:
    here = an_association(time_zone="Europe/Amsterdam")
    lid, later = a_status(here), a_status(here)
    member = a_member(here, status=lid)
    now = datetime(2026, 5, 31, 12, 0, tzinfo=UTC)
    operations.set_status(member, status=later, start=date(2026, 6, 1), by=None, now=now)
    operations.change_association(here, by=None, now=now, time_zone="Pacific/Kiritimati")
    member.refresh_from_db()
    assert member.status == later


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("name", "  ", Reason.REQUIRED),
        ("name", "x" * 201, Reason.TOO_LONG),
        ("name", "a\x00b", Reason.CONTROL_CHARACTER),
        ("time_zone", "Europe/Nergens", Reason.NOT_A_CHOICE),
        ("country", "Absurdistan", Reason.TOO_LONG),
        ("country", "QQ", Reason.NOT_A_COUNTRY),
        ("number_format", "zonder teller", Reason.NO_COUNTER),
        ("number_format", "{number}{number}", Reason.NO_COUNTER),
        ("number_format", "{number:09999999999}", Reason.NO_COUNTER),
        ("number_format", "{number.__class__}", Reason.NO_COUNTER),
        ("keeps_history_days", 1, Reason.NOT_A_CHOICE),
        ("keeps_former_days", 10**6, Reason.NOT_A_CHOICE),
        ("slug", "other", Reason.UNKNOWN_FIELD),
        ("next_number", "1", Reason.UNKNOWN_FIELD),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(field: str, value: str | int, reason: Reason) -> None:
    here = an_association("Hier")
    with pytest.raises(Refused) as refused:
        operations.change_association(here, by=None, now=NOW, **{"name": "Anders", field: value})
    assert [(each.field, each.reason) for each in refused.value.faults] == [(field, reason)]
    assert Association.objects.get(pk=here.pk).name == "Hier"


@pytest.mark.parametrize(
    ("written", "first"),
    [("{number}", "1"), ("S{number:05}", "S00001"), ("lid-{number}-nl", "lid-1-nl"), ("{number:3}", "1")],
)
def test_a_format_counts(written: str, first: str) -> None:
    here = an_association()
    operations.change_association(here, by=None, now=NOW, number_format=written)
    here.refresh_from_db()
    assert operations.next_number(here) == first


def test_a_format_with_spaces_in_front_does_not_offer_a_number_that_was_given_already() -> None:
    here = an_association(number_format="{number:3}")
    a_member(here, number="1")
    values = {"last_name": "Nieuw"}
    added = operations.add_member(association=here, values=values, status=a_status(here), start=TODAY, by=None, now=NOW)
    assert added.number == "2"
