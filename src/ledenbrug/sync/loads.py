"""A load that outlasts a window of the package's limit goes in two passes: every contact, then what is kept beside it.

It says what belongs to which pass, and looks before the second (`ahead`): a person may have been there since. What a
person edits never waits for it.
"""

from collections.abc import Mapping
from dataclasses import replace

from ledenbrug.core.compare import differing
from ledenbrug.core.plan import Kind, Step, first_part
from ledenbrug.core.records import FIELDS, Group, PayerKey
from ledenbrug.sync import ahead, links, packages, planner, queue, runs
from ledenbrug.sync.deciding import Decided
from ledenbrug.sync.links import Linked
from ledenbrug.sync.models import Connection
from ledenbrug.sync.queue import Asked, Urgency
from ledenbrug.sync.turn import Turn


def first(turn: Turn, step: Step, asked: Asked) -> Step:
    """The part of `step` that goes now. What may have been carried out in part is finished at once."""
    in_part = step.kind is Kind.CREATE and not step.look_first and _in_first_pass(turn, asked)
    return first_part(step, _beside(turn)) if in_part else step


def put_behind(turn: Turn, decided: Decided, asked: Mapping[PayerKey, Asked]) -> None:
    """Takes out of `decided` who has a contact already and only waits for the second pass."""
    behind = {
        step.payer: asked[step.payer].run
        for step in decided.steps
        if _waits_for_more(decided.link(step.payer))
        and step.groups <= _beside(turn)
        and _in_first_pass(turn, asked[step.payer])
    }
    decided.steps[:] = [step for step in decided.steps if step.payer not in behind]
    for run in set(behind.values()):
        payers = [payer for payer, each in behind.items() if each == run]
        queue.put(turn.connection, payers, urgency=Urgency.BESIDE, run=run)


def look(turn: Turn, decided: Decided, *, urgent: bool) -> Decided:
    """Before the second pass writes. Where somebody was before us, the yes to the load is none to write over that."""
    unfinished = [step for step in decided.steps[: turn.together] if _waits_for_more(decided.link(step.payer))]
    wanted = {step.contact_id: step.payer for step in unfinished if step.contact_id}
    turn.urgent[0] = urgent
    turn.looked_at = ahead.seen(turn, wanted, alone=urgent) if wanted else {}
    met = [step.payer for step in unfinished if _somebody_was_there(turn, step)]
    if not met:
        return decided
    links.break_promises(turn.connection, met)
    without = {payer: replace(decided.link(payer), promised=None) for payer in met}
    return replace(decided, linked={**decided.linked, **without})


def _waits_for_more(link: Linked) -> bool:
    return link.known.unfinished and not link.known.unsure


def _in_first_pass(turn: Turn, asked: Asked) -> bool:
    if asked.run is None or asked.urgency in (Urgency.BESIDE, Urgency.EDIT):
        return False
    if asked.run not in turn.long_runs:
        turn.long_runs[asked.run] = _is_long(turn.connection, asked.run)
    return turn.long_runs[asked.run]


def _is_long(connection: Connection, run: int) -> bool:
    return bool(packages.get(connection.package).beside) and planner.outlasts_a_window(connection, runs.size(run))


def _beside(turn: Turn) -> frozenset[Group]:
    return packages.get(turn.connection.package).beside


def _somebody_was_there(turn: Turn, step: Step) -> bool:
    """Whether something else stands there of what this step brings beside the contact."""
    seen = turn.looked_at.get(step.contact_id) if step.contact_id else None
    if seen is None:
        return False
    groups = replace(step, values=differing(step.values, seen.values)).groups & _beside(turn)
    return any(seen.values.get(each) for group in groups for each in FIELDS[group])
