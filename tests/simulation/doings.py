"""What people do in a simulated life: member secretary, treasurer, somebody at the package. And that time passes.

Every event of a schedule but a turn of the engine; it means something in every order.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from ledenbrug.core.records import ContactId, Field, Group
from ledenbrug.members import cause
from ledenbrug.members.models import Mandate, Member
from ledenbrug.sync import operations, problems, queue, settle
from ledenbrug.sync.models import Cause, Connection, Problem
from ledenbrug.sync.refusals import Refused
from tests.simulation import permission
from tests.simulation import stage as stages
from tests.simulation.schedule import Event, Schedule
from tests.simulation.stage import IBANS, Stage
from tests.simulation.weather import Fault


class Doings:
    def __init__(self, plan: Schedule, stage: Stage) -> None:
        self.plan = plan
        self.stage = stage
        self.made_again: set[str] = set()
        self.puts_back = False

    def do(self, event: Event) -> None:
        getattr(self, f"_{event[0]}")(*event[1:])

    # time and trouble

    def _pass(self, seconds: int) -> None:
        self.stage.later(seconds)

    def _night(self, *_: int) -> None:
        self.stage.later(24 * 3600)
        Connection.objects.filter(id=self.stage.connection_id, enabled=True, round_due_at=None).update(
            round_due_at=self.stage.now, round_cause=Cause.NIGHTLY
        )

    def _fault(self, on: str, kind: str, skip: int) -> None:
        self.stage.far.weather.armed.append(Fault(kind, on, skip))

    # the membership record

    @contextmanager
    def _writing(self, why: cause.Cause = cause.Cause.EDIT) -> Iterator[None]:
        with transaction.atomic():
            cause.set(why)
            yield

    def _member(self, index: int) -> int:
        return self.stage.members[index % len(self.stage.members)]

    def _change(self, member: int, **values: Any) -> None:
        with self._writing():
            Member.objects.filter(id=member).update(**values)

    def _edit(self, member: int, name: str, value: int) -> None:
        text = _text(name, value)
        self._change(self._member(member), **{name: text if value or name != "last_name" else "Again"})

    def _add(self, *_: int) -> None:
        if len(self.stage.members) < 7:
            with self._writing():
                stages.add_members(self.stage, 1, sepa=self.plan.sepa)

    def _leave(self, member: int, _: int) -> None:
        self._change(self._member(member), status=self.stage.statuses["former"])

    def _return(self, member: int, _: int) -> None:
        self._change(self._member(member), status=self.stage.statuses["member"])

    def _die(self, member: int, _: int) -> None:
        self._change(self._member(member), status=self.stage.statuses["deceased"])

    def _payer(self, member: int, other: int) -> None:
        """Nobody pays for somebody who is paid for."""
        mine, payer = self._member(member), self._member(other)
        paid_for = Member.objects.filter(payer_member=mine).exists()
        if mine != payer and not paid_for and not Member.objects.filter(id=payer).exclude(payer_member=None).exists():
            self._change(mine, payer_member=payer)

    def _self(self, member: int, _: int) -> None:
        self._change(self._member(member), payer_member=None)

    def _import(self, _: int, value: int) -> None:
        with self._writing(cause.Cause.IMPORT):
            Member.objects.filter(association=self.stage.association).update(city=f"city-{value}")

    def _delete(self, member: int, _: int) -> None:
        mine = self._member(member)
        if not Member.objects.filter(payer_member=mine).exists():
            self._change(mine, deleted_at=self.stage.now)

    def _restore(self, member: int, _: int) -> None:
        self._change(self._member(member), deleted_at=None)

    def _iban(self, member: int, value: int) -> None:
        self._change(self._member(member), iban=IBANS[value % len(IBANS)])

    def _mandate_end(self, member: int, _: int) -> None:
        with self._writing():
            Mandate.objects.filter(member=self._member(member)).update(ended=self.stage.now.date())

    # the package

    def _contact(self, index: int) -> ContactId | None:
        there = list(self.stage.far.contacts())
        return there[index % len(there)] if there else None

    def _there_edit(self, index: int, name: str, value: int) -> None:
        if contact := self._contact(index):
            text = f"there{value}@there.example" if name == "email" else f"there-{name}-{value}"
            self.stage.far.edit(contact, {Field(name): text})

    def _there_archive(self, index: int, _: int) -> None:
        contact = self._contact(index)
        if contact and self.stage.far.here(contact):
            self.stage.far.hands.archive(contact)

    def _there_back(self, index: int, _: int) -> None:
        contact = self._contact(index)
        if contact and not self.stage.far.here(contact):
            self.stage.far.hands.unarchive(contact)

    def _there_delete(self, index: int, _: int) -> None:
        """Also what is left of the loser when two contacts are merged."""
        if contact := self._contact(index):
            self.stage.far.hands.delete(contact)

    def _there_add(self, index: int, value: int) -> None:
        """Somebody there makes a contact, now and then with a number that will be ours."""
        far = self.stage.far
        number = far.package.number(far.prefixes[0], str(index + 1)) if value == 0 else ""
        if not number or number not in {each[Field.CUSTOMER_NUMBER] for each in far.contacts().values()}:
            values = {Field.LAST_NAME: f"There{index}", Field.EMAIL: f"t{index}@there.example"}
            far.hands.add({**values, **({Field.CUSTOMER_NUMBER: number} if number else {})})

    def _refuse(self, name: str, value: int) -> None:
        text, hands = _text(name, value), self.stage.far.hands
        if text and Field(name) in hands.refuses:
            hands.refuse(Field(name), text)

    # the treasurer

    def _settings(self, what: str) -> None:
        connection = self.stage.connection
        groups = set(connection.groups)
        match what:
            case "phone":
                groups ^= {Group.PHONE.value}
            case "statuses":
                former = self.stage.statuses["former"]
                if former in connection.statuses.all():
                    connection.statuses.through.objects.filter(connection=connection, status=former).delete()
                else:
                    connection.statuses.through.objects.create(
                        association=self.stage.association, connection=connection, status=former
                    )
            case "prefix":
                first, other = self.stage.far.prefixes
                connection.prefix = other if connection.prefix == first else first
            case "put_back":
                connection.put_back, self.puts_back = not connection.put_back, True
        Connection.objects.filter(id=connection.id).update(
            groups=sorted(groups), prefix=connection.prefix, put_back=connection.put_back,
            revision=F("revision") + 1, round_due_at=self.stage.now, round_cause=Cause.SETTINGS,
        )  # fmt: skip

    def _disable(self, *_: int) -> None:
        operations.disable(self.stage.connection, user=None, now=self.stage.now)  # type: ignore[arg-type]

    def _enable(self, *_: int) -> None:
        self._log_in()
        operations.enable(self.stage.connection, user=None, now=self.stage.now)  # type: ignore[arg-type]

    def _token_ends(self, *_: int) -> None:
        permission.end_tokens(self.stage.far)

    def _take_back(self, *_: int) -> None:
        permission.take_back(self.stage.far)

    def _log_in(self, *_: int) -> None:
        permission.log_in(self.stage.connection, self.stage.far)

    def _sync_now(self, *_: int) -> None:
        self._try(lambda: operations.sync_now(self.stage.connection, user=None, now=self.stage.now))  # type: ignore[arg-type]

    def _hold(self, *_: int) -> None:
        until = self.stage.now + timedelta(seconds=100)
        self._try(lambda: operations.hold(self.stage.connection, until=until, user=None, now=self.stage.now))  # type: ignore[arg-type]

    def _decide(self, index: int, value: int) -> None:
        """What can be done about the open problems, one after another."""
        open_now = list(Problem.objects.filter(closed_at=None, dismissed=False).exclude(payer="").order_by("id"))
        if not open_now:
            return
        problem = open_now[index % len(open_now)]
        choices = settle.actions(problem)
        if not choices:
            return
        action = choices[value % len(choices)]
        if problem.reason in problems.BRAKES:
            action = settle.APPROVE
        if action == settle.MAKE_AGAIN:
            self.made_again.add(problem.payer)
        self._try(lambda: settle.settle(problem, action=action, user=None, now=self.stage.now))  # type: ignore[arg-type]

    def _prune(self, *_: int) -> None:
        """Wake-ups and what was touched are lost: a full round finds it all again."""
        queue.clear(self.stage.connection)
        Connection.objects.filter(id=self.stage.connection_id, enabled=True).update(
            round_due_at=self.stage.now, round_cause=Cause.NIGHTLY
        )

    def _try(self, action: Callable[[], object]) -> None:
        try:
            action()
        except Refused:
            return


def _text(name: str, value: int) -> str:
    return ("", "anna@other.example", "berta@other.example", "x")[value] if name == "email" else f"{name}-{value}"
