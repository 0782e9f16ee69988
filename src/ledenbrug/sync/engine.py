"""One turn of one connection: read, observe, plan, guard, perform; then it gives the connection back.

It decides nothing that stands in `core`, never sleeps, and never holds a transaction open across a call.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import Error as DatabaseError

from ledenbrug.core.errors import LoginNeeded, Temporary, Trouble
from ledenbrug.core.guard import Effect
from ledenbrug.core.plan import Kind, Step
from ledenbrug.core.port import Books
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import Field, PayerKey
from ledenbrug.sync import (
    answering,
    drift,
    guards,
    hints,
    hooks,
    leavers,
    lines,
    loads,
    matching,
    notes,
    packages,
    planner,
    queue,
    reading,
    rounds,
    runs,
    state,
    undo,
)
from ledenbrug.sync.deciding import Decided, decide_all
from ledenbrug.sync.fingerprints import fingerprinter
from ledenbrug.sync.models import Connection
from ledenbrug.sync.notes import LostConnection, Note, Work
from ledenbrug.sync.turn import SECONDS, STEPS, Turn

MOST_AT_ONCE = 512
"""Looked at together where most need no step."""
BATCH_SECONDS = 0.5
"""Where the package is slow, fewer are noted together: an edit waits no longer than about this."""

OpenBooks = Callable[..., AbstractContextManager[Books]]


def turns(connection_id: int, *, clock: lines.Clock, others_wait: Callable[[int], bool]) -> datetime | None:
    """One turn after the other while nobody else waits for a worker, but not for ever: a worker may be asked to stop.

    The caller holds the connection's lock.
    """
    end = clock() + timedelta(seconds=SECONDS)
    due = run(connection_id, clock=clock)
    while due is not None and due <= clock() < end and not others_wait(connection_id):
        due = run(connection_id, clock=clock)
    return due


def run(connection_id: int, *, clock: lines.Clock, open_books: OpenBooks = lines.books) -> datetime | None:
    """Does one turn and says when the next is due: now, later, or (None) when something rings.

    The caller holds the connection's lock.
    """
    connection = state.ready(connection_id, now=clock())
    if not isinstance(connection, Connection):
        return connection
    urgent = [False]
    turn: Turn
    try:
        begun = notes.begin(connection)
        with open_books(connection, urgent=lambda: urgent[0], clock=clock, meanwhile=lambda: turn.keep()) as opened:
            translation = packages.get(connection.package).translation
            turn = Turn(connection, opened, clock, fingerprinter(), translation, urgent, began=clock())
            more = _whole(turn, begun)
        if begun.trouble or connection.waiting:
            state.well(connection, now=clock())
    except LostConnection:
        return None
    except Temporary as trouble:
        return state.wait(connection, trouble, now=clock())
    except LoginNeeded as needed:
        state.ask_for_login(connection, needed, now=clock())
        return None
    return clock() if more else queue.next_due(connection, now=clock())


def _whole(turn: Turn, begun: notes.Begun) -> bool:
    """A defect outside a step (a client that cannot read a list) is waited out like any trouble of the package."""
    try:
        return _turn(turn, begun)
    except (Trouble, LostConnection, DatabaseError):
        raise
    except Exception as error:
        turn.defect(error)
        raise Temporary(Reason.PACKAGE_ERROR) from None


def _turn(turn: Turn, begun: notes.Begun) -> bool:
    """True while something is left that no row in the queue stands for."""
    connection, fingerprint = turn.connection, turn.fingerprint
    if not connection.enabled:
        return undo.turn(turn)
    matching.if_due(connection, turn.books, fingerprint=fingerprint, now=turn.clock())
    rounded = rounds.if_due(connection, fingerprint=fingerprint, now=turn.clock())
    while not turn.over:
        asked = queue.take(connection, most=turn.at_once, now=turn.clock())
        if any(each.unplanned for each in asked) and rounds.of_touched(
            connection, fingerprint=fingerprint, now=turn.clock()
        ):
            turn.seen_runs, rounded = None, True
            continue
        if not asked:
            if begun.runs or rounded:
                runs.end_if_done(connection, now=turn.clock())
            return _quiet(turn, begun)
        noted, all_noted = _note(turn, asked)
        began = turn.clock()
        answering.all_of(turn, noted)
        turn.done += len(noted)
        turn.at_once = _next_batch(turn, len(noted), (turn.clock() - began).total_seconds(), more=not all_noted)
    return drift.is_due(connection, now=turn.clock())


def _quiet(turn: Turn, begun: notes.Begun) -> bool:
    """Nobody waits: what stands there is looked at, first what the package told of. True when there is more."""
    connection, fingerprint = turn.connection, turn.fingerprint
    if begun.told and hints.read_told(connection, turn.books, fingerprint=fingerprint, clock=turn.clock):
        return True
    due = drift.is_due(connection, now=turn.clock())
    more = drift.if_due(connection, turn.books, fingerprint=fingerprint, clock=turn.clock)
    if due and not more:
        hooks.tend(connection, clock=turn.clock)
    drift.expect_back(connection, now=turn.clock())
    return more or leavers.ask(turn)


def _next_batch(turn: Turn, noted: int, seconds: float, *, more: bool) -> int:
    few = noted <= turn.at_once // 2 and not more
    if noted:
        turn.together = max(1, min(STEPS, int(noted * BATCH_SECONDS / seconds) if seconds else STEPS))
    return min(turn.at_once * 4, MOST_AT_ONCE) if few else turn.together  # where most need no step, more are looked at


def _note(turn: Turn, asked: Sequence[queue.Asked]) -> tuple[list[Note], bool]:
    """Decides on what was touched, and notes what will be done; whether that is all. What is too much to note together,
    or for what is left of the package's limit, stays touched."""
    now, connection = turn.clock(), turn.connection
    reads = reading.asked(connection, [each.payer for each in asked], now=now)
    ordered = {each.payer: reads[each.payer] for each in asked}
    decided = decide_all(connection, ordered, fingerprint=turn.fingerprint, now=now)
    by_payer = {each.payer: each for each in asked}
    loads.put_behind(turn, decided, by_payer)
    urgent = asked[0].urgency is queue.Urgency.EDIT
    decided = loads.look(turn, decided, urgent=urgent)
    goes_now = [loads.first(turn, step, by_payer[step.payer]) for step in decided.steps[: turn.together]]
    most = planner.affordable(connection, goes_now, urgent=urgent, now=now)
    later = {step.payer for step in decided.steps[most:]}
    del decided.steps[most:]
    goes = _hold(turn, decided, by_payer)
    works = [_work(turn, step, effects, decided, by_payer[step.payer]) for step, effects in goes]
    rows = [row for each in asked if each.payer not in later for row in each.rows]
    return notes.note(connection, decided, works, touched=rows, now=now), not later


