"""Notes beside a member's history: who reads, writes and removes them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from ledenbrug.members import operations, retention
from ledenbrug.members.models import Association, Note, Role
from tests.manager.front import Front, a_front, logged_in
from tests.members.factories import a_member

pytestmark = pytest.mark.django_db


def a_note(front: Front, text: str, **fields: object) -> Note:
    return Note.objects.create(
        **{"association": front.association, "member": front.member, "text": text, "at": timezone.now(), **fields}
    )


def test_a_note_says_who_when_and_what_and_its_writer_changes_it(front: Front) -> None:
    user = front.user(Role.SECRETARY)
    client = logged_in(user)
    assert client.post(f"{front.person}notes/add/", {"text": "Belde\r\nover de contributie."}).status_code == 302
    note = Note.objects.get()
    assert (note.by, note.text, note.changed_at) == (user, "Belde\nover de contributie.", None)
    page = client.get(front.person).content.decode()
    assert "Belde<br>over de contributie." in page
    assert f"{front.person}notes/{note.pk}/" in page
    assert client.post(f"{front.person}notes/{note.pk}/", {"text": "Belde terug."}).status_code == 302
    note.refresh_from_db()
    assert note.text == "Belde terug."
    assert note.changed_at is not None
    assert client.post(f"{front.person}notes/{note.pk}/", {"remove": "1"}).status_code == 302
    assert not Note.objects.exists()


def test_somebody_elses_note_is_read_and_left_alone_but_an_administrator_may_remove_it(front: Front) -> None:
    note = a_note(front, "Van een ander.", by=front.user(Role.SECRETARY))
    address = f"{front.person}notes/{note.pk}/"
    secretary, admin = front.as_(Role.SECRETARY), front.as_(Role.ADMIN)
    page = secretary.get(front.person).content.decode()
    assert "Van een ander." in page
    assert address not in page
    assert secretary.post(address, {"text": "Anders."}).status_code == 403
    assert secretary.post(address, {"remove": "1"}).status_code == 403
    assert admin.post(address, {"text": "Anders."}).status_code == 403
    assert Note.objects.get().text == "Van een ander."
    assert admin.post(address, {"remove": "1"}).status_code == 302
    assert not Note.objects.exists()


def test_a_treasurer_sees_no_notes(front: Front) -> None:
    a_note(front, "Niet voor de penningmeester.")
    assert "penningmeester" not in front.as_(Role.TREASURER).get(front.person).content.decode()


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 10_001, "BSN 111222333", "nul\x00teken"])
def test_what_a_note_cannot_hold_is_refused_with_a_sentence(front: Front, text: str) -> None:
    answer = front.as_(Role.SECRETARY).post(f"{front.person}notes/add/", {"text": text})
    assert answer.status_code == 422
    assert answer.context["form"].errors["text"]
    assert not Note.objects.exists()


def test_notes_go_with_the_member_and_after_as_long_as_changes_are_kept(front: Front) -> None:
    now = timezone.now()
    Association.objects.filter(pk=front.association.pk).update(keeps_history_days=30)
    front.association.refresh_from_db()
    a_note(front, "Oud", at=now - timedelta(days=31))
    a_note(front, "Nieuw", at=now - timedelta(days=29))
    elsewhere = a_front()
    a_note(elsewhere, "Van een andere vereniging", at=now - timedelta(days=31))
    retention.drop_old(front.association, now=now)
    assert set(Note.objects.values_list("text", flat=True)) == {"Nieuw", "Van een andere vereniging"}


def test_notes_of_both_stand_with_the_member_that_stays(front: Front) -> None:
    double = a_member(front.association, last_name="Voorbeelt")
    a_note(front, "Van de een")
    a_note(front, "Van de ander", member=double)
    front.member.refresh_from_db()
    operations.merge_members(
        front.member, double, seen=(front.member.version, double.version), by=None, now=timezone.now()
    )
    assert set(front.member.notes.values_list("text", flat=True)) == {"Van de een", "Van de ander"}
