"""Contacts at the package that look like one and the same are listed, read when somebody looks, and kept nowhere."""

import pytest
from django.db import connection as database

from ledenbrug.core.errors import Temporary
from ledenbrug.core.records import ContactId, Field
from ledenbrug.members.models import Role
from ledenbrug.sync import doubles, operations, preview
from ledenbrug.sync.models import Connection, StoredPreview
from tests.manager.front import a_front
from tests.members.factories import a_member, a_user
from tests.sync.stage import Stage, a_stage

pytestmark = pytest.mark.django_db
TWICE = {Field.FIRST_NAME: "Carice", Field.LAST_NAME: "de Grap", Field.EMAIL: "carice@brug.example"}


@pytest.fixture
def off() -> Stage:
    """Twice Carice and one other, all of them nobody's."""
    stage = a_stage(enabled=False)
    stage.world.add({**TWICE, Field.CITY: "Adorp"})
    stage.world.add({**TWICE, Field.CITY: "Bedum"})
    stage.world.add({Field.LAST_NAME: "Anders", Field.EMAIL: "anders@brug.example"})
    return stage


def listed(stage: Stage) -> list[doubles.Double]:
    connection = Connection.objects.get(id=stage.connection.id)
    return doubles.of(connection, connection.doubles, clock=stage.clock)


def test_they_are_listed_with_the_preview_and_with_the_first_run(off: Stage) -> None:
    preview.make(off.connection, now=off.now)
    (double,) = listed(off)
    assert double.ids == ["c1", "c2"]
    assert dict(double.lines)["city"] == ["Adorp", "Bedum"]
    Connection.objects.update(doubles=[])
    operations.enable(off.connection, user=a_user(off.association), now=off.now)
    off.turn()
    assert [each.ids for each in listed(off)] == [["c1", "c2"]]


def test_of_what_stands_in_them_nothing_is_kept(off: Stage) -> None:
    operations.enable(off.connection, user=a_user(off.association), now=off.now)
    off.turn()
    listed(off)
    with database.cursor() as cursor:
        for table in (each for each in database.introspection.table_names() if each.startswith("sync_")):
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text ~* %s', ["carice|grap|adorp|bedum"])
            assert (table, cursor.fetchone()[0]) == (table, 0)
    assert not StoredPreview.objects.exists()


def test_what_was_merged_or_archived_there_is_listed_no_more(off: Stage) -> None:
    preview.make(off.connection, now=off.now)
    off.world.archive(ContactId("c2"))
    assert listed(off) == []
    off.world.archive(ContactId("c2"), archived=False)
    off.world.delete(ContactId("c1"))
    assert listed(off) == []


def test_whose_contact_it_is_stands_with_it(off: Stage) -> None:
    carice = a_member(off.association, status=off.status, number="7", given_name="Carice", infix="de", last_name="Grap")
    off.world.edit(ContactId("c1"), {Field.CUSTOMER_NUMBER: "LID-7"})
    operations.enable(off.connection, user=a_user(off.association), now=off.now)
    off.turn()
    (double,) = listed(off)
    assert [(each.payer, each.member_id) for each in double.contacts] == [("Carice de Grap", carice.id), ("", None)]


def test_on_screen_they_stand_beside_each_other_until_somebody_has_seen_them() -> None:
    front = a_front()
    for _ in range(2):
        front.stage.world.add(TWICE)
    client = front.as_(Role.TREASURER)
    client.post(f"{front.link}preview/")
    assert "a contact that seems to stand there twice" in client.get(front.link).content.decode()
    page = client.get(f"{front.link}doubles/").content.decode()
    assert page.count("carice@brug.example") == 2
    client.post(f"{front.link}doubles/", {"seen": "c1 c2"})
    assert "Nothing looks double" in client.get(f"{front.link}doubles/").content.decode()
    front.stage.world.fail(Temporary("unreachable"), times=-1)
    Connection.objects.update(doubles=[["c1", "c2"]])
    assert "cannot be reached at the moment" in client.get(f"{front.link}doubles/").content.decode()
