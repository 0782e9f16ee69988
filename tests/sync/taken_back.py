"""Runs that are made and taken back, for the tests of undo."""

from ledenbrug.core.records import ContactId, Field
from ledenbrug.members.models import Member
from ledenbrug.sync import operations, undo, undoing
from ledenbrug.sync.models import Cause, Run
from tests.members.factories import a_member, a_user
from tests.sync.stage import Stage

ANNA = {"number": "1042", "given_name": "Anna", "last_name": "Vries", "email": "anna@brug.example"}
C1 = ContactId("c1")


def enable(stage: Stage) -> Run:
    operations.enable(stage.connection, user=a_user(stage.association), now=stage.now)
    stage.turn()
    return Run.objects.filter(connection=stage.connection, cause=Cause.ENABLE).latest("id")


def the_day_after(off: Stage) -> Stage:
    """Anna went over on the first day; today is another."""
    a_member(off.association, status=off.status, **ANNA)
    enable(off)
    return off.later(days=1)


def change(stage: Stage, number: str = "1042", **fields: object) -> None:
    Member.objects.filter(association=stage.association, number=number).update(**fields)
    stage.later(minutes=1).turn()


def edits(stage: Stage) -> Run:
    return Run.objects.filter(connection=stage.connection, cause=Cause.EDIT).latest("id")


def take_back(run: Run, stage: Stage) -> None:
    undo.start(run, user=a_user(), now=stage.now)
    stage.turn()
    stage.connection.refresh_from_db()


def kept(run: Run, stage: Stage) -> list[tuple[str, str]]:
    return [(each.title, reason) for each in undoing.make(run, now=stage.now).rows for _, reason in each.kept]


def email(stage: Stage) -> str:
    return stage.world.contacts[C1].values[Field.EMAIL]


def there(stage: Stage, **values: str) -> None:
    stage.world.edit(C1, {Field(name): value for name, value in values.items()})
