"""While a worker writes many, who adds a member is told so before long, and types nothing again."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from ledenbrug.members.models import Association, Member, Note, Role
from ledenbrug.members.operations import writing
from tests.manager.front import Front, a_front
from tests.members.factories import a_custom_field, a_member, a_status

pytestmark = pytest.mark.django_db(transaction=True)
BUSY = "Many members are being changed just now"


@pytest.fixture
def front(monkeypatch: pytest.MonkeyPatch) -> Front:
    monkeypatch.setattr(writing, "PATIENCE", "100ms")
    return a_front()


@contextmanager
def many_are_written(association: Association) -> Iterator[None]:
    """In a session of its own, all through this block."""
    worker = connection.copy()
    worker.set_autocommit(False)
    try:
        with worker.cursor() as cursor:
            cursor.execute("SELECT FROM members_association WHERE id = %s FOR NO KEY UPDATE", [association.pk])
            cursor.execute("SELECT FROM members_note WHERE association_id = %s FOR UPDATE", [association.pk])
            cursor.execute("UPDATE members_member SET city = 'Sneek' WHERE association_id = %s", [association.pk])
        yield
    finally:
        worker.rollback()
        worker.close()


def test_who_adds_a_member_is_told_and_saves_what_was_typed_a_moment_later(front: Front) -> None:
    client, address = front.as_(Role.SECRETARY), f"{front.root}members/add/"
    form = {"last_name": "Tiktgraag", "country": "NL", "status": front.status.pk, "start": "2026-01-01"}
    with many_are_written(front.association):
        answer = client.post(address, form)
    assert answer.status_code == 422
    assert BUSY in answer.content.decode()
    assert 'value="Tiktgraag"' in answer.content.decode()
    assert not Member.objects.filter(last_name="Tiktgraag").exists()
    assert client.post(address, form).status_code == 302
    assert Member.objects.filter(last_name="Tiktgraag").exists()


def test_who_edits_one_of_the_many_is_told_too(front: Front) -> None:
    client, address = front.as_(Role.SECRETARY), f"{front.person}edit/"
    form = client.get(address).context["form"]
    given = {name: form[name].value() or "" for name in form.fields} | {"seen": "1", "last_name": "Tiktgraag"}
    with many_are_written(front.association):
        answer = client.post(address, given)
    assert BUSY in answer.content.decode()
    assert 'value="Tiktgraag"' in answer.content.decode()


def test_who_presses_to_delete_one_of_the_many_is_told_too(front: Front) -> None:
    other = a_member(front.association, status=front.status)
    client, address = front.as_(Role.SECRETARY), f"{front.root}members/{other.pk}/delete/"
    with many_are_written(front.association):
        answer = client.post(address, follow=True)
    assert BUSY in answer.content.decode()
    other.refresh_from_db()
    assert other.deleted_at is None


@pytest.mark.parametrize("what", ["status/?start=2026-05-01&to={to}&", "field/?field=city&value=Adorp&", "delete/?"])
def test_who_changes_some_of_the_many_at_once_is_told_too(front: Front, what: str) -> None:
    to = a_status(front.association, "Oud-lid").pk
    client, address = front.as_(Role.SECRETARY), f"{front.root}members/bulk/{what.format(to=to)}all=1"
    seen = client.get(address).context["foreseen"].changes
    with many_are_written(front.association):
        answer = client.post(address, {"seen": seen})
    assert BUSY in answer.content.decode()
    assert client.post(address, {"seen": seen}).status_code == 302


def test_who_archives_a_field_is_told_too(front: Front) -> None:
    field = a_custom_field(front.association)
    with many_are_written(front.association):
        answer = front.as_(Role.ADMIN).post(f"{front.root}settings/fields/{field.pk}/archive/", follow=True)
    assert BUSY in answer.content.decode()
    field.refresh_from_db()
    assert not field.archived


def test_a_press_without_a_form_is_answered_with_a_page_that_says_so(front: Front) -> None:
    client = front.as_(Role.SECRETARY)
    client.post(f"{front.person}notes/add/", {"text": "Belt terug"})
    with many_are_written(front.association):
        answer = client.post(f"{front.person}notes/{Note.objects.get().pk}/", {"remove": "1"})
    assert answer.status_code == 503
    assert BUSY in answer.content.decode()
    assert Note.objects.exists()
