"""A treasurer takes a run back: from the list of runs, past a preview, to a progress bar."""

import pytest
from django.test import Client

from ledenbrug.members.models import Member, Role
from ledenbrug.sync import operations, undo
from ledenbrug.sync.models import Cause, Run
from tests.manager.front import Front, a_front
from tests.members.factories import a_member, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def front() -> Front:
    """Everyone went over yesterday; today an address changed, and somebody changed another one there."""
    front = a_front()
    stage = front.stage
    stage.connection.association.refresh_from_db()
    a_member(front.association, status=front.status, last_name="Bakker", email="bakker@leden.example")
    operations.enable(stage.connection, user=a_user(front.association, Role.TREASURER), now=stage.now)
    stage.turn()
    stage.later(days=1)
    Member.objects.filter(id=front.member.id).update(email="nieuw@leden.example")
    stage.turn()
    return front


@pytest.fixture
def treasurer(front: Front) -> Client:
    return front.as_(Role.TREASURER)


def runs_of(front: Front, cause: str) -> Run:
    return Run.objects.filter(connection=front.connection, cause=cause).latest("id")


@pytest.fixture(autouse=True)
def _today(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", front.stage.clock)


def test_the_runs_are_listed_with_what_they_did_and_a_way_back(front: Front, treasurer: Client) -> None:
    shown = treasurer.get(front.link).content.decode()
    for cause, did in ((Cause.ENABLE, "New: 2"), (Cause.EDIT, "Change: 1")):
        assert f"{front.link}runs/{runs_of(front, cause).pk}/undo/" in shown
        assert did in shown


def test_the_preview_shows_per_member_what_goes_back_and_the_worker_does_it(front: Front, treasurer: Client) -> None:
    run = runs_of(front, Cause.EDIT)
    page = f"{front.link}runs/{run.pk}/undo/"
    shown = treasurer.get(page).content.decode()
    for text in ("Anna van Voorbeeld", "nieuw@leden.example", "anna@leden.example", "switched off first"):
        assert text in shown
    treasurer.post(page)
    front.connection.refresh_from_db()
    assert not front.connection.enabled
    under_way = treasurer.get(front.link).content.decode()
    assert "Taking back the run of" in under_way
    assert "0 done, 1 to do" in treasurer.get(f"{front.link}undoing/").content.decode()
    front.stage.turn()
    assert treasurer.get(f"{front.link}undoing/").headers["HX-Refresh"] == "true"
    after = treasurer.get(front.link).content.decode()
    assert "Taken back on" in after
    assert page not in after
    assert "cannot be taken back any more" in treasurer.get(page).content.decode()


def test_what_cannot_be_put_back_is_said_beforehand(front: Front, treasurer: Client) -> None:
    Member.objects.filter(id=front.member.id).update(email="weer@leden.example")
    shown = treasurer.get(f"{front.link}runs/{runs_of(front, Cause.EDIT).pk}/undo/").content.decode()
    assert "The membership record was changed since." in shown
    made = treasurer.get(f"{front.link}runs/{runs_of(front, Cause.ENABLE).pk}/undo/").content.decode()
    assert "it is archived instead" in made


def test_an_undo_can_be_stopped(front: Front, treasurer: Client) -> None:
    run = runs_of(front, Cause.ENABLE)
    undo.start(run, user=a_user(), now=front.stage.now)
    treasurer.post(f"{front.link}act/disable/")
    assert "Taking back" not in treasurer.get(front.link).content.decode()
    front.stage.turn()
    assert len(front.stage.contacts()) == 2


def test_all_of_it_is_there_in_dutch(front: Front, treasurer: Client) -> None:
    page = f"{front.link}runs/{runs_of(front, Cause.ENABLE).pk}/undo/"
    shown = treasurer.get(page, headers={"accept-language": "nl"}).content.decode()
    assert "Deze ronde ongedaan maken" in shown
    assert "Kan niet terug" in shown


def test_the_journal_says_why_something_stayed(front: Front, treasurer: Client) -> None:
    Member.objects.filter(id=front.member.id).update(email="weer@leden.example")
    undo.start(runs_of(front, Cause.EDIT), user=a_user(), now=front.stage.now)
    front.stage.turn()
    assert "The membership record was changed since." in treasurer.get(f"{front.link}journal/").content.decode()
