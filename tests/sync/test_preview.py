"""The preview: what would happen, shown whole or in parts, kept for a day and sealed."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from ledenbrug.members.models import Member
from ledenbrug.sync import nightly, operations, preview, previewed, secrets
from ledenbrug.sync.models import Reading, StoredPreview
from ledenbrug.wire import sealing
from tests.members.factories import a_member, a_status, a_user
from tests.sync.stage import Stage, enable

pytestmark = pytest.mark.django_db
ANNA = {"number": "1042", "given_name": "Anna", "infix": "de", "last_name": "Vries", "email": "anna@brug.example"}


def test_the_preview_shows_per_field_what_would_stand_there_and_writes_nothing(off: Stage) -> None:
    anna = a_member(off.association, status=off.status, **ANNA)
    shown = preview.make(off.connection, now=off.now)
    assert shown.counts == {"create": 1, "unchanged": 0}
    row = shown.rows[0]
    assert (row.title, row.member_id, row.kind) == ("Anna de Vries", anna.id, "create")
    assert row.lines == (
        ("first_name", "", "Anna"),
        ("last_name", "", "de Vries"),
        ("country", "", "NL"),
        ("email", "", "anna@brug.example"),
        ("customer_number", "", "LID-1042"),
    )
    assert off.contacts() == []


def test_what_happens_on_enable_is_what_the_preview_showed(off: Stage) -> None:
    for _ in range(3):
        a_member(off.association, status=off.status)
    a_member(off.association, status=a_status(off.association, "Oud-lid"))
    shown = preview.make(off.connection, now=off.now)
    enable(off)
    there = [[(name, value) for name, value in each.items()] for each in off.contacts()]
    told = [[(name, after) for name, _, after in row.lines] for row in shown.rows]
    assert sorted(map(sorted, there)) == sorted(map(sorted, told))


def test_a_preview_of_a_change_shows_what_stands_there_now(off: Stage) -> None:
    anna = a_member(off.association, status=off.status, **ANNA)
    enable(off)
    operations.disable(off.connection, user=a_user(), now=off.now)
    Member.objects.filter(id=anna.id).update(email="nieuw@brug.example")
    shown = preview.make(off.connection, now=off.now)
    assert [(row.kind, row.lines) for row in shown.rows] == [
        ("update", (("email", "anna@brug.example", "nieuw@brug.example"),))
    ]


def shown_again(off: Stage, *, now: datetime) -> preview.Preview | None:
    kept = preview.stored(off.connection, now=now)
    return replace(kept, rows=list(kept.rows)) if kept else None


def test_of_a_preview_no_more_is_opened_than_is_shown(off: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previewed, "PART", 2)
    for number in range(5):
        a_member(off.association, status=off.status, last_name=f"Lid{number}", number=f"{number}")
    made = preview.make(off.connection, now=off.now)
    kept = preview.stored(off.connection, now=off.now)
    assert kept is not None
    assert [kept.rows[at:] for at in range(6)] == [made.rows[at:] for at in range(6)]
    assert (kept.rows[3], len(kept.rows)) == (made.rows[3], 5)
    StoredPreview.objects.update(sealed=sealing.seal("{}"))
    assert preview.stored(off.connection, now=off.now) is None  # as an earlier release kept it
    preview.make(off.connection, now=off.now)
    last = StoredPreview.objects.get().sealed.rpartition("\n")
    StoredPreview.objects.update(sealed=f"{last[0]}\nno longer what it was")
    again = preview.stored(off.connection, now=off.now)
    assert again is not None
    assert again.rows[:4] == made.rows[:4]
    with pytest.raises(sealing.KeyLost):
        list(again.rows)


def test_what_is_looked_for_in_a_preview_is_all_that_is_opened(off: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previewed, "PART", 2)
    for number in range(5):
        city = "Den Haag" if number % 2 else "Elders"
        a_member(off.association, status=off.status, last_name=f"Lid{number}", number=f"{number}", city=city)
    made = preview.make(off.connection, now=off.now)

    def titles(**asked: str) -> list[str]:
        kept = preview.stored(off.connection, now=off.now, **asked)
        assert kept is not None
        assert (len(kept.rows), kept.counts) == (len(list(kept.rows)), made.counts)
        assert kept.rows[1:] == list(kept.rows)[1:]
        return [each.title for each in kept.rows]

    assert titles(kind="create") == titles(query="lid") == ["Lid0", "Lid1", "Lid2", "Lid3", "Lid4"]
    assert titles(query="denHAAG") == titles(kind="create", query="haag") == ["Lid1", "Lid3"]
    assert titles(kind="update") == titles(kind="held") == titles(kind="cre") == titles(query="no such") == []
    parts = StoredPreview.objects.get().sealed.split("\n")
    StoredPreview.objects.update(sealed="\n".join([*parts[:-1], "no longer what it was"]))
    assert titles(query="lid3") == ["Lid3"]


def test_a_preview_outlives_a_new_key(off: Stage) -> None:
    a_member(off.association, status=off.status, **ANNA)
    made = preview.make(off.connection, now=off.now)
    before = StoredPreview.objects.get().sealed
    assert secrets.reencrypt_all() > 0
    assert StoredPreview.objects.get().sealed != before
    assert shown_again(off, now=off.now) == made


def test_a_preview_is_kept_for_a_day_and_sealed(off: Stage) -> None:
    a_member(off.association, status=off.status, **ANNA)
    made = preview.make(off.connection, now=off.now)
    assert shown_again(off, now=off.now) == made
    assert preview.stored(off.connection, now=off.now + timedelta(days=1, seconds=1)) is None
    kept = StoredPreview.objects.get().sealed + Reading.objects.first().sealed  # type: ignore[union-attr]
    assert "brug.example" not in kept
    nightly.throw_away(now=off.now + timedelta(days=1, seconds=1))
    assert not StoredPreview.objects.exists()


def test_what_would_happen_is_forgotten_once_it_happened(off: Stage) -> None:
    a_member(off.association, status=off.status, **ANNA)
    preview.make(off.connection, now=off.now)
    enable(off)
    operations.disable(off.connection, user=a_user(off.association), now=off.now)
    assert preview.stored(off.connection, now=off.now) is None
