"""Plays a schedule: turns of the engine by workers that die, freeze or lose their session anywhere.

The engine is the real one; only the clock, the lock and the doorbell are ours, so that a seed always plays the same.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from django.db import DatabaseError
from django.db import connection as database

from ledenbrug.sync import engine, lines, planner, queue, wake
from ledenbrug.sync.models import Connection
from ledenbrug.sync.turn import Turn
from ledenbrug.wire.http import open_client
from tests.simulation.doings import Doings
from tests.simulation.far_side import Books, transport
from tests.simulation.schedule import Event, Schedule
from tests.simulation.stage import Stage


class Died(BaseException):
    """kill -9: nothing of the worker runs after it."""


class Play(Doings):
    def __init__(self, plan: Schedule, stage: Stage) -> None:
        super().__init__(plan, stage)
        self.sprung: Counter[str] = Counter()

    def play(self) -> None:
        for event in self.plan.events:
            self.do(event)

    def do(self, event: Event) -> None:
        if event[0] == "turn":
            self.turn(event[1])
        else:
            super().do(event)

    def turn(self, trap: Event | None = None) -> Any:
        """One turn of a worker, which may not survive it."""
        far = self.stage.far
        outer, far.point = far.point, _Trap(self, trap) if trap else lambda name: None
        point = far.point
        fresh_session()
        try:
            with database.execute_wrapper(_statements(point)) if trap else nullcontext():
                return engine.run(self.stage.connection_id, clock=self.stage.clock, open_books=self._open)
        except Died:
            return None
        except DatabaseError:
            if not trap or trap[1] != "cut":
                raise
            far.remembered.doubtful.update(far.lately)  # also what was sent before it noticed
            return None
        finally:
            far.point = outer
            if database.connection is not None and not database.in_atomic_block and database.errors_occurred:
                database.close()

    @contextmanager
    def _open(self, connection: Connection, **how: Any) -> Iterator[Books]:
        with lines.books(connection, **how) as books:
            yield Books(books, self.stage.far)


class _Trap:
    """Something that happens at one point of a turn: a statement, or either side of a request."""

    def __init__(self, play: Play, trap: Event) -> None:
        self._play = play
        self._point, self._what, self._nested = trap
        self._passed = 0
        self._sprung = False

    def __call__(self, name: str) -> None:
        reached = name == self._point if isinstance(self._point, str) else self._passed >= self._point
        self._passed += 1
        if self._sprung or not reached:
            return
        far = self._play.stage.far
        if self._what == "freeze" and database.in_atomic_block:
            return  # it holds the others up: they wait until it goes on
        self._sprung = True
        far.renewals.lost |= far.renewals.held and self._what == "die"
        far.remembered.doubtful.update(far.lately)
        self._play.sprung[f"{self._what} {name}"] += 1
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


def fresh_session() -> None:
    """What comes next is another process, or one that notices that its session was cut."""
    if database.connection is not None and database.connection.closed:
        database.close()


def _statements(point: Callable[[str], None]) -> Callable[..., Any]:
    def around(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        point("at a statement")
        return execute(sql, params, many, context)

    return around


@contextmanager
def our_doorbell(plan: Schedule) -> Iterator[None]:
    """Nobody rings: the schedule says when a worker comes, or that none does. Requests pass by us."""
    rings, before, client, outlasts = wake.connection, queue.FEW, lines.client, planner.outlasts_a_window
    wake.connection = lambda connection_id, **_: None  # type: ignore[assignment]
    lines.client = _client  # type: ignore[assignment]
    defect, Turn.defect = Turn.defect, _defect  # type: ignore[method-assign]
    queue.FEW, planner.outlasts_a_window = plan.few, lambda *_: plan.long
    try:
        yield
    finally:
        wake.connection, queue.FEW, lines.client, planner.outlasts_a_window = rings, before, client, outlasts
        Turn.defect = defect  # type: ignore[method-assign]


_clients: list[Any] = []


def _client() -> Any:
    if not _clients:
        _clients.append(open_client(transport=transport()))
    return _clients[0]


def _defect(turn: Turn, error: Exception) -> None:
    """Only the client's, which was asked for, is told and lived with."""
    if not isinstance(error, KeyError) or error.args != ("invented",):
        raise error
