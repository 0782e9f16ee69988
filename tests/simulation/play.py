"""Plays a schedule: people here and there, time, trouble, and workers that die, freeze or lose their session anywhere.

The engine is the real one; only the clock, the lock and the doorbell are ours, so that a seed always plays the same.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, transaction
from django.db import connection as database
from django.db.models import F

from ledenbrug.bookkeeping.memory.world import World
from ledenbrug.core.errors import LoginNeeded, Temporary
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import ContactId, Field, Group
from ledenbrug.members import cause
from ledenbrug.members.models import Mandate, Member
from ledenbrug.sync import engine, operations, problems, queue, settle, wake
from ledenbrug.sync.models import Cause, Connection, Grant, GrantState, Problem
from ledenbrug.sync.refusals import Refused
from ledenbrug.sync.turn import Turn
from tests.simulation import stage as stages
from tests.simulation.far_side import Books
from tests.simulation.schedule import Event, Schedule
from tests.simulation.stage import IBANS, Stage


class Died(BaseException):
    """kill -9: nothing of the worker runs after it."""


class Play:
    def __init__(self, plan: Schedule) -> None:
        self.plan = plan
        self.stage: Stage = stages.a_stage(plan)
        self._point: Callable[[str], None] = lambda name: None
        self.made_again: set[str] = set()
        self.puts_back = False

    # the engine

    def turn(self, trap: Event | None = None) -> Any:
        """One turn of a worker, which may not survive it."""
        outer, self._point = self._point, _Trap(self, trap) if trap else lambda name: None
        point = self._point
        if database.connection is not None and not database.is_usable():
            database.close()
        try:
            with database.execute_wrapper(_statements(point)) if trap else nullcontext():
                return engine.run(self.stage.connection_id, clock=self.stage.clock, open_books=self._open)
        except Died:
            return None
        except DatabaseError:
            if not trap or trap[1] != "cut":
                raise
            return None
        finally:
            self._point = outer
            if database.connection is not None and not database.in_atomic_block and database.errors_occurred:
                database.close()

    @contextmanager
    def _open(self, connection: Connection, **_: Any) -> Iterator[Books]:
        grant = connection.grant
        if grant is None or grant.state != GrantState.GIVEN:
            raise LoginNeeded(Reason.WITHDRAWN)
        point = self._point

        def passing(name: str) -> None:
            self.stage.later(0.05)
            point(name)

        yield Books(self.stage.world, point=passing)

    # events

    def play(self) -> None:
        for event in self.plan.events:
            self.do(event)

    def do(self, event: Event) -> None:
        getattr(self, f"_{event[0]}")(*event[1:])

    def _turn(self, trap: Event | None) -> None:
        self.turn(trap)

    def _pass(self, seconds: int) -> None:
        self.stage.later(seconds)

    def _night(self, *_: int) -> None:
        self.stage.later(24 * 3600)
        Connection.objects.filter(id=self.stage.connection_id, enabled=True, round_due_at=None).update(
            round_due_at=self.stage.now, round_cause=Cause.NIGHTLY
        )

    def _fault(self, on: str, kind: str, skip: int) -> None:
        world, until = self.stage.world, self.stage.now + timedelta(seconds=300)
        faults: dict[str, tuple[BaseException | None, bool]] = {
            "not_sent": (Temporary(Reason.UNREACHABLE), False),
            "lost": (Temporary(Reason.NO_ANSWER, reached=True), True),
            "lost_undone": (Temporary(Reason.NO_ANSWER, reached=True), False),
            "error": (Temporary(Reason.PACKAGE_ERROR, reached=True), True),
            "error_undone": (Temporary(Reason.PACKAGE_ERROR, reached=True), False),
            "limited": (Temporary(Reason.LIMITED, until=until), False),
            "login": (LoginNeeded(Reason.WITHDRAWN), False),
            "defect": (KeyError("invented"), True),
            "slow": (None, False),
            "slow_lost": (Temporary(Reason.NO_ANSWER, reached=True), True),
        }
        error, carried_out = faults[kind]
        if kind.startswith("slow"):
            self.stage.later(30)
        world.fail(error, on=on, carried_out=carried_out, skip=skip)

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
        text = ["", "anna@other.example", "berta@other.example", "x"][value] if name == "email" else f"{name}-{value}"
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
        there = sorted(self.stage.world.contacts, key=lambda each: int(each[1:]))
        return there[index % len(there)] if there else None

    def _there_edit(self, index: int, name: str, value: int) -> None:
        if contact := self._contact(index):
            text = f"there{value}@there.example" if name == "email" else f"there-{name}-{value}"
            self.stage.world.edit(contact, {Field(name): text})

    def _there_archive(self, index: int, _: int) -> None:
        if contact := self._contact(index):
            self.stage.world.archive(contact)

    def _there_back(self, index: int, _: int) -> None:
        if contact := self._contact(index):
            self.stage.world.archive(contact, archived=False)

    def _there_delete(self, index: int, _: int) -> None:
        if contact := self._contact(index):
            self.stage.world.delete(contact)

    def _there_add(self, index: int, value: int) -> None:
        """Somebody there makes a contact, now and then with a number that will be ours."""
        number = f"LID-{index + 1}" if value == 0 else ""
        taken = {each.values[Field.CUSTOMER_NUMBER] for each in self.stage.world.contacts.values()}
        if number not in taken or not number:
            values = {Field.LAST_NAME: f"There{index}", Field.EMAIL: f"t{index}@there.example"}
            World.add(self.stage.world, {**values, Field.CUSTOMER_NUMBER: number})

    def _refuse(self, name: str, value: int) -> None:
        text = ["", "anna@other.example", "berta@other.example", "x"][value] if name == "email" else f"{name}-{value}"
        if text:
            self.stage.world.refuses[Field(name), text] = Reason.INVALID

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
                connection.prefix = "NEW-" if connection.prefix == "LID-" else "LID-"
            case "put_back":
                connection.put_back, self.puts_back = not connection.put_back, True
        Connection.objects.filter(id=connection.id).update(
            groups=sorted(groups), prefix=connection.prefix, put_back=connection.put_back,
            revision=F("revision") + 1, round_due_at=self.stage.now, round_cause=Cause.SETTINGS,
        )  # fmt: skip

    def _disable(self, *_: int) -> None:
        operations.disable(self.stage.connection, user=None, now=self.stage.now)  # type: ignore[arg-type]

    def _enable(self, *_: int) -> None:
        Grant.objects.update(state=GrantState.GIVEN)
        operations.enable(self.stage.connection, user=None, now=self.stage.now)  # type: ignore[arg-type]

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


class _Trap:
    """Something that happens at one point of a turn: a statement, or either side of a call."""

    def __init__(self, play: Play, trap: Event) -> None:
        self._play = play
        self._left, self._what, self._nested = trap

    def __call__(self, name: str) -> None:
        if self._left < 0:
            return
        if self._left > 0:
            self._left -= 1
            return
        if self._what == "freeze" and database.in_atomic_block:
            return  # its transaction holds the others up: they wait until it goes on
        self._left = -1
        world = self._play.stage.world
        world.remembered.doubtful.add(world.last)
        match self._what:
            case "die":
                raise Died
            case "cut":
                if database.connection is not None:
                    database.connection.close()
            case "freeze":
                self._play.stage.later(7)
                for event in self._nested:
                    self._play.do(event)


def _statements(point: Callable[[str], None]) -> Callable[..., Any]:
    def around(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        point("statement")
        return execute(sql, params, many, context)

    return around


@contextmanager
def our_doorbell(few: int) -> Iterator[None]:
    """Nobody rings: the schedule says when a worker comes, or that none does."""
    rings, before = wake.connection, queue.FEW
    wake.connection = lambda connection_id, **_: None  # type: ignore[assignment]
    defect, Turn.defect = Turn.defect, _defect  # type: ignore[method-assign]
    queue.FEW = few
    try:
        yield
    finally:
        wake.connection, queue.FEW = rings, before
        Turn.defect = defect  # type: ignore[method-assign]


def _defect(turn: Turn, error: Exception) -> None:
    """Only the client's, which was asked for, is told and lived with."""
    if not isinstance(error, KeyError) or error.args != ("invented",):
        raise error