def _hold(turn: Turn, decided: Decided, asked: dict[PayerKey, queue.Asked]) -> list[tuple[Step, frozenset[Effect]]]:
    """The steps that go, those of a plan that a person saw beside those that nobody did."""
    if not decided.steps:
        return []
    if turn.scales is None or turn.seen_runs is None:
        turn.scales = guards.scales(turn.connection, now=turn.clock())
        turn.seen_runs = runs.seen_before(turn.connection)
    goes: list[tuple[Step, frozenset[Effect]]] = []
    for seen, by_hand in ((True, False), (False, True), (False, False)):
        part = [step for step in decided.steps if _kind_of(turn, asked[step.payer]) == (seen, by_hand)]
        if part:
            one = replace(decided, steps=part)
            effects = guards.hold(one, turn.scales, first_run=seen, by_hand=by_hand, fingerprint=turn.fingerprint)
            goes.extend((step, effects[step.payer]) for step in one.steps)
            turn.scales.beside.update(effect for each in effects.values() for effect in each)
    order = {payer: place for place, payer in enumerate(asked)}
    return sorted(goes, key=lambda each: order[each[0].payer])


def _kind_of(turn: Turn, asked: queue.Asked) -> tuple[bool, bool]:
    """Whether a person saw the plan it is of, or edited this very record."""
    seen = asked.run in (turn.seen_runs or ())
    return seen, not seen and asked.urgency is queue.Urgency.EDIT


def _work(turn: Turn, step: Step, effects: frozenset[Effect], decided: Decided, asked: queue.Asked) -> Work:
    read, link = decided.reads[step.payer], decided.link(step.payer)
    held = {each.cause for each in decided.found if each.payer == step.payer}
    link = replace(link, standing=link.standing | held)  # what goes over does not answer what was held back
    number = link.number if link.known.contact_id or link.known.unsure else ""
    number = number or read.desired.values.get(Field.CUSTOMER_NUMBER, "")
    whole = step
    step = loads.first(turn, whole, asked)
    if step.kind is Kind.CREATE:  # while a create may have been carried out there is one number to find it by
        step = replace(step, values={**step.values, Field.CUSTOMER_NUMBER: number})
    run = asked.run
    if run is None:
        turn.edits = turn.edits or runs.of_edits(turn.connection, now=turn.clock())
        run = turn.edits
    return Work(step, read, link, number, run, asked.urgency, effects, unfinished=step.groups < whole.groups)
