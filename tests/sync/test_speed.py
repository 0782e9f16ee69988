"""What keeps a load fast, as far as it can be told without a clock."""

from datetime import datetime, timedelta

import pytest
from django.db import connection as database
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from ledenbrug.core.records import Group
from ledenbrug.members.models import Member
from ledenbrug.sync import engine, notes, prepared, rounds, wake
from ledenbrug.sync.fingerprints import fingerprinter
from ledenbrug.sync.models import Connection, Link, Touched
from tests.members.factories import a_member
from tests.sync.stage import Stage, a_stage

pytestmark = pytest.mark.django_db


def a_load(stage: Stage, members: int) -> None:
    for n in range(1, members + 1):
        a_member(stage.association, status=stage.status, number=str(n), last_name=f"Invented{n}")
    Connection.objects.filter(id=stage.connection.id).update(round_due_at=stage.now, round_cause="enable")


def test_a_load_goes_on_turn_after_turn_while_nobody_else_waits(stage: Stage) -> None:
    a_load(stage, 80)
    assert engine.turns(stage.connection.id, clock=stage.clock, others_wait=lambda _: True) == stage.now
    after_one_turn = len(stage.contacts())
    assert 0 < after_one_turn < 80
    assert engine.turns(stage.connection.id, clock=stage.clock, others_wait=lambda _: False) is None
    assert len(stage.contacts()) == 80


def test_a_load_without_end_gives_its_worker_back_after_some_seconds(stage: Stage) -> None:
    a_load(stage, 300)

    def clock() -> datetime:
        stage.now += timedelta(milliseconds=200)
        return stage.now

    assert engine.turns(stage.connection.id, clock=clock, others_wait=lambda _: False) is not None
    assert len(stage.contacts()) < 300


def test_another_connection_that_was_woken_waits_and_ones_own_wake_up_does_not(stage: Stage) -> None:
    wake.connection(stage.connection.id)
    assert not wake.others_wait(stage.connection.id)
    wake.connection(a_stage().connection.id)
    assert wake.others_wait(stage.connection.id)


def test_what_is_asked_over_and_over_is_planned_once() -> None:
    for _ in range(5):
        with prepared.cursor() as cursor:
            cursor.execute("SELECT %s::int + 1", [1])
            assert cursor.fetchone() == (2,)
    with database.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT $1::int + 1'")
        assert cursor.fetchone() == (1,)


def settings_change(stage: Stage, **fields: object) -> None:
    connection = Connection.objects.filter(id=stage.connection.id)
    connection.update(revision=F("revision") + 1, round_due_at=stage.now, round_cause="settings", **fields)


def test_after_settings_that_change_nothing_no_link_is_written(stage: Stage) -> None:
    a_load(stage, 3)
    stage.turn()
    before = set(Link.objects.values_list("id", "source"))
    with CaptureQueriesContext(database) as asked:
        settings_change(stage)
        stage.turn()
    assert set(Link.objects.values_list("id", "source")) == before
    assert not [each["sql"] for each in asked if "UPDATE sync_link" in str(each["sql"])]
    stage.connection.refresh_from_db()
    assert stage.connection.looked_revision == stage.connection.revision


def test_what_new_settings_ask_for_is_found_again_when_its_queue_was_thrown_away(stage: Stage) -> None:
    a_load(stage, 1)
    Member.objects.update(phone="0612345678")
    stage.turn()
    settings_change(stage, groups=[*stage.connection.groups, Group.PHONE.value])
    connection = Connection.objects.get(id=stage.connection.id)
    notes.begin(connection)
    rounds.if_due(connection, fingerprint=fingerprinter(), now=stage.now)
    Touched.objects.all().delete()
    Connection.objects.filter(id=connection.id).update(round_due_at=stage.now, round_cause="nightly")
    stage.turn()
    assert [each["phone"] for each in stage.contacts()] == ["0612345678"]
