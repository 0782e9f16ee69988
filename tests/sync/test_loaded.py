"""What is asked in a quicker way than Django's says the same."""

import pytest
from django.db.models import Model

from ledenbrug.sync import loaded, reading
from ledenbrug.sync.models import Connection
from tests.members.factories import a_member
from tests.sync.stage import Stage, a_stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Stage:
    stage = a_stage()
    Connection.objects.filter(id=stage.connection.id).update(
        choices={"leaver": "block"}, doubles=[["c1", "c2"]], hold_until=stage.now, archive_after_days=30
    )
    return stage


def columns(row: Model | None) -> dict[str, object] | None:
    return row and {each.attname: getattr(row, each.attname) for each in row._meta.concrete_fields}


@pytest.mark.parametrize("permitted", [True, False])
def test_a_connection_comes_with_every_column_of_its_association_and_its_grant(stage: Stage, permitted: bool) -> None:
    if not permitted:
        Connection.objects.update(grant=None)
    found = loaded.connection(stage.connection.id)
    same = Connection.objects.select_related("association", "grant").get()
    assert found is not None
    assert [columns(found), columns(found.association), columns(found.grant)] == [
        columns(same),
        columns(same.association),
        columns(same.grant),
    ]


def test_a_connection_that_was_removed_is_not_there(stage: Stage) -> None:
    Connection.objects.update(removed_at=stage.now)
    assert loaded.connection(stage.connection.id) is None


def test_a_small_association_is_read_as_a_large_one_is(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(1, 6):
        a_member(stage.association, status=stage.status, number=str(number))
    small = list(reading.differing(stage.connection, now=stage.now))
    monkeypatch.setattr(reading, "SMALL", 4)
    assert small == list(reading.differing(stage.connection, now=stage.now))
    assert len(small) == 5
