"""A contact that somebody changed there, and what the treasurer says of it."""

from ledenbrug.core.records import ALWAYS, ContactId, Field, Group
from ledenbrug.members import operations as records
from ledenbrug.members.models import ProposedChange
from ledenbrug.sync import operations, verdicts
from ledenbrug.sync.models import Drift
from tests.members.factories import a_member, a_user
from tests.sync.stage import Stage, a_stage

C1 = ContactId("c1")
ANNA = {"given_name": "Anna", "infix": "van", "last_name": "Voorbeeld", "email": "anna@brug.example"}


def a_changed_contact(group: Group = Group.EMAIL, *, anna: dict[str, str] | None = None, **there: str) -> Stage:
    """Anna went over, and somebody changed her contact since."""
    stage = a_stage(groups=[*ALWAYS, Group.PHONE, Group.STATUS])
    a_member(stage.association, status=stage.status, **(anna or ANNA))
    stage.turn()
    drift(stage, **there)
    assert [each.group for each in Drift.objects.filter(verdict="")] == [group.value]
    return stage


def drift(stage: Stage, **there: str) -> None:
    stage.world.edit(C1, {Field(name): value for name, value in there.items()})
    operations.sync_now(stage.connection, user=a_user(stage.association), now=stage.later(hours=1).now)
    stage.turn()


def theirs(stage: Stage) -> ProposedChange:
    """The treasurer says that theirs holds."""
    verdicts.settle_drift(
        Drift.objects.get(verdict=""), verdict="theirs", user=a_user(stage.association, "treasurer"), now=stage.now
    )
    return ProposedChange.objects.latest("id")


def told(proposal: ProposedChange) -> list[tuple[str, object, object]]:
    return [(each.field, each.before, each.after) for each in records.proposed(proposal)]


def open_drifts(stage: Stage) -> list[str]:
    return [each.group for each in Drift.objects.filter(connection=stage.connection, verdict="")]
