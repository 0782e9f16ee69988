"""One turn of one connection: read, observe, plan, guard, perform; then it gives the connection back.

It decides nothing that stands in `core`, never sleeps, and never holds a transaction open across a call.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ledenbrug.core.errors import LoginNeeded, Rejected, Temporary
from ledenbrug.core.plan import Kind
from ledenbrug.core.port import Books, Removal
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import GROUP_OF, Field, Fingerprinter, Whereabouts
from ledenbrug.sync import lines, matching, notes, packages, problems, queue, reading, rounds, runs, state
from ledenbrug.sync.deciding import Decided, decide_all
from ledenbrug.sync.fingerprints import fingerprinter
from ledenbrug.sync.guards import hold
from ledenbrug.sync.links import stamp
from ledenbrug.sync.models import Connection, Outcome
from ledenbrug.sync.notes import Answer, LostConnection, Note, Work
from ledenbrug.sync.perform import Done, Performer
from ledenbrug.sync.problems import Found

STEPS, SECONDS = 25, 5.0
"""A turn ends after so many steps or so long, so that others get theirs."""
AT_ONCE, MOST_AT_ONCE = 8, 512
"""Steps noted together: what an edit by a person may have to wait for. More are read where most need no step."""
STUCK_AFTER = 6
"""Temporary troubles in a row on one payer, until a person is asked."""
IN_A_ROW = 3
"""Temporary troubles on different payers, until the connection as a whole waits."""
PATIENCE = timedelta(seconds=2)

log = logging.getLogger(__name__)
OpenBooks = Callable[..., AbstractContextManager[Books]]


@dataclass(slots=True)
class Turn:
    """What every part of a turn needs, and how it goes."""

    connection: Connection
    books: Books
    clock: lines.Clock
    fingerprint: Fingerprinter
    translation: int
    troubles: int = 0
    urgent: list[bool] = field(default_factory=lambda: [False])


def run(connection_id: int, *, clock: lines.Clock, open_books: OpenBooks = lines.books) -> datetime | None:
    """Does one turn and says when the next is due: now, later, or (None) when something rings.

    The caller holds the connection's lock.
    """
    connection = state.ready(connection_id, now=clock())
    if connection is None:
        return None
    notes.begin(connection, now=clock())
    urgent = [False]
    try:
        with open_books(connection, urgent=lambda: urgent[0], clock=clock) as opened:
            translation = packages.get(connection.package).translation
            turn = Turn(connection, opened, clock, fingerprinter(), translation, urgent=urgent)
            _turn(turn)
        state.well(connection, now=clock())
    except LostConnection:
        return None
    except Temporary as trouble:
        return state.wait(connection, trouble, now=clock())
    except LoginNeeded as needed:
        state.ask_for_login(connection, needed, now=clock())
        return None
    return queue.next_due(connection, now=clock())


def _turn(turn: Turn) -> None:
    matching.if_due(turn.connection, turn.books, fingerprint=turn.fingerprint, now=turn.clock())
    rounds.if_due(turn.connection, fingerprint=turn.fingerprint, now=turn.clock())
    began, done, most = turn.clock(), 0, AT_ONCE
    while done < STEPS and (turn.clock() - began).total_seconds() < SECONDS:
        taken = queue.take(turn.connection, most=most, now=turn.clock())
        if not taken.payers:
            runs.end_if_done(turn.connection, now=turn.clock())
            return
        turn.urgent[0] = taken.urgent
        noted = _note(turn, taken)
        _perform(turn, noted)
        done += len(noted)
        most = AT_ONCE if len(noted) > AT_ONCE // 2 else min(most * 4, MOST_AT_ONCE)


def _note(turn: Turn, taken: queue.Taken) -> list[Note]:
    """Decides on what was touched, and writes down what will be done. Those beyond `AT_ONCE` steps stay touched."""
    now = turn.clock()
    reads = reading.asked(turn.connection, taken.payers, now=now)
    decided = decide_all(turn.connection, {payer: reads[payer] for payer in taken.payers}, fingerprint=turn.fingerprint)
    later = {step.payer for step in decided.steps[AT_ONCE:]}
    works = [_work(turn, step.payer, decided, taken) for step in decided.steps[:AT_ONCE]]
    go, held = hold(turn.connection, works, fingerprint=turn.fingerprint, now=now)
    gone = {work.step.payer for work in go}
    decided.found.extend(held)
    decided.idle.extend(work.read for work in works if work.step.payer not in gone)
    decided.keep(turn.connection, now=now)
    notes.settle(turn.connection, decided.idle)
    rows = [row for payer in taken.payers if payer not in later for row in taken.rows[payer]]
    return notes.note(turn.connection, go, touched=rows, now=now)


def _work(turn: Turn, payer: str, decided: Decided, taken: queue.Taken) -> Work:
    step = next(each for each in decided.steps if each.payer == payer)
    read, link = decided.reads[step.payer], decided.link(step.payer)
    number = link.number or read.desired.values.get(Field.CUSTOMER_NUMBER, "")
    run = taken.runs[step.payer] or runs.of_edits(turn.connection, now=turn.clock())
    return Work(step, read, link, number, run)


def _perform(turn: Turn, noted: Sequence[Note]) -> None:
    """One call after another. What was noted and not begun is put off when the turn must end."""
    for index, note in enumerate(noted):
        rest = noted[index:]
        try:
            _one(turn, note)
            rest = noted[index + 1 :]
            if turn.troubles >= IN_A_ROW:
                raise Temporary(Reason.NO_ANSWER)
        except (Temporary, LoginNeeded) as trouble:
            notes.put_off(turn.connection, rest, reason=trouble.reason, reached=False, again=None, now=turn.clock())
            raise


def _one(turn: Turn, note: Note) -> None:
    """Raises `Temporary` or `LoginNeeded` only when nothing was done and the connection as a whole must wait."""
    step, link = note.work.step, note.work.linked
    performer = Performer(
        books=turn.books,
        number=note.work.number,
        several_emails=link.several_emails,
        ours=lambda each, value: link.known.sent.get(each) == turn.fingerprint(each, value),
    )
    try:
        done = performer.perform(step)
    except Rejected as refusal:
        _refused(turn, note, refusal)
    except Temporary as trouble:
        if not trouble.reached:
            raise
        _lost(turn, note, trouble)
    else:
        turn.troubles = 0
        _done(turn, note, done)


def _done(turn: Turn, note: Note, done: Done) -> None:
    read, link, now = note.work.read, note.work.linked, turn.clock()
    found = [_found(turn, note, refusal, whole=False) for refusal in done.refused]
    answer = Answer(
        outcome=Outcome.DONE if done.called else Outcome.UNCHANGED,
        contact=done.contact.contact_id if done.contact else (None if done.removal else note.work.step.contact_id),
        version=done.contact.version if done.contact else "",
        written=done.written,
        several_emails=bool(done.contact and done.contact.several_emails),
        whereabouts=_whereabouts(done),
        settled=note.work.step.kind is not Kind.FIND and _whereabouts(done) is Whereabouts.HERE,
        reason=found[0].reason if found else "",
    )
    notes.close(turn.connection, note, answer, translation=turn.translation, fingerprint=turn.fingerprint, now=now)
    payer = read.desired.payer
    problems.open_all(turn.connection, found, now=now)
    if link.troubled:
        but = {(payer, cause) for cause in [*link.standing, *(each.cause for each in found)]}
        problems.close(turn.connection, [payer], but=but, now=now)
    if not answer.settled:
        queue.put(turn.connection, [payer])


def _refused(turn: Turn, note: Note, refusal: Rejected) -> None:
    now = turn.clock()
    gone = {Reason.GONE: Whereabouts.GONE, Reason.ARCHIVED: Whereabouts.ARCHIVED}
    whereabouts = gone.get(Reason(refusal.reason), Whereabouts.HERE) if refusal.reason in gone else Whereabouts.HERE
    found = _found(turn, note, refusal, whole=note.work.step.kind is Kind.CREATE)
    problems.open_all(turn.connection, [found], now=now)
    notes.refuse(turn.connection, note, reason=refusal.reason, whereabouts=whereabouts, now=now)


def _lost(turn: Turn, note: Note, trouble: Temporary) -> None:
    """Nobody knows whether it was done: unsure, and looked at again; a person is asked when it goes on and on."""
    now, troubles = turn.clock(), note.work.linked.troubles + 1
    again = trouble.until or now + PATIENCE * 2 ** min(troubles, 10)
    notes.put_off(turn.connection, [note], reason=trouble.reason, reached=True, again=again, now=now)
    turn.troubles += 1
    if troubles >= STUCK_AFTER and turn.troubles < IN_A_ROW:
        about = stamp(note.work.read.desired, fingerprint=turn.fingerprint)
        problems.open_all(turn.connection, [Found(note.work.step.payer, Reason.STUCK, stamp=about)], now=now)


def _found(turn: Turn, note: Note, refusal: Rejected, *, whole: bool) -> Found:
    """A refusal concerns its field's whole group, or the contact as a whole."""
    step = note.work.step
    group = GROUP_OF[refusal.field] if refusal.field and not whole else None
    about = stamp(note.work.read.desired, fingerprint=turn.fingerprint, group=group)
    params = {**refusal.params, **({"field": refusal.field.value} if refusal.field else {})}
    return Found(step.payer, refusal.reason, group, about, step.contact_id, params)


def _whereabouts(done: Done) -> Whereabouts:
    if done.removal is Removal.DELETED:
        return Whereabouts.GONE
    archived = done.removal is Removal.ARCHIVED or (done.contact is not None and done.contact.archived)
    return Whereabouts.ARCHIVED if archived else Whereabouts.HERE
